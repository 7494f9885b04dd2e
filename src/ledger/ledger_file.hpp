// The file ledger.db in the state directory: one writer, and connections to read through beside it.
#pragma once

#include "ledger/database.hpp"
#include "ledger/writer.hpp"

#include <filesystem>
#include <memory>
#include <mutex>

namespace efaxd::ledger {

/// Safe from any thread. Every verb may throw GroundFault, and does for ever once the writer failed.
class LedgerFile {
  public:
    /// Opens, makes or brings up to date, as SqliteLedger promises.
    LedgerFile(const std::filesystem::path& state_dir, Duration quiet, Duration longest);
    ~LedgerFile();

    /// For looking only: creates no file and changes none; a missing one counts as empty.
    static std::unique_ptr<LedgerFile> open_read_only(const std::filesystem::path& state_dir);

    /// Returns once the change is durable. It runs on the writing thread. Throws what the change threw, and
    /// std::logic_error if the file is open for looking only.
    void apply(const Writer::Change& change);

    /// Calls `what` with a connection on one snapshot, and gives its answer back.
    template <class Read>
    auto read(const Read& what) {
        return read_through(quick_, what);
    }
    /// The same for what may look at very many rows, so that nobody else waits for it.
    template <class Read>
    auto read_at_length(const Read& what) {
        return read_through(slow_.database ? slow_ : quick_, what);
    }

  private:
    /// A connection that many threads read through, one at a time.
    struct Reader {
        std::mutex mutex;
        std::unique_ptr<Database> database;
    };

    explicit LedgerFile(std::unique_ptr<Database> bystander);

    template <class Read>
    auto read_through(Reader& reader, const Read& what) {
        if (writer_)
            writer_->check();
        const std::lock_guard lock(reader.mutex);
        Transaction snapshot(*reader.database, false);
        return what(*reader.database);
    }

    std::unique_ptr<Writer> writer_; ///< none if read only; closed last, so that it leaves the file in order
    Reader quick_;
    Reader slow_;
};

} // namespace efaxd::ledger
