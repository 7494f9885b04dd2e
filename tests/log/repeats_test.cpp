#include "log/repeats.hpp"

#include <gtest/gtest.h>

namespace efaxd::log {
namespace {

using namespace std::chrono_literals;

class RepeatsTest : public ::testing::Test {
  protected:
    bool admits(const Event& event, std::vector<Field> fields = {project("clinic"), fax("f-1")}) {
        return repeats.admits(event, fields, now);
    }
    int admitted(int times, const Event& event = fax_waits) {
        int count = 0;
        for (int i = 0; i < times; ++i)
            count +=
                admits(event, {project("clinic"), fax("f-" + std::to_string(i)), reason("fhir.unavailable")})
                    ? 1
                    : 0;
        return count;
    }

    Repeats repeats;
    Steady now{1h};
};

TEST_F(RepeatsTest, writes_twenty_lines_that_are_alike_in_a_minute_and_counts_the_rest) {
    EXPECT_EQ(admitted(1000), 20);
    EXPECT_TRUE(repeats.take_left_out(now).empty()) << "the minute is not over";
    now += 1min;
    const auto left = repeats.take_left_out(now);
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].event.code, fax_waits.code);
    ASSERT_EQ(left[0].fields.size(), 3u) << "project, reason, left_out, and no fax";
    EXPECT_EQ(left[0].fields[0].value(), "clinic");
    EXPECT_EQ(left[0].fields[1].value(), "fhir.unavailable");
    EXPECT_EQ(left[0].fields[2].name(), "left_out");
    EXPECT_EQ(left[0].fields[2].value(), "980");
    EXPECT_TRUE(repeats.take_left_out(now).empty()) << "told once";
    EXPECT_EQ(admitted(1000), 20);
}

TEST_F(RepeatsTest, never_leave_out_the_first_of_its_kind) {
    admitted(1000);
    EXPECT_TRUE(admits(fax_held));
    EXPECT_TRUE(admits(fax_waits, {project("other"), reason("fhir.unavailable")}));
    EXPECT_TRUE(admits(fax_waits, {project("clinic"), reason("fhir.timed_out")}));
    EXPECT_TRUE(admits(fax_waits, {project("clinic"), mailbox("clinic:system"), reason("fhir.unavailable")}));
}

TEST_F(RepeatsTest, lose_no_count_when_the_next_minute_begins_before_it_was_told) {
    admitted(30);
    now += 1min;
    admitted(25);
    now += 1min;
    const auto left = repeats.take_left_out(now);
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].fields.back().value(), "15");
}

TEST_F(RepeatsTest, tell_everything_at_the_end) {
    admitted(21);
    const auto left = repeats.take_left_out(now, true);
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].fields.back().value(), "1");
}

TEST_F(RepeatsTest, leave_out_nothing_that_they_could_not_count) {
    for (int i = 0; i < 5000; ++i)
        EXPECT_TRUE(admits(fax_waits, {mailbox(std::to_string(i))}));
    for (int i = 0; i < 100; ++i)
        EXPECT_TRUE(admits(fax_waits, {mailbox("4999")}));
    now += 1min;
    repeats.take_left_out(now);
    EXPECT_EQ(admitted(100), 20) << "what is over is forgotten";
}

} // namespace
} // namespace efaxd::log
