// The disk is full for a while: the daemon lives on, says so, and goes on by itself when there is room again.
#include "clinic.hpp"
#include "disk.hpp"

#include <cerrno>

namespace efaxd::daemon {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t filling =
    shim::writes | shim::creates | shim::truncates | shim::renames | shim::folders | shim::measures;

class FullDisk : public Clinic {
  protected:
    FullDisk() { receive_and_send_at_once(); }

    void begin() {
        auto variables = disk.variables();
        variables.emplace_back("WATCHDOG_USEC", "1000000"); // alarms are looked for twice as often as that
        efaxd.start(variables);
        put(front_desk, 2);
        ASSERT_TRUE(all_arrive());
    }
    void put_both_ways() {
        put(front_desk, 5);
        sandbox::NewOutbound wanted;
        wanted.numbers = {"+13035551000"};
        wanted.text = "referral";
        sandbox.put_outbound(wanted);
    }
    bool tells(const std::string& path, const std::string& reason) {
        return efaxd.until([&] { return efaxd.ask(path).find(reason) != std::string::npos; });
    }
    void expect_recovery() {
        EXPECT_EQ(efaxd.child().wait(0ms), std::nullopt) << "it lives on";
        EXPECT_TRUE(all_arrive(5s)) << "nobody needed to do anything";
        EXPECT_TRUE(efaxd.until([&] { return sandbox.send_oracle().accepted == 1; }, 5s));
        EXPECT_TRUE(sandbox.send_oracle().sent_twice.empty());
        EXPECT_EQ(efaxd.status().root()["mailboxes"].at(0)["failures"].integer().value_or(0), 0);
        EXPECT_EQ(efaxd.stop(), 0);
    }

    Disk disk{efaxd.state_dir()};
};

TEST_F(FullDisk, stops_claims_until_there_is_room_for_the_ledger) {
    begin();
    disk.fail({filling, ENOSPC, true});
    put_both_ways();
    EXPECT_TRUE(efaxd.says("ledger.full")) << "in the log";
    EXPECT_TRUE(tells("/mailboxes", "ledger.full")) << "in the status";
    EXPECT_TRUE(polled_again()) << "it goes on looking";
    EXPECT_EQ(requests("efax.image"), 2u) << "eFax is not told that a fax was downloaded";
    EXPECT_EQ(sandbox.send_oracle().accepted, 0u);
    disk.heal();
    expect_recovery();
}

TEST_F(FullDisk, leaves_documents_where_they_are_until_there_is_room_for_them) {
    begin();
    disk.fail({shim::measures, ENOSPC, true});
    put_both_ways();
    EXPECT_TRUE(tells("/faxes", "spool.full"));
    EXPECT_TRUE(efaxd.says("disk.low"));
    EXPECT_EQ(requests("efax.image"), 2u);
    EXPECT_TRUE(polled_again());
    EXPECT_TRUE(efaxd.says("alarm.raised: an alarm stands from now on reason=disk.low"));
    disk.heal();
    EXPECT_TRUE(efaxd.says("alarm.cleared: an alarm is over reason=disk.low"));
    expect_recovery();
}

TEST_F(FullDisk, at_the_start_is_said_and_waited_out) {
    EXPECT_EQ(efaxd.once().exit_code, 0);
    put(front_desk, 2);
    // There is nearly always room for a name and for a hole, though none for a byte.
    disk.fail({shim::writes | shim::measures, ENOSPC, true});
    const Ended run = efaxd.run({}, 20s, disk.variables());
    EXPECT_EQ(run.exit_code, 75) << "the service manager tries again";
    EXPECT_NE(run.err.find("no room is left on the disk"), std::string::npos) << run.err;
    disk.heal();
    efaxd.start(disk.variables());
    EXPECT_TRUE(all_arrive());
    EXPECT_EQ(efaxd.stop(), 0);
}

} // namespace
} // namespace efaxd::daemon
