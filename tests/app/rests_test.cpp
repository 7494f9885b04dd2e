#include "app/rests.hpp"

#include <gtest/gtest.h>

namespace efaxd::app {
namespace {

using namespace std::chrono_literals;

TEST(Rests, grow_for_each_errand_until_one_can_be_written_down) {
    Rests rests;
    const Errand one{ErrandKind::carry, "clinic", "clinic:system", "f-1"};
    const Errand other{ErrandKind::send, "clinic", "clinic:outbound", "c-1"};
    const BackoffPolicy policy{4s, 10min};
    Steady now{1h};
    EXPECT_FALSE(rests.rests(one, now));
    const Duration first = rests.begin(one, policy, now, 7);
    EXPECT_GE(first, 2s);
    EXPECT_LE(first, 4s);
    EXPECT_TRUE(rests.rests(one, now + first - 1ms));
    EXPECT_FALSE(rests.rests(one, now + first));
    EXPECT_FALSE(rests.rests(other, now)) << "each for itself";
    Duration last{};
    for (int failure = 2; failure < 12; ++failure)
        last = rests.begin(one, policy, now, 7);
    EXPECT_GE(last, 5min);
    EXPECT_LE(last, 10min);
    rests.end(one);
    EXPECT_FALSE(rests.rests(one, now));
    EXPECT_EQ(rests.begin(one, policy, now, 7), first);
}

} // namespace
} // namespace efaxd::app
