// Sending: from settled to reported, and whatever else the Communication shall say before.
#include "flow/sending.hpp"

#include "flow/sending_log.hpp"
#include "flow/write_back.hpp"

#include <algorithm>

namespace efaxd::flow {

namespace {

constexpr int most_rewrites = 4; ///< of one telling, while others write to the Communication too

/// Its reason is what the Communication shall be told.
bool says_why_it_ended(const Transmission& row) {
    return row.outcome == SendOutcome::failed || row.outcome == SendOutcome::cancelled;
}

} // namespace

// ---- settled → reported, and what is to be told before

void Sending::tell(Trip& trip) {
    if (std::ranges::none_of(trip.rows, has_news))
        return;
    try {
        tell_communication(trip);
    } catch (const Fault& fault) {
        Duration wait = Duration::max();
        for (Transmission& row : trip.rows)
            if (has_news(row))
                wait = std::min(wait, tell_later(row, fault));
        log::write(log::send_untold,
                   {log::project(trip.rows.front().key.project), communication_of(trip.rows.front()),
                    log::reason(fault.reason), log::detail(fault), log::wait(wait)});
        if (tell_)
            tell_(fault);
    }
}

/// Following goes on meanwhile. Returns how long it waits.
Duration Sending::tell_later(Transmission& row, const Fault& fault) {
    row.held = false; // until it is told
    ++row.attempts;
    if (!says_why_it_ended(row))
        row.reason = fault.reason;
    const Instant again = world_.clock.now() + wait_for(row, fault);
    const bool followed = row.stage == SendStage::submitted && row.due;
    row.due = followed ? std::min(*row.due, again) : again;
    world_.outbox.save(row);
    return std::max(Duration{}, *row.due - world_.clock.now());
}

void Sending::tell_communication(Trip& trip) {
    const std::string& id = trip.rows.front().key.communication;
    for (int round = 0; round < most_rewrites; ++round) {
        const auto standing = world_.fhir.standing(id, trip.stop);
        if (!standing)
            return told(trip, true);
        const auto change = change_for(trip.rows, *standing, settings_.installation);
        switch (world_.fhir.change(id, *standing, change, trip.stop)) {
        case Written::done:
        case Written::unchanged:
            return told(trip, false);
        case Written::gone:
            return told(trip, true);
        case Written::stale:
            break;
        }
    }
    throw Fault(Fault::Kind::passing, "fhir.conflict", "others keep changing the Communication");
}

void Sending::told(Trip& trip, bool gone) {
    const bool over = all_settled(trip.rows);
    // A row without a due time would stay behind after a crash if its neighbour that has one went first.
    std::ranges::stable_sort(trip.rows, {}, [](const Transmission& row) { return row.due.has_value(); });
    for (Transmission& row : trip.rows) {
        const Transmission before = row;
        if (row.stage >= SendStage::submitting)
            row.told = true;
        if (row.stage == SendStage::settled) {
            drop_documents(row);
            row.attempts = 0;
            if (!says_why_it_ended(row))
                row.reason.clear();
            row.due.reset(); // it waits for its neighbours, if for anything
            if (over)
                row.stage = SendStage::reported;
        }
        if (row == before)
            continue;
        world_.outbox.save(row);
        if (row.held && !before.told)
            write(log::send_held, row);
        if (gone && row.stage == SendStage::reported)
            write(log::send_unreported, row);
    }
    std::ranges::sort(trip.rows, {}, &Transmission::key);
}

} // namespace efaxd::flow
