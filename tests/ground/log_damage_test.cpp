// A daemon was killed, and a byte of the write-ahead log it left behind was altered before the next start.
// SQLite cannot tell that from the log's end: what was committed from there on is gone, but nothing is half
// there. EFAXD_FLIPS says how many bytes are altered, one at a time; EFAXD_SEED repeats a run.
#include "efaxd/core/fault.hpp"
#include "fakes/temp_dir.hpp"
#include "ledger/entries.hpp"
#include "ledger/images.hpp"
#include "ledger/sqlite_ledger.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>

namespace efaxd::ground {
namespace {

using ledger::SqliteLedger;

constexpr std::uint64_t last_round = 12;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// Rounds of two commits each: a fax, and then the number of the round.
void work(SqliteLedger& ledger) {
    for (std::uint64_t round = 1; round <= last_round; ++round) {
        const Entry fax = ledger::claimed(round);
        ledger.claim({&fax, 1});
        ledger.remember("round", std::to_string(round));
    }
}

/// The last round that the ledger knows of. Nothing may be missing of it, nor anything be there of a later
/// one but its first commit.
std::uint64_t round_in(SqliteLedger& ledger) {
    const std::uint64_t round = std::stoull(ledger.recall("round").value_or("0"));
    for (std::uint64_t earlier = 1; earlier <= round; ++earlier)
        EXPECT_TRUE(ledger.find(ledger::claimed(earlier).key)) << "of round " << earlier;
    LedgerQuery every;
    every.limit = 1'000;
    EXPECT_LE(ledger.list(every).size(), round + 1);
    return round;
}

void alter(const std::filesystem::path& file, std::uint64_t place, int bit) {
    std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
    bytes.seekg(static_cast<std::streamoff>(place));
    const int byte = bytes.get();
    bytes.seekp(static_cast<std::streamoff>(place));
    bytes.put(static_cast<char>(byte ^ (1 << bit)));
}

TEST(LogDamage, of_any_single_byte_leaves_an_earlier_ledger_and_no_half_one) {
    const auto flips = from_environment("EFAXD_FLIPS", 60);
    const auto seed = from_environment("EFAXD_SEED", std::random_device{}());
    SCOPED_TRACE("EFAXD_SEED=" + std::to_string(seed));
    std::mt19937_64 dice(seed);
    const fakes::TempDir killed(fakes::TempDir::Where::quick);
    {
        const fakes::TempDir alive(fakes::TempDir::Where::quick);
        SqliteLedger ledger(alive.path(), std::chrono::hours{1});
        work(ledger);
        ledger::copy_files(alive.path(), killed.path());
    }
    const auto size = std::filesystem::file_size(killed.path() / "ledger.db-wal");
    std::uint64_t earlier = 0;
    for (std::uint64_t flip = 0; flip < flips; ++flip) {
        const std::uint64_t place = dice() % size;
        SCOPED_TRACE("byte " + std::to_string(place));
        const fakes::TempDir dir(fakes::TempDir::Where::quick);
        ledger::copy_files(killed.path(), dir.path());
        alter(dir.path() / "ledger.db-wal", place, static_cast<int>(dice() % 8));
        {
            SqliteLedger ledger(dir.path());
            earlier += round_in(ledger) < last_round ? 1 : 0;
        }
        EXPECT_EQ(ledger::integrity(dir.path()), "ok");
    }
    std::cout << flips << " flips of a log of " << size << " bytes: " << earlier << " lost its last rounds\n";
    EXPECT_GT(earlier, 0U);
}

TEST(LogDamage, none_at_all_loses_nothing) {
    const fakes::TempDir killed(fakes::TempDir::Where::quick);
    {
        const fakes::TempDir alive(fakes::TempDir::Where::quick);
        SqliteLedger ledger(alive.path(), std::chrono::hours{1});
        work(ledger);
        ledger::copy_files(alive.path(), killed.path());
    }
    SqliteLedger ledger(killed.path());
    EXPECT_EQ(round_in(ledger), last_round);
}

} // namespace
} // namespace efaxd::ground
