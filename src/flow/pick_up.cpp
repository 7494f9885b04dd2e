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
           refusal.reason == "send.sent_already";
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
        auto found = fhir_.in_progress(stop_);
        std::erase_if(memory_.aside, [&](const auto& aside) {
            return std::ranges::find(found, aside.first, &InProgress::id) == found.end();
        });
        // Those that failed before come last, or they would use up the run for the others.
        std::stable_partition(found.begin(), found.end(),
                              [&](const InProgress& one) { return !memory_.aside.contains(one.id); });
        int failed = 0;
        for (const InProgress& one : found) {
            if (stop_.stop_requested())
                throw Stopped();
            if (is_known(one.id))
                continue;
            if (!one.sent && !rests(one.id) && failed < most_failures)
                failed = pick_up_one(one.id) ? 0 : failed + 1;
            if (one.sent || is_elsewhere(one.id))
                note_elsewhere(one);
        }
        for (const auto& [id, aside] : memory_.aside)
            if (!aside.elsewhere && aside.failures >= failures_to_alarm && picked_.stuck++ == 0)
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

    bool is_elsewhere(const std::string& id) const {
        const auto aside = memory_.aside.find(id);
        return aside != memory_.aside.end() && aside->second.elsewhere;
    }

    void note_elsewhere(const InProgress& one) {
        ++picked_.elsewhere;
        auto& aside = memory_.aside[one.id];
        if (aside.seen == Instant{})
            aside.seen = clock_.now();
        if (clock_.now() - one.changed.value_or(aside.seen) < what_.patience)
            return;
        if (picked_.first_orphan.empty())
            picked_.first_orphan = one.id;
        if (!std::exchange(aside.told, true))
            log::write(log::send_orphaned,
                       {log::project(what_.project), log::resource("Communication/" + one.id),
                        log::reason(one.sent ? "send.sent_already" : "send.claimed_elsewhere")});
    }

    /// False: it failed.
    bool pick_up_one(const std::string& id) {
        try {
            if (accept(id))
                memory_.aside.erase(id);
            return true;
        } catch (const Fault& fault) {
            if (concerns_all(fault))
                throw;
            set_aside(id, fault);
            return false;
        }
    }

    /// False: another installation has claimed it.
    bool accept(const std::string& id) {
        try {
            sending_.accept(what_.project, fhir_.read(id, stop_), stop_);
            ++picked_.accepted;
        } catch (const Refusal& refusal) {
            if (refusal.reason == "send.claimed_elsewhere") {
                rest(id).elsewhere = true;
                return false;
            }
            if (is_settled_elsewhere(refusal))
                return true;
            stop_it(id, refusal);
            ++picked_.refused;
        }
        return true;
    }

    /// Sets it aside for longer than the last time.
    PickUpMemory::Aside& rest(const std::string& id, Duration least = {}) {
        auto& aside = memory_.aside[id];
        ++aside.failures;
        aside.until = clock_.steady() + std::max(backoff(what_.retry, aside.failures, clock_.dice()), least);
        return aside;
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
        auto& aside = rest(id, fault.retry_after.value_or(Duration{0}));
        aside.elsewhere = false;
        const auto wait = std::chrono::ceil<Duration>(aside.until - clock_.steady());
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
