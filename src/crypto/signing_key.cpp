#include "crypto/crypto.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace efaxd::crypto {

namespace {

constexpr int least_rsa_bits = 2048;
constexpr int p384_bytes = 48;

template <auto Free>
struct Freer {
    template <class Thing>
    void operator()(Thing* thing) const {
        Free(thing);
    }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

/// OpenSSL would otherwise ask on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

Key read_key(std::string_view pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bio)
        throw Error("out of memory");
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    ERR_clear_error(); // what it would say can quote the file
    if (!key)
        throw Error("no private key in PEM form, or one with a passphrase");
    return key;
}

bool is_p384(const EVP_PKEY* key) {
    char group[32] = "";
    return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, nullptr) ==
               1 &&
           std::string_view(group) == "secp384r1";
}

JwtAlgorithm algorithm_of(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "RSA")) {
        if (EVP_PKEY_get_bits(key) < least_rsa_bits)
            throw Error("an RSA key of less than 2048 bits");
        return JwtAlgorithm::rs384;
    }
    if (EVP_PKEY_is_a(key, "EC") && is_p384(key))
        return JwtAlgorithm::es384;
    throw Error("a key that is neither RSA nor on the curve P-384");
}

/// OpenSSL gives an ASN.1 sequence of two numbers, JWS wants them side by side (RFC 7518, 3.4).
std::string raw_ecdsa(const std::string& der) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
    const Signature signature(d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size())));
    std::string raw(2 * p384_bytes, '\0');
    auto* const to = reinterpret_cast<unsigned char*>(raw.data());
    if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), to, p384_bytes) != p384_bytes ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), to + p384_bytes, p384_bytes) != p384_bytes)
        throw Error("signing failed");
    return raw;
}

} // namespace

struct SigningKey::State {
    Key key;
    JwtAlgorithm algorithm;
};

SigningKey::SigningKey(std::string_view pem) {
    Key key = read_key(pem);
    const JwtAlgorithm algorithm = algorithm_of(key.get());
    state_ = std::make_unique<State>(State{std::move(key), algorithm});
}

SigningKey::~SigningKey() = default;

JwtAlgorithm SigningKey::algorithm() const { return state_->algorithm; }

std::string SigningKey::sign(std::string_view message) const {
    const Context context(EVP_MD_CTX_new());
    const auto* const bytes = reinterpret_cast<const unsigned char*>(message.data());
    std::size_t size = 0;
    if (!context ||
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, state_->key.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size()) != 1)
        throw Error("signing failed");
    std::string signature(size, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                       message.size()) != 1)
        throw Error("signing failed");
    signature.resize(size);
    return state_->algorithm == JwtAlgorithm::es384 ? raw_ecdsa(signature) : signature;
}

} // namespace efaxd::crypto
