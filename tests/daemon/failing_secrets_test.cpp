// The n-th call to a file of secrets fails, for some n or, with EFAXD_EVERY_CALL, every one until nothing
// fails any more: efaxd says which it could not read and ends, or waits and goes on; no fax is lost or
// doubled.
#include "clinic.hpp"
#include "disk.hpp"

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

namespace efaxd::daemon {
namespace {

using namespace std::chrono_literals;

struct Case {
    const char* name;
    const char* files; ///< how their names begin
    DiskFault fault;
};

void PrintTo(const Case& of, std::ostream* out) { *out << of.name; }

class Attempt : public Clinic {
  public:
    explicit Attempt(const char* files) : disk_(efaxd.folder() / files) {
        receive_and_send_at_once();
        put(front_desk, 2);
    }
    void TestBody() override {}

    /// `--once` and the daemon under the fault, then a life in which all can be read. True if it struck.
    bool run(const DiskFault& fault) {
        lasting_ = fault.error == EACCES;
        disk_.fail(fault);
        const Ended once = efaxd.run({"--once"}, 1min, disk_.variables());
        bool hit = disk_.failed() > 0;
        expect_words(once.exit_code, once.out + once.err);

        disk_.fail(fault);
        efaxd.spawn(disk_.variables());
        efaxd.until([&] { return disk_.failed() > 0 && fault.for_good && says_why(); }, hit ? 2s : 0s);
        hit |= disk_.failed() > 0;
        disk_.heal();
        if (const auto exit_code = efaxd.child().wait(hit ? 300ms : 0ms))
            expect_words(*exit_code, efaxd.log());
        else
            efaxd.kill();

        efaxd.start();
        EXPECT_TRUE(all_arrive());
        EXPECT_EQ(efaxd.stop(), 0);
        TearDown();
        return hit;
    }

    static inline std::map<int, int> exit_codes;

  private:
    /// 0 where it did not matter; 74, 75: to be tried again; 78, after which no supervisor tries again, only
    /// where a person must change something.
    void expect_words(int exit_code, const std::string& said) const {
        ++exit_codes[exit_code];
        const int at_start = lasting_ ? 78 : 74;
        EXPECT_TRUE((std::set{0, 75, at_start}.contains(exit_code))) << exit_code << '\n' << said;
        EXPECT_TRUE(exit_code == 0 || !said.empty());
        EXPECT_EQ(said.find("internal"), std::string::npos) << said;
        const bool named = said.find("/clinic.") != said.npos && said.find("cannot be ") != said.npos;
        EXPECT_TRUE((exit_code != 74 && exit_code != 78) || named) << said;
    }
    bool says_why() const { return efaxd.said("secret") || efaxd.said("efaxd: "); }

    Disk disk_;
    bool lasting_ = false;
};

class FailingSecrets : public testing::TestWithParam<Case> {};

TEST_P(FailingSecrets, are_named_and_cost_no_fax) {
    Attempt::exit_codes.clear();
    DiskFault fault = GetParam().fault;
    const bool every = std::getenv("EFAXD_EVERY_CALL") != nullptr;
    int hits = 0;
    for (fault.nth = 1;; fault.nth = every ? fault.nth + 1 : fault.nth * 2) {
        SCOPED_TRACE(fault.text());
        if (!Attempt(GetParam().files).run(fault) || HasFailure())
            break;
        ++hits;
    }
    EXPECT_GT(hits, 0);
    std::cout << hits << " faults";
    for (const auto& [code, times] : Attempt::exit_codes)
        std::cout << ", " << times << " x exit " << code;
    std::cout << '\n';
}

INSTANTIATE_TEST_SUITE_P(, FailingSecrets,
                         testing::Values(Case{"not_opened", "clinic.", {shim::opens, EACCES}},
                                         Case{"without_handles", "clinic.", {shim::opens, EMFILE}},
                                         Case{"not_read", "clinic.", {shim::reads, EIO}},
                                         Case{"never_read", "clinic.", {shim::reads, EIO, true}}),
                         [](const auto& one) { return std::string(one.param.name); });

} // namespace
} // namespace efaxd::daemon
