// What a kill, a copy of the files at any moment, and a failing disk do to the outbox; and what stays of
// numbers.
#include "ledger/sqlite_ledger.hpp"

#include "efaxd/core/fault.hpp"
#include "fakes/faulty_disk.hpp"
#include "fakes/temp_dir.hpp"
#include "images.hpp"
#include "transmissions.hpp"

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

std::string name(std::uint64_t number) { return "c-" + std::to_string(number); }

/// Each to a number of its own.
Transmission numbered(std::uint64_t number) {
    Transmission row = prepared(name(number));
    row.number = outbound_number(number);
    row.destination = std::to_string(number);
    return row;
}

TEST(OutboxCrash, knows_every_begun_post_after_a_kill) {
    const fakes::TempDir dir;
    int begun[2];
    ASSERT_EQ(::pipe(begun), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        SqliteLedger ledger(dir.path());
        for (std::uint32_t number = 0;; ++number) {
            const Transmission row = numbered(number);
            ledger.outbox().claim({&row, 1});
            if (!ledger.outbox().begin(submitting(row), {}) ||
                ::write(begun[1], &number, sizeof number) != sizeof number)
                ::_exit(1);
        }
    }
    ::close(begun[1]);
    std::uint32_t number = 0;
    std::uint32_t count = 0;
    while (::read(begun[0], &number, sizeof number) == sizeof number)
        if (++count == 40)
            ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(begun[0]);

    ASSERT_GE(count, 40u);
    SqliteLedger ledger(dir.path());
    for (std::uint32_t known = 0; known < count; ++known)
        EXPECT_EQ(ledger.outbox().find({"clinic", name(known)}),
                  std::vector<Transmission>{submitting(numbered(known))});
    EXPECT_EQ(integrity(dir.path()), "ok");
}

TEST(OutboxCrash, has_every_committed_change_in_its_files_at_once) {
    const fakes::TempDir dir;
    SqliteLedger ledger(dir.path());
    const auto expect_in_files = [&](const Transmission& row) {
        const fakes::TempDir image(fakes::TempDir::Where::quick); // what a power cut would leave
        copy_files(dir.path(), image.path());
        EXPECT_EQ(SqliteLedger(image.path()).outbox().find({"clinic", row.key.communication}),
                  std::vector<Transmission>{row});
        EXPECT_EQ(integrity(image.path()), "ok");
    };
    for (std::uint64_t number = 0; number < 5; ++number) {
        Transmission row = numbered(number);
        ledger.outbox().claim({&row, 1});
        expect_in_files(row);
        row = submitting(row);
        EXPECT_TRUE(ledger.outbox().begin(row, {}));
        expect_in_files(row);
        row = submitted(row);
        ledger.outbox().save(row);
        expect_in_files(row);
    }
}

/// Claims and begins until something fails; what was reported as done must be found later.
class Work {
  public:
    void run(Outbox& outbox) {
        for (std::uint64_t number = 0; number < 5; ++number) {
            const Transmission row = numbered(number);
            try {
                outbox.claim({&row, 1});
                known[name(number)] = SendStage::prepared;
                EXPECT_TRUE(outbox.begin(submitting(row), {}));
                known[name(number)] = SendStage::submitting;
                outbox.save(submitted(row));
                known[name(number)] = SendStage::submitted;
            } catch (const Fault& fault) {
                EXPECT_EQ(fault.reason, "ledger.full");
            } catch (const GroundFault&) {
            }
        }
    }
    void check(Outbox& outbox) const {
        for (const auto& [communication, stage] : known) {
            const auto rows = outbox.find({"clinic", communication});
            ASSERT_EQ(rows.size(), 1u);
            EXPECT_GE(rows[0].stage, stage);
        }
        std::int64_t counted = 0;
        for (const OutboxTally& tally : outbox.totals().tallies)
            counted += tally.transmissions;
        EXPECT_EQ(static_cast<std::size_t>(counted), outbox.list({}).size());
    }

    std::map<std::string, SendStage> known;
};

TEST(OutboxCrash, loses_nothing_when_any_single_call_to_the_disk_fails) {
    FaultyDisk disk;
    int fired = 0;
    for (const auto& [call, code] : {std::pair{Call::write, SQLITE_IOERR_WRITE},
                                     {Call::write, SQLITE_FULL},
                                     {Call::sync, SQLITE_IOERR_FSYNC},
                                     {Call::read, SQLITE_IOERR_READ}})
        for (int nth = 1;; nth = nth < 4 ? nth + 1 : nth + 5) {
            const fakes::TempDir dir(fakes::TempDir::Where::quick);
            SqliteLedger(dir.path()).remember("first", "day");
            Work work;
            disk.fail(call, nth, code);
            try {
                SqliteLedger ledger(dir.path());
                work.run(ledger.outbox());
            } catch (const GroundFault&) { // at the opening
            } catch (const Fault& fault) {
                EXPECT_EQ(fault.reason, "ledger.full");
            }
            const bool hit = disk.fired();
            disk.heal();
            SqliteLedger again(dir.path());
            work.check(again.outbox());
            EXPECT_EQ(integrity(dir.path()), "ok");
            if (!hit)
                break;
            ++fired;
        }
    EXPECT_GT(fired, 15);
}

TEST(OutboxCrash, begins_nothing_whose_record_did_not_reach_the_disk) {
    FaultyDisk disk;
    const fakes::TempDir dir;
    const Transmission row = numbered(1);
    {
        SqliteLedger ledger(dir.path());
        Outbox& outbox = ledger.outbox();
        outbox.claim({&row, 1});
        disk.fail(Call::sync, 1, SQLITE_IOERR_FSYNC);
        EXPECT_THROW(outbox.begin(submitting(row), {}), GroundFault);
        ASSERT_TRUE(disk.fired());

        const Transmission other = numbered(2);
        EXPECT_THROW(outbox.begin(submitting(row), {}), GroundFault);
        EXPECT_THROW(outbox.claim({&other, 1}), GroundFault);
        EXPECT_THROW(outbox.save(row), GroundFault);
        EXPECT_THROW(outbox.find({"clinic", name(1)}), GroundFault);
        EXPECT_THROW(outbox.due(noon, 10), GroundFault);
        EXPECT_THROW(outbox.list({}), GroundFault);
        EXPECT_THROW(outbox.totals(), GroundFault);
    }
    disk.heal();
    SqliteLedger again(dir.path());
    EXPECT_EQ(again.outbox().find({"clinic", name(1)}).size(), 1u);
}

TEST(OutboxCrash, calls_a_full_disk_passing_and_begins_when_there_is_room_again) {
    FaultyDisk disk;
    const fakes::TempDir dir;
    SqliteLedger ledger(dir.path());
    const Transmission row = numbered(1);
    ledger.outbox().claim({&row, 1});
    disk.fail(Call::write, 1, SQLITE_FULL, true);
    try {
        ledger.outbox().begin(submitting(row), {});
        FAIL() << "begun on a full disk";
    } catch (const Fault& fault) {
        EXPECT_EQ(fault.reason, "ledger.full");
        EXPECT_EQ(fault.kind, Fault::Kind::passing);
    }
    disk.heal();
    EXPECT_EQ(ledger.outbox().find({"clinic", name(1)}), std::vector<Transmission>{row});
    EXPECT_TRUE(ledger.outbox().begin(submitting(row), {}));
}

std::set<std::string> numbers_in(const std::filesystem::path& dir) { return found_in(dir, "+1777100"); }

TEST(OutboxNumbers, of_reported_transmissions_are_nowhere_in_the_files) {
    const fakes::TempDir dir;
    auto ledger = std::make_unique<SqliteLedger>(dir.path());
    std::set<std::string> expected;
    // Some stay, so that SQLite moves rows between half-empty pages rather than freeing whole ones.
    for (std::uint64_t number = 0; number < 600; ++number) {
        const Transmission row = numbered(number);
        ledger->outbox().claim({&row, 1});
    }
    ASSERT_GE(numbers_in(dir.path()).size(), 600u);
    for (std::uint64_t number = 0; number < 600; ++number) {
        const bool stays = number % 5 == 0;
        if (stays)
            expected.insert(outbound_number(number));
        ledger->outbox().save(stays ? settled(numbered(number)) : reported(numbered(number)));
    }
    ledger.reset();
    EXPECT_EQ(numbers_in(dir.path()), expected);
}

TEST(OutboxNumbers, are_cleared_also_when_it_is_never_quiet) {
    const fakes::TempDir dir;
    SqliteLedger ledger(dir.path(), std::chrono::hours{1}, std::chrono::milliseconds{1});
    const Transmission row = numbered(1);
    ledger.outbox().claim({&row, 1});
    ledger.outbox().save(reported(row));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (!numbers_in(dir.path()).empty() && std::chrono::steady_clock::now() < deadline)
        ledger.remember("steady", "small writes");
    EXPECT_EQ(numbers_in(dir.path()), std::set<std::string>{});
}

} // namespace
} // namespace efaxd::ledger
