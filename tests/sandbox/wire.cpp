#include "sandbox/wire.hpp"

#include "sandbox/text.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace efaxd::sandbox::test {

std::string WireReply::header(std::string_view name) const {
    return std::string{find(headers, name).value_or("")};
}

Wire::Wire(std::string_view url, int seconds) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    host_ = split(url, '/').at(2);
    const timeval patience{seconds, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(split(host_, ':').at(1))));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect");
}

Wire::~Wire() { ::close(socket_); }

void Wire::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return; // the reply will tell
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void Wire::ask(std::string_view method, std::string_view target, const Headers& headers,
               std::string_view body) const {
    std::string head =
        std::string{method} + " " + std::string{target} + " HTTP/1.1\r\nHost: " + host_ + "\r\n";
    for (const auto& [name, value] : headers)
        head += name + ": " + value + "\r\n";
    if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH")
        head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    send(head + "\r\n");
    send(body);
}

bool Wire::more() {
    std::array<char, 65'536> piece{};
    const auto got = ::recv(socket_, piece.data(), piece.size(), 0);
    if (got <= 0)
        return false;
    buffer_.append(piece.data(), static_cast<std::size_t>(got));
    return true;
}

WireReply Wire::reply() {
    WireReply reply;
    while (buffer_.find("\r\n\r\n") == std::string::npos)
        if (!more())
            return reply;
    const auto end = buffer_.find("\r\n\r\n");
    const auto lines = split(buffer_.substr(0, end), '\n');
    buffer_.erase(0, end + 4);
    reply.status = std::stoi(lines.at(0).substr(9, 3));
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto colon = lines[i].find(": ");
        auto value = lines[i].substr(colon + 2);
        if (!value.empty() && value.back() == '\r')
            value.pop_back();
        reply.headers.emplace_back(lower(lines[i].substr(0, colon)), value);
    }
    const std::string length = reply.header("content-length");
    const std::size_t wanted = length.empty() ? 0 : std::stoull(length);
    while (buffer_.size() < wanted && more()) {
    }
    reply.whole = buffer_.size() >= wanted;
    reply.body = buffer_.substr(0, wanted);
    buffer_.erase(0, reply.body.size());
    return reply;
}

std::string Wire::some_of_body(std::size_t bytes) {
    const auto body = [&] {
        const auto end = buffer_.find("\r\n\r\n");
        return end == std::string::npos ? std::string{} : buffer_.substr(end + 4);
    };
    while (body().size() < bytes && more()) {
    }
    return body();
}

bool Wire::closed() {
    char byte = 0;
    const auto got = ::recv(socket_, &byte, 1, 0);
    return buffer_.empty() && (got == 0 || (got < 0 && errno == ECONNRESET));
}

WireReply ask(std::string_view url, std::string_view method, std::string_view target, const Headers& headers,
              std::string_view body) {
    const auto slash = url.find('/', 7);
    const std::string path = slash == std::string_view::npos ? "" : std::string{url.substr(slash)};
    return Wire(url).exchange(method, path + std::string{target}, headers, body);
}

} // namespace efaxd::sandbox::test
