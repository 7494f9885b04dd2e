#include "fhir/period.hpp"

#include "efaxd/core/timestamp.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace efaxd::fhir {

namespace {

// A date without a time ends with its last day, here or anywhere on earth.
constexpr Duration any_zone = std::chrono::hours{36};

std::optional<Instant> end_of(std::string_view text) {
    if (const auto stamp = read_timestamp(text))
        return stamp->instant;
    std::string day(text);
    if (day.size() == 4)
        day += "-12-31";
    else if (day.size() == 7)
        day += "-28"; // every month has one; the few days more are given below
    const auto stamp = read_timestamp(day + "T00:00:00Z");
    if (!stamp)
        return {};
    return stamp->instant + any_zone + (text.size() == 7 ? Duration(std::chrono::hours{72}) : Duration{});
}

} // namespace

bool is_current(json::Value entry, Instant now) {
    if (entry["use"].text_or("") == "old")
        return false;
    const auto end = end_of(entry["period"]["end"].text_or(""));
    return !end || *end >= now;
}

} // namespace efaxd::fhir
