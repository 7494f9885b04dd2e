#include "ledger/soundness.hpp"

#include "efaxd/core/fault.hpp"

#include <cstdint>
#include <string>
#include <system_error>

namespace efaxd::ledger {
namespace {

constexpr std::int64_t most_bytes = 32 << 20;
constexpr std::uintmax_t smallest_page = 512;

bool small(Database& database) {
    return database.number("PRAGMA page_count") * database.number("PRAGMA page_size") <= most_bytes;
}

/// Rows that only one of the two has.
std::int64_t difference(Database& database, const std::string& one, const std::string& other) {
    return database.number("SELECT count(*) FROM (SELECT * FROM (" + one + ") EXCEPT " + other + ")") +
           database.number("SELECT count(*) FROM (SELECT * FROM (" + other + ") EXCEPT " + one + ")");
}

} // namespace

void refuse_stump(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error || size == 0 || size >= smallest_page)
        return;
    // Only the first transaction can be cut off so early; it has a journal.
    if (!std::filesystem::exists(file.string() + "-journal", error))
        throw GroundFault("the ledger file is damaged: hardly anything is left of it");
}

void check_pages(Database& database) {
    if (small(database) && database.text("PRAGMA integrity_check(1)") != "ok")
        throw GroundFault("the ledger file is damaged: its parts contradict each other");
}

void check_counts(Database& database) {
    if (!small(database))
        return;
    Transaction snapshot(database, false);
    if (difference(database, "SELECT project, mailbox, stage, held, count(*) FROM fax GROUP BY 1, 2, 3, 4",
                   "SELECT project, mailbox, stage, held, faxes FROM tally WHERE faxes <> 0") != 0 ||
        difference(database,
                   "SELECT project, stage, outcome, held, count(*) FROM transmission GROUP BY 1, 2, 3, 4",
                   "SELECT project, stage, outcome, held, transmissions FROM transmission_tally"
                   " WHERE transmissions <> 0") != 0)
        throw GroundFault("the ledger file is damaged: its rows are not those that were counted");
}

} // namespace efaxd::ledger
