// One connection: reads a request, has it answered, writes the answer, and so on.
#pragma once

#include "serve/crowd.hpp"
#include "serve/intake.hpp"
#include "serve/pending.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <sys/socket.h>

namespace efaxd::serve {

/// Kept alive by its own pending operations. Used on the executor only. Made for the two protocols at the end
/// of session.cpp.
template <class Protocol>
class Session final : public Asker, public std::enable_shared_from_this<Session<Protocol>> {
  public:
    using Socket = typename Protocol::socket;

    /// `ended` is called once, from the destructor.
    Session(Socket socket, std::shared_ptr<Desk> desk, std::function<void(Session*)> ended);
    ~Session() override;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void read();
    void close();
    /// Served already, and not a byte of a further request has come.
    bool idle() const;
    Guest guest() const;
    bool open() const { return stream_.socket().is_open(); }
    void answer(unsigned turn, std::optional<Answer> answer) override;

  private:
    using Response = boost::beast::http::response<boost::beast::http::string_body>;

    void receive();
    void received(boost::system::error_code error, std::size_t bytes);
    void digest();
    void tell_to_go_on();
    void serve();
    void put(const Route& route, const Question& question);
    void write(Answer answer);
    void was_written(boost::system::error_code error);
    void linger();

    // an answer with a feed: session_feed.hpp
    void stream(Answer answer);
    void watch();
    void beat();
    void pump();
    void send(std::string bytes);
    void sent(boost::system::error_code error);

    boost::beast::basic_stream<Protocol> stream_;
    boost::asio::steady_timer overdue_; ///< of the reply, later of a feed's heartbeat
    std::shared_ptr<Desk> desk_;
    std::function<void(Session*)> ended_;
    ucred peer_{};
    boost::beast::flat_buffer buffer_;
    std::optional<Intake> intake_;     ///< from reading to answering: it holds the body's share of memory
    std::optional<Response> response_; ///< while writing
    std::shared_ptr<Feed> feed_;       ///< until its last piece was taken
    std::string sending_;              ///< of a feed; empty: nothing is being written
    std::uint64_t milestone_ = 0;      ///< body size at which a taken body earns further patience
    unsigned turn_ = 0;                ///< counts the requests
    std::uint64_t since_ = 0;          ///< place in the order in which the door's requests began
    bool waiting_ = false;             ///< for the reply of this turn
    bool head_ = false;
    bool keep_ = false;
    bool clean_ = false; ///< nothing of the client's is unread
};

} // namespace efaxd::serve
