#include "ctl/table.hpp"

#include <gtest/gtest.h>

namespace efaxd::ctl {
namespace {

using Narrow = Column::Narrow;

std::vector<Column> columns() {
    return {{"NAME", false, Narrow::keep},
            {"N", true, Narrow::keep},
            {"EXTRA", false, Narrow::drop},
            {"WHY", false, Narrow::cut}};
}

TEST(Table, lines_columns_up_and_leaves_no_blanks_at_the_end) {
    Table table(columns(), 0, false);
    table.row({"a", "1", "x", "because"});
    table.row({"long-name", "1000", "", ""});
    EXPECT_EQ(table.take(), "NAME          N  EXTRA  WHY\n"
                            "a             1  x      because\n"
                            "long-name  1000\n");
}

TEST(Table, leaves_an_empty_cell_empty) {
    Table table(columns(), 0, false);
    table.row({"a", "", "", "because"});
    table.row({"b", "22", "xx", "so"});
    EXPECT_EQ(table.take(), "NAME   N  EXTRA  WHY\n"
                            "a                because\n"
                            "b     22  xx     so\n");
}

TEST(Table, counts_characters_not_bytes) {
    Table table({{"A", false, Narrow::keep}, {"B", false, Narrow::keep}}, 0, false);
    table.row({"…42", "x"});
    table.row({"abc", "y"});
    EXPECT_EQ(table.take(), "A    B\n…42  x\nabc  y\n");
}

TEST(Table, drops_and_then_cuts_when_the_terminal_is_narrow) {
    const std::vector<std::string> cells = {"mailbox", "1", "extra text", "a rather long reason"};
    Table wide(columns(), 44, false);
    wide.row(cells);
    EXPECT_NE(wide.take().find("extra text  a rather long reason"), std::string::npos);
    Table narrow(columns(), 30, false);
    narrow.row(cells);
    EXPECT_EQ(narrow.take(), "NAME     N  WHY\n"
                             "mailbox  1  a rather long rea…\n");
}

TEST(Table, never_cuts_what_must_be_copied) {
    Table table({{"ID", false, Narrow::keep}, {"WHY", false, Narrow::cut}}, 20, false);
    table.row({"0f3c9a52-1111-4222-8333-444455556666", "a rather long reason"});
    EXPECT_NE(table.take().find("0f3c9a52-1111-4222-8333-444455556666  a rathe…\n"), std::string::npos);
}

TEST(Table, is_taken_in_portions_under_one_line_of_titles) {
    Table table({{"A", false, Narrow::keep}, {"B", false, Narrow::keep}}, 0, false);
    EXPECT_EQ(table.take(), "");
    table.row({"abc", "1"});
    EXPECT_EQ(table.take(), "A    B\nabc  1\n");
    table.row({"a", "2"});
    table.row({"abcde", "3"});
    EXPECT_EQ(table.take(), "a      2\nabcde  3\n");
}

TEST(Table, paints_only_when_told) {
    Table plain_table({{"A", false, Narrow::keep}}, 0, false);
    plain_table.row({"x"}, Paint::bad);
    EXPECT_EQ(plain_table.take(), "A\nx\n");
    Table coloured({{"A", false, Narrow::keep}}, 0, true);
    coloured.row({"x"}, Paint::bad);
    EXPECT_EQ(coloured.take(), "\x1b[2mA\x1b[0m\n\x1b[31mx\x1b[0m\n");
}

} // namespace
} // namespace efaxd::ctl
