#include "serve/bearer.hpp"

#include <algorithm>
#include <string_view>

namespace efaxd::serve {

namespace {

constexpr std::string_view scheme = "bearer";

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
    constexpr const char* blanks = " \t";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

} // namespace

std::string bearer_of(const std::string& authorization) {
    const std::string_view given = trimmed(authorization);
    const std::string_view word = given.substr(0, scheme.size());
    if (!std::equal(word.begin(), word.end(), scheme.begin(), scheme.end(),
                    [](char one, char other) { return small(one) == other; }))
        return {};
    const std::string_view rest = given.substr(scheme.size());
    if (!rest.starts_with(' ') && !rest.starts_with('\t'))
        return {};
    const std::string_view token = trimmed(rest);
    if (!std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7f; }))
        return {};
    return std::string(token);
}

} // namespace efaxd::serve
