#include "ctl/text.hpp"

#include <gtest/gtest.h>

namespace efaxd::ctl {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Text, cannot_steer_a_terminal) {
    EXPECT_EQ(plain("a\x1b[31mb\x07\x7f"), "a[31mb");
    EXPECT_EQ(plain("a\xc2\x9b"
                    "31mb"),
              "a31mb"); // CSI as one character
    EXPECT_EQ(plain("a\x9b"
                    "b"),
              "a?b"); // CSI as one byte
    EXPECT_EQ(plain("a\xe2\x80\xae"
                    "b\xe2\x81\xa6"
                    "c"),
              "abc"); // writing from right to left
    EXPECT_EQ(plain("a\r\nb\tc"), "a b c");
    EXPECT_EQ(plain_lines("a\r\nb"), "a\nb");
}

TEST(Text, keeps_letters_of_all_kinds_and_marks_broken_ones) {
    EXPECT_EQ(plain("Äé…中😀"), "Äé…中😀");
    EXPECT_EQ(plain("\xc3"), "?");
    EXPECT_EQ(plain("\xc0\x9b"), "??");           // overlong
    EXPECT_EQ(plain("\xe0\x82\x9b"), "???");      // overlong
    EXPECT_EQ(plain("\xed\xa0\x80"), "???");      // surrogate
    EXPECT_EQ(plain("\xf4\x90\x80\x80"), "????"); // beyond Unicode
    EXPECT_EQ(plain(std::string(1, '\0') + "a"), "a");
}

TEST(Text, tells_durations) {
    EXPECT_EQ(span(milliseconds{-5}), "0 s");
    EXPECT_EQ(span(seconds{59}), "59 s");
    EXPECT_EQ(span(seconds{119}), "1 min");
    EXPECT_EQ(span(hours{47}), "47 h");
    EXPECT_EQ(span(hours{71}), "2 days");
}

TEST(Text, rounds_up_what_something_lies_within) {
    EXPECT_EQ(within(seconds{0}), "minute");
    EXPECT_EQ(within(seconds{60}), "minute");
    EXPECT_EQ(within(seconds{61}), "2 min");
    EXPECT_EQ(within(minutes{59} + seconds{1}), "hour");
    EXPECT_EQ(within(minutes{61}), "2 h");
    EXPECT_EQ(within(hours{49}), "3 days");
}

TEST(Text, tells_moments) {
    const Instant now{hours{500000}};
    EXPECT_EQ(relative(now, now), "just now");
    EXPECT_EQ(relative(now - seconds{150}, now), "2 min ago");
    EXPECT_EQ(relative(now + seconds{30}, now), "in 30 s");
}

TEST(Text, tells_sizes) {
    EXPECT_EQ(byte_size(999), "999 B");
    EXPECT_EQ(byte_size(48213), "48 kB");
    EXPECT_EQ(byte_size(999'999), "999 kB");
    EXPECT_EQ(byte_size(3'140'000), "3.1 MB");
    EXPECT_EQ(byte_size(12'000'000'000), "12.0 GB");
    EXPECT_EQ(byte_size(INT64_MAX), "9223372.0 TB");
}

TEST(Text, counts) {
    EXPECT_EQ(counted(0, "fax", "faxes"), "0 faxes");
    EXPECT_EQ(counted(1, "fax", "faxes"), "1 fax");
}

} // namespace
} // namespace efaxd::ctl
