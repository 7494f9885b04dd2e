#include "efaxd/core/phone_number.hpp"

#include <gtest/gtest.h>

namespace efaxd {
namespace {

TEST(PhoneNumber, keeps_digits_and_a_leading_plus) {
    EXPECT_EQ(tidy_number("13035550123"), "13035550123");
    EXPECT_EQ(tidy_number("+13035550123"), "+13035550123");
    EXPECT_EQ(tidy_number("+1 (303) 555-0123"), "+13035550123");
    EXPECT_EQ(tidy_number("(+44) 20.7946.0000"), "+442079460000");
    EXPECT_EQ(tidy_number("303-555-0123"), "3035550123");
}

TEST(PhoneNumber, drops_a_plus_that_does_not_lead) {
    EXPECT_EQ(tidy_number("303+5550123"), "3035550123");
    EXPECT_EQ(tidy_number("3035550123+"), "3035550123");
}

TEST(PhoneNumber, is_empty_when_the_caller_id_is_no_number) {
    EXPECT_EQ(tidy_number(""), "");
    EXPECT_EQ(tidy_number("unavailable"), "");
    EXPECT_EQ(tidy_number("+"), "");
    EXPECT_EQ(tidy_number("Dr. Smith's fax"), "");
}

TEST(PhoneNumber, keeps_short_and_refuses_overlong_ones) {
    EXPECT_EQ(tidy_number("7"), "7");
    EXPECT_EQ(tidy_number(std::string(20, '5')), std::string(20, '5'));
    EXPECT_EQ(tidy_number(std::string(21, '5')), "");
}

TEST(PhoneNumber, matches_a_north_american_line_with_or_without_country_code) {
    EXPECT_TRUE(same_line("+13035550123", "13035550123"));
    EXPECT_TRUE(same_line("+1 (303) 555-0123", "3035550123"));
    EXPECT_TRUE(same_line("3035550123", "3035550123"));
    EXPECT_FALSE(same_line("13035550123", "13035550124"));
}

TEST(PhoneNumber, matches_other_lines_by_all_their_digits) {
    EXPECT_TRUE(same_line("+442079460000", "442079460000"));
    EXPECT_FALSE(same_line("+443035550123", "3035550123"));
    EXPECT_FALSE(same_line("+23035550123", "3035550123"));
}

TEST(PhoneNumber, never_matches_what_is_no_number) {
    EXPECT_FALSE(same_line("", ""));
    EXPECT_FALSE(same_line("unavailable", "unavailable"));
}

} // namespace
} // namespace efaxd
