#include "ctl/arrivals.hpp"

#include <algorithm>
#include <numeric>

namespace efaxd::ctl {

void Arrivals::count(std::int64_t total, Instant now) {
    turn_to(std::chrono::floor<std::chrono::minutes>(now.time_since_epoch()).count());
    if (total_ && total > *total_)
        counts_.back() += total - *total_;
    total_ = total;
}

/// A clock that was set back changes nothing.
void Arrivals::turn_to(std::int64_t minute) {
    if (watched_ == 0) {
        watched_ = 1;
        minute_ = minute;
    }
    if (minute <= minute_)
        return;
    const auto steps = static_cast<std::size_t>(std::min<std::int64_t>(minute - minute_, minutes));
    std::rotate(counts_.begin(), counts_.begin() + static_cast<std::ptrdiff_t>(steps), counts_.end());
    std::fill(counts_.end() - static_cast<std::ptrdiff_t>(steps), counts_.end(), 0);
    watched_ = std::min(minutes, watched_ + steps);
    minute_ = minute;
}

std::int64_t Arrivals::sum() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

std::string Arrivals::sparkline(std::size_t most, bool unicode) const {
    constexpr std::array<const char*, 8> blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    constexpr std::array<const char*, 8> letters{".", ":", "-", "=", "+", "*", "%", "#"};
    const auto shown = std::min({most, minutes, watched_});
    const std::int64_t highest = std::max<std::int64_t>(1, *std::max_element(counts_.begin(), counts_.end()));
    std::string out;
    for (std::size_t at = minutes - shown; at < minutes; ++at) {
        if (counts_[at] == 0) {
            out += unicode ? "·" : " ";
            continue;
        }
        const auto level = static_cast<std::size_t>((counts_[at] * 8 - 1) / highest);
        out += unicode ? blocks[std::min<std::size_t>(level, 7)] : letters[std::min<std::size_t>(level, 7)];
    }
    return out;
}

} // namespace efaxd::ctl
