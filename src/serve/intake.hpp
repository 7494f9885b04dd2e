// One request on its way in: from bytes to a question and the route that answers it. No I/O.
#pragma once

#include "serve/body.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace efaxd::serve {

/// The route is found between header and body, so that it decides how the body is read. Used on the executor.
class Intake {
  public:
    using Buffer = boost::beast::flat_buffer;

    explicit Intake(std::shared_ptr<Desk> desk);

    enum class Step {
        more,    ///< needs more bytes
        go_on,   ///< the client waits to be told that it may send the body; then feed again
        whole,   ///< see route and question
        refused, ///< see refusal
    };
    /// Takes what it can from the front of the buffer; what is left belongs to the next request.
    Step feed(Buffer& buffer);

    const Route& route() const { return *route_; }
    Question& question() { return question_; }
    Answer& refusal() { return refusal_; }

    bool begun() const { return parser_.got_some(); }
    bool opened() const { return opened_; } ///< the whole header has come
    /// Whole, or refused with nothing more to come of it: the connection can be used again.
    bool clean() const { return parser_.is_done(); }
    bool keep_alive() const { return keep_alive_; }
    bool head() const { return head_; }
    bool taking() const { return parser_.get().body().taker != nullptr; }
    std::uint64_t body_size() const { return parser_.get().body().size; }

  private:
    using Parser = boost::beast::http::request_parser<IncomingBody>;

    Step refuse(int status, std::string_view code, std::string_view text);
    Step refuse(const boost::system::error_code& error);
    Step no_room();
    Step internal();
    /// Everything that the header decides. `more`: so far nothing speaks against the request.
    Step open();
    Step find_route();
    Step prepare_body();
    bool read_headers();
    Step finish();

    std::shared_ptr<Desk> desk_;
    BodyShare share_;
    Parser parser_;
    bool opened_ = false;
    bool keep_alive_ = false;
    bool head_ = false;
    bool expects_ = false; ///< 100-continue, and was not told yet
    const Route* route_ = nullptr;
    Question question_;
    Answer refusal_;
};

} // namespace efaxd::serve
