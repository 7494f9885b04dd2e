#include "fhir/last_known.hpp"

#include "efaxd/core/fault.hpp"
#include "fakes/fake_clock.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace efaxd::fhir {
namespace {

using namespace std::chrono_literals;

TEST(LastKnown, lets_everybody_wait_for_the_very_first_answer_instead_of_guessing) {
    fakes::FakeClock clock;
    LastKnown known(clock, 24h, 1min);
    std::promise<void> asking;
    std::promise<void> go_on;
    std::thread first([&] {
        EXPECT_TRUE(known.get(
            [&] {
                asking.set_value();
                go_on.get_future().wait();
                return true;
            },
            {}));
    });
    asking.get_future().wait();
    auto second = std::async(std::launch::async, [&] {
        return known.get([]() -> bool { throw std::logic_error("asked twice"); }, {});
    });
    go_on.set_value();
    EXPECT_TRUE(second.get());
    first.join();
}

TEST(LastKnown, lets_those_who_wait_be_stopped) {
    fakes::FakeClock clock;
    LastKnown known(clock, 24h, 1min);
    std::promise<void> asking;
    std::promise<void> go_on;
    std::thread first([&] {
        known.get(
            [&] {
                asking.set_value();
                go_on.get_future().wait();
                return true;
            },
            {});
    });
    asking.get_future().wait();
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(known.get([] { return true; }, stop.get_token()), Stopped);
    go_on.set_value();
    first.join();
}

TEST(LastKnown, makes_nobody_wait_for_a_later_answer) {
    fakes::FakeClock clock;
    LastKnown known(clock, 24h, 1min);
    EXPECT_TRUE(known.get([] { return true; }, {}));
    clock.advance(25h);
    EXPECT_FALSE(known.get(
        [&] {
            EXPECT_TRUE(known.get([] { return false; }, {})) << "another hand, meanwhile";
            return false;
        },
        {}));
}

TEST(LastKnown, asks_again_after_it_was_stopped) {
    fakes::FakeClock clock;
    LastKnown known(clock, 24h, 1min);
    EXPECT_THROW(known.get([]() -> bool { throw Stopped(); }, {}), Stopped);
    EXPECT_TRUE(known.get([] { return true; }, {}));
}

TEST(LastKnown, keeps_the_last_answer_through_a_failure) {
    fakes::FakeClock clock;
    LastKnown known(clock, 24h, 1min);
    EXPECT_TRUE(known.get([] { return true; }, {}));
    clock.advance(25h);
    EXPECT_TRUE(known.get([]() -> bool { throw Fault(Fault::Kind::passing, "fhir.unavailable"); }, {}));
}

} // namespace
} // namespace efaxd::fhir
