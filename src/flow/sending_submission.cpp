// Sending: from prepared to submitted, and what becomes of an unknown outcome.
#include "flow/sending.hpp"

#include "efaxd/meter.hpp"
#include "flow/sending_log.hpp"

#include <algorithm>

namespace efaxd::flow {

namespace {

using namespace std::chrono_literals;

constexpr Duration hold_recheck = 1min; ///< whether sending is live by now

} // namespace

// ---- prepared → submitting → submitted

void Sending::submit(Trip& trip, Transmission& row) {
    if (!settings_.live)
        return rest(row, mode_hold, hold_recheck);
    // A server may have taken what it answered with 429 or 403.
    const bool perhaps_sent = row.begun || settings_.restored;
    if (perhaps_sent && find(trip, row, row.begun.value_or(row.accepted) + settings_.settle))
        return;
    const OutboundCommunication& current = communication(trip, row);
    if (const char* const obstacle = obstacle_to(trip, current))
        return hold(row, obstacle);
    auto documents = open_documents(row);
    if (documents.size() != row.documents.size() || payload_of(current) != row.payload) {
        fetch_documents(trip, row);
        documents = open_documents(row);
        if (documents.size() != row.documents.size())
            throw Fault(Fault::Kind::passing, "spool.missing", "the document is not in the spool");
    }
    Transmission begun = row;
    begun.stage = SendStage::submitting;
    begun.begun = world_.clock.now();
    begun.due = *begun.begun + settings_.settle;
    if (!world_.outbox.begin(begun, settings_.limits))
        return rest(row, "send.destination_busy", settings_.follow);
    row = std::move(begun);
    hand_over(trip, row, documents);
}

/// Somebody else has sent it, or will, on the same server. A further round is a person's or our own decision
/// after the first one.
const char* Sending::obstacle_to(const Trip& trip, const OutboundCommunication& current) const {
    const bool first_round =
        std::ranges::all_of(trip.rows, [](const Transmission& row) { return row.round == 1; });
    if (first_round && !current.claim.empty() && current.claim != settings_.installation)
        return "send.claimed_elsewhere";
    const auto is_ours = [&](const std::string& fax_id) {
        return std::ranges::find(trip.rows, fax_id, &Transmission::fax_id) != trip.rows.end();
    };
    if (first_round && !std::ranges::all_of(current.fax_ids, is_ours))
        return "send.sent_already";
    return nullptr;
}

std::vector<std::unique_ptr<SpoolReader>> Sending::open_documents(const Transmission& row) {
    std::vector<std::unique_ptr<SpoolReader>> readers;
    for (std::size_t at = 0; at < row.documents.size(); ++at)
        if (auto reader = world_.spool.open(document_key(row.key, at), row.documents[at]))
            readers.push_back(std::move(reader));
    return readers;
}

void Sending::hand_over(Trip& trip, Transmission& row,
                        const std::vector<std::unique_ptr<SpoolReader>>& documents) {
    const OutboundCommunication communication = *trip.communication;
    Submission submission;
    submission.user_id = row.user_id;
    submission.number = row.number;
    submission.to_name = communication.attention.empty()
                             ? communication.recipients[static_cast<std::size_t>(row.key.recipient)].name
                             : communication.attention;
    submission.reference = reference(row);
    submission.cover_page = settings_.cover_page;
    submission.from_name = communication.from_name;
    submission.subject = communication.subject;
    submission.message = communication.message;
    for (const auto& document : documents)
        submission.documents.push_back(document.get());
    trip.communication.reset(); // a POST takes its time, and staff act meanwhile
    try {
        row.fax_id = world_.sender.submit(submission, trip.stop);
    } catch (const Stopped&) { // certainly not taken
        reach(row, SendStage::prepared);
        world_.outbox.save(row);
        throw;
    } catch (const Fault& fault) {
        if (fault.kind != Fault::Kind::unknown) // certainly not taken
            row.stage = SendStage::prepared;
        throw;
    }
    reach(row, SendStage::submitted);
    row.submitted = world_.clock.now();
    meter::observe(meter::submission_seconds, {{"project", row.key.project}}, *row.submitted - row.accepted);
    row.due = world_.clock.now() + settings_.follow;
    row.told = false;
    write(log::send_submitted, row);
}

// ---- submitting, found so: the outcome is unknown

void Sending::look(Trip& trip, Transmission& row) {
    const Instant begun = row.begun.value_or(row.accepted);
    const Instant enough = begun + settings_.settle + settings_.look;
    const Instant now = world_.clock.now();
    if (find(trip, row, now >= enough ? enough : begun + settings_.settle))
        return;
    if (now >= enough)
        return hold(row, "send.outcome_unknown");
    ++row.attempts;
    row.reason = "send.outcome_unknown";
    row.due = std::min(now + backoff(settings_.retry, row.attempts, world_.clock.dice()), enough);
}

/// Whether eFax has it, by what its lists held at that moment or later.
bool Sending::find(const Trip& trip, Transmission& row, Instant telling) {
    const Instant begun = row.begun.value_or(row.accepted);
    const Duration may_be_old = std::max(Duration{}, world_.clock.now() - telling);
    const auto found = world_.sender.find_sent(row.user_id, reference(row), begun, may_be_old, trip.stop);
    if (!found)
        return false;
    row.fax_id = found->fax_id;
    reach(row, SendStage::submitted);
    row.submitted = begun;
    row.told = false;
    write(log::send_found, row);
    return true;
}

} // namespace efaxd::flow
