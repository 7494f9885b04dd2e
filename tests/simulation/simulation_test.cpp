// Days of a clinic under a fake clock: everything fails, and yet each fax is delivered once.
//
// EFAXD_SEEDS seeds of EFAXD_DAYS days each, from EFAXD_FIRST on, each EFAXD_SQLITE_EACH-th one with the
// ledger on SQLite and the others with the plain one; EFAXD_SEED replays a single one with both.

#include "simulation/simulation.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

namespace efaxd::simulation {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string replay(const Result& result, int days) {
    return "seed " + std::to_string(result.seed) + ", " + result.complaint +
           "\nreplay it with EFAXD_SEED=" + std::to_string(result.seed) +
           " EFAXD_DAYS=" + std::to_string(days) + " EFAXD_JOURNAL=journal.txt";
}

/// What is held for a person is an error in the log, and here there are thousands.
class QuietLog {
  public:
    QuietLog() : kept_(::dup(STDERR_FILENO)) {
        if (const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC); nothing >= 0) {
            ::dup2(nothing, STDERR_FILENO);
            ::close(nothing);
        }
    }
    ~QuietLog() {
        ::dup2(kept_, STDERR_FILENO);
        ::close(kept_);
    }
    QuietLog(const QuietLog&) = delete;
    QuietLog& operator=(const QuietLog&) = delete;

  private:
    int kept_;
};

struct Sum {
    void add(const Result& result) {
        days += result.days;
        faxes += result.faxes;
        delivered += result.delivered;
        communications += result.communications;
        sent += result.sent;
        calls += result.counts.calls;
        faults += result.counts.faults;
        late += result.counts.late;
        cuts += result.counts.cuts;
        stops += result.counts.stops;
        jumps += result.counts.jumps;
        outages += result.counts.outages;
    }
    void tell(std::uint64_t seeds, double seconds) const {
        std::cout << "simulated " << days << " days of " << seeds << " seeds in " << seconds << " s ("
                  << 1000 * seconds / days << " ms a day): " << faxes << " faxes received, " << delivered
                  << " delivered; " << communications << " Communications, " << sent << " submissions; "
                  << calls << " calls, " << faults << " faults, " << late << " late effects; " << cuts
                  << " power cuts, " << stops << " restarts, " << jumps << " clock jumps, " << outages
                  << " outages\n";
    }

    double days = 0;
    long faxes = 0, delivered = 0, communications = 0, sent = 0, calls = 0, faults = 0, late = 0;
    long cuts = 0, stops = 0, jumps = 0, outages = 0;
};

void expect_same_on_either(std::uint64_t seed, int days) {
    const Result real = simulate(seed, days, Keeper::sqlite);
    const Result plain = simulate(seed, days, Keeper::plain);
    EXPECT_EQ(real.hash, plain.hash) << "seed " << seed;
    EXPECT_EQ(real.complaint, plain.complaint) << "seed " << seed;
}

TEST(Simulation, delivers_each_fax_once_and_sends_nothing_twice) {
    const auto days = static_cast<int>(from_environment("EFAXD_DAYS", 3));
    const std::uint64_t one = from_environment("EFAXD_SEED", 0);
    const std::uint64_t first = one ? one : from_environment("EFAXD_FIRST", 1);
    const std::uint64_t seeds = one ? 1 : from_environment("EFAXD_SEEDS", 6);
    const std::uint64_t sqlite_each = one ? 1 : from_environment("EFAXD_SQLITE_EACH", 1);
    const std::uint64_t most_failures = from_environment("EFAXD_FAILURES", 5);
    const auto begun = std::chrono::steady_clock::now();
    const auto seconds = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    };
    const QuietLog quiet;
    Sum sum;
    std::uint64_t failures = 0;
    std::uint64_t run = 0;
    for (; run < seeds && failures < most_failures; ++run) {
        const bool on_sqlite = run % sqlite_each == 0;
        const Result result = simulate(first + run, days, on_sqlite ? Keeper::sqlite : Keeper::plain);
        sum.add(result);
        if (!result.complaint.empty()) {
            ++failures;
            ADD_FAILURE() << replay(result, days);
        }
        if (seeds > 50 && run % 50 == 49)
            sum.tell(run + 1, seconds());
    }
    sum.tell(run, seconds());
    EXPECT_GT(sum.delivered, 0);
    if (one)
        expect_same_on_either(one, days);
}

TEST(Simulation, does_not_depend_on_who_keeps_the_ledger) {
    const QuietLog quiet;
    for (const std::uint64_t seed : {44, 45, 46})
        expect_same_on_either(seed, 2);
}

TEST(Simulation, replays_a_seed_exactly) {
    const QuietLog quiet;
    const Result one = simulate(42, 2, Keeper::sqlite);
    const Result other = simulate(42, 2, Keeper::sqlite);
    EXPECT_EQ(one.hash, other.hash);
    EXPECT_GT(one.counts.calls, 100);
    EXPECT_NE(one.hash, simulate(43, 2, Keeper::sqlite).hash);
}

} // namespace
} // namespace efaxd::simulation
