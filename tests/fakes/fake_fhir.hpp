// A FHIR server in memory that plays a script and keeps a diary.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/ports/fhir_server.hpp"
#include "efaxd/ports/spool.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace efaxd::fakes {

class FakeFhir : public FhirServer {
  public:
    struct Kept {
        std::string id;
        InboundCommunication communication;
        Direction direction = Direction::inbound;
        bool deleted = false;
    };

    /// Communications of a fax ever made, the deleted ones too.
    std::size_t made(const std::string& fax_id) const {
        return static_cast<std::size_t>(std::ranges::count_if(communications, [&](const Kept& kept) {
            return kept.communication.fax_id == fax_id && kept.direction == Direction::inbound;
        }));
    }

    /// Binaries that no Communication uses.
    std::size_t spare_binaries() const {
        std::set<std::string> used;
        for (const Kept& kept : communications)
            used.insert(kept.communication.binary);
        return static_cast<std::size_t>(std::ranges::count_if(
            binaries, [&](const auto& binary) { return !used.contains(binary.first); }));
    }

    std::size_t count(const std::string& verb) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(diary, [&](const std::string& line) { return line.starts_with(verb); }));
    }

    std::vector<Match> find(const std::string& fax_id, bool inbound_only, std::stop_token) override {
        const std::lock_guard lock(mutex_);
        note("find " + fax_id + (inbound_only ? " inbound" : ""));
        std::vector<Match> matches;
        for (const Kept& kept : communications)
            if (kept.communication.fax_id == fax_id && !kept.deleted &&
                (!inbound_only || kept.direction == Direction::inbound))
                matches.push_back(match(kept));
        return matches;
    }

    bool takes_client_ids(std::stop_token) override { return client_ids; }

    std::string upload(SpoolReader& document, std::string_view, const std::string& wanted_id,
                       std::stop_token) override {
        std::string bytes(document.size(), '\0');
        bytes.resize(document.read(bytes.data(), bytes.size()));
        const std::lock_guard lock(mutex_);
        note("upload " + wanted_id);
        const auto id = wanted_id.empty() ? "b" + std::to_string(++last_id_) : wanted_id;
        binaries[id] = bytes;
        if (after_write)
            after_write(diary.back());
        return id;
    }

    Match create(const InboundCommunication& communication, Unless unless, std::stop_token) override {
        const std::lock_guard lock(mutex_);
        note("create " + communication.fax_id +
             (unless == Unless::inbound_identifier_exists ? " inbound" : ""));
        if (!communication.recipient.empty() && gone.contains(communication.recipient))
            throw Fault(Fault::Kind::lasting, "fhir.refused");
        std::vector<Match> existing;
        for (const Kept& kept : communications)
            if (kept.communication.fax_id == communication.fax_id && !kept.deleted &&
                (unless == Unless::identifier_exists || kept.direction == Direction::inbound))
                existing.push_back(match(kept));
        if (existing.size() > 1)
            throw Fault(Fault::Kind::lasting, "fhir.several_matches");
        if (!existing.empty())
            return existing.front();
        communications.push_back({.id = "c" + std::to_string(++last_id_), .communication = communication});
        if (after_write)
            after_write(diary.back());
        return match(communications.back());
    }

    void remove_binary(const std::string& id, std::stop_token) override {
        const std::lock_guard lock(mutex_);
        note("remove_binary " + id);
        binaries.erase(id);
    }

    bool exists(const std::string& reference, std::stop_token) override {
        const std::lock_guard lock(mutex_);
        note("exists " + reference);
        return !gone.contains(reference);
    }

    std::vector<OwnedUser> owners(OwnerKind kind, std::stop_token) override {
        note("owners");
        std::vector<OwnedUser> some;
        std::ranges::copy_if(users, std::back_inserter(some),
                             [&](const OwnedUser& user) { return user.owner.kind == kind; });
        return some;
    }

    std::vector<OwnedUser> users_of(const Owner& owner, std::stop_token) override {
        note("users_of");
        std::vector<OwnedUser> some;
        std::ranges::copy_if(users, std::back_inserter(some),
                             [&](const OwnedUser& user) { return user.owner == owner; });
        return some;
    }

    std::vector<std::string> diary;
    std::vector<Kept> communications;
    std::map<std::string, std::string> binaries;
    std::set<std::string> gone;   ///< references that no longer resolve
    std::vector<OwnedUser> users; ///< what discovery finds
    bool client_ids = false;
    bool rewrite_addresses = false; ///< of attachments, until nobody can tell the Binary
    std::function<void(const std::string& call)> on_call;     ///< before anything is done; may throw
    std::function<void(const std::string& call)> after_write; ///< the write is done, the answer may be lost

  private:
    Match match(const Kept& kept) const {
        Match match{.id = kept.id, .direction = kept.direction, .attachments = {}};
        if (!kept.communication.binary.empty())
            match.attachments.push_back(rewrite_addresses ? "https://store.example/x?sig=1"
                                                          : "Binary/" + kept.communication.binary);
        return match;
    }

    void note(const std::string& call) {
        diary.push_back(call);
        if (on_call)
            on_call(call);
    }

    std::mutex mutex_;
    int last_id_ = 0;
};

} // namespace efaxd::fakes
