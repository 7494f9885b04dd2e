#include "config/duration.hpp"
#include "config/listen.hpp"
#include "config/near.hpp"
#include "config/url.hpp"

#include <gtest/gtest.h>

#include <array>

namespace efaxd::config {

namespace {

using namespace std::chrono_literals;

TEST(ConfigDuration, is_a_whole_number_with_a_unit) {
    EXPECT_EQ(parse_duration("100ms"), 100ms);
    EXPECT_EQ(parse_duration("30s"), 30s);
    EXPECT_EQ(parse_duration("5m"), 5min);
    EXPECT_EQ(parse_duration("72h"), 72h);
    EXPECT_EQ(parse_duration("30d"), 720h);
    EXPECT_EQ(parse_duration("0s"), 0ms);
    EXPECT_EQ(parse_duration("9999999999d"), Duration{9999999999LL * 86'400'000});
    for (const char* text : {"", "s", "30", "030s", "-1s", "+1s", "1.5s", "1 s", "1S", "1sec", "1h30m", " 1s",
                             "1s ", "10000000000s", "0x1s"})
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(ConfigDuration, is_told_in_its_largest_exact_unit) {
    for (const char* text : {"0s", "99ms", "1s", "61s", "90m", "25h", "90d"})
        EXPECT_EQ(text_of(*parse_duration(text)), text);
    EXPECT_EQ(text_of(3600s), "1h");
}

TEST(ConfigUrl, is_https_or_loopback) {
    for (const char* text : {"https://a", "https://a/", "https://a.example.org:1/R4/x",
                             "https://[2001:db8::1]:65535/", "https://a/%20;v=1,@:", "http://localhost",
                             "http://127.0.0.1:1", "http://127.255.0.9/x", "http://[::1]/x"})
        EXPECT_TRUE(is_url(text)) << text;
    for (const char* text : {"",
                             "https://",
                             "https:///x",
                             "https://:1/",
                             "https://a:/",
                             "https://a:0/",
                             "https://a:65536/",
                             "https://a:+1",
                             "https://a b",
                             "https://u@a",
                             "https://u:p@a/",
                             "https://a?q",
                             "https://a/?",
                             "https://a#f",
                             "https://a/\\b",
                             "https://a\\@b",
                             "https://[::1",
                             "https://::1/",
                             "https://.a",
                             "https://-a",
                             "https://a/\x7f",
                             "https://\xc3\xa9/",
                             "HTTPS://a",
                             "http://a",
                             "http://localhost.a/",
                             "http://127.1",
                             "http://127.0.0.256",
                             "http://127.0.0.1.2",
                             "http://128.0.0.1",
                             "http://127.0.0.",
                             "http://[::2]/",
                             "http://localhost@a/",
                             "ftp://localhost",
                             "//localhost",
                             "localhost"})
        EXPECT_FALSE(is_url(text)) << text;
    EXPECT_FALSE(is_url("https://a/" + std::string(2048, 'x')));
}

TEST(ConfigUrl, is_refused_where_the_http_client_would_refuse_it) {
    for (const char* text : {"http://127.0.0.01", "http://127.00.0.1/x", "https://[abc]",
                             "https://[1.2.3.4]/", "https://[...]", "https://a:000443/", "https://a:0443"})
        EXPECT_FALSE(is_url(text)) << text;
    EXPECT_FALSE(is_proxy("http://[abc]:3128"));
    for (const char* text :
         {"http://127.0.0.1", "https://[a::bc]", "https://[::ffff:1.2.3.4]/", "https://a:443"})
        EXPECT_TRUE(is_url(text)) << text;
}

TEST(ConfigUrl, of_a_proxy_has_any_host_and_no_path) {
    for (const char* text : {"http://proxy:3128", "https://proxy.example.org/", "http://[::1]:1"})
        EXPECT_TRUE(is_proxy(text)) << text;
    for (const char* text : {"proxy:3128", "http://u:p@proxy", "http://proxy/path", "socks5://proxy"})
        EXPECT_FALSE(is_proxy(text)) << text;
}

TEST(ConfigHost, may_have_a_port_and_nothing_else) {
    for (const char* text : {"a", "storage.example.org", "Storage.Example.org:8443", "10.0.0.1:1",
                             "[fd00::1]", "[fd00::1]:65535"})
        EXPECT_TRUE(is_host(text)) << text;
    for (const char* text : {"",    ":443",      "a:",      "a:0",  "a:65536", "a:0443", "a:b",     "a/",
                             "a/b", "https://a", "*.a",     ".a",   "-a",      "u@a",    "u:p@a",   "a?q",
                             "a#f", "a b",       "fd00::1", "[::1", "[]:1",    "a,b",    "\xc3\xa9"})
        EXPECT_FALSE(is_host(text)) << text;
    EXPECT_TRUE(is_host(std::string(253, 'x')));
    EXPECT_FALSE(is_host(std::string(254, 'x')));
}

TEST(ConfigListen, is_an_address_and_a_port) {
    EXPECT_EQ(parse_listen("127.0.0.1:8380"), (Listen{"127.0.0.1", 8380}));
    EXPECT_EQ(parse_listen("0.0.0.0:1"), (Listen{"0.0.0.0", 1}));
    EXPECT_EQ(parse_listen("127.0.0.1:0"), (Listen{"127.0.0.1", 0}));
    EXPECT_EQ(parse_listen("[::1]:65535"), (Listen{"::1", 65535}));
    EXPECT_EQ(parse_listen("[::ffff:10.0.0.1]:80"), (Listen{"::ffff:10.0.0.1", 80}));
    for (const char* text : {"",
                             ":",
                             "8380",
                             ":8380",
                             "127.0.0.1",
                             "127.0.0.1:",
                             "127.0.0.1:00",
                             "127.0.0.1:65536",
                             "127.0.0.1:08380",
                             "127.0.0.1:+1",
                             "127.0.0.1:1 ",
                             " 127.0.0.1:1",
                             "127.1:1",
                             "127.0.0.01:1",
                             "127.0.0.256:1",
                             "localhost:1",
                             "*:1",
                             "::1:8380",
                             "[::1]",
                             "[]:1",
                             "[:1",
                             "]:1",
                             "[127.0.0.1]:1",
                             "[fe80::1%eth0]:1",
                             "[::1]x:1",
                             "http://127.0.0.1:1"})
        EXPECT_EQ(parse_listen(text), std::nullopt) << text;
    EXPECT_EQ(parse_listen(std::string("127.0.0.1\0:1", 12)), std::nullopt);
    EXPECT_EQ(parse_listen(std::string(1'000'000, '1') + ":1"), std::nullopt);
}

TEST(ConfigNear, finds_the_word_that_was_meant) {
    constexpr std::array<std::string_view, 4> known{"poll", "proxy", "in_flight", "eFaxUserId"};
    EXPECT_EQ(nearest("pol", known), "poll");
    EXPECT_EQ(nearest("plol", known), "poll");
    EXPECT_EQ(nearest("POLL", known), "poll");
    EXPECT_EQ(nearest("inflight", known), "in_flight");
    EXPECT_EQ(nearest("efaxuserid", known), "eFaxUserId");
    EXPECT_EQ(nearest("pxory", known), std::nullopt);
    EXPECT_EQ(nearest("password", known), std::nullopt);
    EXPECT_EQ(nearest("", known), std::nullopt);
    EXPECT_EQ(nearest(std::string(100'000, 'p'), known), std::nullopt);
}

} // namespace

} // namespace efaxd::config
