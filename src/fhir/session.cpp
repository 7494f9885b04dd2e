#include "fhir/session.hpp"

#include "efaxd/log.hpp"
#include "fhir/outcome.hpp"
#include "fhir/rate_limit.hpp"

#include <algorithm>
#include <array>

namespace efaxd::fhir {

namespace {

/// A resource type or another first part of a path; `other` for those that we seldom ask for.
std::string_view endpoint_of(std::string_view path) {
    constexpr std::array<std::string_view, 7> known{
        "Binary", "Communication", "Organization", "Practitioner", "Patient", "metadata", "PractitionerRole"};
    const auto found = std::ranges::find(known, path.substr(0, path.find_first_of("/?")));
    return found == known.end() ? "other" : *found;
}

} // namespace

Session::Session(const ServerOptions& options, Clock& clock)
    : project_(options.project), retry_(options.retry), clock_(clock), remote_(options.remote, clock),
      authorizer_(options, remote_, clock) {}

http::Request Session::request(http::Method method, const std::string& path) const {
    http::Request request;
    request.method = method;
    request.url = base_url() + "/" + path;
    request.endpoint = endpoint_of(path);
    request.headers = {{"Accept", "application/fhir+json"}};
    return request;
}

http::Reply Session::call(Call kind, const MakeRequest& make, const std::stop_token& stop,
                          const http::Sink& sink) {
    throw_while_resting();
    const auto credentials = authorizer_.header(stop);
    auto reply = exchange(kind, make(), credentials, stop, sink);
    if (reply.status == 401)
        if (const auto others = authorizer_.another(credentials, stop); !others.empty())
            reply = exchange(kind, make(), others, stop, sink);
    heed(kind, reply);
    return reply;
}

http::Reply Session::ask_once(const http::Request& request, const std::string& credentials,
                              const std::stop_token& stop, const http::Sink& sink) {
    auto reply = exchange(Call::asks, request, credentials, stop, sink);
    heed_pause(reply);
    return reply;
}

http::Reply Session::ask_as(const std::string& credentials, const http::Request& request,
                            const std::stop_token& stop, const http::Sink& sink) {
    return exchange(Call::asks, request, credentials, stop, sink);
}

http::Reply Session::exchange(Call kind, http::Request request, const std::string& credentials,
                              const std::stop_token& stop, const http::Sink& sink) {
    if (!credentials.empty())
        request.headers.push_back({"Authorization", credentials});
    try {
        return remote_.exchange(request, stop, sink);
    } catch (const http::Error& error) {
        throw failure(error, kind);
    } catch (const http::Paused& paused) {
        throw waiting(paused);
    }
}

void Session::heed(Call kind, const http::Reply& reply) {
    if (reply.status == 401) {
        auto fault = refusal(reply, kind, clock_.now());
        fault.retry_after = rest_after_401(fault.retry_after);
        throw fault;
    }
    {
        const std::lock_guard lock(mutex_);
        refusals_ = 0;
        if (reply.status != 429)
            pauses_ = 0;
    }
    heed_pause(reply);
}

void Session::heed_pause(const http::Reply& reply) {
    const bool busy = reply.status == 503 && http::retry_after(reply, clock_.now());
    if (reply.status != 429 && !busy)
        return;
    const auto wait = pause_for(reply);
    remote_.pause(wait);
    log::write(log::fhir_paused, {log::project(project_), log::wait(wait)});
    if (reply.status == 429)
        throw Fault(Fault::Kind::passing, "fhir.paused", "the FHIR server asks us to wait", wait);
}

Duration Session::pause_for(const http::Reply& reply) {
    if (const auto wait = http::retry_after(reply, clock_.now()))
        return clamped(*wait);
    if (const auto header = reply.header("ratelimit"))
        if (const auto wait = rate_limit_wait(*header))
            return clamped(*wait);
    if (const auto wait = read_outcome(reply.body).resets)
        return clamped(*wait);
    const std::lock_guard lock(mutex_);
    if (!remote_.paused() || pauses_ == 0) // calls that were under way together count as one
        ++pauses_;
    return clamped(backoff(retry_, pauses_, clock_.dice()));
}

Duration Session::rest_after_401(std::optional<Duration> asked) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady();
    if (rests_until_ <= now || refusals_ == 0) // calls that were under way together count as one
        ++refusals_;
    const auto rest = asked ? *asked : backoff(retry_, refusals_, clock_.dice());
    rests_until_ = now + rest;
    return clamped(rest);
}

void Session::throw_while_resting() const {
    const std::lock_guard lock(mutex_);
    const auto left = std::chrono::ceil<Duration>(rests_until_ - clock_.steady());
    if (left > Duration{})
        throw Fault(Fault::Kind::passing, "fhir.unauthorized", "resting after our credentials were refused",
                    clamped(left));
}

} // namespace efaxd::fhir
