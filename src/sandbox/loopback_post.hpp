// A POST to a server on this machine.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace efaxd::sandbox {

struct LoopbackUrl {
    std::uint16_t port = 80;
    std::string path = "/";
};

/// `http://127.0.0.1:PORT/path`, or `localhost`; nothing for anything else.
std::optional<LoopbackUrl> loopback_url(std::string_view url);

/// Posts the body with `X-HMAC-Signature`, if there is a signature. The reply's status; 0 if there was none
/// within five seconds, or a stop was requested.
int post_json(const LoopbackUrl& to, const std::string& signature, const std::string& body,
              const std::stop_token& stop);

} // namespace efaxd::sandbox
