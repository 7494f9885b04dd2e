#include "efaxd/core/fax.hpp"

#include <gtest/gtest.h>

namespace efaxd {
namespace {

TEST(FaxId, is_put_in_lower_case) {
    EXPECT_EQ(clean_fax_id("0B1C2D3E-4F50-6172-8394-A5B6C7D8E9F0"), "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0");
}

TEST(FaxId, need_not_look_like_a_uuid) {
    EXPECT_EQ(clean_fax_id("123456789-ABC"), "123456789-abc");
    EXPECT_EQ(clean_fax_id("12345678"), "12345678");
    EXPECT_EQ(clean_fax_id("--------"), "--------");
}

TEST(FaxId, has_8_to_64_characters) {
    EXPECT_FALSE(clean_fax_id(""));
    EXPECT_FALSE(clean_fax_id(std::string(7, 'a')));
    EXPECT_TRUE(clean_fax_id(std::string(8, 'a')));
    EXPECT_TRUE(clean_fax_id(std::string(64, 'a')));
    EXPECT_FALSE(clean_fax_id(std::string(65, 'a')));
}

TEST(FaxId, has_no_character_beyond_letters_digits_and_dashes) {
    for (int c = 0; c < 256; ++c) {
        const auto character = static_cast<char>(c);
        const bool good =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
        EXPECT_EQ(clean_fax_id("abcdefg" + std::string(1, character)).has_value(), good) << c;
    }
}

TEST(FaxKey, tells_projects_apart) {
    EXPECT_NE((FaxKey{"clinic", "12345678"}), (FaxKey{"other", "12345678"}));
    EXPECT_LT((FaxKey{"clinic", "99999999"}), (FaxKey{"other", "12345678"}));
}

} // namespace
} // namespace efaxd
