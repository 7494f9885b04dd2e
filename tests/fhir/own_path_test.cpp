#include "fhir/own_path.hpp"

#include <gtest/gtest.h>

namespace efaxd::fhir {
namespace {

constexpr auto base = "https://fhir.example.org/fhir/R4";

TEST(OwnPath, is_what_lies_below_the_base) {
    for (const auto* url :
         {"Binary/a-1", "https://fhir.example.org/fhir/R4/Binary/a-1", "/fhir/R4/Binary/a-1",
          "HTTPS://FHIR.example.org:443/fhir/R4/Binary/a-1", "Binary/a-1#page=2"})
        EXPECT_EQ(own_path(url, base), "Binary/a-1") << url;
    EXPECT_EQ(own_path("Binary/a/_history/2", base), "Binary/a/_history/2");
    EXPECT_EQ(own_path("Binary/a/$binary-access-read?path=Binary", base),
              "Binary/a/$binary-access-read?path=Binary");
    EXPECT_EQ(own_path("/Binary/a", "http://127.0.0.1:8103"), "Binary/a");
}

TEST(OwnPath, is_nothing_that_could_lead_our_token_elsewhere) {
    for (const auto* url : {"",
                            "../Binary/a",
                            "Binary/../../admin",
                            "Binary/./a",
                            "Binary/..",
                            "Binary//a",
                            "Binary/",
                            "/",
                            "/Binary/a",
                            "/fhir/R4",
                            "/fhir/R4x/Binary/a",
                            "//evil.example/fhir/R4/Binary/a",
                            "Binary/%2e%2e/a",
                            "Binary%2Fa",
                            "Binary\\a",
                            "Binary/a b",
                            "Binary/a\r\nX-Evil: 1",
                            "Binary/\xC3\xA9",
                            "?x=1",
                            "#a",
                            "urn:uuid:0b1c",
                            "data:application/pdf;base64,AAAA",
                            "file:///etc/passwd",
                            "http://fhir.example.org/fhir/R4/Binary/a",
                            "https://fhir.example.org:8443/fhir/R4/Binary/a",
                            "https://fhir.example.org.evil.example/fhir/R4/Binary/a",
                            "https://me:secret@fhir.example.org/fhir/R4/Binary/a",
                            "https://fhir.example.org@evil.example/fhir/R4/Binary/a",
                            "https://fhir.example.org/fhir/R4/../../admin",
                            "https://fhir.example.org/fhir/R4/%2e%2e/%2e%2e/admin",
                            "https://fhir.example.org/storage/a"})
        EXPECT_EQ(own_path(url, base), std::nullopt) << url;
}

TEST(TargetOf, tells_where_a_reference_points) {
    const auto local = target_of("Organization/1", base);
    EXPECT_EQ(local.kind, Target::Kind::local);
    EXPECT_EQ(local.path(), "Organization/1");
    EXPECT_EQ(target_of("https://fhir.example.org/fhir/R4/Organization/1/_history/3", base).path(),
              "Organization/1");
    EXPECT_EQ(target_of("", base).kind, Target::Kind::nowhere);
    const auto contained = target_of("#to", base);
    EXPECT_EQ(contained.kind, Target::Kind::contained);
    EXPECT_EQ(contained.id, "to");
    for (const auto* foreign :
         {"https://elsewhere.example/fhir/Organization/1", "urn:uuid:1", "Organization", "Organization/1/x",
          "Organization/1?x=2", "Organization/1#x", "#", "#a b", "Org1/../2", "Organization/a_b"})
        EXPECT_EQ(target_of(foreign, base).kind, Target::Kind::foreign) << foreign;
}

} // namespace
} // namespace efaxd::fhir
