#include "ground/story.hpp"

#include "efaxd/core/fault.hpp"
#include "ledger/entries.hpp"
#include "ledger/transmissions.hpp"

#include <gtest/gtest.h>

namespace efaxd::ground {

namespace {

using ledger::SqliteLedger;

/// A step may find the disk full; the next one is tried all the same.
template <class Step>
bool done(int& full, const Step& step) {
    try {
        step();
        return true;
    } catch (const Fault& fault) {
        EXPECT_EQ(fault.reason, "ledger.full");
        ++full;
        return false;
    }
}

} // namespace

void Known::expect_in(SqliteLedger& ledger) const {
    for (const auto& [key, stage] : faxes) {
        const auto entry = ledger.find(key);
        ASSERT_TRUE(entry) << key.fax_id;
        EXPECT_GE(entry->stage, stage) << key.fax_id;
    }
    for (const auto& [key, stage] : transmissions) {
        const auto rows = ledger.outbox().find({key.project, key.communication});
        ASSERT_EQ(rows.size(), 1u) << key.communication;
        EXPECT_GE(rows.front().stage, stage) << key.communication;
    }
    for (const auto& [name, value] : memories)
        EXPECT_GE(std::stoull(ledger.recall(name).value_or("0")), value) << name;
    LedgerQuery every;
    every.limit = 10'000;
    std::map<Stage, std::int64_t> counted;
    for (const Entry& entry : ledger.list(every))
        ++counted[entry.stage];
    for (const Tally& tally : ledger.totals().tallies)
        counted[tally.stage] -= tally.faxes;
    for (const auto& [stage, difference] : counted)
        EXPECT_EQ(difference, 0) << "the tallies are in step with the rows";
}

void Story::live(const std::filesystem::path& dir, Duration quiet) {
    try {
        done(full, [&] {
            SqliteLedger ledger(dir, quiet);
            for (int round = 0; round < 2; ++round) {
                bring_in(ledger);
                send(ledger);
                const std::uint64_t value = next_;
                if (done(full, [&] { ledger.remember("round", std::to_string(value)); })) {
                    const std::lock_guard lock(mutex_);
                    known_.memories["round"] = value;
                }
            }
        });
    } catch (const GroundFault&) {
        ++ended;
    }
}

Known Story::known() const {
    const std::lock_guard lock(mutex_);
    return known_;
}

void Story::bring_in(SqliteLedger& ledger) {
    std::vector<Entry> page;
    for (int fax = 0; fax < 3; ++fax)
        page.push_back(ledger::claimed(next_++));
    if (!done(full, [&] { ledger.claim(page); }))
        return;
    for (Entry entry : page) {
        note(entry.key, entry.stage);
        for (const Stage stage : {Stage::stored, Stage::attached, Stage::delivered, Stage::acknowledged}) {
            entry.stage = stage;
            entry.document = {4711, std::string(64, 'a'), MediaType::pdf};
            if (stage == Stage::acknowledged)
                entry.due.reset();
            if (!done(full, [&] { ledger.save(entry); }))
                break;
            note(entry.key, stage);
        }
    }
}

void Story::send(SqliteLedger& ledger) {
    const std::uint64_t number = next_++;
    Transmission row = ledger::accepted("c-" + std::to_string(number));
    row.destination = std::to_string(number);
    const auto move = [&](Transmission to, const auto& step) {
        to.destination = row.destination;
        if (!done(full, [&] { step(to); }))
            return false;
        note(to.key, to.stage);
        row = std::move(to);
        return true;
    };
    const auto save = [&](const Transmission& to) { ledger.outbox().save(to); };
    Transmission ready = row;
    ready.stage = SendStage::prepared;
    ready.documents = {{1234, std::string(64, 'a'), MediaType::pdf}};
    move(row,
         [&](const Transmission& to) {
             ledger.outbox().claim({&to, 1});
         }) &&
        move(ready, save) &&
        move(ledger::submitting(row), [&](const Transmission& to) { ledger.outbox().begin(to, {}); }) &&
        move(ledger::submitted(row), save) && move(ledger::settled(row), save) &&
        move(ledger::reported(row), save);
}

void Story::note(const FaxKey& key, Stage stage) {
    const std::lock_guard lock(mutex_);
    known_.faxes[key] = stage;
}

void Story::note(const TransmissionKey& key, SendStage stage) {
    const std::lock_guard lock(mutex_);
    known_.transmissions[key] = stage;
}

} // namespace efaxd::ground
