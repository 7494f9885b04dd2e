#include "ctl/desk.hpp"

#include "fakes/temp_dir.hpp"
#include "json/value.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace efaxd::ctl {
namespace {

constexpr const char* fax_id = "0f3c9a52-1111-4222-8333-444455556666";

Told done(const std::string& text) { return {200, R"({"schema":1,"text":")" + text + "\"}"}; }

TEST(Efaxctl, tells_what_a_good_day_looks_like) {
    Script script;
    script.answers["GET /status"] = {200, golden("status/status-well.json")};
    EXPECT_EQ(script.run({"status"}), 0);
    EXPECT_EQ(script.out, golden("ctl/status-well.txt")) << script.out;
}

TEST(Efaxctl, tells_what_is_wrong_first) {
    Script script;
    script.width = 80;
    script.answers["GET /status"] = {200, golden("status/status-ill.json")};
    EXPECT_EQ(script.run({"status"}), 0);
    EXPECT_EQ(script.out, golden("ctl/status-ill.txt")) << script.out;
}

TEST(Efaxctl, names_the_unread_mailbox_and_for_how_long) {
    Script script;
    script.answers["GET /status"] = {
        200, R"({"well":false,"alarms_total":1,"alarms":[{"code":"mailbox.stale","project":"clinic",
                "mailbox":"clinic:system","reason":"efax.user_refused","last_success":"2026-10-03T13:35:00Z"}]})"};
    script.run({"status"});
    EXPECT_TRUE(
        script.out.starts_with("NOT WELL: mailbox clinic:system not read for 25 min (efax.user_refused)\n"))
        << script.out;
}

TEST(Efaxctl, asks_for_a_person_when_faxes_are_held) {
    Script script;
    script.answers["GET /status"] = {
        200, R"({"well":true,"alarms_total":0,"mailboxes":{"total":1,"oldest_success":"2026-10-03T13:59:30Z"},
                "faxes":{"held":1,"waiting":2}})"};
    script.run({"status"});
    EXPECT_TRUE(
        script.out.starts_with("NEEDS YOU: 1 fax held (efaxctl faxes --held), 1 mailbox read within the last "
                               "minute, 2 waiting\n"))
        << script.out;
}

TEST(Efaxctl, is_not_well_before_any_mailbox_was_read) {
    Script script;
    script.answers["GET /status"] = {
        200, R"({"well":true,"alarms_total":0,"mailboxes":{"total":3,"paused":1,"unread":2},
            "projects":[{"name":"clinic","efax":{"reason":"efax.timed_out"}}]})"};
    EXPECT_EQ(script.run({"status"}), 0);
    EXPECT_TRUE(
        script.out.starts_with("STARTING: no mailbox read yet, waiting for efax.timed_out, 0 faxes waiting"))
        << script.out;
}

TEST(Efaxctl, is_not_well_without_any_mailbox) {
    Script script;
    script.answers["GET /status"] = {200, golden("status/status-empty.json")};
    script.run({"status"});
    EXPECT_TRUE(script.out.starts_with("NOT WELL: there is no mailbox")) << script.out;
}

TEST(Efaxctl, paints_on_terminals_only) {
    Script script;
    script.answers["GET /status"] = {200, golden("status/status-well.json")};
    script.run({"status"});
    EXPECT_FALSE(says(script.out, "\x1b"));
    script.colour = true;
    script.run({"status"});
    EXPECT_TRUE(script.out.starts_with("\x1b[32mwell:")) << script.out;
}

TEST(Efaxctl, lists_mailboxes_of_all_pages) {
    Script script;
    script.width = 100;
    script.answers["GET /mailboxes?limit=200"] = {200, golden("status/mailboxes-page.json")};
    script.answers["GET /mailboxes?limit=200&after=clinic%3APractitioner%3A2"] = {
        200, golden("status/mailboxes.json")};
    EXPECT_EQ(script.run({"mailboxes"}), 0);
    EXPECT_EQ(script.out, golden("ctl/mailboxes.txt")) << script.out;
    EXPECT_EQ(script.asked.size(), 2u);
}

TEST(Efaxctl, joins_the_pages_to_one_json_document) {
    Script script;
    script.answers["GET /mailboxes?limit=200"] = {200, golden("status/mailboxes-page.json")};
    script.answers["GET /mailboxes?limit=200&after=clinic%3APractitioner%3A2"] = {
        200, golden("status/mailboxes.json")};
    EXPECT_EQ(script.run({"--json", "mailboxes"}), 0);
    const auto document = json::Document::parse(script.out);
    EXPECT_EQ(document.root()["schema"].integer(), 1);
    EXPECT_EQ(document.root()["mailboxes"].size(), 6u);
}

TEST(Efaxctl, does_not_follow_a_page_that_leads_to_itself) {
    Script script;
    const Told loop{200, R"({"mailboxes":[],"next":"x"})"};
    script.answers["GET /mailboxes?limit=200"] = loop;
    script.answers["GET /mailboxes?limit=200&after=x"] = loop;
    EXPECT_EQ(script.run({"mailboxes"}), 0);
    EXPECT_EQ(script.asked.size(), 2u);
    EXPECT_EQ(script.out, "there is no mailbox yet\n");
}

TEST(Efaxctl, asks_for_the_faxes_that_are_meant) {
    const std::vector<std::pair<Arguments, std::string>> calls = {
        {{"faxes"}, "GET /faxes?unsettled=true&limit=200"},
        {{"faxes", "--held"}, "GET /faxes?held=true&limit=200"},
        {{"faxes", "--waiting"}, "GET /faxes?unsettled=true&limit=200"},
        {{"faxes", "--all"}, "GET /faxes?limit=200"},
        {{"faxes", "--all", "--project", "a&b"}, "GET /faxes?project=a%26b&limit=200"},
        {{"faxes", "--mailbox=clinic:system"}, "GET /faxes?unsettled=true&mailbox=clinic%3Asystem&limit=200"},
    };
    for (const auto& [call, wanted] : calls) {
        Script script;
        script.answers[wanted] = {200, golden("status/faxes.json")};
        EXPECT_EQ(script.run(call), 0) << wanted << ": " << script.err;
        EXPECT_EQ(script.asked.at(0), wanted);
    }
}

TEST(Efaxctl, shows_faxes_within_the_terminal) {
    Script script;
    script.width = 80;
    script.answers["GET /faxes?limit=200"] = {200, golden("status/faxes.json")};
    EXPECT_EQ(script.run({"faxes", "--all"}), 0);
    EXPECT_EQ(script.out, golden("ctl/faxes.txt")) << script.out;
}

TEST(Efaxctl, leaves_the_held_ones_out_of_the_waiting_ones) {
    Script script;
    script.answers["GET /faxes?unsettled=true&limit=200"] = {200, golden("status/faxes.json")};
    script.run({"faxes", "--waiting"});
    EXPECT_TRUE(says(script.out, "0f3c9a52")) << script.out;
    EXPECT_FALSE(says(script.out, "1a3c9a52")) << script.out;
}

TEST(Efaxctl, says_so_when_there_is_no_fax) {
    Script script;
    script.answers["GET /faxes?held=true&limit=200"] = {200, golden("status/faxes-none.json")};
    script.run({"faxes", "--held"});
    EXPECT_EQ(script.out, "no fax is held\n");
}

TEST(Efaxctl, shows_all_of_one_fax) {
    Script script;
    script.answers[std::string("GET /faxes/clinic%3A") + fax_id] = {200, golden("status/fax.json")};
    EXPECT_EQ(script.run({"fax", std::string("clinic/") + fax_id}), 0);
    EXPECT_EQ(script.out, golden("ctl/fax.txt")) << script.out;
}

TEST(Efaxctl, finds_the_project_of_a_bare_fax_id) {
    Script script;
    script.answers["GET /status"] = {200, R"({"projects":[{"name":"a"},{"name":"b"}]})"};
    script.answers[std::string("GET /faxes/b%3A") + fax_id] = {200, golden("status/fax.json")};
    script.answers[std::string("POST /faxes/b%3A") + fax_id + "/retry"] = done("on its way");
    EXPECT_EQ(script.run({"retry", "0F3C9A52-1111-4222-8333-444455556666"}), 0) << script.err;
    EXPECT_EQ(script.out, "on its way\n");
    script.answers[std::string("GET /faxes/a%3A") + fax_id] = {200, golden("status/fax.json")};
    EXPECT_EQ(script.run({"hold", fax_id}), 64);
    EXPECT_TRUE(says(script.err, "several projects")) << script.err;
}

TEST(Efaxctl, refuses_what_is_no_fax_id_before_asking) {
    Script script;
    for (const char* bad : {"x", "clinic/../../status", "clinic/a?b=cdefghij", ""})
        EXPECT_EQ(script.run({"fax", bad}), 64) << bad;
    EXPECT_TRUE(script.asked.empty());
}

TEST(Efaxctl, sends_changes_to_their_routes) {
    const std::vector<std::pair<Arguments, std::string>> calls = {
        {{"poll"}, "POST /poll"},
        {{"poll", "clinic:system"}, "POST /poll?mailbox=clinic%3Asystem"},
        {{"pause", "clinic:system"}, "POST /mailboxes/clinic%3Asystem/pause"},
        {{"resume", "a/b"}, "POST /mailboxes/a%2Fb/resume"},
        {{"hold", std::string("clinic/") + fax_id}, std::string("POST /faxes/clinic%3A") + fax_id + "/hold"},
        {{"reload"}, "POST /reload"},
    };
    for (const auto& [call, wanted] : calls) {
        Script script;
        script.answers[wanted] = done("as you wish");
        EXPECT_EQ(script.run(call), 0) << wanted;
        EXPECT_EQ(script.asked, std::vector{wanted});
        EXPECT_EQ(script.out, "as you wish\n");
    }
}

TEST(Efaxctl, ends_a_check_as_the_answer_says) {
    Script script;
    script.answers["POST /check"] = {200, golden("status/check.json")};
    EXPECT_EQ(script.run({"check"}), 77);
    EXPECT_EQ(script.out, golden("ctl/check.txt")) << script.out;
    script.answers["POST /check"] = {200, "{}"};
    EXPECT_EQ(script.run({"check"}), 70);
}

TEST(Efaxctl, shows_the_daemons_refusal_and_ends_accordingly) {
    const std::vector<std::pair<int, int>> codes = {{400, 64}, {403, 77}, {404, 64}, {409, 75}, {422, 78},
                                                    {500, 70}, {501, 69}, {503, 75}, {504, 75}};
    for (const auto& [status, exit] : codes) {
        Script script;
        script.answers["POST /reload"] = {status,
                                          R"({"error":{"code":"a_code","text":"line 1\nline 2\u001b[2J"}})"};
        EXPECT_EQ(script.run({"reload"}), exit) << status;
        EXPECT_EQ(script.err, "efaxctl: line 1\nline 2[2J (a_code)\n");
        EXPECT_EQ(script.out, "");
    }
}

TEST(Efaxctl, understands_that_it_speaks_to_somebody_else) {
    Script script;
    script.answers["GET /status"] = {200, "<html>"};
    EXPECT_EQ(script.run({"status"}), 70);
    script.answers["GET /status"] = {500, "<html>"};
    EXPECT_EQ(script.run({"status"}), 70);
    EXPECT_EQ(script.err, "efaxctl: the daemon answered 500\n");
    script.answers["GET /status"] = {200, "[]"};
    EXPECT_EQ(script.run({"status"}), 0);
}

TEST(Efaxctl, says_when_the_daemon_cannot_be_reached) {
    Script script;
    script.reachable = false;
    EXPECT_EQ(script.run({"status"}), 69);
    EXPECT_EQ(script.err, "efaxctl: nobody answers\n");
    EXPECT_EQ(script.run({"version"}), 0);
    EXPECT_TRUE(says(script.out, "efaxd   not reachable")) << script.out;
}

TEST(Efaxctl, gives_answers_as_they_are_to_programs) {
    Script script;
    script.answers["GET /status"] = {200, R"({"version":"1"})"};
    EXPECT_EQ(script.run({"status", "--json"}), 0);
    EXPECT_EQ(script.out, "{\"version\":\"1\"}\n");
    EXPECT_EQ(script.run({"version", "--json"}), 0);
    EXPECT_EQ(script.out, "{\"efaxctl\":\"" EFAXD_VERSION "\",\"efaxd\":\"1\"}\n");
}

TEST(Efaxctl, lets_no_value_steer_the_terminal) {
    Script script;
    script.answers["GET /mailboxes?limit=200"] = {
        200, R"({"mailboxes":[{"id":"evil\u001b]0;title\u0007","reason":"a\u009bb"}]})"};
    script.run({"mailboxes"});
    EXPECT_EQ(script.out.find_first_of("\x1b\x07"), std::string::npos);
    EXPECT_FALSE(says(script.out, "\xc2\x9b"));
    script.answers["GET /status"] = {200, "{\"version\":\"\xc2\x9b\"}"};
    script.run({"status", "--json"});
    EXPECT_EQ(script.out, "{\"version\":\"\"}\n");
}

TEST(Efaxctl, chooses_the_socket) {
    Script script;
    script.run({"version"});
    EXPECT_EQ(script.socket, "/run/efaxd/efaxd.sock");
    script.socket_variable = "/from/env";
    script.run({"version"});
    EXPECT_EQ(script.socket, "/from/env");
    script.run({"--socket", "/from/option", "version"});
    EXPECT_EQ(script.socket, "/from/option");
    script.run({"version", "--socket=/behind"});
    EXPECT_EQ(script.socket, "/behind");
}

TEST(Efaxctl, refuses_calls_that_make_no_sense) {
    for (const Arguments& call : std::vector<Arguments>{{},
                                                        {"dance"},
                                                        {"--loud", "status"},
                                                        {"--socket"},
                                                        {"status", "now"},
                                                        {"fax"},
                                                        {"pause"},
                                                        {"pause", "a", "b"},
                                                        {"faxes", "--held", "--all"},
                                                        {"faxes", "--mailbox"},
                                                        {"faxes", "everything"}}) {
        Script script;
        EXPECT_EQ(script.run(call), 64);
        EXPECT_TRUE(says(script.err, "efaxctl help")) << script.err;
        EXPECT_TRUE(script.asked.empty());
    }
}

TEST(Efaxctl, says_when_its_output_cannot_be_written) {
    std::ofstream full("/dev/full");
    std::ostringstream err;
    EXPECT_EQ(run({"help"}, {full, err, "", {}, [](const std::filesystem::path&) { return Ask{}; }}), 74);
}

TEST(Help, lists_every_command_within_a_terminal) {
    Script script;
    EXPECT_EQ(script.run({"--help"}), 0);
    EXPECT_EQ(script.out, help_text());
    for (const Command& one : commands())
        EXPECT_TRUE(says(script.out, "\n  " + std::string(one.name))) << one.name;
    std::istringstream lines(script.out);
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 100u) << line;
}

TEST(Efaxctl, tells_for_how_long_a_mailbox_has_been_silent) {
    Script script;
    script.answers["GET /status"] = {
        200, R"({"well":false,"alarms_total":1,"alarms":[{"code":"mailbox.silent","project":"clinic",
                "mailbox":"clinic:system","last_fax":"2026-09-23T14:00:00Z"}]})"};
    script.run({"status"});
    EXPECT_TRUE(script.out.starts_with("NOT WELL: mailbox clinic:system has brought no fax for 10 d"))
        << script.out;
}

TEST(Efaxctl, asks_for_a_person_when_held_faxes_are_the_only_alarm) {
    Script script;
    script.answers["GET /status"] = {
        200, R"({"well":false,"alarms_total":1,"alarms":[{"code":"fax.held","project":"clinic"}],
                "mailboxes":{"total":1,"oldest_success":"2026-10-03T13:59:30Z"},"faxes":{"held":1,"waiting":0}})"};
    script.run({"status"});
    EXPECT_TRUE(script.out.starts_with("NEEDS YOU: 1 fax held (efaxctl faxes --held)")) << script.out;
}

TEST(Efaxctl, prints_the_figures_as_they_are) {
    Script script;
    script.answers["GET /metrics"] = {200, "efaxd_hands 8\n"};
    EXPECT_EQ(script.run({"metrics"}), 0);
    EXPECT_EQ(script.out, "efaxd_hands 8\n");
    EXPECT_EQ(script.run({"metrics", "x"}), 64);
    EXPECT_EQ(script.run({"metrics", "--textfile"}), 64);
}

TEST(Efaxctl, replaces_the_textfile_whole_and_takes_it_away_when_nobody_answers) {
    const fakes::TempDir folder;
    const auto file = folder.path() / "efaxd.prom";
    Script script;
    script.answers["GET /metrics"] = {200, "efaxd_hands 8\n"};
    for (const auto* figures : {"efaxd_hands 8\n", "efaxd_hands 9\n"}) {
        script.answers["GET /metrics"].body = figures;
        EXPECT_EQ(script.run({"metrics", "--textfile", file.string()}), 0);
        std::ifstream stream(file);
        EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), figures);
    }
    using std::filesystem::perms;
    const auto others = std::filesystem::status(file).permissions() & perms::all;
    EXPECT_EQ(others, perms::owner_read | perms::owner_write | perms::group_read | perms::others_read);
    EXPECT_EQ(script.out, "");
    const auto entries = std::distance(std::filesystem::directory_iterator(folder.path()), {});
    EXPECT_EQ(entries, 1) << "nothing is left beside it";
    script.reachable = false;
    EXPECT_EQ(script.run({"metrics", "--textfile", file.string()}), 69);
    EXPECT_FALSE(std::filesystem::exists(file));
    script.reachable = true;
    EXPECT_EQ(script.run({"metrics", "--textfile", "/nonexistent/efaxd.prom"}), 74);
}

TEST(Help, agrees_with_the_man_page_and_the_completions) {
    const auto read = [](const std::string& path) { return golden("../../packaging/" + path); };
    const std::string man = read("man/efaxctl.1");
    for (const Command& one : commands()) {
        const std::string name(one.name);
        EXPECT_TRUE(says(man, ".TP\n.B " + name + '\n') || says(man, ".TP\n.BI \"" + name + " \"") ||
                    says(man, ".TP\n\\fB" + name + "\\fR "))
            << name;
        EXPECT_TRUE(says(read("completions/efaxctl.bash"), ' ' + name) ||
                    says(read("completions/efaxctl.bash"), '"' + name + ' '))
            << name;
        EXPECT_TRUE(says(read("completions/efaxctl.zsh"), "'" + name + ":")) << name;
        EXPECT_TRUE(says(read("completions/efaxctl.fish"), " -a " + name + " ")) << name;
    }
}

} // namespace
} // namespace efaxd::ctl
