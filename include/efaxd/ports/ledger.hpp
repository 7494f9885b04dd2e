// The durable record of every fax and its stage.
#pragma once

#include "efaxd/core/entry.hpp"
#include "efaxd/core/instant.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd {

/// The waiting entries whose time has come, and when the next one's will.
struct Due {
    std::vector<Entry> entries;
    std::optional<Instant> next; ///< of those not due yet
    bool more = false;           ///< due ones were left out: ask again
};

/// Counts kept up to date with every change, so that asking costs the same at any size.
struct Tally {
    std::string project;
    std::string mailbox;
    Stage stage = Stage::claimed;
    bool held = false;
    std::int64_t faxes = 0;
};

struct Totals {
    std::vector<Tally> tallies;
    std::map<std::string, Instant> oldest_undelivered; ///< by project: first sight of the oldest one
    std::map<std::string, std::int64_t> spares;        ///< by project: suspected spare Binaries
};

/// Which entries to list. Ordered by key; `after` is the last key of the page before.
struct LedgerQuery {
    std::optional<std::string> project;
    std::optional<std::string> mailbox;
    std::optional<Stage> stage;
    std::optional<bool> held;
    bool unsettled_only = false;
    std::optional<FaxKey> after;
    std::size_t limit = 100;
};

/// Every verb that changes something returns only once the change is durable; many callers' changes are
/// committed together. Every verb may throw GroundFault. Safe from any thread.
class Ledger {
  public:
    virtual ~Ledger() = default;

    /// Inserts the entries that are not known yet, by key; the known ones stay untouched. Returns the new
    /// ones' positions. This is the deduplication: only one insert can win.
    virtual std::vector<std::size_t> claim(std::span<const Entry> entries) = 0;

    /// Writes an entry that was claimed before. Its stage may never move back.
    virtual void save(const Entry& entry) = 0;

    virtual std::optional<Entry> find(const FaxKey& key) = 0;

    /// The due entries of all mailboxes, oldest first, at most `per_mailbox` of each. When many mailboxes
    /// wait the limit is lowered, to no less than 1, so that all together are about 4,096 at the most.
    virtual Due due(Instant now, std::size_t per_mailbox) = 0;

    virtual std::vector<Entry> list(const LedgerQuery& query) = 0;

    virtual Totals totals() = 0;

    /// A small lasting memory beside the faxes, by name.
    virtual void remember(const std::string& name, const std::string& value) = 0;
    virtual std::optional<std::string> recall(const std::string& name) = 0;
};

} // namespace efaxd
