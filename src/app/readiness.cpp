#include "app/readiness.hpp"

#include <set>
#include <string>
#include <string_view>

namespace efaxd::app {

namespace {

template <class Visit>
void each_at(Ledger& ledger, Stage stage, Visit visit) {
    LedgerQuery query;
    query.stage = stage;
    query.unsettled_only = true;
    while (true) {
        const auto page = ledger.list(query);
        for (const Entry& entry : page)
            visit(entry);
        if (page.size() < query.limit)
            return;
        query.after = page.back().key;
    }
}

/// The transmissions that still need their documents.
template <class Visit>
void each_outbound(Outbox& outbox, Visit visit) {
    OutboxQuery query;
    query.open_only = true;
    while (true) {
        const auto page = outbox.list(query);
        for (const Transmission& row : page)
            if (row.outcome == SendOutcome::open)
                visit(row);
        if (page.size() < query.limit)
            return;
        query.after = page.back().key;
    }
}

/// The last life may have ended between asking for a Communication and hearing of it, and the server may
/// still be working on it: rest, then look, then ask. One that rested through that life was not asked for in
/// it, and rests no longer than it would have: else a daemon that ends again and again would never go on.
void rest(Ledger& ledger, Entry entry, Instant now, Duration settle) {
    if (!entry.due || *entry.due > now)
        return;
    entry.due = now + settle;
    ledger.save(entry);
}

} // namespace

void make_ready(const Ground& ground, const Projects& projects, spool::FileSpool& spool) {
    std::set<std::string> wanted;
    const auto want = [&](const Entry& entry) { wanted.insert(spool::FileSpool::name_of(entry.key)); };
    each_at(ground.ledger, Stage::stored, want);
    const Instant now = ground.clock.now();
    each_at(ground.ledger, Stage::attached, [&](const Entry& entry) {
        want(entry);
        if (const auto project = projects.find(entry.key.project); project != projects.end())
            rest(ground.ledger, entry, now, project->second->config().fhir.settle);
    });
    each_outbound(ground.outbox, [&](const Transmission& row) {
        for (std::size_t at = 0; at < row.documents.size(); ++at)
            wanted.insert(spool::FileSpool::name_of(document_key(row.key, at)));
    });
    spool.sweep([&](std::string_view name) { return wanted.contains(std::string(name)); });
}

} // namespace efaxd::app
