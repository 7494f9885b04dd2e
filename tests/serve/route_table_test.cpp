#include "serve/route_table.hpp"

#include <gtest/gtest.h>

namespace efaxd::serve {
namespace {

Route route(std::string method, std::string pattern) {
    return {std::move(method), std::move(pattern), "", false, {}};
}

RouteTable table() {
    return RouteTable({route("GET", "/status"), route("GET", "/faxes"), route("GET", "/faxes/{project}/{id}"),
                       route("POST", "/faxes/{project}/{id}/retry"), route("POST", "/mailboxes/{id}/pause"),
                       route("GET", "/both"), route("POST", "/both")});
}

TEST(Target, reads_path_and_query) {
    const auto target = read_target("/mailboxes?after=clinic%3Asystem&limit=10&held");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path(), "/mailboxes");
    EXPECT_EQ(target->query.at("after"), "clinic:system");
    EXPECT_EQ(target->query.at("limit"), "10");
    EXPECT_EQ(target->query.at("held"), "");
}

TEST(Target, keeps_the_first_of_a_repeated_name) {
    EXPECT_EQ(read_target("/faxes?limit=1&limit=2")->query.at("limit"), "1");
}

TEST(Target, takes_a_colon_raw_and_encoded) {
    EXPECT_EQ(read_target("/mailboxes/clinic:system/pause")->segments[1], "clinic:system");
    EXPECT_EQ(read_target("/mailboxes/clinic%3asystem/pause")->segments[1], "clinic:system");
}

TEST(Target, keeps_an_encoded_slash_inside_its_segment) {
    const auto target = read_target("/faxes/a%2Fb/c");
    ASSERT_EQ(target->segments.size(), 3u);
    EXPECT_EQ(target->segments[1], "a/b");
}

TEST(Target, refuses_what_cannot_be_read) {
    for (const char* bad : {"", "*", "status", "http://efaxd/status", "/%", "/%4", "/%zz", "/a%00b", "/a%0ab",
                            "/a%1bb", "/a?b=%", "/a?%zz=1", "/a?b=%7f"})
        EXPECT_FALSE(read_target(bad)) << bad;
}

TEST(RouteTable, finds_the_route_and_its_captures) {
    const RouteTable routes = table();
    const auto found = routes.find("GET", read_target("/faxes/clinic/0f3c-1")->segments);
    ASSERT_TRUE(found.route);
    EXPECT_EQ(found.route->pattern, "/faxes/{project}/{id}");
    EXPECT_EQ(found.captures.at("project"), "clinic");
    EXPECT_EQ(found.captures.at("id"), "0f3c-1");
}

TEST(RouteTable, looks_HEAD_up_as_GET) {
    const RouteTable routes = table();
    ASSERT_TRUE(routes.find("HEAD", {"status"}).route);
    EXPECT_FALSE(routes.find("HEAD", read_target("/mailboxes/x/pause")->segments).route);
}

TEST(RouteTable, tells_an_unknown_path_from_another_method) {
    const RouteTable routes = table();
    EXPECT_TRUE(routes.find("GET", {"nothing"}).allowed.empty());
    EXPECT_EQ(routes.find("DELETE", {"status"}).allowed, "GET, HEAD");
    EXPECT_EQ(routes.find("GET", read_target("/mailboxes/x/pause")->segments).allowed, "POST");
    EXPECT_EQ(routes.find("PUT", {"both"}).allowed, "GET, HEAD, POST");
}

TEST(RouteTable, captures_no_empty_segment_and_no_slash_at_the_end) {
    const RouteTable routes = table();
    EXPECT_FALSE(routes.find("GET", read_target("/faxes//x")->segments).route);
    EXPECT_FALSE(routes.find("GET", read_target("/status/")->segments).route);
    EXPECT_FALSE(routes.find("GET", read_target("/")->segments).route);
}

} // namespace
} // namespace efaxd::serve
