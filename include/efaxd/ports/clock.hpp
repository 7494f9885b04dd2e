// What time it is; tests own a clock that moves only when told.
#pragma once

#include "efaxd/core/instant.hpp"

#include <cstdint>

namespace efaxd {

/// Safe from any thread.
class Clock {
  public:
    virtual ~Clock() = default;

    virtual Instant now() const = 0;   ///< wall time, for what is stored
    virtual Steady steady() const = 0; ///< for intervals
    virtual std::uint64_t dice() = 0;  ///< a random number, for jitter
};

} // namespace efaxd
