// Somebody else at the same eFax account, and staff at the FHIR server.
#include "clinic.hpp"

#include <algorithm>

namespace efaxd::daemon {
namespace {

using sandbox::FaultKind;

class AnotherProgram : public Clinic {
  protected:
    const Entry* row(const std::string& fax_id) {
        rows_ = efaxd.rows();
        const auto found =
            std::ranges::find(rows_, fax_id, [](const Entry& entry) { return entry.key.fax_id; });
        return found == rows_.end() ? nullptr : &*found;
    }

    /// Ids of the Communications, in the order of their creation.
    std::vector<std::string> communications() {
        std::vector<std::string> ids;
        for (const auto& resource : sandbox.fhir().store().all("Communication"))
            ids.push_back(resource.id);
        return ids;
    }

  private:
    std::vector<Entry> rows_;
};

TEST_F(AnotherProgram, hides_no_fax_by_downloading_it_first) {
    put(front_desk, 110);
    put(dr_example, 2);
    ASSERT_EQ(sandbox.efax().rival_downloads_all(), 112U);
    efaxd.start();
    EXPECT_TRUE(all_arrive());
}

TEST_F(AnotherProgram, costs_one_token_when_it_takes_ours_once) {
    put(front_desk);
    efaxd.start();
    ASSERT_TRUE(all_arrive());
    ASSERT_EQ(requests("efax.tokens"), 1U);

    sandbox.efax().rival_takes_token();
    put(front_desk, 3);
    put(north_clinic, 3);
    put(dr_example, 3);
    EXPECT_TRUE(all_arrive());
    EXPECT_EQ(requests("efax.tokens"), 2U);
    EXPECT_FALSE(efaxd.said("efax.rival"));
}

TEST_F(AnotherProgram, is_named_when_it_takes_the_token_again_and_again) {
    efaxd.start();
    ASSERT_TRUE(efaxd.until([&] { return requests("efax.tokens") == 1; }));
    for (std::size_t time = 1; time <= 4; ++time) {
        ASSERT_TRUE(efaxd.until([&] { // the last token is in use
            const auto lists = sandbox.journal().entries({.endpoint = "efax.list", .status = 200});
            const auto tokens = sandbox.journal().entries({.endpoint = "efax.tokens"});
            return tokens.size() == time && !lists.empty() && lists.back().number > tokens.back().number;
        })) << time;
        sandbox.efax().rival_takes_token();
    }
    EXPECT_TRUE(efaxd.says("efax.rival"));
    EXPECT_TRUE(efaxd.until([&] {
        const auto status = efaxd.status();
        return status.root()["projects"].at(0)["efax"]["rival"].boolean() == true;
    }));
    // Staying away is the point: a fight over the token would stop both.
    EXPECT_EQ(requests("efax.tokens"), 4U);
}

TEST_F(AnotherProgram, may_delete_a_claimed_fax_and_only_that_one_waits) {
    const auto gone = put(front_desk).front();
    auto rule = answers("efax.image", 503, -1);
    rule.contains = gone;
    fault(rule);
    efaxd.start();
    ASSERT_TRUE(efaxd.until([&] { return requests("efax.image") > 0; }));
    ASSERT_TRUE(sandbox.efax().rival_deletes(gone));
    sandbox.faults().clear();
    put(front_desk, 3);
    put(dr_example, 3);

    EXPECT_TRUE(efaxd.until([&] {
        const Entry* entry = row(gone);
        return entry != nullptr && entry->reason == "efax.image_missing";
    }));
    EXPECT_TRUE(efaxd.until([&] { return sandbox.oracle().clean(); }));
    EXPECT_TRUE(all_arrived());
    const Entry* entry = row(gone);
    ASSERT_NE(entry, nullptr);
    EXPECT_FALSE(entry->held); // it may come back: a day's patience
    EXPECT_TRUE(entry->due);
    EXPECT_TRUE(efaxd.says("fax.waits"));
    EXPECT_NE(efaxd.ctl({"faxes"}).out.find("efax.image_missing"), std::string::npos);
}

TEST_F(AnotherProgram, staff_archive_and_delete_communications_and_none_comes_back) {
    put(front_desk, 2);
    put(dr_example, 2);
    efaxd.start();
    ASSERT_TRUE(all_arrive());
    const auto ids = communications();
    ASSERT_EQ(ids.size(), 4U);
    ASSERT_TRUE(sandbox.fhir().staff_archives(ids[0]));
    ASSERT_TRUE(sandbox.fhir().staff_deletes(ids[1]));
    ASSERT_TRUE(sandbox.fhir().staff_assigns(ids[2], "Patient/1"));
    const auto before = mark();

    ASSERT_TRUE(polled_again());
    ASSERT_EQ(efaxd.stop(), 0);
    efaxd.start();
    ASSERT_TRUE(efaxd.until([&] { return efaxd.mailbox_ids().size() == 3; }));
    ASSERT_TRUE(polled_again());
    EXPECT_EQ(communications(), ids);
    EXPECT_EQ(changes(before), std::vector<std::string>{});
    EXPECT_TRUE(all_arrived());
}

TEST_F(AnotherProgram, an_archived_communication_is_found_again_when_the_ledger_was_lost) {
    put(front_desk, 2);
    ASSERT_EQ(efaxd.once().exit_code, 0);
    ASSERT_TRUE(sandbox.fhir().staff_archives(communications().front()));
    for (const auto& entry : std::filesystem::directory_iterator(efaxd.state_dir()))
        std::filesystem::remove_all(entry.path());

    ASSERT_EQ(efaxd.once().exit_code, 0);
    EXPECT_EQ(efaxd.rows().size(), 2U);
    EXPECT_EQ(communications().size(), 2U);
    EXPECT_TRUE(all_arrived());
}

} // namespace
} // namespace efaxd::daemon
