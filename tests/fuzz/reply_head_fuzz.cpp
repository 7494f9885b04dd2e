// The head of a server's reply, line by line as libcurl gives it, and the headers that say how long to wait.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/timestamp.hpp"
#include "fhir/rate_limit.hpp"
#include "fhir/resource.hpp"
#include "http/error.hpp"
#include "http/exchange.hpp"
#include "http/remote.hpp"

#include <optional>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

const Instant now = read_timestamp("2026-10-03T14:00:00Z")->instant;

void check_wait(std::optional<Duration> wait, Duration least) {
    must(!wait || (*wait >= least && *wait <= std::chrono::hours{1}), "a wait is no longer than an hour");
}

std::optional<http::Reply> reply_in(std::string_view input) {
    const http::Limits limits;
    const http::Sink nobody;
    http::Download download(limits, nobody);
    try {
        while (!input.empty()) {
            const auto end = std::min(input.find('\n'), input.size() - 1) + 1;
            download.line(input.substr(0, end));
            input.remove_prefix(end);
        }
    } catch (const http::Error&) {
        return std::nullopt;
    }
    return download.complete() ? std::optional(download.take()) : std::nullopt;
}

void try_reply(const http::Reply& reply) {
    must(reply.status >= 200, "a final reply");
    for (const auto& header : reply.headers) {
        must(header.name.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ\n:") == header.name.npos,
             "a header's name is in lower case");
        must(header.value.find("\n") == header.value.npos, "a header's value is one line");
    }
    check_wait(http::retry_after(reply, now), std::chrono::seconds{1});
    check_wait(fhir::rate_limit_wait(reply.header("ratelimit").value_or("")), Duration{});
    const auto id = fhir::created_id(reply, {}, "Communication");
    must(id.empty() || fhir::is_id(id), "what was created has an id, or none");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (const auto reply = reply_in(fuzz::text_of(bytes, size)))
        try_reply(*reply);
    return 0;
}
