// What the targets share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace efaxd::fuzz {

/// What no input may break; ends the program, so that the input is kept.
inline void must(bool holds, const char* what) {
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

/// The parts of an input that stands for several texts; lines of `----` divide them.
inline std::vector<std::string_view> parts_of(std::string_view input) {
    constexpr std::string_view divider = "\n----\n";
    std::vector<std::string_view> parts;
    for (auto at = input.find(divider); at != input.npos; at = input.find(divider)) {
        parts.push_back(input.substr(0, at));
        input.remove_prefix(at + divider.size());
    }
    parts.push_back(input);
    return parts;
}

/// Gives every piece of the text, each as long as `size`.
template <class Take>
void in_pieces(std::string_view text, std::size_t size, Take take) {
    for (; !text.empty(); text.remove_prefix(size < text.size() ? size : text.size()))
        take(text.substr(0, size));
}

inline bool is_printable_ascii(std::string_view text) {
    for (const char c : text)
        if (c < ' ' || c > '~')
            return false;
    return true;
}

/// Without control characters.
inline bool is_one_line(std::string_view text) {
    for (const char c : text)
        if ((c >= 0 && c < ' ') || c == 0x7f)
            return false;
    return true;
}

/// `+` and 8 to 15 digits, the first no 0.
inline bool is_e164(std::string_view text) {
    if (text.size() < 9 || text.size() > 16 || text[0] != '+' || text[1] == '0')
        return false;
    return text.find_first_not_of("0123456789", 1) == text.npos;
}

} // namespace efaxd::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);
