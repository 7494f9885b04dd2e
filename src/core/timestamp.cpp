#include "efaxd/core/timestamp.hpp"

#include <cstdint>

namespace efaxd {

namespace {

using namespace std::chrono;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes a text apart from the left; once something is not there, `good` stays false.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    bool good() const { return good_; }
    bool at_end() const { return rest_.empty(); }

    bool skip(char wanted) {
        if (!good_ || rest_.empty() || rest_.front() != wanted)
            return false;
        rest_.remove_prefix(1);
        return true;
    }

    void expect(char wanted) { good_ = skip(wanted); }

    /// Exactly `count` digits that make a number up to `most`.
    int number(int count, int most) {
        int value = 0;
        for (int i = 0; i < count; ++i) {
            if (!next_is_digit())
                return fail();
            value = value * 10 + take();
        }
        return value <= most ? value : fail();
    }

    /// One to nine digits of a fraction of a second, cut to milliseconds.
    int fraction() {
        int value = 0;
        int count = 0;
        for (; count < 9 && next_is_digit(); ++count) {
            const int digit = take();
            if (count < 3)
                value = value * 10 + digit;
        }
        if (count == 0)
            return fail();
        for (; count < 3; ++count)
            value *= 10;
        return value;
    }

    bool next_is_digit() const { return good_ && !rest_.empty() && is_digit(rest_.front()); }

  private:
    int take() {
        const int digit = rest_.front() - '0';
        rest_.remove_prefix(1);
        return digit;
    }

    int fail() {
        good_ = false;
        return 0;
    }

    std::string_view rest_;
    bool good_ = true;
};

/// What follows the sign of `±hh:mm`, `±hhmm` or `±hh`.
minutes read_offset(Scanner& scan) {
    const hours whole{scan.number(2, 23)};
    if (scan.skip(':') || scan.next_is_digit())
        return whole + minutes{scan.number(2, 59)};
    return whole;
}

/// How far the clock that was read is ahead of UTC; nothing: no zone is given.
std::optional<minutes> read_zone(Scanner& scan) {
    if (scan.skip('Z'))
        return minutes{0};
    if (scan.skip('+'))
        return read_offset(scan);
    if (scan.skip('-'))
        return -read_offset(scan);
    return {};
}

bool has_four_digit_year(Instant instant) {
    constexpr sys_days first = year{1} / January / 1;
    constexpr sys_days end = year{10000} / January / 1;
    return instant >= first && instant < end;
}

/// A number with leading zeros.
void append(std::string& text, std::int64_t value, int width) {
    const std::string digits = std::to_string(value);
    for (int missing = width - static_cast<int>(digits.size()); missing > 0; --missing)
        text += '0';
    text += digits;
}

std::string seconds_text(Instant instant) {
    const auto day = floor<days>(instant);
    const year_month_day date{day};
    const hh_mm_ss time{floor<seconds>(instant - day)};
    std::string text;
    append(text, static_cast<int>(date.year()), 4);
    text += '-';
    append(text, static_cast<unsigned>(date.month()), 2);
    text += '-';
    append(text, static_cast<unsigned>(date.day()), 2);
    text += 'T';
    append(text, time.hours().count(), 2);
    text += ':';
    append(text, time.minutes().count(), 2);
    text += ':';
    append(text, time.seconds().count(), 2);
    return text;
}

} // namespace

std::optional<Timestamp> read_timestamp(std::string_view text) {
    constexpr int leap = 60;
    Scanner scan(text);
    const year the_year{scan.number(4, 9999)};
    scan.expect('-');
    const month the_month{static_cast<unsigned>(scan.number(2, 12))};
    scan.expect('-');
    const day the_day{static_cast<unsigned>(scan.number(2, 31))};
    scan.expect('T');
    const hours hour{scan.number(2, 23)};
    scan.expect(':');
    const minutes minute{scan.number(2, 59)};
    scan.expect(':');
    const seconds second{scan.number(2, leap)};
    const milliseconds fraction{scan.skip('.') ? scan.fraction() : 0};
    const std::optional<minutes> ahead = read_zone(scan);

    const year_month_day date{the_year, the_month, the_day};
    if (!scan.good() || !scan.at_end() || !date.ok())
        return {};
    const auto whole = sys_days{date} + hour + minute + second - ahead.value_or(minutes{0});
    if (second.count() == leap && whole != floor<days>(whole))
        return {}; // leap seconds end a day of UTC
    const Instant instant = whole + fraction;
    if (!has_four_digit_year(instant))
        return {};
    return Timestamp{.instant = instant, .zone_missing = !ahead};
}

std::string fhir_timestamp(Instant instant) { return seconds_text(instant) + 'Z'; }

std::string precise_timestamp(Instant instant) {
    std::string text = seconds_text(instant) + '.';
    append(text, (instant - floor<seconds>(instant)).count(), 3);
    return text + 'Z';
}

} // namespace efaxd
