// Sending: a claim, and a carry from stage to stage; the other sending_*.cpp are its stages.
#include "flow/sending.hpp"

#include "efaxd/core/refusal.hpp"
#include "efaxd/meter.hpp"
#include "flow/sending_log.hpp"
#include "flow/write_back.hpp"

#include <algorithm>
#include <typeinfo>

namespace efaxd::flow {

namespace {

constexpr int most_claims = 4; ///< while others write to the Communication too

} // namespace

Sending::Sending(World world, SendingSettings settings, Digest digest)
    : world_(world), settings_(std::move(settings)), digest_(std::move(digest)) {}

// ---- nothing → accepted

std::vector<Transmission> Sending::accept(const std::string& project,
                                          const OutboundCommunication& communication, std::stop_token stop) {
    const std::string id = communication.filed() ? communication.id : world_.fhir.file(communication, stop);
    if (auto known = world_.outbox.find({project, id}); !known.empty())
        return known;
    claim(id, communication, stop);
    std::vector<Transmission> rows = first_rows({project, id}, communication);
    auto known = world_.outbox.claim(rows);
    if (known == rows)
        log::write(log::send_accepted, {log::project(project), log::resource("Communication/" + id),
                                        log::count("recipients", static_cast<std::int64_t>(rows.size()))});
    return known;
}

/// Marks the Communication as ours, for others who look at the same server. Nobody else may have it, or have
/// had it.
void Sending::claim(const std::string& id, const OutboundCommunication& communication,
                    const std::stop_token& stop) {
    if (!communication.fax_ids.empty())
        throw Refusal(409, "conflict", "Communication.identifier", "send.sent_already",
                      "This Communication carries the id of a fax already; make a new one to send it again.");
    // Another call of ours, or staff, may have been faster by a moment: then the next look finds our own
    // mark.
    for (int time = 0; time < most_claims; ++time)
        if (world_.fhir.claim(id, settings_.installation, stop))
            return;
    throw Refusal(409, "conflict", "Communication", "send.claimed_elsewhere",
                  "Another efaxd on the same FHIR server sends this Communication.");
}

std::vector<Transmission> Sending::first_rows(const OutboundKey& key,
                                              const OutboundCommunication& communication) const {
    const Instant now = world_.clock.now();
    std::vector<Transmission> rows;
    for (std::size_t at = 0; at < communication.recipients.size(); ++at) {
        Transmission row;
        row.key = {key.project, key.communication, static_cast<int>(at)};
        row.due = now;
        row.accepted = now;
        row.user_id = communication.user_id;
        row.recipient = communication.recipients[at].reference;
        set_number(row, communication.recipients[at].number);
        rows.push_back(std::move(row));
    }
    return rows;
}

void Sending::set_number(Transmission& row, const std::string& number) const {
    row.number = number;
    row.destination = digest_("destination " + number).substr(0, 32);
}

/// The same for every POST of a round, and for no other.
std::string Sending::reference(const Transmission& row) const {
    const auto& key = row.key;
    return "efaxd-" + digest_("submission " + key.project + '\0' + key.communication + '\0' +
                              std::to_string(key.recipient) + '\0' + std::to_string(row.round))
                          .substr(0, 40);
}

// ---- a carry

std::vector<Transmission> Sending::carry(const OutboundKey& key, std::stop_token stop, bool eager) {
    Trip trip{.rows = world_.outbox.find(key), .stop = std::move(stop), .communication = {}};
    try {
        if (eager)
            for (Transmission& row : trip.rows)
                if (row.stage == SendStage::submitted && row.due)
                    row.due = std::min(*row.due, world_.clock.now());
        for (Transmission& row : trip.rows)
            carry_row(trip, row);
        tell(trip);
    } catch (const Stopped&) { // the rows are as they were written last
    }
    return std::move(trip.rows);
}

bool Sending::may_step(const Transmission& row) const {
    return row.stage < SendStage::settled && !row.held && row.due && *row.due <= world_.clock.now();
}

void Sending::carry_row(Trip& trip, Transmission& row) {
    try {
        while (may_step(row)) {
            if (trip.stop.stop_requested())
                throw Stopped();
            step(trip, row);
            save(row);
        }
    } catch (const Refusal& refusal) {
        const bool by_staff = refusal.reason == "send.wrong_status" ||
                              refusal.reason == "send.recipient_removed" ||
                              refusal.reason == "send.communication_gone";
        end(row, by_staff ? SendOutcome::cancelled : SendOutcome::failed, refusal.reason);
        save(row);
    } catch (const Fault& fault) {
        put_off(row, fault);
    } catch (const Stopped&) {
        throw;
    } catch (const GroundFault&) {
        throw;
    } catch (const std::exception& error) {
        log::write(log::daemon_internal,
                   {log::project(row.key.project), communication_of(row), log::place(typeid(error).name())});
        // Nobody knows how far the step came: in `submitting` it is looked up, as after a lost answer.
        put_off(row, Fault(Fault::Kind::unknown, "daemon.internal"));
    }
}

/// One that is to be held waits in the ledger until its Communication tells it: nothing else would tell it
/// later.
void Sending::save(const Transmission& row) {
    if (!row.held || row.told || row.stage != SendStage::submitting)
        return world_.outbox.save(row);
    Transmission waiting = row;
    waiting.held = false;
    waiting.due = world_.clock.now();
    world_.outbox.save(waiting);
}

void Sending::step(Trip& trip, Transmission& row) {
    const Instant now = world_.clock.now();
    if (row.stage < SendStage::submitting) {
        if (row.cancel)
            return end(row, SendOutcome::cancelled, "operator.cancel");
        if (!settings_.live || row.reason == mode_hold)
            row.accepted = now; // the time on hold does not count
        if (now >= row.accepted + settings_.deadline)
            return end(row, SendOutcome::failed, "send.expired");
    }
    switch (row.stage) {
    case SendStage::accepted:
        return prepare(trip, row);
    case SendStage::prepared:
        return submit(trip, row);
    case SendStage::submitting:
        return look(trip, row);
    case SendStage::submitted:
        return follow(trip, row);
    case SendStage::settled:
    case SendStage::reported:
        return;
    }
}

void Sending::reach(Transmission& row, SendStage stage) const {
    row.stage = stage;
    row.due = world_.clock.now();
    row.attempts = 0;
    row.reason.clear();
}

void Sending::rest(Transmission& row, const char* reason, Duration wait) const {
    row.reason = reason;
    row.due = world_.clock.now() + wait;
    if (row.stage < SendStage::submitting)
        row.due = std::min(*row.due, row.accepted + settings_.deadline);
}

void Sending::hold(Transmission& row, const std::string& reason) const {
    row.held = true;
    row.due.reset();
    row.reason = reason;
    row.told = false;
    if (row.stage != SendStage::submitting) // else when it is told
        write(row.stage < SendStage::submitting ? log::send_held_back : log::send_held, row);
}

void Sending::end(Transmission& row, SendOutcome outcome, const std::string& reason) {
    drop_documents(row);
    reach(row, SendStage::settled);
    row.held = false;
    row.outcome = outcome;
    row.reason = reason;
    row.settled = row.settled.value_or(world_.clock.now());
    if (row.submitted)
        meter::observe(meter::outcome_seconds, {{"project", row.key.project}, {"outcome", name_of(outcome)}},
                       *row.settled - *row.submitted);
    write(outcome == SendOutcome::completed   ? log::send_completed
          : outcome == SendOutcome::cancelled ? log::send_cancelled
                                              : log::send_failed,
          row);
}

void Sending::drop_documents(const Transmission& row) {
    try {
        for (std::size_t at = 0; at < row.documents.size(); ++at)
            world_.spool.remove(document_key(row.key, at));
    } catch (const Fault&) { // what stays is swept at the next start
    }
}

// ---- faults

Duration Sending::wait_for(const Transmission& row, const Fault& fault) const {
    return std::max(backoff(settings_.retry, row.attempts, world_.clock.dice()),
                    fault.retry_after.value_or(Duration{0}));
}

void Sending::put_off(Transmission& row, const Fault& fault) {
    if (tell_)
        tell_(fault);
    const bool unknown = fault.kind == Fault::Kind::unknown && row.stage == SendStage::submitting;
    const auto wait = postpone(row, fault, unknown);
    save(row); // what cannot be saved is no news: it is said for all faxes together
    if (wait)
        log::write(unknown ? log::send_unknown_outcome : log::send_waits,
                   {log::project(row.key.project), communication_of(row),
                    log::count("recipient", row.key.recipient), log::reason(fault.reason), log::detail(fault),
                    log::count("attempts", row.attempts), log::wait(*wait)});
}

/// How long it waits; nothing if it ended or is held.
std::optional<Duration> Sending::postpone(Transmission& row, const Fault& fault, bool unknown) {
    ++row.attempts;
    row.reason = fault.reason;
    const bool untaken = row.stage < SendStage::submitting;
    if (fault.kind == Fault::Kind::lasting && untaken) {
        end(row, SendOutcome::failed, fault.reason);
        return std::nullopt;
    }
    const Duration wait = std::max(wait_for(row, fault), unknown ? settings_.settle : Duration{0});
    row.due = world_.clock.now() + wait;
    if (untaken)
        row.due = std::min(*row.due, row.accepted + settings_.deadline);
    const Instant given_up = world_.clock.now() - settings_.give_up;
    if (row.stage == SendStage::submitting && row.begun.value_or(row.accepted) <= given_up) {
        hold(row, "send.outcome_unknown");
        return std::nullopt;
    }
    if (row.stage == SendStage::submitted && row.submitted.value_or(row.accepted) <= given_up) {
        hold(row, fault.reason);
        return std::nullopt;
    }
    return wait;
}

} // namespace efaxd::flow
