#include "json/mend.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace efaxd::json {

namespace {

constexpr std::size_t escape_size = 6; // of \uXXXX

std::optional<unsigned> digit_of(char c) {
    if (c >= '0' && c <= '9')
        return static_cast<unsigned>(c - '0');
    const char small = static_cast<char>(c | 0x20);
    if (small >= 'a' && small <= 'f')
        return static_cast<unsigned>(small - 'a' + 10);
    return std::nullopt;
}

/// The code unit that is escaped there, if there is one.
std::optional<unsigned> unit_at(std::string_view text, std::size_t at) {
    if (text.size() < escape_size || at > text.size() - escape_size || text[at] != '\\' ||
        text[at + 1] != 'u')
        return std::nullopt;
    unsigned unit = 0;
    for (std::size_t i = at + 2; i < at + escape_size; ++i) {
        const auto digit = digit_of(text[i]);
        if (!digit)
            return std::nullopt;
        unit = unit << 4 | *digit;
    }
    return unit;
}

bool is_high(unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

/// How many characters the escape that begins there takes, mended.
std::size_t mend_escape(std::string& text, std::size_t at) {
    constexpr std::string_view known = "\"\\/bfnrt";
    if (at + 1 < text.size() && known.find(text[at + 1]) != std::string_view::npos)
        return 2;
    const auto unit = unit_at(text, at);
    if (!unit) {
        text[at] = '?';
        return 1;
    }
    if (is_high(*unit))
        if (const auto next = unit_at(text, at + escape_size); next && is_low(*next))
            return 2 * escape_size;
    if (is_high(*unit) || is_low(*unit))
        std::string_view("FFFD").copy(&text[at + 2], 4);
    return escape_size;
}

} // namespace

void mend_strings(std::string& text) {
    bool inside = false;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '"') {
            inside = !inside;
        } else if (inside && c == '\\') {
            at += mend_escape(text, at);
            continue;
        } else if (inside && static_cast<unsigned char>(c) < 0x20) {
            text[at] = ' ';
        }
        ++at;
    }
}

} // namespace efaxd::json
