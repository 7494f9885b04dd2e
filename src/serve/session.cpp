#include "serve/session.hpp"

#include "efaxd/log.hpp"
#include "serve/session_feed.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <exception>
#include <type_traits>

namespace efaxd::serve {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::uint64_t mebibyte = 1u << 20;
constexpr std::size_t first_read = 4096; ///< what an idle connection holds
constexpr std::chrono::milliseconds linger_patience{2000};

template <class Socket>
ucred credentials_of(Socket& socket) {
    using Local = asio::local::stream_protocol;
    ucred peer{};
    if constexpr (std::is_same_v<typename Socket::protocol_type, Local>) {
        socklen_t size = sizeof peer;
        if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
            peer = {0, static_cast<uid_t>(-1), static_cast<gid_t>(-1)}; // nobody
    } else {
        error_code ignored; // answers are written whole: waiting for more of them gains nothing
        socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    }
    return peer;
}

bool sound(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

} // namespace

template <class Protocol>
Session<Protocol>::Session(Socket socket, std::shared_ptr<Desk> desk, std::function<void(Session*)> ended)
    : stream_(std::move(socket)), overdue_(stream_.get_executor()), desk_(std::move(desk)),
      ended_(std::move(ended)), peer_(credentials_of(stream_.socket())),
      buffer_(desk_->limits.header_bytes * 2) {}

template <class Protocol>
Session<Protocol>::~Session() {
    ended_(this);
}

template <class Protocol>
void Session<Protocol>::close() {
    overdue_.cancel();
    stream_.close();
    waiting_ = false;
    feed_.reset();
    ++turn_;
}

template <class Protocol>
bool Session<Protocol>::idle() const {
    return turn_ > 0 && !waiting_ && !response_ && intake_ && !intake_->begun() && buffer_.size() == 0;
}

template <class Protocol>
Guest Session<Protocol>::guest() const {
    auto busy = Guest::Busy::with_listening; // or done, and waiting for the client to close
    if (waiting_)
        busy = Guest::Busy::with_being_answered;
    else if (intake_ && !response_)
        busy = intake_->opened() ? Guest::Busy::with_sending : Guest::Busy::with_nothing;
    return {peer_.uid, busy, since_};
}

template <class Protocol>
void Session<Protocol>::read() {
    intake_.emplace(desk_);
    since_ = ++desk_->requests;
    keep_ = false;
    head_ = false;
    clean_ = false;
    milestone_ = mebibyte;
    stream_.expires_after(desk_->limits.client_patience);
    digest();
}

template <class Protocol>
void Session<Protocol>::receive() {
    const std::size_t room = buffer_.max_size() - buffer_.size();
    const std::size_t most = intake_->begun() ? room : std::min(room, first_read);
    stream_.async_read_some(buffer_.prepare(most),
                            [self = this->shared_from_this()](error_code error, std::size_t bytes) {
                                self->received(error, bytes);
                            });
}

template <class Protocol>
void Session<Protocol>::received(error_code error, std::size_t bytes) {
    if (error || !desk_->gate->open())
        return;
    buffer_.commit(bytes);
    digest();
}

template <class Protocol>
void Session<Protocol>::digest() {
    const Intake::Step step = intake_->feed(buffer_);
    if (step == Intake::Step::more) {
        if (intake_->taking() && intake_->body_size() >= milestone_) {
            milestone_ = intake_->body_size() + mebibyte;
            stream_.expires_after(desk_->limits.client_patience);
        }
        return receive();
    }
    if (step == Intake::Step::go_on)
        return tell_to_go_on();
    ++turn_;
    clean_ = intake_->clean();
    keep_ = intake_->keep_alive() && clean_;
    head_ = intake_->head();
    if (step == Intake::Step::refused)
        return write(std::move(intake_->refusal()));
    serve();
}

template <class Protocol>
void Session<Protocol>::tell_to_go_on() {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(go_on.data(), go_on.size()),
                      [self = this->shared_from_this()](error_code error, std::size_t) {
                          if (!error && self->desk_->gate->open())
                              self->receive();
                      });
}

template <class Protocol>
void Session<Protocol>::serve() {
    Question question = std::move(intake_->question());
    question.uid = peer_.uid;
    question.gid = peer_.gid;
    question.pid = peer_.pid;
    put(intake_->route(), question);
}

template <class Protocol>
void Session<Protocol>::put(const Route& route, const Question& question) {
    waiting_ = true;
    overdue_.expires_after(desk_->limits.answer_patience);
    overdue_.async_wait([self = this->shared_from_this(), turn = turn_](error_code error) {
        if (!error)
            self->answer(turn, self->desk_->failure(504, "timed_out", "The daemon took too long to answer."));
    });
    const auto pending = std::make_shared<Pending>(this->weak_from_this(), desk_->gate, turn_);
    try {
        if (desk_->may && !desk_->may(route, question))
            return pending->use(desk_->failure(403, "not_allowed", "You may look, but not change anything."));
        route.handle(question, [pending](Answer answer) { pending->use(std::move(answer)); });
    } catch (const std::exception&) {
        log::write(log::daemon_internal, {log::place(route.pattern)});
        pending->use(std::nullopt);
    }
}

template <class Protocol>
void Session<Protocol>::answer(unsigned turn, std::optional<Answer> answer) {
    if (turn != turn_ || !waiting_)
        return;
    waiting_ = false;
    overdue_.cancel();
    write(answer ? std::move(*answer) : desk_->failure(500, "internal", "The daemon gave no answer."));
}

template <class Protocol>
void Session<Protocol>::write(Answer answer) {
    intake_.reset();
    if (answer.feed)
        return stream(std::move(answer));
    keep_ = keep_ && !desk_->full;
    const bool bodiless = answer.status == 204 || answer.status == 304;
    Response& response = response_.emplace(static_cast<http::status>(answer.status), 11);
    response.set(http::field::cache_control, "no-store");
    for (const auto& [name, value] : answer.headers)
        if (sound(name) && sound(value))
            response.set(name, value);
    response.keep_alive(keep_);
    if (!bodiless) {
        response.set(http::field::content_type, answer.content_type);
        response.content_length(answer.body.size());
        if (!head_)
            response.body() = std::move(answer.body);
    }
    stream_.expires_after(desk_->limits.client_patience);
    http::async_write(stream_, response, [self = this->shared_from_this()](error_code error, std::size_t) {
        self->was_written(error);
    });
}

template <class Protocol>
void Session<Protocol>::was_written(error_code error) {
    response_.reset();
    if (error || !desk_->gate->open())
        return;
    if (keep_)
        return read();
    error_code ignored; // the client may have gone
    stream_.socket().shutdown(Socket::shutdown_send, ignored);
    if (clean_ && buffer_.size() == 0)
        return;
    stream_.expires_after(std::min(linger_patience, desk_->limits.client_patience));
    linger();
}

/// A connection that is closed over unread bytes is reset, and the client may lose the answer with it.
template <class Protocol>
void Session<Protocol>::linger() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(buffer_.max_size()),
                            [self = this->shared_from_this()](error_code error, std::size_t) {
                                if (!error && self->desk_->gate->open())
                                    self->linger();
                            });
}

template class Session<asio::local::stream_protocol>;
template class Session<asio::ip::tcp>;

} // namespace efaxd::serve
