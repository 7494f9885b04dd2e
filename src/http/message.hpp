// A request and its reply, as plain values.
#pragma once

#include "efaxd/core/instant.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::http {

enum class Method { get, post, put, patch, del };

std::string_view name_of(Method method);

struct Header {
    std::string name;
    std::string value;
};

/// A request body that is produced while it is sent.
struct BodySource {
    std::uint64_t size = 0;
    /// Fills the buffer as far as it can; 0 at the end.
    std::function<std::size_t(char* buffer, std::size_t most)> read;
    /// Goes back to the first byte, for a request that is made a second time. The client never calls it;
    /// empty for a body that can be given once only.
    std::function<void()> begin{};
};

/// Limits of one exchange. Sizes are counted as bytes arrive.
struct Limits {
    std::uint64_t reply_bytes = 4u << 20; ///< of the body, whether kept or streamed
    Duration total{std::chrono::seconds{30}};
    Duration idle{std::chrono::seconds{30}}; ///< without a byte in either direction
};

struct Request {
    Method method = Method::get;
    std::string url; ///< https, or http towards loopback; never taken from a reply
    std::vector<Header> headers;
    std::string body;
    std::optional<BodySource> stream; ///< instead of `body`
    Limits limits;
    std::string unix_socket; ///< path of a socket to connect to instead of the URL's host
    bool bulky = false;      ///< may take minutes: see Remote, which keeps room beside such requests
    std::string_view endpoint = "other"; ///< a word of ours for what is asked, to count by
    bool fresh = false; ///< on a connection of its own making: a warm one may be dying unnoticed
};

struct Reply {
    int status = 0;
    std::vector<Header> headers; ///< names in lower case; of the last reply only
    std::string body;            ///< empty if it went to a sink

    /// The first header of that name (lower case), if any.
    std::optional<std::string_view> header(std::string_view name) const;
};

/// Receives the body of a 2xx reply piece by piece, in place of Reply::body. Other replies' bodies are kept.
/// The head tells status and headers before the first piece. May throw: the exchange ends with that
/// exception.
using Sink = std::function<void(const Reply& head, std::string_view piece)>;

} // namespace efaxd::http
