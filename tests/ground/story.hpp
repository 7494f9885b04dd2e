// The whole story of a ledger, both halves of it, and what must be true of it afterwards.
#pragma once

#include "ledger/sqlite_ledger.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace efaxd::ground {

/// What a ledger has acknowledged.
struct Known {
    std::map<FaxKey, Stage> faxes;
    std::map<TransmissionKey, SendStage> transmissions;
    std::map<std::string, std::uint64_t> memories; ///< numbers that only grow

    /// Nothing of it is lost or moved back.
    void expect_in(ledger::SqliteLedger& ledger) const;
};

/// Moves faxes and transmissions through all their stages. `known` may be asked for at any time, from any
/// thread.
class Story {
  public:
    /// Two stories in one ledger begin with numbers far apart.
    explicit Story(std::uint64_t first = 0) : next_(first) {}

    /// One life of the ledger: opens it, works, and closes it. A failing disk ends it, or some of its steps.
    void live(const std::filesystem::path& dir, Duration quiet);
    Known known() const;

    int full = 0;  ///< steps that failed because of a full disk
    int ended = 0; ///< lives that a GroundFault ended

  private:
    void bring_in(ledger::SqliteLedger& ledger);
    void send(ledger::SqliteLedger& ledger);
    void note(const FaxKey& key, Stage stage);
    void note(const TransmissionKey& key, SendStage stage);

    mutable std::mutex mutex_;
    Known known_;
    std::uint64_t next_;
};

} // namespace efaxd::ground
