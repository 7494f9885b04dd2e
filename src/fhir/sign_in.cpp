#include "fhir/sign_in.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"
#include "fhir/abridged_body.hpp"
#include "fhir/capability.hpp"
#include "fhir/jwt.hpp"
#include "fhir/refusal.hpp"
#include "fhir/resource.hpp"
#include "fhir/secret.hpp"
#include "fhir/token_reply.hpp"
#include "http/url.hpp"

#include <algorithm>

namespace efaxd::fhir {

namespace {

using Kind = Fault::Kind;

constexpr Duration least_rest = std::chrono::seconds{5};
constexpr Duration least_rest_after_refusal = std::chrono::seconds{30};

bool is_refusal(const Fault& fault) {
    return fault.reason == "fhir.sign_in_refused" || fault.reason == "fhir.paused";
}

std::string grant(const std::string& scope) {
    return "grant_type=client_credentials" + (scope.empty() ? "" : "&scope=" + http::encode(scope));
}

const std::string& configured_url(const SignInMethod& method) {
    return std::visit([](const auto& chosen) -> const std::string& { return chosen.token_url; }, method);
}

bool may_speak_to(const std::string& url) {
    const auto parsed = http::parse_url(url);
    return parsed && http::acceptable(*parsed);
}

crypto::SigningKey read_key(const ReadSecret& read) {
    const auto pem = read_secret(read);
    try {
        return crypto::SigningKey(pem);
    } catch (const crypto::Error&) {
        throw Fault(Kind::passing, "fhir.key_unusable",
                    "the private key is neither RSA nor P-384 in PEM form");
    }
}

bool wants_basic(const http::Reply& reply) {
    return reply.status == 401 || (reply.status == 400 && token_error(reply.body) == "invalid_client");
}

} // namespace

SignIn::SignIn(SignInMethod method, const ServerOptions& options, http::Remote& fhir, Clock& clock)
    : method_(std::move(method)), options_(options.remote), retry_(options.retry), fhir_(fhir),
      clock_(clock) {}

http::Token SignIn::ask(const std::stop_token& stop) {
    throw_while_resting();
    try {
        auto token = ask_now(stop);
        failures_ = 0;
        return token;
    } catch (const http::Error& error) {
        throw rest_after(failure(error, Call::asks));
    } catch (const http::Paused& paused) {
        throw rest_after(waiting(paused));
    } catch (const Fault& fault) {
        throw rest_after(fault);
    }
}

http::Token SignIn::ask_now(const std::stop_token& stop) {
    const auto url = token_url(stop);
    const auto reply = std::visit([&](const auto& method) { return ask_by(method, url, stop); }, method_);
    if (reply.status != 200)
        throw refused(reply);
    return read_token(reply);
}

Fault SignIn::rest_after(Fault fault) {
    const auto least = is_refusal(fault) ? least_rest_after_refusal : least_rest;
    const auto rest = clamped(std::max(
        {least, fault.retry_after.value_or(Duration{}), backoff(retry_, ++failures_, clock_.dice())}));
    rests_until_ = clock_.steady() + rest;
    discovered_.clear(); // it may have moved
    fault.retry_after = rest;
    last_ = fault;
    return fault;
}

void SignIn::throw_while_resting() {
    if (try_now_.exchange(false))
        return;
    const auto left = std::chrono::ceil<Duration>(rests_until_ - clock_.steady());
    if (!last_ || left <= Duration{})
        return;
    auto fault = *last_;
    fault.retry_after = clamped(left);
    throw fault;
}

std::string SignIn::token_url(const std::stop_token& stop) {
    if (const auto& url = configured_url(method_); !url.empty())
        return url;
    if (discovered_.empty())
        discovered_ = discover(stop);
    return discovered_;
}

std::string SignIn::discover(const std::stop_token& stop) {
    std::string url;
    if (const auto reply = get("/.well-known/smart-configuration", stop); reply.status == 200)
        url = smart_token_url(reply.body);
    if (!may_speak_to(url))
        if (auto reply = get("/metadata", stop); reply.status == 200)
            url = token_url_of(read_resource(std::move(reply.body), "CapabilityStatement").root());
    if (!may_speak_to(url))
        throw Fault(Kind::passing, "fhir.no_token_url", "the FHIR server names no usable token URL");
    return url;
}

http::Reply SignIn::get(const std::string& path, const std::stop_token& stop) {
    http::Request request;
    request.url = fhir_.base_url() + path;
    request.endpoint = "sign_in";
    request.headers = {{"Accept", "application/json"}};
    request.limits.reply_bytes = abridged_bytes;
    AbridgedBody body;
    auto reply = fhir_.exchange(request, stop, body.sink());
    if (reply.status == 200)
        reply.body = body.take();
    if (reply.status == 429 || reply.status >= 500)
        throw refusal(reply, Call::asks, clock_.now());
    return reply;
}

http::Reply SignIn::post(const std::string& url, const std::string& basic, const std::string& form,
                         const std::stop_token& stop) {
    http::Request request;
    request.method = http::Method::post;
    request.url = url;
    request.endpoint = "sign_in";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    if (!basic.empty())
        request.headers.push_back({"Authorization", "Basic " + base64(basic)});
    request.body = form;
    request.limits.reply_bytes = 256u << 10;
    // Tokens are asked for rarely and mostly on another origin: no connection is worth keeping.
    return http::measured(options_.side, request, clock_, [&] {
        return http::Client({ca_file_for(url, options_), options_.proxy}).exchange(request, stop);
    });
}

http::Reply SignIn::ask_by(const ClientCredentials& method, const std::string& url,
                           const std::stop_token& stop) {
    const auto secret = read_secret(method.client_secret);
    // RFC 6749 2.3.1: both are form-encoded before they are joined.
    const auto id = http::encode(method.client_id);
    const auto encoded_secret = http::encode(secret);
    const auto basic = id + ":" + encoded_secret;
    const auto form = grant(method.scope);
    if (!by_header_) {
        auto reply = post(url, {}, form + "&client_id=" + id + "&client_secret=" + encoded_secret, stop);
        if (!wants_basic(reply))
            return reply;
    }
    auto reply = post(url, basic, form, stop);
    by_header_ = reply.status == 200;
    return reply;
}

http::Reply SignIn::ask_by(const PrivateKeyJwt& method, const std::string& url, const std::stop_token& stop) {
    const auto key = read_key(method.private_key);
    const auto assertion =
        client_assertion({method.client_id, method.key_id, url, crypto::random_uuid(), clock_.now()}, key);
    return post(url, {},
                grant(method.scope) + "&client_assertion_type=" +
                    http::encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
                    "&client_assertion=" + assertion,
                stop);
}

Fault SignIn::refused(const http::Reply& reply) const {
    const auto wait = http::retry_after(reply, clock_.now());
    std::string detail = "the token endpoint answered " + std::to_string(reply.status);
    if (const auto error = token_error(reply.body); !error.empty())
        detail += " (" + std::string(error) + ")";
    if (reply.status == 408 || reply.status == 425 || reply.status >= 500)
        return {Kind::passing, "fhir.unavailable", detail, wait};
    if (reply.status < 400)
        return bad_reply(detail);
    return {Kind::passing, reply.status == 429 ? "fhir.paused" : "fhir.sign_in_refused", detail, wait};
}

std::string ca_file_for(std::string_view token_url, const http::RemoteOptions& fhir) {
    const auto token = http::parse_url(token_url);
    const auto base = http::parse_url(fhir.base_url);
    return token && base && http::same_origin(*token, *base) ? fhir.ca_file : std::string();
}

} // namespace efaxd::fhir
