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
        return pick_up({SendingWorld::project, installation}, world.fhir, world.outbox(), sending, {});
    }
    PickedUp pick_up_now() { return pick_up_as(world.settings.installation); }

    SendingWorld world;
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
    EXPECT_THROW(pick_up_now(), Fault) << "it is told";
    EXPECT_FALSE(world.outbox().find({SendingWorld::project, "c1"}).empty());
    EXPECT_TRUE(world.outbox().find({SendingWorld::project, "a0"}).empty());
}

TEST_F(PickUpStory, a_failed_search_is_a_fault_and_not_an_empty_list) {
    world.fhir.on_call = [](const std::string& call) {
        if (call == "waiting")
            throw Fault(Fault::Kind::passing, "fhir.unreachable");
    };
    EXPECT_THROW(pick_up_now(), Fault);
}

} // namespace
} // namespace efaxd::flow
