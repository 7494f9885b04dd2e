// Lets connections in, as many as there is room for, and makes room for newcomers.
#pragma once

#include "serve/session.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace efaxd::serve {

/// Kept alive by the pending accept and by the sessions. Used on the executor only, but for `shut`.
template <class Protocol>
class Reception : public std::enable_shared_from_this<Reception<Protocol>> {
  public:
    using Acceptor = typename Protocol::acceptor;

    Reception(std::shared_ptr<Desk> desk, Acceptor acceptor)
        : desk_(std::move(desk)), acceptor_(std::move(acceptor)), breath_(acceptor_.get_executor()) {}

    void accept() {
        acceptor_.async_accept([self = this->shared_from_this()](boost::system::error_code error,
                                                                 typename Protocol::socket socket) {
            if (error == boost::asio::error::operation_aborted || !self->desk_->gate->open())
                return;
            if (error)
                return self->breathe();
            self->welcome(std::move(socket));
        });
    }

    /// From any thread. Runs inline when called on the executor; one that has ended never runs it and ends
    /// the sockets itself.
    void shut() {
        desk_->gate->shut();
        boost::asio::dispatch(acceptor_.get_executor(), [self = this->shared_from_this()] { self->close(); });
    }

  private:
    /// No descriptor or memory left: asking again at once would only spin.
    void breathe() {
        breath_.expires_after(std::chrono::seconds{1});
        breath_.async_wait([self = this->shared_from_this()](boost::system::error_code error) {
            if (!error && self->desk_->gate->open())
                self->accept();
        });
    }

    void welcome(typename Protocol::socket socket) {
        const auto session = std::make_shared<Session<Protocol>>(
            std::move(socket), desk_,
            [self = this->shared_from_this()](Session<Protocol>* it) { self->ended(it); });
        sessions_.insert(session.get());
        session->read();
        if (sessions_.size() < desk_->limits.connections)
            return accept();
        desk_->full = true;
        for (Session<Protocol>* other : sessions_)
            if (other->idle())
                other->close();
        make_room(*session);
    }

    /// Silence is no reason to keep a place: the next newcomer may have something to say.
    void make_room(const Session<Protocol>& newcomer) {
        std::vector<Session<Protocol>*> others;
        std::vector<Guest> guests;
        for (Session<Protocol>* other : sessions_)
            if (other != &newcomer && other->open()) {
                others.push_back(other);
                guests.push_back(other->guest());
            }
        if (others.size() + 1 < desk_->limits.connections)
            return; // somebody is on the way out
        if (const auto which = who_must_go(guests, newcomer.guest().uid))
            others[*which]->close();
    }

    void ended(Session<Protocol>* session) {
        sessions_.erase(session);
        if (!desk_->full || !desk_->gate->open())
            return;
        desk_->full = false;
        accept();
    }

    void close() {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        breath_.cancel();
        for (Session<Protocol>* session : sessions_)
            session->close();
    }

    std::shared_ptr<Desk> desk_;
    Acceptor acceptor_;
    boost::asio::steady_timer breath_;
    std::set<Session<Protocol>*> sessions_;
};

} // namespace efaxd::serve
