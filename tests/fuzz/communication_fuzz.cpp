// Communications to be sent, with whatever the FHIR server says they refer to. The input is the Communication
// and then, in the order in which they are asked for, the server's replies.
#include "fuzz/fuzz.hpp"
#include "fuzz/scripted_client.hpp"

#include "efaxd/core/communication.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/core/refusal.hpp"
#include "efaxd/core/timestamp.hpp"
#include "fakes/fake_clock.hpp"
#include "fhir/communication_change.hpp"
#include "fhir/plain_text.hpp"
#include "fhir/server.hpp"
#include "fhir/standing.hpp"
#include "json/value.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

fhir::Server& server() {
    static fakes::FakeClock clock;
    static fhir::Server the_server(fuzz::server_options(), clock);
    return the_server;
}

void check_refusal(const Refusal& refusal) {
    must(refusal.status == 400 || refusal.status == 422, "a refusal is the caller's to mend");
    must(refusal.reason.starts_with("send.") && !refusal.code.empty(), "a refusal has its codes");
    must(refusal.expression.starts_with("Communication"), "a refusal says what to mend");
    must(fuzz::is_printable_ascii(refusal.what()), "a refusal is a sentence of ours");
}

void check_communication(const OutboundCommunication& communication) {
    std::set<std::string> numbers;
    for (const auto& recipient : communication.recipients) {
        must(fuzz::is_e164(recipient.number), "a recipient has a number");
        must(numbers.insert(recipient.number).second, "no number is dialled twice");
        must(fuzz::is_one_line(recipient.name), "a recipient's name is one line");
    }
    must(!numbers.empty() && !communication.documents.empty(), "something goes to somebody");
    must(!communication.user_id.empty() && communication.filed() != communication.id.starts_with('~'),
         "it is known who sends what");
    must(fuzz::is_one_line(communication.from_name) && fuzz::is_one_line(communication.subject) &&
             fuzz::is_one_line(communication.attention),
         "what is written on the cover page is one line each");
}

void fetch(const OutboundDocument& document) {
    try {
        server().fetch(document, [](std::string_view) {}, {});
    } catch (const Refusal& refusal) {
        check_refusal(refusal);
    } catch (const Fault&) { // nothing that we know
    }
}

void try_sending(std::string_view body) {
    try {
        const auto communication = server().read_body(body, {});
        check_communication(communication);
        for (const auto& document : communication.documents)
            fetch(document);
    } catch (const Refusal& refusal) {
        check_refusal(refusal);
    } catch (const Fault& fault) {
        must(fault.reason.starts_with("fhir."), "a fault of the server is called so");
    }
}

std::vector<CommunicationChange> changes() {
    const auto time = read_timestamp("2026-10-03T14:00:00Z")->instant;
    CommunicationChange submitted;
    submitted.fax_ids = {"0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be003", "AFAX-0002"};
    submitted.sent = time;
    CommunicationChange completed = submitted;
    completed.status = "completed";
    completed.received = time + std::chrono::minutes{3};
    completed.reason_code = "";
    CommunicationChange stopped;
    stopped.status = "stopped";
    stopped.reason_code = "E41";
    stopped.reason_text = "The line was busy, and \"busy\" again.";
    stopped.unclaim = true;
    return {submitted, completed, stopped};
}

CommunicationStanding standing_of(const std::string& body) {
    http::Reply reply;
    reply.body = body;
    return fhir::standing_of(std::move(reply));
}

void check_change(const CommunicationStanding& now, const CommunicationChange& change) {
    for (const auto& id : change.fax_ids)
        must(std::ranges::any_of(now.fax_ids, [&](const auto& one) { return fhir::same_text(one, id); }),
             "the fax ids are there");
    must(!change.status || now.status == *change.status, "the status is the one wanted");
    must(!change.sent || (now.sent && fhir_timestamp(*now.sent) == fhir_timestamp(*change.sent)),
         "the time of sending is there");
    must(!change.received ||
             (now.received && fhir_timestamp(*now.received) == fhir_timestamp(*change.received)),
         "the time of arrival is there");
    must(!change.reason_code || now.reason_code == *change.reason_code, "the reason is the one wanted");
    must(!change.unclaim || now.claim.empty(), "the claim is gone");
    must(fhir::edits_for(now, change).empty(), "there is nothing left to change");
}

void check_patch(const std::string& body, const std::vector<fhir::Edit>& edits, bool guarded) {
    const auto patch = json::Document::parse(fhir::json_patch(body, edits, guarded));
    must(patch.root().is_array() && patch.root().size() >= edits.size(), "a patch does every edit");
    for (std::size_t i = 0; i < patch.root().size(); ++i) {
        const auto operation = patch.root().at(i);
        must(operation["op"].is_string() && operation["path"].text_or("").starts_with('/'),
             "a patch is made of operations");
    }
}

void try_changes(const std::string& body) {
    CommunicationStanding known;
    try {
        known = standing_of(body);
    } catch (const Fault&) { // no Communication, or none whose members can be told apart
        return;
    }
    // One of them each time, or nothing would be left of the speed.
    static const auto all = changes();
    const auto& change = all[body.size() % all.size()];
    const auto edits = fhir::edits_for(known, change);
    check_patch(body, edits, body.size() % 2 == 0);
    check_change(standing_of(fhir::edited(body, edits)), change);
    const auto claimed = standing_of(fhir::edited(body, fhir::edits_for_claim(known, "this-house")));
    must(!claimed.claim.empty(), "a claim can be seen");
    must(known.fax_ids == claimed.fax_ids, "a claim changes nothing else");
    standing_of(fhir::edited(body, fhir::edits_for_submission(known, "0123456789abcdef")));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    auto parts = fuzz::parts_of(fuzz::text_of(bytes, size));
    const std::string communication(parts.front());
    parts.erase(parts.begin());
    fuzz::replies() = std::move(parts);
    try_sending(communication);
    try_changes(communication);
    return 0;
}
