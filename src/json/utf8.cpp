#include "json/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace efaxd::json {

namespace {

/// Bytes of the well-formed character that the text begins with; 0 if it begins with none.
std::size_t character(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return 1;
    // The second byte's range shuts out overlong forms, surrogates and what lies beyond 10FFFF.
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    std::size_t size = 0;
    if (first >= 0xC2 && first <= 0xDF)
        size = 2;
    else if (first >= 0xE0 && first <= 0xEF)
        size = 3;
    else if (first >= 0xF0 && first <= 0xF4)
        size = 4;
    if (!size || text.size() < size)
        return 0;
    if (first == 0xE0)
        low = 0xA0;
    else if (first == 0xED)
        high = 0x9F;
    else if (first == 0xF0)
        low = 0x90;
    else if (first == 0xF4)
        high = 0x8F;
    if (byte(1) < low || byte(1) > high)
        return 0;
    for (std::size_t i = 2; i < size; ++i)
        if ((byte(i) & 0xC0) != 0x80)
            return 0;
    return size;
}

/// Length of a run of ASCII at the beginning, in whole words: nearly all text is nothing else.
std::size_t ascii(std::string_view text) {
    std::size_t size = 0;
    for (std::uint64_t word = 0; text.size() - size >= sizeof word; size += sizeof word) {
        std::memcpy(&word, text.data() + size, sizeof word);
        if (word & 0x8080808080808080)
            break;
    }
    return size;
}

} // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        text.remove_prefix(ascii(text));
        if (text.empty())
            break;
        const std::size_t size = character(text);
        if (!size)
            return false;
        text.remove_prefix(size);
    }
    return true;
}

std::string repaired_utf8(std::string_view text) {
    std::string repaired;
    repaired.reserve(text.size() + 16);
    while (!text.empty()) {
        const std::size_t size = character(text);
        if (size)
            repaired.append(text.substr(0, size));
        else
            repaired.append("\xEF\xBF\xBD");
        text.remove_prefix(size ? size : 1);
    }
    return repaired;
}

void append_utf8(std::string& text, char32_t code_point) {
    const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0 | code_point >> 6);
        put(0x80 | (code_point & 0x3F));
    } else if (code_point < 0x10000) {
        put(0xE0 | code_point >> 12);
        put(0x80 | (code_point >> 6 & 0x3F));
        put(0x80 | (code_point & 0x3F));
    } else {
        put(0xF0 | code_point >> 18);
        put(0x80 | (code_point >> 12 & 0x3F));
        put(0x80 | (code_point >> 6 & 0x3F));
        put(0x80 | (code_point & 0x3F));
    }
}

} // namespace efaxd::json
