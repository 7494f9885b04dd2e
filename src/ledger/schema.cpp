#include "ledger/schema.hpp"

#include "efaxd/core/fault.hpp"

#include <string>

namespace efaxd::ledger {
namespace {

/// "eFax" in ASCII, at a fixed place in the file's header.
constexpr std::int64_t application_id = 0x65466178;

// Stages are stored by their position in core/stage.hpp, moments as milliseconds since 1970 UTC, absent ones
// as null. `numbers` holds what must be forgotten once a fax is delivered; it has rows for faxes on their way
// only. `listed_id` is null when it equals the id. Ids and digests are packed, see row.hpp.
constexpr auto version_1 = R"sql(
CREATE TABLE mailbox (
    ref     INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    user_id TEXT NOT NULL,
    UNIQUE (name, user_id)
) STRICT;

CREATE TABLE fax (
    project          TEXT NOT NULL,
    fax_id           TEXT NOT NULL,
    mailbox          INTEGER NOT NULL,
    stage            INTEGER NOT NULL CHECK (stage BETWEEN 0 AND 4),
    due              INTEGER,
    held             INTEGER NOT NULL CHECK (held IN (0, 1)),
    attempts         INTEGER NOT NULL,
    reason           TEXT NOT NULL,
    first_seen       INTEGER NOT NULL,
    delivered_at     INTEGER,
    listed_id        TEXT,
    completed        INTEGER,
    pages            INTEGER NOT NULL,
    downloaded       INTEGER NOT NULL,
    stored           INTEGER NOT NULL,
    size             INTEGER NOT NULL,
    sha256           ANY NOT NULL,
    media_type       INTEGER NOT NULL,
    binary_id        ANY NOT NULL,
    communication_id ANY NOT NULL,
    spares           INTEGER NOT NULL,
    PRIMARY KEY (project, fax_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX waiting ON fax (due) WHERE held = 0 AND due IS NOT NULL;
CREATE INDEX waiting_in ON fax (mailbox, due) WHERE held = 0 AND due IS NOT NULL;
CREATE INDEX unsettled ON fax (project, fax_id) WHERE held = 1 OR due IS NOT NULL;
CREATE INDEX undelivered ON fax (project, first_seen) WHERE stage < 3;

CREATE TABLE numbers (
    project     TEXT NOT NULL,
    fax_id      TEXT NOT NULL,
    from_number TEXT NOT NULL,
    to_number   TEXT NOT NULL,
    members     TEXT NOT NULL,
    PRIMARY KEY (project, fax_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
    project TEXT NOT NULL,
    mailbox INTEGER NOT NULL,
    stage   INTEGER NOT NULL,
    held    INTEGER NOT NULL,
    faxes   INTEGER NOT NULL,
    PRIMARY KEY (project, mailbox, stage, held)
) STRICT, WITHOUT ROWID;

CREATE TABLE spare (
    project TEXT NOT NULL PRIMARY KEY,
    spares  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER fax_added AFTER INSERT ON fax BEGIN
    INSERT INTO tally VALUES (new.project, new.mailbox, new.stage, new.held, 1)
        ON CONFLICT DO UPDATE SET faxes = faxes + 1;
END;

CREATE TRIGGER fax_moved AFTER UPDATE OF mailbox, stage, held ON fax
WHEN old.mailbox <> new.mailbox OR old.stage <> new.stage OR old.held <> new.held BEGIN
    UPDATE tally SET faxes = faxes - 1
        WHERE project = old.project AND mailbox = old.mailbox AND stage = old.stage AND held = old.held;
    INSERT INTO tally VALUES (new.project, new.mailbox, new.stage, new.held, 1)
        ON CONFLICT DO UPDATE SET faxes = faxes + 1;
END;

CREATE TRIGGER spare_added AFTER INSERT ON fax WHEN new.spares <> 0 BEGIN
    INSERT INTO spare VALUES (new.project, new.spares) ON CONFLICT DO UPDATE SET spares = spares + new.spares;
END;

CREATE TRIGGER spare_changed AFTER UPDATE OF spares ON fax WHEN old.spares <> new.spares BEGIN
    INSERT INTO spare VALUES (new.project, new.spares - old.spares)
        ON CONFLICT DO UPDATE SET spares = spares + new.spares - old.spares;
END;

CREATE TABLE memory (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

/// What brings a file from each version to the next.
constexpr const char* migrations[] = {version_1};

std::int64_t version_of(Database& database) { return database.number("PRAGMA user_version"); }

/// Refuses files of others and of the future.
void check_origin(Database& database) {
    const auto application = database.number("PRAGMA application_id");
    const bool empty = database.number("SELECT count(*) FROM sqlite_schema") == 0;
    const bool ours = application == application_id;
    const bool fresh = application == 0 && empty && version_of(database) == 0;
    if (!ours && !fresh)
        throw GroundFault(
            "ledger.db was made by another application: move it away or name another state_dir");
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
}

bool readable(Database& reader) {
    check_origin(reader);
    const auto version = version_of(reader);
    if (version != 0 && version < schema_version())
        throw GroundFault(
            "ledger.db was written by an older efaxd: start the daemon once to bring it up to date");
    return version != 0;
}

} // namespace efaxd::ledger
