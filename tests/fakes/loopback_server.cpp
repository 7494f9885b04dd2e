#include "fakes/loopback_server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <condition_variable>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <set>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace efaxd::fakes {

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool send_all(int socket, std::string_view bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const ssize_t n = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        sent += static_cast<std::size_t>(n);
    }
    return true;
}

/// Reads requests from one connection; every read gives nothing once the peer is gone.
class Reader {
  public:
    explicit Reader(int socket) : socket_(socket) {}

    std::optional<LoopbackServer::Seen> request() {
        LoopbackServer::Seen seen;
        const auto first = line();
        if (!first)
            return std::nullopt;
        const auto space = first->find(' ');
        const auto second = first->find(' ', space + 1);
        if (space == std::string::npos || second == std::string::npos)
            return std::nullopt;
        seen.method = first->substr(0, space);
        seen.target = first->substr(space + 1, second - space - 1);
        for (;;) {
            const auto header = line();
            if (!header)
                return std::nullopt;
            if (header->empty())
                break;
            const auto colon = header->find(':');
            if (colon == std::string::npos)
                return std::nullopt;
            seen.headers[lower(header->substr(0, colon))] = trimmed(header->substr(colon + 1));
        }
        if (!body(seen))
            return std::nullopt;
        return seen;
    }

    /// Until the peer goes.
    void drain() {
        buffer_.clear();
        while (more())
            buffer_.clear();
    }

  private:
    bool more() {
        char piece[64 * 1024];
        const ssize_t n = ::recv(socket_, piece, sizeof piece, 0);
        if (n <= 0)
            return false;
        buffer_.append(piece, static_cast<std::size_t>(n));
        return true;
    }

    std::optional<std::string> line() {
        for (;;) {
            const auto end = buffer_.find("\r\n");
            if (end != std::string::npos) {
                std::string text = buffer_.substr(0, end);
                buffer_.erase(0, end + 2);
                return text;
            }
            if (!more())
                return std::nullopt;
        }
    }

    bool take(std::size_t size, std::string& into) {
        while (buffer_.size() < size)
            if (!more())
                return false;
        into.append(buffer_, 0, size);
        buffer_.erase(0, size);
        return true;
    }

    bool body(LoopbackServer::Seen& seen) {
        if (lower(seen.header("transfer-encoding")) == "chunked")
            return chunks(seen.body);
        const std::string length = seen.header("content-length");
        return length.empty() || take(std::stoull(length), seen.body);
    }

    bool chunks(std::string& into) {
        for (;;) {
            const auto head = line();
            if (!head)
                return false;
            const std::size_t size = std::stoull(*head, nullptr, 16);
            if (size && !take(size, into))
                return false;
            if (!line()) // the end of the chunk, or of the whole
                return false;
            if (!size)
                return true;
        }
    }

    int socket_;
    std::string buffer_;
};

std::string head_of(const LoopbackServer::Answer& answer, bool bodiless) {
    std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " Scripted\r\n";
    for (const auto& [name, value] : answer.headers)
        head.append(name).append(": ").append(value).append("\r\n");
    if (answer.close)
        head += "Connection: close\r\n";
    if (answer.chunked)
        head += "Transfer-Encoding: chunked\r\n";
    else if (!bodiless)
        head += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
    return head + "\r\n";
}

std::string chunked(const std::string& body, bool whole) {
    constexpr std::size_t piece = 1000;
    std::string text;
    char size[20];
    for (std::size_t at = 0; at < body.size(); at += piece) {
        const std::size_t length = std::min(piece, body.size() - at);
        std::snprintf(size, sizeof size, "%zx\r\n", length);
        text += size + body.substr(at, length) + "\r\n";
    }
    return whole ? text + "0\r\n\r\n" : text;
}

} // namespace

std::string LoopbackServer::Seen::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string{} : found->second;
}

struct LoopbackServer::State {
    Handler handler;
    int listener = -1;
    int port = 0;

    std::mutex handling; ///< one call of the handler at a time

    std::mutex mutex;
    std::condition_variable arrived;
    bool stopping = false;
    int connections = 0;
    std::set<int> open; ///< sockets of the living connections
    std::vector<Seen> diary;

    std::vector<std::thread> threads; ///< touched by the accepting thread alone until it has ended
    std::thread accepting;

    void listen() {
        listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* plain = reinterpret_cast<sockaddr*>(&address);
        if (listener < 0 || ::bind(listener, plain, size) != 0 || ::listen(listener, 128) != 0 ||
            ::getsockname(listener, plain, &size) != 0)
            throw std::runtime_error("no socket on loopback");
        port = ntohs(address.sin_port);
    }

    void accept_all() {
        for (;;) {
            const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
            const std::lock_guard lock(mutex);
            if (socket < 0 || stopping) {
                if (socket >= 0)
                    ::close(socket);
                if (stopping)
                    return;
                continue;
            }
            const int yes = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            open.insert(socket);
            threads.emplace_back([this, socket, number = connections++] {
                serve(socket, number);
                const std::lock_guard closing(mutex);
                open.erase(socket);
                ::close(socket);
            });
        }
    }

    void serve(int socket, int number) {
        Reader reader(socket);
        while (auto seen = reader.request()) {
            seen->connection = number;
            {
                const std::lock_guard lock(mutex);
                diary.push_back(*seen);
            }
            arrived.notify_all();
            Answer answer;
            {
                const std::lock_guard lock(handling);
                answer = handler(*seen);
            }
            if (answer.stall)
                return reader.drain();
            if (answer.hang_up || !play(socket, answer, *seen))
                return;
        }
    }

    /// True if the connection goes on.
    static bool play(int socket, const Answer& answer, const Seen& seen) {
        if (!answer.raw.empty()) {
            bool there = send_all(socket, answer.raw);
            while (there && answer.pour) {
                const std::string_view piece = answer.pour();
                there = !piece.empty() && send_all(socket, piece);
            }
            return false;
        }
        const bool bodiless = answer.status == 204 || answer.status == 304 || answer.status < 200;
        const bool cut = answer.cut_after < answer.body.size();
        const std::string part = cut ? answer.body.substr(0, answer.cut_after) : answer.body;
        std::string reply = head_of(answer, bodiless);
        if (!bodiless && seen.method != "HEAD")
            reply += answer.chunked ? chunked(part, !cut) : part;
        return send_all(socket, reply) && !cut && !answer.close;
    }

    void stop() {
        {
            const std::lock_guard lock(mutex);
            stopping = true;
            ::shutdown(listener, SHUT_RDWR);
            for (const int socket : open)
                ::shutdown(socket, SHUT_RDWR);
        }
        accepting.join();
        for (auto& thread : threads)
            thread.join();
        ::close(listener);
    }
};

LoopbackServer::LoopbackServer(Handler handler) : state_(std::make_shared<State>()) {
    state_->handler = std::move(handler);
    state_->listen();
    state_->accepting = std::thread([state = state_.get()] { state->accept_all(); });
}

LoopbackServer::~LoopbackServer() { state_->stop(); }

std::string LoopbackServer::url() const { return "http://127.0.0.1:" + std::to_string(state_->port); }

int LoopbackServer::port() const { return state_->port; }

std::vector<LoopbackServer::Seen> LoopbackServer::diary() const {
    const std::lock_guard lock(state_->mutex);
    return state_->diary;
}

bool LoopbackServer::wait_for(std::size_t requests) const {
    std::unique_lock lock(state_->mutex);
    return state_->arrived.wait_for(lock, std::chrono::seconds{10},
                                    [&] { return state_->diary.size() >= requests; });
}

} // namespace efaxd::fakes
