#include "fhir/plain_text.hpp"

#include <algorithm>

namespace efaxd::fhir {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string clean(std::string_view text, bool keep_lines) {
    std::string cleaned;
    for (const char c : text)
        if ((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || (keep_lines && c == '\n'))
            cleaned += c;
        else if (c == '\t' || c == '\n')
            cleaned += ' ';
    const auto first = cleaned.find_first_not_of(" \n");
    if (first == std::string::npos)
        return {};
    return cleaned.substr(first, cleaned.find_last_not_of(" \n") - first + 1);
}

} // namespace

std::string one_line(std::string_view text) { return clean(text, false); }

std::string lines(std::string_view text) { return clean(text, true); }

bool same_text(std::string_view one, std::string_view other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

} // namespace efaxd::fhir
