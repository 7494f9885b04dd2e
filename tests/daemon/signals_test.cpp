// TERM, HUP and USR1, and what the service manager hears.
#include "clinic.hpp"

#include <algorithm>
#include <csignal>

namespace efaxd::daemon {
namespace {

using namespace std::chrono_literals;
using sandbox::FaultKind;

class Signals : public Clinic {
  protected:
    void poll_rarely() {
        efaxd.settings.poll = "1h";
        efaxd.settings.discover_every = "1h";
        efaxd.configure();
    }
    bool all_read() {
        return efaxd.until([&] {
            return efaxd.mailbox_ids().size() == 3 &&
                   efaxd.status().root()["mailboxes"]["unread"].integer() == 0;
        });
    }
    /// A line that some other program could never miss.
    std::size_t heard(const std::string& message) {
        const auto& all = efaxd.manager().heard();
        return static_cast<std::size_t>(std::find(all.begin(), all.end(), message) - all.begin());
    }
    void stop_while(const std::string& endpoint);
};

/// Stops the daemon while the reply of that endpoint never ends; all must arrive afterwards.
void Signals::stop_while(const std::string& endpoint) {
    auto stalled = trouble(endpoint, FaultKind::stall);
    stalled.bytes = 10;
    fault(stalled);
    put(front_desk, 3);
    put(dr_example, 3);
    efaxd.start();
    ASSERT_TRUE(efaxd.until([&] { return sandbox.faults().all().front().struck == 1; }));
    EXPECT_EQ(efaxd.stop(), 0);
    EXPECT_TRUE(efaxd.said("daemon.stopped"));
    sandbox.faults().clear();
    efaxd.start();
    EXPECT_TRUE(all_arrive());
}

TEST_F(Signals, term_cuts_a_stalled_image_and_nothing_is_lost) { stop_while("efax.image"); }
TEST_F(Signals, term_cuts_a_stalled_list_and_nothing_is_lost) { stop_while("efax.list"); }
TEST_F(Signals, term_cuts_a_stalled_upload_and_nothing_is_lost) { stop_while("fhir.binary"); }
TEST_F(Signals, term_cuts_a_stalled_create_and_nothing_is_lost) { stop_while("fhir.create"); }

TEST_F(Signals, hup_with_a_bad_file_keeps_the_old_configuration) {
    efaxd.start();
    ASSERT_TRUE(all_read());
    efaxd.configure("projects: []\nstate_dirr: /tmp\n");
    efaxd.child().signal(SIGHUP);
    EXPECT_TRUE(efaxd.says("daemon.reload_refused"));
    EXPECT_EQ(efaxd.ctl({"reload"}).exit_code, 78);
    put(front_desk, 2);
    EXPECT_TRUE(all_arrive());
    EXPECT_EQ(efaxd.mailbox_ids().size(), 3U);
    EXPECT_FALSE(efaxd.said("daemon.reloaded"));
}

TEST_F(Signals, hup_takes_a_shorter_poll_and_a_new_project) {
    poll_rarely();
    efaxd.start();
    ASSERT_TRUE(all_read());
    sandbox.add_user({"east-app", "20000001-1", "13035550160", "Organization/front-desk"});
    put(front_desk, 2);
    sandbox::NewFaxes east;
    east.app = "east-app";
    east.user_id = "20000001-1";
    sandbox.put_faxes(east);

    efaxd.settings.poll = "200ms";
    efaxd.settings.owners = "none";
    efaxd.settings.projects.push_back({"east", "east-app", "20000001-1"});
    efaxd.configure();
    efaxd.manager().forget();
    efaxd.child().signal(SIGHUP);
    EXPECT_TRUE(efaxd.says("daemon.reloaded"));
    EXPECT_TRUE(efaxd.manager().wait_for("READY=1", efaxd.child(), 10s));
    EXPECT_TRUE(efaxd.manager().heard().front().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    EXPECT_TRUE(all_arrive());
    EXPECT_EQ(efaxd.mailbox_ids(), (std::vector<std::string>{"clinic:system", "east:system"}));
    EXPECT_EQ(sandbox.journal().count({.endpoint = "efax.tokens"}), 2U); // the first project kept its own
}

TEST_F(Signals, usr1_polls_now) {
    poll_rarely();
    efaxd.start();
    ASSERT_TRUE(all_read());
    const auto before = mark();
    put(north_clinic, 2);
    EXPECT_FALSE(sandbox.journal().wait_for({.endpoint = "efax.list", .after = before}, 1, 300ms));
    efaxd.child().signal(SIGUSR1);
    EXPECT_TRUE(all_arrive());
}

TEST_F(Signals, the_service_manager_hears_the_whole_life) {
    efaxd.start({{"WATCHDOG_USEC", "20000000"}});
    EXPECT_TRUE(efaxd.manager().wait_for("STATUS=", efaxd.child(), 10s));
    EXPECT_TRUE(efaxd.manager().wait_for("WATCHDOG=1", efaxd.child(), 15s));
    put(front_desk, 2);
    ASSERT_TRUE(all_arrive());
    EXPECT_TRUE(efaxd.manager().wait_for(
        "STATUS=3 mailboxes (0 failing), 2 faxes delivered, 0 waiting, 0 held", efaxd.child(), 15s));
    efaxd.child().signal(SIGTERM);
    EXPECT_EQ(efaxd.child().wait(10s), 0);
    EXPECT_TRUE(efaxd.manager().wait_for("STOPPING=1", efaxd.child(), 1s));
    EXPECT_LT(heard("READY=1"), heard("STOPPING=1"));
    EXPECT_EQ(efaxd.manager().heard().back(), "STOPPING=1");
}

} // namespace
} // namespace efaxd::daemon
