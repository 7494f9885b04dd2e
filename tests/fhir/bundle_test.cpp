#include "fhir/bundle.hpp"
#include "fhir/found.hpp"
#include "fhir/site.hpp"
#include "json/value.hpp"

namespace efaxd::fhir {
namespace {

std::string next_of(const std::string& url) {
    const auto document = json::Document::parse(bundle({}, url));
    return next_page(document.root(), "https://fhir.example.org/fhir/R4");
}

void add(FoundFaxes& found, const std::string& text, bool last = true) {
    const auto document = json::Document::parse(text);
    found.add_page(document.root(), last);
}

TEST(Bundle, follows_a_next_link_with_its_path_and_query_verbatim) {
    EXPECT_EQ(next_of("https://FHIR.example.org:443/fhir/R4?_getpages=1%7C2&_offset=50"),
              "https://fhir.example.org/fhir/R4?_getpages=1%7C2&_offset=50");
    EXPECT_EQ(next_of("https://fhir.example.org/pages/2"), "https://fhir.example.org/pages/2");
    EXPECT_EQ(next_of(""), "");
}

TEST(Bundle, follows_on_its_own_origin_what_a_server_behind_a_proxy_calls_by_another) {
    for (const std::string origin : {"http://fhir.example.org", "http://hapi.internal:8080",
                                     "https://fhir.example.org:8443", "//evil.org", "http://[::1]:8080"}) {
        EXPECT_EQ(next_of(origin + "/fhir/R4?_getpages=2#top"),
                  "https://fhir.example.org/fhir/R4?_getpages=2");
        EXPECT_EQ(next_of(origin + "/fhir/R4/Communication?page=2"),
                  "https://fhir.example.org/fhir/R4/Communication?page=2");
    }
}

TEST(Bundle, follows_a_relative_next_link) {
    EXPECT_EQ(next_of("Communication?at=12:30"), "https://fhir.example.org/fhir/R4/Communication?at=12:30");
    EXPECT_EQ(next_of("/Communication?page=2"), "https://fhir.example.org/fhir/R4/Communication?page=2");
    EXPECT_EQ(next_of("/fhir/R4/Communication?page=2"),
              "https://fhir.example.org/fhir/R4/Communication?page=2");
    EXPECT_EQ(next_of("?_getpages=2"), "https://fhir.example.org/fhir/R4?_getpages=2");
}

TEST(Bundle, refuses_a_next_link_that_is_not_below_its_base) {
    for (const auto* url : {"https://evil.example.org/x", "https://evil.example.org/fhir/R4B?p=2",
                            "https://evil.example.org", "https://fhir.example.org@evil.org/fhir/R4",
                            "//evil.org/x", "https://fhir.example.org/a b", "Communication?\\\\x",
                            "file:///fhir/R4", "javascript:alert(1)", "#", "ftp://fhir.example.org/fhir/R4"})
        EXPECT_EQ(fault_of([&] { next_of(url); }).reason, "fhir.bad_reply") << url;
}

TEST(Bundle, visits_matches_of_the_type_only) {
    const auto document = json::Document::parse(R"({"entry":[
        {"resource":{"resourceType":"Communication","id":"1"}},
        {"resource":{"resourceType":"Communication","id":"2"},"search":{"mode":"match"}},
        {"resource":{"resourceType":"Communication","id":"3"},"search":{"mode":"include"}},
        {"resource":{"resourceType":"OperationOutcome","id":"4"},"search":{"mode":"outcome"}},
        {"resource":{"resourceType":"OperationOutcome","id":"5"}}, {"fullUrl":"x"}, 7]})");
    std::string seen;
    each_match(document.root(), "Communication", [&](json::Value one) { seen += one["id"].text_or(""); });
    EXPECT_EQ(seen, "12");
}

TEST(Found, gives_the_oldest_first_and_the_undated_last) {
    FoundFaxes found("f", false);
    add(found, bundle({communication("d", "f", "inbound", ""), communication("c", "f", "inbound"),
                       communication("b", "f", "inbound"),
                       communication("a", "f", "inbound", "2026-01-01T00:00:00Z")}));
    std::string ids;
    for (const auto& match : found.take())
        ids += match.id;
    EXPECT_EQ(ids, "bcad");
}

TEST(Found, leaves_out_other_faxes_and_other_systems) {
    FoundFaxes found("Fax-1", false);
    auto foreign = communication("x", "fax-1");
    foreign.replace(foreign.find("https://efax.com"), 16, "https://else.com");
    add(found, bundle({communication("a", "FAX-1"), communication("b", "fax-2"), foreign}));
    const auto matches = found.take();
    ASSERT_EQ(matches.size(), 1u);
    EXPECT_EQ(matches[0].id, "a");
}

TEST(Found, leaves_out_outbound_ones_when_asked_for_inbound) {
    FoundFaxes found("f", true);
    add(found, bundle({communication("out", "f", "outbound"), communication("in", "f")}));
    const auto matches = found.take();
    ASSERT_EQ(matches.size(), 1u);
    EXPECT_EQ(matches[0].id, "in");
}

TEST(Found, gives_one_that_stands_on_two_pages_once) {
    FoundFaxes found("f", false);
    add(found, bundle({communication("a", "f")}), false);
    add(found, bundle({communication("a", "f")}));
    EXPECT_EQ(found.take().size(), 1u);
}

TEST(Found, notices_a_server_that_ignores_the_question) {
    FoundFaxes found("f", false);
    EXPECT_EQ(fault_of([&] { add(found, bundle({communication("a", "g")}), false); }).reason,
              "fhir.bad_reply");
    FoundFaxes small("f", false);
    add(small, bundle({communication("a", "g")}), true); // that was everything it has
    EXPECT_TRUE(small.take().empty());
}

} // namespace
} // namespace efaxd::fhir
