#include "fhir/outbound_site.hpp"

namespace efaxd::fhir {
namespace {

constexpr auto search = "GET /fhir/Communication";
const std::string theirs = "Bearer their-token";

struct Gate {
    Gate() {
        site.options.auth = BearerAuth{[] { return std::string("our-token"); }};
    }
    CallerRight check(const std::string& authorization, const std::string& reference = {}) {
        return site.server()->check_caller(authorization, reference, {});
    }

    OutboundSite site;
};

TEST(Callers, are_checked_with_their_own_credentials) {
    Gate gate;
    gate.site.on(search, json_answer(200, bundle({})));
    EXPECT_EQ(gate.check(theirs), CallerRight::granted);
    EXPECT_EQ(gate.site.diary().size(), 1u);
    const auto seen = gate.site.seen(0);
    EXPECT_EQ(seen.target, "/fhir/Communication?_count=1&_elements=id");
    EXPECT_EQ(seen.header("authorization"), theirs);
    EXPECT_EQ(seen.header("cache-control"), "no-cache");
}

TEST(Callers, are_checked_for_one_resource) {
    Gate gate;
    gate.site.on("GET /fhir/Organization/o", json_answer(200, R"({"resourceType":"Organization","id":"o"})"));
    EXPECT_EQ(gate.check(theirs, "Organization/o"), CallerRight::granted);
    EXPECT_EQ(gate.site.seen(0).header("authorization"), theirs);
}

TEST(Callers, are_granted_a_binary_that_is_larger_than_any_reply_may_be) {
    Gate gate;
    Answer large = json_answer(200, R"({"resourceType":"Binary","id":"b","data":")" +
                                        std::string(70u << 20, 'A') + R"("})");
    gate.site.on("GET /fhir/Binary/b", std::move(large));
    EXPECT_EQ(gate.check(theirs, "Binary/b"), CallerRight::granted);
    EXPECT_EQ(gate.site.seen(0).header("accept"), "application/fhir+json");
    EXPECT_EQ(gate.site.seen(0).header("authorization"), theirs);
}

TEST(Callers, are_granted_a_binary_whatever_it_looks_like) {
    for (const std::string body : {"%PDF-1.7", ""}) {
        Gate gate;
        Answer raw;
        raw.headers = {{"Content-Type", "application/pdf"}};
        raw.body = body;
        gate.site.on("GET /fhir/Binary/b", raw);
        EXPECT_EQ(gate.check(theirs, "Binary/b"), CallerRight::granted);
    }
}

TEST(Callers, are_granted_no_binary_by_a_sign_in_page) {
    for (const std::string body : {"<html>sign in</html>", ""}) {
        Gate gate;
        Answer page;
        page.headers = {{"Content-Type", "text/HTML; charset=utf-8"}};
        page.body = body;
        gate.site.on("GET /fhir/Binary/b", page);
        EXPECT_EQ(fault_of([&] { gate.check(theirs, "Binary/b"); }).reason, "fhir.bad_reply");
    }
}

TEST(Callers, are_refused_a_binary_as_anything_else) {
    for (const auto& [status, right] : {std::pair{401, CallerRight::unknown},
                                        {403, CallerRight::forbidden},
                                        {404, CallerRight::not_found}}) {
        Gate gate;
        gate.site.on("GET /fhir/Binary/b", json_answer(status, outcome("processing")));
        EXPECT_EQ(gate.check(theirs, "Binary/b"), right) << status;
    }
    Gate gate;
    gate.site.on("GET /fhir/Binary/b", json_answer(206, "x"));
    EXPECT_EQ(fault_of([&] { gate.check(theirs, "Binary/b"); }).reason, "fhir.bad_reply");
}

TEST(Callers, are_told_apart) {
    for (const auto& [status, right] : {std::pair{401, CallerRight::unknown},
                                        {403, CallerRight::forbidden},
                                        {404, CallerRight::not_found},
                                        {410, CallerRight::not_found}}) {
        Gate gate;
        gate.site.on("GET /fhir/Organization/o", json_answer(status, outcome("processing")));
        EXPECT_EQ(gate.check(theirs, "Organization/o"), right) << status;
        EXPECT_EQ(gate.site.diary().size(), 1u);
    }
}

TEST(Callers, are_granted_nothing_by_an_answer_that_is_not_the_resource) {
    for (const auto& body :
         {std::string("<html>sign in</html>"), std::string(), std::string("{}"), outcome("informational"),
          std::string(R"({"resourceType":"Patient","id":"o"})")}) {
        Gate gate;
        gate.site.on("GET /fhir/Organization/o", json_answer(200, body)).on(search, json_answer(200, body));
        EXPECT_EQ(fault_of([&] { gate.check(theirs, "Organization/o"); }).reason, "fhir.bad_reply");
        EXPECT_EQ(fault_of([&] { gate.check(theirs); }).reason, "fhir.bad_reply");
    }
}

TEST(Callers, are_granted_nothing_while_the_server_cannot_say) {
    for (const auto& [status, reason] : {std::pair{500, "fhir.unavailable"},
                                         {302, "fhir.bad_reply"},
                                         {204, "fhir.bad_reply"},
                                         {429, "fhir.paused"}}) {
        Gate gate;
        gate.site.on(search, json_answer(status, outcome("processing")));
        EXPECT_EQ(fault_of([&] { gate.check(theirs); }).reason, reason) << status;
    }
}

TEST(Callers, with_senseless_credentials_are_unknown_without_asking) {
    Gate gate;
    for (const auto& value :
         {std::string(), std::string("   "), std::string("Bearer a\r\nX-Evil: 1"),
          std::string("Bearer a\0b", 10), std::string("Bearer \xC3\xA9"), "Bearer " + std::string(8192, 'a')})
        EXPECT_EQ(gate.check(value), CallerRight::unknown);
    EXPECT_TRUE(gate.site.diary().empty());
}

TEST(Callers, learn_nothing_of_what_is_no_resource) {
    Gate gate;
    for (const auto* reference : {"../admin", "Organization", "Organization/..", "Organization/o?x=1",
                                  "https://other.example/fhir/Organization/o"})
        EXPECT_EQ(gate.check(theirs, reference), CallerRight::not_found);
    EXPECT_TRUE(gate.site.diary().empty());
}

TEST(Callers, leave_our_own_session_alone) {
    Gate gate;
    gate.site.on("GET /fhir/Organization/a", json_answer(401));
    gate.site.on("GET /fhir/Organization/b", json_answer(429, "", {{"Retry-After", "600"}}));
    gate.site.on("GET /fhir/Organization/c", json_answer(503, "", {{"Retry-After", "600"}}));
    gate.site.on(search, json_answer(200, bundle({})));
    const auto server = gate.site.server();
    EXPECT_EQ(server->check_caller(theirs, "Organization/a", {}), CallerRight::unknown);
    for (const auto* busy : {"Organization/b", "Organization/c"})
        EXPECT_EQ(fault_of([&] { server->check_caller(theirs, busy, {}); }).kind, Fault::Kind::passing);
    EXPECT_TRUE(server->in_progress({}).empty());
    EXPECT_EQ(gate.site.seen(3).header("authorization"), "Bearer our-token");
    EXPECT_FALSE(server->state().paused.has_value());
}

} // namespace
} // namespace efaxd::fhir
