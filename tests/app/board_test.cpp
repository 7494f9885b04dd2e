#include "app/board.hpp"

#include "app/clinic.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace efaxd::app {
namespace {

using namespace std::chrono_literals;

struct BoardTest : testing::Test {
    BoardTest() : house(clinic.house()) {
        for (const Mailbox& mailbox : house.projects().at("clinic")->mailboxes()->mailboxes) {
            board.mailbox(mailbox.id).mailbox = mailbox;
            board.mailbox(mailbox.id).known_since = now;
        }
    }

    bool alarm(const std::string& code) const {
        const auto status = board.status(house.projects(), {}, {});
        return std::ranges::count(status.projects.front().alarms, code) > 0;
    }

    Clinic clinic;
    House house;
    Board board;
    const Instant now{std::chrono::sys_days{std::chrono::year{2026} / 10 / 3}};
};

TEST_F(BoardTest, is_not_well_while_a_mailbox_fails_again_and_again) {
    auto& record = board.mailbox("clinic:system");
    record.failures = 3;
    EXPECT_FALSE(alarm("mailbox.failed"));
    record.failures = 4;
    EXPECT_TRUE(alarm("mailbox.failed"));
}

TEST_F(BoardTest, is_not_well_while_the_fhir_server_fails_again_and_again) {
    for (int fault = 0; fault < 4; ++fault)
        board.note_fault("clinic", Fault(Fault::Kind::passing, "fhir.unavailable"));
    EXPECT_TRUE(alarm("fax.waits"));
    board.note_fhir_success("clinic");
    EXPECT_FALSE(alarm("fax.waits"));
}

TEST_F(BoardTest, a_fax_held_before_it_left_is_not_said_to_have_gone_out_perhaps) {
    const auto alarms = [&](std::vector<SendStage> held) {
        OutboxTotals totals;
        for (const SendStage stage : held)
            totals.tallies.push_back({.project = "clinic", .stage = stage, .held = true, .transmissions = 1});
        return board.status(house.projects(), {}, totals).projects.front().alarms;
    };
    using Codes = std::vector<std::string>;
    EXPECT_EQ(alarms({SendStage::prepared}), Codes{"send.held_back"});
    EXPECT_EQ(alarms({SendStage::submitting}), Codes{"send.held"});
    EXPECT_EQ(alarms({SendStage::submitted}), Codes{"send.held"});
    EXPECT_EQ(alarms({SendStage::accepted, SendStage::submitting}), (Codes{"send.held", "send.held_back"}));
}

TEST_F(BoardTest, tells_once_of_a_mailbox_that_has_not_been_read_for_too_long) {
    board.mailbox("clinic:system").last_success = now;
    EXPECT_TRUE(board.find_stale(now + 15min, 15min).empty());
    EXPECT_EQ(board.find_stale(now + 16min, 15min), std::vector<std::string>{"clinic:system"});
    EXPECT_TRUE(board.find_stale(now + 17min, 15min).empty());
    EXPECT_TRUE(alarm("mailbox.stale"));
    board.mailbox("clinic:system").paused = true;
    EXPECT_TRUE(board.find_stale(now + 18min, 15min).empty());
    EXPECT_FALSE(alarm("mailbox.stale")) << "a person asked for the pause";
}

TEST_F(BoardTest, tells_once_of_faxes_that_wait_for_too_long) {
    board.project("clinic");
    Totals totals;
    totals.oldest_undelivered["clinic"] = now;
    EXPECT_TRUE(board.find_overdue(totals, now + 1h, 1h).empty());
    EXPECT_EQ(board.find_overdue(totals, now + 2h, 1h), std::vector<std::string>{"clinic"});
    EXPECT_TRUE(board.find_overdue(totals, now + 3h, 1h).empty());
    EXPECT_TRUE(alarm("fax.overdue"));
}

TEST_F(BoardTest, is_not_well_from_the_first_refused_sign_in_on) {
    const Fault refused(Fault::Kind::passing, "efax.sign_in_refused");
    EXPECT_FALSE(board.note_fault("clinic", Fault(Fault::Kind::passing, "efax.unreachable")));
    EXPECT_FALSE(alarm("efax.sign_in_refused")) << "that may pass";
    EXPECT_TRUE(board.note_fault("clinic", refused));
    EXPECT_FALSE(board.note_fault("clinic", refused)) << "told once";
    EXPECT_TRUE(alarm("efax.sign_in_refused"));
    board.note_fault("clinic", Fault(Fault::Kind::passing, "efax.unreachable"));
    EXPECT_TRUE(alarm("efax.sign_in_refused")) << "it was not taken back";
    board.note_efax_success("clinic");
    EXPECT_FALSE(alarm("efax.sign_in_refused"));
}

TEST_F(BoardTest, names_a_communication_that_cannot_be_picked_up) {
    board.project("clinic").pick_up.first_stuck = "c-9";
    EXPECT_TRUE(alarm("send.set_aside"));
    const auto status = board.status(house.projects(), {}, {});
    EXPECT_EQ(status.projects.front().alarm_resources.at("send.set_aside"), "Communication/c-9");
}

TEST_F(BoardTest, is_not_well_while_a_communication_cannot_be_told_and_the_fhir_server_is_well_otherwise) {
    board.project("clinic");
    OutboxTotals totals;
    totals.untold["clinic"] = {1, now, 2};
    EXPECT_TRUE(board.find_untold(totals, now + 1h, 1h).empty());
    EXPECT_EQ(board.status(house.projects(), {}, totals).projects.front().sending.untold, 1);
    EXPECT_EQ(board.find_untold(totals, now + 2h, 1h), std::vector<std::string>{"clinic"});
    board.note_fhir_success("clinic");
    EXPECT_TRUE(board.find_untold(totals, now + 3h, 1h).empty()) << "told once";
    EXPECT_TRUE(alarm("send.unwritten"));
    board.find_untold({}, now + 3h, 1h);
    EXPECT_FALSE(alarm("send.unwritten")) << "it was told at last";
    totals.untold["clinic"] = {1, now, 8};
    EXPECT_FALSE(board.find_untold(totals, now, 1h).empty()) << "tried in vain often enough";
}

} // namespace
} // namespace efaxd::app
