#include "efaxd/core/base64.hpp"

#include <cctype>
#include <gtest/gtest.h>
#include <random>

namespace efaxd {
namespace {

std::string decoded(std::string_view text) {
    Base64Decoder decoder;
    std::string out;
    decoder.feed(text, out);
    decoder.finish();
    return out;
}

std::string random_text(std::size_t size) {
    static std::minstd_rand dice(7);
    std::string text(size, '\0');
    for (char& c : text)
        c = static_cast<char>(dice() >> 8);
    return text;
}

const std::pair<std::string_view, std::string_view> examples[] = { // RFC 4648, 10
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"}};

TEST(Base64, knows_the_examples_of_the_rfc) {
    for (const auto& [bytes, text] : examples) {
        EXPECT_EQ(base64(bytes), text);
        EXPECT_EQ(decoded(text), bytes);
    }
}

TEST(Base64, uses_its_own_alphabet_and_no_padding_for_urls) {
    EXPECT_EQ(base64("\xFB\xFF\xFE"), "+//+");
    EXPECT_EQ(base64url("\xFB\xFF\xFE"), "-__-");
    EXPECT_EQ(base64url("f"), "Zg");
    EXPECT_EQ(base64url("fo"), "Zm8");
    EXPECT_EQ(base64url(""), "");
}

TEST(Base64, reads_back_every_length) {
    for (std::size_t size = 0; size < 300; ++size) {
        const std::string bytes = random_text(size);
        EXPECT_EQ(decoded(base64(bytes)), bytes) << size;
    }
}

TEST(Base64, may_be_split_anywhere) {
    for (const std::string& text :
         {base64(random_text(40)), base64(random_text(41)), std::string("Zm9v\r\nYg =\t=\n")})
        for (std::size_t one = 0; one <= text.size(); ++one)
            for (std::size_t two = one; two <= text.size(); ++two) {
                Base64Decoder decoder;
                std::string out = "before";
                decoder.feed(text.substr(0, one), out);
                decoder.feed(text.substr(one, two - one), out);
                decoder.feed(text.substr(two), out);
                decoder.finish();
                EXPECT_EQ(out, "before" + decoded(text)) << one << ' ' << two;
            }
}

TEST(Base64, may_come_character_by_character) {
    const std::string bytes = random_text(1000);
    Base64Decoder decoder;
    std::string out;
    for (const char c : base64(bytes))
        decoder.feed({&c, 1}, out);
    decoder.finish();
    EXPECT_EQ(out, bytes);
}

TEST(Base64, skips_ascii_white_space) {
    EXPECT_EQ(decoded("Zm9v\r\nYmFy\r\n"), "foobar");
    EXPECT_EQ(decoded(" Z m\t9\nv\vY\fg = = "), "foob");
    std::string lines;
    const std::string bytes = random_text(5000);
    const std::string text = base64(bytes);
    for (std::size_t at = 0; at < text.size(); at += 75) // lines that end within a group
        lines += text.substr(at, 75) + "\n";
    EXPECT_EQ(decoded(lines), bytes);
}

TEST(Base64, refuses_everything_else) {
    for (const std::string_view text :
         {"Z",    "Zg",    "Zg=",    "Zm8",      "=",     "==",         "Z=",       "Z===",
          "====", "Zg===", "Zm9v=",  "Zg==Zg==", "Zg==Z", "Zg=g",       "Zm8=Zg==", "Zm9v-",
          "Zm9_", "Zm9v!", "<html>", "Zh==",     "Zm9=",  "Zm\xC3\xA4v"})
        EXPECT_THROW(decoded(text), Base64Error) << text;
    EXPECT_THROW(decoded(std::string_view("Zm9v\0", 5)), Base64Error);
}

TEST(Base64, refuses_every_foreign_byte_at_every_place_of_a_group) {
    for (int c = 0; c < 256; ++c) {
        const char byte = static_cast<char>(c);
        const bool ours = std::isalnum(c) || byte == '+' || byte == '/' || byte == '=' || std::isspace(c);
        for (std::size_t place = 0; place < 4 && !ours; ++place) {
            std::string text = "Zm9vZm9vZm9v";
            text[4 + place] = byte;
            EXPECT_THROW(decoded(text), Base64Error) << c;
        }
    }
}

TEST(Base64, keeps_what_was_decoded_before_the_error) {
    Base64Decoder decoder;
    std::string out;
    EXPECT_THROW(decoder.feed("Zm9vYmFy!", out), Base64Error);
    EXPECT_EQ(out, "foobar");
}

} // namespace
} // namespace efaxd
