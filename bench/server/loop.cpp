#include "server/loop.hpp"

#include "server/connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace efaxd::bench {

namespace {

// Connections are told from watched files by a bit that no file number has.
constexpr std::uint64_t is_connection = 1ull << 63;

void expect(bool good, const char* what) {
    if (!good)
        throw std::runtime_error(what);
}

void add(int epoll, int file, std::uint64_t mark, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = mark;
    expect(::epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event) == 0, "a file cannot be watched");
}

} // namespace

void Loop::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Loop::Loop(const std::string& certificate, const std::string& key, Respond respond)
    : context_(SSL_CTX_new(TLS_server_method())), respond_(std::move(respond)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    expect(context_ && epoll_ >= 0, "no TLS or no epoll");
    std::signal(SIGPIPE, SIG_IGN);
    SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context_.get(), 1);
    SSL_CTX_set_default_read_buffer_len(context_.get(), 64u << 10);
    expect(SSL_CTX_use_certificate_chain_file(context_.get(), certificate.c_str()) == 1 &&
               SSL_CTX_use_PrivateKey_file(context_.get(), key.c_str(), SSL_FILETYPE_PEM) == 1,
           "the certificate or its key cannot be read");
}

Loop::~Loop() {
    connections_.clear();
    for (const auto& [file, ignored] : watched_)
        ::close(file);
    ::close(epoll_);
}

std::uint16_t Loop::listen() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const place = reinterpret_cast<sockaddr*>(&address);
    expect(listener >= 0 && ::bind(listener, place, size) == 0 && ::listen(listener, SOMAXCONN) == 0 &&
               ::getsockname(listener, place, &size) == 0,
           "no port to listen on");
    watch(listener, [this, listener] { welcome(listener); });
    return ::ntohs(address.sin_port);
}

void Loop::watch(int file, std::function<void()> readable) {
    add(epoll_, file, static_cast<std::uint64_t>(file), EPOLLIN);
    watched_[file] = std::move(readable);
}

void Loop::welcome(int listener) {
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0)
        return;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::uint64_t id = next_id_++;
    connections_[id] = std::make_unique<Connection>(*this, id, socket);
    add(epoll_, socket, id | is_connection, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

void Loop::attend(std::uint64_t id) {
    const auto found = connections_.find(id);
    if (found != connections_.end() && !found->second->attend())
        connections_.erase(found);
}

void Loop::send_late() {
    while (!late_.empty() && late_.front().due <= Clock::now()) {
        const auto found = connections_.find(late_.front().connection);
        late_.pop_front();
        if (found != connections_.end() && !found->second->send_now())
            connections_.erase(found);
    }
}

Loop::Clock::duration Loop::until_next() const {
    if (late_.empty())
        return std::chrono::hours{1};
    return std::max(Clock::duration::zero(), late_.front().due - Clock::now());
}

void Loop::run() {
    std::array<epoll_event, 256> events{};
    while (running_) {
        const auto wait = std::chrono::duration_cast<std::chrono::nanoseconds>(until_next()).count();
        const timespec most{wait / 1'000'000'000, wait % 1'000'000'000};
        const int count =
            ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &most, nullptr);
        expect(count >= 0 || errno == EINTR, "epoll failed");
        for (int at = 0; at < count; ++at) {
            const std::uint64_t mark = events[static_cast<std::size_t>(at)].data.u64;
            if (mark & is_connection)
                attend(mark & ~is_connection);
            else
                watched_.at(static_cast<int>(mark))();
        }
        send_late();
    }
}

} // namespace efaxd::bench
