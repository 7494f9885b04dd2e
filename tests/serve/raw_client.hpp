// A plain blocking client of either door: says exactly what a test wants said, and hears what came back.
#pragma once

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace efaxd::serve {

class RawClient {
  public:
    explicit RawClient(const std::filesystem::path& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.native().copy(address.sun_path, sizeof address.sun_path - 1);
        connect(reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
    /// On loopback.
    explicit RawClient(int port, int family = AF_INET) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(static_cast<std::uint16_t>(port));
        v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = v4.sin_port;
        v6.sin6_addr = in6addr_loopback;
        if (family == AF_INET6)
            connect(reinterpret_cast<sockaddr*>(&v6), sizeof v6);
        else
            connect(reinterpret_cast<sockaddr*>(&v4), sizeof v4);
    }
    ~RawClient() { hang_up(); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool connected() const { return connected_; }

    void hang_up() {
        if (socket_ >= 0)
            ::close(socket_);
        socket_ = -1;
    }

    /// False if the other side no longer listens.
    bool say(std::string_view text) const {
        while (!text.empty()) {
            const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    /// One answer: head, and as much body as it promises (none after HEAD). Short if the connection ended.
    std::string hear(bool head = false) {
        std::size_t end = std::string::npos;
        while ((end = heard_.find("\r\n\r\n")) == std::string::npos)
            if (!more())
                return take(heard_.size());
        end += 4;
        const std::size_t length = head ? 0 : length_of(heard_.substr(0, end));
        while (heard_.size() < end + length)
            if (!more())
                return take(heard_.size());
        return take(end + length);
    }

    /// What has come, or comes next; empty if the connection ended.
    std::string hear_some() {
        if (heard_.empty())
            more();
        return take(heard_.size());
    }

    /// All that comes until the connection ends.
    std::string hear_out() {
        while (more()) {
        }
        return take(heard_.size());
    }

    std::string ask(std::string_view text) { return say(text) ? hear() : std::string(); }

    std::string get(const std::string& target) {
        return ask("GET " + target + " HTTP/1.1\r\nHost: efaxd\r\n\r\n");
    }
    std::string post(const std::string& target, const std::string& body = {}) {
        return ask("POST " + target + " HTTP/1.1\r\nHost: efaxd\r\nContent-Length: " +
                   std::to_string(body.size()) + "\r\n\r\n" + body);
    }

    /// Waits for the other side to end the connection: true if it does, with nothing more said.
    bool ended() {
        const bool more_came = more();
        return !more_came && heard_.empty() && !late_;
    }

  private:
    void connect(const sockaddr* address, socklen_t size) {
        socket_ = ::socket(address->sa_family, SOCK_STREAM, 0);
        const timeval patience{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        connected_ = ::connect(socket_, address, size) == 0;
    }

    bool more() {
        char buffer[4096];
        const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
        late_ = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        if (got <= 0)
            return false;
        heard_.append(buffer, static_cast<std::size_t>(got));
        return true;
    }

    static std::size_t length_of(const std::string& head) {
        const std::size_t at = head.find("Content-Length: ");
        return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
    }

    std::string take(std::size_t size) {
        std::string taken = heard_.substr(0, size);
        heard_.erase(0, size);
        return taken;
    }

    int socket_ = -1;
    bool connected_ = false;
    bool late_ = false;
    std::string heard_;
};

} // namespace efaxd::serve
