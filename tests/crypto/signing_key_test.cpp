#include "crypto/crypto.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace efaxd::crypto {
namespace {

// Keys are made here: a private key in the sources would alarm every scanner.
using Pkey = std::shared_ptr<EVP_PKEY>;

Pkey rsa(unsigned bits) { return {EVP_RSA_gen(bits), EVP_PKEY_free}; }
Pkey curve(const char* name) { return {EVP_EC_gen(name), EVP_PKEY_free}; }
Pkey edwards() { return {EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free}; }

std::string text_in(BIO* bio) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    std::string pem(text, static_cast<std::size_t>(size));
    BIO_free(bio);
    return pem;
}

std::string pem_of(const Pkey& key, const char* passphrase = nullptr) {
    BIO* const bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(bio, key.get(), passphrase ? EVP_aes_256_cbc() : nullptr, passphrase,
                                  passphrase ? static_cast<int>(std::strlen(passphrase)) : 0, nullptr,
                                  nullptr);
    return text_in(bio);
}

std::string traditional_pem_of(const Pkey& key) {
    BIO* const bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey_traditional(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text_in(bio);
}

bool verifies(const Pkey& key, std::string_view message, const std::string& signature) {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha384(), nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                            signature.size(), reinterpret_cast<const unsigned char*>(message.data()),
                            message.size()) == 1;
}

/// The form that OpenSSL verifies, from R and S side by side.
std::string der_of(const std::string& raw) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(raw.data());
    ECDSA_SIG* const signature = ECDSA_SIG_new();
    ECDSA_SIG_set0(signature, BN_bin2bn(bytes, 48, nullptr), BN_bin2bn(bytes + 48, 48, nullptr));
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature, &der);
    std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    ECDSA_SIG_free(signature);
    return text;
}

TEST(SigningKey, signs_rs384_with_an_rsa_key) {
    const Pkey pair = rsa(2048);
    for (const std::string& pem : {pem_of(pair), traditional_pem_of(pair)}) {
        const SigningKey key(pem);
        EXPECT_EQ(key.algorithm(), JwtAlgorithm::rs384);
        const std::string signature = key.sign("header.claims");
        EXPECT_EQ(signature.size(), 256u);
        EXPECT_TRUE(verifies(pair, "header.claims", signature));
        EXPECT_FALSE(verifies(pair, "header.other", signature));
    }
}

TEST(SigningKey, signs_es384_with_a_p384_key_always_in_96_bytes) {
    const Pkey pair = curve("P-384");
    for (const std::string& pem : {pem_of(pair), traditional_pem_of(pair)}) {
        const SigningKey key(pem);
        EXPECT_EQ(key.algorithm(), JwtAlgorithm::es384);
        for (int i = 0; i < 300; ++i) { // now and then R or S begins with a zero byte
            const std::string message = "message " + std::to_string(i);
            const std::string signature = key.sign(message);
            ASSERT_EQ(signature.size(), 96u);
            ASSERT_TRUE(verifies(pair, message, der_of(signature)));
        }
    }
}

TEST(SigningKey, refuses_weak_and_foreign_keys) {
    for (const Pkey& pair : {rsa(1024), curve("P-256"), curve("P-521"), curve("secp256k1"), edwards()}) {
        ASSERT_TRUE(pair);
        EXPECT_THROW(SigningKey{pem_of(pair)}, Error);
    }
}

TEST(SigningKey, refuses_a_key_with_a_passphrase_without_asking_for_it) {
    EXPECT_THROW(SigningKey{pem_of(curve("P-384"), "secret")}, Error);
}

TEST(SigningKey, refuses_what_is_no_private_key_without_repeating_it) {
    const std::string pem = pem_of(curve("P-384"));
    const std::string cut = pem.substr(0, pem.size() / 2);
    for (const std::string& text : {std::string(), std::string("secret words"), cut}) {
        try {
            const SigningKey key(text);
            ADD_FAILURE();
        } catch (const Error& error) {
            EXPECT_EQ(std::string_view(error.what()).find("secret"), std::string_view::npos);
        }
    }
}

} // namespace
} // namespace efaxd::crypto
