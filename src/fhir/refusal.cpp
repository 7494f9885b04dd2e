#include "fhir/refusal.hpp"

#include "fhir/outcome.hpp"

#include <algorithm>

namespace efaxd::fhir {

namespace {

using Kind = Fault::Kind;

std::string sentence(const http::Reply& reply) {
    const auto outcome = read_outcome(reply.body);
    std::string text = "the FHIR server answered " + std::to_string(reply.status);
    if (!outcome.code.empty())
        text += " (" + std::string(outcome.code) + ")";
    return text;
}

/// May the server have done it all the same? A 503 may come from a proxy before it, whether or not it says
/// when to come back.
bool leaves_open(int status) { return status == 408 || (status >= 500 && status != 501 && status != 505); }

} // namespace

Fault refusal(const http::Reply& reply, Call call, Instant now) {
    const auto detail = sentence(reply);
    const auto wait = http::retry_after(reply, now);
    if (call == Call::creates && (leaves_open(reply.status) || (reply.status >= 200 && reply.status < 300)))
        return {Kind::unknown, "fhir.unknown_outcome", detail, wait};
    switch (reply.status) {
    case 400:
    case 415:
    case 422:
        if (call == Call::asks)
            return {Kind::passing, "fhir.search_refused", detail};
        return {Kind::lasting, "fhir.refused", detail};
    case 401:
        return {Kind::passing, "fhir.unauthorized", detail, wait};
    case 403:
        return {Kind::passing, "fhir.forbidden", detail, wait};
    case 404:
    case 405:
    case 410:
        return {Kind::passing, "fhir.wrong_base", detail};
    case 409:
    case 412:
        return {Kind::passing, "fhir.conflict", detail, wait};
    case 413:
        if (call == Call::asks)
            return {Kind::passing, "fhir.search_refused", detail};
        return {Kind::lasting, "fhir.too_large", detail};
    case 429:
        return {Kind::passing, "fhir.paused", detail, wait};
    case 408:
    case 425:
        return {Kind::passing, "fhir.unavailable", detail, wait};
    default:
        if (reply.status >= 500)
            return {Kind::passing, "fhir.unavailable", detail, wait};
        return {Kind::passing, "fhir.bad_reply", detail};
    }
}

Fault failure(const http::Error& error, Call call) {
    if (call == Call::creates && error.sent)
        return {Kind::unknown, "fhir.unknown_outcome", "no whole reply came back"};
    switch (error.kind) {
    case http::Error::Kind::resolve:
    case http::Error::Kind::connect:
        return {Kind::passing, "fhir.unreachable",
                "no connection to the FHIR server: " + std::string(words_of(error.cause))};
    case http::Error::Kind::tls:
        return {Kind::passing, "fhir.tls",
                "no TLS connection to the FHIR server: " + std::string(words_of(error.cause))};
    case http::Error::Kind::timed_out:
        return {Kind::passing, "fhir.timed_out", "the FHIR server did not answer in time"};
    case http::Error::Kind::too_large:
        return {Kind::passing, "fhir.bad_reply", "the FHIR server's reply is too large"};
    case http::Error::Kind::refused:
        return {Kind::passing, "fhir.wrong_base", "the FHIR server's URL may not be spoken to"};
    case http::Error::Kind::broken:
        break;
    }
    return {Kind::passing, "fhir.broken", "the connection to the FHIR server was lost"};
}

Fault waiting(const http::Paused& paused) {
    return {Kind::passing, "fhir.paused", "the FHIR server asked us to wait", clamped(paused.left)};
}

Duration clamped(Duration wait) {
    return std::clamp<Duration>(wait, std::chrono::seconds{1}, std::chrono::hours{1});
}

} // namespace efaxd::fhir
