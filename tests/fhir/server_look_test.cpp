#include "fhir/site.hpp"

namespace efaxd::fhir {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

std::string owner(const std::string& type, const std::string& id, const std::string& user,
                  bool active = true) {
    return R"({"resourceType":")" + type + R"(","id":")" + id + R"(","active":)" +
           (active ? "true" : "false") + R"(,"identifier":[{"system":"https://efax.com","value":")" + user +
           R"("}]})";
}

constexpr auto allows_client_ids = R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[
    {"resource":[{"type":"Binary","updateCreate":true},{"type":"Communication","conditionalCreate":true}]}]})";

TEST(ServerOwners, finds_everyone_on_every_page) {
    Site site;
    site.on("GET /fhir/Organization", json_answer(200, bundle({owner("Organization", "o-1", "u1"),
                                                               owner("Organization", "o-2", "u2", false)},
                                                              site.base() + "/Organization/_page?p=2")));
    site.on("GET /fhir/Organization/_page",
            json_answer(200, bundle({owner("Organization", "o-3", "u3"), owner("Practitioner", "p", "u4"),
                                     outcome("informational")})));
    EXPECT_EQ(site.server()->owners(OwnerKind::organization, {}),
              (std::vector<OwnedUser>{{{OwnerKind::organization, "o-1"}, "u1"},
                                      {{OwnerKind::organization, "o-3"}, "u3"}}));
    EXPECT_EQ(site.seen(0).target, "/fhir/Organization?identifier=https%3A%2F%2Fefax.com%7C"
                                   "&_elements=identifier,active&_count=100");
}

TEST(ServerOwners, takes_no_error_for_an_empty_list) {
    const std::pair<Answer, const char*> rows[] = {
        {json_answer(200, outcome("not-supported")), "fhir.bad_reply"},
        {json_answer(400, outcome("invalid")), "fhir.search_refused"},
        {json_answer(404), "fhir.wrong_base"},
        {json_answer(403), "fhir.forbidden"},
        {json_answer(500), "fhir.unavailable"}};
    for (const auto& [answer, reason] : rows) {
        Site site;
        site.on("GET /fhir/Practitioner", answer);
        const auto fault = fault_of([&] { site.server()->owners(OwnerKind::practitioner, {}); });
        EXPECT_EQ(fault.reason, reason);
        EXPECT_EQ(fault.kind, Fault::Kind::passing);
    }
}

TEST(ServerUsersOf, reads_one_owner) {
    Site site;
    site.on("GET /fhir/Practitioner/p-1", json_answer(200, owner("Practitioner", "p-1", "u1")));
    const Owner who{OwnerKind::practitioner, "p-1"};
    EXPECT_EQ(site.server()->users_of(who, {}), (std::vector<OwnedUser>{{who, "u1"}}));
}

TEST(ServerUsersOf, gives_none_for_the_gone_and_the_inactive) {
    const Answer answers[] = {json_answer(404), json_answer(410, outcome("deleted")),
                              json_answer(200, owner("Practitioner", "p-1", "u1", false))};
    for (const auto& answer : answers) {
        Site site;
        site.on("GET /fhir/Practitioner/p-1", answer);
        EXPECT_TRUE(site.server()->users_of({OwnerKind::practitioner, "p-1"}, {}).empty());
    }
}

TEST(ServerUsersOf, takes_no_error_for_none) {
    const Answer answers[] = {json_answer(200, "<html>"),
                              json_answer(200, owner("Organization", "p-1", "u1")), json_answer(500),
                              json_answer(403)};
    for (const auto& answer : answers) {
        Site site;
        site.on("GET /fhir/Practitioner/p-1", answer);
        EXPECT_EQ(fault_of([&] {
                      site.server()->users_of({OwnerKind::practitioner, "p-1"}, {});
                  }).kind,
                  Fault::Kind::passing);
    }
}

TEST(ServerExists, knows_what_is_there_and_what_is_not) {
    Site site;
    site.on("GET /fhir/Organization/1", json_answer(200, owner("Organization", "1", "u")));
    site.on("GET /fhir/Organization/2", json_answer(404));
    site.on("GET /fhir/Organization/3", json_answer(410));
    site.on("GET /fhir/Organization/4", json_answer(500));
    const auto server = site.server();
    EXPECT_TRUE(server->exists("Organization/1", {}));
    EXPECT_FALSE(server->exists("Organization/2", {}));
    EXPECT_FALSE(server->exists("Organization/3", {}));
    EXPECT_EQ(fault_of([&] { server->exists("Organization/4", {}); }).reason, "fhir.unavailable");
}

TEST(ServerExists, knows_a_large_resource) {
    Site site; // an Organization with its logo in it
    site.on("GET /fhir/Organization/1",
            json_answer(200, R"({"resourceType":"Organization","x":")" + std::string(6u << 20, 'x') + "\"}"));
    EXPECT_TRUE(site.server()->exists("Organization/1", {}));
}

TEST(ServerExists, cannot_ask_about_another_server) {
    Site site;
    EXPECT_TRUE(site.server()->exists("https://other.example.org/Organization/1", {}));
    EXPECT_TRUE(site.server()->exists("../../etc/passwd", {}));
    EXPECT_TRUE(site.diary().empty());
}

TEST(ServerCapabilities, are_read_without_a_token) {
    Site site;
    site.on("GET /fhir/metadata", json_answer(200, allows_client_ids));
    const auto server = site.server(BasicAuth{"user", [] { return "secret"; }});
    const auto capabilities = server->capabilities({});
    EXPECT_EQ(capabilities.fhir_version, "4.0.1");
    EXPECT_TRUE(capabilities.conditional_create);
    EXPECT_EQ(site.seen(0).header("authorization"), "");
}

TEST(ServerCapabilities, are_read_with_a_token_where_that_is_needed) {
    Site site;
    site.on("GET /fhir/metadata", json_answer(401))
        .on("GET /fhir/metadata", json_answer(200, allows_client_ids));
    EXPECT_TRUE(site.server(BasicAuth{"user", [] { return "secret"; }})->capabilities({}).binary_client_ids);
    EXPECT_EQ(site.seen(1).header("authorization"), "Basic dXNlcjpzZWNyZXQ=");
}

TEST(ServerTakesClientIds, asks_once_a_day) {
    Site site;
    site.on("GET /fhir/metadata", json_answer(200, allows_client_ids));
    site.on("GET /fhir/metadata", json_answer(200, R"({"resourceType":"CapabilityStatement"})"));
    const auto server = site.server();
    EXPECT_TRUE(server->takes_client_ids({}));
    site.clock.advance(hours{23});
    EXPECT_TRUE(server->takes_client_ids({}));
    EXPECT_EQ(site.diary().size(), 1u);
    site.clock.advance(hours{2});
    EXPECT_FALSE(server->takes_client_ids({}));
    EXPECT_EQ(site.diary().size(), 2u);
}

TEST(ServerTakesClientIds, does_not_know_where_the_answer_was_no_statement_and_asks_again_soon) {
    const Answer answers[] = {json_answer(404), json_answer(500), json_answer(200, "<html>")};
    for (const auto& answer : answers) {
        Site site;
        site.on("GET /fhir/metadata", answer).on("GET /fhir/metadata", json_answer(200, allows_client_ids));
        const auto server = site.server();
        EXPECT_FALSE(server->takes_client_ids({}));
        EXPECT_FALSE(server->takes_client_ids({}));
        EXPECT_EQ(site.diary().size(), 1u);
        site.clock.advance(minutes{1});
        EXPECT_TRUE(server->takes_client_ids({}));
    }
}

TEST(ServerTakesClientIds, counts_a_lost_answer_as_a_yes_until_it_has_one) {
    Answer hang_up;
    hang_up.hang_up = true;
    Site site;
    site.on("GET /fhir/metadata", hang_up)
        .on("GET /fhir/metadata", json_answer(200, R"({"resourceType":"CapabilityStatement"})"));
    const auto server = site.server();
    EXPECT_TRUE(server->takes_client_ids({}));
    site.clock.advance(minutes{1});
    EXPECT_FALSE(server->takes_client_ids({}));
}

TEST(ServerTakesClientIds, keeps_what_it_knew_when_the_metadata_cannot_be_had) {
    Answer hang_up;
    hang_up.hang_up = true;
    const Answer answers[] = {hang_up, json_answer(500), json_answer(429, "", {{"Retry-After", "5"}}),
                              json_answer(401), json_answer(200, "<html>")};
    for (const auto& answer : answers) {
        Site site;
        site.on("GET /fhir/metadata", json_answer(200, allows_client_ids)).on("GET /fhir/metadata", answer);
        const auto server = site.server();
        EXPECT_TRUE(server->takes_client_ids({}));
        site.clock.advance(hours{25});
        EXPECT_TRUE(server->takes_client_ids({}));
        const auto asked = site.diary().size();
        EXPECT_TRUE(server->takes_client_ids({}));
        EXPECT_EQ(site.diary().size(), asked);
    }
}

TEST(ServerTakesClientIds, stops_no_delivery_where_the_metadata_is_refused_to_everybody) {
    Site site;
    site.on("GET /fhir/metadata", json_answer(401))
        .on("GET /fhir/Communication", json_answer(200, bundle({})));
    const auto server = site.server(BasicAuth{"user", [] { return "secret"; }});
    EXPECT_FALSE(server->takes_client_ids({}));
    EXPECT_NO_THROW(server->find("f", false, {})); // nobody rests
}

TEST(ServerTakesClientIds, heeds_the_pause_that_a_429_asks_for) {
    Site site;
    site.on("GET /fhir/metadata", json_answer(429, "", {{"Retry-After", "40"}}));
    const auto server = site.server();
    EXPECT_FALSE(server->takes_client_ids({}));
    EXPECT_EQ(server->state().paused, std::chrono::seconds{40});
}

TEST(ServerState, shows_how_far_the_clocks_are_apart) {
    Site site; // its clock stands at 14:00:00
    site.on("GET /fhir/metadata",
            json_answer(200, allows_client_ids, {{"Date", "Sat, 03 Oct 2026 14:10:00 GMT"}}));
    const auto server = site.server();
    EXPECT_FALSE(server->state().skew);
    server->capabilities({});
    EXPECT_EQ(server->state().skew, minutes{10});
    EXPECT_TRUE(server->state().signed_in); // there is nothing to sign in to
    EXPECT_EQ(server->state().tokens_asked, 0);
}

} // namespace
} // namespace efaxd::fhir
