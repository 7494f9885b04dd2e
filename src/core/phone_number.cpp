#include "efaxd/core/phone_number.hpp"

#include <utility>

namespace efaxd {

namespace {

constexpr std::string_view digits = "0123456789";

std::string digits_of(std::string_view given) {
    std::string found;
    for (const char c : given)
        if (digits.find(c) != digits.npos)
            found += c;
    return found;
}

/// The digits, without the country code of a North American number.
std::string line_of(std::string_view given) {
    constexpr std::size_t with_country = 11;
    std::string line = digits_of(given);
    if (line.size() == with_country && line.front() == '1')
        line.erase(0, 1);
    return line;
}

struct Written {
    std::string text; ///< digits, blanks and `()-.`
    bool plus;        ///< stood before it
};

/// Without scheme and `+`; nothing if anything else stands there: what a pause, a second number or an
/// extension is to mean is not known.
std::optional<Written> plain(std::string_view given) {
    constexpr std::string_view no_break_space = "\xC2\xA0";
    for (const std::string_view scheme : {"tel:", "fax:"})
        if (given.starts_with(scheme)) {
            given.remove_prefix(scheme.size());
            break;
        }
    std::string text;
    for (auto at = given.find(no_break_space); at != given.npos; at = given.find(no_break_space)) {
        text.append(given.substr(0, at)).push_back(' ');
        given.remove_prefix(at + no_break_space.size());
    }
    text.append(given);
    const auto first = text.find_first_not_of(' ');
    const bool plus = first != text.npos && text[first] == '+';
    if (plus)
        text.erase(0, first + 1);
    if (text.find_first_not_of("0123456789 ()-.") != text.npos)
        return std::nullopt;
    return Written{std::move(text), plus};
}

/// Such as the `(0)` of `+44 (0)20`, which is dialled within the country only.
bool has_trunk_bracket(std::string_view text) {
    for (auto open = text.find('('); open != text.npos; open = text.find('(', open + 1)) {
        const auto digit = text.find_first_of(digits, open);
        if (digit != text.npos && text[digit] == '0')
            return true;
    }
    return false;
}

} // namespace

std::string tidy_number(std::string_view given) {
    constexpr std::size_t most = 20;
    const std::string found = digits_of(given);
    if (found.empty() || found.size() > most)
        return {};
    const bool plus = given.substr(0, given.find_first_of(digits)).find('+') != given.npos;
    return plus ? '+' + found : found;
}

std::optional<std::string> e164(std::string_view given, std::string_view country) {
    constexpr std::size_t least = 8;
    constexpr std::size_t most = 15;
    constexpr std::size_t north_american = 11;
    const auto written = plain(given);
    if (!written)
        return std::nullopt;
    const auto& [text, plus] = *written;
    const std::string found = digits_of(text);
    if (plus) {
        const bool fits = found.size() >= least && found.size() <= most && found.front() != '0' &&
                          (found.front() != '1' || found.size() == north_american);
        return fits && !has_trunk_bracket(text) ? std::optional('+' + found) : std::nullopt;
    }
    if (found.size() == 10 && found.front() != '0' && !country.empty()) // 0 would be a trunk prefix
        return '+' + std::string(country) + found;
    if (found.size() == north_american && found.front() == '1')
        return '+' + found;
    return std::nullopt;
}

bool same_line(std::string_view one, std::string_view other) {
    const std::string line = line_of(one);
    return !line.empty() && line == line_of(other);
}

} // namespace efaxd
