#include "efax/reading.hpp"

#include "efax/wire.hpp"

#include <utility>

namespace efaxd::efax {

std::vector<http::Header> page_headers(std::size_t offset, std::size_t limit) {
    return {{"pagination-offset", std::to_string(offset)}, {"pagination-limit", std::to_string(limit)}};
}

std::optional<std::string> read_page(Session& session, const std::string& user_id, const std::string& path,
                                     std::size_t offset, const std::stop_token& stop) {
    http::Request request;
    request.headers = page_headers(offset, page_items);
    http::Reply reply = session.call(Call::list, user_id, path, std::move(request), stop);
    if (reply.status == 200)
        return std::move(reply.body);
    if (offset > 0 && (reply.status == 404 || reply.status == 400))
        return std::nullopt;
    throw fault_of(reply, Call::list, session.now());
}

void check_done(const http::Reply& reply, Call call, Instant now) {
    if (reply.status < 200 || reply.status >= 300)
        throw fault_of(reply, call, now);
    try {
        if (!reply.body.empty() && reports_errors(json::Document::parse(reply.body).root()))
            throw Fault(Fault::Kind::passing, "efax.bad_reply",
                        "The reply reports an error although its status does not.");
    } catch (const json::ParseError&) { // some successes are answered in plain words
    }
}

} // namespace efaxd::efax
