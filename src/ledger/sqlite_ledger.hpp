// The ledger as a SQLite file, ledger.db in the state directory.
#pragma once

#include "efaxd/ports/ledger.hpp"
#include "ledger/database.hpp"
#include "ledger/writer.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

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
    /// file, a newer one, and one of another application.
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

  private:
    /// A connection that many threads read through, one at a time.
    struct Reader {
        std::mutex mutex;
        std::unique_ptr<Database> database;
    };

    explicit SqliteLedger(std::unique_ptr<Database> bystander);

    void apply(const Writer::Change& change);
    template <class Read>
    auto read(Reader& reader, const Read& what);

    std::unique_ptr<Writer> writer_; ///< none if read only; closed last, so that it leaves the file in order
    Reader quick_;                   ///< for what flows ask for
    Reader slow_;                    ///< for lists, which may look at very many rows
};

} // namespace efaxd::ledger
