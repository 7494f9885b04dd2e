#include "ledger/schema.hpp"

#include "efaxd/core/fault.hpp"
#include "ledger/version_1.hpp"
#include "ledger/version_2.hpp"

#include <string>

namespace efaxd::ledger {
namespace {

/// "eFax" in ASCII, at a fixed place in the file's header.
constexpr std::int64_t application_id = 0x65466178;

/// What brings a file from each version to the next.
constexpr const char* migrations[] = {version_1, version_2};

std::int64_t version_of(Database& database) { return database.number("PRAGMA user_version"); }

std::string tables_of(Database& database) {
    return database.text(
        "SELECT group_concat(line, x'0a') FROM (SELECT type || ' ' || name || ' ' || tbl_name"
        " || ' ' || ifnull(sql, '') AS line FROM sqlite_schema ORDER BY line)");
}

/// Altered tables would make every statement fail, or do something else.
void check_tables(Database& writer) {
    Database sound({}, Access::memory);
    for (const char* const migration : migrations)
        sound.run(migration);
    if (tables_of(writer) != tables_of(sound))
        throw GroundFault("the ledger file is damaged: its tables are not those it was made with");
}

/// Refuses files of others and of the future.
void check_origin(Database& database) {
    const auto application = database.number("PRAGMA application_id");
    const bool empty = database.number("SELECT count(*) FROM sqlite_schema") == 0;
    const bool ours = application == application_id;
    const bool fresh = application == 0 && empty && version_of(database) == 0;
    if (!ours && !fresh)
        throw GroundFault(
            "ledger.db was made by another application: move it away or name another state_dir");
    if (ours && version_of(database) < 1) // both are written in one transaction
        throw GroundFault("ledger.db is damaged: it does not say which version it has");
    if (version_of(database) > schema_version())
        throw GroundFault("ledger.db was written by a newer efaxd (ledger version " +
                          std::to_string(version_of(database)) + ", this one knows " +
                          std::to_string(schema_version()) + "): install that version again");
}

} // namespace

int schema_version() { return static_cast<int>(std::size(migrations)); }

void migrate(Database& writer) {
    check_origin(writer);
    for (auto version = version_of(writer); version < schema_version(); ++version) {
        Transaction transaction(writer, true);
        writer.run(migrations[version]);
        writer.run(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
        writer.run(("PRAGMA user_version = " + std::to_string(version + 1)).c_str());
        transaction.commit();
    }
    check_tables(writer);
}

bool readable(Database& reader) {
    check_origin(reader);
    const auto version = version_of(reader);
    if (version != 0 && version < schema_version())
        throw GroundFault(
            "ledger.db was written by an older efaxd: start the daemon once to bring it up to date");
    return version != 0;
}

void check_origin_and_version(Database& reader) {
    check_origin(reader);
    if (version_of(reader) == 0)
        throw GroundFault("the file is no ledger: it is empty");
}

} // namespace efaxd::ledger
