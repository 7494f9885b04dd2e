#include "fhir/outbound_site.hpp"

namespace efaxd::fhir {
namespace {

constexpr auto get = "GET /fhir/Communication/c-1";
constexpr auto patch = "PATCH /fhir/Communication/c-1";
constexpr auto search = "GET /fhir/Communication";
constexpr auto post = "POST /fhir/Communication";

std::string claimed_by(const std::string& installation) {
    return fax_with({{"identifier",
                      R"([{"system":"https://efax.com/sending-claim","value":")" + installation + R"("}])"}});
}

// ---- claiming

TEST(OutboundClaim, marks_the_communication) {
    OutboundSite site;
    site.with_fax(fax_with()).with_fax(claimed_by("host-1")).on(patch, json_answer(200));
    EXPECT_TRUE(site.server()->claim("c-1", "host-1", {}));
    EXPECT_EQ(site.diary().size(), 3u);
    EXPECT_EQ(site.seen(2).header("cache-control"), "no-cache");
    EXPECT_EQ(site.seen(1).body, golden("outbound_claim_patch.json"));
    EXPECT_EQ(site.seen(1).header("if-match"), "W/\"7\"");
}

TEST(OutboundClaim, that_is_ours_already_holds) {
    OutboundSite site;
    site.with_fax(claimed_by("host-1"));
    EXPECT_TRUE(site.server()->claim("c-1", "host-1", {}));
    EXPECT_EQ(site.diary().size(), 1u);
}

TEST(OutboundClaim, is_left_to_whoever_was_faster) {
    OutboundSite other;
    other.with_fax(claimed_by("host-2"));
    EXPECT_FALSE(other.server()->claim("c-1", "host-1", {}));
    EXPECT_EQ(other.diary().size(), 1u);
    for (const int status : {409, 412, 410}) {
        OutboundSite site;
        site.with_fax(fax_with()).on(patch, json_answer(status));
        EXPECT_FALSE(site.server()->claim("c-1", "host-1", {}));
    }
    OutboundSite gone;
    gone.on(get, json_answer(404));
    EXPECT_FALSE(gone.server()->claim("c-1", "host-1", {}));
}

TEST(OutboundClaim, holds_only_if_it_is_the_first_that_is_there_afterwards) {
    const auto both = [](const std::string& first, const std::string& second) {
        const std::string system = R"({"system":"https://efax.com/sending-claim","value":")";
        return fax_with({{"identifier", "[" + system + first + "\"}," + system + second + "\"}]"}});
    };
    for (const auto& [after, holds] : {std::pair{both("host-1", "host-2"), true},
                                       {both("host-2", "host-1"), false},
                                       {claimed_by("host-2"), false},
                                       {fax_with(), false}}) {
        OutboundSite site;
        site.with_fax(fax_with({{"meta", ""}})).with_fax(after).on(patch, json_answer(200));
        EXPECT_EQ(site.server()->claim("c-1", "host-1", {}), holds) << after;
    }
    OutboundSite gone;
    gone.with_fax(fax_with()).on(get, json_answer(410)).on(patch, json_answer(200));
    EXPECT_FALSE(gone.server()->claim("c-1", "host-1", {}));
}

TEST(OutboundClaim, of_unknown_outcome_is_a_fault_and_the_next_look_tells) {
    Answer hang_up;
    hang_up.hang_up = true;
    OutboundSite site;
    site.with_fax(fax_with()).with_fax(claimed_by("host-1")).on(patch, hang_up);
    const auto server = site.server();
    EXPECT_EQ(fault_of([&] { server->claim("c-1", "host-1", {}); }).kind, Fault::Kind::passing);
    EXPECT_TRUE(server->claim("c-1", "host-1", {}));
}

// ---- waiting

std::string waiting(const std::string& id, const Members& members = {}) {
    Members all{{"id", "\"" + id + "\""}};
    all.insert(all.end(), members.begin(), members.end());
    return fax_with(all);
}

std::vector<std::string> waiting_on(OutboundSite& site) {
    std::vector<std::string> ids;
    for (const InProgress& one : site.server()->in_progress({}))
        if (!one.sent)
            ids.push_back(one.id);
    return ids;
}

TEST(OutboundWaiting, tells_those_that_somebody_has_sent_and_when_they_were_written) {
    OutboundSite site;
    site.on(
        search,
        json_answer(200,
                    bundle({waiting("sent", {{"identifier", R"([{"system":"https://efax.com","value":"f"}])"},
                                             {"meta", R"({"lastUpdated":"2026-10-03T14:00:00Z"})"}}),
                            waiting("a", {{"meta", ""}})})));
    const auto found = site.server()->in_progress({});
    ASSERT_EQ(found.size(), 2u);
    EXPECT_TRUE(found[0].sent);
    EXPECT_EQ(found[0].changed,
              std::chrono::sys_days{std::chrono::year{2026} / 10 / 3} + std::chrono::hours{14});
    EXPECT_FALSE(found[1].sent);
    EXPECT_FALSE(found[1].changed);
}

TEST(OutboundWaiting, searches_past_every_cache_by_what_every_server_knows) {
    OutboundSite site;
    site.on(search, json_answer(200, bundle({waiting("a"), waiting("b")})));
    EXPECT_EQ(waiting_on(site), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(
        site.seen(0).target,
        "/fhir/Communication?medium=http%3A%2F%2Fterminology.hl7.org%2FCodeSystem%2Fv3-ParticipationMode"
        "%7CFAXWRIT&category=http%3A%2F%2Fmedplum.com%2Ffhir%2FCodeSystem%2Ffax-direction%7Coutbound"
        "&status=in-progress&_sort=_lastUpdated&_count=100");
    EXPECT_EQ(site.seen(0).header("cache-control"), "no-cache");
}

TEST(OutboundWaiting, leaves_out_what_does_not_wait) {
    OutboundSite site;
    site.on(
        search,
        json_answer(
            200, bundle({waiting("sent", {{"identifier", R"([{"system":"https://efax.com","value":"f"}])"}}),
                         waiting("done", {{"status", R"("completed")"}}),
                         waiting("in", {{"category", R"([{"coding":[{"code":"inbound"}]}])"}}),
                         waiting("none", {{"category", ""}}), waiting("mail", {{"medium", ""}}),
                         waiting("a/b"), outcome("informational"),
                         waiting("other", {{"identifier", R"([{"system":"x","value":"f"}])"}})})));
    EXPECT_EQ(waiting_on(site), (std::vector<std::string>{"other"}));
}

TEST(OutboundWaiting, reads_every_page_and_each_once) {
    OutboundSite site;
    site.on(search, json_answer(200, bundle({waiting("a"), waiting("b")}, site.base() + "/page?n=2")));
    site.on("GET /fhir/page", json_answer(200, bundle({waiting("b"), waiting("c")})));
    EXPECT_EQ(waiting_on(site), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(OutboundWaiting, is_at_most_five_hundred) {
    const auto page = [](const std::string& prefix) {
        std::vector<std::string> faxes(300);
        for (std::size_t i = 0; i < faxes.size(); ++i)
            faxes[i] = waiting(prefix + std::to_string(i));
        return faxes;
    };
    OutboundSite site;
    site.on(search, json_answer(200, bundle(page("a"), site.base() + "/page?n=2")));
    site.on("GET /fhir/page", json_answer(200, bundle(page("b"), site.base() + "/page?n=3")));
    const auto ids = waiting_on(site);
    EXPECT_EQ(ids.size(), 500u);
    EXPECT_EQ(ids.front(), "a0");
    EXPECT_EQ(site.diary().size(), 2u);
}

TEST(OutboundWaiting, takes_no_error_for_nobody) {
    OutboundSite site;
    site.on(search, json_answer(400, outcome("invalid")))
        .on(search, json_answer(200, outcome("informational")));
    EXPECT_EQ(fault_of([&] { site.server()->in_progress({}); }).reason, "fhir.search_refused");
    EXPECT_EQ(fault_of([&] { site.server()->in_progress({}); }).reason, "fhir.bad_reply");
}

// ---- filing

struct Unfiled {
    Unfiled() {
        fax.id = "~DIGEST";
        fax.body = fax_with({{"id", ""}, {"meta", ""}});
    }
    std::string file() { return site.server()->file(fax, {}); }

    OutboundSite site;
    OutboundCommunication fax;
};

const std::string digest_only = R"([{"system":"https://efax.com/submission-digest","value":"DIGEST"}])";

TEST(OutboundFile, creates_the_golden_resource_on_its_condition) {
    Unfiled unfiled;
    unfiled.site.on(search, json_answer(200, bundle({})));
    unfiled.site.on(post, json_answer(201, fax_with({{"id", R"("c-9")"}})));
    EXPECT_EQ(unfiled.file(), "c-9");
    EXPECT_EQ(unfiled.site.seen(0).target, "/fhir/Communication?identifier=https%3A%2F%2Fefax.com%2F"
                                           "submission-digest%7CDIGEST&_count=50");
    EXPECT_EQ(unfiled.site.seen(0).header("cache-control"), "no-cache");
    const auto seen = unfiled.site.seen(1);
    EXPECT_EQ(seen.header("if-none-exist"), "identifier=https%3A%2F%2Fefax.com%2Fsubmission-digest%7CDIGEST");
    EXPECT_EQ(seen.header("content-type"), "application/fhir+json");
    EXPECT_EQ(seen.body, golden("outbound_filed.json"));
}

TEST(OutboundFile, keeps_the_identifiers_that_are_there) {
    Unfiled unfiled;
    unfiled.fax.body = fax_with({{"id", ""}, {"identifier", R"([{"system":"x","value":"1"}])"}});
    unfiled.site.on(search, json_answer(200, bundle({}))).on(post, json_answer(201, waiting("c-9")));
    EXPECT_EQ(unfiled.file(), "c-9");
    EXPECT_NE(
        unfiled.site.seen(1).body.find(
            R"("identifier":[{"system":"x","value":"1"},{"system":"https://efax.com/submission-digest")"),
        std::string::npos);
}

TEST(OutboundFile, finds_the_one_that_is_there) {
    Unfiled unfiled;
    const auto updated = [](const char* time) { return R"({"lastUpdated":")" + std::string(time) + R"("})"; };
    unfiled.site.on(
        search,
        json_answer(
            200, bundle({waiting("stranger"),
                         waiting("young", {{"identifier", digest_only}, {"meta", updated("2025-02-01")}}),
                         waiting("old", {{"identifier", digest_only}, {"meta", updated("2025-01-01")}})})));
    EXPECT_EQ(unfiled.file(), "old");
    EXPECT_EQ(unfiled.site.count(post), 0u);
}

TEST(OutboundFile, adopts_the_one_that_the_condition_found) {
    Unfiled unfiled;
    unfiled.site.on(search, json_answer(200, bundle({})));
    unfiled.site.on(
        post, json_answer(200, "", {{"Location", unfiled.site.base() + "/Communication/c-8/_history/1"}}));
    EXPECT_EQ(unfiled.file(), "c-8");
}

TEST(OutboundFile, tells_failures_apart) {
    Answer hang_up;
    hang_up.hang_up = true;
    using Kind = Fault::Kind;
    for (const auto& [answer, kind, reason] :
         {std::tuple{json_answer(412), Kind::lasting, "fhir.several_matches"},
          {json_answer(422, outcome("invalid")), Kind::lasting, "fhir.refused"},
          {json_answer(403), Kind::passing, "fhir.forbidden"},
          {json_answer(500), Kind::unknown, "fhir.unknown_outcome"},
          {json_answer(201, ""), Kind::unknown, "fhir.unknown_outcome"},
          {hang_up, Kind::unknown, "fhir.unknown_outcome"}}) {
        Unfiled unfiled;
        unfiled.site.on(search, json_answer(200, bundle({}))).on(post, answer);
        const auto fault = fault_of([&] { unfiled.file(); });
        EXPECT_EQ(fault.reason, reason);
        EXPECT_EQ(fault.kind, kind);
        EXPECT_EQ(unfiled.site.count(post), 1u);
    }
}

TEST(OutboundFile, creates_nothing_while_the_search_fails) {
    Unfiled unfiled;
    unfiled.site.on(search, json_answer(503));
    EXPECT_EQ(fault_of([&] { unfiled.file(); }).reason, "fhir.unavailable");
    EXPECT_EQ(unfiled.site.count(post), 0u);
}

TEST(OutboundFile, leaves_a_filed_one_alone) {
    OutboundSite site;
    OutboundCommunication fax;
    fax.id = "c-1";
    EXPECT_EQ(site.server()->file(fax, {}), "c-1");
    EXPECT_TRUE(site.diary().empty());
}

} // namespace
} // namespace efaxd::fhir
