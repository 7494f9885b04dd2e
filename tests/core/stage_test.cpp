#include "efaxd/core/stage.hpp"

#include <gtest/gtest.h>

#include <set>

namespace efaxd {
namespace {

TEST(Stage, names_are_distinct_and_read_back) {
    std::set<std::string_view> names;
    for (const Stage stage : all_stages) {
        EXPECT_EQ(stage_of(name_of(stage)), stage);
        names.insert(name_of(stage));
    }
    EXPECT_EQ(names.size(), std::size(all_stages));
    EXPECT_FALSE(stage_of("held"));
    EXPECT_FALSE(stage_of(""));
}

TEST(Stage, moves_in_the_order_a_fax_travels) {
    EXPECT_LT(Stage::claimed, Stage::stored);
    EXPECT_LT(Stage::stored, Stage::attached);
    EXPECT_LT(Stage::attached, Stage::delivered);
    EXPECT_LT(Stage::delivered, Stage::acknowledged);
}

} // namespace
} // namespace efaxd
