// The ledger as a SQLite file, ledger.db in the state directory.
#pragma once

#include "efaxd/ports/ledger.hpp"
#include "ledger/ledger_file.hpp"
#include "ledger/sqlite_outbox.hpp"

#include <filesystem>
#include <memory>
#include <string_view>

namespace efaxd::ledger {

/// Version of the SQLite library in use, for the status.
std::string_view sqlite_version();

/// Numbers and members are not kept from `delivered` on, whatever an entry says, and their traces in the file
/// are removed when it has been quiet for a while, or busy for long. Besides GroundFault, a verb that changes
/// something throws Fault `ledger.full` (passing) when the disk is full, and std::logic_error when an entry
/// to be saved is not known or would move back; nothing of that change is then kept.
class SqliteLedger : public Ledger {
  public:
    /// Opens the ledger of a state directory, makes a new one, or brings an older one up to date. The caller
    /// has made sure that nobody else has it open (system/state_dir.hpp). Throws GroundFault for a damaged
    /// file (one up to 32 MiB is looked through), a newer one, and one of another application.
    explicit SqliteLedger(const std::filesystem::path& state_dir, Duration quiet = std::chrono::minutes{1},
                          Duration longest = std::chrono::minutes{10});
    ~SqliteLedger() override;

    /// For looking only, also beside a running daemon: creates no file and changes none; a missing ledger
    /// counts as empty. Verbs that change something throw std::logic_error.
    static std::unique_ptr<SqliteLedger> open_read_only(const std::filesystem::path& state_dir);

    std::vector<std::size_t> claim(std::span<const Entry> entries) override;
    void save(const Entry& entry) override;
    std::optional<Entry> find(const FaxKey& key) override;
    Due due(Instant now, std::size_t per_mailbox) override;
    std::vector<Entry> list(const LedgerQuery& query) override;
    Totals totals() override;
    void remember(const std::string& name, const std::string& value) override;
    std::optional<std::string> recall(const std::string& name) override;

    /// The sending half, in the same file; lives as long as the ledger.
    Outbox& outbox() { return outbox_; }

  private:
    explicit SqliteLedger(std::unique_ptr<LedgerFile> file);

    std::unique_ptr<LedgerFile> file_;
    SqliteOutbox outbox_;
};

} // namespace efaxd::ledger
