#include "config/near.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace efaxd::config {

namespace {

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// Letters added, left out, changed, or swapped with their neighbour.
std::size_t slips(std::string_view one, std::string_view other) {
    std::vector<std::size_t> before(other.size() + 1);
    std::vector<std::size_t> last(other.size() + 1);
    std::vector<std::size_t> now(other.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= one.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= other.size(); ++j) {
            const char a = lower(one[i - 1]);
            const char b = lower(other[j - 1]);
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a == b ? 0 : 1)});
            if (i > 1 && j > 1 && a == lower(other[j - 2]) && lower(one[i - 2]) == b)
                now[j] = std::min(now[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, now);
    }
    return last[other.size()];
}

} // namespace

std::optional<std::string_view> nearest(std::string_view given, std::span<const std::string_view> known) {
    constexpr std::size_t longest = 40;
    if (given.size() > longest)
        return std::nullopt;
    std::optional<std::string_view> best;
    std::size_t fewest = longest;
    for (const std::string_view word : known) {
        const std::size_t found = slips(given, word);
        if (found <= std::max<std::size_t>(1, word.size() / 3) && found < fewest) {
            fewest = found;
            best = word;
        }
    }
    return best;
}

} // namespace efaxd::config
