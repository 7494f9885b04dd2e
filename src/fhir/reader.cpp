#include "fhir/reader.hpp"

#include "fhir/bundle.hpp"
#include "fhir/resource.hpp"

namespace efaxd::fhir {

namespace {

constexpr int most_pages = 100;
constexpr std::uint64_t page_bytes = 16u << 20;
constexpr std::uint64_t document_bytes = 64u << 20;

/// Some hold their documents.
std::uint64_t most_bytes_of(const std::string& type) {
    return type == "DocumentReference" || type == "Media" ? document_bytes : page_bytes;
}

} // namespace

http::Reply Reader::get(const std::string& path, const std::stop_token& stop, const http::Sink& sink) {
    return session_.call(
        Call::asks,
        [&] {
            auto request = session_.request(http::Method::get, path);
            request.limits.reply_bytes = page_bytes;
            return request;
        },
        stop, sink);
}

http::Reply Reader::get_fresh(const std::string& path, std::uint64_t most, const std::stop_token& stop,
                              const http::Sink& sink) {
    return session_.call(
        Call::asks,
        [&] {
            auto request = session_.request(http::Method::get, path);
            request.headers.push_back({"Cache-Control", "no-cache"});
            request.limits.reply_bytes = most;
            return request;
        },
        stop, sink);
}

std::optional<json::Document> Reader::resource(const std::string& type, const std::string& id,
                                               const std::stop_token& stop) {
    const auto reply = get_fresh(type + "/" + id, most_bytes_of(type), stop);
    if (reply.status == 404 || reply.status == 410)
        return std::nullopt;
    if (reply.status != 200)
        throw refusal(reply, Call::asks, clock_.now());
    return read_resource(reply.body, type);
}

void Reader::search(const std::string& path, const std::stop_token& stop,
                    const std::function<Onward(json::Value bundle, bool last)>& visit, std::uint64_t most) {
    std::string url = base_url() + "/" + path;
    for (int page = 0; page < most_pages; ++page) {
        const auto reply = session_.call(
            Call::asks,
            [&] {
                auto request = session_.request(http::Method::get, path);
                request.url = url; // ours, or checked by next_page
                request.headers.push_back(
                    {"Cache-Control", "no-cache"}); // HAPI repeats results for a minute otherwise
                request.limits.reply_bytes = most;
                return request;
            },
            stop);
        if (reply.status != 200)
            throw refusal(reply, Call::asks, clock_.now());
        const auto bundle = read_resource(reply.body, "Bundle");
        url = next_page(bundle.root(), base_url());
        if (visit(bundle.root(), url.empty()) == Onward::no || url.empty())
            return;
    }
    throw bad_reply("the search result has no end");
}

} // namespace efaxd::fhir
