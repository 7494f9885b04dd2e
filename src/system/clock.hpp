// The system's own clocks and dice.
#pragma once

#include "efaxd/ports/clock.hpp"

namespace efaxd::system {

class SystemClock : public Clock {
  public:
    Instant now() const override;
    Steady steady() const override;
    std::uint64_t dice() override;
};

} // namespace efaxd::system
