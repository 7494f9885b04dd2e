// A plain HTTP/1.1 server on loopback that can also behave badly on purpose.
#pragma once

#include "sandbox/clock.hpp"
#include "sandbox/text.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace efaxd::sandbox {

/// A request body of which only a digest and the beginning were kept.
struct Digest {
    std::uint64_t size = 0;
    std::string sha256; ///< lower-case hex
    std::string kept;   ///< the whole body if it was small enough, else empty
    int pdf_pages = 0;  ///< page objects counted in it (see PdfPages)
};

/// Takes a request body piece by piece instead of the server's memory. Must not throw: what it finds wrong it
/// keeps for the answer.
class BodySink {
  public:
    virtual ~BodySink() = default;
    virtual void feed(std::string_view piece) = 0;
};

struct HttpRequest {
    std::string method;
    std::string target; ///< path and query as sent
    std::string path;   ///< decoded, without the query
    Pairs query;        ///< decoded
    Pairs headers;      ///< names in lower case
    std::string body;   ///< empty if it was digested or went to a sink
    std::optional<Digest> digest;
    std::shared_ptr<BodySink> sink; ///< the service's own, which has taken the body
    bool first = true;              ///< on its connection
    /// Closes the connection without a byte and waits so long: the answer will go nowhere. False if the
    /// server stops meanwhile. Called while the request is answered.
    std::function<bool(Duration)> turn_away;

    std::string_view header(std::string_view name) const { return find(headers, name).value_or(""); }
};

/// How a reply goes over the wire. Sizes count bytes of the body.
struct Manner {
    Duration delay{};                 ///< before the first byte
    bool hang_up = false;             ///< close instead of replying
    bool close = false;               ///< say that the connection ends with this reply, and end it
    bool reset = false;               ///< close by a reset, where it closes early
    bool chunked = false;             ///< announce no length; for a reply that is cut
    std::optional<std::uint64_t> cut; ///< close after so many bytes
    std::optional<std::uint64_t>
        cut_reply;                      ///< close after so many bytes, the head counted, and before the last
    std::optional<std::uint64_t> stall; ///< fall silent after so many bytes, until the client goes away
    std::optional<std::uint64_t> drip;  ///< so many bytes at a time ...
    Duration drip_every{1000};          ///< ... with this pause between
};

struct HttpResponse {
    int status = 200;
    Pairs headers; ///< without Content-Length and Date
    std::string body;
    /// Instead of `body`: a body of known size that is produced while it is sent. Fills the buffer as far as
    /// it can.
    struct Stream {
        std::uint64_t size = 0;
        std::function<std::size_t(char* buffer, std::size_t most)> read;
    };
    std::optional<Stream> stream;
    Manner manner;
    std::function<void()> sent; ///< called once the last byte was handed to the system
};

/// What the server asks. Called from many connections' threads at once.
class HttpService {
  public:
    virtual ~HttpService() = default;

    /// Should the body of this request (headers are known) be digested rather than kept? Then: up to which
    /// size it is kept all the same.
    virtual std::optional<std::size_t> digests(const HttpRequest& head) const {
        (void)head;
        return std::nullopt;
    }
    /// Somebody who takes the body of this request (headers are known); nobody: it is kept or digested.
    virtual std::shared_ptr<BodySink> sink(const HttpRequest& head) const {
        (void)head;
        return nullptr;
    }
    /// An exception becomes a 500.
    virtual HttpResponse answer(const HttpRequest& request) = 0;
};

/// Listens from construction to destruction; one thread for each connection, at most `connections` of them
/// (further ones are closed at once). Bodies are limited to 256 MiB. The service and the clock must outlive
/// it.
class HttpServer {
  public:
    /// Port 0: chosen by the system. Throws std::system_error if the port cannot be had.
    HttpServer(int port, HttpService& service, const SimulatedClock& clock, std::size_t connections = 512);
    ~HttpServer(); ///< cuts everything at once
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Closed: connections are cut, and new ones refused, while the port stays ours.
    void open_door(bool open);

    int port() const;
    std::string origin() const; ///< `http://127.0.0.1:PORT`

  private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string_view reason_phrase(int status);

} // namespace efaxd::sandbox
