// One connection: reads a request, has it answered, writes the answer, and so on.
#pragma once

#include "serve/gate.hpp"
#include "serve/listen.hpp"
#include "serve/route_table.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <sys/socket.h>

namespace efaxd::serve {

/// What all sessions of a door share. Used on the executor only, but for the gate.
struct Desk {
    Desk(DoorOptions options_, std::vector<Route> routes_, std::function<bool(const Question&)> may_change_,
         std::shared_ptr<Gate> gate_)
        : options(std::move(options_)), routes(std::move(routes_)), may_change(std::move(may_change_)),
          gate(std::move(gate_)) {}

    DoorOptions options;
    RouteTable routes;
    std::function<bool(const Question&)> may_change;
    std::shared_ptr<Gate> gate;
    bool full = false; ///< connections wait outside: none is kept alive
};

/// Kept alive by its own pending operations. Used on the executor only.
class Session : public std::enable_shared_from_this<Session> {
  public:
    using Socket = boost::asio::local::stream_protocol::socket;

    /// `ended` is called once, from the destructor.
    Session(Socket socket, std::shared_ptr<Desk> desk, std::function<void(Session*)> ended);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void read();
    void close();
    /// Served already, and not a byte of a further request has come.
    bool idle() const;
    /// The reply to the question of that turn; any other turn's is too late.
    void answer(unsigned turn, Answer answer);

  private:
    using Request = boost::beast::http::request<boost::beast::http::string_body>;
    using Response = boost::beast::http::response<boost::beast::http::string_body>;
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    void was_read(boost::system::error_code error);
    void serve(Request request);
    void put(const Route& route, const Question& question);
    bool may(const Route& route, const Question& question) const;
    void write(Answer answer, const std::string& allowed = {});
    void was_written(boost::system::error_code error);

    boost::beast::basic_stream<boost::asio::local::stream_protocol> stream_;
    boost::asio::steady_timer overdue_;
    std::shared_ptr<Desk> desk_;
    std::function<void(Session*)> ended_;
    ucred peer_{};
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;     ///< while reading
    std::optional<Response> response_; ///< while writing
    unsigned turn_ = 0;                ///< counts the requests
    bool waiting_ = false;             ///< for the reply of this turn
    bool head_ = false;
    bool keep_ = false;
};

} // namespace efaxd::serve
