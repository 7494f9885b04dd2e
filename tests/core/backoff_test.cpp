#include "efaxd/core/backoff.hpp"

#include <gtest/gtest.h>

#include <climits>

namespace efaxd {
namespace {

using namespace std::chrono_literals;

constexpr BackoffPolicy policy{.first = 30s, .most = 15min};

TEST(Backoff, doubles_up_to_the_cap) {
    const Duration whole[] = {30s, 60s, 120s, 240s, 480s, 900s, 900s};
    for (int failures = 1; failures <= 7; ++failures) {
        Duration least = Duration::max();
        Duration most{};
        for (std::uint64_t dice = 0; dice < 1'000'000; ++dice) {
            const Duration wait = backoff(policy, failures, dice);
            least = std::min(least, wait);
            most = std::max(most, wait);
        }
        EXPECT_EQ(most, whole[failures - 1]) << failures;
        EXPECT_EQ(least, whole[failures - 1] / 2) << failures;
    }
}

TEST(Backoff, is_the_same_for_the_same_dice) {
    EXPECT_EQ(backoff(policy, 3, 12345), backoff(policy, 3, 12345));
    EXPECT_NE(backoff(policy, 3, 12345), backoff(policy, 3, 12346));
}

TEST(Backoff, never_overflows_and_never_ends) {
    for (const int failures : {100, 1'000'000, INT_MAX}) {
        const Duration wait = backoff(policy, failures, UINT64_MAX);
        EXPECT_GE(wait, policy.most / 2);
        EXPECT_LE(wait, policy.most);
    }
    const BackoffPolicy endless{.first = 1ms, .most = Duration::max()};
    EXPECT_GE(backoff(endless, INT_MAX, UINT64_MAX), Duration::max() / 2);
}

TEST(Backoff, counts_from_one) {
    for (const int failures : {INT_MIN, -1, 0}) {
        EXPECT_GE(backoff(policy, failures, 5), policy.first / 2);
        EXPECT_LE(backoff(policy, failures, 5), policy.first);
    }
}

TEST(Backoff, keeps_to_the_cap_when_the_first_wait_is_longer) {
    EXPECT_LE(backoff({.first = 1h, .most = 1s}, 1, 999), 1s);
}

TEST(Backoff, waits_at_least_half_of_the_smallest_wait) {
    for (std::uint64_t dice = 0; dice < 10; ++dice)
        EXPECT_EQ(backoff({.first = 1ms, .most = 1ms}, 1, dice), 1ms);
    EXPECT_EQ(backoff({.first = 0ms, .most = 0ms}, 3, 5), 0ms);
}

} // namespace
} // namespace efaxd
