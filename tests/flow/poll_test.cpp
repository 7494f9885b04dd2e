#include "flow/world.hpp"

#include <gtest/gtest.h>

namespace efaxd::flow {
namespace {

using namespace std::chrono_literals;

TEST(Poll, claims_a_new_fax_before_any_document_is_asked_for) {
    World world;
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 1h);
    EXPECT_EQ(world.poll().claimed.size(), 1u);
    const Entry entry = world.entry("fax-00000001");
    EXPECT_EQ(entry.stage, Stage::claimed);
    EXPECT_EQ(entry.mailbox, "clinic:system");
    EXPECT_EQ(entry.user_id, "user-1");
    EXPECT_EQ(entry.due, world.clock.now());
    EXPECT_EQ(world.efax.count("fetch"), 0u);
}

TEST(Poll, claims_a_fax_once_however_often_it_is_listed) {
    World world;
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 1h);
    world.poll();
    world.memory = {};
    EXPECT_EQ(world.poll().claimed.size(), 0u);
}

TEST(Poll, looks_nothing_up_that_it_knows_and_claims_what_is_new_beside_it) {
    World world;
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 1h);
    world.poll();
    world.efax.put("user-1", "fax-00000010", world.clock.now() - 1h);
    world.efax.put("user-1", "ax-00000001", world.clock.now() - 1h);
    EXPECT_EQ(world.poll().claimed.size(), 2u) << "neither is a part of a known id, nor has one as its part";
    EXPECT_EQ(world.poll().claimed.size(), 0u);
}

TEST(Poll, finds_a_fax_that_another_program_downloaded_before_we_saw_it) {
    World world;
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 1h).downloaded = true;
    EXPECT_EQ(world.poll().claimed.size(), 1u);
}

TEST(Poll, finds_an_unread_fax_of_any_age) {
    World world;
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 24h * 400);
    EXPECT_EQ(world.poll().claimed.size(), 1u);
}

TEST(Poll, finds_a_fax_that_appears_late_and_was_downloaded_meanwhile) {
    World world;
    world.efax.put("user-1", "fax-00000002", world.clock.now() - 1h);
    world.poll();
    world.clock.advance(60h);
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 70h).downloaded = true;
    EXPECT_EQ(world.poll().claimed.size(), 1u) << "older than one seen already";
}

TEST(Poll, looks_back_over_a_whole_outage_even_after_a_restart) {
    World world;
    world.poll();
    world.clock.advance(24h * 30);
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 24h * 29).downloaded = true;
    world.begin();
    world.memory = Poll(world.efax, world.ledger(), world.clock, 72h).recall(world.mailbox);
    EXPECT_EQ(world.poll().claimed.size(), 1u);
}

TEST(Poll, repeats_the_unread_pass_until_it_shows_nothing_new) {
    World world;
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 1h);
    world.efax.put("user-1", "fax-00000002", world.clock.now() - 24h * 9).downloaded = false;
    auto& hidden = world.efax.kept("user-1", "fax-00000002");
    hidden.listed = false; // slipped over a page border while another program read along
    int lists = 0;
    world.efax.on_call = [&](const std::string& call) {
        if (call.starts_with("list") && ++lists == 2)
            hidden.listed = true;
    };
    EXPECT_EQ(world.poll().claimed.size(), 2u);
    EXPECT_EQ(world.efax.count("list"), 4u) << "A, B, A with news, A without";
}

TEST(Poll, stops_repeating_under_a_stream_of_new_faxes) {
    World world;
    for (int number = 10000000; number < 10000010; ++number) {
        world.efax.put("user-1", "fax-" + std::to_string(number), world.clock.now());
        world.efax.kept("user-1", "fax-" + std::to_string(number)).listed = number == 10000000;
    }
    int shown = 10000000;
    world.efax.on_call = [&](const std::string& call) { // another fax arrives with every list
        if (call.starts_with("list"))
            world.efax.kept("user-1", "fax-" + std::to_string(++shown)).listed = true;
    };
    world.poll();
    EXPECT_EQ(world.efax.count("list"), 5u) << "A, B, and three repeats";
}

TEST(Poll, a_failed_second_pass_claims_nothing_and_forgets_nothing) {
    World world;
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 1h);
    world.efax.on_call = [](const std::string& call) {
        if (call == "list window")
            throw Fault(Fault::Kind::passing, "efax.unavailable");
    };
    EXPECT_THROW(world.poll(), Fault);
    world.efax.on_call = nullptr;
    EXPECT_EQ(world.poll().claimed.size(), 1u);
}

TEST(Poll, does_not_trust_its_memory_after_a_list_was_cut) {
    World world;
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 1h);
    world.efax.cut = true;
    EXPECT_TRUE(world.poll().cut);
    EXPECT_TRUE(world.memory.unread.empty());
    EXPECT_FALSE(world.memory.read_through) << "a cut list was not read through";
    world.efax.cut = false;
    EXPECT_FALSE(world.poll().cut);
    EXPECT_EQ(world.memory.read_through, world.clock.now());
}

TEST(Poll, never_takes_a_list_it_could_not_read_whole_for_settled) {
    World world;
    world.efax.unreadable = 1;
    EXPECT_EQ(world.poll().unreadable, 1);
    EXPECT_EQ(world.poll().unreadable, 1) << "still counted when the list has not changed";
    world.efax.unreadable = 0;
    EXPECT_EQ(world.poll().unreadable, 0);
}

TEST(Poll, writes_nothing_when_nothing_is_new) {
    World world;
    world.poll();
    const auto name = "read-through clinic:system user-1";
    const auto kept = world.ledger().recall(name);
    ASSERT_TRUE(kept);
    world.clock.advance(10min);
    world.poll();
    EXPECT_EQ(world.ledger().recall(name), kept) << "kept at most once an hour";
    world.clock.advance(1h);
    world.poll();
    EXPECT_NE(world.ledger().recall(name), kept);
}

TEST(Poll, a_clock_that_was_stepped_back_does_not_narrow_the_window) {
    World world;
    world.poll();
    world.clock.set_wall(world.clock.now() - 24h * 10);
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 71h).downloaded = true;
    EXPECT_EQ(world.poll().claimed.size(), 1u);
}

TEST(Poll, finds_within_a_day_what_was_read_by_others_outside_the_window_of_a_wrong_clock) {
    World world;
    world.poll();
    world.clock.set_wall(world.clock.now() + 48h);
    world.poll();
    world.memory.looked_back = world.clock.now();
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 78h).downloaded = true;
    EXPECT_EQ(world.poll().claimed.size(), 0u);
    world.clock.advance(24h);
    EXPECT_EQ(world.poll().claimed.size(), 1u);
}

TEST(Poll, never_brings_in_what_others_had_read_before_it_was_there) {
    World world;
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 73h).downloaded = true;
    for (int day = 0; day < 40; ++day) {
        EXPECT_EQ(world.poll().claimed.size(), 0u);
        world.clock.advance(24h);
    }
}

TEST(Poll, looks_back_once_a_day_however_often_it_starts) {
    World world;
    world.poll();
    world.memory.looked_back = world.clock.now();
    world.clock.advance(25h);
    const auto lists = [&] {
        const auto before = world.efax.count("list window");
        world.poll();
        return world.efax.count("list window") - before;
    };
    EXPECT_EQ(lists(), 2u);
    EXPECT_EQ(lists(), 1u);
    world.begin();
    world.memory = Poll(world.efax, world.ledger(), world.clock, 72h).recall(world.mailbox);
    EXPECT_EQ(lists(), 1u);
    world.clock.advance(24h);
    EXPECT_EQ(lists(), 2u);
}

TEST(Poll, goes_on_where_efax_does_not_list_a_month_and_tries_again_in_an_hour) {
    World world;
    world.poll();
    world.memory.looked_back = world.clock.now();
    world.clock.advance(25h);
    world.efax.put("user-1", "fax-00000001", world.clock.now() - 1h);
    int windows = 0;
    world.efax.on_call = [&](const std::string& call) {
        if (call == "list window" && ++windows == 2)
            throw Fault(Fault::Kind::passing, "efax.bad_request");
    };
    EXPECT_EQ(world.poll().claimed.size(), 1u);
    world.poll();
    EXPECT_EQ(windows, 3);
    world.clock.advance(1h);
    world.poll();
    EXPECT_EQ(windows, 5);
}

} // namespace
} // namespace efaxd::flow
