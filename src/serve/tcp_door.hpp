// HTTP/1.1 over TCP: the door for applications that call the FHIR operations.
#pragma once

#include "serve/door.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>
#include <vector>

namespace efaxd::serve {

struct TcpDoorOptions {
    std::string address = "127.0.0.1"; ///< IPv4 or IPv6
    int port = 0;                      ///< 0: chosen by the system
    std::size_t connections = 1100;
    std::size_t header_bytes = 16u << 10;
    std::size_t body_bytes = 8u << 20;
    std::size_t all_body_bytes = 24u << 20; ///< kept bodies of all connections together; beyond it: 503
    std::chrono::milliseconds client_patience{std::chrono::seconds{30}}; ///< to read a request, idle included
    std::chrono::milliseconds answer_patience{std::chrono::minutes{2}};
    std::chrono::milliseconds heartbeat{std::chrono::seconds{15}}; ///< of a feed without news
    /// The answer to what no handler answers: unknown paths, bad requests, too large a body.
    std::function<Answer(int status, std::string_view code, std::string_view text)> failure;
};

/// As Door, with the same bounds and the same table of routes, but nobody is known by their uid:
/// `Route::changes` means nothing here, and handlers see to authorisation themselves. An encoded `%24` is a
/// `$`. Plain HTTP: TLS is the business of the proxy in front.
class TcpDoor {
  public:
    /// Throws std::system_error naming the address if it cannot be had.
    TcpDoor(boost::asio::any_io_executor executor, TcpDoorOptions options, std::vector<Route> routes);
    ~TcpDoor();

    int port() const;
    void close();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace efaxd::serve
