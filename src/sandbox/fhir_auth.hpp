// Who may use the simulated FHIR server, and how tokens are had.
#pragma once

#include "sandbox/clock.hpp"
#include "sandbox/http_server.hpp"
#include "sandbox/options.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

namespace efaxd::sandbox {

/// Somebody who asks with a bearer token of their own.
struct Caller {
    std::string token{};
    bool allowed = true; ///< false: everything is forbidden
    /// The resources (`Type/id`) that exist for them; not given: all.
    std::optional<std::set<std::string>> only{};
};

enum class Access { granted, unknown, forbidden, hidden };

/// Safe from any thread. An assertion (private_key_jwt) is checked for form and claims: header, iss, sub,
/// aud, exp at most five minutes ahead, and a jti never seen before. Its signature is not verified.
class FhirAuth {
  public:
    FhirAuth(std::uint64_t seed, const SimulatedClock& clock) : seed_(seed), clock_(clock) {}

    void reset();
    /// All tokens given so far are refused from now on.
    void revoke_all();
    std::int64_t tokens_issued() const;

    /// Lets somebody else in, by a bearer token.
    void add_caller(const Caller& caller);
    /// `reading`: the resource that is to be read, or empty. A caller's token comes before our own ways; with
    /// AuthMethod::none a token that is nobody's is unknown once there are callers.
    Access access(const HttpRequest& request, const FhirStyle& style, const std::string& reading) const;
    /// POST to the token endpoint, whose own URL is `token_url`.
    HttpResponse token(const HttpRequest& request, const FhirStyle& style, const std::string& token_url);

  private:
    bool grants(const HttpRequest& request, const FhirStyle& style) const;
    /// Empty if the assertion is good.
    std::string complaint(const std::string& assertion, const std::string& client_id,
                          const std::string& token_url);

    const std::uint64_t seed_;
    const SimulatedClock& clock_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Instant> tokens_; ///< and when they end
    std::unordered_map<std::string, Caller> callers_;
    std::set<std::string> seen_; ///< jti
    std::int64_t issued_ = 0;
};

} // namespace efaxd::sandbox
