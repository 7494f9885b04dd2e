#include "server/connection.hpp"

#include <openssl/ssl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <new>
#include <optional>

namespace efaxd::bench {

namespace {
constexpr std::size_t longest_head = 64u << 10;
} // namespace

void Connection::Free::operator()(ssl_st* session) const { SSL_free(session); }

Connection::Connection(Loop& loop, std::uint64_t id, int socket)
    : loop_(loop), id_(id), socket_(socket), session_(SSL_new(loop.context_.get())) {
    if (!session_ || SSL_set_fd(session_.get(), socket) != 1)
        throw std::bad_alloc();
    SSL_set_accept_state(session_.get());
}

Connection::~Connection() { ::close(socket_); }

/// Only having to wait for the peer lets the connection live.
bool Connection::fits(int result) {
    const int why = SSL_get_error(session_.get(), result);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

bool Connection::attend() {
    if (sending_)
        return write();
    static std::array<char, 128u << 10> piece;
    for (;;) {
        const int got = SSL_read(session_.get(), piece.data(), static_cast<int>(piece.size()));
        if (got <= 0)
            return fits(got);
        if (!take({piece.data(), static_cast<std::size_t>(got)}))
            return false;
    }
}

/// Nobody sends a request before the answer to the one before it.
bool Connection::take(std::string_view bytes) {
    if (!in_body_) {
        const std::size_t before = head_.size();
        head_ += bytes;
        const auto end = head_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
        if (end == std::string::npos)
            return head_.size() < longest_head;
        bytes.remove_prefix(end + 4 - before);
        head_.resize(end + 2);
        const auto request = read_head(head_);
        if (!request)
            return false;
        in_body_ = true;
        body_left_ = request->body;
    }
    if (bytes.size() > body_left_)
        return false;
    body_left_ -= bytes.size();
    return body_left_ > 0 || answer();
}

bool Connection::answer() {
    answer_ = loop_.respond_(*read_head(head_));
    head_.clear();
    in_body_ = false;
    sent_ = 0;
    if (loop_.delay_ <= Loop::Clock::duration::zero())
        return send_now();
    loop_.late_.push_back({Loop::Clock::now() + loop_.delay_, id_});
    return true;
}

bool Connection::send_now() {
    sending_ = true;
    return write();
}

bool Connection::write() {
    const std::size_t text = answer_.text.size();
    while (sent_ < text + answer_.shared.size()) {
        const std::string_view left =
            sent_ < text ? std::string_view(answer_.text).substr(sent_) : answer_.shared.substr(sent_ - text);
        const int most = static_cast<int>(std::min<std::size_t>(left.size(), 1u << 20));
        const int gone = SSL_write(session_.get(), left.data(), most);
        if (gone <= 0)
            return fits(gone);
        sent_ += static_cast<std::size_t>(gone);
    }
    sending_ = false;
    return true;
}

} // namespace efaxd::bench
