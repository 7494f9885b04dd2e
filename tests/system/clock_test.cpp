#include "system/clock.hpp"

#include <gtest/gtest.h>

#include <set>

namespace efaxd::system {
namespace {

TEST(SystemClock, tells_wall_time_and_a_steady_time_that_never_steps_back) {
    SystemClock clock;
    const auto before = std::chrono::system_clock::now();
    const Instant now = clock.now();
    const auto after = std::chrono::system_clock::now();
    EXPECT_GE(now, std::chrono::floor<std::chrono::milliseconds>(before));
    EXPECT_LE(now, after);
    const Steady first = clock.steady();
    EXPECT_GE(clock.steady(), first);
}

TEST(SystemClock, throws_different_dice) {
    SystemClock clock;
    std::set<std::uint64_t> thrown;
    for (int round = 0; round < 100; ++round)
        thrown.insert(clock.dice());
    EXPECT_EQ(thrown.size(), 100u);
}

} // namespace
} // namespace efaxd::system
