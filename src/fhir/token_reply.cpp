#include "fhir/token_reply.hpp"

#include "fhir/resource.hpp"
#include "json/value.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace efaxd::fhir {

namespace {

constexpr std::size_t longest_token = 16u << 10;
constexpr std::array<std::string_view, 6> known_errors = {"invalid_request",        "invalid_client",
                                                          "invalid_grant",          "unauthorized_client",
                                                          "unsupported_grant_type", "invalid_scope"};

bool is_bearer(std::string_view type) {
    constexpr std::string_view bearer = "bearer";
    return std::equal(type.begin(), type.end(), bearer.begin(), bearer.end(),
                      [](char given, char wanted) { return (given | 0x20) == wanted; });
}

Duration lifetime(json::Value expires_in) {
    const auto promised = expires_in.integer().value_or(0);
    if (promised <= 0)
        return std::chrono::minutes{5};
    const Duration whole = std::chrono::seconds{std::min<std::int64_t>(promised, 86'400)};
    return whole - std::max(Duration{}, whole / 10 - Duration(std::chrono::seconds{60}));
}

} // namespace

bool fits_a_header(std::string_view token) {
    return !token.empty() && token.size() <= longest_token &&
           std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

http::Token read_token(const http::Reply& reply) {
    try {
        const auto document = json::Document::parse(reply.body);
        const auto root = document.root();
        const auto token = root["access_token"].text_or("");
        if (fits_a_header(token) && is_bearer(root["token_type"].text_or("bearer")))
            return {std::string(token), lifetime(root["expires_in"])};
    } catch (const json::ParseError&) { // told below
    }
    throw bad_reply("the token endpoint's answer holds no usable token");
}

std::string_view token_error(std::string_view body) {
    try {
        const auto document = json::Document::parse(body);
        const auto given = document.root()["error"].text_or("");
        const auto* const found = std::find(known_errors.begin(), known_errors.end(), given);
        return found == known_errors.end() ? std::string_view() : *found;
    } catch (const json::ParseError&) { // Medplum answers some errors in plain text
        return {};
    }
}

} // namespace efaxd::fhir
