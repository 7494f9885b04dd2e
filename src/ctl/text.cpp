#include "ctl/text.hpp"

#include <algorithm>
#include <array>

namespace efaxd::ctl {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct Character {
    char32_t code = 0;
    std::size_t bytes = 1;
    bool sound = false;
};

bool follows(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0u) == 0x80u;
}

/// The character at that place, or one unsound byte.
Character character_at(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80)
        return {first, 1, true};
    const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4)
        return {};
    char32_t code = first & (0xffu >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if (!follows(text, at + i))
            return {};
        code = (code << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3fu);
    }
    const bool overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
    if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return {};
    return {code, bytes, true};
}

bool steers(char32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || code == 0x200e ||
           code == 0x200f || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

std::string clean(std::string_view text, std::string_view line_end) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Character character = character_at(text, at);
        if (character.code == '\n' && character.sound)
            out += line_end;
        else if (character.code == '\t' && character.sound)
            out += ' ';
        else if (!character.sound)
            out += '?';
        else if (!steers(character.code))
            out += text.substr(at, character.bytes);
        at += character.bytes;
    }
    return out;
}

std::string number(std::int64_t value, std::string_view unit) {
    return std::to_string(value) + ' ' + std::string(unit);
}

} // namespace

std::string plain(std::string_view text) { return clean(text, " "); }

std::string plain_lines(std::string_view text) { return clean(text, "\n"); }

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
    std::string out;
    std::size_t column = 0;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        if (word.empty())
            continue;
        const std::size_t needed = width_of(word);
        if (column != 0 && column + 1 + needed <= width) {
            out += ' ';
            column += 1 + needed;
        } else {
            out += (out.empty() ? "" : "\n") + std::string(indent, ' ');
            column = indent + needed;
        }
        out += word;
    }
    return out.empty() ? out : out + '\n';
}

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

std::string span(Duration duration) {
    duration = std::max(duration, Duration{});
    if (duration < minutes{1})
        return number(std::chrono::floor<seconds>(duration).count(), "s");
    if (duration < hours{1})
        return number(std::chrono::floor<minutes>(duration).count(), "min");
    if (duration < hours{48})
        return number(std::chrono::floor<hours>(duration).count(), "h");
    return number(std::chrono::floor<std::chrono::days>(duration).count(), "days");
}

std::string within(Duration duration) {
    if (duration <= minutes{1})
        return "minute";
    if (duration <= minutes{59})
        return number(std::chrono::ceil<minutes>(duration).count(), "min");
    if (duration <= hours{1})
        return "hour";
    if (duration <= hours{48})
        return number(std::chrono::ceil<hours>(duration).count(), "h");
    return number(std::chrono::ceil<std::chrono::days>(duration).count(), "days");
}

std::string relative(Instant instant, Instant now) {
    const Duration passed = now - instant;
    if (passed >= seconds{5})
        return span(passed) + " ago";
    if (passed <= -seconds{1})
        return "in " + span(-passed);
    return "just now";
}

std::string byte_size(std::int64_t bytes) {
    if (bytes < 1000)
        return number(bytes, "B");
    constexpr std::array<const char*, 4> units{"kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    std::int64_t tenths = bytes / 100;
    while (tenths >= 10'000 && unit + 1 < units.size()) {
        tenths /= 1000;
        ++unit;
    }
    if (unit == 0)
        return number(tenths / 10, units[unit]);
    return std::to_string(tenths / 10) + '.' + number(tenths % 10, units[unit]);
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
    return number(count, count == 1 ? one : many);
}

} // namespace efaxd::ctl
