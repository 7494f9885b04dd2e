#include "config/load.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace efaxd::config {

namespace {

namespace fs = std::filesystem;

const fs::path golden = fs::path(EFAXD_SOURCE_DIR) / "tests/golden/config";

std::string contents(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<fs::path> files(const char* folder) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(golden / folder))
        if (entry.path().extension() == ".yaml")
            found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

std::string errors_of(const fs::path& file) {
    const auto result = load_text(contents(file), file.filename().string());
    std::string text;
    if (const auto* problems = std::get_if<std::vector<Problem>>(&result))
        for (const Problem& problem : *problems)
            text += problem.text() + "\n";
    return text;
}

TEST(ConfigGolden, every_good_file_loads) {
    ASSERT_FALSE(files("good").empty());
    for (const fs::path& file : files("good"))
        EXPECT_EQ(errors_of(file), "") << file;
}

TEST(ConfigGolden, every_bad_file_is_refused_in_the_agreed_words) {
    const bool update = std::getenv("EFAXD_UPDATE_GOLDEN") != nullptr;
    ASSERT_FALSE(files("bad").empty());
    for (fs::path file : files("bad")) {
        const std::string errors = errors_of(file);
        EXPECT_NE(errors, "") << file;
        if (update)
            std::ofstream(file.replace_extension(".txt"), std::ios::binary) << errors;
        else
            EXPECT_EQ(errors, contents(file.replace_extension(".txt"))) << file;
    }
}

TEST(ConfigGolden, no_error_repeats_a_value) {
    for (const fs::path& file : files("bad")) // the bad files call their secrets so
        for (const char* secret : {"hunter", "HUNTER", "correcthorse", "15551234567", "0123456789"})
            EXPECT_EQ(errors_of(file).find(secret), std::string::npos) << file;
}

TEST(ConfigGolden, six_mistakes_are_six_errors_with_their_places) {
    const auto result = load(golden / "bad/six_mistakes.yaml");
    const auto& problems = std::get<std::vector<Problem>>(result);
    ASSERT_EQ(problems.size(), 6u);
    std::vector<int> lines;
    for (const Problem& problem : problems)
        lines.push_back(problem.line);
    EXPECT_EQ(lines, (std::vector{1, 2, 4, 7, 9, 11}));
    EXPECT_EQ(problems[0].text().find((golden / "bad/six_mistakes.yaml").string() + ":1:8: hands: "), 0u);
}

} // namespace

} // namespace efaxd::config
