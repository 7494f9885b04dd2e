#include "efax/session.hpp"

#include "efax/wire.hpp"
#include "efaxd/core/backoff.hpp"
#include "efaxd/log.hpp"
#include "efaxd/meter.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace efaxd::efax {

namespace {

constexpr std::chrono::minutes token_early{5};
constexpr std::chrono::minutes rival_rest{5};
constexpr Duration refused_rest{std::chrono::seconds{30}};
constexpr Duration failed_rest{std::chrono::seconds{5}};
constexpr int tolerated_refusals = 3;

bool good(int status) { return status >= 200 && status < 300; }

Duration milliseconds(Steady::duration duration) { return std::chrono::ceil<Duration>(duration); }

Fault paused_for(Duration left) {
    return {Fault::Kind::passing, "efax.paused", "eFax asked us to wait.", left};
}

Fault resting(const Fault& fault, Duration left) { return {fault.kind, fault.reason, fault.detail, left}; }

Fault rival_for(Duration left) {
    return {Fault::Kind::passing, "efax.rival",
            "Tokens are refused before their time: another program seems to use this App ID.", left};
}

/// Only a person can mend it, so that asking again soon is of no use.
bool needs_a_person(const Fault& fault) {
    return fault.reason == "efax.sign_in_refused" || fault.reason == "efax.secret_unreadable" ||
           fault.reason == "efax.bad_app_id";
}

std::string_view endpoint_of(Call call) {
    switch (call) {
    case Call::sign_in:
        return "sign_in";
    case Call::list:
        return "list";
    case Call::image:
        return "image";
    case Call::acknowledge:
        return "acknowledge";
    case Call::remove:
        return "remove";
    case Call::submit:
        return "submit";
    case Call::status:
        return "status";
    case Call::cancel:
        break;
    }
    return "cancel";
}

/// Tells changed credentials from the same ones, and nothing else: it never leaves this process.
std::size_t mark_of(const Credentials& credentials) {
    return std::hash<std::string>{}(credentials.app_id + ':' + credentials.api_key);
}

http::Request token_request(const Credentials& credentials) {
    http::Request request;
    request.method = http::Method::post;
    request.headers = {{"Authorization", basic(credentials.app_id, credentials.api_key)},
                       {"Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"},
                       {"Accept", "application/json"}};
    request.body = "grant_type=client_credentials";
    request.limits.reply_bytes = 64u << 10;
    return request;
}

} // namespace

Session::Session(ServiceOptions options, ReadCredentials credentials, Clock& clock)
    : options_(std::move(options)), read_credentials_(std::move(credentials)), clock_(clock),
      remote_(options_.remote, clock),
      keeper_(
          clock, [this](const std::stop_token& stop) { return ask(stop); }, token_early) {}

http::Reply Session::call(Call call, const std::string& user_id, const std::string& path,
                          http::Request request, std::stop_token stop, const http::Sink& sink) {
    if (!usable_user_id(user_id))
        throw Fault(Fault::Kind::passing, "efax.user_refused", "This user ID cannot be sent.",
                    std::chrono::minutes{15});
    request.url = remote_.base_url() + path;
    request.endpoint = endpoint_of(call);
    const std::vector<http::Header> own = std::move(request.headers);
    for (bool repeated = false;; repeated = true) {
        if (request.stream && request.stream->begin)
            request.stream->begin();
        stay_away_from_rival();
        const std::string bearer = keeper_.token(stop);
        request.headers = {{"Authorization", "Bearer " + bearer},
                           {"user-id", user_id},
                           {"transaction-id", uuid(clock_.dice(), clock_.dice())},
                           {"Accept", "application/json"}};
        request.headers.insert(request.headers.end(), own.begin(), own.end());
        http::Reply reply = exchange(call, request, stop, sink);
        if (good(reply.status))
            note_success();
        if (reply.status != 401)
            return reply;
        note_refusal(bearer);
        if (repeated)
            throw Fault(Fault::Kind::passing, "efax.unauthorized",
                        "eFax refuses even a fresh token (status 401).");
    }
}

void Session::sign_in(std::stop_token stop) {
    {
        const std::lock_guard lock(mutex_);
        sign_in_fault_.reset(); // somebody wants to know how it stands now
    }
    stay_away_from_rival();
    if (secrets_changed())
        keeper_.renew(std::move(stop));
    else
        keeper_.token(std::move(stop));
}

bool Session::secrets_changed() const {
    if (!keeper_.has_token())
        return false;
    const std::size_t now = mark_of(credentials());
    const std::lock_guard lock(mutex_);
    return signed_in_with_ != now;
}

Instant Session::by_their_clock(Instant ours) const {
    constexpr Duration usual = std::chrono::minutes{1}; // of two clocks that are well
    const auto skew = remote_.skew();
    return skew && *skew < -usual ? ours + *skew : ours;
}

ServiceState Session::state() const {
    ServiceState state;
    state.has_token = keeper_.has_token();
    state.paused = remote_.paused();
    state.skew = remote_.skew();
    const std::lock_guard lock(mutex_);
    state.tokens_asked = tokens_asked_;
    state.rival = rival_;
    return state;
}

http::Token Session::ask(std::stop_token stop) {
    rest_after_failed_sign_in();
    try {
        http::Token token = ask_now(std::move(stop));
        const std::lock_guard lock(mutex_);
        failed_sign_ins_ = 0;
        return token;
    } catch (const Fault& fault) {
        if (fault.reason == "efax.paused") // a rest for all calls already
            throw;
        throw failed_sign_in(fault);
    }
}

http::Token Session::ask_now(std::stop_token stop) {
    const Credentials used = credentials();
    http::Request request = token_request(used);
    request.url = remote_.base_url() + "/tokens";
    request.endpoint = endpoint_of(Call::sign_in);
    {
        const std::lock_guard lock(mutex_);
        ++tokens_asked_;
    }
    const http::Reply reply = exchange(Call::sign_in, request, std::move(stop));
    if (reply.status != 200)
        throw fault_of(reply, Call::sign_in, now());
    http::Token token = read_token(reply.body);
    {
        const std::lock_guard lock(mutex_);
        signed_in_with_ = mark_of(used);
    }
    log::write(log::efax_signed_in, {log::project(options_.project)});
    return token;
}

Credentials Session::credentials() const {
    Credentials credentials;
    try {
        credentials = read_credentials_();
    } catch (const Fault& fault) {
        throw Fault(Fault::Kind::passing, "efax.secret_unreadable", fault.detail);
    } catch (...) { // whatever it says might be the secret
        throw Fault(Fault::Kind::passing, "efax.secret_unreadable",
                    "The App ID or the API key cannot be read.");
    }
    // It would end the App ID early in the header and make its rest a part of the key.
    if (credentials.app_id.find(':') != std::string::npos)
        throw Fault(Fault::Kind::passing, "efax.bad_app_id", "An App ID holds no colon.");
    return credentials;
}

void Session::rest_after_failed_sign_in() const {
    const std::lock_guard lock(mutex_);
    const Steady now = clock_.steady();
    if (sign_in_fault_ && now < sign_in_from_)
        throw resting(*sign_in_fault_, milliseconds(sign_in_from_ - now));
}

Fault Session::failed_sign_in(const Fault& fault) {
    const std::lock_guard lock(mutex_);
    const Duration least = needs_a_person(fault) ? refused_rest : failed_rest;
    const Duration rest = std::max({least, backoff(options_.retry, ++failed_sign_ins_, clock_.dice()),
                                    fault.retry_after.value_or(Duration{0})});
    sign_in_from_ = clock_.steady() + rest;
    sign_in_fault_ = fault;
    return resting(fault, rest);
}

http::Reply Session::exchange(Call call, const http::Request& request, std::stop_token stop,
                              const http::Sink& sink) {
    http::Reply reply;
    try {
        reply = remote_.exchange(request, std::move(stop), sink);
    } catch (const http::Paused& paused) {
        throw paused_for(paused.left);
    } catch (const http::Error& error) {
        throw fault_of(error, call);
    }
    const bool asks_to_wait = reply.status == 429 || (reply.status == 503 && http::retry_after(reply, now()));
    if (!asks_to_wait)
        return reply;
    const Fault paused = pause(reply);
    if (call == Call::submit && reply.status == 503)
        return reply;
    throw paused;
}

void Session::stay_away_from_rival() {
    const std::lock_guard lock(mutex_);
    const Steady now = clock_.steady();
    if (now < rival_until_)
        throw rival_for(milliseconds(rival_until_ - now));
}

void Session::note_refusal(const std::string& token) {
    if (keeper_.refused(token))
        meter::count(meter::tokens_ended, {{"project", options_.project}});
    if (keeper_.refusals_lately() <= tolerated_refusals)
        return;
    const std::lock_guard lock(mutex_);
    rival_until_ = clock_.steady() + rival_rest;
    if (!std::exchange(rival_, true))
        log::write(log::efax_rival, {log::project(options_.project), log::wait(rival_rest)});
    throw rival_for(rival_rest);
}

void Session::note_success() {
    const bool peace = keeper_.refusals_lately() <= tolerated_refusals;
    const std::lock_guard lock(mutex_);
    pauses_ = 0;
    if (peace)
        rival_ = false;
}

/// Requests that were under way when the pause began are refused as well: without a wish of their own they
/// share the pause, and do not lengthen it.
Fault Session::pause(const http::Reply& reply) {
    const auto wish = http::retry_after(reply, now());
    const std::lock_guard lock(mutex_);
    const auto paused = remote_.paused();
    if (paused && !wish)
        return paused_for(*paused);
    const Duration wait = wish ? *wish : backoff(options_.retry, ++pauses_, clock_.dice());
    remote_.pause(wait);
    if (!paused)
        log::write(log::efax_paused, {log::project(options_.project), log::wait(wait)});
    return paused_for(remote_.paused().value_or(wait));
}

} // namespace efaxd::efax
