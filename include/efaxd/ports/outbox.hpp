// The durable record of every transmission: the sending half of the ledger.
#pragma once

#include "efaxd/core/transmission.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace efaxd {

/// All transmissions of one Communication are worked on together.
struct OutboundKey {
    std::string project;
    std::string communication;

    auto operator<=>(const OutboundKey&) const = default;
};

struct OutboxDue {
    std::vector<OutboundKey> communications; ///< each once, the longest due first
    std::optional<Instant> next;             ///< of those not due yet
    bool more = false;                       ///< due ones were left out: ask again
};

/// How much may go to one number.
struct DestinationLimits {
    int at_once = 1;   ///< submitting or submitted, without an outcome and not held
    int per_hour = 30; ///< begun within the last hour, the ones that were not taken included
};

/// Which transmissions to list. Ordered by key; `after` is the last key of the page before.
struct OutboxQuery {
    std::optional<std::string> project;
    std::optional<std::string> communication;
    std::optional<SendStage> stage;
    std::optional<bool> held;
    bool open_only = false; ///< waiting or held
    std::optional<TransmissionKey> after;
    std::size_t limit = 100;
};

struct OutboxTally {
    std::string project;
    SendStage stage = SendStage::accepted;
    SendOutcome outcome = SendOutcome::open;
    bool held = false;
    std::int64_t transmissions = 0;
};

/// Transmissions of which the Communication could not be told, though it was tried: the outcome, the fax id
/// after a submission, or that a person must decide.
struct Untold {
    std::int64_t transmissions = 0;
    Instant oldest{};   ///< since when there is something to tell
    int most_tries = 0; ///< failed ones, of the worst

    bool operator==(const Untold&) const = default;
};

struct OutboxTotals {
    std::vector<OutboxTally> tallies;
    std::map<std::string, Instant> oldest_unsubmitted; ///< by project: acceptance of the oldest one
    std::map<std::string, Untold> untold;              ///< by project
};

/// Every verb that changes something returns only once the change is durable. Every verb may throw
/// GroundFault, and Fault `ledger.full` when the disk is full. Safe from any thread.
class Outbox {
  public:
    virtual ~Outbox() = default;

    /// Inserts the rows, all or none: none if any row of that Communication is known already. Returns all
    /// rows of the Communication as they then stand. This is the deduplication: only one claim can win. The
    /// rows are of one Communication.
    virtual std::vector<Transmission> claim(std::span<const Transmission> rows) = 0;

    /// Writes a row that was claimed before. Throws std::logic_error for a move that Transmission forbids.
    virtual void save(const Transmission& row) = 0;

    /// Moves the row, given as it shall be in `submitting`, there from `prepared`, unless its destination is
    /// at its limits. Counting and moving are one step: two hands never pass together. False: nothing was
    /// changed.
    virtual bool begin(const Transmission& row, const DestinationLimits& limits) = 0;

    /// The rows of a Communication by recipient; none if it is not known.
    virtual std::vector<Transmission> find(const OutboundKey& key) = 0;

    virtual OutboxDue due(Instant now, std::size_t most) = 0;
    virtual std::vector<Transmission> list(const OutboxQuery& query) = 0;
    /// Kept up to date with every change; asking costs no more than there is under way.
    virtual OutboxTotals totals() = 0;
};

} // namespace efaxd
