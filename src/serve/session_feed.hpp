// The part of session.cpp that sends an answer which is made while it is sent. Only session.cpp includes it.
#pragma once

#include "serve/session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <charconv>
#include <iterator>
#include <string>

namespace efaxd::serve {

inline constexpr std::size_t unheard = 1024; ///< bytes of a client that only listens, read at once

/// One chunk of RFC 9112, 7.1.
inline std::string chunk_of(const std::string& text) {
    char size[16];
    const auto [end, error] = std::to_chars(std::begin(size), std::end(size), text.size(), 16);
    return std::string(size, end) + "\r\n" + text + "\r\n";
}

template <class Protocol>
void Session<Protocol>::stream(Answer answer) {
    std::string head =
        "HTTP/1.1 200 OK\r\nContent-Type: " + answer.content_type +
        "\r\nCache-Control: no-store\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    keep_ = false;
    if (!head_) {
        feed_ = std::move(answer.feed);
        stream_.expires_never(); // for the watch: each write has its own limit
        watch();
        beat();
    }
    send(std::move(head));
    if (feed_)
        feed_->on_news([self = this->weak_from_this(), gate = desk_->gate] {
            gate->post([self] {
                if (const auto session = self.lock())
                    session->pump();
            });
        });
}

/// Whatever the client says now is not heard; that it goes is.
template <class Protocol>
void Session<Protocol>::watch() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(unheard),
                            [self = this->shared_from_this()](boost::system::error_code error, std::size_t) {
                                if (error)
                                    return self->close();
                                if (self->desk_->gate->open())
                                    self->watch();
                            });
}

template <class Protocol>
void Session<Protocol>::beat() {
    if (!feed_ || feed_->heartbeat().empty())
        return;
    overdue_.expires_after(desk_->limits.heartbeat);
    overdue_.async_wait([self = this->weak_from_this()](boost::system::error_code error) {
        const auto session = self.lock();
        if (error || !session || !session->feed_)
            return;
        if (session->sending_.empty())
            session->send(chunk_of(std::string(session->feed_->heartbeat())));
        session->beat();
    });
}

template <class Protocol>
void Session<Protocol>::pump() {
    if (!feed_ || !sending_.empty())
        return;
    const Feed::Piece piece = feed_->take();
    if (piece.broken)
        return close();
    if (piece.text.empty() && !piece.last)
        return;
    std::string bytes = piece.text.empty() ? std::string() : chunk_of(piece.text);
    if (piece.last) {
        bytes += "0\r\n\r\n";
        feed_.reset();
    }
    send(std::move(bytes));
}

template <class Protocol>
void Session<Protocol>::send(std::string bytes) {
    sending_ = std::move(bytes);
    stream_.expires_after(desk_->limits.client_patience);
    boost::asio::async_write(stream_, boost::asio::buffer(sending_),
                             [self = this->shared_from_this()](boost::system::error_code error, std::size_t) {
                                 self->sent(error);
                             });
}

template <class Protocol>
void Session<Protocol>::sent(boost::system::error_code error) {
    sending_.clear();
    if (error || !desk_->gate->open())
        return close();
    if (feed_)
        return pump();
    boost::system::error_code ignored; // the client may have gone
    stream_.socket().shutdown(Socket::shutdown_both, ignored);
    overdue_.cancel();
}

} // namespace efaxd::serve
