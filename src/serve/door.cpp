#include "serve/door.hpp"

#include "serve/session.hpp"

#include <boost/asio/dispatch.hpp>

#include <set>

namespace efaxd::serve {

namespace asio = boost::asio;
using boost::system::error_code;

std::string Question::query_or(const std::string& name, std::string_view otherwise) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string(otherwise) : found->second;
}

/// Kept alive by the pending accept and by the sessions.
struct Door::State : std::enable_shared_from_this<State> {
    State(const asio::any_io_executor& executor, std::shared_ptr<Desk> desk_)
        : desk(std::move(desk_)),
          acceptor(listen_at(executor, desk->options.socket, desk->options.group, file)), breath(executor) {}

    void accept() {
        acceptor.async_accept([self = shared_from_this()](error_code error, Session::Socket socket) {
            if (error == asio::error::operation_aborted || !self->desk->gate->open())
                return;
            if (error)
                return self->breathe();
            self->welcome(std::move(socket));
        });
    }

    /// No descriptor or memory left: asking again at once would only spin.
    void breathe() {
        breath.expires_after(std::chrono::seconds{1});
        breath.async_wait([self = shared_from_this()](error_code error) {
            if (!error && self->desk->gate->open())
                self->accept();
        });
    }

    void welcome(Session::Socket socket) {
        const auto session = std::make_shared<Session>(
            std::move(socket), desk, [self = shared_from_this()](Session* it) { self->ended(it); });
        sessions.insert(session.get());
        session->read();
        if (sessions.size() < desk->options.connections)
            return accept();
        desk->full = true;
        for (Session* other : sessions)
            if (other->idle())
                other->close();
    }

    void ended(Session* session) {
        sessions.erase(session);
        if (!desk->full || !desk->gate->open())
            return;
        desk->full = false;
        accept();
    }

    void close() {
        error_code ignored;
        acceptor.close(ignored);
        breath.cancel();
        for (Session* session : sessions)
            session->close();
    }

    SocketFile file;
    std::shared_ptr<Desk> desk;
    Acceptor acceptor;
    asio::steady_timer breath;
    std::set<Session*> sessions;
};

Door::Door(asio::any_io_executor executor, DoorOptions options, std::vector<Route> routes,
           std::function<bool(const Question&)> may_change) {
    auto desk = std::make_shared<Desk>(std::move(options), std::move(routes), std::move(may_change),
                                       std::make_shared<Gate>(executor));
    state_ = std::make_shared<State>(executor, desk);
    state_->accept();
}

Door::~Door() { close(); }

void Door::close() {
    if (!state_)
        return;
    const auto state = std::move(state_);
    state->desk->gate->shut();
    remove_file(state->file);
    // Inline when called on the executor. An executor that has ended never runs it and ends the sockets
    // itself.
    asio::dispatch(state->acceptor.get_executor(), [state] { state->close(); });
}

} // namespace efaxd::serve
