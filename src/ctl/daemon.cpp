#include "ctl/daemon.hpp"

#include "http/client.hpp"

#include <cerrno>
#include <cstdint>
#include <limits>
#include <memory>

#include <unistd.h>

namespace efaxd::ctl {

namespace {

std::string why_not(const std::filesystem::path& socket) {
    if (::access(socket.c_str(), W_OK) == 0)
        return "nobody answers at " + socket.string() + ": is the service running? (systemctl status efaxd)";
    if (errno == EACCES)
        return "you may not use " + socket.string() +
               ": are you in group efaxd? (sudo, or a new login after "
               "usermod -aG efaxd)";
    return "there is no socket " + socket.string() + ": is the service running? (systemctl status efaxd)";
}

std::string told_by(const http::Error& error, const std::filesystem::path& socket) {
    switch (error.kind) {
    case http::Error::Kind::timed_out:
        return "the daemon did not answer in time";
    case http::Error::Kind::broken:
        return "the daemon ended the connection: is it stopping? (systemctl status efaxd)";
    case http::Error::Kind::too_large:
        return "the daemon's answer is too large";
    default:
        return why_not(socket);
    }
}

/// The daemon gives a sign of life more often.
constexpr std::chrono::minutes silence{1};

http::Request request_to(const std::filesystem::path& socket, http::Method method,
                         const std::string& target) {
    http::Request request;
    request.method = method;
    request.url = "http://efaxd" + target;
    request.unix_socket = socket.string();
    return request;
}

} // namespace

Follow follow_at(const std::filesystem::path& socket) {
    return [socket](http::Method method, const std::string& target,
                    const std::function<void(std::string_view)>& sink) -> Told {
        http::Request request = request_to(socket, method, target);
        request.limits.reply_bytes = std::numeric_limits<std::int64_t>::max();
        request.limits.total = std::chrono::hours{24 * 365};
        request.limits.idle = silence;
        http::Client client({});
        try {
            http::Reply reply = client.exchange(
                request, {}, [&](const http::Reply&, std::string_view piece) { sink(piece); });
            return {reply.status, std::move(reply.body)};
        } catch (const http::Error& error) {
            throw Unreachable(told_by(error, socket));
        }
    };
}

Ask ask_at(const std::filesystem::path& socket) {
    const auto client = std::make_shared<http::Client>(http::ClientOptions{});
    return [client, socket](http::Method method, const std::string& target, Duration patience) -> Told {
        http::Request request = request_to(socket, method, target);
        request.limits.total = patience;
        request.limits.idle = patience;
        try {
            http::Reply reply = client->exchange(request, {});
            return {reply.status, std::move(reply.body)};
        } catch (const http::Error& error) {
            throw Unreachable(told_by(error, socket));
        }
    };
}

} // namespace efaxd::ctl
