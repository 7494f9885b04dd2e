// Linked before the room http, its http::Client takes the place of libcurl's: everything above is the real
// thing.
#include "fuzz/scripted_client.hpp"

#include "fuzz/fuzz.hpp"
#include "http/client.hpp"

#include <algorithm>
#include <string>

namespace efaxd::fuzz {

namespace {

constexpr std::string_view allowed_origin = "https://files.example.org/";

void check_request(const http::Request& request) {
    const std::string_view url = request.url;
    const auto ours = [](const http::Header& header) { return header.name == "Authorization"; };
    if (std::ranges::any_of(request.headers, ours))
        must(url.starts_with(token_place()), "our token goes where it belongs");
    must(url.starts_with(our_origin) || url.starts_with(allowed_origin), "no other server is asked");
    must(is_printable_ascii(url) && url.find_first_of(" \\#") == url.npos, "a URL reads in one way");
    const auto path = url.substr(0, url.find('?'));
    const bool climbs = path.find("/../") != path.npos || path.ends_with("/..");
    must(!climbs || token_place() == our_origin, "a URL does not climb");
    for (const auto& header : request.headers)
        must(is_printable_ascii(header.value), "a header is one line");
}

} // namespace

std::string_view& token_place() {
    static std::string_view place = "https://fhir.example.org/fhir/R4/";
    return place;
}

std::vector<std::string_view>& replies() {
    static std::vector<std::string_view> those;
    return those;
}

fhir::ServerOptions server_options() {
    fhir::ServerOptions options;
    options.project = "clinic";
    options.remote.base_url = "https://fhir.example.org/fhir/R4";
    options.auth = fhir::BearerAuth{[] { return std::string("secret"); }};
    options.user_id = "shared-user";
    options.country = "1";
    options.document_hosts = {"files.example.org"};
    return options;
}

} // namespace efaxd::fuzz

namespace efaxd::http {

struct Client::Handle {};

Client::Client(ClientOptions) {}
Client::~Client() = default;

Reply Client::exchange(const Request& request, std::stop_token, const Sink& sink) {
    fuzz::check_request(request);
    Reply reply;
    reply.status = 404;
    auto& replies = fuzz::replies();
    if (replies.empty())
        return reply;
    const auto body = replies.front();
    replies.erase(replies.begin());
    if (body.empty())
        return reply;
    reply.status = 200;
    reply.headers = {{"content-type", body[0] == '{' ? "application/fhir+json" : "application/pdf"},
                     {"etag", "W/\"1\""}};
    if (sink)
        fuzz::in_pieces(body, 1 + body.size() / 3, [&](std::string_view piece) { sink(reply, piece); });
    else
        reply.body = body;
    return reply;
}

} // namespace efaxd::http
