// HTTP/1.1 over a unix socket: the door at which the daemon is asked how it does. What can be asked at a
// door, of either kind.
#pragma once

#include "serve/feed.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace efaxd::serve {

/// Takes a body piece by piece, so that it need not be kept. Called on the door's executor.
class BodyTaker {
  public:
    virtual ~BodyTaker() = default;
    virtual void take(std::string_view piece) = 0;
};

struct Question {
    std::string method;                          ///< `GET`, `POST`
    std::string path;                            ///< percent-decoded, without the query
    std::map<std::string, std::string> captures; ///< of the route's `{names}`, decoded
    std::map<std::string, std::string> query;    ///< decoded
    std::string body;                            ///< bounded by the door; empty if it was taken
    std::string authorization;                   ///< the header as it came; a secret
    std::string content_type;                    ///< likewise
    std::shared_ptr<BodyTaker> taken;            ///< what has taken the body, for a route that wants it so
    std::map<std::string, std::string> headers;  ///< those the route asked for, names in lower case
    std::uint32_t uid = 0; ///< of the peer; 0 at a TCP door, where nobody is known by it
    std::uint32_t gid = 0;
    std::int32_t pid = 0;

    std::string query_or(const std::string& name, std::string_view otherwise) const;
};

struct Answer {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers{}; ///< further ones, such as `Allow`
    /// In place of `body`, chunked; the connection ends with it. A client that takes nothing of it for as
    /// long as the door's client patience is cut off.
    std::shared_ptr<Feed> feed{};
};

using Reply = std::function<void(Answer)>;

/// One thing that can be asked. The table of routes is the one source for the door, efaxctl's help and the
/// docs.
struct Route {
    std::string method;
    std::string pattern;  ///< e.g. `/faxes/{id}`
    std::string help;     ///< one line
    bool changes = false; ///< only peers that may change things
    /// Called on the door's executor; answers by calling the reply once, now or later, from any thread.
    std::function<void(const Question&, Reply)> handle{};
    std::vector<std::string> headers{}; ///< request headers to be handed over, lower case
    /// Makes the taker of a body; nothing: the body is kept. A body is taken before `handle` can look at who
    /// sends it. The taker of one that is broken off is dropped; if a taker throws, the door answers 500. A
    /// taken body has the client's patience anew for each MiB.
    std::function<std::shared_ptr<BodyTaker>()> taker{};
    std::uint64_t most_body = 0; ///< bytes; 0: the door's limit
};

struct DoorOptions {
    std::filesystem::path socket; ///< an old socket file nobody listens on is replaced
    std::string group = "efaxd";  ///< owns the socket if it exists and we may give it; mode 0660
    std::size_t connections = 64;
    std::size_t header_bytes = 16u << 10;
    std::size_t body_bytes = 64u << 10;
    std::chrono::milliseconds client_patience{std::chrono::seconds{30}}; ///< to read a request, idle included
    std::chrono::milliseconds answer_patience{std::chrono::minutes{10}}; ///< for a handler to reply
    std::chrono::milliseconds heartbeat{std::chrono::seconds{15}};       ///< of a feed without news
};

/// Answers on its executor (one thread, or a strand). Requests and waiting are bounded; a slow or broken
/// client never disturbs others: when all connections are taken, a newcomer gets the place of one that has
/// sent no whole request, first of whoever has the most (who_must_go). Peer credentials are read at accept;
/// every change that is asked for is logged with them. Unknown path: 404; known path, other method: 405; a
/// change by a peer who may not: 403. Errors are
/// `{"error": {"code": …, "text": …}}`. HEAD is answered like GET, without the body.
///
/// A reply may come late, twice, after the client has gone or after the door was closed: no harm. A handler
/// that drops its reply or throws is answered for with 500. The executor must outlive the door.
class Door {
  public:
    /// `may_change` decides by the peer's uid, gid and pid. Throws std::system_error if the socket cannot be
    /// had.
    Door(boost::asio::any_io_executor executor, DoorOptions options, std::vector<Route> routes,
         std::function<bool(const Question&)> may_change);
    ~Door(); ///< closes and removes the socket file

    void close();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace efaxd::serve
