#include "fhir/standing.hpp"

#include "efaxd/core/communication.hpp"
#include "efaxd/core/timestamp.hpp"
#include "fhir/plain_text.hpp"
#include "fhir/resource.hpp"

#include <algorithm>

namespace efaxd::fhir {

namespace {

std::optional<Instant> instant_in(json::Value value) {
    const auto stamp = read_timestamp(value.text_or(""));
    return stamp ? std::optional(stamp->instant) : std::nullopt;
}

std::string fits_if_match(std::string_view version) {
    const bool fits = version.size() <= 128 && std::all_of(version.begin(), version.end(), [](char c) {
                          return c > ' ' && c < 0x7f && c != '"' && c != '\\';
                      });
    return fits ? std::string(version) : std::string();
}

std::string version_in(std::string_view etag) {
    if (etag.starts_with("W/"))
        etag.remove_prefix(2);
    if (etag.size() < 2 || etag.front() != '"' || etag.back() != '"')
        return {};
    return fits_if_match(etag.substr(1, etag.size() - 2));
}

} // namespace

std::string version_of(json::Value resource, const http::Reply& reply) {
    if (auto version = fits_if_match(resource["meta"]["versionId"].text_or("")); !version.empty())
        return version;
    return version_in(reply.header("etag").value_or(""));
}

std::vector<std::string> identifiers_of(json::Value resource, std::string_view system) {
    std::vector<std::string> values;
    const auto identifiers = resource["identifier"];
    for (std::size_t i = 0; i < identifiers.size(); ++i) {
        const auto value = identifiers.at(i)["value"].text_or("");
        const auto known = std::any_of(values.begin(), values.end(),
                                       [&](const std::string& one) { return same_text(one, value); });
        if (identifiers.at(i)["system"].text_or("") == system && !value.empty() && !known)
            values.emplace_back(value);
    }
    return values;
}

CommunicationStanding standing_of(http::Reply reply) {
    const auto document = read_resource(reply.body, "Communication");
    const auto root = document.root();
    CommunicationStanding standing;
    standing.version = version_of(root, reply);
    standing.status = root["status"].text_or("");
    standing.fax_ids = identifiers_of(root, efax_system);
    standing.sent = instant_in(root["sent"]);
    standing.received = instant_in(root["received"]);
    const auto codings = root["statusReason"]["coding"];
    for (std::size_t i = 0; i < codings.size() && standing.reason_code.empty(); ++i)
        if (codings.at(i)["system"].text_or("") == result_system)
            standing.reason_code = codings.at(i)["code"].text_or("");
    standing.reason_text = root["statusReason"]["text"].text_or("");
    if (const auto claims = identifiers_of(root, claim_system); !claims.empty())
        standing.claim = claims.front();
    standing.body = std::move(reply.body);
    return standing;
}

} // namespace efaxd::fhir
