// One SQLite connection and its statements, with SQLite's errors turned into ours.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace efaxd::ledger {

/// How a connection is opened. Only a `writer` ever writes to the ledger file or checkpoints it.
enum class Access {
    writer,    ///< creates the file if there is none
    reader,    ///< beside a writer of this process
    bystander, ///< beside whoever uses the file; changes no file
    memory,    ///< an empty ledger that no file stands behind
};

/// Used by one thread at a time. Every verb throws GroundFault with a sentence of our own, or Fault
/// `ledger.full` (passing) when the disk is full; std::logic_error when a change breaks a rule of the tables.
class Database {
  public:
    Database(const std::filesystem::path& file, Access access);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Runs statements that return nothing.
    void run(const char* sql);
    /// The single number that a statement returns.
    std::int64_t number(const std::string& sql);
    /// The single text that a statement returns.
    std::string text(const std::string& sql);

    /// Rows that the last insert, update or delete itself touched.
    std::int64_t changes() const;
    std::int64_t last_row() const;
    /// False after SQLite rolled a transaction back by itself.
    bool in_transaction() const;
    /// Pages in the write-ahead log after the last commit of this connection.
    int log_pages() const { return log_pages_; }

    /// Copies the write-ahead log into the file as far as readers allow; `whole` waits for them and empties
    /// the log.
    void checkpoint(bool whole);
    /// Becomes what the other one is at this moment, page for page. The other's writer goes on meanwhile.
    void copy_from(Database& other);
    /// From here on, closing leaves the write-ahead log as it is, for recovery from what is on the disk.
    void leave_log_alone();

    /// Did an operation of the disk itself, or the file's form, fail on this connection? Then nothing it
    /// says may be trusted any more.
    bool broken() const { return broken_; }

  private:
    friend class Query;

    sqlite3_stmt* statement(std::string_view sql);
    void check(int code);
    [[noreturn]] void fail(int code);

    struct Close {
        void operator()(sqlite3* connection) const;
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };

    std::unique_ptr<sqlite3, Close> connection_;
    std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
    int log_pages_ = 0;
    bool broken_ = false;
};

/// One run of a statement, which is compiled once per connection. Ends with its life. Parameters are bound
/// in the order of the calls; two runs of the same text never overlap.
class Query {
  public:
    Query(Database& database, std::string_view sql);
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    Query& bind(std::int64_t value);
    Query& bind(std::string_view text);
    Query& bind_blob(std::string_view bytes);
    Query& bind_null();
    Query& bind(const std::optional<std::int64_t>& value);

    /// Steps to the next row; false at the end.
    bool next();
    /// Runs a statement that returns no rows.
    void run() { next(); }

    std::int64_t number(int column) const;
    /// Text or blob, as bytes; empty for null.
    std::string text(int column) const;
    bool is_null(int column) const;
    bool is_blob(int column) const;

  private:
    Database& database_;
    sqlite3_stmt* statement_;
    int bound_ = 0;
};

/// Rolls back unless committed.
class Transaction {
  public:
    /// A writing transaction takes the write lock at once.
    Transaction(Database& database, bool writing);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();

  private:
    Database& database_;
};

} // namespace efaxd::ledger
