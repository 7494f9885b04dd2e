#include "flow/delivery.hpp"

#include "efaxd/log.hpp"
#include "efaxd/meter.hpp"

#include <algorithm>
#include <typeinfo>
#include <utility>

namespace efaxd::flow {

namespace {

Fault lost_patience(const Fault& fault) {
    return {Fault::Kind::lasting, fault.reason, fault.detail + "; tried for long enough"};
}

/// Is this surely the address of a Binary other than ours? Servers may rewrite addresses until nobody can
/// tell.
bool names_another_binary(const std::string& url, const std::string& binary_id) {
    constexpr std::string_view folder = "inary/"; // Binary/ID, or …/binary/ID/VERSION?… where it is stored
    const auto at = url.rfind(folder);
    if (at == std::string::npos || url.find(binary_id) != std::string::npos)
        return false;
    const auto id = url.substr(at + folder.size());
    return !id.empty() && id.front() != '/' && id.front() != '?';
}

} // namespace

Delivery::Delivery(World world, DeliverySettings settings, RecipientsOf recipients, BinaryId binary_id)
    : world_(world), settings_(settings), recipients_(std::move(recipients)),
      binary_id_(std::move(binary_id)) {}

Entry Delivery::carry(Entry entry, std::stop_token stop) {
    Trip trip{.entry = std::move(entry), .stop = std::move(stop)};
    try {
        while (!trip.entry.settled() && !trip.entry.held) {
            if (trip.stop.stop_requested())
                return trip.entry;
            step(trip);
            world_.ledger.save(trip.entry);
            if (trip.entry.due > world_.clock.now())
                break; // a later deletion at the source
        }
    } catch (const Stopped&) {
        return trip.entry;
    } catch (const Fault& fault) {
        put_off(trip, fault);
    } catch (const GroundFault&) {
        throw;
    } catch (const std::exception& error) {
        // Nobody knows how far the step came: rest and look, as after a lost answer.
        log::write(log::daemon_internal, {log::project(trip.entry.key.project),
                                          log::fax(trip.entry.key.fax_id), log::place(typeid(error).name())});
        put_off(trip, Fault(Fault::Kind::unknown, "daemon.internal"));
    }
    return trip.entry;
}

void Delivery::put_off(Trip& trip, const Fault& fault) {
    keep_in_hand(trip);
    Entry& entry = trip.entry;
    const auto say = settle(entry, fault);
    world_.ledger.save(entry); // what cannot be saved is no news: it is said for all faxes together
    say();
    if (tell_)
        tell_(entry, fault);
}

void Delivery::step(Trip& trip) {
    switch (trip.entry.stage) {
    case Stage::claimed:
        return bring_in(trip);
    case Stage::stored:
        return timed(trip, "attach", [&] { attach(trip); });
    case Stage::attached:
        return timed(trip, "deliver", [&] { deliver(trip); });
    case Stage::delivered:
        return timed(trip, "acknowledge", [&] { acknowledge(trip); });
    case Stage::acknowledged:
        return timed(trip, "remove", [&] { remove(trip); });
    }
}

void Delivery::timed(const Trip& trip, std::string_view name, const std::function<void()>& act) {
    const Steady begun = world_.clock.steady();
    act();
    meter::observe(meter::step_seconds, {{"project", trip.entry.key.project}, {"step", name}},
                   std::chrono::duration_cast<Duration>(world_.clock.steady() - begun));
}

void Delivery::reach(Trip& trip, Stage stage) {
    trip.entry.stage = stage;
    trip.entry.due = world_.clock.now();
    trip.entry.attempts = 0;
    trip.entry.reason.clear();
}

// ---- claimed → stored, or straight to attached

/// eFax still has the fax, so that a document need not be on our disk while it is carried on at once.
void Delivery::bring_in(Trip& trip) {
    timed(trip, "fetch", [&] {
        auto document = fetch(trip);
        if (document->in_memory())
            trip.in_hand = std::move(document);
        else
            keep(trip, *document);
    });
    if (!trip.in_hand)
        return;
    timed(trip, "attach", [&] { attach(trip); });
    trip.in_hand.reset();
}

/// A whole document; the entry has its facts.
std::unique_ptr<SpoolWriter> Delivery::fetch(Trip& trip) {
    Entry& entry = trip.entry;
    DocumentInspector inspector;
    auto document = world_.spool.write(entry.key);
    world_.service.fetch(
        entry.user_id, entry.fax,
        [&](std::string_view bytes) {
            inspector.feed(bytes);
            document->append(bytes);
        },
        trip.stop);
    if (const auto complaint = inspector.complaint(); !complaint.empty())
        throw Fault(Fault::Kind::passing, std::string(complaint), "the document is fetched again later");

    entry.document = document->end();
    entry.document.type = inspector.type();
    if (inspector.type() != MediaType::pdf)
        log::write(log::fax_odd_type, {log::project(entry.key.project), log::fax(entry.key.fax_id)});
    return document;
}

void Delivery::keep(Trip& trip, SpoolWriter& document) {
    Entry& entry = trip.entry;
    document.finish();
    if (entry.stage == Stage::claimed)
        reach(trip, Stage::stored);
    log::write(log::fax_stored, {log::project(entry.key.project), log::fax(entry.key.fax_id),
                                 log::count("bytes", static_cast<std::int64_t>(entry.document.size))});
}

/// It cannot go on at once.
void Delivery::keep_in_hand(Trip& trip) {
    const auto document = std::exchange(trip.in_hand, nullptr);
    if (!document || trip.entry.stage != Stage::claimed)
        return;
    try {
        keep(trip, *document);
    } catch (const Fault&) { // no room: it is fetched again
    }
}

// ---- stored → attached, or straight to delivered

void Delivery::attach(Trip& trip) {
    if (adopt_existing(trip))
        return;
    trip.entry.binary_id = upload(trip);
    reach(trip, Stage::attached);
    log::write(log::fax_attached, {log::project(trip.entry.key.project), log::fax(trip.entry.key.fax_id),
                                   log::count("bytes", static_cast<std::int64_t>(trip.entry.document.size))});
}

std::optional<Match> Delivery::find_inbound(const Trip& trip) {
    auto matches = world_.fhir.find(trip.entry.fax.listed_id, false, trip.stop);
    const auto outbound = [](const Match& match) { return match.direction == Direction::outbound; };
    // An outbound fax may carry the same id (a fax sent to one's own number), and it may fill the whole
    // answer.
    if (!matches.empty() && std::ranges::all_of(matches, outbound))
        matches = world_.fhir.find(trip.entry.fax.listed_id, true, trip.stop);
    std::erase_if(matches, outbound);
    if (matches.empty())
        return std::nullopt;
    if (matches.size() > 1)
        log::write(log::fax_several_matches,
                   {log::project(trip.entry.key.project), log::fax(trip.entry.key.fax_id),
                    log::count("communications", static_cast<std::int64_t>(matches.size()))});
    // Each of them may hold the document: none of their Binaries is a spare.
    Match oldest = matches.front();
    for (auto other = matches.begin() + 1; other != matches.end(); ++other)
        oldest.attachments.insert(oldest.attachments.end(), other->attachments.begin(),
                                  other->attachments.end());
    return oldest;
}

bool Delivery::adopt_existing(Trip& trip) {
    const auto match = find_inbound(trip);
    trip.searched = true;
    if (!match)
        return false;
    drop_spare(trip, *match);
    log::write(log::fax_adopted, {log::project(trip.entry.key.project), log::fax(trip.entry.key.fax_id),
                                  log::resource("Communication/" + match->id)});
    reach_delivered(trip, match->id);
    return true;
}

std::string Delivery::upload(Trip& trip) {
    if (trip.in_hand)
        return upload_document(trip, *trip.in_hand->in_memory());
    try {
        return upload_from_spool(trip);
    } catch (const Fault& fault) {
        if (fault.reason != "spool.unreadable" && fault.reason != "spool.missing")
            throw;
    }
    log::write(log::fax_spool_missing,
               {log::project(trip.entry.key.project), log::fax(trip.entry.key.fax_id)});
    keep(trip, *fetch(trip)); // what is left of the old document stays until the new one is whole
    world_.ledger.save(trip.entry);
    return upload_from_spool(trip);
}

std::string Delivery::upload_from_spool(Trip& trip) {
    const auto document = world_.spool.open(trip.entry.key, trip.entry.document);
    if (!document)
        throw Fault(Fault::Kind::passing, "spool.missing", "the document is not in the spool");
    return upload_document(trip, *document);
}

std::string Delivery::upload_document(Trip& trip, SpoolReader& document) {
    if (world_.fhir.takes_client_ids(trip.stop)) {
        try {
            return world_.fhir.upload(document, name_of(trip.entry.document.type), binary_id_(trip.entry.key),
                                      trip.stop);
        } catch (const Fault& fault) {
            if (fault.reason != "fhir.client_id_refused")
                throw;
            document.rewind();
        }
    }
    return upload_counting_spares(trip, document);
}

/// An upload under an id of the server's choice may leave a Binary nobody knows of: that is recorded before
/// it can happen, and struck out once the answer is here.
std::string Delivery::upload_counting_spares(Trip& trip, SpoolReader& document) {
    Entry& entry = trip.entry;
    ++entry.spares;
    world_.ledger.save(entry);
    try {
        auto id = world_.fhir.upload(document, name_of(entry.document.type), {}, trip.stop);
        --entry.spares;
        return id;
    } catch (const Fault& fault) {
        if (fault.kind != Fault::Kind::unknown)
            --entry.spares;
        else
            log::write(log::fax_spare_binary, {log::project(entry.key.project), log::fax(entry.key.fax_id)});
        throw;
    }
}

// ---- attached → delivered

void Delivery::deliver(Trip& trip) {
    // Unless this very trip has just looked, an earlier one may have created it and not heard of it.
    if (!trip.searched && adopt_existing(trip))
        return;
    trip.searched = false;
    const Match match = create(trip);
    drop_spare(trip, match);
    log::write(log::fax_delivered,
               {log::project(trip.entry.key.project), log::mailbox(trip.entry.mailbox),
                log::fax(trip.entry.key.fax_id), log::resource("Communication/" + match.id)});
    reach_delivered(trip, match.id);
}

Match Delivery::create(Trip& trip) {
    const Recipients recipients = recipients_(trip.entry);
    try {
        return create_for(trip, recipients.owner);
    } catch (const Fault& fault) {
        const bool vanished = fault.reason == "fhir.refused" && !recipients.owner.empty() &&
                              recipients.owner != recipients.fallback &&
                              !world_.fhir.exists(recipients.owner, trip.stop);
        if (!vanished)
            throw;
        log::write(log::fax_recipient_gone,
                   {log::project(trip.entry.key.project), log::fax(trip.entry.key.fax_id),
                    log::resource(recipients.owner)});
        return create_for(trip, recipients.fallback);
    }
}

Match Delivery::create_for(const Trip& trip, const std::string& recipient) {
    const auto communication = compose(trip.entry, recipient);
    try {
        const Match match = world_.fhir.create(communication, Unless::identifier_exists, trip.stop);
        if (match.direction != Direction::outbound)
            return match;
    } catch (const Fault& fault) {
        if (fault.reason != "fhir.several_matches")
            throw;
    }
    // Outbound faxes carry this id already: ask about inbound ones alone.
    try {
        return world_.fhir.create(communication, Unless::inbound_identifier_exists, trip.stop);
    } catch (const Fault& fault) {
        if (fault.reason != "fhir.several_matches")
            throw;
        throw Fault(Fault::Kind::passing, fault.reason, "the oldest is adopted on the next try");
    }
}

/// The Communication we adopt may hold another Binary than the one we uploaded for it. Ours is deleted only
/// if that is beyond doubt.
void Delivery::drop_spare(Trip& trip, const Match& match) {
    Entry& entry = trip.entry;
    const auto& urls = match.attachments;
    const auto ours = [&](const auto& url) { return url.find(entry.binary_id) != std::string::npos; };
    if (entry.binary_id.empty() || urls.empty() || std::ranges::any_of(urls, ours))
        return;
    const auto others = [&](const auto& url) { return names_another_binary(url, entry.binary_id); };
    try {
        if (std::ranges::all_of(urls, others)) {
            world_.fhir.remove_binary(entry.binary_id, trip.stop);
            entry.binary_id.clear();
            return;
        }
    } catch (const Fault&) { // it stays where it is
    }
    ++entry.spares;
    log::write(log::fax_spare_binary, {log::project(entry.key.project), log::fax(entry.key.fax_id)});
}

void Delivery::reach_delivered(Trip& trip, const std::string& communication_id) {
    Entry& entry = trip.entry;
    entry.communication_id = communication_id;
    entry.delivered_at = world_.clock.now();
    meter::observe(meter::delivery_seconds, {{"project", entry.key.project}},
                   *entry.delivered_at - entry.first_seen);
    entry.fax.from_number.clear();
    entry.fax.to_number.clear();
    entry.fax.members.clear();
    reach(trip, Stage::delivered);
}

// ---- delivered → acknowledged → nothing left

void Delivery::acknowledge(Trip& trip) {
    Entry& entry = trip.entry;
    world_.spool.remove(entry.key);
    if (!settings_.acknowledge) {
        reach(trip, Stage::delivered);
        entry.due.reset();
        return;
    }
    world_.service.acknowledge(entry.user_id, entry.fax, trip.stop);
    reach(trip, Stage::acknowledged);
    entry.due.reset();
    // A fax whose Communication somebody else made stays at eFax: its document there is not our doing.
    if (settings_.delete_after && !entry.binary_id.empty())
        entry.due = world_.clock.now() + *settings_.delete_after;
    log::write(log::fax_acknowledged, {log::project(entry.key.project), log::fax(entry.key.fax_id)});
}

void Delivery::remove(Trip& trip) {
    Entry& entry = trip.entry;
    if (settings_.delete_after) {
        world_.service.remove(entry.user_id, entry.fax, trip.stop);
        log::write(log::fax_removed, {log::project(entry.key.project), log::fax(entry.key.fax_id)});
    }
    reach(trip, Stage::acknowledged);
    entry.due.reset();
}

// ---- faults

bool Delivery::beyond_patience(const Entry& entry, const Fault& fault) const {
    const bool no_document = fault.reason == "efax.image_missing" || fault.reason == "efax.bad_document" ||
                             fault.reason == "efax.not_visible" || fault.reason.starts_with("document.");
    if (!no_document || entry.stage >= Stage::delivered)
        return false;
    return !entry.fax.stored || world_.clock.now() - entry.first_seen >= settings_.patience;
}

/// The fax is delivered; that eFax will not hear of it is no reason to ask for ever.
bool Delivery::may_go_unacknowledged(const Entry& entry, const Fault& fault) const {
    const bool refused = fault.reason == "efax.not_visible" || fault.reason == "efax.bad_request";
    return refused && entry.stage >= Stage::delivered &&
           world_.clock.now() - entry.first_seen >= settings_.patience;
}

std::function<void()> Delivery::settle(Entry& entry, const Fault& fault) {
    if (may_go_unacknowledged(entry, fault)) {
        entry.reason = fault.reason;
        entry.due.reset();
        return [&] {
            log::write(log::fax_unacknowledged, {log::project(entry.key.project), log::fax(entry.key.fax_id),
                                                 log::reason(entry.reason)});
        };
    }
    const bool out_of_patience = fault.kind == Fault::Kind::passing && beyond_patience(entry, fault);
    ++entry.attempts;
    entry.reason = fault.reason;
    if (fault.kind == Fault::Kind::lasting || out_of_patience)
        return hold(entry, out_of_patience ? lost_patience(fault) : fault, out_of_patience);
    Duration wait = std::max(backoff(settings_.retry, entry.attempts, world_.clock.dice()),
                             fault.retry_after.value_or(Duration{0}));
    const bool unknown = fault.kind == Fault::Kind::unknown;
    if (unknown)
        wait = std::max(wait, settings_.settle);
    entry.due = world_.clock.now() + wait;
    return [&entry, fault, unknown, wait] {
        log::write(unknown ? log::fax_unknown_outcome : log::fax_waits,
                   {log::project(entry.key.project), log::mailbox(entry.mailbox), log::fax(entry.key.fax_id),
                    log::reason(fault.reason), log::detail(fault), log::count("attempts", entry.attempts),
                    log::wait(wait)});
    };
}

std::function<void()> Delivery::hold(Entry& entry, const Fault& fault, bool out_of_patience) {
    entry.held = true;
    entry.due.reset();
    return [&entry, fault, out_of_patience] {
        if (out_of_patience && !entry.fax.stored)
            log::write(log::fax_not_stored, {log::project(entry.key.project), log::fax(entry.key.fax_id)});
        log::write(log::fax_held,
                   {log::project(entry.key.project), log::mailbox(entry.mailbox), log::fax(entry.key.fax_id),
                    log::reason(fault.reason), log::detail(fault)});
    };
}

} // namespace efaxd::flow
