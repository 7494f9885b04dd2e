#include "efaxd/core/arrivals.hpp"

#include <gtest/gtest.h>

namespace efaxd {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr Instant monday = std::chrono::sys_days{std::chrono::year{2026} / 10 / 5};

/// A fax on each working day at noon, for so many days.
Arrivals daily(int working_days) {
    Arrivals arrivals;
    Instant at = monday + 12h;
    for (int day = 0; day < working_days; ++day) {
        arrivals.note(at);
        at += day % 5 == 4 ? days{3} : days{1};
    }
    return arrivals;
}

TEST(WorkingTime, leaves_out_saturdays_and_sundays) {
    EXPECT_EQ(working_time(monday, monday + 36h), 36h);
    EXPECT_EQ(working_time(monday + days{4} + 12h, monday + days{7} + 12h), 24h);
    EXPECT_EQ(working_time(monday + days{5}, monday + days{7}), 0h);
    EXPECT_EQ(working_time(monday, monday + days{21}), days{15});
    EXPECT_EQ(working_time(monday + days{6}, monday + days{13} + 1h), days{5});
    EXPECT_EQ(working_time(monday, monday), 0h);
    EXPECT_EQ(working_time(monday, monday - 1h), 0h) << "a clock that was set back";
}

TEST(Arrivals, say_nothing_until_enough_is_known) {
    EXPECT_FALSE(Arrivals{}.patience());
    EXPECT_FALSE(daily(20).patience());
    EXPECT_FALSE(daily(20).silent(monday + days{3650}));
    EXPECT_EQ(daily(21).patience(), days{5});
}

TEST(Arrivals, notice_an_unusual_silence_and_its_end) {
    Arrivals arrivals = daily(25); // the last on Friday the 6th of November
    const Instant last = *arrivals.last();
    EXPECT_EQ(last, Instant{std::chrono::sys_days{std::chrono::year{2026} / 11 / 6} + 12h});
    EXPECT_FALSE(arrivals.silent(last + days{7})) << "five working days";
    EXPECT_TRUE(arrivals.silent(last + days{7} + 1min));
    arrivals.note(last + days{10});
    EXPECT_FALSE(arrivals.silent(last + days{10}));
}

TEST(Arrivals, of_a_busy_mailbox_are_given_three_working_days) {
    Arrivals arrivals;
    Instant at = monday;
    for (int i = 0; i < 40; ++i, at += 2h)
        arrivals.note(at);
    EXPECT_EQ(arrivals.patience(), days{3});
}

TEST(Arrivals, count_what_comes_within_an_hour_as_one) {
    Arrivals arrivals;
    for (int i = 0; i < 1000; ++i)
        arrivals.note(monday + i * 1min);
    EXPECT_FALSE(arrivals.patience());
    EXPECT_EQ(arrivals.last(), monday + 999min);
}

TEST(Arrivals, take_a_tenth_of_the_gaps_for_holidays) {
    Arrivals arrivals = daily(23);
    arrivals.note(*arrivals.last() + days{28});
    EXPECT_EQ(arrivals.patience(), days{5}) << "one long gap in twenty-three";
}

TEST(Arrivals, are_not_put_off_by_a_clock_that_was_set_back) {
    Arrivals arrivals = daily(21);
    const auto last = arrivals.last();
    arrivals.note(monday);
    EXPECT_EQ(arrivals.last(), last);
    EXPECT_EQ(arrivals.patience(), days{5});
}

TEST(Arrivals, come_back_from_the_ledger_as_they_were) {
    const Arrivals arrivals = daily(80);
    const Arrivals back = Arrivals::from_text(arrivals.text());
    EXPECT_EQ(back.text(), arrivals.text());
    EXPECT_EQ(back.last(), arrivals.last());
    EXPECT_EQ(back.patience(), arrivals.patience());
    EXPECT_EQ(Arrivals{}.text(), "");
    for (const auto* odd : {"", "x", "5 -1", "5 1 x", "5 99999999999", "99999999999999999999"})
        EXPECT_EQ(Arrivals::from_text(odd).text(), "") << odd;
}

} // namespace
} // namespace efaxd
