#include "crypto/crypto.hpp"

#include <array>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

namespace efaxd::crypto {

namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hex_of(const unsigned char* bytes, std::size_t size) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * size);
    for (std::size_t i = 0; i < size; ++i) {
        text.push_back(digits[bytes[i] >> 4]);
        text.push_back(digits[bytes[i] & 15]);
    }
    return text;
}

void must(int result, const char* what) {
    if (result != 1)
        throw Error(what);
}

} // namespace

struct Sha256::State {
    State() : context(EVP_MD_CTX_new()) {
        if (!context || EVP_DigestInit_ex(context, EVP_sha256(), nullptr) != 1) {
            EVP_MD_CTX_free(context);
            throw Error("SHA-256 could not be started");
        }
    }
    ~State() { EVP_MD_CTX_free(context); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    EVP_MD_CTX* context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;

void Sha256::feed(std::string_view bytes) {
    must(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()), "SHA-256 failed");
}

std::string Sha256::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    must(EVP_DigestFinal_ex(state_->context, digest.data(), &size), "SHA-256 failed");
    return hex_of(digest.data(), size);
}

struct HmacSha256::State {
    explicit State(std::string_view key) : mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr)) {
        char digest[] = "SHA256";
        const std::array<OSSL_PARAM, 2> parameters{
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
        context = mac ? EVP_MAC_CTX_new(mac) : nullptr;
        if (!context || EVP_MAC_init(context, bytes_of(key), key.size(), parameters.data()) != 1) {
            EVP_MAC_CTX_free(context);
            EVP_MAC_free(mac);
            throw Error("HMAC could not be started");
        }
    }
    ~State() {
        EVP_MAC_CTX_free(context);
        EVP_MAC_free(mac);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    EVP_MAC* mac;
    EVP_MAC_CTX* context = nullptr;
};

HmacSha256::HmacSha256(std::string_view key) : state_(std::make_unique<State>(key)) {}
HmacSha256::~HmacSha256() = default;

void HmacSha256::feed(std::string_view bytes) {
    must(EVP_MAC_update(state_->context, bytes_of(bytes), bytes.size()), "HMAC failed");
}

std::string HmacSha256::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    std::size_t size = 0;
    must(EVP_MAC_final(state_->context, digest.data(), &size, digest.size()), "HMAC failed");
    return hex_of(digest.data(), size);
}

bool equal(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string sha256_hex(std::string_view bytes) {
    Sha256 sha;
    sha.feed(bytes);
    return sha.hex();
}

std::string hmac_sha256_hex(std::string_view key, std::string_view message) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const char* const key_bytes = key.empty() ? "" : key.data(); // a null key would mean the last one
    if (!HMAC(EVP_sha256(), key_bytes, static_cast<int>(key.size()), bytes_of(message), message.size(),
              digest.data(), &size))
        throw Error("HMAC failed");
    return hex_of(digest.data(), size);
}

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    must(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)),
         "no random numbers");
    return bytes;
}

std::string random_uuid() {
    std::string bytes = random_bytes(16);
    bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40); // version 4
    bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80); // variant of RFC 4122
    std::string text = hex_of(bytes_of(bytes), bytes.size());
    for (const std::size_t at : {8u, 13u, 18u, 23u})
        text.insert(at, 1, '-');
    return text;
}

} // namespace efaxd::crypto
