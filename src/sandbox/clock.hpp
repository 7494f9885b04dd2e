// The time of the simulated world: the wall clock, moved at will.
#pragma once

#include "efaxd/core/instant.hpp"

#include <atomic>
#include <chrono>

namespace efaxd::sandbox {

/// Safe from any thread.
class SimulatedClock {
  public:
    Instant now() const {
        return std::chrono::floor<Duration>(std::chrono::system_clock::now()) + Duration{offset_.load()};
    }
    /// Moves all later times by so much, backwards too; tokens and late faxes follow.
    void advance(Duration duration) { offset_ += duration.count(); }
    Duration offset() const { return Duration{offset_.load()}; }
    void reset() { offset_ = 0; }

  private:
    std::atomic<Duration::rep> offset_{0};
};

} // namespace efaxd::sandbox
