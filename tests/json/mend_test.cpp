#include "json/abridged.hpp"
#include "json/mend.hpp"
#include "json/utf8.hpp"
#include "json/value.hpp"

#include <gtest/gtest.h>

namespace efaxd::json {
namespace {

std::string mended_text(std::string text) {
    const std::size_t size = text.size();
    mend_strings(text);
    EXPECT_EQ(text.size(), size);
    return text;
}

TEST(Mend, leaves_what_is_in_order_as_it_is) {
    for (const char* const text :
         {R"({"a":"b\\\"c\/\b\f\n\r\t","\u00e4":"\ud83d\ude00"})", R"(["\\ud800","\u0000"])",
          "{\n\t\"a\": [1, true]\r\n}", "\"\xc3\xa4\"", ""})
        EXPECT_EQ(mended_text(text), text);
}

TEST(Mend, replaces_what_no_string_may_hold) {
    EXPECT_EQ(mended_text(R"(["\ud800"])"), R"(["\uFFFD"])");
    EXPECT_EQ(mended_text(R"(["\udc00x"])"), R"(["\uFFFDx"])");
    EXPECT_EQ(mended_text(R"(["\ud800\ud800\udc00"])"), R"(["\uFFFD\ud800\udc00"])");
    EXPECT_EQ(mended_text(R"(["\ud800\n"])"), R"(["\uFFFD\n"])");
    EXPECT_EQ(mended_text(R"(["\DBFF\uDBFF"])"), R"(["?DBFF\uFFFD"])");
    EXPECT_EQ(mended_text("[\"a\tb\x01\"]"), "[\"a b \"]");
    EXPECT_EQ(mended_text(std::string("[\"a\0b\"]", 7)), "[\"a b\"]");
    EXPECT_EQ(mended_text(R"(["\x41","\u12","\u12g4"])"), R"(["?x41","?u12","?u12g4"])");
}

TEST(Mend, does_not_run_over_an_end) {
    for (const char* const text :
         {"\"\\", "\"\\u", "\"\\ud80", "\"\\ud800", "\"\\ud800\\", "\"\\ud800\\udc0"})
        EXPECT_THROW(Document::parse(text, mended), ParseError);
}

TEST(Mend, makes_one_odd_member_readable_among_others) {
    const std::string text = "{\"bad\":\"\\ud83d lone\x1b\\q\",\"good\":\"yes\"}";
    EXPECT_THROW(Document::parse(text), ParseError);
    const auto document = Document::parse(text, mended);
    EXPECT_EQ(document.root()["bad"].text(), "\xEF\xBF\xBD lone ?q");
    EXPECT_EQ(document.root()["good"].text(), "yes");
}

std::string abridged(const std::string& text, std::size_t piece, std::size_t longest = 8) {
    Abridged abridged(1000, longest);
    for (std::size_t at = 0; at < text.size(); at += piece)
        abridged.feed(std::string_view(text).substr(at, piece));
    return abridged.take();
}

TEST(Abridged, keeps_all_but_the_insides_of_long_strings) {
    const std::string text =
        R"({"a":"12345678","b":"123456789","cccccccccc":["\"\"\"\\","\"\"\"\"x"],"d":""})";
    for (std::size_t piece = 1; piece <= text.size(); ++piece)
        EXPECT_EQ(abridged(text, piece), R"({"a":"12345678","b":"","":["\"\"\"\\",""],"d":""})") << piece;
}

TEST(Abridged, needs_no_memory_for_what_it_drops) {
    Abridged small(100);
    small.feed("{\"data\":\"");
    for (int i = 0; i < 1000; ++i)
        small.feed(std::string(100'000, 'A'));
    small.feed("\"}");
    EXPECT_EQ(small.take(), R"({"data":""})");
}

TEST(Abridged, bounds_what_it_keeps) {
    Abridged small(100);
    small.feed(std::string(100, '['));
    EXPECT_THROW(small.feed("["), ParseError);
    Abridged strings(100);
    strings.feed("\"" + std::string(99, 'a'));
    EXPECT_THROW(strings.feed("a"), ParseError);
}

TEST(Document, reads_in_place_what_it_was_given) {
    std::string text = R"({"a":"b\u00e4c","long":")" + std::string(100, 'x') + R"("})";
    const auto document = Document::take(std::move(text));
    EXPECT_EQ(document.root()["a"].text(), "b\xc3\xa4"
                                           "c");
    EXPECT_EQ(document.root()["long"].text(), std::string(100, 'x'));
}

} // namespace
} // namespace efaxd::json
