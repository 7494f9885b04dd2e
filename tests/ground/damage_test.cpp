// A ledger file whose bytes were altered: what can be noticed is refused, and nothing crashes. EFAXD_FLIPS
// says how many bytes are altered, one at a time; EFAXD_SEED repeats a run.
#include "efaxd/core/fault.hpp"
#include "fakes/temp_dir.hpp"
#include "ground/story.hpp"
#include "ledger/entries.hpp"
#include "ledger/transmissions.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

namespace efaxd::ground {
namespace {

using ledger::SqliteLedger;

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Content {
    std::vector<Entry> faxes;
    std::vector<Transmission> transmissions;

    bool operator==(const Content&) const = default;
};

std::map<SendStage, int> stages_of(const Content& content) {
    std::map<SendStage, int> stages;
    for (const Transmission& row : content.transmissions)
        ++stages[row.stage];
    return stages;
}

/// Everything that a daemon may ask of it, and then some work.
Content use(SqliteLedger& ledger) {
    LedgerQuery faxes;
    faxes.limit = 10'000;
    OutboxQuery transmissions;
    transmissions.limit = 10'000;
    Content content{ledger.list(faxes), ledger.outbox().list(transmissions)};
    const Instant now{std::chrono::sys_days{std::chrono::year{2030} / 1 / 1}};
    ledger.due(now, 10);
    ledger.totals();
    ledger.outbox().due(now, 10);
    ledger.outbox().totals();
    ledger.recall("round");
    return content;
}

class Damage : public testing::Test {
  protected:
    Damage() {
        const fakes::TempDir dir(fakes::TempDir::Where::quick);
        Story story;
        story.live(dir.path(), std::chrono::hours{1});
        fill(dir.path());
        story.live(dir.path(), std::chrono::hours{1});
        whole_ = read_file(dir.path() / "ledger.db");
        SqliteLedger ledger(dir.path());
        content_ = use(ledger);
    }

    enum class End { refused, stopped, unnoticed, harmless };

    /// What becomes of a ledger with these bytes. Whatever is thrown must be a GroundFault.
    End judge(const std::string& bytes) const {
        const fakes::TempDir dir(fakes::TempDir::Where::quick);
        std::ofstream(dir.path() / "ledger.db", std::ios::binary) << bytes;
        std::unique_ptr<SqliteLedger> ledger;
        try {
            ledger = std::make_unique<SqliteLedger>(dir.path());
        } catch (const GroundFault&) {
            return End::refused;
        }
        try {
            const Content content = use(*ledger);
            ledger->remember("round", "1000");
            ledger.reset();
            Story more(1000);
            more.live(dir.path(), Duration{0});
            if (more.ended > 0)
                return End::stopped;
            EXPECT_EQ(stages_of(content), stages_of(content_)) << "a fax could be sent again";
            return content == content_ ? End::harmless : End::unnoticed;
        } catch (const GroundFault&) {
            return End::stopped;
        }
    }

    /// So much that hardly a page has room left.
    static void fill(const std::filesystem::path& dir) {
        SqliteLedger ledger(dir);
        std::vector<Entry> page;
        for (std::uint64_t fax = 0; fax < 200; ++fax)
            page.push_back(fax % 4 == 0 ? ledger::claimed(5000 + fax) : ledger::settled(5000 + fax));
        ledger.claim(page);
        for (int fax = 0; fax < 60; ++fax) {
            const auto name = "full-" + std::to_string(fax);
            const Transmission row =
                fax % 4 == 0 ? ledger::prepared(name) : ledger::reported(ledger::prepared(name));
            ledger.outbox().claim({&row, 1});
        }
    }

    static std::uint64_t number(const char* variable, std::uint64_t otherwise) {
        const char* const wanted = std::getenv(variable);
        return wanted ? std::strtoull(wanted, nullptr, 10) : otherwise;
    }

    std::string whole_;
    Content content_;
};

TEST_F(Damage, of_any_single_byte_crashes_nothing) {
    const auto flips = number("EFAXD_FLIPS", 80);
    const auto seed = number("EFAXD_SEED", std::random_device{}());
    SCOPED_TRACE("EFAXD_SEED=" + std::to_string(seed));
    std::mt19937_64 dice(seed);
    std::map<End, int> ends;
    for (std::uint64_t flip = 0; flip < flips; ++flip) {
        // The header has a byte for everything; a quarter of the flips are there and in the first page.
        const std::uint64_t place =
            dice() % (dice() % 4 == 0 ? std::min<std::size_t>(4096, whole_.size()) : whole_.size());
        SCOPED_TRACE("byte " + std::to_string(place));
        std::string bytes = whole_;
        bytes[place] = static_cast<char>(bytes[place] ^ (1 << dice() % 8));
        try {
            ++ends[judge(bytes)];
        } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
            break;
        }
    }
    std::cout << flips << " flips of " << whole_.size() << " bytes: " << ends[End::refused]
              << " refused at the start, " << ends[End::stopped] << " stopped later, " << ends[End::unnoticed]
              << " altered a value, " << ends[End::harmless] << " met nothing\n";
    EXPECT_GT(ends[End::refused], 0);
}

TEST_F(Damage, of_a_whole_page_is_refused) {
    constexpr std::size_t page = 4096;
    for (std::size_t at = 0; at < whole_.size(); at += page)
        for (const char with : {'\0', '\xff', 'x'}) {
            SCOPED_TRACE(at / page);
            std::string bytes = whole_;
            std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), page, with);
            EXPECT_EQ(judge(bytes), End::refused);
        }
}

TEST_F(Damage, by_cutting_the_file_short_is_refused) {
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{99}, std::size_t{100}, std::size_t{512}, std::size_t{4095},
          std::size_t{4096}, std::size_t{5000}, whole_.size() / 2 / 4096 * 4096, whole_.size() - 4096}) {
        SCOPED_TRACE(size);
        EXPECT_EQ(judge(whole_.substr(0, size)), End::refused);
    }
}

TEST_F(Damage, by_rubbish_in_its_place_is_refused) {
    std::mt19937_64 dice(1);
    std::string bytes(whole_.size(), '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(dice());
    EXPECT_EQ(judge(bytes), End::refused);
    EXPECT_EQ(judge(whole_.substr(0, 100) + bytes.substr(100)), End::refused);
}

} // namespace
} // namespace efaxd::ground
