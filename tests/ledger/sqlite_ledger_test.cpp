#include "ledger/sqlite_ledger.hpp"

#include "efaxd/core/fault.hpp"
#include "entries.hpp"
#include "fakes/temp_dir.hpp"
#include "images.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <thread>

namespace efaxd::ledger {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class SqliteLedgerTest : public testing::Test {
  protected:
    void claim(const Entry& entry) { EXPECT_EQ(ledger_->claim({&entry, 1}).size(), 1u); }
    void reopen() {
        ledger_.reset();
        ledger_ = std::make_unique<SqliteLedger>(dir_.path());
    }

    fakes::TempDir dir_;
    std::unique_ptr<SqliteLedger> ledger_ = std::make_unique<SqliteLedger>(dir_.path());
};

Entry full_entry() {
    Entry entry = claimed(1, "clinic:Organization:o-1");
    entry.fax.listed_id = "FAX-" + entry.key.fax_id.substr(4);
    entry.fax.downloaded = true;
    entry.fax.stored = false;
    entry.fax.members = R"({"note":[{"text":"Gr\u00fc\u00dfe"}]})";
    entry.stage = Stage::attached;
    entry.attempts = 7;
    entry.reason = "fhir.unreachable";
    entry.document = {123'456'789'012, std::string(64, 'a'), MediaType::tiff};
    entry.binary_id = "efaxd-17";
    entry.spares = 2;
    return entry;
}

TEST_F(SqliteLedgerTest, gives_every_member_of_an_entry_back_after_a_restart) {
    const Entry entry = full_entry();
    claim(entry);
    EXPECT_EQ(ledger_->find(entry.key), entry);
    reopen();
    EXPECT_EQ(ledger_->find(entry.key), entry);

    Entry held = entry;
    held.held = true;
    held.due.reset();
    held.fax.completed.reset();
    held.binary_id = uuid(5);
    ledger_->save(held);
    EXPECT_EQ(ledger_->find(entry.key), held);
    reopen();
    EXPECT_EQ(ledger_->find(entry.key), held);
}

TEST_F(SqliteLedgerTest, keeps_ids_that_only_resemble_uuids_and_digests) {
    Entry entry = settled(1);
    for (const std::string& id :
         {std::string("12345678-1234-1234-1234-1234567890AB"), std::string(36, '-'), std::string(64, 'A'),
          std::string(64, 'f'), std::string("1"), std::string(),
          std::string("12345678x1234-1234-1234-1234567890ab"), std::string("a\0b", 3)}) {
        entry.key.fax_id = entry.fax.id = entry.fax.listed_id = "fax-id-" + id;
        entry.binary_id = id;
        entry.communication_id = id;
        entry.document.sha256 = id;
        claim(entry);
        EXPECT_EQ(ledger_->find(entry.key), entry) << id;
    }
}

TEST_F(SqliteLedgerTest, claims_a_fax_once) {
    const std::vector<Entry> first = {claimed(1), claimed(2)};
    EXPECT_EQ(ledger_->claim(first), (std::vector<std::size_t>{0, 1}));

    std::vector<Entry> second = {claimed(2, "clinic:Organization:late"), claimed(3), claimed(1), claimed(3)};
    EXPECT_EQ(ledger_->claim(second), (std::vector<std::size_t>{1}));
    EXPECT_EQ(ledger_->find(first[1].key)->mailbox, "clinic:system");
    EXPECT_EQ(ledger_->claim(second), std::vector<std::size_t>{});
    EXPECT_EQ(ledger_->claim({}), std::vector<std::size_t>{});
}

TEST_F(SqliteLedgerTest, knows_the_same_fax_id_under_two_projects_as_two_faxes) {
    claim(claimed(1, "one:system"));
    claim(claimed(1, "two:system"));
    EXPECT_EQ(ledger_->find({"one", uuid(1)})->mailbox, "one:system");
    EXPECT_EQ(ledger_->find({"two", uuid(1)})->mailbox, "two:system");
    EXPECT_FALSE(ledger_->find({"three", uuid(1)}));
}

TEST_F(SqliteLedgerTest, refuses_to_move_a_fax_back_and_keeps_what_it_knows) {
    Entry entry = claimed(1);
    claim(entry);
    entry.stage = Stage::attached;
    ledger_->save(entry);

    Entry back = entry;
    back.stage = Stage::stored;
    back.fax.from_number = "changed";
    EXPECT_THROW(ledger_->save(back), std::logic_error);
    EXPECT_EQ(ledger_->find(entry.key), entry);
}

TEST_F(SqliteLedgerTest, refuses_to_save_what_was_never_claimed) {
    EXPECT_THROW(ledger_->save(claimed(1)), std::logic_error);
    EXPECT_FALSE(ledger_->find(claimed(1).key));
    EXPECT_TRUE(ledger_->totals().tallies.empty());
}

TEST_F(SqliteLedgerTest, forgets_numbers_and_members_once_delivered) {
    Entry entry = full_entry();
    claim(entry);
    entry.stage = Stage::delivered;
    ledger_->save(entry);

    Entry expected = entry;
    expected.fax.from_number.clear();
    expected.fax.to_number.clear();
    expected.fax.members.clear();
    EXPECT_EQ(ledger_->find(entry.key), expected);
}

TEST_F(SqliteLedgerTest, hands_out_due_faxes_oldest_first_and_tells_the_next_time) {
    Entry late = claimed(1, "clinic:a");
    late.due = noon + hours{2};
    Entry second = claimed(2, "clinic:b");
    second.due = noon - minutes{1};
    Entry first = claimed(3, "clinic:a");
    first.due = noon - minutes{2};
    Entry now = claimed(4, "clinic:b");
    Entry soon = claimed(5, "clinic:c");
    soon.due = noon + hours{1};
    Entry held = claimed(6, "clinic:a");
    held.held = true;
    const Entry done = settled(7, "clinic:a");
    const std::vector<Entry> all = {late, second, first, now, soon, held, done};
    ledger_->claim(all);

    const Due due = ledger_->due(noon, 10);
    EXPECT_EQ(due.entries, (std::vector<Entry>{first, second, now}));
    EXPECT_EQ(due.next, noon + hours{1});
    EXPECT_FALSE(due.more);

    const Due before = ledger_->due(noon - hours{1}, 10);
    EXPECT_TRUE(before.entries.empty());
    EXPECT_EQ(before.next, noon - minutes{2});
    EXPECT_EQ(ledger_->due(noon + hours{9}, 10).next, std::nullopt);
}

TEST_F(SqliteLedgerTest, gives_no_mailbox_more_than_its_share_of_the_due_ones) {
    std::vector<Entry> flood;
    for (std::uint64_t number = 0; number < 150; ++number) {
        flood.push_back(claimed(number, "clinic:flooded"));
        flood.back().due = noon - seconds{200 - number};
    }
    flood.push_back(claimed(1000, "clinic:quiet"));
    flood.push_back(claimed(1001, "clinic:early"));
    flood.back().due = noon + minutes{1};
    ledger_->claim(flood);

    for (const Instant now : {noon, noon - seconds{100}}) { // many due, and few
        const Due due = ledger_->due(now, 3);
        std::vector<Entry> expected{flood[0], flood[1], flood[2]};
        if (now == noon)
            expected.push_back(flood[150]);
        EXPECT_EQ(due.entries, expected);
        EXPECT_EQ(due.next, now == noon ? noon + minutes{1} : *flood[101].due);
        EXPECT_TRUE(due.more);
        EXPECT_FALSE(ledger_->due(now, 150).more);
    }
}

TEST_F(SqliteLedgerTest, shares_a_bounded_answer_fairly_when_many_flooded_mailboxes_wait) {
    constexpr std::uint64_t mailboxes = 40;
    constexpr std::uint64_t each = 150;
    std::vector<Entry> flood;
    for (std::uint64_t number = 0; number < mailboxes * each; ++number) {
        flood.push_back(claimed(number, "clinic:" + std::to_string(number % mailboxes)));
        flood.back().due = noon - seconds{mailboxes * each - number};
    }
    for (std::uint64_t number = 0; number < 50; ++number) { // not due: they take no share away
        flood.push_back(claimed(100'000 + number, "clinic:later-" + std::to_string(number)));
        flood.back().due = noon + hours{1};
    }
    ledger_->claim(flood);

    const Due due = ledger_->due(noon, 1000);
    constexpr std::size_t share = 4096 / mailboxes;
    EXPECT_EQ(due.entries,
              std::vector<Entry>(flood.begin(), flood.begin() + std::ptrdiff_t{share * mailboxes}));
    EXPECT_TRUE(due.more);
    EXPECT_EQ(ledger_->due(noon, 3).entries.size(), 3 * mailboxes);
}

TEST_F(SqliteLedgerTest, leaves_no_mailbox_out_when_more_wait_than_it_hands_out_at_once) {
    constexpr std::uint64_t mailboxes = 4'200;
    std::vector<Entry> entries;
    for (std::uint64_t number = 0; number < mailboxes; ++number)
        entries.push_back(claimed(number, "clinic:" + std::to_string(number)));
    ledger_->claim(entries);
    EXPECT_EQ(ledger_->due(noon, 256).entries.size(), mailboxes);
    EXPECT_FALSE(ledger_->due(noon, 256).more);

    const Entry second = claimed(mailboxes, "clinic:7");
    claim(second);
    EXPECT_EQ(ledger_->due(noon, 256).entries.size(), mailboxes);
    EXPECT_TRUE(ledger_->due(noon, 256).more);
}

TEST_F(SqliteLedgerTest, counts_a_mailbox_whose_user_id_changed_as_one) {
    std::vector<Entry> entries;
    for (std::uint64_t number = 0; number < 6; ++number) {
        entries.push_back(claimed(number));
        entries.back().due = noon - seconds{10 - number};
        entries.back().user_id = number % 2 ? "old" : "new";
    }
    ledger_->claim(entries);

    const Due due = ledger_->due(noon, 3);
    EXPECT_EQ(due.entries, (std::vector<Entry>{entries[0], entries[1], entries[2]}));
    EXPECT_TRUE(due.more);
    ASSERT_EQ(ledger_->totals().tallies.size(), 1u);
    EXPECT_EQ(ledger_->totals().tallies[0].faxes, 6);
}

TEST_F(SqliteLedgerTest, lists_by_project_mailbox_stage_and_state) {
    Entry held = claimed(2, "one:a");
    held.held = true;
    Entry held_without_due = claimed(4, "one:b");
    held_without_due.held = true;
    held_without_due.due.reset();
    const std::vector<Entry> all = {claimed(1, "one:a"), held, settled(3, "one:a"), held_without_due,
                                    claimed(5, "two:a")};
    ledger_->claim(all);
    const auto keys = [&](const auto& fill) {
        LedgerQuery query;
        fill(query);
        std::set<std::string> found;
        for (const Entry& entry : ledger_->list(query))
            found.insert(entry.key.fax_id);
        return found;
    };
    const auto ids = [](std::initializer_list<std::uint64_t> numbers) {
        std::set<std::string> wanted;
        for (const auto number : numbers)
            wanted.insert(uuid(number));
        return wanted;
    };
    EXPECT_EQ(keys([](auto&) {}), ids({1, 2, 3, 4, 5}));
    EXPECT_EQ(keys([](auto& query) { query.project = "one"; }), ids({1, 2, 3, 4}));
    EXPECT_EQ(keys([](auto& query) { query.mailbox = "one:a"; }), ids({1, 2, 3}));
    EXPECT_EQ(keys([](auto& query) { query.stage = Stage::acknowledged; }), ids({3}));
    EXPECT_EQ(keys([](auto& query) { query.held = true; }), ids({2, 4}));
    EXPECT_EQ(keys([](auto& query) { query.held = false; }), ids({1, 3, 5}));
    EXPECT_EQ(keys([](auto& query) { query.unsettled_only = true; }), ids({1, 2, 4, 5}));
    EXPECT_EQ(keys([](auto& query) {
                  query.project = "one";
                  query.mailbox = "one:a";
                  query.stage = Stage::claimed;
                  query.held = true;
              }),
              ids({2}));
    EXPECT_EQ(keys([](auto& query) { query.project = "three"; }), ids({}));
}

TEST_F(SqliteLedgerTest, pages_through_a_list_without_gap_or_repetition) {
    std::vector<Entry> all;
    for (std::uint64_t number = 0; number < 57; ++number)
        all.push_back(claimed(number, number % 2 ? "one:a" : "two:a"));
    ledger_->claim(all);

    for (const bool unsettled_only : {false, true}) {
        LedgerQuery query;
        query.unsettled_only = unsettled_only;
        query.limit = 10;
        std::vector<FaxKey> seen;
        for (auto page = ledger_->list(query); !page.empty(); page = ledger_->list(query)) {
            for (const Entry& entry : page)
                seen.push_back(entry.key);
            query.after = page.back().key;
        }
        EXPECT_EQ(seen.size(), all.size());
        EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
        EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end());
    }
}

TEST_F(SqliteLedgerTest, keeps_its_totals_right_through_any_changes) {
    std::mt19937 dice(1); // NOLINT: the same changes each time
    std::map<std::string, Entry> model;
    for (int step = 0; step < 600; ++step) {
        const std::string mailbox = dice() % 2 ? "one:a" : "two:b";
        Entry entry = claimed(dice() % 80, mailbox);
        const std::string key = entry.key.project + entry.key.fax_id;
        if (const auto known = model.find(key); known != model.end()) {
            entry = known->second;
            entry.stage = std::max(entry.stage, static_cast<Stage>(dice() % 5));
            entry.held = dice() % 3 == 0;
            entry.spares += static_cast<int>(dice() % 3) - 1;
            ledger_->save(entry);
        } else {
            entry.first_seen = noon + seconds{dice() % 1000};
            entry.spares = static_cast<int>(dice() % 2);
            claim(entry);
        }
        model[key] = entry;
    }
    using Key = std::tuple<std::string, std::string, Stage, bool>;
    std::map<Key, std::int64_t> expected;
    std::map<std::string, Instant> oldest;
    std::map<std::string, std::int64_t> spares;
    for (const auto& [key, entry] : model) {
        ++expected[{entry.key.project, entry.mailbox, entry.stage, entry.held}];
        spares[entry.key.project] += entry.spares;
        if (entry.stage < Stage::delivered)
            oldest[entry.key.project] = std::min(
                oldest.try_emplace(entry.key.project, entry.first_seen).first->second, entry.first_seen);
    }
    std::erase_if(spares, [](const auto& item) { return item.second <= 0; });

    reopen();
    const Totals totals = ledger_->totals();
    std::map<Key, std::int64_t> counted;
    for (const Tally& tally : totals.tallies)
        counted[{tally.project, tally.mailbox, tally.stage, tally.held}] += tally.faxes;
    EXPECT_EQ(counted, expected);
    EXPECT_EQ(totals.oldest_undelivered, oldest);
    EXPECT_EQ(totals.spares, spares);
}

TEST_F(SqliteLedgerTest, remembers_by_name) {
    EXPECT_EQ(ledger_->recall("clinic/owners"), std::nullopt);
    ledger_->remember("clinic/owners", "12");
    ledger_->remember("clinic/owners", std::string("a\0b", 3));
    ledger_->remember("empty", "");
    reopen();
    EXPECT_EQ(ledger_->recall("clinic/owners"), std::string("a\0b", 3));
    EXPECT_EQ(ledger_->recall("empty"), "");
}

TEST_F(SqliteLedgerTest, makes_its_files_for_the_owner_only) {
    claim(claimed(1));
    int files = 0;
    for (const auto& item : std::filesystem::directory_iterator(dir_.path())) {
        struct stat facts {};
        ASSERT_EQ(::stat(item.path().c_str(), &facts), 0);
        EXPECT_EQ(facts.st_mode & 0777u, 0600u) << item.path();
        ++files;
    }
    EXPECT_EQ(files, 3);
}

TEST_F(SqliteLedgerTest, stands_on_safe_settings) {
    claim(claimed(1));
    Database look(dir_.path() / "ledger.db", Access::reader);
    EXPECT_EQ(look.text("PRAGMA journal_mode"), "wal");
    EXPECT_EQ(look.number("PRAGMA application_id"), 0x65466178);
    EXPECT_EQ(look.number("PRAGMA user_version"), 2);
    EXPECT_EQ(look.number("PRAGMA mmap_size"), 0);
    EXPECT_EQ(look.number("PRAGMA query_only"), 1);
    EXPECT_EQ(look.text("PRAGMA integrity_check"), "ok");
    EXPECT_FALSE(sqlite_version().empty());
}

/// All numbers of callers that lie anywhere in the files of a folder.
std::set<std::string> numbers_in(const std::filesystem::path& dir) { return found_in(dir, "+1555100"); }

TEST_F(SqliteLedgerTest, leaves_no_number_of_a_delivered_fax_in_its_files) {
    std::vector<Entry> entries;
    for (std::uint64_t number = 0; number < 600; ++number)
        entries.push_back(claimed(number));
    ledger_->claim(entries);
    ASSERT_EQ(numbers_in(dir_.path()).size(), entries.size());
    // Some stay, so that SQLite moves rows between half-empty pages rather than freeing whole ones.
    std::set<std::string> expected;
    for (std::size_t at = 0; at < entries.size(); ++at) {
        entries[at].held = at % 5 == 0;
        if (entries[at].held)
            expected.insert(entries[at].fax.from_number);
        else
            entries[at].stage = Stage::delivered;
        ledger_->save(entries[at]);
    }
    ledger_.reset();
    EXPECT_EQ(numbers_in(dir_.path()), expected);
}

TEST(SqliteLedger, clears_its_log_by_itself_once_it_is_quiet) {
    const fakes::TempDir dir;
    SqliteLedger ledger(dir.path(), std::chrono::milliseconds{1});
    Entry entry = claimed(1);
    ledger.claim({&entry, 1});
    entry.stage = Stage::delivered;
    ledger.save(entry);
    const auto deadline = std::chrono::steady_clock::now() + seconds{60};
    while (std::filesystem::file_size(dir.path() / "ledger.db-wal") > 0 &&
           std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    EXPECT_EQ(std::filesystem::file_size(dir.path() / "ledger.db-wal"), 0u);
    EXPECT_EQ(numbers_in(dir.path()), std::set<std::string>{});
    EXPECT_EQ(ledger.find(entry.key)->stage, Stage::delivered);
}

TEST(SqliteLedger, clears_numbers_also_when_it_is_never_quiet) {
    const fakes::TempDir dir;
    SqliteLedger ledger(dir.path(), hours{1}, std::chrono::milliseconds{1});
    Entry entry = claimed(1);
    ledger.claim({&entry, 1});
    entry.stage = Stage::delivered;
    ledger.save(entry);
    const auto deadline = std::chrono::steady_clock::now() + seconds{60};
    while (!numbers_in(dir.path()).empty() && std::chrono::steady_clock::now() < deadline)
        ledger.remember("steady", "small writes");
    EXPECT_EQ(numbers_in(dir.path()), std::set<std::string>{});
}

TEST(SqliteLedger, needs_at_most_256_bytes_for_a_settled_fax) {
    const fakes::TempDir dir;
    constexpr std::size_t count = 10'000;
    {
        SqliteLedger ledger(dir.path());
        std::vector<Entry> page;
        for (std::uint64_t number = 0; number < count; ++number) {
            page.push_back(settled(number));
            if (page.size() == 100) {
                ledger.claim(page);
                page.clear();
            }
        }
    }
    EXPECT_LE(std::filesystem::file_size(dir.path() / "ledger.db") / count, 256u);
}

TEST(SqliteLedger, keeps_its_log_short_under_many_changes) {
    const fakes::TempDir dir;
    SqliteLedger ledger(dir.path());
    for (std::uint64_t number = 0; number < 500; ++number) {
        const Entry entry = claimed(number);
        ledger.claim({&entry, 1});
    }
    EXPECT_LE(std::filesystem::file_size(dir.path() / "ledger.db-wal"), 8u << 20);
}

} // namespace
} // namespace efaxd::ledger
