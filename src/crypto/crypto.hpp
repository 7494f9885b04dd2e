// Digests and signatures: the only room that sees OpenSSL.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace efaxd::crypto {

struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// SHA-256 of a stream.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    void feed(std::string_view bytes);
    std::string hex(); ///< lower case; once, at the end

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// HMAC-SHA-256 of a stream.
class HmacSha256 {
  public:
    explicit HmacSha256(std::string_view key);
    ~HmacSha256();
    void feed(std::string_view bytes);
    std::string hex(); ///< lower case; once, at the end

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Compares secrets: the time it takes tells nothing but whether the lengths are equal.
bool equal(std::string_view one, std::string_view other);

std::string sha256_hex(std::string_view bytes);
std::string hmac_sha256_hex(std::string_view key, std::string_view message);
std::string random_bytes(std::size_t count);
std::string random_uuid();

enum class JwtAlgorithm { rs384, es384 };

/// A private key read from PEM text. Throws Error if it is none, or is protected by a passphrase.
class SigningKey {
  public:
    explicit SigningKey(std::string_view pem);
    ~SigningKey();

    /// By the kind of key: RSA signs RS384, a P-384 key ES384; other keys are refused at construction.
    JwtAlgorithm algorithm() const;
    /// The raw signature as JWS wants it (ES384: R and S, 96 bytes).
    std::string sign(std::string_view message) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace efaxd::crypto
