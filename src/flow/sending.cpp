#include "flow/sending.hpp"

#include "efaxd/core/refusal.hpp"
#include "efaxd/log.hpp"
#include "flow/write_back.hpp"

#include <algorithm>
#include <array>
#include <typeinfo>

namespace efaxd::flow {

namespace {

using namespace std::chrono_literals;

constexpr Duration hold_recheck = 1min;    ///< whether sending is live by now
constexpr Duration slowest_follow = 10min; ///< between two looks at a fax that has been under way for long
constexpr auto cancelling = "cancelling";  ///< the status of a fax that eFax was asked to cancel
constexpr int most_rewrites = 4;           ///< of one telling, while others write to the Communication too

log::Field communication_of(const Transmission& row) {
    return log::resource("Communication/" + row.key.communication);
}

void write(const log::Event& event, const Transmission& row) {
    log::write(event, {log::project(row.key.project), communication_of(row),
                       log::count("recipient", row.key.recipient), log::reason(row.reason)});
}

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
    for (int time = 0; time < most_rewrites; ++time)
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
        save(row);
    } catch (const Stopped&) {
        throw;
    } catch (const GroundFault&) {
        throw;
    } catch (const std::exception& error) {
        log::write(log::daemon_internal,
                   {log::project(row.key.project), communication_of(row), log::place(typeid(error).name())});
        // Nobody knows how far the step came: in `submitting` it is looked up, as after a lost answer.
        put_off(row, Fault(Fault::Kind::unknown, "daemon.internal"));
        save(row);
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
        write(log::send_held, row);
}

void Sending::end(Transmission& row, SendOutcome outcome, const std::string& reason) {
    drop_documents(row);
    reach(row, SendStage::settled);
    row.held = false;
    row.outcome = outcome;
    row.reason = reason;
    row.settled = row.settled.value_or(world_.clock.now());
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

// ---- accepted → prepared

/// The Communication as it is now: staff may have changed or ended it since it was accepted.
const OutboundCommunication& Sending::communication(Trip& trip, Transmission& row) {
    if (!trip.communication)
        trip.communication = world_.fhir.read(row.key.communication, trip.stop);
    const auto& recipients = trip.communication->recipients;
    const auto at = static_cast<std::size_t>(row.key.recipient);
    if (at >= recipients.size() || recipients[at].reference != row.recipient)
        throw Refusal(422, "business-rule", "Communication.recipient[" + std::to_string(at) + "]",
                      "send.recipient_removed", "The recipient was changed after the fax was accepted.");
    if (recipients[at].number != row.number)
        set_number(row, recipients[at].number);
    row.user_id = trip.communication->user_id;
    return *trip.communication;
}

void Sending::prepare(Trip& trip, Transmission& row) {
    fetch_documents(trip, row);
    reach(row, SendStage::prepared);
}

void Sending::fetch_documents(Trip& trip, Transmission& row) {
    const auto& wanted = communication(trip, row).documents;
    std::vector<Document> documents;
    std::uint64_t size = 0;
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        documents.push_back(fetch_document(row, wanted[at], at, trip.stop));
        size += documents.back().size;
        if (size > settings_.document_bytes)
            throw Refusal(422, "too-long", wanted[at].element, "send.document_too_large",
                          "The documents of this Communication are larger than eFax accepts.");
    }
    row.documents = std::move(documents);
    row.payload = payload_of(*trip.communication);
}

/// Addresses that are signed anew at every reading count without their query.
std::string Sending::payload_of(const OutboundCommunication& communication) const {
    std::string all;
    for (const OutboundDocument& document : communication.documents)
        all += document.content_type + '\0' + document.url.substr(0, document.url.find('?')) + '\0' +
               digest_("data " + document.data) + '\n';
    return digest_("payload " + all).substr(0, 32);
}

Document Sending::fetch_document(const Transmission& row, const OutboundDocument& document,
                                 std::size_t position, const std::stop_token& stop) {
    const FaxKey key = document_key(row.key, position);
    DocumentInspector inspector;
    const auto writer = world_.spool.write(key);
    world_.fhir.fetch(
        document,
        [&](std::string_view bytes) {
            inspector.feed(bytes);
            writer->append(bytes);
        },
        stop);
    if (!inspector.complaint().empty())
        throw Refusal(422, "not-supported", document.element, "send.bad_document",
                      "The document is empty, cut short, or no PDF, JPEG, PNG or TIFF.");
    Document fetched = writer->finish();
    fetched.type = inspector.type();
    return fetched.type == MediaType::pdf ? fetched : convert(key, fetched, stop);
}

/// Replaces a picture in the spool by a PDF of it.
Document Sending::convert(const FaxKey& key, const Document& picture, const std::stop_token& stop) {
    const auto reader = world_.spool.open(key, picture);
    if (!reader)
        throw Fault(Fault::Kind::passing, "spool.missing", "the document is not in the spool");
    const auto conversion = world_.converter.begin(stop);
    conversion->next();
    std::array<char, 65536> block{};
    while (const std::size_t got = reader->read(block.data(), block.size()))
        conversion->feed({block.data(), got});
    const auto writer = world_.spool.write(key);
    conversion->finish([&](std::string_view bytes) { writer->append(bytes); });
    Document converted = writer->finish();
    converted.type = MediaType::pdf;
    return converted;
}

// ---- prepared → submitting → submitted

void Sending::submit(Trip& trip, Transmission& row) {
    if (!settings_.live)
        return rest(row, "send.mode_hold", hold_recheck);
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

/// Somebody else has sent it, or will, on the same server.
const char* Sending::obstacle_to(const Trip& trip, const OutboundCommunication& current) const {
    if (!current.claim.empty() && current.claim != settings_.installation)
        return "send.claimed_elsewhere";
    const bool first_round =
        std::ranges::all_of(trip.rows, [](const Transmission& row) { return row.round == 1; });
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
    row.due = world_.clock.now() + settings_.follow;
    row.told = false;
    write(log::send_submitted, row);
}

// ---- submitting, found so: the outcome is unknown

void Sending::look(Trip& trip, Transmission& row) {
    const Instant begun = row.begun.value_or(row.accepted);
    const auto found = world_.sender.find_sent(row.user_id, reference(row), begun, trip.stop);
    const Instant now = world_.clock.now();
    if (found) {
        row.fax_id = found->fax_id;
        reach(row, SendStage::submitted);
        row.submitted = begun;
        row.told = false;
        return write(log::send_found, row);
    }
    const Instant enough = begun + settings_.settle + settings_.look;
    if (now >= enough)
        return hold(row, "send.outcome_unknown");
    ++row.attempts;
    row.reason = "send.outcome_unknown";
    row.due = std::min(now + backoff(settings_.retry, row.attempts, world_.clock.dice()), enough);
}

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

// ---- faults

Duration Sending::wait_for(const Transmission& row, const Fault& fault) const {
    return std::max(backoff(settings_.retry, row.attempts, world_.clock.dice()),
                    fault.retry_after.value_or(Duration{0}));
}

void Sending::put_off(Transmission& row, const Fault& fault) {
    if (tell_)
        tell_(fault);
    ++row.attempts;
    row.reason = fault.reason;
    const bool untaken = row.stage < SendStage::submitting;
    if (fault.kind == Fault::Kind::lasting && untaken)
        return end(row, SendOutcome::failed, fault.reason);
    const bool unknown = fault.kind == Fault::Kind::unknown && row.stage == SendStage::submitting;
    const Duration wait = std::max(wait_for(row, fault), unknown ? settings_.settle : Duration{0});
    row.due = world_.clock.now() + wait;
    if (untaken)
        row.due = std::min(*row.due, row.accepted + settings_.deadline);
    if (row.stage == SendStage::submitting &&
        world_.clock.now() >= row.begun.value_or(row.accepted) + settings_.give_up)
        return hold(row, "send.outcome_unknown");
    if (row.stage == SendStage::submitted &&
        world_.clock.now() >= row.submitted.value_or(row.accepted) + settings_.give_up)
        return hold(row, fault.reason);
    log::write(unknown ? log::send_unknown_outcome : log::send_waits,
               {log::project(row.key.project), communication_of(row),
                log::count("recipient", row.key.recipient), log::reason(fault.reason), log::detail(fault),
                log::count("attempts", row.attempts), log::wait(wait)});
}

// ---- settled → reported, and what is to be told before

void Sending::tell(Trip& trip) {
    if (std::ranges::none_of(trip.rows, has_news))
        return;
    try {
        tell_communication(trip);
    } catch (const Fault& fault) {
        for (Transmission& row : trip.rows)
            if (has_news(row))
                tell_later(row, fault);
        log::write(log::send_untold,
                   {log::project(trip.rows.front().key.project), communication_of(trip.rows.front()),
                    log::reason(fault.reason), log::detail(fault)});
        if (tell_)
            tell_(fault);
    }
}

/// Following goes on meanwhile.
void Sending::tell_later(Transmission& row, const Fault& fault) {
    row.held = false; // until it is told
    ++row.attempts;
    row.reason = fault.reason;
    const Instant again = world_.clock.now() + wait_for(row, fault);
    const bool followed = row.stage == SendStage::submitted && row.due;
    row.due = followed ? std::min(*row.due, again) : again;
    world_.outbox.save(row);
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
