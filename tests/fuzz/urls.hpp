// What URLs are judged by.
#pragma once

#include "fuzz/fuzz.hpp"
#include "http/url.hpp"

#include <string>
#include <string_view>

namespace efaxd::fuzz {

/// One of these, by the size of the input.
inline std::string_view base_for(std::string_view given) {
    constexpr std::string_view bases[] = {"https://fhir.example.org/fhir/R4", "http://127.0.0.1:8103"};
    return bases[given.size() % 2];
}

inline bool is_plain_url(std::string_view url) {
    return is_printable_ascii(url) && url.find_first_of(" \\#") == url.npos;
}

inline bool climbs(std::string_view url) {
    const auto path = "/" + std::string(url.substr(0, url.find('?'))) + "/";
    return path.find("/../") != path.npos || path.find("/./") != path.npos;
}

inline void check_on_origin(std::string_view url, std::string_view base_url) {
    const auto parsed = http::parse_url(url);
    const auto base = http::parse_url(base_url);
    must(is_plain_url(url), "a URL reads in one way");
    must(parsed && http::same_origin(*parsed, *base), "a URL stays on its server");
}

} // namespace efaxd::fuzz
