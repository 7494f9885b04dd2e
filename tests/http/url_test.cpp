#include "http/url.hpp"

#include <gtest/gtest.h>

namespace efaxd::http {
namespace {

TEST(Url, encodes_all_but_the_unreserved) {
    EXPECT_EQ(encode("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(encode("https://efax.com|1 2"), "https%3A%2F%2Fefax.com%7C1%202");
    EXPECT_EQ(encode("../\xC3\xA4"), "..%2F%C3%A4");
    EXPECT_EQ(encode(std::string_view("\0%+", 3)), "%00%25%2B");
    EXPECT_EQ(encode(""), "");
}

TEST(Url, takes_an_absolute_url_apart) {
    const auto url = parse_url("HTTPS://Fhir.Example.ORG:8443/fhir/R4?x=y#z");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, "https");
    EXPECT_EQ(url->host, "fhir.example.org");
    EXPECT_EQ(url->port, 8443);
    EXPECT_EQ(url->path, "/fhir/R4?x=y#z");
}

TEST(Url, fills_in_port_and_path) {
    EXPECT_EQ(parse_url("https://a")->port, 443);
    EXPECT_EQ(parse_url("http://a")->port, 80);
    EXPECT_EQ(parse_url("https://a")->path, "/");
    EXPECT_EQ(parse_url("https://a?q")->path, "/?q");
    EXPECT_EQ(parse_url("https://a#f")->path, "/#f");
}

TEST(Url, takes_ipv6_without_its_brackets) {
    const auto url = parse_url("http://[::1]:81/x");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "::1");
    EXPECT_EQ(url->port, 81);
    EXPECT_EQ(parse_url("https://[2001:DB8::1]")->host, "2001:db8::1");
}

TEST(Url, refuses_everything_else) {
    for (const char* text : {"",
                             "a",
                             "/x",
                             "//a/x",
                             "a.b/x",
                             "ftp://a",
                             "file:///etc/passwd",
                             "https:a",
                             "https:/a",
                             "https://",
                             "https:///x",
                             "https://user@a",
                             "https://user:word@a",
                             "https://a@b:80/",
                             "https://a:",
                             "https://a:0",
                             "https://a:65536",
                             "https://a:-1",
                             "https://a:8x",
                             "https://a:123456",
                             "https://a b",
                             "https://a/ b",
                             "https://a\r\nX: y",
                             "https://a/\t",
                             "https://a\\@b",
                             "https://a/\\b",
                             "https://[::1",
                             "https://[]",
                             "https://[a.b]",
                             "https://[::1]x",
                             "https://[::g]",
                             "https://a%2Eb",
                             "https://\xC3\xA4.org",
                             " https://a",
                             "https ://a",
                             "https://a:80:80",
                             "https://a,b",
                             "https://(a)",
                             "https://a/\x7F"})
        EXPECT_FALSE(parse_url(text)) << text;
    EXPECT_FALSE(parse_url(std::string_view("https://a/\0", 11)));
    EXPECT_FALSE(parse_url("https://" + std::string(254, 'a')));
}

TEST(Url, compares_origins) {
    const auto same = [](const char* one, const char* other) {
        return same_origin(*parse_url(one), *parse_url(other));
    };
    EXPECT_TRUE(same("https://a/x", "https://A:443/y?z"));
    EXPECT_FALSE(same("https://a", "http://a"));
    EXPECT_FALSE(same("https://a", "https://a:444"));
    EXPECT_FALSE(same("https://a", "https://a.b"));
    EXPECT_FALSE(same("https://a:80", "http://a"));
}

TEST(Url, knows_loopback_by_name_only) {
    for (const char* host : {"localhost", "LocalHost", "127.0.0.1", "127.255.255.255", "127.1.2.3", "::1"})
        EXPECT_TRUE(is_loopback(host)) << host;
    for (const char* host :
         {"", "localhost.example.org", "localhost.", "xlocalhost", "127.0.0.1.example.org", "127.0.0",
          "127.1", "127.0.0.256", "127.0.0.01", "127.0.0.1.", "0127.0.0.1", "128.0.0.1", "10.0.0.1",
          "::", "::2", "0.0.0.0", "127.0.0.x", "127...1", "2130706433"})
        EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(Url, speaks_https_to_anybody_and_http_to_loopback) {
    EXPECT_TRUE(acceptable(*parse_url("https://fhir.example.org")));
    EXPECT_TRUE(acceptable(*parse_url("http://127.0.0.1:80")));
    EXPECT_TRUE(acceptable(*parse_url("http://[::1]")));
    EXPECT_FALSE(acceptable(*parse_url("http://fhir.example.org")));
    EXPECT_FALSE(acceptable(*parse_url("http://10.0.0.1")));
}

} // namespace
} // namespace efaxd::http
