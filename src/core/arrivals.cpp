#include "efaxd/core/arrivals.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace efaxd {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr Duration one_arrival = 1h;
constexpr std::size_t most_gaps = 30;
constexpr std::size_t enough_gaps = 20;
constexpr Duration least_patience = days{3};

std::int32_t minutes_of(Duration gap) {
    const auto minutes = std::chrono::floor<std::chrono::minutes>(gap).count();
    return static_cast<std::int32_t>(
        std::min<std::int64_t>(minutes, std::numeric_limits<std::int32_t>::max()));
}

/// Takes one number from the front of the text.
std::optional<std::int64_t> take_number(std::string_view& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{})
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.starts_with(' '))
        text.remove_prefix(1);
    return number;
}

} // namespace

Duration working_time(Instant from, Instant to) {
    if (to <= from)
        return {};
    const auto weeks = (to - from) / days{7};
    Duration total = weeks * days{5};
    from += weeks * days{7};
    while (from < to) {
        const auto day = std::chrono::floor<days>(from);
        const Instant next = std::min<Instant>(day + days{1}, to);
        const std::chrono::weekday weekday{day};
        if (weekday != std::chrono::Saturday && weekday != std::chrono::Sunday)
            total += next - from;
        from = next;
    }
    return total;
}

void Arrivals::note(Instant now) {
    const bool another = last_ && now - *last_ >= one_arrival;
    if (another)
        gaps_.push_back(minutes_of(working_time(*last_, now)));
    if (gaps_.size() > most_gaps)
        gaps_.erase(gaps_.begin());
    if (!last_ || now > *last_)
        last_ = now;
}

std::optional<Duration> Arrivals::patience() const {
    if (gaps_.size() < enough_gaps)
        return std::nullopt;
    std::vector<std::int32_t> sorted = gaps_;
    std::sort(sorted.begin(), sorted.end());
    const std::int32_t usual = sorted[sorted.size() - 1 - sorted.size() / 10];
    return std::max<Duration>(least_patience, 5 * std::chrono::minutes{usual});
}

bool Arrivals::silent(Instant now) const {
    const auto most = patience();
    return most && working_time(*last_, now) > *most;
}

std::string Arrivals::text() const {
    if (!last_)
        return {};
    std::string text = std::to_string(last_->time_since_epoch().count());
    for (const std::int32_t gap : gaps_)
        text += ' ' + std::to_string(gap);
    return text;
}

Arrivals Arrivals::from_text(std::string_view text) {
    Arrivals arrivals;
    const auto last = take_number(text);
    if (!last)
        return arrivals;
    while (!text.empty()) {
        const auto gap = take_number(text);
        const bool usable = gap && *gap >= 0 && *gap <= std::numeric_limits<std::int32_t>::max();
        if (!usable || arrivals.gaps_.size() == most_gaps)
            return {};
        arrivals.gaps_.push_back(static_cast<std::int32_t>(*gap));
    }
    arrivals.last_ = Instant{Duration{*last}};
    return arrivals;
}

} // namespace efaxd
