// The house: every part that lives as long as the process, in the order of life.
#pragma once

#include "app/ledger_mark.hpp"
#include "app/project.hpp"
#include "app/reload.hpp"
#include "config/config.hpp"
#include "convert/converter.hpp"
#include "efaxd/ports/ledger.hpp"
#include "efaxd/ports/spool.hpp"
#include "ledger/sqlite_ledger.hpp"
#include "spool/file_spool.hpp"
#include "system/clock.hpp"
#include "system/state_dir.hpp"

#include <memory>
#include <optional>

namespace efaxd::app {

/// The house in which faxes are worked on. One at a time for a state directory.
class House {
  public:
    /// Locks the state directory, opens ledger and spool, makes the projects, and tidies up after an earlier
    /// life: spool files nobody needs are removed, and faxes whose Communication may have been asked for just
    /// before the end rest for `settle`. Throws system::StateDirError, GroundFault, system::SecretError.
    explicit House(const config::Config& config, system::InMemory in_memory = system::InMemory::refused);
    ~House();
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    Ground ground();
    const Projects& projects() const { return projects_; }
    std::uint64_t free_disk() const;
    /// A sound copy of the ledger as it stands, a new file in the state directory, for whoever wants a
    /// backup. Throws Fault `ledger.full` (passing) if less than `spare_disk` would be left, and GroundFault.
    std::filesystem::path copy_ledger() const;

    static constexpr std::uint64_t spare_disk = 256u << 20;

  private:
    system::SystemClock clock_;
    system::StateDir state_dir_;
    LedgerMark mark_;
    ledger::SqliteLedger ledger_;
    spool::FileSpool spool_;
    convert::ProcessConverter converter_;
    std::string installation_key_;
    Projects projects_;
};

/// A house to look out of only: changes nothing on disk, and needs no lock. Its spool can do nothing.
class GlassHouse {
  public:
    explicit GlassHouse(const config::Config& config);

    Ground ground();
    const Projects& projects() const { return projects_; }

  private:
    class NoSpool : public Spool {
      public:
        std::unique_ptr<SpoolWriter> write(const FaxKey& key) override;
        std::unique_ptr<SpoolReader> open(const FaxKey& key, const Document& recorded) override;
        void remove(const FaxKey& key) override;
    };

    system::SystemClock clock_;
    std::unique_ptr<ledger::SqliteLedger> ledger_;
    NoSpool spool_;
    convert::ProcessConverter converter_;
    Projects projects_;
};

} // namespace efaxd::app
