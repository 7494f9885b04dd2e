// Who may use the simulated FHIR server, and how tokens are had.
#pragma once

#include "sandbox/clock.hpp"
#include "sandbox/http_server.hpp"
#include "sandbox/options.hpp"

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>

namespace efaxd::sandbox {

/// Safe from any thread. An assertion (private_key_jwt) is checked for form and claims: header, iss, sub,
/// aud, exp at most five minutes ahead, and a jti never seen before. Its signature is not verified.
class FhirAuth {
  public:
    FhirAuth(std::uint64_t seed, const SimulatedClock& clock) : seed_(seed), clock_(clock) {}

    void reset();
    /// All tokens given so far are refused from now on.
    void revoke_all();
    std::int64_t tokens_issued() const;

    bool grants(const HttpRequest& request, const FhirStyle& style) const;
    /// POST to the token endpoint, whose own URL is `token_url`.
    HttpResponse token(const HttpRequest& request, const FhirStyle& style, const std::string& token_url);

  private:
    /// Empty if the assertion is good.
    std::string complaint(const std::string& assertion, const std::string& client_id,
                          const std::string& token_url);

    const std::uint64_t seed_;
    const SimulatedClock& clock_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Instant> tokens_; ///< and when they end
    std::set<std::string> seen_;                      ///< jti
    std::int64_t issued_ = 0;
};

} // namespace efaxd::sandbox
