// The n-th call to the files of the state directory fails, for every n until nothing fails any more: no fax
// is lost or doubled, the program never crashes, and it says what is wrong.
#include "clinic.hpp"
#include "disk.hpp"
#include "efaxd/core/fault.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <map>

namespace efaxd::daemon {
namespace {

using namespace std::chrono_literals;

/// One attempt, with a clinic and an empty state directory of its own.
class Round : public Clinic {
  public:
    Round() {
        receive_and_send_at_once();
        put(front_desk, 2);
    }
    void TestBody() override {}

    /// `--once` under the fault, then a life with a sound disk. True if the fault struck.
    bool run_once(const DiskFault& fault) {
        disk.fail(fault);
        const Ended run = efaxd.run({"--once"}, 1min, disk.variables());
        const bool hit = disk.failed() > 0;
        disk.heal();
        expect_orderly(run.exit_code, run.out + run.err);
        expect_peace();
        return hit;
    }

    /// The daemon under the fault, then with a sound disk. True if the fault struck.
    bool run_daemon(const DiskFault& fault) {
        sandbox::NewOutbound wanted;
        wanted.numbers = {"+13035551000"};
        wanted.text = "referral";
        sandbox.put_outbound(wanted);
        sending_ = true;

        disk.fail(fault);
        efaxd.spawn(disk.variables());
        const auto struck_for_good = [&] { return fault.for_good && disk.failed() > 0; };
        EXPECT_TRUE(efaxd.until([&] { return all_done() || (struck_for_good() && says_why()); }, 20s) ||
                    efaxd.child().wait(0ms));
        const bool hit = disk.failed() > 0;
        disk.heal();
        const bool done = efaxd.until([&] { return all_done(); }); // or it ends
        // One that says that it will end may need a moment for it.
        const Patience patience = efaxd.said("daemon.ground_failed") ? 10s : hit ? 200ms : 0ms;
        if (const auto exit_code = efaxd.child().wait(patience)) {
            EXPECT_TRUE(hit) << "it ended for no reason";
            expect_orderly(*exit_code, efaxd.log());
        } else {
            EXPECT_TRUE(done) << "it does not go on where it was";
            EXPECT_EQ(efaxd.stop(), 0);
            ++lived_on;
        }
        expect_peace();
        return hit;
    }

    static inline std::map<int, int> exit_codes;
    static inline int lived_on = 0;

  private:
    /// Ended by itself, and said why.
    void expect_orderly(int exit_code, const std::string& said) {
        ++exit_codes[exit_code];
        EXPECT_TRUE(exit_code == 0 || exit_code == 73 || exit_code == 74 || exit_code == 75) << exit_code;
        EXPECT_TRUE(exit_code == 0 || !said.empty());
        EXPECT_EQ(said.find("internal"), std::string::npos) << said;
    }
    bool says_why() const {
        const std::string log = efaxd.log();
        for (const char* const reason : {"daemon.ground_failed", "ledger.full", "spool.full", "spool.busy",
                                         "spool.unreadable", "efaxd: "})
            if (log.find(reason) != std::string::npos)
                return true;
        return false;
    }
    /// The disk failed where nobody can tell whether the POST went out, and eFax knows nothing of it.
    static bool is_for_a_person(const Transmission& row) {
        return row.held && row.reason == "send.outcome_unknown";
    }
    bool all_done() {
        if (!sandbox.oracle().missing.empty())
            return false;
        std::vector<Transmission> rows;
        try {
            rows = efaxd.transmissions();
        } catch (const GroundFault&) { // efaxd has not made its ledger yet
            return false;
        }
        return rows.empty() != sending_ && std::ranges::all_of(rows, [](const Transmission& row) {
                   return row.over() || is_for_a_person(row);
               });
    }
    void expect_peace() {
        efaxd.start();
        EXPECT_TRUE(all_arrive());
        EXPECT_TRUE(efaxd.until([&] { return all_done(); }));
        EXPECT_TRUE(sandbox.send_oracle().sent_twice.empty());
        EXPECT_EQ(efaxd.stop(), 0);
        // A resend would need the document.
        EXPECT_TRUE(efaxd.spool().empty() || std::ranges::any_of(efaxd.transmissions(), is_for_a_person));
        EXPECT_EQ(efaxd.log().find("daemon.internal"), std::string::npos);
        TearDown();
    }

    bool sending_ = false;
    Disk disk{efaxd.state_dir()};
};

struct Case {
    const char* name;
    DiskFault fault;
};

void PrintTo(const Case& of, std::ostream* out) { *out << of.name; }

class FailingDisk : public testing::TestWithParam<Case> {
  protected:
    /// Every n if EFAXD_EVERY_CALL is set, else a few.
    static void run_all(bool (Round::*run)(const DiskFault&)) {
        const bool every = std::getenv("EFAXD_EVERY_CALL") != nullptr;
        Round::exit_codes.clear();
        Round::lived_on = 0;
        DiskFault fault = GetParam().fault;
        int rounds = 0;
        for (fault.nth = 1;; fault.nth = every ? fault.nth + 1 : fault.nth * 4 + 2) {
            SCOPED_TRACE(fault.text());
            const bool hit = (Round().*run)(fault);
            if (!hit || HasFailure())
                break;
            ++rounds;
        }
        EXPECT_GT(rounds, 0);
        std::cout << rounds << " faults up to call " << fault.nth << "; " << Round::lived_on << " lived on";
        for (const auto& [code, times] : Round::exit_codes)
            std::cout << ", " << times << " x exit " << code;
        std::cout << '\n';
    }
};

TEST_P(FailingDisk, costs_a_run_no_fax_and_no_sense) { run_all(&Round::run_once); }

TEST_P(FailingDisk, costs_the_daemon_no_fax_and_no_sense) { run_all(&Round::run_daemon); }

constexpr std::uint32_t filling =
    shim::writes | shim::creates | shim::truncates | shim::renames | shim::folders | shim::measures;
constexpr std::uint32_t interruptible =
    shim::opens | shim::reads | shim::writes | shim::syncs | shim::closes | shim::locks;

INSTANTIATE_TEST_SUITE_P(
    , FailingDisk,
    testing::Values(Case{"once", {shim::all_kinds, EIO}}, Case{"for_good", {shim::all_kinds, EIO, true}},
                    Case{"full_once", {filling, ENOSPC}}, Case{"full_for_good", {filling, ENOSPC, true}},
                    Case{"no_handles_once", {shim::opens, EMFILE}},
                    Case{"no_handles_for_good", {shim::opens, EMFILE, true}},
                    Case{"interrupted", {interruptible, EINTR}}, Case{"short_writes_once", {shim::writes, 0}},
                    Case{"short_writes_for_good", {shim::writes, 0, true}},
                    Case{"failed_syncs_once", {shim::syncs, EIO}},
                    Case{"failed_syncs_for_good", {shim::syncs, EIO, true}}),
    [](const auto& one) { return std::string(one.param.name); });

} // namespace
} // namespace efaxd::daemon
