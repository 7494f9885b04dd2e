// The client assertion of SMART Backend Services.
#pragma once

#include "crypto/crypto.hpp"
#include "efaxd/core/instant.hpp"

#include <string>

namespace efaxd::fhir {

/// What an assertion claims. The audience is the token URL character for character, as servers compare it;
/// the jti is fresh for every request, also for a repeated one.
struct Assertion {
    std::string client_id;
    std::string key_id; ///< left out of the header when empty
    std::string token_url;
    std::string jti;
    Instant now{};
};

/// A signed JWT that ends four minutes from now (SMART allows five). Without `nbf`, since clocks differ.
std::string client_assertion(const Assertion& assertion, const crypto::SigningKey& key);

} // namespace efaxd::fhir
