// RapidJSON 1.1.0 reads beyond a table for some numbers if it is asked for full precision, which no test can
// count on to crash; and its other parser goes as deep into the stack as a text is nested.
#include "house.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace efaxd::layers {
namespace {

TEST(JsonFlags, are_the_iterative_one_and_that_of_reading_in_place_wherever_json_is_parsed) {
    const std::regex flag(R"(kParse\w+)");
    const std::regex parse(R"([.>]Parse(Stream|Insitu)?\s*([<(])[^\n]*)");
    int parsed = 0;
    for (const auto& file : sources()) {
        if (file.text.find("rapidjson/") == std::string::npos)
            continue;
        const auto each = [&](const std::regex& what, const auto& check) {
            for (auto at = std::sregex_iterator(file.text.begin(), file.text.end(), what);
                 at != std::sregex_iterator(); ++at)
                check(*at);
        };
        each(flag, [&](const std::smatch& found) {
            EXPECT_TRUE(found.str() == "kParseIterativeFlag" || found.str() == "kParseInsituFlag")
                << file.path << found.str();
        });
        each(parse, [&](const std::smatch& found) {
            ++parsed;
            EXPECT_NE(found.str().find("kParseIterativeFlag"), std::string::npos) << file.path << found.str();
        });
    }
    EXPECT_GT(parsed, 0);
}

} // namespace
} // namespace efaxd::layers
