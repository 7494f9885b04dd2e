// What a kill, a copy of the files at any moment, and a failing disk do to the ledger.
#include "ledger/sqlite_ledger.hpp"

#include "efaxd/core/fault.hpp"
#include "entries.hpp"
#include "fakes/faulty_disk.hpp"
#include "fakes/temp_dir.hpp"
#include "images.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <thread>

namespace efaxd::ledger {
namespace {

using fakes::FaultyDisk;
using Call = FaultyDisk::Call;

TEST(LedgerCrash, loses_nothing_that_was_acknowledged_before_a_kill) {
    const fakes::TempDir dir;
    int acknowledged[2];
    ASSERT_EQ(::pipe(acknowledged), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        SqliteLedger ledger(dir.path());
        for (std::uint32_t number = 0;; ++number) {
            Entry entry = claimed(number);
            ledger.claim({&entry, 1});
            entry.stage = Stage::stored;
            ledger.save(entry);
            if (::write(acknowledged[1], &number, sizeof number) != sizeof number)
                ::_exit(1);
        }
    }
    ::close(acknowledged[1]);
    std::uint32_t number = 0;
    std::uint32_t count = 0;
    while (::read(acknowledged[0], &number, sizeof number) == sizeof number)
        if (++count == 40)
            ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(acknowledged[0]);

    ASSERT_GE(count, 40u);
    SqliteLedger ledger(dir.path());
    for (std::uint32_t known = 0; known < count; ++known) {
        const auto entry = ledger.find(claimed(known).key);
        ASSERT_TRUE(entry) << known;
        EXPECT_EQ(entry->stage, Stage::stored);
    }
    EXPECT_EQ(integrity(dir.path()), "ok");
}

TEST(LedgerCrash, has_every_committed_change_in_its_files_at_once) {
    const fakes::TempDir dir;
    SqliteLedger ledger(dir.path());
    for (std::uint64_t number = 0; number < 20; ++number) {
        Entry entry = claimed(number);
        ledger.claim({&entry, 1});
        const fakes::TempDir image; // what a power cut would leave
        copy_files(dir.path(), image.path());
        EXPECT_EQ(SqliteLedger(image.path()).find(entry.key), entry);
        EXPECT_EQ(integrity(image.path()), "ok");
    }
}

/// Claims and saves until something fails; what was reported as done must be found later.
class Work {
  public:
    void run(SqliteLedger& ledger) {
        for (std::uint64_t number = 0; number < 12; ++number) {
            Entry entry = claimed(number);
            try {
                ledger.claim({&entry, 1});
                known[entry.key] = Stage::claimed;
                entry.stage = Stage::stored;
                ledger.save(entry);
                known[entry.key] = Stage::stored;
            } catch (const Fault& fault) {
                EXPECT_EQ(fault.reason, "ledger.full");
                ++full;
            } catch (const GroundFault&) {
                ++failed;
            } catch (const std::logic_error&) { // saving what could not be claimed
            }
        }
    }
    void check(SqliteLedger& ledger) const {
        for (const auto& [key, stage] : known) {
            const auto entry = ledger.find(key);
            ASSERT_TRUE(entry);
            EXPECT_GE(entry->stage, stage);
        }
    }

    std::map<FaxKey, Stage> known;
    int full = 0;
    int failed = 0;
};

TEST(LedgerCrash, loses_nothing_when_any_single_call_to_the_disk_fails) {
    FaultyDisk disk;
    int fired = 0;
    for (const auto& [call, code] : {std::pair{Call::write, SQLITE_IOERR_WRITE},
                                     {Call::write, SQLITE_FULL},
                                     {Call::sync, SQLITE_IOERR_FSYNC},
                                     {Call::truncate, SQLITE_IOERR_TRUNCATE},
                                     {Call::read, SQLITE_IOERR_READ}})
        for (int nth = 1;; nth = nth < 4 ? nth + 1 : nth + 5) {
            const fakes::TempDir dir;
            SqliteLedger(dir.path()).remember("first", "day");
            Work work;
            disk.fail(call, nth, code);
            try {
                SqliteLedger ledger(dir.path());
                work.run(ledger);
            } catch (const GroundFault&) { // at the opening
            } catch (const Fault& fault) {
                EXPECT_EQ(fault.reason, "ledger.full");
            }
            const bool hit = disk.fired();
            disk.heal();
            SqliteLedger again(dir.path());
            work.check(again);
            EXPECT_EQ(again.recall("first"), "day");
            EXPECT_EQ(integrity(dir.path()), "ok");
            if (!hit)
                break;
            ++fired;
        }
    EXPECT_GT(fired, 20);
}

TEST(LedgerCrash, calls_a_full_disk_passing_and_goes_on_when_there_is_room_again) {
    FaultyDisk disk;
    const fakes::TempDir dir;
    SqliteLedger ledger(dir.path());
    Work first;
    disk.fail(Call::write, 1, SQLITE_FULL, true);
    first.run(ledger);
    EXPECT_EQ(first.full, 12);
    EXPECT_EQ(first.failed, 0);
    EXPECT_FALSE(ledger.find(claimed(0).key));

    disk.heal();
    Work second;
    second.run(ledger);
    EXPECT_EQ(second.known.size(), 12u);
    second.check(ledger);
}

TEST(LedgerCrash, trusts_nothing_any_more_after_a_failed_sync) {
    FaultyDisk disk;
    const fakes::TempDir dir;
    const Entry before = claimed(1);
    {
        SqliteLedger ledger(dir.path());
        ledger.claim({&before, 1});
        disk.fail(Call::sync, 1, SQLITE_IOERR_FSYNC);
        const Entry entry = claimed(2);
        EXPECT_THROW(ledger.claim({&entry, 1}), GroundFault);
        ASSERT_TRUE(disk.fired());
        const int syncs = disk.syncs();

        EXPECT_THROW(ledger.claim({&entry, 1}), GroundFault);
        EXPECT_THROW(ledger.save(before), GroundFault);
        EXPECT_THROW(ledger.find(before.key), GroundFault);
        EXPECT_THROW(ledger.due(noon, 10), GroundFault);
        EXPECT_THROW(ledger.list({}), GroundFault);
        EXPECT_THROW(ledger.totals(), GroundFault);
        EXPECT_THROW(ledger.remember("a", "b"), GroundFault);
        EXPECT_THROW(ledger.recall("a"), GroundFault);
        EXPECT_EQ(disk.syncs(), syncs) << "a failed sync is not tried again";
    }
    EXPECT_TRUE(std::filesystem::exists(dir.path() / "ledger.db-wal")) << "left for recovery";
    SqliteLedger again(dir.path());
    EXPECT_EQ(again.find(before.key), before);
}

TEST(LedgerCrash, notices_a_failed_sync_of_a_checkpoint) {
    FaultyDisk disk;
    const fakes::TempDir dir;
    SqliteLedger ledger(dir.path());
    disk.fail(Call::sync, 1, SQLITE_IOERR_FSYNC, false, "ledger.db");
    std::vector<Entry> page;
    for (std::uint64_t number = 0; number < 15'000; ++number)
        page.push_back(claimed(number));
    EXPECT_EQ(ledger.claim(page).size(), page.size()); // over 1000 pages of log
    // The checkpoint runs behind the claim's back; the next change waits for it.
    EXPECT_THROW(ledger.remember("a", "b"), GroundFault);
    EXPECT_TRUE(disk.fired());
}

TEST(LedgerCrash, gives_all_callers_of_a_failed_commit_an_error) {
    FaultyDisk disk;
    const fakes::TempDir dir;
    SqliteLedger ledger(dir.path());
    disk.fail(Call::sync, 1, SQLITE_IOERR_FSYNC);
    std::vector<std::thread> threads;
    std::atomic<int> failed{0};
    for (std::uint64_t number = 0; number < 8; ++number)
        threads.emplace_back([&, number] {
            const Entry entry = claimed(number);
            try {
                ledger.claim({&entry, 1});
            } catch (const GroundFault&) {
                ++failed;
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(failed, 8);
}

} // namespace
} // namespace efaxd::ledger
