#include "ctl/catalogue.hpp"
#include "ctl/desk.hpp"
#include "ctl/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace efaxd::ctl {
namespace {

TEST(Catalogue, reads_events_and_reasons_and_nothing_else) {
    const auto found =
        explanations_in("# Title\n\n### `no.event`\nBefore.\n\n"
                        "## Events\n\n### `fax.held`\nA person\nmust **decide**.\nDo: look at `ID`,\n"
                        "then retry.\n\n### `fax.done`\nDone.\n\n"
                        "## Other\n\n| `no.reason` | a | b |\n\n"
                        "## Reasons\n\n| reason | cause | cure |\n|---|---|---|\n"
                        "| `efax.tls` | No `TLS`. | Look. |\n| `cut` |\n");
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].code, "fax.held");
    EXPECT_FALSE(found[0].reason);
    EXPECT_EQ(found[0].cause, "A person must decide.");
    EXPECT_EQ(found[0].cure, "look at ID, then retry.");
    EXPECT_EQ(found[1].cure, "");
    EXPECT_EQ(found[2].code, "efax.tls");
    EXPECT_TRUE(found[2].reason);
    EXPECT_EQ(found[2].cause, "No TLS.");
    EXPECT_EQ(found[2].cure, "Look.");
}

TEST(Catalogue, is_the_documentation_of_this_very_version) {
    EXPECT_EQ(troubleshooting(), golden("../../docs/troubleshooting.md"));
    const auto all = explanations_in(troubleshooting());
    EXPECT_GT(std::count_if(all.begin(), all.end(), [](const auto& one) { return one.reason; }), 60);
    EXPECT_GT(std::count_if(all.begin(), all.end(), [](const auto& one) { return !one.reason; }), 60);
    for (const auto& one : all)
        EXPECT_FALSE(one.code.empty() || one.cause.empty()) << one.code << ": " << one.cause;
}

TEST(Explain, says_what_a_code_means_and_what_to_do_without_a_daemon) {
    Script script;
    script.reachable = false;
    script.width = 60;
    EXPECT_EQ(script.run({"explain", "fax.held"}), 0) << script.err;
    EXPECT_TRUE(script.out.starts_with("fax.held (event)\n  Waiting will not help; a person must decide."))
        << script.out;
    EXPECT_TRUE(says(script.out, "\n  Do: look up the reason with efaxctl fax ID")) << script.out;
    std::istringstream lines(script.out);
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 60u) << line;
}

TEST(Explain, tells_both_when_a_code_is_an_event_and_a_reason) {
    Script script;
    script.run({"explain", "efax.sign_in_refused"});
    EXPECT_TRUE(says(script.out, "efax.sign_in_refused (event)")) << script.out;
    EXPECT_TRUE(says(script.out, "efax.sign_in_refused (reason)")) << script.out;
}

TEST(Explain, lists_every_code) {
    Script script;
    EXPECT_EQ(script.run({"explain"}), 0);
    for (const auto& one : explanations_in(troubleshooting()))
        EXPECT_TRUE(says(script.out, '\n' + one.code + ' ')) << one.code;
}

TEST(Explain, answers_programs_in_json) {
    Script script;
    EXPECT_EQ(script.run({"--json", "explain", "mailbox.stale"}), 0);
    EXPECT_TRUE(script.out.starts_with(R"([{"code":"mailbox.stale","kind":"event","cause":")")) << script.out;
}

TEST(Explain, names_codes_that_come_near) {
    Script script;
    EXPECT_EQ(script.run({"explain", "several_matches"}), 64);
    EXPECT_TRUE(says(script.err, "perhaps fax.several_matches, fhir.several_matches (")) << script.err;
    EXPECT_EQ(script.run({"explain", "a", "b"}), 64);
}

TEST(Wrapped, keeps_words_whole_and_lines_short) {
    EXPECT_EQ(wrapped("one two  three", 9, 2), "  one two\n  three\n");
    EXPECT_EQ(wrapped("immeasurable a", 4, 1), " immeasurable\n a\n");
    EXPECT_EQ(wrapped("", 10, 2), "");
}

} // namespace
} // namespace efaxd::ctl
