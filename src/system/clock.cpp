#include "system/clock.hpp"

#include <random>

namespace efaxd::system {

Instant SystemClock::now() const {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Steady SystemClock::steady() const { return std::chrono::steady_clock::now(); }

std::uint64_t SystemClock::dice() {
    thread_local std::mt19937_64 dice{[] {
        std::random_device seed;
        return std::uint64_t{seed()} << 32 | seed();
    }()};
    return dice();
}

} // namespace efaxd::system
