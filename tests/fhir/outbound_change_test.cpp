#include "efaxd/core/timestamp.hpp"
#include "fhir/canonical.hpp"
#include "fhir/communication_change.hpp"
#include "fhir/outbound_site.hpp"

namespace efaxd::fhir {
namespace {

constexpr auto get = "GET /fhir/Communication/c-1";
constexpr auto patch = "PATCH /fhir/Communication/c-1";
constexpr auto put = "PUT /fhir/Communication/c-1";

Instant at(const char* text) { return read_timestamp(text).value().instant; }

CommunicationChange submission() {
    CommunicationChange change;
    change.fax_ids = {"fax-12345"};
    change.sent = at("2025-01-15T10:30:00Z");
    return change;
}

CommunicationChange completion() {
    auto change = submission();
    change.status = "completed";
    change.received = at("2025-01-15T10:34:05Z");
    return change;
}

CommunicationChange failure() {
    auto change = submission();
    change.status = "stopped";
    change.reason_code = "E41";
    change.reason_text = "The line was busy";
    return change;
}

/// Reads a Communication and changes it.
struct Record {
    explicit Record(const std::string& body, int status = 200, const char* verb = patch) {
        site.with_fax(body).on(verb, json_answer(status, outcome("processing")));
    }
    Written change(const CommunicationChange& change) {
        const auto known = server->standing("c-1", {});
        return server->change("c-1", known.value(), change, {});
    }
    std::string sent_by(const std::string& method) const {
        for (const auto& seen : site.diary())
            if (seen.method == method)
                return seen.body;
        return {};
    }

    OutboundSite site;
    std::unique_ptr<Server> server = site.server();
};

std::string patch_for(const std::string& body, const CommunicationChange& change) {
    Record record(body);
    EXPECT_EQ(record.change(change), Written::done);
    return record.sent_by("PATCH");
}

std::string put_for(const std::string& body, const CommunicationChange& change) {
    Record record(body, 405);
    record.site.on(put, json_answer(200, body));
    EXPECT_EQ(record.change(change), Written::done);
    return record.sent_by("PUT");
}

// ---- what is written

TEST(OutboundChange, after_submission_is_the_documents_own_sample) {
    const auto result = json::Document::parse(put_for(fax_with(), submission()));
    const auto sample = json::Document::parse(golden("outbound_sample.json"));
    for (std::size_t i = 0; i < sample.root().size(); ++i) {
        const auto name = sample.root().name_at(i);
        auto expected = canonical(sample.root().member_at(i));
        if (name == "medium") // the sample shows it, the apps do not write it, and it is theirs
            expected.replace(expected.find(R"("display":"telefax",)"), 20, "");
        EXPECT_EQ(canonical(result.root()[name]), expected) << name;
    }
    EXPECT_EQ(result.root().size(), sample.root().size() + 2); // id and meta
}

TEST(OutboundChange, is_a_golden_patch) {
    EXPECT_EQ(patch_for(fax_with(), submission()), golden("outbound_submitted_patch.json"));
    const auto submitted = golden("outbound_submitted_put.json");
    EXPECT_EQ(patch_for(submitted, completion()), golden("outbound_completed_patch.json"));
    EXPECT_EQ(patch_for(submitted, failure()), golden("outbound_stopped_patch.json"));
    CommunicationChange resent;
    resent.fax_ids = {"fax-12345", "fax-12346"};
    resent.status = "in-progress";
    resent.reason_code = "";
    EXPECT_EQ(patch_for(golden("outbound_stopped_put.json"), resent), golden("outbound_resent_patch.json"));
}

TEST(OutboundChange, is_a_golden_resource_where_patches_are_not_understood) {
    EXPECT_EQ(put_for(fax_with(), submission()), golden("outbound_submitted_put.json"));
    EXPECT_EQ(canonical(json::Document::parse(put_for(fax_with(), completion())).root()),
              canonical(json::Document::parse(golden("outbound_completed_put.json")).root()));
    EXPECT_EQ(canonical(json::Document::parse(put_for(fax_with(), failure())).root()),
              canonical(json::Document::parse(golden("outbound_stopped_put.json")).root()));
}

TEST(OutboundChange, names_the_version_it_builds_on) {
    Record record(fax_with());
    EXPECT_EQ(record.change(submission()), Written::done);
    const auto seen = record.site.seen(1);
    EXPECT_EQ(seen.header("if-match"), "W/\"7\"");
    EXPECT_EQ(seen.header("content-type"), "application/json-patch+json");
    EXPECT_EQ(seen.header("prefer"), "return=minimal");
    EXPECT_EQ(record.site.seen(0).header("cache-control"), "no-cache");
}

TEST(OutboundChange, that_changes_nothing_asks_nothing) {
    for (const auto& [body, change] : {std::pair{golden("outbound_submitted_put.json"), submission()},
                                       {golden("outbound_completed_put.json"), completion()},
                                       {golden("outbound_stopped_put.json"), failure()},
                                       {fax_with(), CommunicationChange{}}}) {
        Record record(body);
        EXPECT_EQ(record.change(change), Written::unchanged);
        EXPECT_EQ(record.site.diary().size(), 1u);
    }
}

TEST(OutboundChange, compares_ids_without_case_and_times_by_the_second) {
    Record record(fax_with({{"identifier", R"([{"system":"https://efax.com","value":"FAX-12345"}])"},
                            {"sent", R"("2025-01-15T11:30:00.750+01:00")"}}));
    EXPECT_EQ(record.change(submission()), Written::unchanged);
}

TEST(OutboundChange, adds_an_identifier_beside_those_of_others) {
    CommunicationChange change;
    change.fax_ids = {"f-1", "f-1", "f-2"};
    EXPECT_EQ(patch_for(fax_with({{"identifier", R"([{"system":"x","value":"f-1"}])"}}), change),
              R"([{"op":"add","path":"/identifier/-","value":{"system":"https://efax.com","value":"f-1"}},)"
              R"({"op":"add","path":"/identifier/-","value":{"system":"https://efax.com","value":"f-2"}}])");
}

/// The statusReason after a change to a reason; `remove` if it is taken away, empty if nothing is written.
std::string reason_after(const std::string& before, const std::string& code, const std::string& text = {}) {
    CommunicationStanding known;
    known.body = fax_with({{"statusReason", before}});
    CommunicationChange change;
    change.reason_code = code;
    change.reason_text = text;
    const auto edits = edits_for(known, change);
    if (edits.empty())
        return {};
    EXPECT_EQ(edits.size(), 1u);
    EXPECT_EQ(edits[0].member, "statusReason");
    known.body = edited(known.body, edits);
    EXPECT_TRUE(edits_for(known, change).empty()) << known.body;
    return edits[0].kind == Edit::Kind::remove ? "remove" : edits[0].value;
}

const std::string ours = R"({"system":"https://efax.com/transmission-result","code":"E41"})";
const std::string theirs = R"({"system":"urn:x","code":"y","rank":1.50})";
const std::string ours_beside =
    R"({"system":"https://efax.com/transmission-result","code":"E41","display":"busy"})";

TEST(OutboundChange, keeps_the_text_of_staff_beside_our_reason) {
    const auto both = R"({"text":"by hand","coding":[)" + ours_beside + "]}";
    EXPECT_EQ(reason_after(R"({"text":"by hand"})", "E41", "busy"), both);
    EXPECT_EQ(reason_after(both, "E41", "busy"), "");
    EXPECT_EQ(reason_after(both, ""), R"({"text":"by hand"})");
    EXPECT_EQ(reason_after(R"({"text":"by hand"})", ""), "");
    const auto wordless = reason_after(R"({"text":"by hand"})", "E41");
    EXPECT_EQ(reason_after(wordless, ""), R"({"text":"by hand"})");
}

TEST(OutboundChange, keeps_the_reason_codes_of_staff) {
    const auto mixed = R"({"coding":[)" + ours + "," + theirs + R"(],"text":"busy"})";
    EXPECT_EQ(reason_after(mixed, ""), R"({"coding":[)" + theirs + "]}");
    EXPECT_EQ(reason_after(mixed, "E41", "busy"), "");
    EXPECT_EQ(reason_after(R"({"coding":[)" + theirs + "]}", "E41", "busy"),
              R"({"coding":[)" + theirs + "," + ours + R"(],"text":"busy"})");
    EXPECT_EQ(reason_after(R"({"coding":[)" + theirs + R"(],"text":"by hand"})", "E41", "busy"),
              R"({"coding":[)" + theirs + "," + ours_beside + R"(],"text":"by hand"})");
}

TEST(OutboundChange, replaces_and_takes_away_what_is_ours_of_a_reason) {
    const auto old = R"({"coding":[)" + ours + R"(],"text":"busy"})";
    EXPECT_EQ(reason_after(old, ""), "remove");
    EXPECT_EQ(reason_after(old, "E41", "engaged"), R"({"coding":[)" + ours + R"(],"text":"engaged"})");
    EXPECT_EQ(reason_after(old, "E41"), R"({"coding":[)" + ours + "]}");
    EXPECT_EQ(reason_after("17", "E41"), R"({"coding":[)" + ours + "]}");
}

TEST(OutboundChange, takes_the_claim_away) {
    const std::string claim = R"({"system":"https://efax.com/sending-claim","value":"host-1"})";
    CommunicationChange change;
    change.unclaim = true;
    EXPECT_EQ(patch_for(fax_with({{"identifier", "[" + claim + "]"}}), change),
              R"([{"op":"remove","path":"/identifier"}])");
    change.fax_ids = {"f-1"};
    EXPECT_EQ(
        patch_for(fax_with({{"identifier", R"([{"system":"x","value":"1","rank":1.50},)" + claim + "]"}}),
                  change),
        R"([{"op":"replace","path":"/identifier","value":[{"system":"x","value":"1","rank":1.50},)"
        R"({"system":"https://efax.com","value":"f-1"}]}])");
    EXPECT_EQ(put_for(fax_with({{"identifier", "[" + claim + "]"}}), change).find("sending-claim"),
              std::string::npos);
}

TEST(OutboundChange, leaves_what_it_does_not_know_as_it_was) {
    const auto body =
        fax_with({{"_status", R"({"id":"s"})"}, {"extension", R"([{"url":"x","valueDecimal":1.500}])"}});
    const auto written = put_for(body, submission());
    EXPECT_NE(written.find(R"("_status":{"id":"s"},"extension":[{"url":"x","valueDecimal":1.500}])"),
              std::string::npos);
}

// ---- how it is taken

TEST(OutboundChange, is_stale_where_somebody_else_wrote) {
    for (const int status : {409, 412})
        EXPECT_EQ(Record(fax_with(), status).change(submission()), Written::stale);
}

TEST(OutboundChange, finds_it_gone) {
    EXPECT_EQ(Record(fax_with(), 410).change(submission()), Written::gone);
    Record record("");
    record.site.on(patch, json_answer(404));
    CommunicationStanding known;
    known.body = fax_with();
    OutboundSite gone;
    gone.on(get, json_answer(410)).on(patch, json_answer(404));
    EXPECT_EQ(gone.server()->change("c-1", known, submission(), {}), Written::gone);
    EXPECT_EQ(gone.count(put), 0u);
    EXPECT_EQ(gone.server()->change("~abc", known, submission(), {}), Written::gone);
}

TEST(OutboundChange, goes_as_a_whole_where_patches_are_not_understood_and_that_is_remembered) {
    for (const int status : {400, 404, 405, 415, 422, 501}) {
        Record record(fax_with(), status);
        record.site.on(put, json_answer(200, fax_with()));
        EXPECT_EQ(record.change(submission()), Written::done) << status;
        EXPECT_EQ(record.change(submission()), Written::done) << status;
        EXPECT_EQ(record.site.count(patch), 1u);
        EXPECT_EQ(record.site.count(put), 2u);
        for (const auto& seen : record.site.diary())
            if (seen.method == "PUT") {
                EXPECT_EQ(seen.header("if-match"), "W/\"7\"");
                EXPECT_EQ(seen.header("content-type"), "application/fhir+json");
            }
    }
}

TEST(OutboundChange, that_is_refused_in_both_forms_is_refused) {
    Record record(fax_with(), 422);
    record.site.on(put, json_answer(422, outcome("business-rule")));
    for (int i = 1; i <= 2; ++i) {
        const auto fault = fault_of([&] { record.change(submission()); });
        EXPECT_EQ(fault.reason, "fhir.refused");
        EXPECT_EQ(fault.kind, Fault::Kind::lasting);
        EXPECT_EQ(record.site.count(patch), static_cast<std::size_t>(i)); // not taken for a lack of patches
    }
}

TEST(OutboundChange, is_not_sent_whole_once_a_patch_was_understood) {
    for (const int status : {400, 422}) {
        Record record(fax_with());
        record.site.on(patch, json_answer(status, outcome("invalid")));
        EXPECT_EQ(record.change(submission()), Written::done);
        EXPECT_EQ(fault_of([&] { record.change(submission()); }).reason, "fhir.refused");
        EXPECT_EQ(record.site.count(put), 0u);
    }
    Record record(fax_with());
    record.site.on(patch, json_answer(404));
    EXPECT_EQ(record.change(submission()), Written::done);
    EXPECT_EQ(record.change(submission()), Written::gone);
}

TEST(OutboundChange, tests_the_old_values_where_there_are_no_versions) {
    const auto body = fax_with({{"meta", ""}, {"identifier", R"([{"system":"x","value":"1"}])"}});
    Record record(body);
    auto change = completion();
    change.fax_ids = {"f-1", "f-2"};
    EXPECT_EQ(record.change(change), Written::done);
    EXPECT_EQ(record.site.seen(1).header("if-match"), "");
    const auto sent = record.sent_by("PATCH");
    EXPECT_TRUE(
        sent.starts_with(R"([{"op":"test","path":"/identifier","value":[{"system":"x","value":"1"}]},)"
                         R"({"op":"add","path":"/identifier/-",)"))
        << sent;
    EXPECT_NE(sent.find(R"({"op":"test","path":"/status","value":"in-progress"},{"op":"replace")"),
              std::string::npos);
    EXPECT_EQ(sent.find(R"("path":"/identifier","value")", 20), std::string::npos); // tested once
}

TEST(OutboundChange, is_not_sent_whole_without_a_version) {
    for (const int status : {405, 422}) {
        Record record(fax_with({{"meta", ""}}), status);
        record.site.on(put, json_answer(200));
        const auto fault = fault_of([&] { record.change(submission()); });
        EXPECT_EQ(fault.reason, "fhir.no_version");
        EXPECT_EQ(fault.kind, Fault::Kind::passing);
        EXPECT_EQ(record.site.count(put), 0u);
    }
}

TEST(OutboundChange, may_be_repeated_after_a_fault) {
    Answer hang_up;
    hang_up.hang_up = true;
    for (const auto& [answer, reason] : {std::pair{hang_up, "fhir.broken"},
                                         {json_answer(500), "fhir.unavailable"},
                                         {json_answer(403), "fhir.forbidden"},
                                         {json_answer(429), "fhir.paused"}}) {
        OutboundSite site;
        site.on(patch, answer);
        CommunicationStanding known;
        known.version = "7";
        known.body = fax_with();
        const auto fault = fault_of([&] { site.server()->change("c-1", known, submission(), {}); });
        EXPECT_EQ(fault.reason, reason);
        EXPECT_EQ(fault.kind, Fault::Kind::passing);
        EXPECT_EQ(site.count(put), 0u);
    }
}

// ---- how it stands

TEST(OutboundStanding, tells_all_that_the_writing_back_looks_at) {
    OutboundSite site;
    site.with_fax(fax_with({{"identifier", R"([{"system":"https://efax.com","value":"f-1"},
                             {"system":"https://efax.com/sending-claim","value":"host-1"}])"},
                            {"status", R"("stopped")"},
                            {"sent", R"("2025-01-15T10:30:00Z")"},
                            {"received", R"("2025-01-15T10:34:05Z")"},
                            {"statusReason", R"({"text":"busy","coding":[{"system":"x","code":"y"},
                             {"system":"https://efax.com/transmission-result","code":"E41"}]})"}}));
    const auto standing = site.server()->standing("c-1", {}).value();
    EXPECT_EQ(standing.version, "7");
    EXPECT_EQ(standing.status, "stopped");
    EXPECT_EQ(standing.fax_ids, (std::vector<std::string>{"f-1"}));
    EXPECT_EQ(standing.claim, "host-1");
    EXPECT_EQ(standing.reason_code, "E41");
    EXPECT_EQ(standing.reason_text, "busy");
    EXPECT_EQ(standing.sent, at("2025-01-15T10:30:00Z"));
    EXPECT_EQ(standing.received, at("2025-01-15T10:34:05Z"));
}

TEST(OutboundStanding, is_nothing_if_it_is_gone) {
    for (const int status : {404, 410}) {
        OutboundSite site;
        site.on(get, json_answer(status));
        EXPECT_EQ(site.server()->standing("c-1", {}).has_value(), false);
    }
    OutboundSite site;
    EXPECT_FALSE(site.server()->standing("../c-1", {}).has_value());
    EXPECT_TRUE(site.diary().empty());
}

TEST(OutboundStanding, is_not_guessed_from_a_bad_answer) {
    OutboundSite site;
    site.on(get, json_answer(200, "<html>")).on(get, json_answer(500));
    EXPECT_EQ(fault_of([&] { site.server()->standing("c-1", {}); }).reason, "fhir.bad_reply");
    EXPECT_EQ(fault_of([&] { site.server()->standing("c-1", {}); }).reason, "fhir.unavailable");
}

TEST(OutboundStanding, takes_no_version_that_would_break_a_header) {
    OutboundSite site;
    site.on(get, json_answer(200, fax_with({{"meta", R"({"versionId":"1\" x"})"}}), {{"ETag", "\"5\""}}));
    EXPECT_EQ(site.server()->standing("c-1", {}).value().version, "5");
}

} // namespace
} // namespace efaxd::fhir
