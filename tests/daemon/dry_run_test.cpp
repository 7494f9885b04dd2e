// efaxd --dry-run --once: looks, and touches nothing.
#include "clinic.hpp"

#include <map>

namespace efaxd::daemon {
namespace {

class DryRun : public Clinic {
  protected:
    static bool names(const Ended& run, const std::vector<std::string>& faxes) {
        for (const auto& fax : faxes)
            if (run.out.find(fax + "  new; would be claimed") == std::string::npos)
                return false;
        return true;
    }

    /// Every file of the state directory with its bytes.
    std::map<std::string, std::string> state() const {
        std::map<std::string, std::string> files;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(efaxd.state_dir()))
            files[entry.path().string()] = entry.is_regular_file() ? read_file(entry.path()) : "";
        return files;
    }

    Ended dry_run() const { return efaxd.run({"--dry-run", "--once"}); }
};

TEST_F(DryRun, fetches_no_image_and_changes_nothing) {
    put(front_desk, 3);
    ASSERT_EQ(efaxd.once().exit_code, 0);
    const auto waiting = put(front_desk, 120);
    const auto files = state();
    const auto before = mark();

    const Ended run = dry_run();
    EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
    EXPECT_TRUE(names(run, waiting)) << run.out;
    EXPECT_NE(run.out.find("120 faxes; nothing was changed; one eFax token was asked for"), std::string::npos)
        << run.out;
    EXPECT_EQ(changes(before), std::vector<std::string>{});
    EXPECT_EQ(requests("efax.tokens", before), 1U);
    EXPECT_TRUE(state() == files);
}

TEST_F(DryRun, creates_no_state) {
    const auto waiting = put(dr_example, 2);
    std::filesystem::remove_all(efaxd.state_dir());
    const Ended run = dry_run();
    EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
    EXPECT_TRUE(names(run, waiting)) << run.out;
    EXPECT_FALSE(std::filesystem::exists(efaxd.state_dir()));
    EXPECT_EQ(changes(), std::vector<std::string>{});
}

TEST_F(DryRun, uses_the_token_of_the_daemon_beside_it) {
    efaxd.settings.poll = "1h";
    efaxd.settings.discover_every = "1h";
    efaxd.configure();
    efaxd.start();
    ASSERT_TRUE(efaxd.until([&] {
        return efaxd.mailbox_ids().size() == 3 && !efaxd.ask("/readyz").empty() &&
               efaxd.status().root()["mailboxes"]["unread"].integer() == 0;
    }));
    const auto waiting = put(north_clinic, 4);
    const auto before = mark();

    const Ended run = dry_run();
    EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
    EXPECT_TRUE(names(run, waiting)) << run.out;
    EXPECT_NE(run.out.find("running daemon"), std::string::npos) << run.out;
    EXPECT_EQ(requests("efax.tokens", before), 0U);
    EXPECT_EQ(changes(before), std::vector<std::string>{});
    EXPECT_TRUE(efaxd.rows().empty());
    EXPECT_EQ(efaxd.stop(), 0);
}

} // namespace
} // namespace efaxd::daemon
