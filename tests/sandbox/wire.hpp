// A raw HTTP/1.1 client over one loopback connection, which notices how a reply ends.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace efaxd::sandbox::test {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct WireReply {
    int status = 0;     ///< 0: not a byte came
    Headers headers;    ///< names in lower case
    std::string body;   ///< what came of it
    bool whole = false; ///< as long as announced

    std::string header(std::string_view name) const;
};

class Wire {
  public:
    /// `url`: `http://127.0.0.1:PORT…`. Reads give up after `seconds`.
    explicit Wire(std::string_view url, int seconds = 20);
    ~Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    void send(std::string_view bytes) const;
    void ask(std::string_view method, std::string_view target, const Headers& headers = {},
             std::string_view body = {}) const;
    /// The next reply; what follows it on the connection is kept for the next call.
    WireReply reply();
    WireReply exchange(std::string_view method, std::string_view target, const Headers& headers = {},
                       std::string_view body = {}) {
        ask(method, target, headers, body);
        return reply();
    }
    /// Reads until at least so much of a reply's body is there.
    std::string some_of_body(std::size_t bytes);
    /// Nothing more comes, and the other side has closed.
    bool closed();

  private:
    bool more();

    int socket_;
    std::string host_;
    std::string buffer_;
};

/// One exchange on a connection of its own; `target` begins after the URL.
WireReply ask(std::string_view url, std::string_view method, std::string_view target,
              const Headers& headers = {}, std::string_view body = {});

} // namespace efaxd::sandbox::test
