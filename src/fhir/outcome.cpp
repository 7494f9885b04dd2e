#include "fhir/outcome.hpp"

#include "json/value.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace efaxd::fhir {

namespace {

// http://hl7.org/fhir/R4/valueset-issue-type.html
constexpr std::array<std::string_view, 31> issue_codes = {
    "invalid",       "structure", "required",         "value",         "invariant",  "security",
    "login",         "unknown",   "expired",          "forbidden",     "suppressed", "processing",
    "not-supported", "duplicate", "multiple-matches", "not-found",     "deleted",    "too-long",
    "code-invalid",  "extension", "too-costly",       "business-rule", "conflict",   "transient",
    "lock-error",    "no-store",  "exception",        "timeout",       "incomplete", "throttled",
    "informational"};

constexpr std::string_view reset_extension = "https://medplum.com/fhir/StructureDefinition/rate-limit-reset";

int weight(json::Value issue) {
    const auto severity = issue["severity"].text_or("");
    return severity == "fatal" ? 2 : severity == "error" ? 1 : 0;
}

std::string_view safe_code(std::string_view given) {
    const auto found = std::find(issue_codes.begin(), issue_codes.end(), given);
    return found == issue_codes.end() ? std::string_view() : *found;
}

bool complains_of_parsing(std::string_view text) {
    return text.find("pars") != std::string_view::npos || text.find("Pars") != std::string_view::npos;
}

std::optional<Duration> reset_in(json::Value extensions) {
    for (std::size_t i = 0; i < extensions.size(); ++i)
        if (extensions.at(i)["url"].text_or("") == reset_extension)
            if (const auto seconds = extensions.at(i)["valueUnsignedInt"].integer(); seconds && *seconds >= 0)
                return std::chrono::seconds{std::min<std::int64_t>(*seconds, 3600)};
    return {};
}

Outcome outcome_of(json::Value root) {
    Outcome outcome;
    int heaviest = -1;
    outcome.resets = reset_in(root["extension"]);
    const auto issues = root["issue"];
    for (std::size_t i = 0; i < issues.size(); ++i) {
        const auto issue = issues.at(i);
        if (weight(issue) > heaviest) {
            heaviest = weight(issue);
            outcome.code = safe_code(issue["code"].text_or(""));
        }
        if (complains_of_parsing(issue["diagnostics"].text_or("")) ||
            complains_of_parsing(issue["details"]["text"].text_or("")))
            outcome.unread = true;
        if (!outcome.resets)
            outcome.resets = reset_in(issue["extension"]);
    }
    if (outcome.code == "structure" || outcome.code == "not-supported")
        outcome.unread = true;
    return outcome;
}

} // namespace

Outcome read_outcome(std::string_view body) {
    try {
        const auto document = json::Document::parse(body);
        if (document.root()["resourceType"].text_or("") == "OperationOutcome")
            return outcome_of(document.root());
    } catch (const json::ParseError&) { // no FHIR: nothing to learn from it
    }
    return {};
}

} // namespace efaxd::fhir
