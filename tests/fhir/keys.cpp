#include "fhir/keys.hpp"

#include "efaxd/core/base64.hpp"

#include <algorithm>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdexcept>

namespace efaxd::fhir {

namespace {

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// JWS has R and S side by side; OpenSSL wants them as DER.
std::string der_of(std::string_view raw) {
    const auto half = static_cast<int>(raw.size() / 2);
    ECDSA_SIG* signature = ECDSA_SIG_new();
    ECDSA_SIG_set0(signature, BN_bin2bn(bytes(raw), half, nullptr),
                   BN_bin2bn(bytes(raw) + half, half, nullptr));
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature, &der);
    ECDSA_SIG_free(signature);
    std::string text(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return text;
}

std::string from_base64url(std::string_view text) {
    std::string plain(text);
    std::replace(plain.begin(), plain.end(), '-', '+');
    std::replace(plain.begin(), plain.end(), '_', '/');
    plain.resize((plain.size() + 3) / 4 * 4, '=');
    Base64Decoder decoder;
    std::string decoded;
    decoder.feed(plain, decoded);
    decoder.finish();
    return decoded;
}

} // namespace

TestKey TestKey::rsa() { return TestKey(EVP_RSA_gen(2048)); }
TestKey TestKey::p384() { return TestKey(EVP_EC_gen("P-384")); }

std::string TestKey::pem() const {
    BIO* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(memory, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const auto size = BIO_get_mem_data(memory, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(memory);
    return text;
}

bool TestKey::signed_this(std::string_view message, std::string_view signature) const {
    const bool elliptic = EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_EC;
    if (elliptic && signature.size() != 96)
        return false;
    const std::string plain = elliptic ? der_of(signature) : std::string(signature);
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    const bool good =
        EVP_DigestVerifyInit(context, nullptr, EVP_sha384(), nullptr, key_.get()) == 1 &&
        EVP_DigestVerify(context, bytes(plain), plain.size(), bytes(message), message.size()) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

Jwt read_jwt(std::string_view text) {
    const auto first = text.find('.');
    const auto second = text.find('.', first + 1);
    if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos)
        throw std::runtime_error("not three parts");
    return {from_base64url(text.substr(0, first)), from_base64url(text.substr(first + 1, second - first - 1)),
            from_base64url(text.substr(second + 1)), std::string(text.substr(0, second))};
}

} // namespace efaxd::fhir
