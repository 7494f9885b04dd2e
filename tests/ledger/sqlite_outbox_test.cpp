#include "ledger/sqlite_ledger.hpp"

#include "efaxd/core/fault.hpp"
#include "fakes/temp_dir.hpp"
#include "ledger/outbox_row.hpp"
#include "ledger/outbox_sql.hpp"
#include "transmissions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

namespace efaxd::ledger {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class OutboxTest : public testing::Test {
  protected:
    Outbox& outbox() { return ledger_->outbox(); }
    void claim(const Transmission& row) { EXPECT_EQ(outbox().claim({&row, 1}).size(), 1u); }
    std::optional<Transmission> find(const TransmissionKey& key) {
        for (const Transmission& row : outbox().find({key.project, key.communication}))
            if (row.key == key)
                return row;
        return std::nullopt;
    }
    void reopen() {
        ledger_.reset();
        ledger_ = std::make_unique<SqliteLedger>(dir_.path());
    }

    fakes::TempDir dir_;
    std::unique_ptr<SqliteLedger> ledger_ = std::make_unique<SqliteLedger>(dir_.path());
};

TEST_F(OutboxTest, gives_every_member_of_a_row_back_after_a_restart) {
    const Transmission row = full_transmission();
    claim(row);
    EXPECT_EQ(find(row.key), row);
    reopen();
    EXPECT_EQ(find(row.key), row);

    Transmission plain = row;
    plain.due.reset();
    plain.held = false;
    plain.attempts = 0;
    plain.reason.clear();
    plain.accepted = noon - hours{1};
    plain.begun.reset();
    plain.submitted.reset();
    plain.settled.reset();
    plain.user_id.clear();
    plain.recipient.clear();
    plain.number = "+18005550199";
    plain.destination = "digest";
    plain.documents.clear();
    plain.status.clear();
    plain.code.clear();
    plain.pages = 0;
    plain.tries = 0;
    plain.told = false;
    plain.cancel = false;
    outbox().save(plain);
    EXPECT_EQ(find(row.key), plain);
    reopen();
    EXPECT_EQ(find(row.key), plain);
}

TEST_F(OutboxTest, keeps_documents_of_every_type_and_size) {
    Transmission row = prepared("c");
    row.documents.clear();
    for (const MediaType type :
         {MediaType::unknown, MediaType::pdf, MediaType::tiff, MediaType::jpeg, MediaType::png})
        row.documents.push_back({std::numeric_limits<std::uint64_t>::max(), std::string(64, 'e'), type});
    claim(row);
    EXPECT_EQ(find(row.key), row);
}

TEST_F(OutboxTest, refuses_a_digest_that_would_spill_into_the_next_document) {
    Transmission row = prepared("c");
    row.documents[0].sha256 = "a\n1 1 b";
    EXPECT_THROW(outbox().claim({&row, 1}), std::logic_error);
    EXPECT_TRUE(outbox().find({"clinic", "c"}).empty());
}

TEST(OutboxRow, takes_no_damaged_documents_for_none) {
    for (const char* text : {"1 1 a", "1 1", "1", "\n", "1 1\n", "x 1 a\n", "1x 1 a\n", "-1 1 a\n", " 1 a\n",
                             "1 5 a\n", "1 -1 a\n", "99999999999999999999 1 a\n", "1 1 a\n1"})
        EXPECT_THROW(documents_of(text), GroundFault) << text;
    EXPECT_TRUE(documents_of("").empty());
}

TEST_F(OutboxTest, claims_a_communication_once_and_whole) {
    const std::vector<Transmission> first = {accepted("c", 0), accepted("c", 1)};
    EXPECT_EQ(outbox().claim(first), first);

    std::vector<Transmission> second = {accepted("c", 1), accepted("c", 2)};
    second[0].user_id = "late";
    EXPECT_EQ(outbox().claim(second), first) << "one known row keeps all others out";
    const Transmission other = accepted("c", 7);
    EXPECT_EQ(outbox().claim({&other, 1}), first);
    EXPECT_EQ(outbox().find({"clinic", "c"}), first);
    EXPECT_EQ(outbox().claim({}), std::vector<Transmission>{});
}

TEST_F(OutboxTest, gives_the_rows_of_a_claim_as_they_stand_now) {
    Transmission row = accepted("c");
    claim(row);
    row = reported(row);
    outbox().save(row);
    const Transmission again = accepted("c");
    EXPECT_EQ(outbox().claim({&again, 1}), std::vector<Transmission>{row});
}

TEST_F(OutboxTest, gives_rows_by_recipient_in_whatever_order_they_came) {
    const std::vector<Transmission> rows = {accepted("c", 10), accepted("c", 2), accepted("c", 0)};
    const std::vector<Transmission> expected = {rows[2], rows[1], rows[0]};
    EXPECT_EQ(outbox().claim(rows), expected);
    EXPECT_EQ(outbox().find({"clinic", "c"}), expected);
}

TEST_F(OutboxTest, keeps_projects_and_communications_apart) {
    const Transmission one = accepted("c", 0, "one");
    const Transmission two = accepted("c", 0, "two");
    const Transmission longer = accepted("cc", 0, "one");
    claim(one);
    claim(two);
    claim(longer);
    EXPECT_EQ(outbox().find({"one", "c"}), std::vector<Transmission>{one});
    EXPECT_EQ(outbox().find({"two", "c"}), std::vector<Transmission>{two});
    EXPECT_TRUE(outbox().find({"three", "c"}).empty());
    EXPECT_TRUE(outbox().find({"one", "C"}).empty());
}

TEST_F(OutboxTest, claims_nothing_of_a_claim_that_breaks_a_rule) {
    const std::vector<Transmission> twice = {accepted("c", 0), accepted("c", 1), accepted("c", 0)};
    EXPECT_THROW(outbox().claim(twice), std::logic_error);
    const std::vector<Transmission> strangers = {accepted("c", 0), accepted("d", 1)};
    EXPECT_THROW(outbox().claim(strangers), std::logic_error);
    const std::vector<Transmission> negative = {accepted("c", 0), accepted("c", -1)};
    EXPECT_THROW(outbox().claim(negative), std::logic_error);
    EXPECT_TRUE(outbox().list({}).empty());
    EXPECT_TRUE(outbox().totals().tallies.empty());
}

TEST_F(OutboxTest, refuses_to_save_what_was_never_claimed) {
    EXPECT_THROW(outbox().save(accepted("c")), std::logic_error);
    EXPECT_TRUE(outbox().find({"clinic", "c"}).empty());
    EXPECT_TRUE(outbox().totals().tallies.empty());
}

TEST_F(OutboxTest, forgets_the_number_once_reported_whatever_a_row_says) {
    Transmission row = prepared("c");
    claim(row);
    row = settled(row);
    outbox().save(row);
    EXPECT_EQ(find(row.key)->number, row.number) << "a resend may need it";
    Transmission done = reported(row);
    done.number = "+17771234567";
    outbox().save(done);
    done.number.clear();
    EXPECT_EQ(find(row.key), done);
    EXPECT_EQ(find(row.key)->destination, row.destination);

    done.number = "+17771234567";
    outbox().save(done);
    done.key.communication = "claimed-late";
    claim(done);
    for (const Transmission& kept : outbox().list({}))
        EXPECT_EQ(kept.number, "");
}

TEST_F(OutboxTest, hands_out_due_communications_the_longest_due_first_and_each_once) {
    const auto claim_due = [this](const std::string& name, const std::vector<std::optional<Instant>>& dues) {
        std::vector<Transmission> rows;
        for (const auto& due : dues) {
            rows.push_back(accepted(name, static_cast<int>(rows.size())));
            rows.back().due = due;
        }
        outbox().claim(rows);
    };
    claim_due("second", {noon - minutes{1}, noon - minutes{4}, noon + minutes{3}});
    claim_due("third", {std::nullopt, noon - minutes{3}});
    claim_due("first", {noon + hours{1}, noon - minutes{5}, noon - minutes{5}});
    claim_due("now", {noon});
    claim_due("later", {noon + minutes{2}});
    claim_due("over", {std::nullopt});
    Transmission held = accepted("held");
    held.held = true;
    held.due = noon - hours{1};
    claim(held);

    const auto key = [](const char* name) { return OutboundKey{"clinic", name}; };
    const OutboxDue all = outbox().due(noon, 10);
    EXPECT_EQ(all.communications,
              (std::vector<OutboundKey>{key("first"), key("second"), key("third"), key("now")}));
    EXPECT_EQ(all.next, noon + minutes{2});
    EXPECT_FALSE(all.more);

    EXPECT_FALSE(outbox().due(noon, 4).more) << "exactly as many as wanted";
    const OutboxDue some = outbox().due(noon, 2);
    EXPECT_EQ(some.communications, (std::vector<OutboundKey>{key("first"), key("second")}));
    EXPECT_TRUE(some.more);
    EXPECT_EQ(some.next, noon + minutes{2});
    EXPECT_TRUE(outbox().due(noon, 0).more);

    const OutboxDue none = outbox().due(noon - hours{2}, 10);
    EXPECT_TRUE(none.communications.empty());
    EXPECT_EQ(none.next, noon - minutes{5}) << "a held one wakes nobody";
    EXPECT_FALSE(none.more);
    EXPECT_EQ(outbox().due(noon + hours{9}, 10).next, std::nullopt);
}

TEST_F(OutboxTest, knows_no_more_when_only_further_rows_of_the_same_communication_are_due) {
    std::vector<Transmission> rows;
    rows.reserve(20);
    for (int recipient = 0; recipient < 20; ++recipient)
        rows.push_back(accepted("c", recipient));
    outbox().claim(rows);
    EXPECT_EQ(outbox().due(noon, 1).communications.size(), 1u);
    EXPECT_FALSE(outbox().due(noon, 1).more);
}

TEST_F(OutboxTest, lists_by_project_communication_stage_and_state) {
    Transmission held = submitting(prepared("b"));
    held.held = true;
    held.due.reset();
    Transmission held_with_due = accepted("d");
    held_with_due.held = true;
    const std::vector<Transmission> rows = {accepted("a"), held, reported(prepared("c")), held_with_due,
                                            accepted("a", 1, "other")};
    for (const Transmission& row : rows)
        claim(row);
    const auto listed = [&](const auto& fill) {
        OutboxQuery query;
        fill(query);
        std::string names;
        for (const Transmission& row : outbox().list(query))
            names += row.key.communication;
        return names;
    };
    EXPECT_EQ(listed([](auto&) {}), "abcda");
    EXPECT_EQ(listed([](auto& query) { query.project = "clinic"; }), "abcd");
    EXPECT_EQ(listed([](auto& query) { query.communication = "a"; }), "aa");
    EXPECT_EQ(listed([](auto& query) { query.stage = SendStage::reported; }), "c");
    EXPECT_EQ(listed([](auto& query) { query.stage = SendStage::accepted; }), "ada");
    EXPECT_EQ(listed([](auto& query) { query.held = true; }), "bd");
    EXPECT_EQ(listed([](auto& query) { query.held = false; }), "aca");
    EXPECT_EQ(listed([](auto& query) { query.open_only = true; }), "abda");
    EXPECT_EQ(listed([](auto& query) {
                  query.open_only = true;
                  query.held = false;
              }),
              "aa");
    EXPECT_EQ(listed([](auto& query) {
                  query.project = "clinic";
                  query.communication = "d";
                  query.stage = SendStage::accepted;
                  query.held = true;
                  query.open_only = true;
                  query.after = TransmissionKey{"clinic", "c", 0};
              }),
              "d");
    EXPECT_EQ(listed([](auto& query) { query.project = "none"; }), "");
    EXPECT_EQ(listed([](auto& query) { query.limit = 2; }), "ab");
    EXPECT_EQ(listed([](auto& query) { query.limit = 0; }), "");
}

TEST_F(OutboxTest, pages_through_a_list_without_gap_or_repetition) {
    std::vector<TransmissionKey> all;
    for (int number = 0; number < 20; ++number) {
        std::vector<Transmission> rows;
        for (int recipient = 0; recipient < 12; recipient += 4) {
            rows.push_back(
                accepted(uuid(static_cast<std::uint64_t>(number)), recipient, number % 2 ? "one" : "two"));
            all.push_back(rows.back().key);
        }
        outbox().claim(rows);
    }
    std::sort(all.begin(), all.end());
    for (const bool open_only : {false, true}) {
        OutboxQuery query;
        query.open_only = open_only;
        query.limit = 7;
        std::vector<TransmissionKey> seen;
        for (auto page = outbox().list(query); !page.empty(); page = outbox().list(query)) {
            for (const Transmission& row : page)
                seen.push_back(row.key);
            query.after = page.back().key;
        }
        EXPECT_EQ(seen, all);
    }
}

TEST_F(OutboxTest, keeps_its_totals_right_through_any_changes) {
    std::mt19937 dice(1); // NOLINT: the same changes each time
    std::map<TransmissionKey, Transmission> model;
    int refused = 0;
    for (int step = 0; step < 800; ++step) {
        Transmission row = accepted("c-" + std::to_string(dice() % 60), 0, dice() % 2 ? "one" : "two");
        const auto known = model.find(row.key);
        if (known == model.end()) {
            row.accepted = noon + seconds{dice() % 1000};
            claim(row);
        } else {
            row = known->second;
            row.stage = static_cast<SendStage>(dice() % 6);
            row.held = dice() % 3 == 0;
            if (dice() % 4 == 0)
                row.outcome = static_cast<SendOutcome>(dice() % 4);
            row.round += dice() % 5 == 0;
            row.number.clear();
            try {
                outbox().save(row);
            } catch (const std::logic_error&) {
                ++refused;
                continue;
            }
        }
        model[row.key] = row;
    }
    EXPECT_GT(refused, 100);
    EXPECT_LT(refused, 700);

    using Key = std::tuple<std::string, SendStage, SendOutcome, bool>;
    std::map<Key, std::int64_t> expected;
    std::map<std::string, Instant> oldest;
    for (const auto& [key, row] : model) {
        ++expected[{key.project, row.stage, row.outcome, row.held}];
        if (row.stage < SendStage::submitted)
            oldest[key.project] =
                std::min(oldest.try_emplace(key.project, row.accepted).first->second, row.accepted);
    }
    reopen();
    const OutboxTotals totals = outbox().totals();
    std::map<Key, std::int64_t> counted;
    for (const OutboxTally& tally : totals.tallies)
        counted[{tally.project, tally.stage, tally.outcome, tally.held}] += tally.transmissions;
    EXPECT_EQ(counted, expected);
    EXPECT_EQ(totals.oldest_unsubmitted, oldest);
    EXPECT_FALSE(oldest.empty());
}

TEST_F(OutboxTest, names_no_oldest_one_where_all_are_submitted) {
    claim(submitted(prepared("c")));
    EXPECT_TRUE(outbox().totals().oldest_unsubmitted.empty());
    Transmission waiting = accepted("d");
    waiting.accepted = noon - hours{5};
    claim(waiting);
    EXPECT_EQ(outbox().totals().oldest_unsubmitted,
              (std::map<std::string, Instant>{{"clinic", noon - hours{5}}}));
}

TEST_F(OutboxTest, counts_what_could_not_be_told) {
    const auto claimed_as = [&](Transmission row, int attempts, bool told, const std::string& reason) {
        row.attempts = attempts;
        row.told = told;
        row.reason = reason;
        row.due = noon;
        claim(row);
    };
    claimed_as(submitted(prepared("a")), 0, false, {});
    claimed_as(submitted(prepared("b")), 2, true, "efax.unavailable");
    claimed_as(submitting(prepared("c")), 2, false, "efax.unavailable");
    EXPECT_TRUE(outbox().totals().untold.empty());
    Transmission ended = submitted(prepared("d"));
    ended.stage = SendStage::settled;
    ended.outcome = SendOutcome::completed;
    ended.settled = noon - hours{3};
    claimed_as(ended, 4, true, "fhir.forbidden");
    EXPECT_EQ(outbox().totals().untold, (std::map<std::string, Untold>{{"clinic", {1, noon - hours{3}, 4}}}));
    claimed_as(submitted(prepared("e")), 7, false, "fhir.forbidden");
    claimed_as(submitting(prepared("f")), 1, false, "fhir.forbidden");
    EXPECT_EQ(outbox().totals().untold.at("clinic").transmissions, 3);
    EXPECT_EQ(outbox().totals().untold.at("clinic").most_tries, 7);
    ended.due.reset();
    ended.attempts = 0;
    ended.stage = SendStage::reported;
    ended.reason.clear();
    outbox().save(ended);
    EXPECT_EQ(outbox().totals().untold.at("clinic").transmissions, 2);
}

TEST_F(OutboxTest, leaves_faxes_and_their_totals_alone) {
    const Entry entry = claimed(1);
    ledger_->claim({&entry, 1});
    claim(accepted("c"));
    EXPECT_EQ(ledger_->list({}).size(), 1u);
    EXPECT_EQ(ledger_->totals().tallies.size(), 1u);
    EXPECT_EQ(outbox().list({}).size(), 1u);
}

/// How SQLite goes about a statement. Whether the index alone suffices is up to its version.
std::string plan(Database& database, const std::string& sql) {
    Query query(database, "EXPLAIN QUERY PLAN " + sql);
    std::string steps;
    while (query.next())
        steps += query.text(3) + "; ";
    if (const auto at = steps.find("COVERING "); at != std::string::npos)
        steps.erase(at, 9);
    return steps;
}

TEST_F(OutboxTest, reads_what_is_under_way_by_index_and_sorts_nothing) {
    Database look(dir_.path() / "ledger.db", Access::reader);
    const std::pair<std::string, std::string> wanted[] = {
        {due_sql, "transmission_waiting (due>? AND due<?)"},
        {next_due_sql, "transmission_waiting (due>?)"},
        {in_flight_sql, "transmission_in_flight (project=? AND destination=?)"},
        {begun_sql, "transmission_begun (project=? AND destination=? AND begun>? AND begun<?)"},
        {oldest_unsubmitted_sql, "transmission_unsubmitted (project=?)"}};
    for (const auto& [sql, index] : wanted)
        EXPECT_EQ(plan(look, sql), "SEARCH transmission USING INDEX " + index + "; ");

    EXPECT_EQ(plan(look, untold_sql), "SCAN transmission USING INDEX transmission_open; ");
    const std::string number = "SEARCH n USING PRIMARY KEY (project=? AND communication=? AND recipient=?) "
                               "LEFT-JOIN; ";
    OutboxQuery query;
    query.open_only = true;
    EXPECT_EQ(plan(look, list_sql(query)), "SCAN t USING INDEX transmission_open; " + number);
    query.project = "clinic";
    query.communication = "c";
    query.after = TransmissionKey{};
    EXPECT_EQ(plan(look, list_sql(query)).find("SEARCH t USING INDEX transmission_open (project=?"), 0u);
    OutboxQuery any;
    any.project = "clinic";
    any.after = TransmissionKey{};
    EXPECT_EQ(plan(look, list_sql(any)).find("SEARCH t USING PRIMARY KEY"), 0u);
    EXPECT_EQ(plan(look, list_sql(any)).find("B-TREE"), std::string::npos);
}

} // namespace
} // namespace efaxd::ledger
