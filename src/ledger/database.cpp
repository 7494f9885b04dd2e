#include "ledger/database.hpp"

#include "efaxd/core/fault.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace efaxd::ledger {
namespace {

constexpr int busy_timeout_ms = 5000;

/// A `file:` URI, so that SQLite's per-file options can be given.
std::string uri_of(const std::filesystem::path& file, std::string_view options) {
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(file).string()) {
        constexpr char digits[] = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        if (c == '%' || c == '?' || c == '#') {
            uri += '%';
            uri += digits[byte >> 4];
            uri += digits[byte & 15];
        } else {
            uri += c;
        }
    }
    return uri.append("?").append(options);
}

/// A file without a write-ahead log beside it is used by nobody: it can be read like a constant, without the
/// help files SQLite would make. With one, the log's index is only read.
std::string bystander_uri(const std::filesystem::path& file) {
    std::error_code ignored;
    const bool log = std::filesystem::exists(file.string() + "-wal", ignored);
    return uri_of(file, log ? "mode=ro&readonly_shm=1" : "mode=ro&immutable=1");
}

int note_log_pages(void* pages, sqlite3*, const char*, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
}

bool disk_full(int code, int system_error) {
    if (code == SQLITE_FULL)
        return true;
    // The second when the index of the log is made, which lies on the disk as well. Never for a sync.
    const bool growing = code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_SHMSIZE;
    return growing && (system_error == ENOSPC || system_error == EDQUOT);
}

std::string sentence(int code) {
    const std::string number = " (SQLite code " + std::to_string(code) + ")";
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "the ledger is locked by another program" + number;
    case SQLITE_IOERR:
        return "the disk failed while the ledger was read or written" + number;
    case SQLITE_CORRUPT:
        return "the ledger file is damaged" + number;
    case SQLITE_NOTADB:
        return "the ledger file is no ledger" + number;
    case SQLITE_CANTOPEN:
        return "the ledger file cannot be opened" + number;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return "the ledger file may not be written" + number;
    case SQLITE_NOMEM:
        return "no memory left for the ledger" + number;
    default:
        return "the ledger failed" + number;
    }
}

} // namespace

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

void Database::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Database::Database(const std::filesystem::path& file, Access access) {
    std::string name = ":memory:";
    constexpr int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (access == Access::bystander)
        name = bystander_uri(file);
    else if (access != Access::memory)
        name = uri_of(file, access == Access::writer ? "mode=rwc" : "mode=ro");

    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &opened, flags, nullptr);
    connection_.reset(opened);
    if (!opened)
        throw GroundFault(sentence(SQLITE_NOMEM));
    sqlite3_extended_result_codes(opened, 1);
    check(code);
    sqlite3_busy_timeout(opened, busy_timeout_ms);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    if (access != Access::writer)
        leave_log_alone();
    // The hook takes the place of automatic checkpoints, whose failures SQLite keeps to itself.
    sqlite3_wal_hook(opened, note_log_pages, &log_pages_);
    run("PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;"
        "PRAGMA cell_size_check = ON;");
    if (access == Access::reader || access == Access::bystander)
        run("PRAGMA query_only = ON;");
}

Database::~Database() = default;

void Database::run(const char* sql) {
    check(sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr));
}

std::int64_t Database::number(const std::string& sql) {
    Query query(*this, sql);
    return query.next() ? query.number(0) : 0;
}

std::string Database::text(const std::string& sql) {
    Query query(*this, sql);
    return query.next() ? query.text(0) : std::string();
}

std::int64_t Database::changes() const { return sqlite3_changes64(connection_.get()); }

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(connection_.get()); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

void Database::checkpoint(bool whole) {
    const int mode = whole ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    const int code = sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, mode, nullptr, nullptr);
    if (code != SQLITE_BUSY) // a reader was longer at work than we wait: the next time will do
        check(code);
}

void Database::copy_from(Database& other) {
    constexpr int all_pages = -1;
    sqlite3_backup* const copying =
        sqlite3_backup_init(connection_.get(), "main", other.connection_.get(), "main");
    if (!copying)
        fail(sqlite3_extended_errcode(connection_.get()));
    sqlite3_backup_step(copying, all_pages);
    check(sqlite3_backup_finish(copying));
}

void Database::leave_log_alone() {
    sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

sqlite3_stmt* Database::statement(std::string_view sql) {
    auto& kept = statements_[std::string(sql)];
    if (!kept) {
        sqlite3_stmt* compiled = nullptr;
        check(sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                 SQLITE_PREPARE_PERSISTENT, &compiled, nullptr));
        kept.reset(compiled);
    }
    return kept.get();
}

void Database::check(int code) {
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
        fail(code);
}

void Database::fail(int code) {
    if (disk_full(code, sqlite3_system_errno(connection_.get())))
        throw Fault(Fault::Kind::passing, "ledger.full", "no room is left on the disk for the ledger");
    const int primary = code & 0xff;
    if (primary == SQLITE_CONSTRAINT || primary == SQLITE_MISUSE || primary == SQLITE_ERROR ||
        primary == SQLITE_MISMATCH || primary == SQLITE_RANGE || primary == SQLITE_TOOBIG)
        throw std::logic_error("a change broke a rule of the ledger (SQLite code " + std::to_string(code) +
                               ")");
    if (primary == SQLITE_IOERR || primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB)
        broken_ = true;
    throw GroundFault(sentence(code));
}

Query::Query(Database& database, std::string_view sql)
    : database_(database), statement_(database.statement(sql)) {}

Query::~Query() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Query& Query::bind(std::int64_t value) {
    database_.check(sqlite3_bind_int64(statement_, ++bound_, value));
    return *this;
}

Query& Query::bind(std::string_view text) {
    database_.check(sqlite3_bind_text64(statement_, ++bound_, text.empty() ? "" : text.data(), text.size(),
                                        SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Query& Query::bind_blob(std::string_view bytes) {
    database_.check(sqlite3_bind_blob64(statement_, ++bound_, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
    return *this;
}

Query& Query::bind_null() {
    database_.check(sqlite3_bind_null(statement_, ++bound_));
    return *this;
}

Query& Query::bind(const std::optional<std::int64_t>& value) { return value ? bind(*value) : bind_null(); }

bool Query::next() {
    const int code = sqlite3_step(statement_);
    database_.check(code);
    return code == SQLITE_ROW;
}

std::int64_t Query::number(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::text(int column) const {
    const void* const bytes = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return bytes ? std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size))
                 : std::string();
}

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

bool Query::is_blob(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_BLOB; }

Transaction::Transaction(Database& database, bool writing) : database_(database) {
    Query(database_, writing ? "BEGIN IMMEDIATE" : "BEGIN").run();
}

Transaction::~Transaction() {
    if (!database_.in_transaction())
        return;
    try {
        database_.run("ROLLBACK");
    } catch (const std::exception&) { // what made us roll back is the error that counts
    }
}

void Transaction::commit() { Query(database_, "COMMIT").run(); }

} // namespace efaxd::ledger
