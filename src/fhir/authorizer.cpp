#include "fhir/authorizer.hpp"

#include "efaxd/core/base64.hpp"
#include "efaxd/log.hpp"
#include "fhir/secret.hpp"
#include "fhir/token_reply.hpp"

namespace efaxd::fhir {

namespace {

constexpr std::string_view bearer = "Bearer ";

std::unique_ptr<SignIn> make_sign_in(const ServerOptions& options, http::Remote& fhir, Clock& clock) {
    if (const auto* method = std::get_if<ClientCredentials>(&options.auth))
        return std::make_unique<SignIn>(*method, options, fhir, clock);
    if (const auto* method = std::get_if<PrivateKeyJwt>(&options.auth))
        return std::make_unique<SignIn>(*method, options, fhir, clock);
    return nullptr;
}

std::string read_bearer(const ReadSecret& read) {
    auto token = read_secret(read);
    if (!fits_a_header(token))
        throw Fault(Fault::Kind::passing, "fhir.secret_unreadable", "the bearer token is no single word");
    return token;
}

} // namespace

Authorizer::Authorizer(const ServerOptions& options, http::Remote& fhir, Clock& clock)
    : project_(options.project), auth_(options.auth), sign_in_(make_sign_in(options, fhir, clock)) {
    if (sign_in_)
        keeper_ = std::make_unique<http::TokenKeeper>(
            clock, [this](const std::stop_token& stop) { return ask(stop); }, std::chrono::seconds{60});
}

std::string Authorizer::header(const std::stop_token& stop) {
    if (keeper_)
        return std::string(bearer) + keeper_->token(stop);
    if (const auto* basic = std::get_if<BasicAuth>(&auth_))
        return "Basic " + base64(basic->username + ":" + read_secret(basic->password));
    if (const auto* given = std::get_if<BearerAuth>(&auth_))
        return std::string(bearer) + read_bearer(given->token);
    return {};
}

void Authorizer::sign_in_now(const std::stop_token& stop) {
    if (sign_in_)
        sign_in_->try_now();
    if (keeper_)
        keeper_->renew(stop);
    else
        header(stop);
}

std::string Authorizer::another(const std::string& used, const std::stop_token& stop) {
    if (keeper_)
        keeper_->refused(used.substr(bearer.size()));
    auto found = header(stop);
    return found == used ? std::string() : found;
}

bool Authorizer::signed_in() const { return !keeper_ || keeper_->has_token(); }

int Authorizer::tokens_asked() const { return keeper_ ? keeper_->asked() : 0; }

http::Token Authorizer::ask(const std::stop_token& stop) {
    try {
        auto token = sign_in_->ask(stop);
        if (!told_.exchange(true))
            log::write(log::fhir_signed_in, {log::project(project_)});
        return token;
    } catch (const Fault&) {
        told_ = false; // the next success is news again
        throw;
    }
}

} // namespace efaxd::fhir
