#include "app/neighbour.hpp"

#include "http/client.hpp"
#include "json/value.hpp"

namespace efaxd::app {

namespace {

std::string error_text(const http::Reply& reply) {
    try {
        const auto document = json::Document::parse(reply.body, json::our_own);
        return std::string(document.root()["error"]["text"].text_or("it gives no reason"));
    } catch (const json::ParseError&) {
        return "status " + std::to_string(reply.status);
    }
}

} // namespace

std::optional<std::string> ask_neighbour(const std::filesystem::path& socket, const std::string& path) {
    if (std::error_code ignored; !std::filesystem::is_socket(socket, ignored))
        return std::nullopt;
    http::Client client({});
    http::Request request;
    request.method = http::Method::post;
    request.url = "http://localhost" + path;
    request.unix_socket = socket.string();
    request.limits.reply_bytes = 64u << 20;
    request.limits.total = request.limits.idle = std::chrono::minutes{10};
    try {
        auto reply = client.exchange(request, {});
        if (reply.status == 200)
            return std::move(reply.body);
        throw NeighbourError("the running daemon refuses: " + error_text(reply));
    } catch (const http::Error& error) {
        if (error.kind == http::Error::Kind::connect)
            return std::nullopt; // a socket that an earlier daemon left behind, or one we may not open
        throw NeighbourError("the running daemon does not answer: " + std::string(error.what()));
    }
}

} // namespace efaxd::app
