// A backup made beside a working daemon, and what comes of putting it back.
#include "clinic.hpp"

#include "ledger/sqlite_ledger.hpp"

#include <filesystem>

#include <sys/stat.h>

namespace efaxd::daemon {
namespace {

using namespace std::chrono_literals;

class Backup : public Clinic {
  protected:
    Backup() {
        auto style = sandbox.efax().style();
        style.send_seconds = 0;
        sandbox.efax().set_style(style);
        efaxd.settings.send = "mode: live, follow: 100ms, look: 1s, pick_up: 100ms";
        efaxd.configure();
    }

    /// A fax is accepted, and eFax does not take it.
    void back_up_before_it_is_sent() {
        fault(answers("efax.send", 429, -1));
        want_a_fax();
        efaxd.start();
        ASSERT_TRUE(efaxd.until([&] { return requests("efax.send") > 0; }));
        ASSERT_TRUE(efaxd.until([&] {
            const auto rows = efaxd.transmissions();
            return rows.size() == 1 && rows[0].stage == SendStage::prepared;
        }));
        ASSERT_EQ(efaxd.ctl({"backup", copy()}).exit_code, 0);
    }
    void want_a_fax() {
        sandbox::NewOutbound wanted;
        wanted.numbers = {"+13035551000"};
        wanted.text = "referral " + std::to_string(++wanted_);
        sandbox.put_outbound(wanted);
    }
    std::string copy() const { return (efaxd.folder() / "copy.db").string(); }
    Ended restore() const { return efaxd.run({"--restore", copy()}, 30s); }
    /// Everything wanted was sent once, and its Communication says so.
    ::testing::AssertionResult all_is_sent() {
        const bool over = efaxd.until([&] {
            const auto report = sandbox.send_oracle();
            return report.accepted == wanted_ && report.untold.empty();
        });
        const auto report = sandbox.send_oracle();
        return over && report.sent_twice.empty() ? ::testing::AssertionSuccess()
                                                 : ::testing::AssertionFailure() << report.line();
    }

    std::size_t wanted_ = 0;
};

TEST_F(Backup, is_a_sound_ledger_of_the_moment_and_the_daemon_goes_on) {
    put(front_desk, 3);
    efaxd.start();
    ASSERT_TRUE(all_arrive());
    const Ended run = efaxd.ctl({"backup", copy()});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    struct stat facts {};
    ASSERT_EQ(::stat(copy().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777u, 0600u);
    const auto folder = efaxd.folder() / "looked-at";
    std::filesystem::create_directory(folder);
    std::filesystem::copy_file(copy(), folder / "ledger.db");
    EXPECT_EQ(ledger::SqliteLedger::open_read_only(folder)->list({}).size(), 3u);
    EXPECT_FALSE(std::filesystem::exists(efaxd.state_dir() / "ledger-backup"));
    put(front_desk, 2);
    EXPECT_TRUE(all_arrive());
    EXPECT_EQ(efaxd.ctl({"backup", copy()}).exit_code, 74) << "it is there already";
    EXPECT_EQ(efaxd.stop(), 0);
}

TEST_F(Backup, is_not_put_back_beside_a_running_daemon) {
    efaxd.start();
    ASSERT_EQ(efaxd.ctl({"backup", copy()}).exit_code, 0);
    const Ended run = restore();
    EXPECT_EQ(run.exit_code, 73) << run.err;
    EXPECT_NE(run.err.find("in use by another efaxd"), std::string::npos) << run.err;
    EXPECT_EQ(efaxd.stop(), 0);
    EXPECT_EQ(restore().exit_code, 0);
}

TEST_F(Backup, put_back_doubles_no_received_fax) {
    put(front_desk, 2);
    efaxd.start();
    ASSERT_TRUE(all_arrive());
    ASSERT_EQ(efaxd.ctl({"backup", copy()}).exit_code, 0);
    put(front_desk, 3);
    ASSERT_TRUE(all_arrive());
    ASSERT_EQ(efaxd.stop(), 0);
    const Ended run = restore();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("the ledger was restored: 2 received faxes"), std::string::npos) << run.out;
    EXPECT_NE(run.out.find("ledger.db.replaced-"), std::string::npos) << run.out;
    put(front_desk, 1);
    efaxd.start();
    EXPECT_TRUE(all_arrive());
    EXPECT_EQ(efaxd.stop(), 0);
}

TEST_F(Backup, put_back_sends_nothing_twice_that_was_sent_since) {
    back_up_before_it_is_sent();
    sandbox.faults().clear();
    ASSERT_TRUE(all_is_sent());
    want_a_fax(); // of this one the backup knows nothing
    ASSERT_TRUE(all_is_sent());
    ASSERT_EQ(efaxd.stop(), 0);

    const Ended run = restore();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("1 outbound faxes may have gone out"), std::string::npos) << run.out;
    efaxd.start();
    EXPECT_TRUE(efaxd.says("send.found"));
    want_a_fax();
    // The second one may carry no fax id: the end came right after it was taken.
    EXPECT_TRUE(efaxd.until([&] { return sandbox.send_oracle().accepted >= wanted_; }));
    EXPECT_EQ(efaxd.stop(), 0);
    EXPECT_EQ(sandbox.send_oracle().accepted, wanted_) << sandbox.send_oracle().line();
    EXPECT_TRUE(sandbox.send_oracle().sent_twice.empty()) << sandbox.send_oracle().line();
}

TEST_F(Backup, put_back_takes_up_nothing_that_was_claimed_since) {
    efaxd.start();
    ASSERT_EQ(efaxd.ctl({"backup", copy()}).exit_code, 0);
    auto slow = trouble("efax.send", sandbox::FaultKind::delay, -1);
    slow.delay = Patience{1000};
    fault(slow);
    want_a_fax();
    ASSERT_TRUE(efaxd.until([&] {
        const auto rows = efaxd.transmissions();
        return rows.size() == 1 && rows[0].stage == SendStage::submitting;
    }));
    fault(answers("fhir.update", 503, -1)); // it is claimed, and its fax id is never told
    fault(answers("fhir.patch", 503, -1));
    ASSERT_TRUE(efaxd.until([&] { return sandbox.send_oracle().accepted == 1; }));
    ASSERT_EQ(efaxd.stop(), 0);
    sandbox.faults().clear();

    ASSERT_EQ(restore().exit_code, 0);
    efaxd.start();
    want_a_fax();
    EXPECT_TRUE(efaxd.until([&] { return sandbox.send_oracle().accepted >= wanted_; }));
    EXPECT_TRUE(efaxd.until(
        [&] { return efaxd.status().root()["transmissions"]["claimed_elsewhere"].integer() == 1; }));
    EXPECT_EQ(efaxd.stop(), 0);
    EXPECT_EQ(sandbox.send_oracle().accepted, wanted_) << sandbox.send_oracle().line();
    EXPECT_TRUE(sandbox.send_oracle().sent_twice.empty()) << sandbox.send_oracle().line();
}

TEST_F(Backup, put_back_holds_what_was_not_sent_since) {
    back_up_before_it_is_sent();
    ASSERT_EQ(efaxd.stop(), 0);
    sandbox.faults().clear();
    ASSERT_EQ(restore().exit_code, 0);
    efaxd.start();
    EXPECT_TRUE(efaxd.until([&] { return efaxd.transmissions().at(0).held; }));
    EXPECT_EQ(sandbox.send_oracle().accepted, 0u);
    const std::string id = "clinic:" + efaxd.transmissions().at(0).key.communication + ":0";
    const Ended run = efaxd.ctl({"resend", id, "--yes-it-may-arrive-twice"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_TRUE(all_is_sent());
    EXPECT_EQ(efaxd.stop(), 0);
}

TEST_F(Backup, that_is_damaged_or_no_ledger_changes_nothing) {
    put(front_desk, 2);
    efaxd.start();
    ASSERT_TRUE(all_arrive());
    ASSERT_EQ(efaxd.ctl({"backup", copy()}).exit_code, 0);
    ASSERT_EQ(efaxd.stop(), 0);
    const std::string right = read_file(copy());
    const std::string before = read_file(efaxd.state_dir() / "ledger.db");
    std::string broken = right;
    broken.replace(right.size() / 2, 2000, std::string(2000, 'x'));
    for (const std::string& wrong :
         {std::string(), std::string("x"), right.substr(0, 8192), broken, std::string(100'000, 'x')}) {
        write_file(copy(), wrong);
        EXPECT_EQ(restore().exit_code, 74) << wrong.size();
        EXPECT_EQ(read_file(efaxd.state_dir() / "ledger.db"), before);
        EXPECT_FALSE(std::filesystem::exists(efaxd.state_dir() / "restore"));
    }
    std::filesystem::remove(copy());
    EXPECT_EQ(restore().exit_code, 74);
    EXPECT_EQ(efaxd.once().exit_code, 0) << "the ledger is as it was";
}

TEST_F(Backup, of_another_installation_is_refused) {
    put(front_desk, 1);
    efaxd.start();
    ASSERT_TRUE(all_arrive());
    ASSERT_EQ(efaxd.ctl({"backup", copy()}).exit_code, 0);
    ASSERT_EQ(efaxd.stop(), 0);
    efaxd.settings.projects.front().name = "elsewhere";
    efaxd.configure();
    const Ended run = restore();
    EXPECT_EQ(run.exit_code, 74);
    EXPECT_NE(run.err.find("belongs to another installation"), std::string::npos) << run.err;
}

} // namespace
} // namespace efaxd::daemon
