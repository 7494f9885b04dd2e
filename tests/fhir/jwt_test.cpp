#include "fhir/golden.hpp"
#include "fhir/jwt.hpp"
#include "fhir/keys.hpp"

#include <gtest/gtest.h>

namespace efaxd::fhir {
namespace {

Assertion assertion(const std::string& key_id) {
    return {"client-1", key_id, "https://fhir.example.org/oauth2/token", "jti-1",
            Instant{std::chrono::milliseconds{1'790'000'000'999}}};
}

TEST(Jwt, of_an_rsa_key_is_the_golden_one_and_truly_signed) {
    const auto key = TestKey::rsa();
    const auto jwt = read_jwt(client_assertion(assertion("key-1"), crypto::SigningKey(key.pem())));
    EXPECT_EQ(jwt.header, golden("assertion_header_rs384.json"));
    EXPECT_EQ(jwt.claims, golden("assertion_claims.json"));
    EXPECT_TRUE(key.signed_this(jwt.message, jwt.signature));
    EXPECT_FALSE(TestKey::rsa().signed_this(jwt.message, jwt.signature));
}

TEST(Jwt, of_a_p384_key_is_the_golden_one_and_truly_signed) {
    const auto key = TestKey::p384();
    const auto jwt = read_jwt(client_assertion(assertion(""), crypto::SigningKey(key.pem())));
    EXPECT_EQ(jwt.header, golden("assertion_header_es384.json"));
    EXPECT_EQ(jwt.claims, golden("assertion_claims.json"));
    EXPECT_EQ(jwt.signature.size(), 96u);
    EXPECT_TRUE(key.signed_this(jwt.message, jwt.signature));
    EXPECT_FALSE(key.signed_this(jwt.message + "x", jwt.signature));
}

} // namespace
} // namespace efaxd::fhir
