#include "security/stranger.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <netinet/in.h>
#include <set>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace efaxd::security {

struct Stranger::State {
    int listener = -1;
    int port = 0;
    mutable std::mutex mutex;
    mutable std::condition_variable told;
    bool stopping = false;
    int connections = 0;
    std::string heard;
    std::set<int> open;
    std::vector<std::thread> threads;
    std::thread accepting;

    void listen(Family family) {
        sockaddr_storage any{};
        socklen_t size = 0;
        if (family == Family::v4) {
            auto* const v4 = reinterpret_cast<sockaddr_in*>(&any);
            v4->sin_family = AF_INET;
            v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            size = sizeof *v4;
        } else {
            auto* const v6 = reinterpret_cast<sockaddr_in6*>(&any);
            v6->sin6_family = AF_INET6;
            v6->sin6_addr = in6addr_loopback;
            size = sizeof *v6;
        }
        auto* const address = reinterpret_cast<sockaddr*>(&any);
        listener = ::socket(any.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (listener < 0 || ::bind(listener, address, size) != 0 || ::listen(listener, 64) != 0 ||
            ::getsockname(listener, address, &size) != 0)
            throw std::runtime_error("no socket on loopback");
        port = ntohs(family == Family::v4 ? reinterpret_cast<sockaddr_in*>(&any)->sin_port
                                          : reinterpret_cast<sockaddr_in6*>(&any)->sin6_port);
    }

    void accept_all() {
        for (;;) {
            const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
            const std::lock_guard lock(mutex);
            if (socket < 0 || stopping) {
                if (socket >= 0)
                    ::close(socket);
                return;
            }
            ++connections;
            open.insert(socket);
            threads.emplace_back([this, socket] { listen_to(socket); });
        }
    }

    void listen_to(int socket) {
        char piece[4096];
        for (ssize_t count = 0; (count = ::recv(socket, piece, sizeof piece, 0)) > 0;) {
            const std::lock_guard lock(mutex);
            heard.append(piece, static_cast<std::size_t>(count));
            told.notify_all();
        }
        const std::lock_guard lock(mutex);
        open.erase(socket);
        ::close(socket);
    }
};

Stranger::Stranger(Family family) : state_(std::make_unique<State>()) {
    state_->listen(family);
    state_->accepting = std::thread([state = state_.get()] { state->accept_all(); });
}

Stranger::~Stranger() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopping = true;
        ::shutdown(state_->listener, SHUT_RDWR);
        for (const int socket : state_->open)
            ::shutdown(socket, SHUT_RDWR);
    }
    state_->accepting.join();
    for (auto& thread : state_->threads)
        thread.join();
    ::close(state_->listener);
}

int Stranger::port() const { return state_->port; }

int Stranger::connections() const {
    const std::lock_guard lock(state_->mutex);
    return state_->connections;
}

std::string Stranger::heard() const {
    const std::lock_guard lock(state_->mutex);
    return state_->heard;
}

bool Stranger::wait_for(std::size_t bytes) const {
    std::unique_lock lock(state_->mutex);
    return state_->told.wait_for(lock, std::chrono::seconds{10},
                                 [&] { return state_->heard.size() >= bytes; });
}

} // namespace efaxd::security
