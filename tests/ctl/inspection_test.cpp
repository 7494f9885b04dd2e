// config, backup and check --nagios.
#include "desk.hpp"

#include "fakes/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include <sys/stat.h>

namespace efaxd::ctl {
namespace {

TEST(Config, shows_each_setting_and_where_it_comes_from) {
    Script script;
    script.answers["GET /config"] = {
        200, R"({"schema":1,"file":"/etc/efaxd/efaxd.yaml","settings":[{"key":"hands","value":"32"},)"
             R"({"key":"projects[0].name","value":"clinic","line":7}]})"};
    EXPECT_EQ(script.run({"config"}), 0);
    EXPECT_EQ(script.out, "/etc/efaxd/efaxd.yaml\n\n"
                          "KEY               VALUE   FROM\n"
                          "hands             32      default\n"
                          "projects[0].name  clinic  line 7\n");
    script.run({"config", "--no-headers"});
    EXPECT_FALSE(says(script.out, "KEY")) << script.out;
    script.run({"config", "--json"});
    EXPECT_EQ(script.out, script.answers["GET /config"].body + '\n');
}

TEST(Lists, have_no_titles_when_that_is_wanted) {
    Script script;
    script.answers["GET /mailboxes?limit=200"] = {200, golden("status/mailboxes.json")};
    script.run({"mailboxes"});
    const std::string with = script.out;
    EXPECT_EQ(script.run({"mailboxes", "--no-headers"}), 0);
    EXPECT_FALSE(says(script.out, "MAILBOX"));
    EXPECT_EQ(std::ranges::count(with, '\n'), std::ranges::count(script.out, '\n') + 1);
}

const std::string sqlite{"SQLite format 3\0 and so on", 26};

class Backup : public testing::Test {
  protected:
    std::string file() const { return (folder.path() / "copy.db").string(); }
    std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(folder.path()), {}));
    }
    fakes::TempDir folder;
    Script script;
};

TEST_F(Backup, writes_a_whole_file_for_its_owner_only) {
    script.streams["POST /backup"] = {{{sqlite.substr(0, 5), sqlite.substr(5)}}};
    EXPECT_EQ(script.run({"backup", file()}), 0) << script.err;
    std::ifstream written(file(), std::ios::binary);
    std::ostringstream text;
    text << written.rdbuf();
    EXPECT_EQ(text.str(), sqlite);
    struct stat facts {};
    ASSERT_EQ(::stat(file().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777u, 0600u);
    EXPECT_EQ(files(), 1u);
    EXPECT_TRUE(says(script.out, "personal data"));
}

TEST_F(Backup, leaves_nothing_of_a_copy_that_is_not_whole) {
    script.streams["POST /backup"] = {{{sqlite, "broken"}}};
    EXPECT_EQ(script.run({"backup", file()}), 69);
    EXPECT_EQ(files(), 0u);
    script.streams["POST /backup"] = {{{"<html>"}}};
    EXPECT_EQ(script.run({"backup", file()}), 70);
    EXPECT_EQ(files(), 0u);
    script.streams["POST /backup"] = {{{}, {503, R"({"error":{"code":"no_room","text":"full"}})"}}};
    EXPECT_EQ(script.run({"backup", file()}), 75);
    EXPECT_EQ(files(), 0u);
}

TEST_F(Backup, replaces_no_file) {
    std::ofstream(file()) << "precious";
    script.streams["POST /backup"] = {{{sqlite}}};
    EXPECT_EQ(script.run({"backup", file()}), 74);
    EXPECT_TRUE(script.asked.empty());
    EXPECT_EQ(std::filesystem::file_size(file()), 8u);
    EXPECT_EQ(script.run({"backup", "/nowhere/at/all"}), 74);
    EXPECT_EQ(script.run({"backup"}), 64);
}

class Nagios : public testing::Test {
  protected:
    int told(const std::string& status) {
        script.answers["GET /status"] = {200, status};
        return script.run({"check", "--nagios"});
    }
    Script script;
};

TEST_F(Nagios, is_ok_on_one_line_with_performance_data) {
    EXPECT_EQ(told(golden("status/status-well.json")), 0);
    EXPECT_TRUE(script.out.starts_with("EFAXD OK - well: 2 mailboxes read")) << script.out;
    EXPECT_EQ(std::ranges::count(script.out, '\n'), 1);
    EXPECT_EQ(std::ranges::count(script.out, '|'), 1);
    EXPECT_TRUE(says(script.out, " | alarms=0;;;0 mailboxes=2;;;0 failing=0;;;0 waiting=1;;;0 held=0;;;0 "
                                 "sending=1;;;0 sending_held=0;;;0 oldest=90s;;;0 delivered=14c "
                                 "free_disk=12000000000B;;;0\n"))
        << script.out;
}

TEST_F(Nagios, is_critical_when_there_is_an_alarm_or_nobody_answers) {
    EXPECT_EQ(told(golden("status/status-ill.json")), 2);
    EXPECT_TRUE(script.out.starts_with("EFAXD CRITICAL - NOT WELL: ")) << script.out;
    script.reachable = false;
    EXPECT_EQ(told("{}"), 2);
    EXPECT_EQ(script.out, "EFAXD CRITICAL - nobody answers\n");
}

TEST_F(Nagios, warns_of_a_held_fax) {
    EXPECT_EQ(told(R"({"well":true,"mailboxes":{"total":1},"faxes":{"held":2}})"), 1);
    EXPECT_TRUE(script.out.starts_with("EFAXD WARNING - NEEDS YOU: 2 faxes held")) << script.out;
}

TEST_F(Nagios, is_unknown_when_the_answer_makes_no_sense) {
    EXPECT_EQ(told("<html>"), 3);
    EXPECT_TRUE(script.out.starts_with("EFAXD UNKNOWN - "));
}

TEST(Help, is_a_table_for_programs_too) {
    Script script;
    EXPECT_EQ(script.run({"help", "--json"}), 0);
    const auto answer = json::Document::parse(script.out);
    EXPECT_EQ(answer.root()["commands"].size(), commands().size());
}

} // namespace
} // namespace efaxd::ctl
