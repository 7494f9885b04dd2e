#include "fhir/rate_limit.hpp"

#include <algorithm>
#include <charconv>

namespace efaxd::fhir {

namespace {

std::string_view next_part(std::string_view& rest, char separator) {
    const auto end = rest.find(separator);
    auto part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const auto first = part.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return part.substr(first, part.find_last_not_of(" \t") - first + 1);
}

std::optional<long> number(std::string_view text) {
    long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0)
        return {};
    return value;
}

std::optional<long> wait_of(std::string_view bucket) {
    std::optional<long> remaining;
    std::optional<long> seconds;
    while (!bucket.empty()) {
        const auto part = next_part(bucket, ';');
        if (part.starts_with("r="))
            remaining = number(part.substr(2));
        else if (part.starts_with("t="))
            seconds = number(part.substr(2));
    }
    return remaining == 0 ? seconds : std::nullopt;
}

} // namespace

std::optional<Duration> rate_limit_wait(std::string_view header) {
    std::optional<Duration> longest;
    while (!header.empty())
        if (const auto seconds = wait_of(next_part(header, ',')))
            longest = std::max(longest.value_or(Duration{}),
                               Duration(std::chrono::seconds{std::min(*seconds, 3600L)}));
    return longest;
}

} // namespace efaxd::fhir
