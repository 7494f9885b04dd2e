// The sending side of eFax in memory: takes faxes, tells how they stand, and plays a script.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/ports/clock.hpp"
#include "efaxd/ports/fax_sender.hpp"
#include "efaxd/ports/spool.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace efaxd::fakes {

class FakeSender : public FaxSender {
  public:
    struct Taken {
        std::string fax_id;
        std::string number;
        std::string reference;
        std::string user_id;
        std::vector<std::string> documents;
        Submission submission; ///< its documents are gone
        SendStatus status{
            .state = SendStatus::State::completed, .code = {}, .pages = 2, .tries = 1, .completed = {}};
        bool cancelled = false;
    };

    /// How often a number got a fax.
    std::size_t taken_for(const std::string& number) const {
        return static_cast<std::size_t>(std::ranges::count(taken, number, &Taken::number));
    }
    std::size_t count(const std::string& verb) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(diary, [&](const std::string& line) { return line.starts_with(verb); }));
    }

    std::string submit(const Submission& submission, std::stop_token) override {
        const std::lock_guard lock(mutex_);
        note("submit " + submission.number);
        Taken fax{.fax_id = "sent-" + std::to_string(10000001 + taken.size()),
                  .number = submission.number,
                  .reference = submission.reference,
                  .user_id = submission.user_id,
                  .documents = {},
                  .submission = submission};
        fax.status.state = first_state;
        fax.submission.documents.clear();
        for (SpoolReader* document : submission.documents) {
            std::string bytes(document->size(), '\0');
            bytes.resize(document->read(bytes.data(), bytes.size()));
            fax.documents.push_back(std::move(bytes));
        }
        taken.push_back(fax);
        if (after_taking)
            after_taking(fax.number);
        return fax.fax_id;
    }

    std::optional<SentFax> find_sent(const std::string&, const std::string& reference, Instant,
                                     Duration may_be_old, std::stop_token) override {
        const std::lock_guard lock(mutex_);
        oldest_reading = may_be_old;
        note("find_sent");
        for (const Taken& fax : taken)
            if (fax.reference == reference && listed)
                return SentFax{fax.fax_id, fax.status};
        return std::nullopt;
    }

    SendStatus status(const std::string&, const std::string& fax_id, std::stop_token) override {
        const std::lock_guard lock(mutex_);
        note("status " + fax_id);
        return by_id(fax_id).status;
    }

    CancelReply cancel(const std::string&, const std::string& fax_id, std::stop_token) override {
        const std::lock_guard lock(mutex_);
        note("cancel " + fax_id);
        by_id(fax_id).cancelled = true;
        by_id(fax_id).status.state = SendStatus::State::cancelled;
        return CancelReply::noted;
    }

    Taken& by_id(const std::string& fax_id) {
        const auto found = std::ranges::find(taken, fax_id, &Taken::fax_id);
        if (found == taken.end())
            throw Fault(Fault::Kind::passing, "efax.not_visible");
        return *found;
    }

    std::vector<Taken> taken;
    std::vector<std::string> diary;
    SendStatus::State first_state = SendStatus::State::completed;
    Duration oldest_reading{};                                   ///< that the last look would have taken
    bool listed = true;                                          ///< in the list of sent faxes
    std::function<void(const std::string& call)> on_call;        ///< before anything is done; may throw
    std::function<void(const std::string& number)> after_taking; ///< the answer may be lost

  private:
    void note(const std::string& call) {
        diary.push_back(call);
        if (on_call)
            on_call(call);
    }

    std::mutex mutex_;
};

} // namespace efaxd::fakes
