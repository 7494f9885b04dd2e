// The status socket and efaxctl of a running daemon.
#include "clinic.hpp"

namespace efaxd::daemon {
namespace {

class Socket : public Clinic {
  protected:
    Socket() {
        sandbox::NewFaxes without_image;
        without_image.user_id = front_desk;
        without_image.stored = false;
        held_ = sandbox.put_faxes(without_image).front();
        put(front_desk, 2);
        put(dr_example, 3);
        efaxd.start();
    }
    bool counted() {
        return efaxd.until([&] { return efaxd.status().root()["faxes"]["held"].integer() == 1; });
    }

    std::string held_;
};

TEST_F(Socket, status_counts_what_happened) {
    ASSERT_TRUE(all_arrive());
    ASSERT_TRUE(counted());
    const auto answer = efaxd.status();
    const json::Value status = answer.root();
    EXPECT_EQ(status["schema"].integer(), 1);
    EXPECT_EQ(status["version"].text_or(""), EFAXD_VERSION);
    EXPECT_EQ(status["well"].boolean(), false) << "a fax is held";
    EXPECT_EQ(status["alarms_total"].integer(), 1) << status["alarms"].raw();
    EXPECT_EQ(status["alarms"].at(0)["code"].text_or(""), "fax.held");
    EXPECT_EQ(status["mailboxes"]["total"].integer(), 3);
    EXPECT_EQ(status["mailboxes"]["failing"].integer(), 0);
    EXPECT_EQ(status["mailboxes"]["unread"].integer(), 0);
    const json::Value faxes = status["faxes"];
    EXPECT_EQ(faxes["waiting"].integer(), 0);
    EXPECT_EQ(faxes["held"].integer(), 1);
    EXPECT_EQ(faxes["suspected_spares"].integer(), 0);
    EXPECT_EQ(faxes["stages"]["acknowledged"].integer(), 5);
    EXPECT_EQ(faxes["stages"]["claimed"].integer(), 1);
    const json::Value project = status["projects"].at(0);
    EXPECT_EQ(project["name"].text_or(""), "clinic");
    EXPECT_EQ(project["efax"]["tokens_asked"].integer(), 1);
    EXPECT_EQ(project["efax"]["signed_in"].boolean(), true);
    EXPECT_EQ(efaxd.ask("/status").find(front_desk), std::string::npos);
    EXPECT_EQ(efaxd.log().find(front_desk), std::string::npos);
}

TEST_F(Socket, efaxctl_shows_status_mailboxes_and_faxes_and_polls) {
    ASSERT_TRUE(all_arrive());
    ASSERT_TRUE(counted());
    for (const char* const command : {"status", "mailboxes", "faxes", "poll", "check", "version"}) {
        const Ended run = efaxd.ctl({command});
        EXPECT_EQ(run.exit_code, 0) << command << run.out << run.err;
    }
    EXPECT_NE(efaxd.ctl({"status"}).out.find("clinic"), std::string::npos);
    const std::string mailboxes = efaxd.ctl({"mailboxes"}).out;
    for (const char* const id :
         {"clinic:Organization:north-clinic", "clinic:Practitioner:dr-example", "clinic:system"})
        EXPECT_NE(mailboxes.find(id), std::string::npos) << mailboxes;
    EXPECT_NE(efaxd.ctl({"faxes", "--held"}).out.find(held_), std::string::npos);
    const Ended fax = efaxd.ctl({"fax", held_});
    EXPECT_EQ(fax.exit_code, 0) << fax.out << fax.err;
    EXPECT_NE(fax.out.find("efax.image_missing"), std::string::npos) << fax.out;
    const Ended json = efaxd.ctl({"--json", "status"});
    EXPECT_EQ(json::Document::parse(json.out).root()["mailboxes"]["total"].integer(), 3);
    EXPECT_EQ(efaxd.ctl({"pause", "clinic:nobody"}).exit_code, 64);
}

TEST_F(Socket, a_paused_mailbox_stays_paused_over_a_restart) {
    ASSERT_TRUE(all_arrive());
    ASSERT_EQ(efaxd.ctl({"pause", "clinic:system"}).exit_code, 0);
    ASSERT_EQ(efaxd.stop(), 0);
    efaxd.start();
    EXPECT_EQ(efaxd.status().root()["mailboxes"]["paused"].integer(), 1);
    const auto before = mark();
    put(front_desk);
    put(north_clinic);
    ASSERT_TRUE(efaxd.until([&] { return sandbox.oracle().missing.size() == 1; }));
    EXPECT_EQ(sandbox.journal().count({.endpoint = "efax.list", .user_id = front_desk, .after = before}), 0U);
    ASSERT_EQ(efaxd.ctl({"resume", "clinic:system"}).exit_code, 0);
    EXPECT_TRUE(all_arrive());
}

TEST_F(Socket, a_second_daemon_on_the_same_state_directory_is_turned_away) {
    const Ended second = efaxd.run({});
    EXPECT_EQ(second.exit_code, 73) << second.err;
    EXPECT_NE(second.err.find("in use by another efaxd, process " + std::to_string(efaxd.child().pid())),
              std::string::npos)
        << second.err;
    EXPECT_TRUE(all_arrive());
}

TEST_F(Socket, check_connectivity_speaks_through_the_daemon) {
    ASSERT_TRUE(all_arrive());
    const Ended run = efaxd.run({"--check-connectivity"});
    EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
    EXPECT_EQ(requests("efax.tokens"), 1U);
}

} // namespace
} // namespace efaxd::daemon
