#include "flow/pick_up.hpp"

#include "efaxd/core/refusal.hpp"
#include "efaxd/log.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace efaxd::flow {

namespace {

constexpr int most_failures = 10;    ///< in a row, of one run: the rest waits for the next one
constexpr int failures_to_alarm = 3; ///< of one Communication, in a row

/// Staff end a Communication, or send it by hand, between our search and our look.
bool is_settled_elsewhere(const Refusal& refusal) {
    return refusal.reason == "send.wrong_status" || refusal.reason == "send.communication_gone" ||
           refusal.reason == "send.sent_already" || refusal.reason == "send.claimed_elsewhere";
}

/// Every other Communication would meet it as well.
bool concerns_all(const Fault& fault) {
    constexpr std::array<std::string_view, 8> whole{
        "fhir.unreachable",       "fhir.tls",          "fhir.unauthorized", "fhir.paused",
        "fhir.secret_unreadable", "fhir.key_unusable", "fhir.no_token_url", "fhir.sign_in_refused"};
    return !fault.reason.starts_with("fhir.") ||
           std::ranges::find(whole, std::string_view(fault.reason)) != whole.end();
}

class Run {
  public:
    Run(const PickUp& what, OutboundFhir& fhir, Outbox& outbox, Sending& sending, Clock& clock,
        PickUpMemory& memory, std::stop_token stop)
        : what_(what), fhir_(fhir), outbox_(outbox), sending_(sending), clock_(clock), memory_(memory),
          stop_(std::move(stop)) {}

    PickedUp run() {
        auto waiting = fhir_.waiting(stop_);
        std::erase_if(memory_.aside, [&](const auto& aside) {
            return std::ranges::find(waiting, aside.first) == waiting.end();
        });
        // Those that failed before come last, or they would use up the run for the others.
        std::ranges::stable_partition(waiting,
                                      [&](const std::string& id) { return !memory_.aside.contains(id); });
        int failed = 0;
        for (const std::string& id : waiting) {
            if (stop_.stop_requested())
                throw Stopped();
            if (rests(id) || is_known(id))
                continue;
            failed = pick_up_one(id) ? 0 : failed + 1;
            if (failed >= most_failures)
                break;
        }
        for (const auto& [id, aside] : memory_.aside)
            if (aside.failures >= failures_to_alarm && picked_.stuck++ == 0)
                picked_.first_stuck = id;
        return picked_;
    }

  private:
    bool rests(const std::string& id) const {
        const auto aside = memory_.aside.find(id);
        return aside != memory_.aside.end() && clock_.steady() < aside->second.until;
    }

    bool is_known(const std::string& id) {
        if (outbox_.find({what_.project, id}).empty())
            return false;
        memory_.aside.erase(id);
        return true;
    }

    bool pick_up_one(const std::string& id) {
        try {
            accept(id);
            memory_.aside.erase(id);
            return true;
        } catch (const Fault& fault) {
            if (concerns_all(fault))
                throw;
            set_aside(id, fault);
            return false;
        }
    }

    void accept(const std::string& id) {
        try {
            sending_.accept(what_.project, fhir_.read(id, stop_), stop_);
            ++picked_.accepted;
        } catch (const Refusal& refusal) {
            if (is_settled_elsewhere(refusal))
                return;
            stop_it(id, refusal);
            ++picked_.refused;
        }
    }

    void stop_it(const std::string& id, const Refusal& refusal) {
        const auto standing = fhir_.standing(id, stop_);
        if (!standing || standing->status != "in-progress")
            return;
        CommunicationChange change;
        change.status = "stopped";
        change.reason_code = refusal.reason;
        change.reason_text = refusal.what();
        change.unclaim = standing->claim == what_.installation;
        fhir_.change(id, *standing, change, stop_); // if somebody was faster, it is found again
        log::write(
            log::send_not_picked_up,
            {log::project(what_.project), log::resource("Communication/" + id), log::reason(refusal.reason)});
    }

    void set_aside(const std::string& id, const Fault& fault) {
        auto& aside = memory_.aside[id];
        ++aside.failures;
        const Duration wait = std::max(backoff(what_.retry, aside.failures, clock_.dice()),
                                       fault.retry_after.value_or(Duration{0}));
        aside.until = clock_.steady() + wait;
        log::write(log::send_set_aside, {log::project(what_.project), log::resource("Communication/" + id),
                                         log::reason(fault.reason), log::detail(fault),
                                         log::count("attempts", aside.failures), log::wait(wait)});
    }

    const PickUp& what_;
    OutboundFhir& fhir_;
    Outbox& outbox_;
    Sending& sending_;
    Clock& clock_;
    PickUpMemory& memory_;
    std::stop_token stop_;
    PickedUp picked_;
};

} // namespace

PickedUp pick_up(const PickUp& what, OutboundFhir& fhir, Outbox& outbox, Sending& sending, Clock& clock,
                 PickUpMemory& memory, std::stop_token stop) {
    return Run(what, fhir, outbox, sending, clock, memory, std::move(stop)).run();
}

} // namespace efaxd::flow
