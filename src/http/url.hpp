// Building and judging URLs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace efaxd::http {

/// Percent-encodes everything but `A-Z a-z 0-9 - . _ ~`.
std::string encode(std::string_view text);

struct Url {
    std::string scheme; ///< lower case
    std::string host;   ///< lower case, IPv6 without brackets
    int port = 0;       ///< the scheme's own if none was given
    std::string path;   ///< with its slash, query and fragment included
};

/// Only absolute http and https URLs without user info; nothing else.
std::optional<Url> parse_url(std::string_view text);

/// Scheme, host and port equal.
bool same_origin(const Url& one, const Url& other);

/// `localhost`, `127.x.y.z` or `::1`, by name only.
bool is_loopback(std::string_view host);

/// May we speak to it: https, or http towards loopback.
bool acceptable(const Url& url);

} // namespace efaxd::http
