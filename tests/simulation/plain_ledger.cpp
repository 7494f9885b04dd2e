#include "simulation/plain_ledger.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace efaxd::simulation {

namespace {

constexpr std::size_t most_due = 4096; // as the port says

bool fits(const Entry& entry, const LedgerQuery& query) {
    return (!query.project || entry.key.project == *query.project) &&
           (!query.mailbox || entry.mailbox == *query.mailbox) &&
           (!query.stage || entry.stage == *query.stage) && (!query.held || entry.held == *query.held) &&
           (!query.unsettled_only || !entry.settled());
}

} // namespace

void PlainLedger::keep(const Entry& entry) {
    Entry& kept = entries_[entry.key];
    if (kept.due)
        waiting_.erase({*kept.due, kept.key});
    kept = entry;
    if (kept.stage >= Stage::delivered) {
        kept.fax.from_number.clear();
        kept.fax.to_number.clear();
        kept.fax.members.clear();
    }
    if (kept.due && !kept.held)
        waiting_.emplace(*kept.due, kept.key);
}

std::vector<std::size_t> PlainLedger::claim(std::span<const Entry> entries) {
    std::vector<std::size_t> fresh;
    for (std::size_t at = 0; at < entries.size(); ++at)
        if (!entries_.contains(entries[at].key)) {
            keep(entries[at]);
            fresh.push_back(at);
        }
    return fresh;
}

void PlainLedger::save(const Entry& entry) {
    const auto known = entries_.find(entry.key);
    if (known == entries_.end() || entry.stage < known->second.stage)
        throw std::logic_error("a fax was never claimed, or would move back");
    keep(entry);
}

std::optional<Entry> PlainLedger::find(const FaxKey& key) {
    const auto known = entries_.find(key);
    return known == entries_.end() ? std::nullopt : std::optional(known->second);
}

Due PlainLedger::due(Instant now, std::size_t per_mailbox) {
    Due due;
    auto one = waiting_.begin();
    for (; one != waiting_.end() && one->first <= now; ++one)
        due.entries.push_back(entries_.at(one->second));
    if (one != waiting_.end())
        due.next = one->first;
    std::map<std::string, std::size_t> taken;
    for (const Entry& entry : due.entries)
        taken.emplace(entry.mailbox, 0);
    const std::size_t share = taken.empty()
                                  ? per_mailbox
                                  : std::min(per_mailbox, std::max<std::size_t>(1, most_due / taken.size()));
    due.more =
        std::erase_if(due.entries, [&](const Entry& entry) { return ++taken[entry.mailbox] > share; }) > 0;
    return due;
}

std::vector<Entry> PlainLedger::list(const LedgerQuery& query) {
    std::vector<Entry> some;
    for (auto one = query.after ? entries_.upper_bound(*query.after) : entries_.begin();
         one != entries_.end() && some.size() < query.limit; ++one)
        if (fits(one->second, query))
            some.push_back(one->second);
    return some;
}

Totals PlainLedger::totals() {
    Totals totals;
    std::map<std::tuple<std::string, std::string, Stage, bool>, std::int64_t> counts;
    for (const auto& [key, entry] : entries_) {
        ++counts[{key.project, entry.mailbox, entry.stage, entry.held}];
        if (entry.spares > 0)
            totals.spares[key.project] += entry.spares;
        if (entry.stage < Stage::delivered) {
            Instant& oldest =
                totals.oldest_undelivered.try_emplace(key.project, entry.first_seen).first->second;
            oldest = std::min(oldest, entry.first_seen);
        }
    }
    for (const auto& [what, faxes] : counts) {
        const auto& [project, mailbox, stage, held] = what;
        totals.tallies.push_back({project, mailbox, stage, held, faxes});
    }
    return totals;
}

std::optional<std::string> PlainLedger::recall(const std::string& name) {
    const auto known = memory_.find(name);
    return known == memory_.end() ? std::nullopt : std::optional(known->second);
}

} // namespace efaxd::simulation
