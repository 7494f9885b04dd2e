#include "fhir/capability.hpp"

#include <gtest/gtest.h>

namespace efaxd::fhir {
namespace {

TEST(Capability, reads_what_we_use) {
    const auto document =
        json::Document::parse(R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1",
        "software":{"name":"A Server"},"rest":[{"mode":"server","resource":[
          {"type":"Patient","updateCreate":true,"conditionalCreate":true},
          {"type":"Communication","conditionalCreate":true},{"type":"Binary","updateCreate":true}]}]})");
    const auto capabilities = capabilities_of(document.root());
    EXPECT_EQ(capabilities.fhir_version, "4.0.1");
    EXPECT_EQ(capabilities.software, "A Server");
    EXPECT_TRUE(capabilities.conditional_create);
    EXPECT_TRUE(capabilities.binary_client_ids);
}

TEST(Capability, takes_silence_for_no) {
    const auto document = json::Document::parse(R"({"rest":[{"resource":[
        {"type":"Patient","updateCreate":true,"conditionalCreate":true},{"type":"Communication"},{"type":"Binary"}]}]})");
    const auto capabilities = capabilities_of(document.root());
    EXPECT_FALSE(capabilities.conditional_create);
    EXPECT_FALSE(capabilities.binary_client_ids);
}

TEST(Capability, finds_the_token_url_in_the_statement) {
    const auto document = json::Document::parse(R"({"rest":[{"security":{"extension":[{"url":"x"},
        {"url":"http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris","extension":[
          {"url":"authorize","valueUri":"https://a/authorize"},{"url":"token","valueUri":"https://a/token"}]}]}}]})");
    EXPECT_EQ(token_url_of(document.root()), "https://a/token");
    EXPECT_EQ(token_url_of({}), "");
}

TEST(Capability, finds_the_token_url_in_the_smart_configuration) {
    EXPECT_EQ(smart_token_url(R"({"token_endpoint":"https://a/token"})"), "https://a/token");
    EXPECT_EQ(smart_token_url("<html>"), "");
    EXPECT_EQ(smart_token_url("{}"), "");
}

} // namespace
} // namespace efaxd::fhir
