#include "efax/faults.hpp"

#include "efax/wire.hpp"
#include "http/remote.hpp"
#include "json/value.hpp"

namespace efaxd::efax {

namespace {

using Kind = Fault::Kind;

/// eFax has no rule; a refused user ID changes only when a person acts.
constexpr std::chrono::minutes refused_user_rest{15};

Fault forbidden(Call call) {
    if (call == Call::list || call == Call::submit)
        return {Kind::passing, "efax.user_refused",
                "eFax does not accept this user ID for this App ID (status 403).", refused_user_rest};
    return {Kind::passing, "efax.not_visible", "This user ID may not see the fax (status 403)."};
}

Fault not_available(Call call, const std::string& shown, std::optional<Duration> wish) {
    if (call == Call::image)
        return {Kind::passing, "efax.image_unavailable", "eFax could not make the image of this fax" + shown,
                wish};
    return {Kind::passing, "efax.unavailable", "eFax is not available" + shown, wish};
}

Fault unclear(const std::string& shown, std::optional<Duration> wish) {
    return {Kind::unknown, "efax.submission_unclear", "eFax did not say whether it took the fax" + shown,
            wish};
}

/// The statuses by which eFax turns a fax down for good; whatever others mean, they leave it open.
bool refuses_submission(int status) {
    return status == 400 || status == 404 || status == 405 || status == 415 || status == 422;
}

bool reports_errors_in(const std::string& body) {
    try {
        return reports_errors(json::Document::parse(body).root());
    } catch (const json::ParseError&) {
        return false;
    }
}

/// A page for people, or a path not found without an error of eFax's own form.
bool is_of_gateway(const http::Reply& reply) {
    const auto begin = reply.body.find_first_not_of(" \t\r\n");
    if (begin != std::string::npos && reply.body[begin] == '<')
        return true;
    return (reply.status == 404 || reply.status == 405) && !reports_errors_in(reply.body);
}

Fault fault_of_submission(const http::Reply& reply, const std::string& shown, Instant now) {
    if (reply.status == 403)
        return forbidden(Call::submit);
    if (reply.status == 413)
        return {Kind::lasting, "efax.too_large_to_send", "The fax is too large for eFax" + shown};
    if (refuses_submission(reply.status) && is_of_gateway(reply))
        return {Kind::passing, "efax.gateway_reply",
                "Not eFax itself answered, but something before it" + shown};
    if (refuses_submission(reply.status))
        return {Kind::lasting, "efax.submission_refused", "eFax refuses this fax" + shown};
    return unclear(shown, http::retry_after(reply, now));
}

Fault fault_of_submission(const http::Error& error) {
    if (error.kind == http::Error::Kind::too_large)
        return {Kind::unknown, "efax.submission_unclear", "The reply to the fax is over its limit."};
    return {Kind::unknown, "efax.submission_unanswered", "The fax was sent to eFax and no answer came back."};
}

bool will_recover(int status) { return status == 408 || status == 425 || (status >= 500 && status < 600); }

} // namespace

Fault fault_of(const http::Error& error, Call call) {
    if (call == Call::submit && error.sent)
        return fault_of_submission(error);
    switch (error.kind) {
    case http::Error::Kind::resolve:
    case http::Error::Kind::connect:
        return {Kind::passing, "efax.unreachable",
                "No connection to eFax: " + std::string(words_of(error.cause)) + "."};
    case http::Error::Kind::tls:
        return {Kind::passing, "efax.tls",
                "No TLS connection to eFax: " + std::string(words_of(error.cause)) + "."};
    case http::Error::Kind::timed_out:
        return {Kind::passing, "efax.timed_out", "eFax did not answer in time."};
    case http::Error::Kind::broken:
        return {Kind::passing, "efax.broken", "The connection to eFax broke or the reply was cut short."};
    case http::Error::Kind::too_large:
        if (call == Call::image)
            return {Kind::lasting, "efax.too_large", "The document is over the limit."};
        return {Kind::passing, "efax.too_large_reply", "The reply is over its limit."};
    case http::Error::Kind::refused:
        return {Kind::passing, "efax.unreachable", "The eFax address is neither https nor on this machine."};
    }
    return {Kind::passing, "efax.broken", "The exchange with eFax failed."};
}

Fault fault_of(const http::Reply& reply, Call call, Instant now) {
    const int status = reply.status;
    const std::string shown = " (status " + std::to_string(status) + ").";
    if (call == Call::submit)
        return fault_of_submission(reply, shown, now);
    if (call == Call::sign_in && (status == 400 || status == 401 || status == 403))
        return {Kind::passing, "efax.sign_in_refused", "eFax refuses the App ID or the API key" + shown};
    if (status == 403)
        return forbidden(call);
    if (status == 404 && call == Call::image)
        return {Kind::passing, "efax.image_missing", "eFax has no image of this fax, or not yet" + shown};
    if (status == 413 && call == Call::image)
        return {Kind::lasting, "efax.too_large", "eFax finds the document too large to hand out" + shown};
    if (status == 400)
        return {Kind::passing, "efax.bad_request", "eFax did not understand the request" + shown};
    if (will_recover(status))
        return not_available(call, shown, http::retry_after(reply, now));
    return {Kind::passing, "efax.bad_reply", "eFax answered in an unexpected way" + shown};
}

} // namespace efaxd::efax
