#include "config/encoding.hpp"

#include <cstddef>

namespace efaxd::config {

namespace {

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

/// How many bytes the character at `at` has; 0 if it is not UTF-8.
std::size_t utf8_length(std::string_view text, std::size_t at) {
    const unsigned lead = byte_at(text, at);
    if (lead < 0x80)
        return 1;
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() - at < length)
        return 0;
    for (std::size_t next = 1; next < length; ++next)
        if ((byte_at(text, at + next) & 0xc0u) != 0x80u)
            return 0;
    const unsigned second = byte_at(text, at + 1);
    const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    const bool beyond = (lead == 0xed && second >= 0xa0) || (lead == 0xf4 && second >= 0x90);
    return overlong || beyond ? 0 : length;
}

bool control(std::string_view text, std::size_t at) {
    const unsigned byte = byte_at(text, at);
    if (byte == '\r')
        return at + 1 == text.size() || text[at + 1] != '\n';
    const bool c1 = byte == 0xc2 && byte_at(text, at + 1) < 0xa0;
    return (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7f || c1;
}

} // namespace

std::string_view without_mark(std::string_view text) {
    constexpr std::string_view mark = "\xef\xbb\xbf";
    return text.substr(text.starts_with(mark) ? mark.size() : 0);
}

bool readable(std::string_view text, Report& report) {
    bool tabs = false;
    bool indent = true;
    Place place;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text, at);
        if (length == 0) {
            report.add(place, {}, "not UTF-8: save the file in that encoding");
            return false;
        }
        if (control(text, at)) {
            report.add(place, {}, "a control character: remove it");
            return false;
        }
        const char character = text[at];
        if (indent && character == '\t') {
            report.add(place, {}, "a tab in front of the text: indent with spaces");
            tabs = true;
        }
        indent = character == '\n' || (indent && character == ' ');
        if (character == '\n')
            place = {place.line + 1, 1};
        else
            place.column += static_cast<int>(length);
        at += length;
    }
    return !tabs;
}

} // namespace efaxd::config
