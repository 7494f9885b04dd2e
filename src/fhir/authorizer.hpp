// The Authorization header of a request.
#pragma once

#include "fhir/server.hpp"
#include "fhir/sign_in.hpp"
#include "http/token_keeper.hpp"

#include <atomic>
#include <memory>
#include <stop_token>
#include <string>

namespace efaxd::fhir {

/// Safe from any thread.
class Authorizer {
  public:
    Authorizer(const ServerOptions& options, http::Remote& fhir, Clock& clock);

    /// The header's value; empty for none. Signs in when needed; throws as SignIn::ask does.
    std::string header(const std::stop_token& stop);

    /// Signs in anew with the secret as it is now, even within a rest: somebody wants to know how it stands.
    /// The new token takes the place of the one in hand, which stays if none is had.
    void sign_in_now(const std::stop_token& stop);

    /// After a 401 for the value `used`: the value to repeat with, or an empty one if there is no other.
    std::string another(const std::string& used, const std::stop_token& stop);

    bool signed_in() const; ///< true where the method has no sign-in
    int tokens_asked() const;

  private:
    http::Token ask(const std::stop_token& stop);

    std::string project_;
    Auth auth_;
    std::unique_ptr<SignIn> sign_in_;
    std::unique_ptr<http::TokenKeeper> keeper_; ///< only where the method has a sign-in
    std::atomic<bool> told_{false};
};

} // namespace efaxd::fhir
