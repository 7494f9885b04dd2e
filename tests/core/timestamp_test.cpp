#include "efaxd/core/timestamp.hpp"

#include <gtest/gtest.h>

#include <string>

namespace efaxd {
namespace {

/// The text as UTC with milliseconds, or `none`.
std::string read(std::string_view text) {
    const auto timestamp = read_timestamp(text);
    return timestamp ? precise_timestamp(timestamp->instant) : "none";
}

TEST(Timestamp, reads_every_form_seen_at_efax) {
    for (const char* text : {
             "2026-10-03T14:00:00.000+0000",
             "2026-10-03T14:00:00+00:00",
             "2026-10-03T14:00:00.000Z",
             "2026-10-03T14:00:00Z",
             "2026-10-03T14:00:00+00",
             "2026-10-03T14:00:00-00:00",
             "2026-10-03T14:00:00",
         })
        EXPECT_EQ(read(text), "2026-10-03T14:00:00.000Z") << text;
}

TEST(Timestamp, cuts_fractions_to_milliseconds) {
    EXPECT_EQ(read("2026-10-03T14:00:00.1Z"), "2026-10-03T14:00:00.100Z");
    EXPECT_EQ(read("2026-10-03T14:00:00.12Z"), "2026-10-03T14:00:00.120Z");
    EXPECT_EQ(read("2026-10-03T14:00:00.123456+00:00"), "2026-10-03T14:00:00.123Z");
    EXPECT_EQ(read("2026-10-03T14:00:00.999999999Z"), "2026-10-03T14:00:00.999Z");
    EXPECT_EQ(read("2026-10-03T14:00:00.000000001"), "2026-10-03T14:00:00.000Z");
}

TEST(Timestamp, says_when_the_zone_was_missing) {
    EXPECT_TRUE(read_timestamp("2026-10-03T14:00:00")->zone_missing);
    EXPECT_TRUE(read_timestamp("2026-10-03T14:00:00.5")->zone_missing);
    EXPECT_FALSE(read_timestamp("2026-10-03T14:00:00Z")->zone_missing);
    EXPECT_FALSE(read_timestamp("2026-10-03T14:00:00+0000")->zone_missing);
}

TEST(Timestamp, takes_offsets_across_days_months_and_years) {
    EXPECT_EQ(read("2026-10-03T14:00:00+05:30"), "2026-10-03T08:30:00.000Z");
    EXPECT_EQ(read("2026-10-03T14:00:00-0800"), "2026-10-03T22:00:00.000Z");
    EXPECT_EQ(read("2026-10-03T20:00:00-08"), "2026-10-04T04:00:00.000Z");
    EXPECT_EQ(read("2026-10-01T01:00:00+02"), "2026-09-30T23:00:00.000Z");
    EXPECT_EQ(read("2026-12-31T20:00:00-08:00"), "2027-01-01T04:00:00.000Z");
    EXPECT_EQ(read("2027-01-01T00:00:00+14:00"), "2026-12-31T10:00:00.000Z");
    EXPECT_EQ(read("2024-03-01T00:30:00+01:00"), "2024-02-29T23:30:00.000Z");
}

TEST(Timestamp, knows_leap_days) {
    EXPECT_EQ(read("2024-02-29T00:00:00Z"), "2024-02-29T00:00:00.000Z");
    EXPECT_EQ(read("2000-02-29T00:00:00Z"), "2000-02-29T00:00:00.000Z");
    EXPECT_EQ(read("2026-02-29T00:00:00Z"), "none");
    EXPECT_EQ(read("2100-02-29T00:00:00Z"), "none");
}

TEST(Timestamp, reads_a_leap_second_as_the_second_after_it) {
    EXPECT_EQ(read("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00.000Z");
    EXPECT_EQ(read("2016-12-31T23:59:60.250Z"), "2017-01-01T00:00:00.250Z");
    EXPECT_EQ(read("2016-12-31T15:59:60-08:00"), "2017-01-01T00:00:00.000Z");
    EXPECT_EQ(read("2016-12-31T12:34:60Z"), "none");
    EXPECT_EQ(read("2016-12-31T23:59:61Z"), "none");
}

TEST(Timestamp, refuses_dates_and_times_that_do_not_exist) {
    for (const char* text : {
             "2026-13-03T14:00:00Z",
             "2026-00-03T14:00:00Z",
             "2026-10-00T14:00:00Z",
             "2026-10-32T14:00:00Z",
             "2026-04-31T14:00:00Z",
             "2026-10-03T24:00:00Z",
             "2026-10-03T14:60:00Z",
             "0000-01-01T00:00:00Z",
             "2026-10-03T14:00:00+24:00",
             "2026-10-03T14:00:00+00:60",
         })
        EXPECT_EQ(read(text), "none") << text;
}

TEST(Timestamp, refuses_moments_outside_years_of_four_digits) {
    EXPECT_EQ(read("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00.000Z");
    EXPECT_EQ(read("0001-01-01T00:00:00+01:00"), "none");
    EXPECT_EQ(read("9999-12-31T23:59:59.999Z"), "9999-12-31T23:59:59.999Z");
    EXPECT_EQ(read("9999-12-31T23:59:59-01:00"), "none");
    EXPECT_EQ(read("9999-12-31T23:59:60Z"), "none");
}

TEST(Timestamp, refuses_every_other_form) {
    for (const char* text : {
             "",
             "2026",
             "2026-10-03",
             "2026-10-03T14:00Z",
             "2026-10-03 14:00:00Z",
             "2026-10-03t14:00:00z",
             "2026-10-03T14:00:00z",
             "2026-1-3T14:00:00Z",
             "2026-10-03T14:00:00.Z",
             "2026-10-03T14:00:00.1234567890Z",
             "2026-10-03T14:00:00,5Z",
             "2026-10-03T14:00:00+",
             "2026-10-03T14:00:00+0",
             "2026-10-03T14:00:00+000",
             "2026-10-03T14:00:00+00:",
             "2026-10-03T14:00:00+00:0",
             "2026-10-03T14:00:00+00000",
             "2026-10-03T14:00:00 0000",
             "2026-10-03T14:00:00Z ",
             " 2026-10-03T14:00:00Z",
             "2026-10-03T14:00:00ZZ",
             "+2026-10-03T14:00:00Z",
             "-026-10-03T14:00:00Z",
             "12026-10-03T14:00:00Z",
             "2026-10-03T-1:00:00Z",
             "20261003T140000Z",
             "1790000000",
         })
        EXPECT_EQ(read(text), "none") << text;
    EXPECT_EQ(read(std::string_view("2026-10-03T14:00:00\0", 20)), "none");
}

TEST(Timestamp, refuses_every_cut_of_a_good_one_that_is_no_form_itself) {
    const std::string whole = "2026-10-03T14:00:00.123+05:30";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        // Complete are: up to the seconds, up to one to three digits of fraction, and up to the hours of
        // zone.
        const bool complete = length == 19 || (length >= 21 && length <= 23) || length == 26;
        EXPECT_EQ(read(whole.substr(0, length)) != "none", complete) << length;
    }
}

TEST(Timestamp, writes_seconds_for_fhir_and_milliseconds_for_efax) {
    using namespace std::chrono_literals;
    const Instant instant = std::chrono::sys_days{std::chrono::year{2026} / 1 / 2} + 3h + 4min + 5s + 67ms;
    EXPECT_EQ(fhir_timestamp(instant), "2026-01-02T03:04:05Z");
    EXPECT_EQ(precise_timestamp(instant), "2026-01-02T03:04:05.067Z");
}

TEST(Timestamp, writes_moments_before_1970_without_rounding_up) {
    EXPECT_EQ(fhir_timestamp(Instant{Duration{-1}}), "1969-12-31T23:59:59Z");
    EXPECT_EQ(precise_timestamp(Instant{Duration{-1}}), "1969-12-31T23:59:59.999Z");
}

} // namespace
} // namespace efaxd
