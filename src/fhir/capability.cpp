#include "fhir/capability.hpp"

namespace efaxd::fhir {

namespace {

constexpr std::string_view oauth_uris =
    "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";

json::Value extension(json::Value holder, std::string_view url) {
    const auto extensions = holder["extension"];
    for (std::size_t i = 0; i < extensions.size(); ++i)
        if (extensions.at(i)["url"].text_or("") == url)
            return extensions.at(i);
    return {};
}

std::string cut(std::string_view text) { return std::string(text.substr(0, 80)); }

} // namespace

Capabilities capabilities_of(json::Value statement) {
    Capabilities capabilities;
    capabilities.fhir_version = cut(statement["fhirVersion"].text_or(""));
    capabilities.software = cut(statement["software"]["name"].text_or(""));
    const auto rest = statement["rest"];
    for (std::size_t i = 0; i < rest.size(); ++i) {
        const auto resources = rest.at(i)["resource"];
        for (std::size_t j = 0; j < resources.size(); ++j) {
            const auto resource = resources.at(j);
            const auto type = resource["type"].text_or("");
            if (type == "Communication" && resource["conditionalCreate"].boolean().value_or(false))
                capabilities.conditional_create = true;
            if (type == "Binary" && resource["updateCreate"].boolean().value_or(false))
                capabilities.binary_client_ids = true;
        }
    }
    return capabilities;
}

std::string token_url_of(json::Value statement) {
    const auto rest = statement["rest"];
    for (std::size_t i = 0; i < rest.size(); ++i) {
        const auto token = extension(extension(rest.at(i)["security"], oauth_uris), "token");
        if (const auto url = token["valueUri"].text())
            return std::string(*url);
    }
    return {};
}

std::string smart_token_url(std::string_view body) {
    try {
        const auto document = json::Document::parse(body);
        return std::string(document.root()["token_endpoint"].text_or(""));
    } catch (const json::ParseError&) { // the CapabilityStatement may have it
        return {};
    }
}

} // namespace efaxd::fhir
