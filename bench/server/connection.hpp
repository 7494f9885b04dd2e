// One TLS connection of the bench server.
#pragma once

#include "server/loop.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;

namespace efaxd::bench {

class Connection {
  public:
    Connection(Loop& loop, std::uint64_t id, int socket);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Reads and writes as far as it goes; false once the connection is over.
    bool attend();
    /// Sends the answer that has waited; false as above.
    bool send_now();
    int socket() const { return socket_; }

  private:
    bool take(std::string_view bytes);
    bool answer();
    bool write();
    bool fits(int result);

    struct Free {
        void operator()(ssl_st* session) const;
    };
    Loop& loop_;
    std::uint64_t id_;
    int socket_;
    std::unique_ptr<ssl_st, Free> session_;
    std::string head_;
    bool in_body_ = false;
    std::uint64_t body_left_ = 0;
    Answer answer_;
    std::size_t sent_ = 0;
    bool sending_ = false;
};

} // namespace efaxd::bench
