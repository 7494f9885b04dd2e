#include "http/token_keeper.hpp"

#include "efaxd/core/fault.hpp"
#include "fakes/fake_clock.hpp"

#include <atomic>
#include <future>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace efaxd::http {
namespace {

using namespace std::chrono_literals;

/// Gives `t1`, `t2` … of one hour each.
struct Counter {
    Token operator()(std::stop_token) { return {"t" + std::to_string(++count), lifetime}; }
    int count = 0;
    Duration lifetime = 1h;
};

TEST(TokenKeeper, asks_only_when_it_must) {
    fakes::FakeClock clock;
    TokenKeeper keeper(clock, Counter{}, 5min);
    EXPECT_EQ(keeper.asked(), 0);
    EXPECT_FALSE(keeper.has_token());
    EXPECT_EQ(keeper.token({}), "t1");
    clock.advance(54min);
    EXPECT_EQ(keeper.token({}), "t1");
    EXPECT_EQ(keeper.asked(), 1);
    EXPECT_TRUE(keeper.has_token());
}

TEST(TokenKeeper, renews_a_token_that_is_about_to_end) {
    fakes::FakeClock clock;
    TokenKeeper keeper(clock, Counter{}, 5min);
    EXPECT_EQ(keeper.token({}), "t1");
    clock.advance(55min);
    EXPECT_EQ(keeper.token({}), "t2");
    EXPECT_EQ(keeper.asked(), 2);
}

TEST(TokenKeeper, has_no_token_once_its_life_is_over) {
    fakes::FakeClock clock;
    TokenKeeper keeper(clock, Counter{}, 5min);
    keeper.token({});
    clock.advance(59min);
    EXPECT_TRUE(keeper.has_token());
    clock.advance(1min);
    EXPECT_FALSE(keeper.has_token());
}

TEST(TokenKeeper, uses_a_short_token_for_half_of_its_life) {
    fakes::FakeClock clock;
    TokenKeeper keeper(clock, Counter{0, 60s}, 5min);
    EXPECT_EQ(keeper.token({}), "t1");
    clock.advance(29s);
    EXPECT_EQ(keeper.token({}), "t1");
    clock.advance(1s);
    EXPECT_EQ(keeper.token({}), "t2");
}

TEST(TokenKeeper, counts_the_life_of_a_token_from_before_it_was_asked_for) {
    fakes::FakeClock clock;
    TokenKeeper keeper(
        clock,
        [&](std::stop_token) {
            clock.advance(10min); // a slow server
            return Token{"t", 1h};
        },
        5min);
    keeper.token({});
    clock.advance(44min);
    EXPECT_EQ(keeper.token({}), "t");
    EXPECT_EQ(keeper.asked(), 1);
    clock.advance(1min);
    keeper.token({});
    EXPECT_EQ(keeper.asked(), 2);
}

TEST(TokenKeeper, survives_odd_lifetimes) {
    for (const Duration lifetime : {Duration::zero(), Duration{-1h}, Duration::max(), Duration::min()}) {
        fakes::FakeClock clock;
        TokenKeeper keeper(clock, Counter{0, lifetime}, 5min);
        EXPECT_EQ(keeper.token({}), "t1");
        EXPECT_EQ(keeper.token({}), lifetime > Duration::zero() ? "t1" : "t2");
    }
}

TEST(TokenKeeper, forgets_a_refused_token) {
    fakes::FakeClock clock;
    TokenKeeper keeper(clock, Counter{}, 5min);
    keeper.refused("t0");
    EXPECT_EQ(keeper.token({}), "t1");
    keeper.refused("t1");
    EXPECT_FALSE(keeper.has_token());
    EXPECT_EQ(keeper.token({}), "t2");
}

TEST(TokenKeeper, keeps_a_token_when_an_older_one_is_refused) {
    fakes::FakeClock clock;
    TokenKeeper keeper(clock, Counter{}, 5min);
    keeper.token({});
    keeper.refused("t1");
    keeper.token({});
    keeper.refused("t1"); // a slower caller's
    EXPECT_EQ(keeper.token({}), "t2");
    EXPECT_EQ(keeper.refusals_lately(), 1);
}

TEST(TokenKeeper, counts_the_refusals_of_ten_minutes) {
    fakes::FakeClock clock;
    TokenKeeper keeper(clock, Counter{}, 5min);
    for (int i = 1; i <= 4; ++i) {
        keeper.refused(keeper.token({}));
        EXPECT_EQ(keeper.refusals_lately(), i);
        clock.advance(1min);
    }
    clock.advance(6min - 1ms); // the first is 10 minutes old, less a moment
    EXPECT_EQ(keeper.refusals_lately(), 4);
    clock.advance(1ms);
    EXPECT_EQ(keeper.refusals_lately(), 3);
    clock.advance(1h);
    EXPECT_EQ(keeper.refusals_lately(), 0);
}

TEST(TokenKeeper, counts_no_refusal_of_a_token_whose_life_was_over) {
    fakes::FakeClock clock;
    TokenKeeper keeper(clock, Counter{}, 5min);
    const std::string token = keeper.token({});
    clock.advance(1h);
    keeper.refused(token);
    EXPECT_EQ(keeper.refusals_lately(), 0);
}

struct Refusal {};

TEST(TokenKeeper, asks_again_after_a_failure) {
    fakes::FakeClock clock;
    bool fails = true;
    TokenKeeper keeper(
        clock,
        [&](std::stop_token) -> Token {
            if (fails)
                throw Refusal();
            return {"t", 1h};
        },
        5min);
    EXPECT_THROW(keeper.token({}), Refusal);
    EXPECT_FALSE(keeper.has_token());
    fails = false;
    EXPECT_EQ(keeper.token({}), "t");
    EXPECT_EQ(keeper.asked(), 2);
}

/// A clock that tells how often it was asked: a caller looks at it before it waits for another's token.
class WatchedClock : public fakes::FakeClock {
  public:
    Steady steady() const override {
        ++looks;
        looks.notify_all();
        return FakeClock::steady();
    }
    void wait_for(int count) const {
        for (int seen = looks; seen < count; seen = looks)
            looks.wait(seen);
    }
    mutable std::atomic<int> looks{0};
};

/// The first caller is held in the asking until all others have come; a token is held already and about to
/// end, so that each of them looks at the clock.
class TokenKeeperShared : public testing::Test {
  protected:
    static constexpr int callers = 8;

    TokenKeeperShared()
        : keeper(
              clock, [this](std::stop_token stop) { return ask(stop); }, 5min) {
        keeper.token({});
        clock.advance(1h);
        clock.looks = 0;
    }

    Token ask(std::stop_token stop) {
        if (keeper.asked() == 1)
            return {"first", 1h};
        clock.wait_for(callers + 1); // each caller once, and the asking one again for the start of the life
        return then(stop);
    }

    std::vector<std::future<std::string>> call() {
        std::vector<std::future<std::string>> calls;
        for (int i = 0; i < callers; ++i)
            calls.push_back(std::async(std::launch::async, [this] { return keeper.token({}); }));
        return calls;
    }

    WatchedClock clock;
    std::function<Token(std::stop_token)> then;
    TokenKeeper keeper;
};

TEST_F(TokenKeeperShared, one_asking_serves_all_who_wait) {
    then = [](std::stop_token) { return Token{"second", 1h}; };
    for (auto& call : call())
        EXPECT_EQ(call.get(), "second");
    EXPECT_EQ(keeper.asked(), 2);
}

TEST_F(TokenKeeperShared, one_failure_is_told_to_all_who_wait) {
    then = [](std::stop_token) -> Token { throw Refusal(); };
    for (auto& call : call())
        EXPECT_THROW(call.get(), Refusal);
    EXPECT_EQ(keeper.asked(), 2);
}

TEST_F(TokenKeeperShared, a_stopped_asker_leaves_the_asking_to_the_next) {
    std::atomic<int> asked{0};
    then = [&](std::stop_token) -> Token {
        if (++asked == 1)
            throw Stopped();
        return {"third", 1h};
    };
    int stopped = 0;
    for (auto& call : call()) {
        try {
            EXPECT_EQ(call.get(), "third");
        } catch (const Stopped&) {
            ++stopped;
        }
    }
    EXPECT_EQ(stopped, 1);
    EXPECT_EQ(asked, 2);
}

TEST(TokenKeeper, lets_a_waiting_caller_go_when_it_is_stopped) {
    WatchedClock clock;
    std::promise<void> release;
    TokenKeeper keeper(
        clock,
        [&](std::stop_token) {
            if (keeper.asked() == 1)
                return Token{"t1", 1h};
            release.get_future().wait();
            return Token{"t2", 1h};
        },
        5min);
    keeper.token({});
    clock.advance(1h);
    clock.looks = 0;
    auto asking = std::async(std::launch::async, [&] { return keeper.token({}); });
    clock.wait_for(2); // now it asks
    std::stop_source stop;
    auto waiting = std::async(std::launch::async, [&] { return keeper.token(stop.get_token()); });
    clock.wait_for(3);
    stop.request_stop();
    EXPECT_THROW(waiting.get(), Stopped);
    release.set_value();
    EXPECT_EQ(asking.get(), "t2");
    EXPECT_EQ(keeper.asked(), 2);
}

TEST(TokenKeeper, gives_nothing_to_a_stopped_caller) {
    fakes::FakeClock clock;
    TokenKeeper keeper(clock, Counter{}, 5min);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(keeper.token(stop.get_token()), Stopped);
    EXPECT_EQ(keeper.asked(), 0);
}

TEST(TokenKeeper, hands_its_callers_stop_to_the_asking) {
    fakes::FakeClock clock;
    std::stop_source stop;
    TokenKeeper keeper(
        clock,
        [&](std::stop_token token) -> Token {
            stop.request_stop();
            EXPECT_TRUE(token.stop_requested());
            throw Stopped();
        },
        5min);
    EXPECT_THROW(keeper.token(stop.get_token()), Stopped);
}

} // namespace
} // namespace efaxd::http
