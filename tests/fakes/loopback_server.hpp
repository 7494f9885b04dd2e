// A real HTTP/1.1 server on a port of loopback that the system chose; it plays a handler and keeps a diary.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::fakes {

class LoopbackServer {
  public:
    struct Seen {
        std::string method;
        std::string target;                         ///< path and query as sent
        std::map<std::string, std::string> headers; ///< names in lower case
        std::string body;
        int connection = 0; ///< number of the connection it came on, from 0

        std::string header(const std::string& name) const; ///< empty if absent
    };

    struct Answer {
        int status = 200;
        std::vector<std::pair<std::string, std::string>> headers;
        std::string body;
        bool close = false;               ///< close the connection afterwards
        bool hang_up = false;             ///< read the request and close without a byte
        std::size_t cut_after = SIZE_MAX; ///< send so many bytes of the body, then close
        bool stall = false;               ///< never answer; ends when the client goes or the server stops
        bool chunked = false;             ///< instead of a Content-Length
        std::string raw;                  ///< sent as it is instead of all of the above, then close
        /// After `raw`: what to send next, again and again until it is empty or the client goes.
        std::function<std::string_view()> pour{};
    };

    using Handler = std::function<Answer(const Seen&)>;

    /// The handler is called from the connections' threads, one call at a time.
    explicit LoopbackServer(Handler handler);
    ~LoopbackServer();

    std::string url() const; ///< `http://127.0.0.1:PORT`
    int port() const;
    std::vector<Seen> diary() const;
    /// Blocks until so many requests were seen; false after 10 s.
    bool wait_for(std::size_t requests) const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace efaxd::fakes
