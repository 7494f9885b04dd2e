#include "crypto/crypto.hpp"

#include <gtest/gtest.h>
#include <set>

namespace efaxd::crypto {
namespace {

TEST(Sha256, knows_the_examples_of_the_standard) { // FIPS 180-4
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex(std::string(1000000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, is_the_same_for_any_pieces) {
    Sha256 sha;
    sha.feed("a");
    sha.feed("");
    sha.feed("bc");
    EXPECT_EQ(sha.hex(), sha256_hex("abc"));
}

TEST(Hmac, knows_the_examples_of_rfc_4231) {
    EXPECT_EQ(hmac_sha256_hex(std::string(20, '\x0b'), "Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(
        hmac_sha256_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, takes_an_empty_key_and_message) {
    hmac_sha256_hex("another", "call before");
    EXPECT_EQ(hmac_sha256_hex({}, {}), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Random, gives_as_many_bytes_as_asked_and_never_the_same) {
    EXPECT_EQ(random_bytes(0), "");
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        seen.insert(random_bytes(16));
        EXPECT_EQ(seen.begin()->size(), 16u);
    }
    EXPECT_EQ(seen.size(), 1000u);
}

TEST(Random, makes_uuids_of_version_4) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string uuid = random_uuid();
        ASSERT_EQ(uuid.size(), 36u);
        for (std::size_t at = 0; at < uuid.size(); ++at) {
            if (at == 8 || at == 13 || at == 18 || at == 23)
                EXPECT_EQ(uuid[at], '-');
            else
                EXPECT_NE(std::string_view("0123456789abcdef").find(uuid[at]), std::string_view::npos)
                    << uuid;
        }
        EXPECT_EQ(uuid[14], '4');
        EXPECT_NE(std::string_view("89ab").find(uuid[19]), std::string_view::npos) << uuid;
        seen.insert(uuid);
    }
    EXPECT_EQ(seen.size(), 1000u);
}

/// The test vector of eFax's notifications (efax-api 8).
TEST(Hmac, signs_a_stream_in_pieces) {
    const std::string body = R"({"app_id":"sim-app","user_id":"10000001-20000001",)"
                             R"("fax_id":"0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be001","fax_direction":"INBOUND"})";
    ASSERT_EQ(body.size(), 124u);
    const std::string wanted = "d13d7826aebba6ea385616ec20cc707976b99d4cead5d88e5561bb590f4302e3";
    HmacSha256 pieces("sim-shared-secret-01");
    for (const char& byte : body)
        pieces.feed({&byte, 1});
    EXPECT_EQ(pieces.hex(), wanted);
    EXPECT_EQ(hmac_sha256_hex("sim-shared-secret-01", body), wanted);
}

TEST(Equal, compares_whole_texts) {
    EXPECT_TRUE(equal("secret", "secret"));
    EXPECT_TRUE(equal("", ""));
    EXPECT_FALSE(equal("secret", "secreT"));
    EXPECT_FALSE(equal("secret", "secret "));
}

} // namespace
} // namespace efaxd::crypto
