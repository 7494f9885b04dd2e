#include "json/value.hpp"

#include <gtest/gtest.h>

namespace efaxd::json {
namespace {

TEST(Value, gives_members_elements_and_texts) {
    const auto document = Document::parse(R"({"a":[1,"two",true,null],"b":{"c":"d"}})");
    const Value root = document.root();
    ASSERT_TRUE(root.is_object());
    EXPECT_EQ(root.size(), 2u);
    EXPECT_EQ(root["a"].size(), 4u);
    EXPECT_EQ(root["a"].at(0).integer(), 1);
    EXPECT_EQ(root["a"].at(1).text(), "two");
    EXPECT_EQ(root["a"].at(2).boolean(), true);
    EXPECT_FALSE(root["a"].at(3));
    EXPECT_EQ(root["b"]["c"].text_or("x"), "d");
    EXPECT_EQ(root.name_at(1), "b");
    EXPECT_EQ(root.member_at(1)["c"].text(), "d");
}

TEST(Value, answers_nothing_when_asked_for_what_it_is_not) {
    const auto document = Document::parse(R"({"a":"text","n":null})");
    const Value root = document.root();
    EXPECT_FALSE(root["missing"]["deeper"].at(3)["x"]);
    EXPECT_FALSE(root["n"]);
    EXPECT_FALSE(root["a"]["b"]);
    EXPECT_FALSE(root["a"].integer());
    EXPECT_FALSE(root["a"].boolean());
    EXPECT_EQ(root["a"].size(), 0u);
    EXPECT_FALSE(root.at(0));
    EXPECT_FALSE(root.text());
    EXPECT_EQ(root.text_or("else"), "else");
    EXPECT_EQ(root.name_at(2), "");
    EXPECT_FALSE(root.member_at(2));
    EXPECT_EQ(root["missing"].raw(), "");
    EXPECT_EQ(Value().size(), 0u);
}

TEST(Value, takes_the_first_of_repeated_members) {
    const auto document = Document::parse(R"({"id":"first","id":"second"})");
    EXPECT_EQ(document.root()["id"].text(), "first");
}

TEST(Value, reads_whole_numbers_however_they_are_written) {
    const auto document =
        Document::parse(R"([7,-7,"12","-12","+12",3.0,9007199254740992.0,9223372036854775807,"0"])");
    const std::int64_t expected[] = {7, -7, 12, -12, 12, 3, 9007199254740992, 9223372036854775807, 0};
    for (std::size_t i = 0; i < std::size(expected); ++i)
        EXPECT_EQ(document.root().at(i).integer(), expected[i]) << i;
}

TEST(Value, refuses_numbers_that_are_not_whole_or_not_exact) {
    const auto document = Document::parse(
        R"([1.5,"1.5","","+","-","+-1","1 "," 1","0x1",1e300,9007199254740994.0,18446744073709551615,
            "9223372036854775808",true,null,[1]])");
    for (std::size_t i = 0; i < document.root().size(); ++i)
        EXPECT_FALSE(document.root().at(i).integer()) << i;
}

TEST(Value, reads_truth_as_a_word_too) {
    const auto document = Document::parse(R"([true,false,"true","false","yes",1])");
    EXPECT_EQ(document.root().at(0).boolean(), true);
    EXPECT_EQ(document.root().at(1).boolean(), false);
    EXPECT_EQ(document.root().at(2).boolean(), true);
    EXPECT_EQ(document.root().at(3).boolean(), false);
    EXPECT_FALSE(document.root().at(4).boolean());
    EXPECT_FALSE(document.root().at(5).boolean());
}

TEST(Value, keeps_nul_characters_and_escapes_inside_texts) {
    const auto document = Document::parse(R"({"a\u0000b":"x\u0000y\u00e4\ud83d\ude00"})");
    EXPECT_EQ(document.root()[std::string_view("a\0b", 3)].text(),
              std::string_view("x\0y\xC3\xA4\xF0\x9F\x98\x80", 9));
}

TEST(Value, writes_itself_as_compact_json) {
    const auto document = Document::parse("{ \"a\" : [ 1 , \"x\\n\" , null ] , \"b\" : 1.5 }");
    EXPECT_EQ(document.root().raw(), R"({"a":[1,"x\n",null],"b":1.5})");
    EXPECT_EQ(document.root()["a"].at(1).raw(), R"("x\n")");
}

TEST(Value, writes_valid_utf8_even_after_reading_bad_bytes) {
    const auto document = Document::parse("[\"\xE4\"]");
    EXPECT_EQ(document.root().raw(), "[\"\xEF\xBF\xBD\"]");
}

TEST(Document, refuses_what_is_no_json) {
    const std::string_view bad[] = {"",       "{",         "[1,]",        "{\"a\":1,}", "nul",
                                    "[1]x",   "{'a':1}",   "[01]",        "// x\n1",    "[1]/**/",
                                    "\"\n\"", "\"\\x\"",   "\"\\ud800\"", "NaN",        "[Infinity]",
                                    "[1}",    "{\"a\" 1}", "<html>",      "[1] [2]",    "\"open"};
    for (const auto text : bad)
        EXPECT_THROW(Document::parse(text), ParseError) << text;
}

TEST(Document, refuses_a_nul_byte_and_what_might_hide_behind_it) {
    EXPECT_THROW(Document::parse(std::string_view("{}\0garbage", 10)), ParseError);
    EXPECT_THROW(Document::parse(std::string_view("[1]\0", 4)), ParseError);
    EXPECT_THROW(Document::parse(std::string_view("\"a\0b\"", 5)), ParseError);
}

TEST(Document, never_repeats_the_text_in_its_error) {
    try {
        Document::parse("{\"name\":\"Jane Roe\",}");
        FAIL();
    } catch (const ParseError& error) {
        EXPECT_EQ(std::string(error.what()).find("Jane"), std::string::npos);
        EXPECT_NE(std::string(error.what()).find("offset 19"), std::string::npos) << error.what();
    }
}

TEST(Document, takes_no_part_of_a_byte_order_mark_for_one) {
    for (const char* const text : {"\xEF{}", "\xEF\xBB{}", "\xEF\xBB\xBE{}", "\xEF\xBB\xBF\xEF\xBB\xBF{}"})
        EXPECT_THROW(Document::parse(text), ParseError);
}

TEST(Document, accepts_a_byte_order_mark) {
    EXPECT_TRUE(Document::parse("\xEF\xBB\xBF{\"a\":1}").root().is_object());
}

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

TEST(Document, refuses_one_level_too_many) {
    EXPECT_TRUE(Document::parse(nested(64)).root().is_array());
    EXPECT_THROW(Document::parse(nested(65)), ParseError);
    EXPECT_TRUE(Document::parse("{\"a\":{\"b\":1}}", {.deepest = 2}).root().is_object());
    EXPECT_THROW(Document::parse("{\"a\":{\"b\":[]}}", {.deepest = 2}), ParseError);
    EXPECT_TRUE(Document::parse("1", {.deepest = 0}).root());
    EXPECT_TRUE(Document::parse("[[1],[2],[3],{}]", {.deepest = 2}).root().is_array())
        << "width is not depth";
}

TEST(Document, refuses_too_many_values) {
    EXPECT_EQ(Document::parse(R"({"a":[1,"b",{}]})", {.most_values = 6}).root()["a"].size(), 3u);
    EXPECT_THROW(Document::parse(R"({"a":[1,"b",{}]})", {.most_values = 5}), ParseError);
    std::string zeros = "[0";
    for (int i = 0; i < 600'000; ++i)
        zeros += ",0";
    zeros += ']';
    EXPECT_THROW(Document::parse(zeros), ParseError);
    EXPECT_EQ(Document::parse(zeros, our_own).root().size(), 600'001u);
}

TEST(Document, survives_a_million_levels) {
    EXPECT_THROW(Document::parse(std::string(1000000, '[')), ParseError);
    EXPECT_THROW(Document::parse(nested(1000000)), ParseError);
    std::string objects;
    for (int i = 0; i < 100000; ++i)
        objects += "{\"a\":";
    EXPECT_THROW(Document::parse(objects), ParseError);
}

TEST(Document, survives_numbers_that_crash_the_full_precision_parser) {
    std::string number = "1";
    number.append(5000, '0');
    number += "e-5000";
    try {
        Document::parse("[" + number + ",0." + std::string(5000, '0') + "1e4000]");
    } catch (const ParseError&) {
        SUCCEED();
    }
}

TEST(Document, moves_without_losing_its_values) {
    Document one = Document::parse("[1]");
    const Value root = one.root();
    const Document other = std::move(one);
    EXPECT_EQ(root.at(0).integer(), 1);
    EXPECT_EQ(other.root().at(0).integer(), 1);
}

} // namespace
} // namespace efaxd::json
