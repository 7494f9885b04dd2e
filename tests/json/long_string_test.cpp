#include "json/long_string.hpp"

#include "json/value.hpp"

#include <gtest/gtest.h>

namespace efaxd::json {
namespace {

struct Outcome {
    std::string skeleton;
    std::string text;
    bool seen = false;
};

template <class... Pieces>
Outcome read(const Pieces&... pieces) {
    Outcome outcome;
    LongString reader("image", [&](std::string_view piece) { outcome.text += piece; });
    (reader.feed(pieces), ...);
    outcome.skeleton = reader.finish();
    outcome.seen = reader.seen();
    return outcome;
}

TEST(LongString, takes_the_string_out_and_keeps_the_rest) {
    const Outcome outcome = read(R"({"fax_id":"1","image":"AAAA","pages":[{"image":"kept"}]})");
    EXPECT_EQ(outcome.text, "AAAA");
    EXPECT_TRUE(outcome.seen);
    EXPECT_EQ(outcome.skeleton, R"({"fax_id":"1","image":"","pages":[{"image":"kept"}]})");
}

const std::string tricky = R"( {"a\"image\":\"":"x\\", "n":{"image":"no\ud83d"},"list":["image",":","}"],)"
                           "\"im\\u0061g\\u0065\" : \"plain \xC3\xA4 \\\" \\\\ \\/ \\b\\f\\n\\r\\t "
                           R"(\u0041\u00e4\u20ac\ud83d\ude00\u0000end" ,"z":[{"image":1}],"":"image"} )";

TEST(LongString, may_be_split_anywhere) {
    using namespace std::string_literals;
    const std::string text = "plain \xC3\xA4 \" \\ / \b\f\n\r\t A\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\0end"s;
    const std::string skeleton =
        R"( {"a\"image\":\"":"x\\", "n":{"image":"no\ud83d"},"list":["image",":","}"],)"
        R"("im\u0061g\u0065" : "" ,"z":[{"image":1}],"":"image"} )";
    for (std::size_t one = 0; one <= tricky.size(); ++one)
        for (std::size_t two = one; two <= tricky.size(); ++two) {
            const Outcome outcome =
                read(tricky.substr(0, one), tricky.substr(one, two - one), tricky.substr(two));
            ASSERT_EQ(outcome.text, text) << one << ' ' << two;
            ASSERT_EQ(outcome.skeleton, skeleton) << one << ' ' << two;
        }
}

TEST(LongString, is_not_deceived_by_other_places) {
    for (const char* text :
         {R"({"a":{"image":"x"}})", R"({"a":"image","b":"x"})", R"(["image","x"])",
          R"({"a":["image",":","x"]})", R"({"Image":"x"})", R"({"image\u0000":"x"})", R"("image")",
          R"({"a":"\"image\":\"x\""})", R"({"imag":"x","mage":"x"})", R"({"":"x"})", ""}) {
        const Outcome outcome = read(std::string_view(text));
        EXPECT_FALSE(outcome.seen) << text;
        EXPECT_EQ(outcome.text, "") << text;
        EXPECT_EQ(outcome.skeleton, text);
    }
}

TEST(LongString, sees_only_a_string) {
    for (const char* text : {R"({"image":null})", R"({"image":12})", R"({"image":{"a":"x"},"b":"y"})",
                             R"({"image":["x",["y"]],"b":"z"})", R"({"image":true,"b":"z"})"}) {
        const Outcome outcome = read(std::string_view(text));
        EXPECT_FALSE(outcome.seen) << text;
        EXPECT_EQ(outcome.skeleton, text);
    }
}

TEST(LongString, takes_an_empty_string_for_a_string) {
    const Outcome outcome = read(std::string_view(R"({"image":""})"));
    EXPECT_TRUE(outcome.seen);
    EXPECT_EQ(outcome.text, "");
}

TEST(LongString, refuses_the_member_twice) {
    EXPECT_THROW(read(std::string_view(R"({"image":"a","image":"b"})")), ParseError);
    EXPECT_THROW(read(std::string_view(R"({"image":null,"im\u0061ge":"b"})")), ParseError);
}

TEST(LongString, refuses_what_json_forbids_within_the_string) {
    for (const std::string_view bad : {"a\nb", "a\\xb", "\\u12g4", "\\ud83d", "\\ud83dx", "\\ud83d\\n",
                                       "\\ude00", "\\ud83d\\ud83d\\ude00", "\\ud83d\\u0041"})
        EXPECT_THROW(read("{\"image\":\"" + std::string(bad) + "\"}"), ParseError) << bad;
}

TEST(LongString, refuses_a_string_that_never_ends) {
    EXPECT_THROW(read(std::string_view(R"({"image":"abc)")), ParseError);
    EXPECT_THROW(read(std::string_view(R"({"image":"abc\)")), ParseError);
    EXPECT_THROW(read(std::string_view(R"({"image":")")), ParseError);
}

TEST(LongString, leaves_a_skeleton_that_is_json_only_if_the_whole_was) {
    const std::string whole = R"({"a":[1,{"b":"c"}],"image":"AAAA","d":"e"})";
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_THROW(Document::parse(read(whole.substr(0, size)).skeleton), ParseError) << size;
    EXPECT_EQ(Document::parse(read(whole).skeleton).root()["d"].text(), "e");
    for (const char* bad : {R"({"image":"a" "b"})", R"({"image":"a"}})", R"({"image" "a"})",
                            R"({"image":"a",})", R"({"image":"a"]})", R"({"image":"a"}{"image2":"b"})",
                            R"({"x","image":"a"})", R"([{"image":"a"}"])"})
        EXPECT_THROW(Document::parse(read(std::string_view(bad)).skeleton), ParseError) << bad;
}

TEST(LongString, bounds_everything_but_the_string) {
    std::size_t got = 0;
    LongString reader(
        "image", [&](std::string_view piece) { got += piece.size(); }, 100);
    reader.feed(R"({"image":")");
    for (int i = 0; i < 1000; ++i)
        reader.feed(std::string(1000, 'A'));
    reader.feed("\"");
    EXPECT_EQ(got, 1000000u);
    EXPECT_THROW(reader.feed(",\"b\":\"" + std::string(100, 'x')), ParseError);
}

TEST(LongString, lets_what_the_sink_throws_pass) {
    struct Odd {};
    LongString reader("image", [](std::string_view) { throw Odd(); });
    EXPECT_THROW(reader.feed(R"({"image":"x"})"), Odd);
}

} // namespace
} // namespace efaxd::json
