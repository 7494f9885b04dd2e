// Every alarm is raised by its cause and cleared by the end of it.
#include "app/board.hpp"

#include "app/clinic.hpp"
#include "serve/alarms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace efaxd::app {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const Instant monday{std::chrono::sys_days{std::chrono::year{2026} / 10 / 5}};

/// What a board is told, and what came of it.
struct Scene {
    House& house;
    Board board;
    Totals totals;
    OutboxTotals outbound;
    Instant now = monday;

    MailboxRecord& mailbox() { return board.mailbox("clinic:system"); }
    ProjectRecord& project() { return board.project("clinic"); }
    void hold(SendStage stage, bool held) {
        outbound.tallies = {{.project = "clinic", .stage = stage, .held = held, .transmissions = 1}};
    }
    void wait_since(Instant since) { // for delivery, to be sent, and to be told
        totals.oldest_undelivered["clinic"] = since;
        outbound.oldest_unsubmitted["clinic"] = since;
        outbound.untold["clinic"] = {1, since, 1};
    }
    std::set<std::string> alarms() {
        board.find_stale(now, 15min);
        board.find_silent(now);
        board.find_overdue(totals, now, 1h);
        board.find_unsent(house.projects(), outbound, now, 1h);
        board.find_untold(outbound, now, 1h);
        std::set<std::string> codes;
        const auto status = board.status(house.projects(), totals, outbound);
        for (const auto& alarm : serve::alarms_of(status))
            codes.insert(alarm.code);
        return codes;
    }
};

struct Case {
    std::function<void(Scene&)> raise;
    std::function<void(Scene&)> clear;
};

const std::map<std::string, Case>& cases() {
    const auto refused = [](const char* reason) {
        return [reason](Scene& s) { s.board.note_fault("clinic", Fault(Fault::Kind::passing, reason)); };
    };
    const auto wait = [](Scene& s) { s.wait_since(s.now - 2h); };
    const auto wait_no_more = [](Scene& s) { s.wait_since(s.now - 1min); };
    const auto hold = [](SendStage stage, bool held) {
        return [stage, held](Scene& s) { s.hold(stage, held); };
    };
    const auto come_daily = [](Scene& s) {
        for (int day = 0; day < 22; ++day, s.now += days{1})
            s.mailbox().arrivals.note(s.now);
        s.now += days{14};
        s.mailbox().last_success = s.now;
    };
    static const std::map<std::string, Case> all = {
        {"mailbox.stale",
         {[](Scene& s) { s.now += 20min; }, [](Scene& s) { s.mailbox().last_success = s.now; }}},
        {"mailbox.silent", {come_daily, [](Scene& s) { s.mailbox().arrivals.note(s.now); }}},
        {"mailbox.failed",
         {[](Scene& s) { s.mailbox().failures = 4; }, [](Scene& s) { s.mailbox().failures = 0; }}},
        {"mailbox.refused",
         {[](Scene& s) { s.mailbox().reason = "efax.user_refused"; },
          [](Scene& s) { s.mailbox().reason = ""; }}},
        {"mailbox.unreadable_item",
         {[](Scene& s) { s.mailbox().unreadable = 1; }, [](Scene& s) { s.mailbox().unreadable = 0; }}},
        {"fax.overdue", {wait, wait_no_more}},
        {"send.overdue", {wait, wait_no_more}},
        {"send.unwritten", {wait, wait_no_more}},
        {"fax.held",
         {[](Scene& s) {
              s.totals.tallies = {{"clinic", "clinic:system", Stage::stored, true, 1}};
          },
          [](Scene& s) {
              s.totals.tallies = {{"clinic", "clinic:system", Stage::stored, false, 1}};
          }}},
        {"fax.waits",
         {[](Scene& s) { s.project().fhir_failures = 4; },
          [](Scene& s) { s.board.note_fhir_success("clinic"); }}},
        {"send.held", {hold(SendStage::submitting, true), hold(SendStage::submitting, false)}},
        {"send.held_back", {hold(SendStage::prepared, true), hold(SendStage::prepared, false)}},
        {"send.orphaned",
         {[](Scene& s) { s.project().pick_up.first_orphan = "c-1"; },
          [](Scene& s) { s.project().pick_up = {}; }}},
        {"send.set_aside",
         {[](Scene& s) { s.project().pick_up.first_stuck = "c-1"; },
          [](Scene& s) { s.project().pick_up = {}; }}},
        {"send.pick_up_failed",
         {[](Scene& s) { s.project().pick_up_failures = 4; },
          [](Scene& s) { s.project().pick_up_failures = 0; }}},
        {"discovery.failed",
         {[](Scene& s) { s.project().discovery_failures = 4; },
          [](Scene& s) { s.project().discovery_failures = 0; }}},
        {"discovery.shrunk",
         {[](Scene& s) { s.project().shrunk = true; }, [](Scene& s) { s.project().shrunk = false; }}},
        {"efax.sign_in_refused",
         {refused("efax.sign_in_refused"), [](Scene& s) { s.board.note_efax_success("clinic"); }}},
        {"fhir.sign_in_refused",
         {refused("fhir.sign_in_refused"), [](Scene& s) { s.board.note_fhir_success("clinic"); }}},
        {"clock.skew",
         {[](Scene& s) { s.project().skewed = true; }, [](Scene& s) { s.project().skewed = false; }}},
    };
    return all;
}

/// Raised outside the board: by a rival at eFax, by the disk, and by owners.
const std::set<std::string> elsewhere{"efax.rival", "disk.low", "mailbox.shared_user_id"};

TEST(Alarms, are_each_raised_and_cleared_here_or_in_tests_of_the_whole_daemon) {
    std::set<std::string> tried = elsewhere;
    for (const auto& [code, one] : cases())
        tried.insert(code);
    const auto codes = serve::alarm_codes();
    EXPECT_EQ(tried, std::set<std::string>(codes.begin(), codes.end()));
}

TEST(Alarms, fire_and_clear) {
    Clinic clinic;
    clinic.project().send.live = true;
    auto& auth = clinic.project().fhir.auth; // without credentials one is always signed in
    auth.method = config::AuthMethod::client_credentials;
    auth.client_id = "client";
    auth.client_secret = clinic.secret("fhir-secret", "secret");
    House house = clinic.house();
    for (const auto& [code, one] : cases()) {
        Scene scene{.house = house, .board = {}, .totals = {}, .outbound = {}};
        scene.project();
        for (const Mailbox& mailbox : house.projects().at("clinic")->mailboxes()->mailboxes) {
            scene.board.mailbox(mailbox.id).mailbox = mailbox;
            scene.board.mailbox(mailbox.id).known_since = scene.now;
        }
        EXPECT_EQ(scene.alarms(), std::set<std::string>{}) << code;
        one.raise(scene);
        EXPECT_TRUE(scene.alarms().contains(code)) << code;
        one.clear(scene);
        EXPECT_EQ(scene.alarms(), std::set<std::string>{}) << code;
    }
}

TEST(Alarms, of_silence_wait_for_the_first_reading_and_end_with_a_pause) {
    Clinic clinic;
    House house = clinic.house();
    Scene scene{.house = house, .board = {}, .totals = {}, .outbound = {}};
    scene.mailbox().mailbox = house.projects().at("clinic")->mailboxes()->mailboxes.front();
    cases().at("mailbox.silent").raise(scene);
    scene.mailbox().known_since = scene.now;
    const auto success = std::exchange(scene.mailbox().last_success, std::nullopt);
    EXPECT_TRUE(scene.board.find_silent(scene.now).empty())
        << "what came while we were away is not known yet";
    scene.mailbox().last_success = success;
    EXPECT_EQ(scene.board.find_silent(scene.now), std::vector<std::string>{"clinic:system"});
    EXPECT_TRUE(scene.board.find_silent(scene.now).empty()) << "told once";
    EXPECT_TRUE(scene.alarms().contains("mailbox.silent"));
    scene.mailbox().paused = true;
    EXPECT_EQ(scene.alarms(), std::set<std::string>{});
}

TEST(Alarms, name_owners_that_share_a_user_id_until_one_gives_it_up) {
    Clinic clinic;
    House house = clinic.house();
    Board board;
    const auto project = house.projects().at("clinic");
    const auto alarm = [&] {
        const auto alarms = board.status(house.projects(), {}, {}).projects.front().alarms;
        return std::ranges::count(alarms, "mailbox.shared_user_id") > 0;
    };
    EXPECT_FALSE(alarm());
    for (const auto* id : {"twin-1", "twin-2"})
        clinic.sandbox.add_owner({.type = "Organization", .id = id, .user_id = "10000009-20000009"});
    project->discover({});
    EXPECT_TRUE(alarm());
    clinic.sandbox.fhir().store().remove("Organization", "twin-2");
    project->discover({});
    EXPECT_FALSE(alarm());
}

} // namespace
} // namespace efaxd::app
