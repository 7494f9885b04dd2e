#include "simulation/plain_outbox.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace efaxd::simulation {

namespace {

OutboundKey communication_of(const TransmissionKey& key) { return {key.project, key.communication}; }

bool may_become(const Transmission& old, const Transmission& row) {
    if (row.round != old.round)
        return row.round > old.round && row.stage == SendStage::prepared &&
               old.stage >= SendStage::submitting && old.stage <= SendStage::settled;
    const bool back =
        row.stage < old.stage && !(old.stage == SendStage::submitting && row.stage == SendStage::prepared);
    const bool other_outcome = old.outcome != SendOutcome::open && row.outcome != old.outcome;
    const bool other_fax = !old.fax_id.empty() && row.fax_id != old.fax_id;
    return !back && !other_outcome && !other_fax;
}

bool fits(const Transmission& row, const OutboxQuery& query) {
    return (!query.project || row.key.project == *query.project) &&
           (!query.communication || row.key.communication == *query.communication) &&
           (!query.stage || row.stage == *query.stage) && (!query.held || row.held == *query.held) &&
           (!query.open_only || !row.over()) && (!query.after || row.key > *query.after);
}

bool in_flight(const Transmission& row) {
    return (row.stage == SendStage::submitting || row.stage == SendStage::submitted) &&
           row.outcome == SendOutcome::open && !row.held;
}

/// It was tried to tell the Communication, and it does not know.
bool untold(const Transmission& row) {
    if (row.over() || row.attempts == 0)
        return false;
    return (row.stage == SendStage::settled && row.due) || (row.stage == SendStage::submitted && !row.told) ||
           (row.stage == SendStage::submitting && !row.told && row.reason.starts_with("fhir."));
}

Instant told_from(const Transmission& row) {
    return row.settled.value_or(row.submitted.value_or(row.begun.value_or(row.accepted)));
}

void count(OutboxTotals& totals, const Transmission& row) {
    const std::string& project = row.key.project;
    if (row.stage < SendStage::submitted) {
        Instant& oldest = totals.oldest_unsubmitted.try_emplace(project, row.accepted).first->second;
        oldest = std::min(oldest, row.accepted);
    }
    if (!untold(row))
        return;
    Untold& some = totals.untold.try_emplace(project, Untold{0, told_from(row), 0}).first->second;
    ++some.transmissions;
    some.oldest = std::min(some.oldest, told_from(row));
    some.most_tries = std::max(some.most_tries, row.attempts);
}

} // namespace

const Transmission& PlainOutbox::known(const TransmissionKey& key) const {
    const auto rows = communications_.find(communication_of(key));
    if (rows == communications_.end() || !rows->second.contains(key.recipient))
        throw std::logic_error("a transmission was never claimed");
    return rows->second.at(key.recipient);
}

void PlainOutbox::keep(const Transmission& row) {
    const OutboundKey key = communication_of(row.key);
    Transmission& kept = communications_[key][row.key.recipient];
    if (kept.due)
        waiting_.erase({*kept.due, key, row.key.recipient});
    kept = row;
    if (kept.stage == SendStage::reported)
        kept.number.clear();
    if (kept.due && !kept.held)
        waiting_.emplace(*kept.due, key, row.key.recipient);
}

std::vector<Transmission> PlainOutbox::claim(std::span<const Transmission> rows) {
    if (rows.empty())
        return {};
    const OutboundKey key = communication_of(rows.front().key);
    if (!communications_.contains(key))
        for (const Transmission& row : rows)
            keep(row);
    return find(key);
}

void PlainOutbox::save(const Transmission& row) {
    if (!may_become(known(row.key), row))
        throw std::logic_error("a transmission moves otherwise than it may");
    keep(row);
}

bool PlainOutbox::begin(const Transmission& row, const DestinationLimits& limits) {
    if (row.stage != SendStage::submitting || !row.begun || known(row.key).stage != SendStage::prepared)
        throw std::logic_error("a transmission was to be begun that is not prepared");
    int under_way = 0;
    int begun = 0;
    for (const auto& [key, rows] : communications_)
        for (const auto& [recipient, other] : rows) {
            if (key.project != row.key.project || other.destination != row.destination)
                continue;
            under_way += in_flight(other) ? 1 : 0;
            begun += other.begun && std::chrono::abs(*other.begun - *row.begun) < std::chrono::hours{1};
        }
    if (under_way >= limits.at_once || begun >= limits.per_hour)
        return false;
    save(row);
    return true;
}

std::vector<Transmission> PlainOutbox::find(const OutboundKey& key) {
    std::vector<Transmission> rows;
    if (const auto known = communications_.find(key); known != communications_.end())
        for (const auto& [recipient, row] : known->second)
            rows.push_back(row);
    return rows;
}

OutboxDue PlainOutbox::due(Instant now, std::size_t most) {
    OutboxDue due;
    std::set<OutboundKey> seen;
    auto one = waiting_.begin();
    for (; one != waiting_.end() && std::get<Instant>(*one) <= now; ++one) {
        const auto& key = std::get<OutboundKey>(*one);
        if (due.more || !seen.insert(key).second)
            continue;
        due.more = due.communications.size() == most;
        if (!due.more)
            due.communications.push_back(key);
    }
    if (one != waiting_.end())
        due.next = std::get<Instant>(*one);
    return due;
}

std::vector<Transmission> PlainOutbox::list(const OutboxQuery& query) {
    std::vector<Transmission> some;
    for (const auto& [key, rows] : communications_)
        for (const auto& [recipient, row] : rows)
            if (some.size() < query.limit && fits(row, query))
                some.push_back(row);
    return some;
}

OutboxTotals PlainOutbox::totals() {
    OutboxTotals totals;
    std::map<std::tuple<std::string, SendStage, SendOutcome, bool>, std::int64_t> counts;
    for (const auto& [key, rows] : communications_)
        for (const auto& [recipient, row] : rows) {
            ++counts[{key.project, row.stage, row.outcome, row.held}];
            count(totals, row);
        }
    for (const auto& [what, transmissions] : counts) {
        const auto& [project, stage, outcome, held] = what;
        totals.tallies.push_back({project, stage, outcome, held, transmissions});
    }
    return totals;
}

} // namespace efaxd::simulation
