// Which URLs the file may name.
#pragma once

#include <optional>
#include <string_view>

namespace efaxd::config {

/// An https URL, or an http URL of `localhost`, `127.x.y.z` or `[::1]`; no user info, query or fragment.
bool is_url(std::string_view text);

/// An http or https URL of any host, without user info and path.
bool is_proxy(std::string_view text);

/// `host` or `host:port`; IPv6 in brackets.
bool is_host(std::string_view text);

/// 1 … 65535, without leading zeros.
std::optional<int> parse_port(std::string_view text);

} // namespace efaxd::config
