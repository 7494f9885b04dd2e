#include "fhir/jwt.hpp"

#include "efaxd/core/base64.hpp"
#include "json/writer.hpp"

namespace efaxd::fhir {

namespace {

std::string header(const Assertion& assertion, crypto::JwtAlgorithm algorithm) {
    json::Writer out;
    out.begin_object().member("alg", algorithm == crypto::JwtAlgorithm::rs384 ? "RS384" : "ES384");
    if (!assertion.key_id.empty())
        out.member("kid", assertion.key_id);
    out.member("typ", "JWT").end_object();
    return out.take();
}

std::string claims(const Assertion& assertion) {
    const auto now = std::chrono::floor<std::chrono::seconds>(assertion.now.time_since_epoch()).count();
    constexpr auto life = std::chrono::seconds{std::chrono::minutes{4}}.count();
    json::Writer out;
    out.begin_object();
    out.member("iss", assertion.client_id).member("sub", assertion.client_id);
    out.member("aud", assertion.token_url);
    out.member("exp", now + life).member("iat", now);
    out.member("jti", assertion.jti);
    out.end_object();
    return out.take();
}

} // namespace

std::string client_assertion(const Assertion& assertion, const crypto::SigningKey& key) {
    const auto message = base64url(header(assertion, key.algorithm())) + "." + base64url(claims(assertion));
    return message + "." + base64url(key.sign(message));
}

} // namespace efaxd::fhir
