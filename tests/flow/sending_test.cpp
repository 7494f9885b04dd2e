// One submission for each recipient; what is unknown is looked for; the Communication tells the end.

#include "flow/confirmation.hpp"
#include "flow/sending_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace efaxd::flow {
namespace {

using namespace std::chrono_literals;
using State = SendStatus::State;

const std::string one = "+15551234567";
const std::string two = "+15557654321";

class SendingStory : public testing::Test {
  protected:
    SendingStory() { world.fhir.put("c1", {one}); }

    void next_submission_fails(Fault::Kind kind, const std::string& reason) {
        world.sender.on_call = [this, kind, reason](const std::string& call) {
            if (!call.starts_with("submit"))
                return;
            const Fault fault(kind, reason); // what the script holds goes with it
            world.sender.on_call = {};
            throw fault;
        };
    }
    /// Taken, and the answer lost.
    void lose_next_answer() {
        world.sender.after_taking = [lost = std::make_shared<bool>()](const auto&) {
            if (!std::exchange(*lost, true))
                throw Fault(Fault::Kind::unknown, "efax.submission_unanswered");
        };
    }
    void later(Duration duration) {
        world.clock.advance(duration);
        world.carry("c1");
    }

    SendingWorld world;
};

TEST_F(SendingStory, a_fax_goes_out_once_and_the_communication_tells_that_it_arrived) {
    world.sender.first_state = State::sending;
    const auto rows = world.send("c1");
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].stage, SendStage::submitted);
    EXPECT_TRUE(rows[0].told);
    EXPECT_EQ(world.fhir.seen("c1").fax_ids, std::vector<std::string>{rows[0].fax_id});
    EXPECT_EQ(world.fhir.seen("c1").sent, world.clock.now());
    EXPECT_EQ(world.fhir.seen("c1").status, "in-progress");
    EXPECT_FALSE(world.fhir.seen("c1").received);

    const Instant arrived = world.clock.now() + 20s;
    world.sender.taken[0].status = {State::completed, {}, 3, 2, arrived};
    later(30s);
    const auto row = world.row("c1");
    EXPECT_EQ(row.stage, SendStage::reported);
    EXPECT_EQ(row.outcome, SendOutcome::completed);
    EXPECT_TRUE(row.over());
    EXPECT_EQ(row.pages, 3);
    EXPECT_EQ(row.tries, 2);
    EXPECT_TRUE(row.number.empty());
    EXPECT_EQ(world.fhir.seen("c1").status, "completed");
    EXPECT_EQ(world.fhir.seen("c1").received, arrived);
    EXPECT_EQ(world.sender.taken.size(), 1u);
    EXPECT_EQ(world.documents_in_spool(), 0u);
}

TEST_F(SendingStory, nothing_is_submitted_before_the_ledger_says_so) {
    world.sender.on_call = [this](const std::string& call) {
        if (call.starts_with("submit")) {
            const auto row = world.row("c1");
            EXPECT_EQ(row.stage, SendStage::submitting);
            EXPECT_EQ(row.begun, world.clock.now());
        }
    };
    world.send("c1");
    EXPECT_EQ(world.sender.count("submit"), 1u);
}

TEST_F(SendingStory, the_same_communication_called_again_sends_nothing_more) {
    const auto first = world.send("c1");
    world.fhir.kept("c1").standing.status = "in-progress"; // whatever it says
    const auto again = world.send("c1");
    EXPECT_EQ(again, world.outbox().find({SendingWorld::project, "c1"}));
    EXPECT_EQ(again[0].fax_id, first[0].fax_id);
    EXPECT_EQ(world.sender.taken.size(), 1u);
}

TEST_F(SendingStory, in_hold_mode_nothing_leaves) {
    world.settings.live = false;
    world.send("c1");
    later(10h);
    EXPECT_EQ(world.sender.count("submit"), 0u);
    EXPECT_EQ(world.row("c1").reason, "send.mode_hold");
    world.settings.live = true;
    later(1min);
    EXPECT_EQ(world.sender.taken.size(), 1u);
}

TEST_F(SendingStory, the_time_in_hold_mode_does_not_count_against_the_deadline) {
    world.settings.live = false;
    world.send("c1");
    later(world.settings.deadline + 1h);
    later(world.settings.deadline + 1h);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::open);
    world.clock.advance(world.settings.deadline + 1h); // the daemon is away while it is set to live
    world.settings.live = true;
    world.live();
    EXPECT_EQ(world.sender.taken.size(), 1u);
}

TEST_F(SendingStory, what_hold_mode_let_go_has_the_whole_deadline_and_no_more) {
    world.settings.live = false;
    world.send("c1");
    later(world.settings.deadline + 1h);
    world.settings.live = true;
    const Instant live_since = world.clock.now();
    world.sender.on_call = [](const std::string& call) {
        if (call.starts_with("submit"))
            throw Fault(Fault::Kind::passing, "efax.unreachable");
    };
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").reason, "send.expired");
    EXPECT_GE(world.clock.now() - live_since, world.settings.deadline - 2min);
    EXPECT_LE(world.clock.now() - live_since, world.settings.deadline + 2min);
}

TEST_F(SendingStory, a_lost_answer_is_looked_up_and_never_submitted_again) {
    lose_next_answer();
    world.send("c1");
    EXPECT_EQ(world.row("c1").stage, SendStage::submitting);
    EXPECT_EQ(world.sender.count("find_sent"), 0u) << "it must rest first";
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
    EXPECT_EQ(world.fhir.seen("c1").fax_ids, std::vector<std::string>{world.sender.taken[0].fax_id});
    EXPECT_EQ(world.sender.taken.size(), 1u);
    EXPECT_EQ(world.sender.count("submit"), 1u);
}

TEST_F(SendingStory, a_fax_that_is_never_found_is_held_and_staff_are_told) {
    next_submission_fails(Fault::Kind::unknown, "efax.submission_unanswered");
    world.send("c1");
    world.live_to_the_end();
    const auto row = world.row("c1");
    EXPECT_TRUE(row.held);
    EXPECT_EQ(row.stage, SendStage::submitting);
    EXPECT_EQ(row.reason, "send.outcome_unknown");
    EXPECT_GE(world.clock.now() - *row.begun, world.settings.look);
    EXPECT_EQ(world.fhir.seen("c1").status, "in-progress");
    EXPECT_EQ(world.fhir.seen("c1").reason_code, "send.outcome_unknown");
    EXPECT_EQ(world.sender.count("submit"), 1u);
    EXPECT_EQ(world.documents_in_spool(), 1u) << "a resend needs it";
}

TEST_F(SendingStory, a_look_takes_no_lists_that_were_read_before_the_fax_could_stand_in_them) {
    next_submission_fails(Fault::Kind::unknown, "efax.submission_unanswered");
    world.send("c1");
    const auto begun = *world.row("c1").begun;
    world.sender.on_call = [&](const std::string& call) {
        if (call != "find_sent")
            return;
        const Duration past_settle = world.clock.now() - begun - world.settings.settle;
        const bool decides = past_settle >= world.settings.look;
        EXPECT_EQ(world.sender.oldest_reading, decides ? past_settle - world.settings.look : past_settle);
    };
    world.live_to_the_end();
    EXPECT_TRUE(world.row("c1").held);
    EXPECT_GE(world.sender.count("find_sent"), 2u);
}

TEST_F(SendingStory, an_outage_while_looking_does_not_count_as_absence) {
    lose_next_answer();
    world.send("c1");
    world.sender.on_call = [](const std::string& call) {
        if (call == "find_sent")
            throw Fault(Fault::Kind::passing, "efax.unavailable");
    };
    for (int hour = 0; hour < 5; ++hour)
        later(1h);
    EXPECT_FALSE(world.row("c1").held);
    world.sender.on_call = {};
    later(1h);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
}

TEST_F(SendingStory, one_that_can_never_be_looked_up_is_held_in_the_end) {
    next_submission_fails(Fault::Kind::unknown, "efax.submission_unanswered");
    world.send("c1");
    world.sender.on_call = [](const std::string& call) {
        if (call == "find_sent")
            throw Fault(Fault::Kind::passing, "efax.sent_list_cut");
    };
    world.live_to_the_end();
    EXPECT_TRUE(world.row("c1").held);
    EXPECT_EQ(world.fhir.seen("c1").reason_code, "send.outcome_unknown");
    EXPECT_EQ(world.sender.count("submit"), 1u);
}

TEST_F(SendingStory, what_was_certainly_not_taken_is_submitted_later) {
    next_submission_fails(Fault::Kind::passing, "efax.unreachable");
    world.send("c1");
    EXPECT_EQ(world.row("c1").stage, SendStage::prepared);
    EXPECT_EQ(world.row("c1").reason, "efax.unreachable");
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
    EXPECT_EQ(world.sender.count("submit"), 2u);
    EXPECT_EQ(world.sender.taken.size(), 1u);
}

TEST_F(SendingStory, what_was_taken_although_efax_said_no_is_found_before_it_is_submitted_again) {
    world.sender.after_taking = [](const auto&) { throw Fault(Fault::Kind::passing, "efax.rate_limited"); };
    world.send("c1");
    EXPECT_EQ(world.row("c1").stage, SendStage::prepared);
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
    EXPECT_EQ(world.sender.count("submit"), 1u);
    EXPECT_EQ(world.sender.taken.size(), 1u);
}

TEST_F(SendingStory, a_ledger_that_was_put_back_looks_for_every_round_before_it_is_submitted) {
    lose_next_answer();
    world.send("c1");
    world.lose_the_ledger();
    world.settings.restored = true;
    world.send("c1");
    EXPECT_EQ(world.row("c1").fax_id, world.sender.taken.at(0).fax_id);
    EXPECT_EQ(world.sender.count("submit"), 1u);
    world.fhir.put("c2", {two});
    world.send("c2");
    EXPECT_EQ(world.sender.count("submit"), 2u) << "what no life has sent goes out";
}

TEST_F(SendingStory, a_post_that_outlasts_the_rest_is_still_known_as_not_taken) {
    world.sender.on_call = [this](const std::string& call) {
        if (!call.starts_with("submit"))
            return;
        world.clock.advance(world.settings.settle * 3);
        throw Fault(Fault::Kind::passing, "efax.unreachable");
    };
    world.send("c1");
    EXPECT_EQ(world.row("c1").stage, SendStage::prepared);
}

TEST_F(SendingStory, a_refused_submission_ends_as_stopped_with_a_reason) {
    next_submission_fails(Fault::Kind::lasting, "efax.submission_refused");
    world.send("c1");
    EXPECT_EQ(world.row("c1").stage, SendStage::reported);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::failed);
    EXPECT_EQ(world.fhir.seen("c1").status, "stopped");
    EXPECT_EQ(world.fhir.seen("c1").reason_code, "efax.submission_refused");
    EXPECT_FALSE(world.fhir.seen("c1").reason_text.empty());
    EXPECT_FALSE(world.fhir.seen("c1").sent);
}

TEST_F(SendingStory, why_it_ended_is_not_forgotten_while_it_cannot_be_told) {
    next_submission_fails(Fault::Kind::lasting, "efax.submission_refused");
    int failures = 2;
    world.fhir.on_call = [&](const std::string& call) {
        if (call.starts_with("change") && failures-- > 0)
            throw Fault(Fault::Kind::passing, "fhir.paused");
    };
    world.send("c1");
    EXPECT_EQ(world.row("c1").reason, "efax.submission_refused");
    world.live_to_the_end();
    EXPECT_LT(failures, 0);
    EXPECT_EQ(world.fhir.seen("c1").status, "stopped");
    EXPECT_EQ(world.fhir.seen("c1").reason_code, "efax.submission_refused");
    EXPECT_EQ(world.row("c1").reason, "efax.submission_refused");
}

TEST_F(SendingStory, one_that_arrived_keeps_no_reason_of_a_telling_that_failed) {
    int failures = 2;
    world.fhir.on_call = [&](const std::string& call) {
        if (call.starts_with("change") && failures-- > 0)
            throw Fault(Fault::Kind::passing, "fhir.paused");
    };
    world.send("c1");
    world.live_to_the_end();
    EXPECT_EQ(world.fhir.seen("c1").status, "completed");
    EXPECT_EQ(world.row("c1").stage, SendStage::reported);
    EXPECT_EQ(world.row("c1").reason, "");
}

TEST_F(SendingStory, a_failure_at_efax_ends_as_stopped_with_its_code) {
    world.sender.first_state = State::sending;
    world.send("c1");
    world.sender.taken[0].status = {State::failed, "E41", 0, 5, {}};
    later(30s);
    EXPECT_EQ(world.row("c1").code, "E41");
    EXPECT_EQ(world.fhir.seen("c1").status, "stopped");
    EXPECT_EQ(world.fhir.seen("c1").reason_code, "E41");
    EXPECT_EQ(world.fhir.seen("c1").reason_text, "The line was busy. (E41)");
    EXPECT_FALSE(world.fhir.seen("c1").received);
    later(24h);
    EXPECT_EQ(world.sender.count("submit"), 1u) << "retries are off by default";
}

TEST_F(SendingStory, a_busy_line_is_tried_again_if_configured_and_each_round_has_its_own_reference) {
    world.settings.retries = 1;
    world.sender.first_state = State::sending;
    world.send("c1");
    world.sender.taken[0].status = {State::failed, "E41", 0, 5, {}};
    later(30s);
    EXPECT_EQ(world.row("c1").stage, SendStage::prepared);
    EXPECT_EQ(world.row("c1").round, 2);
    world.sender.first_state = State::completed;
    later(15min);
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
    ASSERT_EQ(world.sender.taken.size(), 2u);
    EXPECT_NE(world.sender.taken[0].reference, world.sender.taken[1].reference);
    EXPECT_EQ(world.fhir.seen("c1").fax_ids.size(), 2u);
}

TEST_F(SendingStory, what_may_have_arrived_in_part_is_not_tried_again) {
    world.settings.retries = 3;
    world.sender.first_state = State::sending;
    world.send("c1");
    world.sender.taken[0].status = {State::failed, "E44", 1, 1, {}};
    later(30s);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::failed);
    EXPECT_EQ(world.sender.count("submit"), 1u);
}

TEST_F(SendingStory, an_unknown_word_changes_nothing_and_terminal_states_never_regress) {
    world.sender.first_state = State::retrying;
    world.send("c1");
    later(30s);
    EXPECT_EQ(world.row("c1").status, "retrying");
    world.sender.taken[0].status.state = State::unknown;
    later(30s);
    EXPECT_EQ(world.row("c1").status, "retrying");
    world.sender.taken[0].status.state = State::completed;
    later(30s);
    world.sender.taken[0].status.state = State::failed;
    later(30s);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
    EXPECT_EQ(world.fhir.statuses["c1"].back(), "completed");
}

TEST_F(SendingStory, several_recipients_have_separate_results_and_one_common_end) {
    world.fhir.put("c2", {one, two});
    world.sender.first_state = State::sending;
    world.settings.limits.at_once = 5;
    world.send("c2");
    ASSERT_EQ(world.sender.taken.size(), 2u);
    EXPECT_EQ(world.fhir.seen("c2").fax_ids.size(), 2u);
    world.sender.taken[0].status.state = State::completed;
    world.clock.advance(30s);
    world.carry("c2");
    EXPECT_EQ(world.row("c2", 0).stage, SendStage::settled);
    EXPECT_EQ(world.fhir.seen("c2").status, "in-progress") << "the other is still under way";
    world.sender.taken[1].status = {State::failed, "E42", 0, 1, {}};
    world.live_to_the_end();
    EXPECT_EQ(world.row("c2", 0).stage, SendStage::reported);
    EXPECT_EQ(world.row("c2", 1).stage, SendStage::reported);
    EXPECT_EQ(world.fhir.seen("c2").status, "stopped");
    EXPECT_EQ(world.fhir.seen("c2").reason_text,
              "1 of 2 arrived. Organization/r1: There was no answer. (E42)");
}

TEST_F(SendingStory, a_number_gets_no_more_at_once_than_it_may) {
    world.fhir.put("c2", {one});
    world.sender.first_state = State::sending;
    world.send("c1");
    world.send("c2");
    EXPECT_EQ(world.sender.taken.size(), 1u);
    EXPECT_EQ(world.row("c2").reason, "send.destination_busy");
    world.sender.taken[0].status.state = State::completed;
    world.sender.first_state = State::completed;
    world.live_to_the_end();
    EXPECT_EQ(world.sender.taken.size(), 2u);
    EXPECT_EQ(world.row("c2").outcome, SendOutcome::completed);
}

TEST_F(SendingStory, what_is_not_taken_in_time_expires) {
    world.sender.on_call = [](const std::string& call) {
        if (call.starts_with("submit"))
            throw Fault(Fault::Kind::passing, "efax.unreachable");
    };
    world.send("c1");
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::failed);
    EXPECT_EQ(world.row("c1").reason, "send.expired");
    EXPECT_EQ(world.fhir.seen("c1").status, "stopped");
    EXPECT_EQ(world.clock.now() - world.row("c1").accepted, world.settings.deadline);
}

TEST_F(SendingStory, a_fax_without_a_final_state_is_given_up_after_days) {
    world.sender.first_state = State::sending;
    world.send("c1");
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").reason, "send.no_final_state");
    EXPECT_EQ(world.fhir.seen("c1").status, "stopped");
    EXPECT_LT(world.sender.count("status"), 1200u) << "old faxes are looked at seldom";
}

TEST_F(SendingStory, what_staff_end_before_it_goes_out_is_not_sent) {
    world.accept("c1");
    world.fhir.staff("c1", [](auto& standing) { standing.status = "entered-in-error"; });
    world.carry("c1");
    EXPECT_EQ(world.sender.count("submit"), 0u);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::cancelled);
    EXPECT_EQ(world.fhir.seen("c1").status, "entered-in-error");
}

TEST_F(SendingStory, a_number_corrected_before_it_goes_out_counts) {
    world.accept("c1");
    world.fhir.kept("c1").communication.recipients[0].number = two;
    world.carry("c1");
    ASSERT_EQ(world.sender.taken.size(), 1u);
    EXPECT_EQ(world.sender.taken[0].number, two);
}

TEST_F(SendingStory, a_recipient_taken_away_gets_nothing) {
    world.accept("c1");
    world.fhir.kept("c1").communication.recipients.clear();
    world.carry("c1");
    EXPECT_EQ(world.sender.count("submit"), 0u);
    EXPECT_EQ(world.row("c1").reason, "send.recipient_removed");
}

TEST_F(SendingStory, staffs_own_end_is_never_overwritten) {
    world.sender.first_state = State::sending;
    world.send("c1");
    world.fhir.staff("c1", [](auto& standing) { standing.status = "entered-in-error"; });
    world.sender.taken[0].status.state = State::completed;
    later(30s);
    EXPECT_EQ(world.fhir.seen("c1").status, "entered-in-error");
    EXPECT_EQ(world.row("c1").stage, SendStage::reported);
}

TEST_F(SendingStory, a_change_between_reading_and_writing_is_no_loss) {
    int times = 2;
    world.fhir.on_call = [&](const std::string& call) {
        if (call.starts_with("change") && times-- > 0)
            world.fhir.staff("c1", [](auto&) {});
    };
    world.send("c1");
    EXPECT_EQ(world.row("c1").stage, SendStage::submitted);
    EXPECT_TRUE(world.row("c1").told);
    EXPECT_EQ(world.fhir.count("change"), 3u);
}

TEST_F(SendingStory, an_unreachable_fhir_server_delays_the_telling_and_nothing_else) {
    world.fhir.on_call = [](const std::string& call) {
        if (call.starts_with("standing"))
            throw Fault(Fault::Kind::passing, "fhir.unreachable");
    };
    world.send("c1");
    EXPECT_EQ(world.row("c1").stage, SendStage::submitted);
    EXPECT_FALSE(world.row("c1").told);
    later(1min);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
    EXPECT_EQ(world.row("c1").stage, SendStage::settled);
    world.fhir.on_call = {};
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").stage, SendStage::reported);
    EXPECT_EQ(world.fhir.seen("c1").status, "completed");
    EXPECT_EQ(world.fhir.seen("c1").fax_ids.size(), 1u);
}

TEST_F(SendingStory, an_outcome_that_may_never_be_written_stays_counted_as_untold) {
    world.send("c1");
    world.fhir.on_call = [](const std::string& call) {
        if (call.starts_with("change"))
            throw Fault(Fault::Kind::lasting, "fhir.forbidden");
    };
    world.sender.taken[0].status = {State::failed, "E41", 0, 1, {}};
    const Instant ended = world.clock.now() + 30s;
    later(30s);
    for (int hour = 0; hour < 5; ++hour)
        later(1h);
    EXPECT_EQ(world.row("c1").stage, SendStage::settled);
    const Untold untold = world.outbox().totals().untold.at(SendingWorld::project);
    EXPECT_EQ(untold.transmissions, 1);
    EXPECT_EQ(untold.oldest, ended);
    EXPECT_EQ(untold.most_tries, 6);
    world.fhir.on_call = {};
    later(1h);
    EXPECT_TRUE(world.outbox().totals().untold.empty());
    EXPECT_EQ(world.fhir.seen("c1").status, "stopped");
}

TEST_F(SendingStory, a_communication_that_was_deleted_leaves_its_outcome_in_the_ledger) {
    world.sender.first_state = State::sending;
    world.send("c1");
    world.fhir.kept("c1").gone = true;
    world.sender.taken[0].status.state = State::completed;
    later(30s);
    EXPECT_EQ(world.row("c1").stage, SendStage::reported);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
}

TEST_F(SendingStory, needless_writes_are_not_made) {
    world.sender.first_state = State::sending;
    world.send("c1");
    const int after_submission = world.fhir.kept("c1").version;
    for (int look = 0; look < 5; ++look)
        later(30s);
    EXPECT_EQ(world.fhir.kept("c1").version, after_submission);
    EXPECT_EQ(world.fhir.count("change"), 1u);
}

TEST_F(SendingStory, pictures_become_pdf_before_they_leave) {
    world.fhir.documents["Binary/c1"] = std::string("II*\0", 4) + "fax";
    world.send("c1");
    ASSERT_EQ(world.sender.taken.size(), 1u);
    EXPECT_EQ(world.sender.taken[0].documents[0],
              "%PDF-1.4\npicture:" + std::string("II*\0", 4) + "fax\n%%EOF\n");
}

TEST_F(SendingStory, what_cannot_be_faxed_ends_as_stopped) {
    const auto reason_for = [this](const std::string& document, bool damaged = false) {
        static int number = 0;
        const std::string id = "bad" + std::to_string(++number);
        world.fhir.put(id, {one});
        world.fhir.documents["Binary/" + id] = document;
        world.converter.damaged = damaged;
        world.send(id);
        EXPECT_EQ(world.fhir.seen(id).status, "stopped");
        return world.row(id).reason;
    };
    EXPECT_EQ(reason_for(""), "send.bad_document");
    EXPECT_EQ(reason_for("<html>not a fax</html>"), "send.bad_document");
    EXPECT_EQ(reason_for("%PDF-1.4 cut"), "send.bad_document");
    EXPECT_EQ(reason_for("\x89PNG\r\n\x1a\nx", true), "document.unconvertible");
    EXPECT_EQ(reason_for("%PDF-1.4\n" + std::string(80'000'000, 'x') + "\n%%EOF\n"),
              "send.document_too_large");
    world.fhir.documents.erase("Binary/c1");
    world.send("c1");
    EXPECT_EQ(world.row("c1").reason, "send.document_gone");
    EXPECT_EQ(world.sender.count("submit"), 0u);
}

TEST_F(SendingStory, a_document_lost_from_the_spool_is_fetched_again) {
    world.settings.live = false;
    world.send("c1");
    world.begin();
    world.settings.live = true;
    const auto before = world.fhir.count("fetch");
    for (const auto& file : std::filesystem::directory_iterator(world.spool_folder()))
        std::filesystem::remove(file.path());
    later(1min);
    EXPECT_EQ(world.sender.taken.size(), 1u);
    EXPECT_EQ(world.fhir.count("fetch"), before + 1);
}

TEST_F(SendingStory, the_cover_page_comes_from_the_communication) {
    world.settings.cover_page = true;
    world.fhir.kept("c1").communication.attention = "Front desk";
    world.fhir.kept("c1").communication.message = "Two pages follow";
    world.send("c1");
    const Submission& submission = world.sender.taken.at(0).submission;
    EXPECT_TRUE(submission.cover_page);
    EXPECT_EQ(submission.to_name, "Front desk");
    EXPECT_EQ(submission.subject, "Referral");
    EXPECT_EQ(submission.message, "Two pages follow");
    EXPECT_EQ(submission.from_name, "Dr Example");
}

TEST_F(SendingStory, a_stop_leaves_everything_to_the_next_life) {
    std::stop_source stop;
    stop.request_stop();
    world.accept("c1");
    world.carry("c1", stop.get_token());
    EXPECT_EQ(world.row("c1").stage, SendStage::accepted);
    EXPECT_EQ(world.row("c1").attempts, 0);
    world.sender.on_call = [](const std::string& call) {
        if (call.starts_with("submit"))
            throw Stopped();
    };
    world.carry("c1");
    EXPECT_EQ(world.row("c1").stage, SendStage::prepared) << "stopped before the POST means not taken";
}

TEST_F(SendingStory, one_without_an_id_is_filed_first_and_sent_once) {
    OutboundCommunication unfiled = world.fhir.kept("c1").communication;
    unfiled.id = "~abc";
    world.sending().accept(SendingWorld::project, unfiled, {});
    world.sending().accept(SendingWorld::project, unfiled, {});
    world.live_to_the_end();
    EXPECT_EQ(world.sender.taken.size(), 1u);
    EXPECT_EQ(world.fhir.seen("filed-abc").status, "completed");
}

TEST_F(SendingStory, an_unforeseen_error_around_the_post_counts_as_unknown) {
    world.sender.after_taking = [](const std::string&) { throw std::runtime_error("anything"); };
    world.send("c1");
    EXPECT_EQ(world.row("c1").stage, SendStage::submitting);
    world.live_to_the_end();
    EXPECT_EQ(world.sender.taken.size(), 1u);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
}

// ---- others on the same server, and staff

TEST_F(SendingStory, one_that_carries_a_fax_id_of_somebody_else_is_not_sent_again) {
    world.fhir.kept("c1").communication.fax_ids = {"sent-by-others"};
    EXPECT_THROW(world.accept("c1"), Refusal) << "the ledger was lost, say";
    EXPECT_TRUE(world.outbox().find({SendingWorld::project, "c1"}).empty());
}

TEST_F(SendingStory, one_that_another_installation_has_claimed_is_not_accepted) {
    world.fhir.kept("c1").standing.claim = "installation-2";
    EXPECT_THROW(world.accept("c1"), Refusal);
    EXPECT_TRUE(world.outbox().find({SendingWorld::project, "c1"}).empty());
}

TEST_F(SendingStory, a_claim_that_lost_a_race_against_staff_is_tried_again) {
    world.fhir.stale_claims = 2;
    world.send("c1");
    EXPECT_EQ(world.sender.taken.size(), 1u);
}

TEST_F(SendingStory, what_others_send_or_claim_after_we_accepted_it_is_held) {
    world.fhir.put("c2", {two});
    world.accept("c1");
    world.accept("c2");
    world.fhir.kept("c1").communication.fax_ids = {"sent-by-others"};
    world.fhir.kept("c2").communication.claim = "installation-2";
    world.carry("c1");
    world.carry("c2");
    EXPECT_EQ(world.sender.count("submit"), 0u);
    EXPECT_TRUE(world.row("c1").held);
    EXPECT_EQ(world.row("c1").reason, "send.sent_already");
    EXPECT_EQ(world.row("c2").reason, "send.claimed_elsewhere");
    EXPECT_EQ(world.fhir.seen("c2").status, "in-progress") << "the other one tells its end";
}

TEST_F(SendingStory, the_claim_is_there_while_it_waits_and_gone_once_it_went_out) {
    world.accept("c1");
    EXPECT_EQ(world.fhir.seen("c1").claim, "installation-1");
    world.carry("c1");
    EXPECT_TRUE(world.fhir.seen("c1").claim.empty());
}

TEST_F(SendingStory, a_document_that_staff_replace_while_it_waits_is_the_one_that_goes_out) {
    world.settings.live = false;
    world.send("c1");
    world.fhir.kept("c1").communication.documents[0].url = "Binary/right";
    world.fhir.documents["Binary/right"] = "%PDF-1.4\nthe right one\n%%EOF\n";
    world.settings.live = true;
    later(1min);
    ASSERT_EQ(world.sender.taken.size(), 1u);
    EXPECT_EQ(world.sender.taken[0].documents[0], "%PDF-1.4\nthe right one\n%%EOF\n");
}

TEST_F(SendingStory, an_address_signed_anew_is_the_same_document) {
    world.settings.live = false;
    world.fhir.kept("c1").communication.documents[0].url = "Binary/c1?Signature=1";
    world.fhir.documents["Binary/c1?Signature=1"] = "%PDF-1.4\nc1\n%%EOF\n";
    world.send("c1");
    const auto fetched = world.fhir.count("fetch");
    world.fhir.kept("c1").communication.documents[0].url = "Binary/c1?Signature=2";
    world.settings.live = true;
    later(1min);
    EXPECT_EQ(world.sender.taken.size(), 1u);
    EXPECT_EQ(world.fhir.count("fetch"), fetched);
}

TEST_F(SendingStory, what_staff_end_while_the_first_recipient_is_served_does_not_go_to_the_second) {
    world.fhir.put("c2", {one, two});
    world.sender.after_taking = [this](const std::string&) {
        world.fhir.kept("c2").standing.status = "entered-in-error";
    };
    world.settings.limits.at_once = 5;
    world.send("c2");
    EXPECT_EQ(world.sender.taken.size(), 1u);
    EXPECT_EQ(world.row("c2", 1).outcome, SendOutcome::cancelled);
}

TEST_F(SendingStory, archived_by_staff_after_a_failure_was_told_stays_archived) {
    world.fhir.put("c2", {one, two});
    world.settings.limits.at_once = 5;
    world.sender.first_state = State::sending;
    world.send("c2");
    world.sender.taken[0].status = {State::failed, "E41", 0, 1, {}};
    world.clock.advance(30s);
    world.carry("c2");
    world.fhir.staff("c2", [](auto& standing) { standing.status = "entered-in-error"; });
    world.sender.taken[1].status.state = State::completed;
    world.live_to_the_end();
    EXPECT_EQ(world.fhir.seen("c2").status, "entered-in-error");
}

TEST_F(SendingStory, a_hold_is_told_even_if_the_fhir_server_is_away_at_that_moment) {
    next_submission_fails(Fault::Kind::unknown, "efax.submission_unanswered");
    world.send("c1");
    world.fhir.on_call = [](const std::string& call) {
        if (call.starts_with("standing"))
            throw Fault(Fault::Kind::passing, "fhir.unreachable");
    };
    for (int hour = 0; hour < 3; ++hour)
        later(1h);
    EXPECT_FALSE(world.row("c1").held) << "it is not held before staff are told";
    world.fhir.on_call = {};
    world.live_to_the_end();
    EXPECT_TRUE(world.row("c1").held);
    EXPECT_EQ(world.fhir.seen("c1").reason_code, "send.outcome_unknown");
}

TEST_F(SendingStory, a_held_fax_does_not_block_its_number) {
    next_submission_fails(Fault::Kind::unknown, "efax.submission_unanswered");
    world.send("c1");
    world.live_to_the_end();
    ASSERT_TRUE(world.row("c1").held);
    world.fhir.put("c2", {one});
    world.send("c2");
    EXPECT_EQ(world.sender.taken.size(), 1u);
}

TEST_F(SendingStory, one_that_arrived_while_we_were_away_for_weeks_counts_as_arrived) {
    world.sender.first_state = State::sending;
    world.send("c1");
    world.sender.taken[0].status.state = State::completed;
    later(24h * 20);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
}

TEST_F(SendingStory, one_whose_state_can_never_be_read_is_held_and_not_called_failed) {
    world.sender.first_state = State::sending;
    world.send("c1");
    world.sender.on_call = [](const std::string& call) {
        if (call.starts_with("status"))
            throw Fault(Fault::Kind::passing, "efax.not_visible");
    };
    world.live_to_the_end();
    EXPECT_TRUE(world.row("c1").held);
    EXPECT_EQ(world.row("c1").reason, "efax.not_visible");
    EXPECT_EQ(world.fhir.seen("c1").status, "in-progress");
}

// ---- what a person decides

class Decided : public SendingStory {
  protected:
    void hold_unknown() {
        next_submission_fails(Fault::Kind::unknown, "efax.submission_unanswered");
        world.send("c1");
        world.live_to_the_end();
        ASSERT_TRUE(world.row("c1").held);
    }
    /// A fax that somebody sent to the first number by hand, say.
    void add_at_efax(const std::string& fax_id) {
        world.sender.taken.push_back({.fax_id = fax_id,
                                      .number = one,
                                      .reference = {},
                                      .user_id = {},
                                      .documents = {},
                                      .submission = {}});
    }
    Decision decide(const std::function<Decision(Transmission&)>& what) { return world.decide("c1", what); }
    Instant now() { return world.clock.now(); }
};

TEST_F(Decided, cancel_before_the_submission_sends_nothing) {
    world.settings.live = false;
    world.send("c1");
    EXPECT_TRUE(decide([&](auto& row) { return cancel(row, now()); }).done);
    world.settings.live = true;
    world.live_to_the_end();
    EXPECT_EQ(world.sender.count("submit"), 0u);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::cancelled);
    EXPECT_EQ(world.fhir.seen("c1").status, "stopped");
}

TEST_F(Decided, cancel_afterwards_asks_efax_and_believes_its_status) {
    world.sender.first_state = State::sending;
    world.send("c1");
    EXPECT_TRUE(decide([&](auto& row) { return cancel(row, now()); }).done);
    world.carry("c1");
    EXPECT_EQ(world.sender.count("cancel"), 1u);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::cancelled);
    EXPECT_FALSE(decide([&](auto& row) { return cancel(row, now()); }).done);
}

TEST_F(Decided, a_cancelled_fax_is_not_tried_again_and_a_refused_cancel_stops_no_following) {
    world.settings.retries = 3;
    world.sender.first_state = State::sending;
    world.send("c1");
    world.sender.on_call = [](const std::string& call) {
        if (call.starts_with("cancel"))
            throw Fault(Fault::Kind::passing, "efax.unavailable");
    };
    EXPECT_TRUE(decide([&](auto& row) { return cancel(row, now()); }).done);
    world.carry("c1");
    EXPECT_EQ(world.row("c1").status, "sending") << "it is followed nonetheless";
    world.sender.taken[0].status = {State::failed, "E41", 0, 1, {}};
    later(1min);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::failed);
    later(24h);
    EXPECT_EQ(world.sender.count("submit"), 1u);
}

TEST_F(Decided, resend_after_days_is_submitted_and_does_not_expire) {
    hold_unknown();
    world.clock.advance(24h * 3);
    EXPECT_TRUE(decide([&](auto& row) { return resend(row, now()); }).done);
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
    EXPECT_EQ(world.documents_in_spool(), 0u);
}

TEST_F(Decided, giving_up_leaves_no_document_behind) {
    hold_unknown();
    EXPECT_TRUE(decide([&](auto& row) { return cancel(row, now()); }).done);
    world.live_to_the_end();
    EXPECT_EQ(world.documents_in_spool(), 0u);
}

TEST_F(Decided, confirm_with_the_id_follows_the_fax) {
    hold_unknown();
    add_at_efax("sent-elsewhere");
    EXPECT_TRUE(decide([&](auto& row) { return confirm(row, "sent-elsewhere", now()); }).done);
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
    EXPECT_EQ(world.fhir.seen("c1").status, "completed");
    EXPECT_TRUE(world.fhir.seen("c1").reason_code.empty()) << "it is not unknown any more";
    EXPECT_EQ(world.sender.count("submit"), 1u);
}

TEST_F(Decided, confirm_without_an_id_counts_as_arrived) {
    hold_unknown();
    EXPECT_TRUE(decide([&](auto& row) { return confirm(row, "", now()); }).done);
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").stage, SendStage::reported);
    EXPECT_EQ(world.fhir.seen("c1").status, "completed");
}

TEST_F(Decided, an_id_that_another_transmission_has_is_taken_and_its_own_is_not) {
    world.fhir.put("c2", {two});
    world.send("c2");
    hold_unknown();
    const std::string others = world.row("c2").fax_id;
    EXPECT_TRUE(is_taken(world.outbox(), world.row("c1").key, others));
    EXPECT_FALSE(is_taken(world.outbox(), world.row("c2").key, others));
    EXPECT_FALSE(is_taken(world.outbox(), world.row("c1").key, "sent-unheard-of"));
}

TEST_F(Decided, an_id_is_believed_only_if_efax_knows_it_and_it_went_to_the_same_number) {
    hold_unknown();
    const Transmission row = world.row("c1");
    EXPECT_FALSE(ask_about(world.sender, row, "sent-mistyped", {}).done);
    add_at_efax("sent-elsewhere");
    SendStatus& status = world.sender.taken.back().status;
    status.destination = two.substr(1);
    EXPECT_FALSE(ask_about(world.sender, row, "sent-elsewhere", {}).done);
    status.destination = one.substr(1);
    EXPECT_TRUE(ask_about(world.sender, row, "sent-elsewhere", {}).done);
    status.destination.clear();
    EXPECT_TRUE(ask_about(world.sender, row, "sent-elsewhere", {}).done) << "eFax does not say where it went";
    world.sender.on_call = [](const std::string&) { throw Fault(Fault::Kind::passing, "efax.unreachable"); };
    EXPECT_THROW(ask_about(world.sender, row, "sent-elsewhere", {}), Fault);
}

TEST_F(Decided, one_that_efax_never_knew_under_its_id_may_be_said_to_have_arrived) {
    hold_unknown();
    EXPECT_TRUE(decide([&](auto& row) { return confirm(row, "sent-mistyped", now()); }).done);
    world.carry("c1");
    EXPECT_EQ(world.row("c1").reason, "efax.not_visible");
    EXPECT_FALSE(decide([&](auto& row) { return resend(row, now()); }).done) << "eFax may be slow to show it";
    EXPECT_FALSE(decide([&](auto& row) { return confirm(row, "sent-elsewhere", now()); }).done);
    EXPECT_TRUE(decide([&](auto& row) { return confirm(row, "", now()); }).done);
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
    EXPECT_EQ(world.sender.count("submit"), 1u);
}

TEST_F(Decided, an_id_that_efax_never_knew_can_be_given_up_for_a_resend) {
    hold_unknown();
    EXPECT_TRUE(decide([&](auto& row) { return confirm(row, "sent-mistyped", now()); }).done);
    for (int look = 0; look < 3; ++look)
        later(1h);
    EXPECT_TRUE(decide([&](auto& row) { return resend(row, now()); }).done);
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
    ASSERT_EQ(world.sender.taken.size(), 1u);
    EXPECT_EQ(world.row("c1").fax_id, world.sender.taken[0].fax_id);
}

TEST_F(Decided, one_that_efax_has_spoken_of_is_neither_confirmed_anew_nor_resent) {
    world.sender.first_state = State::sending;
    world.send("c1");
    later(1min);
    world.sender.on_call = [](const std::string& call) {
        if (call.starts_with("status"))
            throw Fault(Fault::Kind::passing, "efax.not_visible");
    };
    for (int look = 0; look < 5; ++look)
        later(1h);
    EXPECT_EQ(world.row("c1").reason, "efax.not_visible");
    EXPECT_FALSE(decide([&](auto& row) { return resend(row, now()); }).done);
    EXPECT_FALSE(decide([&](auto& row) { return confirm(row, "sent-elsewhere", now()); }).done);
}

TEST_F(Decided, resend_is_a_new_round_with_a_new_reference) {
    hold_unknown();
    EXPECT_TRUE(decide([&](auto& row) { return resend(row, now()); }).done);
    world.live_to_the_end();
    EXPECT_EQ(world.row("c1").round, 2);
    EXPECT_EQ(world.row("c1").outcome, SendOutcome::completed);
    EXPECT_EQ(world.sender.count("submit"), 2u);
}

TEST_F(Decided, resend_of_anything_else_is_refused) {
    world.send("c1");
    EXPECT_FALSE(decide([&](auto& row) { return resend(row, now()); }).done);
    world.live_to_the_end();
    EXPECT_FALSE(decide([&](auto& row) { return resend(row, now()); }).done);
    EXPECT_FALSE(decide([&](auto& row) { return confirm(row, "", now()); }).done);
    EXPECT_EQ(world.sender.taken.size(), 1u);
}

TEST_F(Decided, giving_up_an_unknown_outcome_stops_the_communication) {
    hold_unknown();
    EXPECT_TRUE(decide([&](auto& row) { return cancel(row, now()); }).done);
    world.live_to_the_end();
    EXPECT_EQ(world.fhir.seen("c1").status, "stopped");
    EXPECT_EQ(world.fhir.seen("c1").reason_code, "operator.given_up");
}

TEST_F(Decided, a_stop_by_staff_is_not_taken_back_while_another_recipient_is_under_way) {
    world.fhir.put("c2", {one, two});
    world.sender.first_state = SendStatus::State::sending;
    world.send("c2");
    world.sender.taken.front().status.state = SendStatus::State::failed;
    world.sender.taken.front().status.code = "E44";
    world.clock.advance(10min);
    world.carry("c2");
    ASSERT_EQ(world.fhir.seen("c2").reason_code, "E44") << "the first recipient tells its end";
    world.fhir.staff("c2", [](CommunicationStanding& standing) { standing.status = "stopped"; });
    world.sender.taken.back().status.state = SendStatus::State::completed;
    world.fhir.statuses.clear();
    world.live_to_the_end();
    for (const auto& status : world.fhir.statuses["c2"])
        EXPECT_EQ(status, "stopped");
    EXPECT_EQ(world.fhir.seen("c2").status, "stopped");
}

TEST_F(Decided, hold_and_retry_before_the_submission) {
    world.accept("c1");
    EXPECT_TRUE(decide([](auto& row) { return hold(row); }).done);
    later(10h);
    EXPECT_EQ(world.sender.count("submit"), 0u);
    EXPECT_TRUE(decide([&](auto& row) { return retry(row, now()); }).done);
    world.live_to_the_end();
    EXPECT_EQ(world.sender.taken.size(), 1u);
    EXPECT_FALSE(decide([](auto& row) { return hold(row); }).done);
}

} // namespace
} // namespace efaxd::flow
