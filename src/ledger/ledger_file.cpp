#include "ledger/ledger_file.hpp"

#include "efaxd/core/fault.hpp"
#include "ledger/schema.hpp"
#include "ledger/scrub.hpp"
#include "ledger/soundness.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>
#include <system_error>
#include <utility>

namespace efaxd::ledger {
namespace {

constexpr auto file_name = "ledger.db";

/// SQLite would make the file readable for everybody; its help files take over the mode of this one.
void make_private_file(const std::filesystem::path& file) {
    const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (made < 0) // there already, or SQLite will meet the same obstacle and say so
        return;
    ::close(made);
    const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && ::fsync(folder) == 0;
    if (folder >= 0)
        ::close(folder);
    if (!synced)
        throw GroundFault("the state directory could not be synced to the disk");
}

std::unique_ptr<Database> open_writer(const std::filesystem::path& file) {
    make_private_file(file);
    refuse_stump(file);
    auto database = std::make_unique<Database>(file, Access::writer);
    // Nothing here writes to the file before migrate has seen that it is ours.
    database->run(
        "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 4194304;");
    check_pages(*database);
    migrate(*database);
    check_counts(*database);
    if (database->text("PRAGMA journal_mode = WAL") != "wal")
        throw GroundFault("the file system of the state directory cannot carry the ledger's write-ahead log");
    return database;
}

} // namespace

LedgerFile::LedgerFile(const std::filesystem::path& state_dir, Duration quiet, Duration longest) {
    const auto file = state_dir / file_name;
    writer_ = std::make_unique<Writer>(open_writer(file), quiet, longest, scrub_numbers);
    quick_.database = std::make_unique<Database>(file, Access::reader);
    slow_.database = std::make_unique<Database>(file, Access::reader);
}

LedgerFile::LedgerFile(std::unique_ptr<Database> bystander) { quick_.database = std::move(bystander); }

LedgerFile::~LedgerFile() = default;

std::unique_ptr<LedgerFile> LedgerFile::open_read_only(const std::filesystem::path& state_dir) {
    const auto file = state_dir / file_name;
    std::unique_ptr<Database> database;
    std::error_code ignored; // whatever else is wrong with it, opening it will tell
    if (std::filesystem::status(file, ignored).type() != std::filesystem::file_type::not_found)
        database = std::make_unique<Database>(file, Access::bystander);
    if (!database || !readable(*database)) {
        database = std::make_unique<Database>(file, Access::memory);
        migrate(*database);
    }
    return std::unique_ptr<LedgerFile>(new LedgerFile(std::move(database)));
}

void LedgerFile::apply(const Writer::Change& change) {
    if (!writer_)
        throw std::logic_error("the ledger is open for reading only");
    writer_->apply(change);
}

} // namespace efaxd::ledger
