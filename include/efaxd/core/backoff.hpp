// How long to wait after a failure.
#pragma once

#include "efaxd/core/instant.hpp"

#include <cstdint>

namespace efaxd {

struct BackoffPolicy {
    Duration first{std::chrono::seconds{30}};
    Duration most{std::chrono::minutes{15}};

    bool operator==(const BackoffPolicy&) const = default;
};

/// The wait after the n-th failure in a row (n from 1): doubling from `first` up to `most`, with full jitter
/// over the upper half so that it is never nearly zero: between half of the doubled value and the whole of
/// it. `dice` is any random number; the same dice give the same wait. Never overflows, never ends.
Duration backoff(const BackoffPolicy& policy, int failures, std::uint64_t dice);

} // namespace efaxd
