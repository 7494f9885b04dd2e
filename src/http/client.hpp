// One HTTP/1.1 client over libcurl: the only room that sees curl.
#pragma once

#include "http/error.hpp"
#include "http/message.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace efaxd::http {

struct ClientOptions {
    std::string ca_file; ///< empty: the system's bundle
    std::string proxy;   ///< empty: none, whatever the environment says
    Duration connect{std::chrono::seconds{10}};
};

/// What a server showed when it was connected to.
struct Reached {
    Duration took{};                          ///< for name, connection and handshake
    std::optional<Instant> certificate_end{}; ///< of the server's own certificate; none without TLS
};

/// Keeps its connections warm between exchanges. Used by one thread at a time.
///
/// Follows no redirect; TLS 1.2 or later with name (an alternative one, never the common name) and chain
/// checked; no cookies, netrc or environment proxy;
/// no `Expect: 100-continue`; no content decoding. A POST is never sent twice: libcurl would repeat it by
/// itself on a reused connection that dies before the first reply byte, so a POST's body is given in a form
/// that cannot rewind (error `broken`, sent). Other methods may be repeated by libcurl; they are idempotent
/// wherever we use them.
class Client {
  public:
    explicit Client(ClientOptions options);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// One exchange. Throws Error, Stopped (within milliseconds of the stop, transfers are cut) and whatever
    /// the sink or the body source throws.
    Reply exchange(const Request& request, std::stop_token stop, const Sink& sink = {});

    /// Only connects, on a connection of its own, with TLS as for an exchange; not a byte is asked. Throws
    /// Error and Stopped. The connection is kept until the client ends.
    Reached reach(const std::string& url, std::stop_token stop);

  private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
};

} // namespace efaxd::http
