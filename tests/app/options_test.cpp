#include "app/options.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace efaxd::app {
namespace {

std::variant<Options, std::string> read(std::vector<std::string> words) {
    words.insert(words.begin(), "efaxd");
    std::vector<char*> arguments;
    for (auto& word : words)
        arguments.push_back(word.data());
    return read_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Options, run_the_daemon_on_the_installed_file_by_default) {
    const auto options = std::get<Options>(read({}));
    EXPECT_EQ(options.mode, Options::Mode::daemon);
    EXPECT_EQ(options.config, "/etc/efaxd/efaxd.yaml");
}

TEST(Options, take_the_words_in_any_order) {
    const Options expected{.mode = Options::Mode::once, .config = "x.yaml", .dry_run = true};
    EXPECT_EQ(std::get<Options>(read({"--config", "x.yaml", "--dry-run", "--once"})), expected);
    EXPECT_EQ(std::get<Options>(read({"--once", "--config=x.yaml", "--dry-run"})), expected);
}

TEST(Options, refuse_what_does_not_go_together) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"--dry-run"},
                                                  {"--json"},
                                                  {"--once", "--check-config"},
                                                  {"--config"},
                                                  {"--nonsense"},
                                                  {"stray"}})
        EXPECT_TRUE(std::holds_alternative<std::string>(read(words))) << words.front();
}

} // namespace
} // namespace efaxd::app
