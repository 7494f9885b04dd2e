#include "efaxd/core/phone_number.hpp"

#include <algorithm>

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
    for (const std::string_view scheme : {"tel:", "fax:"})
        if (given.starts_with(scheme))
            given.remove_prefix(scheme.size());
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80);
    };
    if (std::ranges::any_of(given, is_letter))
        return std::nullopt;
    const std::string found = digits_of(given);
    const bool plus = given.substr(0, given.find_first_of(digits)).find('+') != given.npos;
    if (plus) {
        const bool fits = found.size() >= least && found.size() <= most && found.front() != '0';
        return fits && given.find("(0)") == given.npos ? std::optional('+' + found) : std::nullopt;
    }
    if (found.size() == 10 && !country.empty())
        return '+' + std::string(country) + found;
    if (found.size() == 11 && found.front() == '1')
        return '+' + found;
    return std::nullopt;
}

bool same_line(std::string_view one, std::string_view other) {
    const std::string line = line_of(one);
    return !line.empty() && line == line_of(other);
}

} // namespace efaxd
