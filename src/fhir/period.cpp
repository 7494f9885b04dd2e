#include "fhir/period.hpp"

#include "efaxd/core/timestamp.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace efaxd::fhir {

namespace {

// A date without a time begins with its first day and ends with its last, here or anywhere on earth.
constexpr Duration any_zone = std::chrono::hours{36};
constexpr Duration earliest_zone = std::chrono::hours{14};

std::optional<Instant> midnight(std::string_view date, const char* month, const char* day) {
    std::string text(date);
    if (text.size() == 4)
        text += month;
    if (text.size() == 7)
        text += day;
    const auto stamp = read_timestamp(text + "T00:00:00Z");
    return stamp ? std::optional(stamp->instant) : std::nullopt;
}

std::optional<Instant> start_of(std::string_view text) {
    if (const auto stamp = read_timestamp(text))
        return stamp->instant;
    const auto day = midnight(text, "-01", "-01");
    return day ? std::optional(*day - earliest_zone) : std::nullopt;
}

std::optional<Instant> end_of(std::string_view text) {
    if (const auto stamp = read_timestamp(text))
        return stamp->instant;
    const auto day = midnight(text, "-12", "-28"); // every month has one; the few days more are given below
    if (!day)
        return {};
    return *day + any_zone + (text.size() < 10 ? Duration(std::chrono::hours{72}) : Duration{});
}

} // namespace

bool is_current(json::Value entry, Instant now) {
    if (entry["use"].text_or("") == "old")
        return false;
    const auto end = end_of(entry["period"]["end"].text_or(""));
    const auto start = start_of(entry["period"]["start"].text_or(""));
    return (!end || *end >= now) && (!start || *start <= now);
}

} // namespace efaxd::fhir
