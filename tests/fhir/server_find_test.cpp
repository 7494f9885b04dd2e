#include "fhir/site.hpp"

namespace efaxd::fhir {
namespace {

constexpr auto search = "GET /fhir/Communication";

TEST(ServerFind, asks_by_identifier_past_every_cache) {
    Site site;
    site.on(search, json_answer(200, bundle({communication("c-1", "fax-1")})));
    const auto matches = site.server()->find("fax-1", false, {});
    EXPECT_EQ(matches, (std::vector<Match>{{"c-1", Direction::inbound, {"Binary/of-c-1"}}}));
    const auto seen = site.seen(0);
    EXPECT_EQ(seen.target, "/fhir/Communication?identifier=https%3A%2F%2Fefax.com%7Cfax-1&_count=50");
    EXPECT_EQ(seen.header("cache-control"), "no-cache");
    EXPECT_EQ(seen.header("accept"), "application/fhir+json");
    EXPECT_EQ(seen.header("authorization"), "");
}

TEST(ServerFind, asks_by_direction_too_when_told) {
    Site site;
    site.on(search, json_answer(200, bundle({})));
    EXPECT_TRUE(site.server()->find("fax-1", true, {}).empty());
    EXPECT_EQ(
        site.seen(0).target,
        "/fhir/Communication?identifier=https%3A%2F%2Fefax.com%7Cfax-1&category=http%3A%2F%2Fmedplum.com%2F"
        "fhir%2FCodeSystem%2Ffax-direction%7Cinbound&_count=50");
}

TEST(ServerFind, reads_every_page) {
    Site site;
    site.on(search, json_answer(200, bundle({communication("b", "f")}, site.base() + "/page?n=2")));
    site.on("GET /fhir/page",
            json_answer(200, bundle({communication("a", "f", "outbound", "2020-01-01T00:00:00Z")})));
    const auto matches = site.server()->find("f", false, {});
    ASSERT_EQ(matches.size(), 2u);
    EXPECT_EQ(matches[0].id, "a");
    EXPECT_EQ(matches[0].direction, Direction::outbound);
    EXPECT_EQ(site.seen(1).target, "/fhir/page?n=2");
}

TEST(ServerFind, does_not_read_for_ever) {
    Site site;
    site.on(search, json_answer(200, bundle({communication("a", "f")}, site.base() + "/Communication?n=2")));
    EXPECT_EQ(fault_of([&] { site.server()->find("f", false, {}); }).reason, "fhir.bad_reply");
    EXPECT_EQ(site.diary().size(), 100u);
}

TEST(ServerFind, reads_on_where_the_next_link_names_another_host) {
    Site site;
    Site other;
    site.on(search, json_answer(200, bundle({communication("a", "f")}, other.base() + "/page?n=2")));
    site.on("GET /fhir/page", json_answer(200, bundle({communication("b", "f")})));
    EXPECT_EQ(site.server()->find("f", false, {}).size(), 2u);
    EXPECT_EQ(site.seen(1).target, "/fhir/page?n=2");
    EXPECT_TRUE(other.diary().empty()); // our token is not for it
}

TEST(ServerFind, follows_no_redirect) {
    Site site;
    Site other;
    site.on(search, json_answer(302, "", {{"Location", other.base() + "/Communication"}}));
    EXPECT_EQ(fault_of([&] { site.server()->find("f", false, {}); }).reason, "fhir.bad_reply");
    EXPECT_TRUE(other.diary().empty());
}

TEST(ServerFind, takes_no_error_for_an_empty_list) {
    for (const auto& body : {std::string(), std::string("<html>"), outcome("informational"),
                             std::string("[]"), std::string(R"({"resourceType":"Bundle")")}) {
        Site site;
        site.on(search, json_answer(200, body));
        EXPECT_EQ(fault_of([&] { site.server()->find("f", false, {}); }).reason, "fhir.bad_reply") << body;
    }
}

TEST(ServerFind, survives_what_a_broken_server_does) {
    Answer hang_up;
    hang_up.hang_up = true;
    Answer cut = json_answer(200, bundle({communication("a", "f")}));
    cut.cut_after = 20;
    Answer garbage;
    garbage.raw = "SSH-2.0-OpenSSH_9.2\r\n\r\n";
    for (const auto& answer : {hang_up, cut, garbage}) {
        Site site;
        site.on(search, answer);
        const auto fault = fault_of([&] { site.server()->find("f", false, {}); });
        EXPECT_EQ(fault.reason, "fhir.broken");
        EXPECT_EQ(fault.kind, Fault::Kind::passing);
    }
}

TEST(ServerFind, says_when_nobody_is_there) {
    fakes::FakeClock clock;
    ServerOptions options;
    {
        Site gone;
        options.remote.base_url = gone.base();
    }
    Server server(options, clock);
    EXPECT_EQ(fault_of([&] { server.find("f", false, {}); }).reason, "fhir.unreachable");
}

TEST(ServerFind, stops_when_told) {
    Site site;
    site.on(search, json_answer(200, bundle({})));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(site.server()->find("f", false, stop.get_token()), Stopped);
}

} // namespace
} // namespace efaxd::fhir
