// The ledger as the headers of its port describe it, kept in memory: what SQLite's must behave like.
#pragma once

#include "efaxd/ports/ledger.hpp"
#include "simulation/plain_outbox.hpp"

#include <map>
#include <set>
#include <utility>

namespace efaxd::simulation {

/// Outlives every life, as a disk does. Used by one thread.
class PlainLedger : public Ledger {
  public:
    std::vector<std::size_t> claim(std::span<const Entry> entries) override;
    void save(const Entry& entry) override;
    std::optional<Entry> find(const FaxKey& key) override;
    Due due(Instant now, std::size_t per_mailbox) override;
    std::vector<Entry> list(const LedgerQuery& query) override;
    Totals totals() override;
    void remember(const std::string& name, const std::string& value) override { memory_[name] = value; }
    std::optional<std::string> recall(const std::string& name) override;

    PlainOutbox& outbox() { return outbox_; }

  private:
    void keep(const Entry& entry);

    std::map<FaxKey, Entry> entries_;
    std::set<std::pair<Instant, FaxKey>> waiting_; ///< and not held
    std::map<std::string, std::string> memory_;
    PlainOutbox outbox_;
};

} // namespace efaxd::simulation
