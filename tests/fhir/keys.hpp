// Keys made by OpenSSL for one test, and the other side of a JWT: reading it and checking its signature.
#pragma once

#include <memory>
#include <openssl/evp.h>
#include <string>
#include <string_view>

namespace efaxd::fhir {

class TestKey {
  public:
    static TestKey rsa();
    static TestKey p384();

    std::string pem() const;
    /// Is it the signature (as JWS writes it) of this message, with SHA-384?
    bool signed_this(std::string_view message, std::string_view signature) const;

  private:
    using Handle = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
    explicit TestKey(EVP_PKEY* key) : key_(key, &EVP_PKEY_free) {}
    Handle key_;
};

struct Jwt {
    std::string header;
    std::string claims;
    std::string signature;
    std::string message; ///< what is signed
};

Jwt read_jwt(std::string_view text);

} // namespace efaxd::fhir
