// Owners of user ids come and go at the FHIR server while the daemon runs.
#include "clinic.hpp"

#include <algorithm>

namespace efaxd::daemon {
namespace {

using Ids = std::vector<std::string>;

class Owners : public Clinic {
  protected:
    /// Puts a Practitioner there with these user ids.
    void put_practitioner(const std::string& id, const Ids& user_ids, bool active = true) {
        std::string identifiers;
        for (const auto& user_id : user_ids)
            identifiers += std::string(identifiers.empty() ? "" : ",") +
                           R"({"system":"https://efax.com","value":")" + user_id + R"("})";
        sandbox.fhir().put(R"({"resourceType":"Practitioner","id":")" + id + R"(","active":)" +
                           (active ? "true" : "false") + R"(,"identifier":[)" + identifiers +
                           R"(],"name":[{"family":"Test"}]})");
    }
    void add_user(const std::string& user_id, const std::string& recipient) {
        sandbox.add_user({"sim-app", user_id, "13035550150", recipient});
    }
    bool mailboxes_become(const Ids& ids) {
        return efaxd.until([&] { return efaxd.mailbox_ids() == ids; });
    }

    const Ids usual{"clinic:Organization:north-clinic", "clinic:Practitioner:dr-example", "clinic:system"};
};

TEST_F(Owners, a_new_practitioner_gets_faxes_without_a_restart) {
    efaxd.start();
    ASSERT_TRUE(mailboxes_become(usual));
    sandbox.add_owner({"Practitioner", "dr-new", "New", "10000001-20000004", "sim-app", "13035550124"});
    put("10000001-20000004", 3);
    EXPECT_TRUE(all_arrive());
    EXPECT_TRUE(mailboxes_become({"clinic:Organization:north-clinic", "clinic:Practitioner:dr-example",
                                  "clinic:Practitioner:dr-new", "clinic:system"}));
}

TEST_F(Owners, one_who_is_gone_or_inactive_is_polled_no_more) {
    for (const char* const name : {"dr-a", "dr-b", "dr-c"}) {
        const std::string user_id = std::string("10000001-") + name;
        put_practitioner(name, {user_id});
        add_user(user_id, std::string("Practitioner/") + name);
    }
    efaxd.start();
    ASSERT_TRUE(efaxd.until([&] { return efaxd.mailbox_ids().size() == 6; }));

    put_practitioner("dr-a", {"10000001-dr-a"}, false);
    EXPECT_TRUE(
        mailboxes_become({"clinic:Organization:north-clinic", "clinic:Practitioner:dr-b",
                          "clinic:Practitioner:dr-c", "clinic:Practitioner:dr-example", "clinic:system"}));
    ASSERT_TRUE(sandbox.fhir().store().remove("Practitioner", "dr-b"));
    EXPECT_TRUE(mailboxes_become({"clinic:Organization:north-clinic", "clinic:Practitioner:dr-c",
                                  "clinic:Practitioner:dr-example", "clinic:system"}));
    EXPECT_TRUE(efaxd.said("mailbox.removed"));
}

TEST_F(Owners, each_user_id_of_one_owner_is_a_mailbox) {
    add_user("10000001-2-a", "Practitioner/dr-two");
    add_user("10000001-2-b", "Practitioner/dr-two");
    put_practitioner("dr-two", {"10000001-2-a", "10000001-2-b"});
    put("10000001-2-a", 2);
    put("10000001-2-b", 2);
    efaxd.start();
    EXPECT_TRUE(all_arrive());
    EXPECT_EQ(efaxd.mailbox_ids(),
              (Ids{"clinic:Organization:north-clinic", "clinic:Practitioner:dr-example",
                   "clinic:Practitioner:dr-two", "clinic:Practitioner:dr-two:2", "clinic:system"}));
}

TEST_F(Owners, a_user_id_of_two_owners_is_polled_once_for_the_default_recipient) {
    add_user("10000001-shared", "Organization/front-desk");
    put_practitioner("dr-one", {"10000001-shared"});
    put_practitioner("dr-two", {"10000001-shared"});
    put("10000001-shared", 3);
    efaxd.start();
    EXPECT_TRUE(all_arrive());
    EXPECT_TRUE(efaxd.said("mailbox.shared_user_id"));
    EXPECT_EQ(efaxd.mailbox_ids(), (Ids{"clinic:Organization:north-clinic", "clinic:Practitioner:dr-example",
                                        "clinic:Practitioner:dr-one", "clinic:system"}));
    EXPECT_EQ(requests("efax.image"), 3U);
}

TEST_F(Owners, a_search_that_finds_nobody_drops_nobody_until_a_reload) {
    efaxd.start();
    ASSERT_TRUE(mailboxes_become(usual));
    put_practitioner("dr-example", {dr_example}, false);
    ASSERT_TRUE(sandbox.fhir().store().remove("Organization", "north-clinic"));
    EXPECT_TRUE(efaxd.says("discovery.shrunk"));
    EXPECT_EQ(efaxd.mailbox_ids(), usual);
    put(dr_example);
    EXPECT_TRUE(all_arrive());
    const auto status = efaxd.status();
    EXPECT_EQ(status.root()["well"].boolean(), false);
    EXPECT_EQ(status.root()["alarms"].at(0)["code"].text_or(""), "discovery.shrunk");

    ASSERT_EQ(efaxd.ctl({"reload"}).exit_code, 0);
    EXPECT_TRUE(mailboxes_become({"clinic:system"}));
}

TEST_F(Owners, known_ones_are_polled_when_the_fhir_server_cannot_be_searched_at_the_start) {
    efaxd.start();
    ASSERT_TRUE(mailboxes_become(usual));
    ASSERT_EQ(efaxd.stop(), 0);
    auto rule = answers("fhir.search", 503, -1);
    rule.contains = "Practitioner?";
    fault(rule);
    rule.contains = "Organization?";
    fault(rule);
    efaxd.start();
    EXPECT_EQ(efaxd.mailbox_ids(), usual);
    EXPECT_TRUE(efaxd.says("discovery.failed"));
    put(north_clinic, 2);
    EXPECT_TRUE(all_arrive());
}

} // namespace
} // namespace efaxd::daemon
