#include "fhir/outcome.hpp"
#include "fhir/rate_limit.hpp"
#include "fhir/refusal.hpp"
#include "fhir/site.hpp"

namespace efaxd::fhir {
namespace {

using std::chrono::seconds;

http::Reply reply(int status, const std::string& body = {}, std::vector<http::Header> headers = {}) {
    http::Reply given;
    given.status = status;
    given.body = body;
    given.headers = std::move(headers);
    return given;
}

std::string verdict(int status, Call call) {
    const auto fault = refusal(reply(status), call, Instant{});
    const char* kinds[] = {"passing ", "lasting ", "unknown "};
    return kinds[static_cast<int>(fault.kind)] + fault.reason;
}

TEST(Refusal, of_the_resource_is_lasting) {
    for (const auto call : {Call::creates, Call::puts}) {
        EXPECT_EQ(verdict(400, call), "lasting fhir.refused");
        EXPECT_EQ(verdict(415, call), "lasting fhir.refused");
        EXPECT_EQ(verdict(422, call), "lasting fhir.refused");
        EXPECT_EQ(verdict(413, call), "lasting fhir.too_large");
    }
}

TEST(Refusal, of_a_question_is_about_the_server_and_passes) {
    for (const int status : {400, 413, 415, 422})
        EXPECT_EQ(verdict(status, Call::asks), "passing fhir.search_refused");
}

TEST(Refusal, of_us_passes) {
    for (const auto call : {Call::asks, Call::puts, Call::creates}) {
        EXPECT_EQ(verdict(401, call), "passing fhir.unauthorized");
        EXPECT_EQ(verdict(403, call), "passing fhir.forbidden");
        EXPECT_EQ(verdict(404, call), "passing fhir.wrong_base");
        EXPECT_EQ(verdict(405, call), "passing fhir.wrong_base");
        EXPECT_EQ(verdict(409, call), "passing fhir.conflict");
        EXPECT_EQ(verdict(412, call), "passing fhir.conflict");
        EXPECT_EQ(verdict(425, call), "passing fhir.unavailable");
        EXPECT_EQ(verdict(429, call), "passing fhir.paused");
        EXPECT_EQ(verdict(302, call), "passing fhir.bad_reply");
        EXPECT_EQ(verdict(418, call), "passing fhir.bad_reply");
        EXPECT_EQ(verdict(501, call), "passing fhir.unavailable");
    }
}

TEST(Refusal, by_a_failing_server_leaves_only_a_create_open) {
    for (const int status : {408, 500, 502, 503, 504, 520}) {
        EXPECT_EQ(verdict(status, Call::asks), "passing fhir.unavailable");
        EXPECT_EQ(verdict(status, Call::puts), "passing fhir.unavailable");
        EXPECT_EQ(verdict(status, Call::creates), "unknown fhir.unknown_outcome");
    }
    EXPECT_EQ(verdict(200, Call::creates), "unknown fhir.unknown_outcome"); // done, but to what?
}

TEST(Refusal, by_a_server_that_says_when_to_come_back_leaves_a_create_open_all_the_same) {
    const auto fault = refusal(reply(503, "", {{"retry-after", "7"}}), Call::creates, Instant{});
    EXPECT_EQ(fault.kind, Fault::Kind::unknown);
    EXPECT_EQ(fault.reason, "fhir.unknown_outcome");
    EXPECT_EQ(fault.retry_after, seconds{7});
    const auto throttled = refusal(reply(429, "", {{"retry-after", "7"}}), Call::creates, Instant{});
    EXPECT_EQ(throttled.kind, Fault::Kind::passing); // refused before any work
}

TEST(Refusal, tells_status_and_issue_code_but_no_word_of_the_server) {
    const auto fault = refusal(reply(422, outcome("business-rule")), Call::creates, Instant{});
    EXPECT_EQ(fault.detail, "the FHIR server answered 422 (business-rule)");
    const auto odd = refusal(reply(422, outcome("John Doe")), Call::creates, Instant{});
    EXPECT_EQ(odd.detail, "the FHIR server answered 422");
}

TEST(Refusal, without_reply_is_unknown_only_for_a_create_that_was_sent) {
    using Kind = http::Error::Kind;
    const std::pair<Kind, const char*> reasons[] = {{Kind::resolve, "fhir.unreachable"},
                                                    {Kind::connect, "fhir.unreachable"},
                                                    {Kind::tls, "fhir.tls"},
                                                    {Kind::timed_out, "fhir.timed_out"},
                                                    {Kind::broken, "fhir.broken"},
                                                    {Kind::too_large, "fhir.bad_reply"},
                                                    {Kind::refused, "fhir.wrong_base"}};
    for (const auto& [kind, reason] : reasons) {
        EXPECT_EQ(failure({kind, false, ""}, Call::creates).reason, reason);
        EXPECT_EQ(failure({kind, true, ""}, Call::puts).reason, reason);
        EXPECT_EQ(failure({kind, true, ""}, Call::asks).kind, Fault::Kind::passing);
        EXPECT_EQ(failure({kind, true, ""}, Call::creates).kind, Fault::Kind::unknown);
    }
}

TEST(Outcome, takes_the_code_of_the_worst_issue) {
    EXPECT_EQ(
        read_outcome(R"({"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"value"},
        {"severity":"error","code":"invariant"},{"severity":"error","code":"conflict"}]})")
            .code,
        "invariant");
    for (const auto* body : {"", "<html>502</html>", "[]", R"({"issue":[{"code":"value"}]})",
                             R"({"resourceType":"OperationOutcome","issue":{}})"})
        EXPECT_EQ(read_outcome(body).code, "") << body;
}

TEST(Outcome, notices_that_we_were_not_read) {
    EXPECT_TRUE(read_outcome(outcome("processing", "HAPI-0450: Failed to parse request body")).unread);
    EXPECT_TRUE(read_outcome(outcome("structure")).unread);
    EXPECT_FALSE(read_outcome(outcome("exception", "out of memory")).unread);
}

TEST(Outcome, reads_when_the_rate_limit_resets) {
    EXPECT_EQ(
        read_outcome(R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"throttled",
        "extension":[{"url":"https://medplum.com/fhir/StructureDefinition/rate-limit-reset","valueUnsignedInt":9}]}]})")
            .resets,
        seconds{9});
    EXPECT_FALSE(read_outcome(outcome("throttled")).resets);
}

TEST(RateLimit, waits_for_the_exhausted_bucket) {
    EXPECT_EQ(rate_limit_wait(R"("requests";r=59999;t=60, "fhirInteractions";r=0;t=42)"), seconds{42});
    EXPECT_EQ(rate_limit_wait(R"("a";r=0;t=5,"b";r=0;t=50,"c";t=9;r=0)"), seconds{50});
    EXPECT_EQ(rate_limit_wait(R"("a";r=0;t=999999999)"), seconds{3600});
}

TEST(RateLimit, does_not_believe_garbage) {
    for (const auto* header : {"", "limit=100", R"("a";r=1;t=60)", R"("a";r=;t=60)", R"("a";r=0)",
                               R"("a";r=0;t=-1)", R"("a";r=0;t=99999999999999999999)", ";,;,", "r=0x;t=5"})
        EXPECT_FALSE(rate_limit_wait(header)) << header;
}

} // namespace
} // namespace efaxd::fhir
