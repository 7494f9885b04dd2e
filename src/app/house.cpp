#include "app/house.hpp"

#include "app/wiring.hpp"
#include "crypto/crypto.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace efaxd::app {

namespace {

/// Made once for a ledger: whoever lacks it cannot tell a fax by the id of its Binary.
std::string installation_key(Ledger& ledger) {
    constexpr auto name = "installation key";
    if (const auto key = ledger.recall(name))
        return *key;
    const auto key = crypto::sha256_hex(crypto::random_bytes(32));
    ledger.remember(name, key);
    return key;
}

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
/// still be working on it: rest, then look, then ask.
void rest(Ledger& ledger, Entry entry, Instant until) {
    if (!entry.due || *entry.due >= until)
        return;
    entry.due = until;
    ledger.save(entry);
}

} // namespace

House::House(const config::Config& config, system::InMemory in_memory)
    : state_dir_(config.state_dir, in_memory), mark_(config.state_dir), ledger_(config.state_dir),
      spool_(state_dir_.spool()), converter_({convert::converter_program()}),
      installation_key_(installation_key(ledger_)), projects_(make_projects(config, ground())) {
    mark_.count(ledger_);
    std::set<std::string> wanted;
    const auto want = [&](const Entry& entry) { wanted.insert(spool::FileSpool::name_of(entry.key)); };
    each_at(ledger_, Stage::stored, want);
    const Instant now = clock_.now();
    each_at(ledger_, Stage::attached, [&](const Entry& entry) {
        want(entry);
        if (const auto project = projects_.find(entry.key.project); project != projects_.end())
            rest(ledger_, entry, now + project->second->config().fhir.settle);
    });
    each_outbound(ledger_.outbox(), [&](const Transmission& row) {
        for (std::size_t at = 0; at < row.documents.size(); ++at)
            wanted.insert(spool::FileSpool::name_of(document_key(row.key, at)));
    });
    spool_.sweep([&](std::string_view name) { return wanted.contains(std::string(name)); });
}

House::~House() {
    try {
        mark_.count(ledger_);
    } catch (const std::exception&) { // whatever failed the ledger was said before
    }
}

Ground House::ground() { return {ledger_, ledger_.outbox(), spool_, converter_, clock_, installation_key_}; }

std::uint64_t House::free_disk() const { return system::free_bytes(state_dir_.path()); }

GlassHouse::GlassHouse(const config::Config& config)
    : ledger_(ledger::SqliteLedger::open_read_only(config.state_dir)),
      converter_({convert::converter_program()}), projects_(make_projects(config, ground())) {}

Ground GlassHouse::ground() { return {*ledger_, ledger_->outbox(), spool_, converter_, clock_, {}}; }

std::unique_ptr<SpoolWriter> GlassHouse::NoSpool::write(const FaxKey&) {
    throw std::logic_error("a house to look out of has no spool");
}
std::unique_ptr<SpoolReader> GlassHouse::NoSpool::open(const FaxKey&, const Document&) {
    throw std::logic_error("a house to look out of has no spool");
}
void GlassHouse::NoSpool::remove(const FaxKey&) {
    throw std::logic_error("a house to look out of has no spool");
}

} // namespace efaxd::app
