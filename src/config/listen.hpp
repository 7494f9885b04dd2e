// Where a door listens, as the file spells it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace efaxd::config {

struct Listen {
    std::string address; ///< IPv4 or IPv6, without brackets
    int port = 0;        ///< 0 … 65535; 0: chosen by the system

    bool operator==(const Listen&) const = default;
};

/// `IPv4:port` or `[IPv6]:port`; no host names and no zones.
std::optional<Listen> parse_listen(std::string_view text);

} // namespace efaxd::config
