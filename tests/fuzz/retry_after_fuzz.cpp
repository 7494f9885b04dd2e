// How long a server wants us to wait, in the spellings of three headers.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/timestamp.hpp"
#include "fhir/rate_limit.hpp"
#include "http/remote.hpp"

#include <optional>
#include <string>

namespace {

using namespace efaxd;

void check(std::optional<Duration> wait, Duration least) {
    fuzz::must(!wait || (*wait >= least && *wait <= std::chrono::hours{1}), "a wait is an hour at the most");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const Instant now = read_timestamp("2026-10-03T14:00:00Z")->instant;
    http::Reply reply;
    reply.headers = {{"retry-after", std::string(fuzz::text_of(bytes, size))}};
    check(http::retry_after(reply, now), std::chrono::seconds{1});
    check(fhir::rate_limit_wait(reply.headers[0].value), Duration{});
    return 0;
}
