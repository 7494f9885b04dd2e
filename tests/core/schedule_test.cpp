#include "efaxd/core/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace efaxd {
namespace {

using namespace std::chrono_literals;

const Steady start{1h};

Errand poll(const std::string& mailbox, const std::string& project = "p") {
    return {ErrandKind::poll, project, mailbox, {}};
}

Errand carry(const std::string& mailbox, int fax, const std::string& project = "p") {
    return {ErrandKind::carry, project, mailbox, "fax-" + std::to_string(fax)};
}

int count_of(const std::vector<Errand>& errands, ErrandKind kind) {
    return static_cast<int>(std::ranges::count(errands, kind, &Errand::kind));
}

TEST(Schedule, sends_a_poll_out_when_it_is_due_and_not_before) {
    Schedule schedule(4);
    schedule.set_due(poll("a"), start + 1s);
    EXPECT_TRUE(schedule.take(start).empty());
    EXPECT_EQ(schedule.next_due(), start + 1s);
    EXPECT_EQ(schedule.take(start + 1s), std::vector{poll("a")});
    EXPECT_EQ(schedule.next_due(), std::nullopt);
}

TEST(Schedule, never_sends_two_errands_to_one_subject) {
    Schedule schedule(4);
    schedule.set_due(poll("a"), start);
    EXPECT_EQ(schedule.take(start).size(), 1u);
    schedule.set_due(poll("a"), start);
    EXPECT_TRUE(schedule.take(start).empty());
    schedule.came_back(poll("a"), 1ms);
    schedule.set_due_again(poll("a"), start + 1min);
    EXPECT_EQ(schedule.take(start).size(), 1u) << "the wish made while it was out is kept";
    schedule.came_back(poll("a"), 1ms);
    schedule.set_due_again(poll("a"), start + 1min);
    EXPECT_TRUE(schedule.take(start).empty()) << "and fulfilled once";

    EXPECT_TRUE(schedule.offer(carry("a", 1)));
    EXPECT_FALSE(schedule.offer(carry("a", 1)));
    EXPECT_EQ(schedule.take(start), std::vector{carry("a", 1)});
    EXPECT_FALSE(schedule.offer(carry("a", 1)));
}

TEST(Schedule, forgets_what_was_dropped_even_while_it_is_out) {
    Schedule schedule(4);
    schedule.set_due(poll("a"), start);
    schedule.set_due(poll("b"), start);
    schedule.drop(poll("a"));
    EXPECT_EQ(schedule.take(start), std::vector{poll("b")});
    schedule.drop(poll("b"));
    schedule.came_back(poll("b"), 1ms);
    EXPECT_TRUE(schedule.take(start + 1h).empty());
    EXPECT_EQ(schedule.out(), 0u);
}

TEST(Schedule, sends_polls_before_faxes) {
    Schedule schedule(2);
    schedule.offer(carry("a", 1));
    schedule.offer(carry("a", 2));
    schedule.set_due(poll("a"), start);
    schedule.set_due(poll("b"), start);
    const auto sent = schedule.take(start);
    ASSERT_EQ(sent.size(), 2u);
    EXPECT_EQ(count_of(sent, ErrandKind::poll), 2);
}

TEST(Schedule, keeps_a_quarter_of_the_hands_for_polls) {
    Schedule schedule(8);
    for (int fax = 0; fax < 20; ++fax)
        schedule.offer(carry("a", fax));
    EXPECT_EQ(schedule.take(start).size(), 6u);
    schedule.set_due(poll("a"), start);
    schedule.set_due(poll("b"), start);
    EXPECT_EQ(schedule.take(start).size(), 2u);
}

TEST(Schedule, keeps_a_quarter_of_the_hands_for_faxes_while_polls_are_always_overdue) {
    Schedule schedule(8);
    for (int number = 0; number < 100; ++number)
        schedule.set_due(poll("mailbox-" + std::to_string(number)), start);
    for (int fax = 0; fax < 20; ++fax)
        schedule.offer(carry("a", fax));
    const auto sent = schedule.take(start);
    EXPECT_EQ(count_of(sent, ErrandKind::poll), 6);
    EXPECT_EQ(count_of(sent, ErrandKind::carry), 2);
}

TEST(Schedule, lets_mailboxes_take_turns_so_that_a_flooded_one_starves_nobody) {
    Schedule schedule(4); // three for faxes
    for (int fax = 0; fax < 1000; ++fax)
        schedule.offer(carry("flooded", fax));
    schedule.offer(carry("quiet", 1));
    schedule.offer(carry("calm", 1));
    const auto sent = schedule.take(start);
    ASSERT_EQ(sent.size(), 3u);
    EXPECT_EQ(sent[0], carry("flooded", 0)) << "the oldest of its mailbox";
    EXPECT_EQ(sent[1], carry("quiet", 1));
    EXPECT_EQ(sent[2], carry("calm", 1));
}

TEST(Schedule, gives_one_of_several_projects_at_most_half_the_hands) {
    Schedule schedule(8);
    schedule.share_among(2);
    for (int fax = 0; fax < 20; ++fax)
        schedule.offer(carry("one:a", fax, "one"));
    EXPECT_EQ(schedule.take(start).size(), 3u) << "half, less the quarter of it that is kept for polls";
    for (int number = 0; number < 5; ++number)
        schedule.set_due(poll("one:" + std::to_string(number), "one"), start);
    EXPECT_EQ(schedule.take(start).size(), 1u);
    for (int fax = 0; fax < 20; ++fax)
        schedule.offer(carry("two:a", fax, "two"));
    EXPECT_EQ(schedule.take(start).size(), 3u);
}

TEST(Schedule, keeps_a_quarter_of_a_projects_half_for_its_faxes) {
    Schedule schedule(16);
    schedule.share_among(2);
    for (int number = 0; number < 100; ++number)
        schedule.set_due(poll("one:" + std::to_string(number), "one"), start);
    for (int fax = 0; fax < 20; ++fax)
        schedule.offer(carry("one:a", fax, "one"));
    const auto sent = schedule.take(start);
    EXPECT_EQ(count_of(sent, ErrandKind::poll), 6);
    EXPECT_EQ(count_of(sent, ErrandKind::carry), 2);
}

TEST(Schedule, lets_slow_subjects_only_into_a_quarter_of_the_hands) {
    Schedule schedule(8);
    const auto mailbox = [](int number) { return poll("mailbox-" + std::to_string(number)); };
    for (int number = 0; number < 6; ++number)
        schedule.set_due(mailbox(number), start);
    EXPECT_EQ(schedule.take(start).size(), 6u);
    for (int number = 0; number < 6; ++number) {
        schedule.set_due(mailbox(number), start);
        schedule.came_back(mailbox(number), 6s);
    }
    EXPECT_EQ(schedule.take(start).size(), 2u);
    schedule.set_due(poll("quick"), start);
    EXPECT_EQ(schedule.take(start), std::vector{poll("quick")});
    schedule.came_back(mailbox(0), 1ms);
    EXPECT_EQ(schedule.take(start).size(), 2u) << "it is quick again itself, and makes room for a slow one";
}

TEST(Schedule, works_with_a_single_hand) {
    Schedule schedule(1);
    schedule.share_among(3);
    schedule.offer(carry("a", 1));
    EXPECT_EQ(schedule.take(start).size(), 1u);
    schedule.came_back(carry("a", 1), 6s);
    schedule.offer(carry("a", 1));
    EXPECT_EQ(schedule.take(start).size(), 1u) << "slow, but it may go when nobody else is out";
}

TEST(Schedule, withdraws_a_queued_fax) {
    Schedule schedule(4);
    schedule.offer(carry("a", 1));
    schedule.offer(carry("a", 2));
    schedule.withdraw(carry("a", 1));
    EXPECT_EQ(schedule.take(start), std::vector{carry("a", 2)});
    schedule.withdraw(carry("a", 2));
    EXPECT_EQ(schedule.queued(), 0u);
}

TEST(Schedule, keeps_errands_off_a_seized_fax) {
    Schedule schedule(4);
    schedule.offer(carry("a", 1));
    EXPECT_TRUE(schedule.seize(carry("a", 1)));
    EXPECT_FALSE(schedule.seize(carry("a", 1)));
    EXPECT_FALSE(schedule.offer(carry("a", 1)));
    EXPECT_TRUE(schedule.take(start).empty());
    schedule.came_back(carry("a", 1), 1ms, true);
    EXPECT_TRUE(schedule.offer(carry("a", 1)));
}

} // namespace
} // namespace efaxd
