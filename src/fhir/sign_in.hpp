// Asking an OAuth 2 token endpoint for a token.
#pragma once

#include "efaxd/core/backoff.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/ports/clock.hpp"
#include "fhir/server.hpp"
#include "http/remote.hpp"
#include "http/token_keeper.hpp"

#include <atomic>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>

namespace efaxd::fhir {

using SignInMethod = std::variant<ClientCredentials, PrivateKeyJwt>;

/// One sign-in at a time (TokenKeeper sees to that). Without a configured token URL it is discovered, from
/// `.well-known/smart-configuration` and then from the CapabilityStatement; SMART lets it lie on another
/// host, to which the client's secret then goes, so that only https or loopback is taken.
///
/// After any failure it rests, the longer the more failures came in a row (`ServerOptions::retry`), 30 s at
/// least after a refusal and 5 s after anything else; who asks meanwhile gets the same Fault at once.
class SignIn {
  public:
    SignIn(SignInMethod method, const ServerOptions& options, http::Remote& fhir, Clock& clock);

    /// The next ask is made within a rest as well. Safe from any thread.
    void try_now() { try_now_ = true; }

    /// Throws Fault (`fhir.sign_in_refused`, `fhir.no_token_url`, `fhir.secret_unreadable`,
    /// `fhir.key_unusable` and those of the network, all passing) and Stopped.
    http::Token ask(const std::stop_token& stop);

  private:
    http::Token ask_now(const std::stop_token& stop);
    Fault rest_after(Fault fault);
    void throw_while_resting();
    std::string token_url(const std::stop_token& stop);
    std::string discover(const std::stop_token& stop);
    http::Reply get(const std::string& path, const std::stop_token& stop);
    http::Reply post(const std::string& url, const std::string& basic, const std::string& form,
                     const std::stop_token& stop);
    http::Reply ask_by(const ClientCredentials& method, const std::string& url, const std::stop_token& stop);
    http::Reply ask_by(const PrivateKeyJwt& method, const std::string& url, const std::stop_token& stop);
    Fault refused(const http::Reply& reply) const;

    SignInMethod method_;
    http::RemoteOptions options_;
    BackoffPolicy retry_;
    http::Remote& fhir_;
    Clock& clock_;
    std::string discovered_;
    bool by_header_ = false; ///< this server wants id and secret as Basic
    int failures_ = 0;       ///< in a row
    std::optional<Fault> last_;
    Steady rests_until_{};
    std::atomic<bool> try_now_{false};
};

/// The authorities to trust at a token URL: those configured for the FHIR server where both have one origin,
/// else the system's (empty). A private authority may not vouch for a host of the server's choice.
std::string ca_file_for(std::string_view token_url, const http::RemoteOptions& fhir);

} // namespace efaxd::fhir
