// The n-th call of SQLite to the disk fails, for every n until nothing fails any more, in the whole story of
// a ledger: made or brought up to date, worked with, tidied, closed and opened again.
#include "efaxd/core/fault.hpp"
#include "fakes/faulty_disk.hpp"
#include "fakes/temp_dir.hpp"
#include "ground/story.hpp"
#include "ledger/images.hpp"
#include "ledger/version_1_file.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdlib>
#include <iostream>

namespace efaxd::ground {
namespace {

using fakes::FaultyDisk;
using Call = FaultyDisk::Call;

struct Case {
    Call call;
    int code;
    bool for_good;
};

class NthCall : public testing::Test {
  protected:
    /// Every n if EFAXD_EVERY_CALL is set, else some. Which folder the story begins in is up to `prepare`.
    template <class Prepare>
    void run(const Case& one, const Prepare& prepare) {
        const bool every = std::getenv("EFAXD_EVERY_CALL") != nullptr;
        int rounds = 0;
        int nth = 1;
        for (;; nth += every || nth < 6 ? 1 : nth / 3) {
            SCOPED_TRACE("call " + std::to_string(nth));
            const fakes::TempDir dir(fakes::TempDir::Where::quick);
            prepare(dir.path());
            Story story;
            disk_.fail(one.call, nth, one.code, one.for_good);
            story.live(dir.path(), std::chrono::hours{1});
            story.live(dir.path(), Duration{0});
            const bool hit = disk_.fired();
            disk_.heal();
            expect_peace(dir.path(), story);
            if (!hit || HasFailure())
                break;
            ++rounds;
        }
        std::cout << "call kind " << static_cast<int>(one.call) << " code " << one.code
                  << (one.for_good ? " for good: " : " once: ") << rounds << " faults up to call " << nth
                  << '\n';
        EXPECT_GT(rounds, 0);
    }

    FaultyDisk disk_;

  private:
    static void expect_peace(const std::filesystem::path& dir, Story& story) {
        {
            ledger::SqliteLedger ledger(dir);
            story.known().expect_in(ledger);
        }
        EXPECT_EQ(ledger::integrity(dir), "ok");
        const int ended = story.ended;
        const int full = story.full;
        story.live(dir, Duration{0});
        EXPECT_EQ(story.ended, ended) << "life goes on";
        EXPECT_EQ(story.full, full);
    }
};

constexpr Case cases[] = {
    {Call::any, SQLITE_OK, false},     {Call::any, SQLITE_OK, true},
    {Call::write, SQLITE_FULL, false}, {Call::write, SQLITE_FULL, true},
    {Call::sync, SQLITE_OK, false},    {Call::sync, SQLITE_OK, true},
    {Call::lock, SQLITE_BUSY, false},  {Call::any, SQLITE_IOERR_NOMEM, false},
};

TEST_F(NthCall, harms_no_ledger_that_is_made) {
    for (const Case& one : cases)
        run(one, [](const std::filesystem::path&) {});
}

TEST_F(NthCall, harms_no_ledger_that_is_brought_up_to_date) {
    for (const Case& one : cases)
        run(one, ledger::make_file_of_version_1);
}

} // namespace
} // namespace efaxd::ground
