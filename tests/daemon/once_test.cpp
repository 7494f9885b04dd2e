// efaxd --once: every mailbox polled, every fax carried, and an exit code that says what is left.
#include "clinic.hpp"

#include <algorithm>
#include <set>

namespace efaxd::daemon {
namespace {

class Once : public Clinic {
  protected:
    Once() {
        sandbox.add_owner({"Practitioner", "dr-locked", "Locked", locked, "sim-app", "13035550129"});
        refuse(locked, true);
    }
    void refuse(const std::string& user_id, bool refused) {
        sandbox.efax().store().set_active("sim-app", user_id, !refused);
    }

    const std::string locked = "10000001-20000009";
};

TEST_F(Once, delivers_300_faxes_over_three_pages_and_three_mailboxes_beside_a_refused_one) {
    put(front_desk, 250);
    put(north_clinic, 30);
    put(dr_example, 20);

    const Ended run = efaxd.once();
    EXPECT_EQ(run.exit_code, 75) << run.out << run.err;
    EXPECT_NE(run.out.find("clinic:Practitioner:dr-locked: could not be polled (efax.user_refused)"),
              std::string::npos)
        << run.out;

    const auto report = sandbox.oracle();
    EXPECT_EQ(report.faxes, 300U);
    EXPECT_EQ(report.communications, 300U);
    EXPECT_TRUE(all_arrived());
    EXPECT_TRUE(report.spare_binaries.empty());
    EXPECT_EQ(requests("efax.tokens"), 1U);

    std::set<std::string> asked;
    for (const auto& entry : sandbox.journal().entries({.endpoint = "efax.image"}))
        asked.insert(entry.subject);
    EXPECT_EQ(asked.size(), 300U);
    EXPECT_EQ(requests("efax.image"), 300U);
    EXPECT_TRUE(
        std::ranges::all_of(sandbox.efax().store().faxes(), [](const auto& fax) { return fax.downloaded; }));
    EXPECT_TRUE(efaxd.spool().empty());
}

TEST_F(Once, a_second_run_writes_nothing) {
    put(front_desk, 12);
    put(dr_example, 3);
    refuse(locked, false);
    ASSERT_EQ(efaxd.once().exit_code, 0);
    ASSERT_TRUE(all_arrived());
    const auto rows = efaxd.rows();
    ASSERT_EQ(rows.size(), 15U);
    const auto before = mark();

    const Ended second = efaxd.once();
    EXPECT_EQ(second.exit_code, 0) << second.out << second.err;
    EXPECT_GT(requests("efax.list", before), 0U);
    EXPECT_EQ(changes(before), std::vector<std::string>{});
    EXPECT_EQ(efaxd.spool(), std::vector<std::string>{});
    EXPECT_EQ(efaxd.rows(), rows);
}

TEST_F(Once, says_refused_only_when_every_mailbox_is) {
    for (const auto& user_id : sandbox::Sandbox::clinic_users())
        refuse(user_id, true);
    const Ended all = efaxd.once();
    EXPECT_EQ(all.exit_code, 77) << all.out << all.err;

    refuse(front_desk, false);
    EXPECT_EQ(efaxd.once().exit_code, 75);
}

TEST_F(Once, ends_well_when_nothing_is_left) {
    refuse(locked, false);
    const Ended run = efaxd.once();
    EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
    EXPECT_NE(run.out.find("4 mailboxes polled (0 failed), 0 new faxes"), std::string::npos) << run.out;
}

TEST_F(Once, lists_held_faxes_and_ends_well_beside_them) {
    refuse(locked, false);
    sandbox::NewFaxes without_image;
    without_image.user_id = front_desk;
    without_image.stored = false;
    const auto held = sandbox.put_faxes(without_image).front();
    put(front_desk);

    for (int time = 0; time < 2; ++time) {
        const Ended run = efaxd.once();
        EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
        EXPECT_NE(run.out.find("held: clinic:" + held + " (efax.image_missing)"), std::string::npos)
            << run.out;
    }
    EXPECT_TRUE(all_arrived());
}

TEST_F(Once, remains_to_be_repeated_while_a_fax_waits) {
    refuse(locked, false);
    put(front_desk, 2);
    efaxd.settings.retry_first = efaxd.settings.retry_most = "10m";
    efaxd.configure();
    fault(answers("efax.image", 503));
    const Ended first = efaxd.once();
    EXPECT_EQ(first.exit_code, 75) << first.out << first.err;
    EXPECT_NE(first.out.find("1 delivered, 1 waiting"), std::string::npos) << first.out;
}

TEST_F(Once, remains_to_be_repeated_while_an_outcome_is_unknown) {
    refuse(locked, false);
    put(front_desk, 2);
    efaxd.settings.settle = "10m";
    efaxd.configure();
    fault(trouble("fhir.create", sandbox::FaultKind::lose_reply));
    EXPECT_EQ(efaxd.once().exit_code, 75);
    EXPECT_TRUE(all_arrived());
    const auto before = mark();
    EXPECT_EQ(efaxd.once().exit_code, 75); // resting still
    EXPECT_EQ(changes(before), std::vector<std::string>{});
}

TEST_F(Once, leaves_a_state_directory_alone_that_a_daemon_uses) {
    efaxd.start();
    const Ended run = efaxd.once();
    EXPECT_EQ(run.exit_code, 73) << run.out << run.err;
    EXPECT_NE(run.err.find("in use"), std::string::npos) << run.err;
}

} // namespace
} // namespace efaxd::daemon
