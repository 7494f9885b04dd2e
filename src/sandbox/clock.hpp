// The time of the simulated world: the wall clock, moved at will.
#pragma once

#include "efaxd/core/instant.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <utility>

namespace efaxd::sandbox {

/// Safe from any thread.
class SimulatedClock {
  public:
    Instant now() const {
        return std::chrono::floor<Duration>(std::chrono::system_clock::now()) + Duration{offset_.load()};
    }
    /// Moves all later times by so much, backwards too; tokens and late faxes follow.
    void advance(Duration duration) {
        offset_ += duration.count();
        tell();
    }
    Duration offset() const { return Duration{offset_.load()}; }
    void reset() {
        offset_ = 0;
        tell();
    }
    /// Who hears of every movement; set before anybody else uses the clock.
    void on_move(std::function<void()> moved) { moved_ = std::move(moved); }

  private:
    void tell() const {
        if (moved_)
            moved_();
    }

    std::function<void()> moved_;
    std::atomic<Duration::rep> offset_{0};
};

} // namespace efaxd::sandbox
