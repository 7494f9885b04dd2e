// The outbox as the header of its port describes it, kept in memory.
#pragma once

#include "efaxd/ports/outbox.hpp"

#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace efaxd::simulation {

/// As PlainLedger.
class PlainOutbox : public Outbox {
  public:
    std::vector<Transmission> claim(std::span<const Transmission> rows) override;
    void save(const Transmission& row) override;
    bool begin(const Transmission& row, const DestinationLimits& limits) override;
    std::vector<Transmission> find(const OutboundKey& key) override;
    OutboxDue due(Instant now, std::size_t most) override;
    std::vector<Transmission> list(const OutboxQuery& query) override;
    OutboxTotals totals() override;

  private:
    using Rows = std::map<int, Transmission>; ///< by recipient

    void keep(const Transmission& row);
    /// Throws std::logic_error if there is none.
    const Transmission& known(const TransmissionKey& key) const;

    std::map<OutboundKey, Rows> communications_;
    std::set<std::tuple<Instant, OutboundKey, int>> waiting_; ///< and not held
};

} // namespace efaxd::simulation
