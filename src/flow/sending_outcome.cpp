// Sending: from submitted to settled.
#include "flow/sending.hpp"

#include "flow/sending_log.hpp"

#include <algorithm>

namespace efaxd::flow {

namespace {

using namespace std::chrono_literals;

constexpr Duration slowest_follow = 10min; ///< between two looks at a fax that has been under way for long
constexpr auto cancelling = "cancelling";  ///< the status of a fax that eFax was asked to cancel

} // namespace

// ---- submitted → settled

void Sending::follow(Trip& trip, Transmission& row) {
    ask_to_cancel(trip, row);
    const SendStatus status = world_.sender.status(row.user_id, row.fax_id, trip.stop);
    row.pages = std::max(row.pages, status.pages);
    row.tries = std::max(row.tries, status.tries);
    switch (status.state) {
    case SendStatus::State::completed:
        row.settled = status.completed;
        return end(row, SendOutcome::completed, {});
    case SendStatus::State::failed:
        if (try_again(row, status))
            return;
        row.code = status.code;
        return end(row, SendOutcome::failed, "efax.transmission_failed");
    case SendStatus::State::cancelled:
        row.code = status.code;
        return end(row, SendOutcome::cancelled, "efax.transmission_cancelled");
    case SendStatus::State::queued:
        set_status(row, "queued");
        break;
    case SendStatus::State::sending:
        set_status(row, "sending");
        break;
    case SendStatus::State::retrying:
        set_status(row, "retrying");
        break;
    case SendStatus::State::unknown:
        break;
    }
    const Instant now = world_.clock.now();
    if (now >= row.submitted.value_or(row.accepted) + settings_.give_up)
        return end(row, SendOutcome::failed, "send.no_final_state");
    row.reason.clear();
    row.due = now + next_look_at(row);
}

/// Once; whether it could be cancelled is told by the status, which is looked at in any case.
void Sending::ask_to_cancel(Trip& trip, Transmission& row) {
    if (!row.cancel || row.status == cancelling)
        return;
    try {
        world_.sender.cancel(row.user_id, row.fax_id, trip.stop);
        row.status = cancelling;
    } catch (const Fault& fault) {
        row.reason = fault.reason;
        write(log::send_waits, row);
        if (tell_)
            tell_(fault);
    }
}

void Sending::set_status(Transmission& row, const char* status) {
    if (row.status != cancelling)
        row.status = status;
}

/// Seldom for a fax that has been under way for long.
Duration Sending::next_look_at(const Transmission& row) const {
    const Duration age = world_.clock.now() - row.submitted.value_or(row.accepted);
    return std::clamp<Duration>(age / 10, settings_.follow, std::max(settings_.follow, slowest_follow));
}

/// A new round, where the configuration wants one, nothing can have arrived, and there is time. Only once the
/// Communication carries the id of this one, which would be forgotten else.
bool Sending::try_again(Transmission& row, const SendStatus& status) const {
    const Instant again = world_.clock.now() + settings_.retry_after;
    if (row.cancel || row.round > settings_.retries || !result_of(status.code).may_retry ||
        again >= row.accepted + settings_.deadline)
        return false;
    if (!row.told) {
        row.due = world_.clock.now() + settings_.follow;
        return true;
    }
    reach(row, SendStage::prepared);
    row.due = again;
    ++row.round;
    row.fax_id.clear();
    row.status.clear();
    row.begun.reset();
    row.submitted.reset();
    write(log::send_again, row);
    return true;
}

} // namespace efaxd::flow
