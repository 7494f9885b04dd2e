#include "config/listen.hpp"

#include "config/url.hpp"

#include <arpa/inet.h>
#include <cstddef>
#include <netinet/in.h>
#include <sys/socket.h>

namespace efaxd::config {

namespace {

bool is_address(int family, const std::string& text) {
    in6_addr room{};
    const bool whole = text.find('\0') == text.npos;
    return whole && inet_pton(family, text.c_str(), &room) == 1;
}

} // namespace

std::optional<Listen> parse_listen(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos)
        return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed)
        host = host.substr(1, host.size() - 2);
    const std::string_view port = text.substr(colon + 1);
    const auto number = port == "0" ? std::optional(0) : parse_port(port);
    if (!number)
        return std::nullopt;
    Listen listen{std::string(host), *number};
    if (!is_address(bracketed ? AF_INET6 : AF_INET, listen.address))
        return std::nullopt;
    return listen;
}

} // namespace efaxd::config
