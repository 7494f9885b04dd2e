#include "efaxd/log.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <vector>

namespace efaxd::log {
namespace {

/// What the process wrote to stderr while this lived, with lines written by `speak`.
template <class Speak>
std::string heard(Speak speak) {
    ::testing::internal::CaptureStderr();
    speak();
    return ::testing::internal::GetCapturedStderr();
}

/// Puts the environment and the level back.
class Log : public ::testing::Test {
  protected:
    void SetUp() override {
        ::unsetenv("JOURNAL_STREAM");
        ::setenv("EFAXD_JOURNAL_SOCKET", "/nonexistent/socket", 1); // not the journal of this machine
    }
    void TearDown() override {
        ::unsetenv("JOURNAL_STREAM");
        configure(Level::error, Format::text);
    }
};

std::string stderr_stream() {
    struct stat status {};
    ::fstat(2, &status);
    return std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino);
}

TEST_F(Log, is_quiet_before_it_is_configured_except_for_errors) {
    // The first test of a fresh process; ctest starts one for each.
    EXPECT_EQ(heard([] { write(fax_waits); }), "");
    EXPECT_NE(heard([] { write(fax_held); }).find("fax.held"), std::string::npos);
}

TEST_F(Log, writes_nothing_below_its_level) {
    configure(Level::warning, Format::text);
    EXPECT_EQ(heard([] { write(fax_delivered); }), "");
    EXPECT_NE(heard([] { write(fax_waits); }), "");
    configure(Level::debug, Format::text);
    EXPECT_NE(heard([] { write(fax_claimed); }), "");
}

TEST_F(Log, speaks_to_the_journal_when_stderr_is_connected_to_it) {
    const std::string text = heard([] {
        ::setenv("JOURNAL_STREAM", stderr_stream().c_str(), 1);
        configure(Level::info, Format::automatic);
        write(fax_delivered, {project("clinic")});
    });
    EXPECT_EQ(text, "<6>fax.delivered: Communication created project=clinic\n");
}

TEST_F(Log, speaks_plain_text_when_stderr_was_redirected_away_from_the_journal) {
    ::setenv("JOURNAL_STREAM", "1:2", 1);
    const std::string text = heard([] {
        configure(Level::info, Format::automatic);
        write(fax_delivered, {project("clinic")});
    });
    EXPECT_NE(text.find("Z info fax.delivered: Communication created project=clinic\n"), std::string::npos)
        << text;
}

TEST_F(Log, speaks_json_even_to_the_journal_when_told_so) {
    const std::string text = heard([] {
        ::setenv("JOURNAL_STREAM", stderr_stream().c_str(), 1);
        configure(Level::info, Format::json);
        write(fax_delivered);
    });
    EXPECT_EQ(text.front(), '{');
    EXPECT_EQ(text.substr(text.size() - 2), "}\n");
}

TEST_F(Log, keeps_lines_of_many_threads_whole) {
    configure(Level::info, Format::json);
    const std::string text = heard([] {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([] {
                for (int n = 0; n < 100; ++n)
                    write(fax_delivered, {project("clinic"), count("n", n)});
            });
    });
    std::size_t lines = 0;
    for (std::size_t at = 0; at < text.size(); ++lines) {
        const std::size_t end = text.find('\n', at);
        ASSERT_NE(end, std::string::npos);
        EXPECT_EQ(text[at], '{');
        EXPECT_EQ(text[end - 1], '}');
        EXPECT_EQ(text.find("{", at + 1) < end, false);
        at = end + 1;
    }
    EXPECT_EQ(lines, 400u);
}

TEST(Events, have_codes_of_one_form_each_used_once) {
    std::set<std::string_view> codes;
    for (const Event& event : all_events()) {
        EXPECT_TRUE(codes.insert(event.code).second) << event.code;
        EXPECT_EQ(event.code.find_first_not_of("abcdefghijklmnopqrstuvwxyz_."), event.code.npos)
            << event.code;
        EXPECT_FALSE(event.text.empty()) << event.code;
    }
    EXPECT_GT(codes.size(), 40u);
    EXPECT_TRUE(codes.contains("fax.delivered"));
}

} // namespace
} // namespace efaxd::log
