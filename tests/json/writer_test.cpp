#include "json/writer.hpp"

#include "json/value.hpp"

#include <gtest/gtest.h>

namespace efaxd::json {
namespace {

TEST(Writer, writes_compact_json) {
    Writer writer;
    writer.begin_object()
        .member("text", "a\"b\n")
        .member("view", std::string_view("v"))
        .member("yes", true)
        .member("count", 5)
        .member("big", std::int64_t{-9223372036854775807})
        .key("list")
        .begin_array()
        .number(1)
        .null()
        .boolean(false)
        .end_array()
        .key("raw")
        .raw("{\"x\":[1]}")
        .member("after", "y")
        .end_object();
    EXPECT_EQ(writer.take(), R"({"text":"a\"b\n","view":"v","yes":true,"count":5,"big":-9223372036854775807,)"
                             R"("list":[1,null,false],"raw":{"x":[1]},"after":"y"})");
}

TEST(Writer, indents_by_two) {
    Writer writer(Writer::Style::indented);
    writer.begin_object()
        .key("a")
        .begin_array()
        .number(1)
        .raw("[2]")
        .end_array()
        .member("b", "c")
        .end_object();
    EXPECT_EQ(writer.take(), "{\n  \"a\": [\n    1,\n    [2]\n  ],\n  \"b\": \"c\"\n}");
}

TEST(Writer, writes_empty_texts_and_containers) {
    Writer writer;
    writer.begin_array().text({}).text("").begin_object().end_object().begin_array().end_array().end_array();
    EXPECT_EQ(writer.take(), R"(["","",{},[]])");
}

TEST(Writer, replaces_every_byte_that_is_no_utf8) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"\xE4", "\xEF\xBF\xBD"},                                                 // Latin-1
        {"a\xC3", "a\xEF\xBF\xBD"},                                               // cut off
        {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},                                 // overlong
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},                 // surrogate
        {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, // beyond 10FFFF
        {"\xE0\x80\x80z", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz"},
        {"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"}, // fine as it is
    };
    for (const auto& [given, written] : cases) {
        Writer writer;
        writer.begin_object().member(given, given).end_object();
        EXPECT_EQ(writer.take(), "{\"" + std::string(written) + "\":\"" + std::string(written) + "\"}");
    }
}

TEST(Writer, finds_a_bad_byte_at_any_distance) {
    for (std::size_t before = 0; before < 40; ++before) {
        Writer writer;
        writer.begin_array().text(std::string(before, 'x') + "\xFFyyyyyyyyy").end_array();
        EXPECT_EQ(writer.take(), "[\"" + std::string(before, 'x') + "\xEF\xBF\xBDyyyyyyyyy\"]");
    }
}

TEST(Writer, escapes_every_control_character_so_that_it_reads_back) {
    std::string all;
    for (int c = 0; c < 128; ++c)
        all.push_back(static_cast<char>(c));
    Writer writer;
    writer.begin_array().text(all).end_array();
    EXPECT_EQ(Document::parse(writer.take()).root().at(0).text(), all);
}

TEST(Writer, hands_out_its_text_once) {
    Writer writer;
    writer.begin_array();
    EXPECT_EQ(writer.take(), "[");
    writer.number(1).end_array();
    EXPECT_EQ(writer.take(), "1]");
}

} // namespace
} // namespace efaxd::json
