#include "fhir/reader.hpp"

#include "fhir/abridged_body.hpp"
#include "fhir/bundle.hpp"
#include "fhir/resource.hpp"
#include "fhir/whole_body.hpp"

namespace efaxd::fhir {

namespace {

constexpr int most_pages = 100;

/// Some hold their documents.
bool holds_documents(const std::string& type) { return type == "DocumentReference" || type == "Media"; }

} // namespace

http::Reply Reader::get(const std::string& path, const std::stop_token& stop) {
    AbridgedBody body;
    auto reply = session_.call(
        Call::asks,
        [&] {
            auto request = session_.request(http::Method::get, path);
            request.limits.reply_bytes = abridged_bytes;
            return request;
        },
        stop, body.sink());
    if (reply.status == 200)
        reply.body = body.take();
    return reply;
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
    AbridgedBody abridged;
    WholeBody whole;
    const bool is_whole = holds_documents(type);
    const auto reply =
        get_fresh(type + "/" + id, abridged_bytes, stop, is_whole ? whole.sink() : abridged.sink());
    if (reply.status == 404 || reply.status == 410)
        return std::nullopt;
    if (reply.status != 200)
        throw refusal(reply, Call::asks, clock_.now());
    return read_resource(is_whole ? whole.take() : abridged.take(), type);
}

void Reader::search(const std::string& path, const std::stop_token& stop,
                    const std::function<Onward(json::Value bundle, bool last)>& visit) {
    std::string url = base_url() + "/" + path;
    for (int page = 0; page < most_pages; ++page) {
        AbridgedBody body;
        const auto reply = session_.call(
            Call::asks,
            [&] {
                auto request = session_.request(http::Method::get, path);
                request.url = url; // ours, or checked by next_page
                request.headers.push_back(
                    {"Cache-Control", "no-cache"}); // HAPI repeats results for a minute otherwise
                request.limits.reply_bytes = abridged_bytes;
                return request;
            },
            stop, body.sink());
        if (reply.status != 200)
            throw refusal(reply, Call::asks, clock_.now());
        const auto bundle = read_resource(body.take(), "Bundle");
        url = next_page(bundle.root(), base_url());
        if (visit(bundle.root(), url.empty()) == Onward::no || url.empty())
            return;
    }
    throw bad_reply("the search result has no end");
}

} // namespace efaxd::fhir
