#include "sandbox/fhir_auth.hpp"

#include "sandbox/random.hpp"
#include "sandbox/text.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

namespace efaxd::sandbox {

namespace {

HttpResponse oauth_error(int status, std::string_view error, std::string_view words) {
    json::Writer writer;
    writer.begin_object().member("error", error).member("error_description", words).end_object();
    HttpResponse response;
    response.status = status;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = writer.take();
    return response;
}

} // namespace

void FhirAuth::reset() {
    const std::lock_guard lock(mutex_);
    tokens_.clear();
    callers_.clear();
    seen_.clear();
    issued_ = 0;
}

void FhirAuth::revoke_all() {
    const std::lock_guard lock(mutex_);
    tokens_.clear();
}

std::int64_t FhirAuth::tokens_issued() const {
    const std::lock_guard lock(mutex_);
    return issued_;
}

void FhirAuth::add_caller(const Caller& caller) {
    const std::lock_guard lock(mutex_);
    callers_[caller.token] = caller;
}

Access FhirAuth::access(const HttpRequest& request, const FhirStyle& style,
                        const std::string& reading) const {
    const auto token = bearer_token(request.header("authorization"));
    {
        const std::lock_guard lock(mutex_);
        const auto caller = token ? callers_.find(*token) : callers_.end();
        if (caller != callers_.end()) {
            if (!caller->second.allowed)
                return Access::forbidden;
            const auto& only = caller->second.only;
            return reading.empty() || !only || only->contains(reading) ? Access::granted : Access::hidden;
        }
        if (token && style.auth == AuthMethod::none && !callers_.empty())
            return Access::unknown;
    }
    return grants(request, style) ? Access::granted : Access::unknown;
}

bool FhirAuth::grants(const HttpRequest& request, const FhirStyle& style) const {
    const std::string_view header = request.header("authorization");
    switch (style.auth) {
    case AuthMethod::none:
        return true;
    case AuthMethod::basic:
        return basic_credentials(header) == std::pair{style.client_id, style.client_secret};
    case AuthMethod::bearer:
        return bearer_token(header) == style.bearer;
    case AuthMethod::client_credentials:
    case AuthMethod::private_key_jwt:
        break;
    }
    const auto token = bearer_token(header);
    const std::lock_guard lock(mutex_);
    const auto found = token ? tokens_.find(*token) : tokens_.end();
    return found != tokens_.end() && found->second > clock_.now();
}

HttpResponse FhirAuth::token(const HttpRequest& request, const FhirStyle& style,
                             const std::string& token_url) {
    if (request.header("content-type").find("application/x-www-form-urlencoded") == std::string_view::npos) {
        HttpResponse response;
        response.status = 400;
        response.headers = {{"Content-Type", "text/plain"}};
        response.body = "Unsupported content type";
        return response;
    }
    const auto form = parse_query(request.body);
    const auto member = [&](std::string_view name) { return std::string{find(form, name).value_or("")}; };
    if (member("grant_type") != "client_credentials")
        return oauth_error(400, "unsupported_grant_type", "Unsupported grant type");
    if (style.auth == AuthMethod::private_key_jwt) {
        if (member("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            return oauth_error(400, "invalid_request", "Unsupported client assertion type");
        if (const auto why = complaint(member("client_assertion"), style.client_id, token_url); !why.empty())
            return oauth_error(400, "invalid_client", why);
    } else {
        const auto basic = basic_credentials(request.header("authorization"));
        const auto id = basic ? basic->first : member("client_id");
        const auto secret = basic ? basic->second : member("client_secret");
        if (id.empty())
            return oauth_error(400, "invalid_request", "Missing client_id");
        if (id != style.client_id || secret != style.client_secret)
            return oauth_error(400, "invalid_request",
                               id != style.client_id ? "Invalid client" : "Invalid secret");
    }
    const std::lock_guard lock(mutex_);
    const std::string token = "fhir-" + uuid_of(seed_ ^ 0xa117, static_cast<std::uint64_t>(++issued_));
    tokens_[token] = clock_.now() + std::chrono::seconds{style.token_seconds};
    json::Writer writer;
    writer.begin_object().member("access_token", token).member("token_type", "Bearer");
    writer.member("expires_in", style.token_seconds).member("scope", member("scope")).end_object();
    HttpResponse response;
    response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    response.body = writer.take();
    return response;
}

std::string FhirAuth::complaint(const std::string& assertion, const std::string& client_id,
                                const std::string& token_url) {
    const auto parts = split(assertion, '.');
    if (parts.size() != 3 || parts[2].empty())
        return "The assertion is no JWT";
    const auto header_text = decode_base64url(parts[0]);
    const auto claims_text = decode_base64url(parts[1]);
    const auto signature = decode_base64url(parts[2]);
    if (!header_text || !claims_text || !signature)
        return "The assertion is no JWT";
    try {
        const auto header = json::Document::parse(*header_text);
        const auto claims = json::Document::parse(*claims_text);
        const std::string_view algorithm = header.root()["alg"].text_or("");
        if (algorithm != "RS384" && algorithm != "ES384")
            return "Unsupported algorithm";
        if (algorithm == "ES384" && signature->size() != 96)
            return "An ES384 signature has 96 bytes";
        if (claims.root()["iss"].text_or("") != client_id || claims.root()["sub"].text_or("") != client_id)
            return "iss and sub must be the client id";
        if (claims.root()["aud"].text_or("") != token_url)
            return "aud must be the token URL";
        const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
        const auto ends = claims.root()["exp"].integer().value_or(0);
        if (ends <= now || ends > now + 300)
            return "exp must be at most five minutes ahead";
        const std::string jti{claims.root()["jti"].text_or("")};
        const std::lock_guard lock(mutex_);
        if (jti.empty() || !seen_.insert(jti).second)
            return "jti must be new";
    } catch (const json::ParseError&) {
        return "The assertion is no JWT";
    }
    return {};
}

} // namespace efaxd::sandbox
