// How an older file becomes one of today.
#include "ledger/sqlite_ledger.hpp"

#include "efaxd/core/fault.hpp"
#include "fakes/faulty_disk.hpp"
#include "fakes/temp_dir.hpp"
#include "images.hpp"
#include "ledger/schema.hpp"
#include "transmissions.hpp"
#include "version_1_file.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>

namespace efaxd::ledger {
namespace {

using fakes::FaultyDisk;

Instant at(std::int64_t milliseconds) { return Instant{Duration{milliseconds}}; }

Entry held_fax() {
    Entry entry;
    entry.key = {"clinic", "fax-held"};
    entry.mailbox = "clinic:system";
    entry.user_id = "user-1";
    entry.fax = {"fax-held", "FAX-Held", at(900), "+15551234567", "+15559990000", 2, false, true, "{}"};
    entry.stage = Stage::stored;
    entry.held = true;
    entry.attempts = 3;
    entry.reason = "fhir.unreachable";
    entry.first_seen = at(1000);
    entry.document = {4711, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                      MediaType::tiff};
    entry.spares = 1;
    return entry;
}

Entry done_fax() {
    Entry entry;
    entry.key = {"clinic", "fax-done"};
    entry.mailbox = "clinic:system";
    entry.user_id = "user-1";
    entry.fax = {"fax-done", "fax-done", std::nullopt, "", "", 1, true, true, ""};
    entry.stage = Stage::acknowledged;
    entry.first_seen = at(2000);
    entry.delivered_at = at(3000);
    entry.document = {12, "", MediaType::pdf};
    entry.binary_id = "b-1";
    entry.communication_id = "00010203-0405-0607-0809-0a0b0c0d0e0f";
    return entry;
}

void expect_all_of_version_1(SqliteLedger& ledger) {
    EXPECT_EQ(ledger.list({}), (std::vector<Entry>{done_fax(), held_fax()}));
    EXPECT_EQ(ledger.recall("clinic/owners"), "12");
    const Totals totals = ledger.totals();
    EXPECT_EQ(totals.tallies.size(), 2u);
    EXPECT_EQ(totals.oldest_undelivered, (std::map<std::string, Instant>{{"clinic", at(1000)}}));
    EXPECT_EQ(totals.spares, (std::map<std::string, std::int64_t>{{"clinic", 1}}));
}

std::string tables_of(const std::filesystem::path& dir) {
    Database file(dir / "ledger.db", Access::reader);
    Query query(file, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
    std::string all;
    while (query.next())
        all += query.text(0) + ";\n";
    return all;
}

TEST(LedgerMigration, keeps_every_fax_and_makes_room_for_transmissions) {
    const fakes::TempDir dir;
    make_file_of_version_1(dir.path());
    const Transmission row = full_transmission();
    {
        SqliteLedger ledger(dir.path());
        expect_all_of_version_1(ledger);
        EXPECT_TRUE(ledger.outbox().list({}).empty());
        EXPECT_EQ(ledger.outbox().claim({&row, 1}), std::vector<Transmission>{row});
        Entry moved = held_fax();
        moved.stage = Stage::attached;
        ledger.save(moved);
        moved.stage = Stage::stored;
        EXPECT_THROW(ledger.save(moved), std::logic_error);
    }
    SqliteLedger again(dir.path());
    EXPECT_EQ(again.outbox().find({"clinic", row.key.communication}), std::vector<Transmission>{row});
    EXPECT_EQ(Database(dir.path() / "ledger.db", Access::reader).number("PRAGMA user_version"),
              schema_version());
}

TEST(LedgerMigration, ends_with_the_tables_that_a_new_file_has) {
    const fakes::TempDir older;
    make_file_of_version_1(older.path());
    const fakes::TempDir fresh;
    const SqliteLedger one(older.path());
    const SqliteLedger other(fresh.path());
    EXPECT_EQ(tables_of(older.path()), tables_of(fresh.path()));
    EXPECT_NE(tables_of(fresh.path()).find("transmission_rules"), std::string::npos);
}

TEST(LedgerMigration, is_not_made_by_looking) {
    const fakes::TempDir dir;
    make_file_of_version_1(dir.path());
    try {
        SqliteLedger::open_read_only(dir.path());
        FAIL() << "a file without the outbox was opened for looking";
    } catch (const GroundFault& error) {
        EXPECT_NE(std::string(error.what()).find("older efaxd"), std::string::npos);
    }
    EXPECT_EQ(Database(dir.path() / "ledger.db", Access::reader).number("PRAGMA user_version"), 1);
}

TEST(LedgerMigration, loses_nothing_when_any_single_call_to_the_disk_fails) {
    FaultyDisk disk;
    int fired = 0;
    for (const auto& [call, code] : {std::pair{FaultyDisk::Call::write, SQLITE_IOERR_WRITE},
                                     {FaultyDisk::Call::write, SQLITE_FULL},
                                     {FaultyDisk::Call::sync, SQLITE_IOERR_FSYNC}})
        for (int nth = 1;; ++nth) {
            const fakes::TempDir dir(fakes::TempDir::Where::quick);
            make_file_of_version_1(dir.path());
            disk.fail(call, nth, code);
            try {
                const SqliteLedger ledger(dir.path());
            } catch (const GroundFault&) {
            } catch (const Fault& fault) {
                EXPECT_EQ(fault.reason, "ledger.full");
            }
            const bool hit = disk.fired();
            disk.heal();
            SqliteLedger again(dir.path());
            expect_all_of_version_1(again);
            EXPECT_TRUE(again.outbox().list({}).empty());
            EXPECT_EQ(integrity(dir.path()), "ok");
            if (!hit)
                break;
            ++fired;
        }
    EXPECT_GT(fired, 10);
}

} // namespace
} // namespace efaxd::ledger
