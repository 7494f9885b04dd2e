#include "config/url.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace efaxd::config {

namespace {

struct Parts {
    bool secure = false;
    std::string_view host; ///< IPv6 with its brackets
    std::string_view path;
};

bool digit(char c) { return c >= '0' && c <= '9'; }
bool hex(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Without leading zeros: some readers take those for octal.
std::optional<int> number_within(std::string_view text, int least, int most) {
    int value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    const bool plain = !text.empty() && digit(text[0]) && (text[0] != '0' || text.size() == 1);
    const bool good = plain && error == std::errc{} && stop == end && value >= least && value <= most;
    return good ? std::optional(value) : std::nullopt;
}

bool good_host(std::string_view host) {
    if (host.starts_with('['))
        return host.size() > 3 && host.ends_with(']') && host.find(':') != host.npos &&
               std::all_of(host.begin() + 1, host.end() - 1,
                           [](char c) { return hex(c) || c == ':' || c == '.'; });
    return !host.empty() && host.size() <= 253 && host[0] != '.' && host[0] != '-' &&
           std::all_of(host.begin(), host.end(),
                       [](char c) { return letter(c) || digit(c) || c == '.' || c == '-' || c == '_'; });
}

bool good_path(std::string_view path) {
    constexpr std::string_view unfit = "?#\\\"<>^`{|}";
    return (path.empty() || path[0] == '/') && std::all_of(path.begin(), path.end(), [&](char c) {
               return c > ' ' && c < 127 && unfit.find(c) == unfit.npos;
           });
}

bool loopback(std::string_view host) {
    if (host == "localhost" || host == "[::1]")
        return true;
    int dots = 0;
    for (std::string_view rest = host;; ++dots) {
        const std::size_t dot = rest.find('.');
        const std::string_view part = rest.substr(0, dot);
        if (part.size() > 3 || !number_within(part, 0, 255))
            return false;
        if (dot == rest.npos)
            return dots == 3 && host.starts_with("127.");
        rest.remove_prefix(dot + 1);
    }
}

/// The host in front of a port, if there is one; nothing if either is a bad one.
std::optional<std::string_view> host_of(std::string_view authority) {
    const std::size_t colon = authority.rfind(':');
    const std::size_t bracket = authority.rfind(']');
    if (colon != authority.npos && (bracket == authority.npos || colon > bracket)) {
        if (!parse_port(authority.substr(colon + 1)))
            return std::nullopt;
        authority = authority.substr(0, colon);
    }
    return good_host(authority) ? std::optional(authority) : std::nullopt;
}

/// Nothing for what is no http or https URL; user info makes the host a bad one.
std::optional<Parts> split(std::string_view text) {
    constexpr std::size_t longest = 2048;
    constexpr std::string_view https = "https://";
    constexpr std::string_view http = "http://";
    Parts parts;
    parts.secure = text.starts_with(https);
    if ((!parts.secure && !text.starts_with(http)) || text.size() > longest)
        return std::nullopt;
    text.remove_prefix(parts.secure ? https.size() : http.size());
    const std::size_t slash = std::min(text.find_first_of("/?#"), text.size());
    parts.path = text.substr(slash);
    const auto host = host_of(text.substr(0, slash));
    if (!host || !good_path(parts.path))
        return std::nullopt;
    parts.host = *host;
    return parts;
}

} // namespace

bool is_url(std::string_view text) {
    const auto parts = split(text);
    return parts && (parts->secure || loopback(parts->host));
}

bool is_proxy(std::string_view text) {
    const auto parts = split(text);
    return parts && (parts->path.empty() || parts->path == "/");
}

bool is_host(std::string_view text) { return host_of(text).has_value(); }

std::optional<int> parse_port(std::string_view text) { return number_within(text, 1, 65535); }

} // namespace efaxd::config
