// Files that were made to hurt: each must be refused quickly, and in few words.
#include "config/load.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

namespace efaxd::config {

namespace {

std::string repeated(std::string_view part, std::size_t times) {
    std::string text;
    text.reserve(part.size() * times);
    for (std::size_t time = 0; time < times; ++time)
        text += part;
    return text;
}

std::size_t problems_in(const std::string& text) {
    const auto result = load_text(text, "efaxd.yaml");
    const auto* problems = std::get_if<std::vector<Problem>>(&result);
    return problems ? problems->size() : 0;
}

TEST(HostileConfig, deep_nesting_is_refused_without_deep_recursion) {
    for (const char* opening : {"[", "{", "{a: ", "[{", "- ", "? ", "- - ? ", "[a: "})
        EXPECT_GT(problems_in(repeated(opening, 200'000)), 0u) << opening;
    std::string stairs;
    for (std::size_t depth = 0; depth < 1000; ++depth)
        stairs += std::string(depth, ' ') + "a:\n";
    EXPECT_GT(problems_in(stairs), 0u);
}

TEST(HostileConfig, a_bomb_of_aliases_stays_small) {
    std::string text = "a0: &a0 [x, x]\n";
    for (int level = 1; level < 100; ++level) {
        const std::string below = "*a" + std::to_string(level - 1);
        text += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [" + below + ", " + below +
                "]\n";
    }
    EXPECT_GT(problems_in(text), 0u);
}

TEST(HostileConfig, problems_without_end_are_counted_not_kept) {
    const auto result = load_text(repeated("x: 1\n", 50'000), "efaxd.yaml");
    const auto& problems = std::get<std::vector<Problem>>(result);
    ASSERT_EQ(problems.size(), 1001u);
    EXPECT_EQ(problems.back().text(), "efaxd.yaml:1000:1: 49001 further problems");
}

TEST(HostileConfig, values_without_end_are_refused) {
    EXPECT_GT(problems_in("projects: [" + repeated("x,\n  ", 600'000) + "]"), 0u);
}

TEST(HostileConfig, lines_without_end_are_refused) {
    for (const char* part : {"[", "x", "a: ", "\"", "{a: ", " "}) {
        const auto result = load_text("state_dir: /a\n" + repeated(part, 70'000) + "\n", "efaxd.yaml");
        EXPECT_EQ(std::get<std::vector<Problem>>(result).front().text(),
                  "efaxd.yaml:2:1: longer than 64 KiB");
    }
}

TEST(HostileConfig, projects_without_end_are_refused) {
    const auto result = load_text("projects: [" + repeated("{},\n  ", 100'000) + "]", "efaxd.yaml");
    const auto& problems = std::get<std::vector<Problem>>(result);
    EXPECT_EQ(problems.front().text(), "efaxd.yaml:1:11: projects: more than 1000 projects");
}

TEST(HostileConfig, tokens_without_end_are_answered) {
    const auto result = load_text("operations: { callers: { tokens: [" +
                                      repeated("{ project: a, token: { env: A } },\n  ", 30'000) + "] } }",
                                  "efaxd.yaml");
    EXPECT_EQ(std::get<std::vector<Problem>>(result).size(), 1001u);
}

TEST(HostileConfig, hosts_without_end_are_refused_once) {
    const auto result = load_text(
        "projects: [ { send: { document_hosts: [" + repeated("/,\n  ", 100'000) + "] } } ]", "efaxd.yaml");
    const auto& problems = std::get<std::vector<Problem>>(result);
    EXPECT_EQ(problems.size(), 36u); // 32 bad hosts, too many of them, and three keys that are missing
}

TEST(HostileConfig, long_words_are_no_trouble) {
    EXPECT_GT(problems_in(repeated("k", 1'000'000) + ": 1\n"), 0u);
    EXPECT_GT(problems_in("hands: " + repeated("9", 1'000'000) + "\n"), 0u);
    EXPECT_GT(problems_in("hands: \"" + repeated("\\", 1'000'000) + "\"\n"), 0u);
    for (const char* key : {"country", "document_hosts", "pick_up", "mode"})
        EXPECT_GT(problems_in("projects: [ { send: { " + std::string(key) + ": " + repeated("9", 1'000'000) +
                              " } } ]\n"),
                  0u);
    EXPECT_GT(problems_in("operations: { listen: \"[" + repeated(":", 1'000'000) + "]:1\" }\n"), 0u);
    EXPECT_GT(problems_in(repeated("%TAG ! x\n", 10'000)), 0u);
}

TEST(HostileConfig, every_broken_form_of_a_good_file_is_answered) {
    const std::filesystem::path file =
        std::filesystem::path(EFAXD_SOURCE_DIR) / "tests/golden/config/good/everything.yaml";
    std::ifstream stream(file, std::ios::binary);
    const std::string good{std::istreambuf_iterator<char>(stream), {}};
    ASSERT_EQ(problems_in(good), 0u);
    for (std::size_t length = 0; length < good.size(); length += 7) // none may crash or throw
        problems_in(good.substr(0, length));
    std::mt19937 dice(1); // NOLINT: the same every time
    const std::string pieces = "{}[]:,-?*&!|>'\"%@`# \n\t\\\x80~<=";
    for (int round = 0; round < 1000; ++round) {
        std::string text = good;
        for (int change = 0; change < 3; ++change)
            text[dice() % text.size()] = pieces[dice() % pieces.size()];
        problems_in(text);
    }
}

} // namespace

} // namespace efaxd::config
