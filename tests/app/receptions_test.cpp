// Calls that wait for polls and deliveries share them, and are answered once.
#include "app/receptions.hpp"

#include <gtest/gtest.h>

namespace efaxd::app {
namespace {

ErrandReport poll_of(const std::string& mailbox, std::vector<std::string> claimed, std::size_t listed) {
    ErrandReport report;
    report.errand = {ErrandKind::poll, "clinic", mailbox, {}};
    report.poll.claimed = std::move(claimed);
    report.poll.listed = listed;
    return report;
}

ErrandReport carry_of(const std::string& fax_id, Stage stage) {
    ErrandReport report;
    report.errand = {ErrandKind::carry, "clinic", "clinic:system", fax_id};
    report.entry.key = {"clinic", fax_id};
    report.entry.stage = stage;
    report.entry.communication_id = "c-" + fax_id;
    return report;
}

class ReceptionsOf : public testing::Test {
  protected:
    int wait_for(const std::vector<std::string>& mailboxes) {
        return receptions.wait_for(mailboxes,
                                   [this](const Reception& reception) { answers.push_back(reception); });
    }

    Receptions receptions;
    std::vector<Reception> answers;
};

TEST_F(ReceptionsOf, any_number_of_calls_share_one_poll) {
    for (int call = 0; call < 3; ++call)
        wait_for({"clinic:system"});
    receptions.polled(poll_of("clinic:other", {}, 0));
    EXPECT_TRUE(answers.empty());
    receptions.polled(poll_of("clinic:system", {}, 4));
    ASSERT_EQ(answers.size(), 3u);
    EXPECT_EQ(answers[2].received.duplicates, 4);
    receptions.polled(poll_of("clinic:system", {}, 4));
    EXPECT_EQ(answers.size(), 3u) << "each is answered once";
}

TEST_F(ReceptionsOf, an_answer_waits_until_the_new_faxes_are_delivered) {
    wait_for({"clinic:system"});
    receptions.polled(poll_of("clinic:system", {"fax-1", "fax-2"}, 3));
    receptions.carried(carry_of("fax-1", Stage::acknowledged));
    receptions.carried(carry_of("fax-2", Stage::stored));
    EXPECT_TRUE(answers.empty());
    receptions.carried(carry_of("fax-2", Stage::delivered));
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].received.received, 2);
    EXPECT_EQ(answers[0].received.duplicates, 1);
    EXPECT_EQ(answers[0].received.communications, (std::vector<std::string>{"c-fax-1", "c-fax-2"}));
}

TEST_F(ReceptionsOf, a_fax_delivered_before_its_poll_came_back_counts) {
    wait_for({"clinic:system"});
    receptions.carried(carry_of("fax-1", Stage::delivered));
    receptions.polled(poll_of("clinic:system", {"fax-1"}, 1));
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].received.received, 1);
}

TEST_F(ReceptionsOf, a_failed_poll_and_a_fax_that_waits_are_told) {
    wait_for({"clinic:system", "clinic:other"});
    auto failed = poll_of("clinic:other", {}, 0);
    failed.fault = Fault(Fault::Kind::passing, "efax.user_refused");
    receptions.polled(failed);
    receptions.polled(poll_of("clinic:system", {"fax-1"}, 1));
    auto waiting = carry_of("fax-1", Stage::stored);
    waiting.fault = Fault(Fault::Kind::passing, "fhir.unreachable");
    receptions.carried(waiting);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].mailboxes, 2u);
    EXPECT_EQ(answers[0].unread, 1u);
    EXPECT_TRUE(answers[0].refused);
    EXPECT_EQ(answers[0].received.failed, 2);
    EXPECT_EQ(answers[0].received.issues.size(), 2u);
}

TEST_F(ReceptionsOf, patience_ends_with_what_is_known) {
    const int number = wait_for({"clinic:system"});
    receptions.polled(poll_of("clinic:system", {"fax-1", "fax-2"}, 2));
    receptions.carried(carry_of("fax-1", Stage::delivered));
    receptions.give_up(number);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].received.received, 1);
    EXPECT_EQ(answers[0].received.pending, 1);
    receptions.give_up(number);
    receptions.carried(carry_of("fax-2", Stage::delivered));
    EXPECT_EQ(answers.size(), 1u);
}

} // namespace
} // namespace efaxd::app
