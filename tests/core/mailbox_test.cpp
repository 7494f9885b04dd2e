#include "efaxd/core/mailbox.hpp"

#include <gtest/gtest.h>

namespace efaxd {
namespace {

using namespace std::chrono_literals;

const Owner org_a{OwnerKind::organization, "a"};
const Owner org_b{OwnerKind::organization, "b"};
const Owner doctor{OwnerKind::practitioner, "d"};

MailboxPlan plan() {
    MailboxPlan plan;
    plan.project = "clinic";
    plan.system_user_id = "shared";
    plan.system_recipient = "Organization/front-desk";
    plan.poll = 60s;
    return plan;
}

std::vector<std::string> ids(const MailboxList& list) {
    std::vector<std::string> ids;
    for (const Mailbox& mailbox : list.mailboxes)
        ids.push_back(mailbox.id);
    return ids;
}

using Ids = std::vector<std::string>;

TEST(Mailboxes, are_one_for_each_user_id_at_all_three_levels) {
    MailboxPlan the_plan = plan();
    the_plan.found = {{doctor, "u2"}, {org_a, "u1"}};
    const MailboxList list = make_mailboxes(the_plan);
    ASSERT_EQ(ids(list), (Ids{"clinic:Organization:a", "clinic:Practitioner:d", "clinic:system"}));
    EXPECT_EQ(list.mailboxes[0],
              (Mailbox{"clinic:Organization:a", "clinic", "u1", org_a, "Organization/a", 60s}));
    EXPECT_EQ(list.mailboxes[1],
              (Mailbox{"clinic:Practitioner:d", "clinic", "u2", doctor, "Practitioner/d", 60s}));
    EXPECT_EQ(list.mailboxes[2],
              (Mailbox{"clinic:system", "clinic", "shared", Owner{}, "Organization/front-desk", 60s}));
    EXPECT_TRUE(list.oddities.empty());
}

TEST(Mailboxes, are_none_for_an_empty_plan) {
    MailboxPlan the_plan = plan();
    the_plan.system_user_id.clear();
    EXPECT_TRUE(make_mailboxes(the_plan).mailboxes.empty());
}

TEST(Mailboxes, number_the_further_identifiers_of_one_owner) {
    MailboxPlan the_plan = plan();
    the_plan.system_user_id.clear();
    the_plan.found = {{org_a, "u9"}, {org_a, "u1"}, {org_a, "u5"}, {doctor, "u2"}};
    const MailboxList list = make_mailboxes(the_plan);
    EXPECT_EQ(ids(list), (Ids{"clinic:Organization:a", "clinic:Organization:a:2", "clinic:Organization:a:3",
                              "clinic:Practitioner:d"}));
    EXPECT_EQ(list.mailboxes[0].user_id, "u9");
    EXPECT_EQ(list.mailboxes[2].user_id, "u5");
}

TEST(Mailboxes, count_an_identifier_given_twice_once) {
    MailboxPlan the_plan = plan();
    the_plan.fixed = {{org_a, "u1", {}}};
    the_plan.found = {{org_a, "u1"}, {org_a, "u1"}, {org_a, "u2"}};
    const MailboxList list = make_mailboxes(the_plan);
    EXPECT_EQ(ids(list), (Ids{"clinic:Organization:a", "clinic:Organization:a:2", "clinic:system"}));
    EXPECT_TRUE(list.oddities.empty());
}

TEST(Mailboxes, give_the_shared_number_to_its_one_owner) {
    MailboxPlan the_plan = plan();
    the_plan.found = {{org_a, "shared"}};
    const MailboxList list = make_mailboxes(the_plan);
    ASSERT_EQ(ids(list), (Ids{"clinic:system"}));
    EXPECT_EQ(list.mailboxes[0].recipient, "Organization/a");
    EXPECT_TRUE(list.oddities.empty());
}

TEST(Mailboxes, give_a_number_with_two_owners_to_the_default_recipient) {
    MailboxPlan the_plan = plan();
    the_plan.found = {{org_b, "u1"}, {org_a, "u1"}};
    const MailboxList list = make_mailboxes(the_plan);
    ASSERT_EQ(ids(list), (Ids{"clinic:Organization:a", "clinic:system"}));
    EXPECT_EQ(list.mailboxes[0].user_id, "u1");
    EXPECT_EQ(list.mailboxes[0].recipient, "Organization/front-desk");
    ASSERT_EQ(list.oddities.size(), 1u);
    EXPECT_EQ(list.oddities[0].reason, "mailbox.shared_user_id");
    EXPECT_EQ(list.oddities[0].owners, (std::vector{org_a, org_b}));
}

TEST(Mailboxes, keep_the_shared_number_for_the_default_recipient_when_two_owners_carry_it) {
    MailboxPlan the_plan = plan();
    the_plan.found = {{org_a, "shared"}, {doctor, "shared"}};
    const MailboxList list = make_mailboxes(the_plan);
    ASSERT_EQ(ids(list), (Ids{"clinic:system"}));
    EXPECT_EQ(list.mailboxes[0].recipient, "Organization/front-desk");
    ASSERT_EQ(list.oddities.size(), 1u);
    EXPECT_EQ(list.oddities[0].owners, (std::vector{org_a, doctor}));
}

TEST(Mailboxes, do_not_depend_on_the_order_in_which_owners_were_found) {
    MailboxPlan one = plan();
    one.found = {{org_a, "u1"}, {org_b, "u1"}, {doctor, "u2"}};
    MailboxPlan other = plan();
    other.found = {{doctor, "u2"}, {org_b, "u1"}, {org_a, "u1"}};
    EXPECT_EQ(make_mailboxes(one).mailboxes, make_mailboxes(other).mailboxes);
}

TEST(Mailboxes, take_the_poll_of_an_owner_from_the_file) {
    MailboxPlan the_plan = plan();
    the_plan.fixed = {{org_a, "u1", 5s}, {doctor, "", 10s}, {org_b, "u3", {}}};
    the_plan.found = {{doctor, "u2"}};
    const MailboxList list = make_mailboxes(the_plan);
    ASSERT_EQ(ids(list), (Ids{"clinic:Organization:a", "clinic:Organization:b", "clinic:Practitioner:d",
                              "clinic:system"}));
    EXPECT_EQ(list.mailboxes[0].poll, 5s);
    EXPECT_EQ(list.mailboxes[1].poll, 60s);
    EXPECT_EQ(list.mailboxes[2].poll, 10s);
}

TEST(Mailboxes, poll_a_shared_user_id_as_often_as_its_most_eager_owner) {
    MailboxPlan the_plan = plan();
    the_plan.fixed = {{org_a, "shared", 5s}};
    EXPECT_EQ(make_mailboxes(the_plan).mailboxes.at(0).poll, 5s);
}

TEST(Mailboxes, have_none_for_a_listed_owner_without_identifier) {
    MailboxPlan the_plan = plan();
    the_plan.fixed = {{org_a, "", {}}};
    EXPECT_EQ(ids(make_mailboxes(the_plan)), (Ids{"clinic:system"}));
}

TEST(Mailboxes, leave_out_unusable_user_ids_and_say_whose) {
    for (const std::string& bad : {std::string(), std::string("a b"), std::string("a\n"), std::string("\x7f"),
                                   std::string("ü"), std::string(" a"), std::string(257, 'a')}) {
        MailboxPlan the_plan = plan();
        the_plan.found = {{org_a, bad}, {org_a, "u1"}};
        const MailboxList list = make_mailboxes(the_plan);
        EXPECT_EQ(ids(list), (Ids{"clinic:Organization:a", "clinic:system"})) << bad;
        ASSERT_EQ(list.oddities.size(), 1u) << bad;
        EXPECT_EQ(list.oddities[0].reason, "mailbox.bad_user_id");
        EXPECT_EQ(list.oddities[0].owners, std::vector{org_a});
    }
    MailboxPlan the_plan = plan();
    the_plan.found = {{org_a, std::string(256, 'a')}, {doctor, "!"}};
    EXPECT_EQ(make_mailboxes(the_plan).mailboxes.size(), 3u);
}

TEST(Mailboxes, tell_user_ids_apart_by_case) {
    MailboxPlan the_plan = plan();
    the_plan.found = {{org_a, "SHARED"}};
    EXPECT_EQ(make_mailboxes(the_plan).mailboxes.size(), 2u);
}

TEST(MaskedUserId, shows_two_characters_at_most) {
    EXPECT_EQ(masked_user_id("0b1c2d3e"), "…3e");
    EXPECT_EQ(masked_user_id("12"), "…");
    EXPECT_EQ(masked_user_id(""), "…");
}

} // namespace
} // namespace efaxd
