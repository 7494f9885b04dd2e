#include "efaxd/core/backoff.hpp"

#include <algorithm>

namespace efaxd {

Duration backoff(const BackoffPolicy& policy, int failures, std::uint64_t dice) {
    const std::int64_t most = std::max<std::int64_t>(policy.most.count(), 0);
    std::int64_t whole = std::clamp<std::int64_t>(policy.first.count(), 0, most);
    for (int i = 1; i < failures && whole > 0 && whole < most; ++i)
        whole = whole > most / 2 ? most : whole * 2;
    const std::int64_t half = whole - whole / 2;
    const auto choices = static_cast<std::uint64_t>(whole - half) + 1;
    return Duration{half + static_cast<std::int64_t>(dice % choices)};
}

} // namespace efaxd
