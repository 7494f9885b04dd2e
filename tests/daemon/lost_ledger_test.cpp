// A ledger that was lost, emptied, swapped or put back from a copy: the daemon says so and does not begin
// anew by itself; and where an administrator wants it, nothing is doubled.
#include "clinic.hpp"

#include <fstream>

namespace efaxd::daemon {
namespace {

using namespace std::chrono_literals;

class LostLedger : public Clinic {
  protected:
    LostLedger() {
        efaxd.settings.send = "mode: live, follow: 100ms, look: 1s, pick_up: 100ms";
        efaxd.configure();
        auto style = sandbox.efax().style();
        style.send_seconds = 0;
        sandbox.efax().set_style(style);
    }

    std::filesystem::path ledger() const { return efaxd.state_dir() / "ledger.db"; }
    std::filesystem::path copy() const { return efaxd.folder() / "copy.db"; }
    void make_copy() const { std::filesystem::copy_file(ledger(), copy()); }
    void put_copy_back() const {
        std::filesystem::copy_file(copy(), ledger(), std::filesystem::copy_options::overwrite_existing);
    }

    /// One life in which faxes come and go.
    void live() {
        put(front_desk, 2);
        sandbox::NewOutbound wanted;
        wanted.numbers = {"+13035551000"};
        wanted.text = "referral " + std::to_string(++sent_);
        sandbox.put_outbound(wanted);
        efaxd.start();
        EXPECT_TRUE(all_is_well());
        EXPECT_EQ(efaxd.stop(), 0);
    }
    ::testing::AssertionResult all_is_well() {
        auto arrived = all_arrive();
        if (!arrived)
            return arrived;
        const bool over = efaxd.until([&] {
            const auto report = sandbox.send_oracle();
            return report.accepted == sent_ && report.untold.empty();
        });
        const auto report = sandbox.send_oracle();
        return over && report.sent_twice.empty() ? arrived : ::testing::AssertionFailure() << report.line();
    }

    /// Neither the daemon nor a run works on it; both say what is wrong.
    void expect_refusal(const std::string& words) {
        const std::uint64_t before = mark();
        const std::string bytes = read_file(ledger());
        for (const std::vector<std::string>& mode : {std::vector<std::string>{}, {"--once"}}) {
            const Ended run = efaxd.run(mode, 20s);
            EXPECT_EQ(run.exit_code, 74);
            EXPECT_NE(run.err.find(words), std::string::npos) << run.err;
        }
        EXPECT_TRUE(changes(before).empty());
        EXPECT_EQ(read_file(ledger()), bytes) << "it stays as it is";
    }

    std::size_t sent_ = 0;
};

TEST_F(LostLedger, is_not_made_anew_when_it_is_missing) {
    live();
    make_copy();
    std::filesystem::remove(ledger());
    expect_refusal("ledger.db is gone from state_dir");
    EXPECT_FALSE(std::filesystem::exists(ledger()));
    put_copy_back();
    live();
}

TEST_F(LostLedger, is_not_made_anew_when_it_is_empty_or_rubbish) {
    live();
    make_copy();
    write_file(ledger(), "");
    expect_refusal("ledger.db is empty");
    write_file(ledger(), "x");
    expect_refusal("the ledger file is damaged");
    write_file(ledger(), std::string(100'000, 'x'));
    expect_refusal("is no ledger");
    write_file(ledger(), read_file(copy()).substr(0, 16'384));
    expect_refusal("the ledger file is damaged");
    put_copy_back();
    live();
}

TEST_F(LostLedger, is_refused_when_it_is_an_older_copy) {
    live();
    make_copy();
    const std::string right = [&] {
        live();
        return read_file(ledger());
    }();
    put_copy_back();
    const Ended run = efaxd.run({"--once"}, 20s);
    EXPECT_EQ(run.exit_code, 74);
    EXPECT_NE(run.err.find("an older copy"), std::string::npos) << run.err;
    write_file(ledger(), right);
    live();
}

TEST_F(LostLedger, that_an_administrator_accepts_as_an_older_copy_doubles_nothing) {
    live();
    make_copy();
    live();
    put_copy_back();
    std::filesystem::remove(efaxd.state_dir() / "ledger.mark");
    live();
    live();
}

TEST_F(LostLedger, that_an_administrator_gives_up_doubles_nothing) {
    live();
    std::filesystem::remove(ledger());
    std::filesystem::remove(efaxd.state_dir() / "ledger.mark");
    live();
    live();
}

TEST_F(LostLedger, of_another_installation_is_refused) {
    live();
    Efaxd other(sandbox);
    other.settings.owners = "none";
    other.configure();
    EXPECT_EQ(other.once().exit_code, 0);
    std::filesystem::copy_file(other.state_dir() / "ledger.db", ledger(),
                               std::filesystem::copy_options::overwrite_existing);
    const Ended run = efaxd.run({"--once"}, 20s);
    EXPECT_EQ(run.exit_code, 74);
    EXPECT_NE(run.err.find("not the ledger that was last used"), std::string::npos) << run.err;
}

TEST_F(LostLedger, is_known_again_after_a_kill) {
    for (int life = 0; life < 3; ++life) {
        put(front_desk, 2);
        efaxd.start();
        EXPECT_TRUE(all_arrive());
        efaxd.kill();
    }
    live();
}

TEST_F(LostLedger, is_refused_when_its_mark_is_damaged) {
    live();
    const auto file = efaxd.state_dir() / "ledger.mark";
    const std::string right = read_file(file);
    EXPECT_EQ(right.size(), std::string("efaxd ledger ").size() + 32 + std::string(" 2\n").size());
    for (const std::string& wrong : {std::string(), std::string("x"), right.substr(0, right.size() - 1),
                                     right.substr(0, 40), right + "x", "x" + right}) {
        write_file(file, wrong);
        expect_refusal("'ledger.mark' in state_dir is damaged");
    }
    write_file(file, right);
    live();
}

} // namespace
} // namespace efaxd::daemon
