#include "http/url.hpp"

#include <algorithm>
#include <charconv>

namespace efaxd::http {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
    std::string lowered(text);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](char c) { return lower(c); });
    return lowered;
}

bool is_name(std::string_view host) {
    return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
        return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_';
    });
}

bool is_ipv6(std::string_view host) {
    return host.find(':') != std::string_view::npos &&
           std::all_of(host.begin(), host.end(), [](char c) { return is_hex(c) || c == ':' || c == '.'; });
}

/// Digits only, 1 to 65535; 0 if it is none.
int port_in(std::string_view text) {
    int port = 0;
    const char* const end = text.data() + text.size();
    if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit) ||
        std::from_chars(text.data(), end, port).ptr != end || port > 65535)
        return 0;
    return port;
}

bool is_ipv4_loopback(std::string_view host) {
    int parts = 0;
    for (;; ++parts) {
        const auto part = host.substr(0, host.find('.'));
        int value = 256;
        const char* const end = part.data() + part.size();
        if (part.empty() || part.size() > 3 || (part.size() > 1 && part.front() == '0') ||
            !std::all_of(part.begin(), part.end(), is_digit) ||
            std::from_chars(part.data(), end, value).ptr != end || value > 255 ||
            (parts == 0 && value != 127))
            return false;
        if (part.size() == host.size())
            return parts == 3;
        host.remove_prefix(part.size() + 1);
    }
}

} // namespace

std::string encode(std::string_view text) {
    constexpr char hex[] = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (is_digit(c) || is_letter(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            encoded.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded.push_back('%');
            encoded.push_back(hex[byte >> 4]);
            encoded.push_back(hex[byte & 15]);
        }
    }
    return encoded;
}

std::optional<Url> parse_url(std::string_view text) {
    // Parsers disagree on blanks, backslashes and control characters; a URL with one is nobody's.
    if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c == '\x7F' || c == '\\'; }))
        return std::nullopt;
    const auto colon = text.find("://");
    if (colon == std::string_view::npos)
        return std::nullopt;
    Url url;
    url.scheme = lower(text.substr(0, colon));
    if (url.scheme != "https" && url.scheme != "http")
        return std::nullopt;
    text.remove_prefix(colon + 3);

    const auto end = std::min(text.find_first_of("/?#"), text.size());
    std::string_view authority = text.substr(0, end);
    url.path = text.substr(end);
    if (url.path.empty() || url.path.front() != '/')
        url.path.insert(0, 1, '/');

    std::string_view host = authority.substr(0, authority.find(':'));
    if (authority.starts_with('[')) {
        const auto bracket = authority.find(']');
        if (bracket == std::string_view::npos)
            return std::nullopt;
        host = authority.substr(1, bracket - 1);
        authority.remove_prefix(bracket + 1);
        if (!is_ipv6(host))
            return std::nullopt;
    } else {
        authority.remove_prefix(host.size());
        if (!is_name(host))
            return std::nullopt;
    }
    url.host = lower(host);
    url.port = url.scheme == "https" ? 443 : 80;
    if (!authority.empty()) {
        url.port = authority.front() == ':' ? port_in(authority.substr(1)) : 0;
        if (!url.port)
            return std::nullopt;
    }
    return url;
}

bool same_origin(const Url& one, const Url& other) {
    return one.scheme == other.scheme && one.host == other.host && one.port == other.port;
}

bool is_loopback(std::string_view host) {
    return lower(host) == "localhost" || host == "::1" || is_ipv4_loopback(host);
}

bool acceptable(const Url& url) {
    return url.scheme == "https" || (url.scheme == "http" && is_loopback(url.host));
}

} // namespace efaxd::http
