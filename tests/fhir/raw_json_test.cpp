#include "fhir/canonical.hpp"
#include "fhir/golden.hpp"
#include "fhir/raw_json.hpp"

#include "efaxd/core/fault.hpp"

#include <gtest/gtest.h>

namespace efaxd::fhir {
namespace {

TEST(RawJson, keeps_every_spelling_it_is_not_told_to_change) {
    RawObject object(
        "\xEF\xBB\xBF { \"a\" : 1.50 , \"b\":[1e300,{\"c\":\"x,}]\\\"\"}],\"st\\u0061tus\": \"old\" , "
        "\"n\":123456789012345678901234567890 }");
    EXPECT_EQ(object.find("a"), "1.50");
    EXPECT_EQ(object.find("b"), "[1e300,{\"c\":\"x,}]\\\"\"}]");
    EXPECT_EQ(object.find("z"), std::nullopt);
    object.set("status", "\"new\"");
    object.set("z", "true");
    object.remove("a");
    EXPECT_EQ(object.text(), "{\"b\":[1e300,{\"c\":\"x,}]\\\"\"}],\"status\":\"new\","
                             "\"n\":123456789012345678901234567890,\"z\":true}");
}

TEST(RawJson, reads_an_empty_object) {
    RawObject object("{ }");
    EXPECT_EQ(object.text(), "{}");
    object.set("a", "1");
    EXPECT_EQ(object.text(), "{\"a\":1}");
}

TEST(RawJson, reads_no_other_text) {
    for (const auto* text : {"", "[]", "1", "{\"a\":}", "{\"a\":1}x", "{\"a\":1"})
        EXPECT_THROW(RawObject{text}, Fault) << text;
}

TEST(RawJson, cuts_an_array_into_its_elements) {
    EXPECT_EQ(raw_elements(" [ {\"a\":[1,2]} , \"b,c\",3.0 ] "),
              (std::vector<std::string_view>{"{\"a\":[1,2]}", "\"b,c\"", "3.0"}));
    EXPECT_TRUE(raw_elements("[]").empty());
    EXPECT_TRUE(raw_elements("{\"a\":1}").empty());
    EXPECT_TRUE(raw_elements("").empty());
    EXPECT_EQ(raw_array({"1", "\"x\""}), "[1,\"x\"]");
}

TEST(Canonical, is_the_same_for_every_order_of_members) {
    const auto one = json::Document::parse(R"({"b":[{"d":1,"c":"x"}],"a":null})");
    const auto other = json::Document::parse(R"( {"a":null, "b":[ {"c":"x","d":1} ]} )");
    EXPECT_EQ(canonical(one.root()), R"({"a":null,"b":[{"c":"x","d":1}]})");
    EXPECT_EQ(canonical(one.root()), canonical(other.root()));
    const auto array = json::Document::parse(R"([2,1])");
    EXPECT_EQ(canonical(array.root()), "[2,1]");
}

} // namespace
} // namespace efaxd::fhir
