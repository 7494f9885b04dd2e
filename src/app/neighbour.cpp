#include "app/neighbour.hpp"

#include "http/client.hpp"

namespace efaxd::app {

std::optional<std::string> ask_neighbour(const std::filesystem::path& socket, const std::string& method,
                                         const std::string& path) {
    if (std::error_code ignored; !std::filesystem::is_socket(socket, ignored))
        return std::nullopt;
    http::Client client({});
    http::Request request;
    request.method = method == "POST" ? http::Method::post : http::Method::get;
    request.url = "http://localhost" + path;
    request.unix_socket = socket.string();
    request.limits.reply_bytes = 64u << 20;
    request.limits.total = request.limits.idle = std::chrono::minutes{10};
    try {
        auto reply = client.exchange(request, {});
        if (reply.status != 200)
            return std::nullopt;
        return std::move(reply.body);
    } catch (const http::Error&) {
        return std::nullopt; // nobody is at home
    }
}

} // namespace efaxd::app
