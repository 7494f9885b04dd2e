#include "serve/session.hpp"

#include "efaxd/log.hpp"
#include "serve/answers.hpp"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <atomic>
#include <exception>

namespace efaxd::serve {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

/// The one reply that a handler owes. Dropped without having been used, it answers for the handler.
class Pending {
  public:
    Pending(std::weak_ptr<Session> session, std::shared_ptr<Gate> gate, unsigned turn)
        : session_(std::move(session)), gate_(std::move(gate)), turn_(turn) {}
    ~Pending() {
        try {
            use(failure(500, "internal", "The daemon gave no answer."));
        } catch (...) { // out of memory: the session's own patience ends the wait
            return;
        }
    }
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;

    void use(Answer answer) {
        if (used_.exchange(true))
            return;
        gate_->post([session = session_, turn = turn_, answer = std::move(answer)]() mutable {
            if (const auto there = session.lock())
                there->answer(turn, std::move(answer));
        });
    }

  private:
    std::weak_ptr<Session> session_;
    std::shared_ptr<Gate> gate_;
    unsigned turn_;
    std::atomic<bool> used_{false};
};

ucred credentials_of(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        peer = {0, static_cast<uid_t>(-1), static_cast<gid_t>(-1)}; // nobody
    return peer;
}

std::string text_of(boost::beast::string_view view) { return {view.data(), view.size()}; }

bool is_http(const error_code& error) {
    return error.category() == http::make_error_code(http::error::end_of_stream).category();
}

Answer refusal_of(const error_code& error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        return failure(431, "header_too_large", "The request's header is too large.");
    if (error == http::error::body_limit)
        return failure(413, "body_too_large", "The request's body is too large.");
    return failure(400, "bad_request", "The request is no sound HTTP/1.1.");
}

} // namespace

Session::Session(Socket socket, std::shared_ptr<Desk> desk, std::function<void(Session*)> ended)
    : stream_(std::move(socket)), overdue_(stream_.get_executor()), desk_(std::move(desk)),
      ended_(std::move(ended)), peer_(credentials_of(stream_.socket().native_handle())),
      buffer_(desk_->options.header_bytes * 2) {}

Session::~Session() { ended_(this); }

void Session::close() {
    overdue_.cancel();
    stream_.close();
    waiting_ = false;
    ++turn_;
}

bool Session::idle() const { return turn_ > 0 && parser_ && !parser_->got_some() && buffer_.size() == 0; }

void Session::read() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(desk_->options.header_bytes));
    parser_->body_limit(desk_->options.body_bytes);
    stream_.expires_after(desk_->options.client_patience);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](error_code error, std::size_t) { self->was_read(error); });
}

void Session::was_read(error_code error) {
    Request request = parser_->release();
    parser_.reset();
    if (!desk_->gate->open() || error == http::error::end_of_stream || (error && !is_http(error)))
        return;
    keep_ = false;
    head_ = false;
    if (error)
        return write(refusal_of(error));
    serve(std::move(request));
}

void Session::serve(Request request) {
    ++turn_;
    keep_ = request.keep_alive();
    head_ = request.method() == http::verb::head;
    const auto target = read_target(text_of(request.target()));
    if (!target)
        return write(failure(400, "bad_request", "The request's path or query cannot be read."));
    Question question;
    question.method = text_of(request.method_string());
    const RouteTable::Found found = desk_->routes.find(question.method, target->segments);
    if (!found.route && found.allowed.empty())
        return write(failure(404, "not_found", "There is nothing at this path."));
    if (!found.route)
        return write(failure(405, "method_not_allowed", "This path takes " + found.allowed + "."),
                     found.allowed);
    question.path = target->path();
    question.captures = found.captures;
    question.query = target->query;
    question.body = std::move(request.body());
    question.uid = peer_.uid;
    question.gid = peer_.gid;
    question.pid = peer_.pid;
    put(*found.route, question);
}

void Session::put(const Route& route, const Question& question) {
    waiting_ = true;
    overdue_.expires_after(desk_->options.answer_patience);
    overdue_.async_wait([self = shared_from_this(), turn = turn_](error_code error) {
        if (!error)
            self->answer(turn, failure(504, "timed_out", "The daemon took too long to answer."));
    });
    const auto pending = std::make_shared<Pending>(weak_from_this(), desk_->gate, turn_);
    try {
        if (!may(route, question))
            return pending->use(failure(403, "not_allowed", "You may look, but not change anything."));
        route.handle(question, [pending](Answer answer) { pending->use(std::move(answer)); });
    } catch (const std::exception&) {
        log::write(log::daemon_internal, {log::place(route.pattern)});
        pending->use(failure(500, "internal", "The daemon could not answer."));
    }
}

bool Session::may(const Route& route, const Question& question) const {
    if (!route.changes)
        return true;
    const bool allowed = desk_->may_change && desk_->may_change(question);
    log::write(log::daemon_asked, {log::peer(question.uid), log::place(question.method + ' ' + question.path),
                                   log::reason(allowed ? "allowed" : "not_allowed")});
    return allowed;
}

void Session::answer(unsigned turn, Answer answer) {
    if (turn != turn_ || !waiting_)
        return;
    waiting_ = false;
    overdue_.cancel();
    write(std::move(answer));
}

void Session::write(Answer answer, const std::string& allowed) {
    keep_ = keep_ && !desk_->full;
    Response& response = response_.emplace(static_cast<http::status>(answer.status), 11);
    response.set(http::field::content_type, answer.content_type);
    response.set(http::field::cache_control, "no-store");
    if (!allowed.empty())
        response.set(http::field::allow, allowed);
    response.keep_alive(keep_);
    response.content_length(answer.body.size());
    if (!head_)
        response.body() = std::move(answer.body);
    stream_.expires_after(desk_->options.client_patience);
    http::async_write(stream_, response, [self = shared_from_this()](error_code error, std::size_t) {
        self->was_written(error);
    });
}

void Session::was_written(error_code error) {
    response_.reset();
    if (error || !desk_->gate->open())
        return;
    if (keep_)
        return read();
    error_code ignored; // the client may have gone
    stream_.socket().shutdown(Socket::shutdown_send, ignored);
}

} // namespace efaxd::serve
