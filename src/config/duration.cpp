#include "config/duration.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace efaxd::config {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};
constexpr std::array units{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000},
                           Unit{"ms", 1}};

} // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    const std::size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits > 10 || (text[0] == '0' && digits > 1)) // npos too: no unit
        return std::nullopt;
    std::int64_t amount = 0;
    std::from_chars(text.data(), text.data() + digits, amount);
    for (const Unit& unit : units)
        if (text.substr(digits) == unit.name)
            return Duration{amount * unit.milliseconds};
    return std::nullopt;
}

std::string text_of(Duration duration) {
    if (duration == Duration::zero())
        return "0s";
    for (const Unit& unit : units)
        if (duration.count() % unit.milliseconds == 0)
            return std::to_string(duration.count() / unit.milliseconds).append(unit.name);
    return {}; // not reached: every duration is a number of milliseconds
}

} // namespace efaxd::config
