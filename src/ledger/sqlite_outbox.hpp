// The outbox: transmissions in the ledger's file.
#pragma once

#include "efaxd/ports/outbox.hpp"
#include "ledger/ledger_file.hpp"

namespace efaxd::ledger {

/// A number is not kept once its row is reported, whatever the row says, and its traces in the file are
/// removed as those of received faxes are. Besides what Outbox says, a verb that changes something throws
/// std::logic_error for a row that is not known, one that breaks a rule of Transmission, and in a file open
/// for looking only; nothing of that change is then kept. Rules that hold for every change: within a round
/// the stage moves forward, or from `submitting` to `prepared`; an outcome and an eFax id stay once known; a
/// higher round begins at `prepared`, coming from `submitting`, `submitted` or `settled`.
class SqliteOutbox : public Outbox {
  public:
    /// The file outlives the outbox.
    explicit SqliteOutbox(LedgerFile& file) : file_(file) {}

    std::vector<Transmission> claim(std::span<const Transmission> rows) override;
    void save(const Transmission& row) override;
    /// Throws std::logic_error for a row that is not in `prepared`: another hand was there. Begun within the
    /// hour is whatever lies less than an hour from `row.begun`, on either side: the clocks of two hands
    /// differ by the time they waited for each other.
    bool begin(const Transmission& row, const DestinationLimits& limits) override;
    std::vector<Transmission> find(const OutboundKey& key) override;
    OutboxDue due(Instant now, std::size_t most) override;
    std::vector<Transmission> list(const OutboxQuery& query) override;
    OutboxTotals totals() override;

  private:
    LedgerFile& file_;
};

} // namespace efaxd::ledger
