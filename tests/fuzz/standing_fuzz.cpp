// A Communication that is to be changed on the FHIR server: everything else must stay in its own spelling.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/fault.hpp"
#include "efaxd/core/timestamp.hpp"
#include "fhir/communication_change.hpp"
#include "fhir/plain_text.hpp"
#include "fhir/standing.hpp"
#include "json/value.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

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
    must(fuzz::is_printable_ascii(known.version), "a version can stand in a header");
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
    try_changes(std::string(fuzz::text_of(bytes, size)));
    return 0;
}
