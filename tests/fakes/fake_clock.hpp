// A clock that moves only when told.
#pragma once

#include "efaxd/ports/clock.hpp"

#include <mutex>

namespace efaxd::fakes {

/// Starts at 2026-10-03T14:00:00Z. Safe from any thread.
class FakeClock : public Clock {
  public:
    Instant now() const override {
        const std::lock_guard lock(mutex_);
        return now_;
    }
    Steady steady() const override {
        const std::lock_guard lock(mutex_);
        return steady_;
    }
    std::uint64_t dice() override {
        const std::lock_guard lock(mutex_);
        return dice_ = dice_ * 6364136223846793005u + 1442695040888963407u;
    }

    void advance(Duration duration) {
        const std::lock_guard lock(mutex_);
        now_ += duration;
        steady_ += duration;
    }
    /// Steps the wall clock alone, as an administrator or NTP would.
    void set_wall(Instant instant) {
        const std::lock_guard lock(mutex_);
        now_ = instant;
    }

  private:
    mutable std::mutex mutex_;
    Instant now_{std::chrono::sys_days{std::chrono::year{2026} / 10 / 3} + std::chrono::hours{14}};
    Steady steady_{std::chrono::hours{1}};
    std::uint64_t dice_ = 1;
};

} // namespace efaxd::fakes
