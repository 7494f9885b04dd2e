// What waits on the FHIR server is found, claimed and sent, once.

#include "flow/pick_up.hpp"
#include "flow/sending_world.hpp"

#include <gtest/gtest.h>

namespace efaxd::flow {
namespace {

const std::string one = "+15551234567";

class PickUpStory : public testing::Test {
  protected:
    PickUpStory() { world.fhir.put("c1", {one}); }

    PickedUp pick_up_as(const std::string& installation) {
        world.settings.installation = installation;
        auto sending = world.sending();
        return pick_up({SendingWorld::project, installation, world.settings.retry, std::chrono::hours{24}},
                       world.fhir, world.outbox(), sending, world.clock, memory, {});
    }
    PickedUp pick_up_now() { return pick_up_as(world.settings.installation); }

    /// The server takes no change to these.
    void refuse_changes_to(const std::string& first_letter) {
        world.fhir.on_call = [first_letter](const std::string& call) {
            if (call.starts_with("claim " + first_letter) || call.starts_with("change " + first_letter))
                throw Fault(Fault::Kind::lasting, "fhir.refused");
        };
    }

    SendingWorld world;
    PickUpMemory memory;
};

TEST_F(PickUpStory, a_waiting_communication_is_sent_and_its_claim_taken_away) {
    EXPECT_EQ(pick_up_now().accepted, 1u);
    EXPECT_EQ(world.fhir.seen("c1").claim, "installation-1");
    world.live_to_the_end();
    EXPECT_EQ(world.sender.taken_for(one), 1u);
    EXPECT_EQ(world.fhir.seen("c1").status, "completed");
    EXPECT_TRUE(world.fhir.seen("c1").claim.empty());
}

TEST_F(PickUpStory, what_is_under_way_already_is_left_alone) {
    world.accept("c1");
    EXPECT_EQ(pick_up_now().accepted, 0u);
    EXPECT_EQ(world.fhir.count("claim"), 1u);
    world.live_to_the_end();
    EXPECT_EQ(pick_up_now().accepted, 0u);
    EXPECT_EQ(world.sender.taken_for(one), 1u);
}

TEST_F(PickUpStory, of_two_daemons_on_one_server_only_one_sends) {
    world.fhir.kept("c1").standing.claim = "installation-2";
    EXPECT_EQ(pick_up_now().accepted, 0u);
    memory = {}; // the other one has its own
    EXPECT_EQ(pick_up_as("installation-2").accepted, 1u);
}

TEST_F(PickUpStory, one_that_was_only_claimed_before_a_crash_is_found_again) {
    world.fhir.kept("c1").standing.claim = world.settings.installation;
    EXPECT_EQ(pick_up_now().accepted, 1u);
}

TEST_F(PickUpStory, one_that_cannot_be_sent_says_so_and_the_others_go_on) {
    world.fhir.put("a0", {one});
    world.fhir.on_call = [](const std::string& call) {
        if (call == "read a0")
            throw Refusal(422, "business-rule", "Communication.recipient[0]", "send.no_fax_number",
                          "Organization/1 has no usable fax number.");
    };
    const auto picked = pick_up_now();
    EXPECT_EQ(picked.refused, 1u);
    EXPECT_EQ(picked.accepted, 1u);
    EXPECT_EQ(world.fhir.seen("a0").status, "stopped");
    EXPECT_EQ(world.fhir.seen("a0").reason_code, "send.no_fax_number");
    EXPECT_EQ(world.fhir.seen("a0").reason_text, "Organization/1 has no usable fax number.");
    EXPECT_EQ(pick_up_now().refused, 0u) << "once is enough";
}

TEST_F(PickUpStory, what_staff_end_meanwhile_is_neither_sent_nor_stopped) {
    world.fhir.on_call = [this](const std::string& call) {
        if (call == "read c1")
            world.fhir.staff("c1", [](auto& standing) { standing.status = "entered-in-error"; });
    };
    const auto picked = pick_up_now();
    EXPECT_EQ(picked.accepted + picked.refused, 0u);
    EXPECT_EQ(world.fhir.seen("c1").status, "entered-in-error");
}

TEST_F(PickUpStory, one_that_cannot_be_read_holds_up_none_of_the_others) {
    world.fhir.put("a0", {one});
    world.fhir.on_call = [](const std::string& call) {
        if (call == "read a0")
            throw Fault(Fault::Kind::passing, "fhir.forbidden");
    };
    EXPECT_EQ(pick_up_now().accepted, 1u);
    EXPECT_FALSE(world.outbox().find({SendingWorld::project, "c1"}).empty());
    EXPECT_TRUE(world.outbox().find({SendingWorld::project, "a0"}).empty());
}

TEST_F(PickUpStory, many_that_cannot_be_written_to_do_not_keep_a_good_one_back) {
    for (int bad = 10; bad < 35; ++bad)
        world.fhir.put("a" + std::to_string(bad), {one});
    refuse_changes_to("a");
    std::size_t accepted = 0;
    for (int run = 0; run < 3; ++run)
        accepted += pick_up_now().accepted;
    EXPECT_EQ(accepted, 1u);
    EXPECT_FALSE(world.outbox().find({SendingWorld::project, "c1"}).empty());
}

TEST_F(PickUpStory, one_that_cannot_be_written_to_is_tried_more_and_more_seldom_and_named) {
    world.fhir.put("a0", {one});
    refuse_changes_to("a");
    EXPECT_EQ(pick_up_now().stuck, 0u);
    EXPECT_EQ(pick_up_now().accepted, 0u);
    EXPECT_EQ(world.fhir.count("claim a0"), 1u) << "it rests";
    PickedUp picked;
    for (int minute = 0; minute < 60; ++minute) {
        world.clock.advance(std::chrono::minutes{1});
        picked = pick_up_now();
    }
    EXPECT_LE(world.fhir.count("claim a0"), 12u);
    EXPECT_GE(world.fhir.count("claim a0"), 6u);
    EXPECT_EQ(picked.stuck, 1u);
    EXPECT_EQ(picked.first_stuck, "a0");

    world.fhir.on_call = {};
    world.clock.advance(std::chrono::minutes{15});
    picked = pick_up_now();
    EXPECT_EQ(picked.accepted, 1u);
    EXPECT_EQ(picked.stuck, 0u);
}

TEST_F(PickUpStory, one_that_staff_end_is_forgotten) {
    world.fhir.put("a0", {one});
    refuse_changes_to("a");
    pick_up_now();
    EXPECT_TRUE(memory.aside.contains("a0"));
    world.fhir.staff("a0", [](auto& standing) { standing.status = "stopped"; });
    pick_up_now();
    EXPECT_TRUE(memory.aside.empty());
}

TEST_F(PickUpStory, one_claimed_by_a_lost_ledger_is_counted_and_named_once_nobody_works_on_it) {
    world.fhir.kept("c1").standing.claim = "lost";
    world.fhir.kept("c1").changed = world.clock.now();
    auto picked = pick_up_now();
    EXPECT_EQ(picked.elsewhere, 1u);
    EXPECT_TRUE(picked.first_orphan.empty()) << "somebody may be at work";
    EXPECT_EQ(pick_up_now().elsewhere, 1u) << "counted while it rests as well";
    EXPECT_EQ(world.fhir.count("read c1"), 1u);
    world.clock.advance(std::chrono::hours{25});
    picked = pick_up_now();
    EXPECT_EQ(picked.first_orphan, "c1");
    EXPECT_EQ(picked.stuck, 0u);
    world.fhir.staff("c1", [](auto& standing) { standing.claim.clear(); });
    world.clock.advance(std::chrono::hours{1});
    picked = pick_up_now();
    EXPECT_EQ(picked.accepted, 1u);
    EXPECT_EQ(picked.elsewhere, 0u);
}

TEST_F(PickUpStory, one_sent_by_a_lost_ledger_is_counted_and_never_sent_again) {
    world.fhir.kept("c1").standing.fax_ids = {"fax-of-old"};
    EXPECT_EQ(pick_up_now().elsewhere, 1u);
    world.clock.advance(std::chrono::hours{25});
    const auto picked = pick_up_now();
    EXPECT_EQ(picked.first_orphan, "c1");
    EXPECT_EQ(picked.accepted, 0u);
    EXPECT_EQ(world.fhir.count("claim"), 0u);
}

TEST_F(PickUpStory, what_we_have_sent_ourselves_is_not_elsewhere) {
    world.sender.first_state = SendStatus::State::sending;
    world.send("c1");
    EXPECT_EQ(pick_up_now().elsewhere, 0u);
}

TEST_F(PickUpStory, a_server_that_goes_away_ends_the_run) {
    world.fhir.put("a0", {one});
    world.fhir.on_call = [](const std::string& call) {
        if (call == "read a0")
            throw Fault(Fault::Kind::passing, "fhir.unreachable");
    };
    EXPECT_THROW(pick_up_now(), Fault);
    EXPECT_TRUE(memory.aside.empty()) << "it is not this one's doing";
}

TEST_F(PickUpStory, a_failed_search_is_a_fault_and_not_an_empty_list) {
    world.fhir.on_call = [](const std::string& call) {
        if (call == "search")
            throw Fault(Fault::Kind::passing, "fhir.unreachable");
    };
    EXPECT_THROW(pick_up_now(), Fault);
}

} // namespace
} // namespace efaxd::flow
