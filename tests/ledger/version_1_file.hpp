// A ledger file as efaxd wrote it before it could send.
#pragma once

#include "ledger/database.hpp"

#include <filesystem>

namespace efaxd::ledger {

inline constexpr auto tables_of_version_1 = R"sql(
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

/// Two faxes: one on its way, held, with a number of its own, and one that is done.
inline constexpr auto rows_of_version_1 = R"sql(
INSERT INTO mailbox VALUES (7, 'clinic:system', 'user-1');
INSERT INTO fax VALUES ('clinic', 'fax-held', 7, 1, NULL, 1, 3, 'fhir.unreachable', 1000, NULL, 'FAX-Held', 900, 2,
    0, 1, 4711, x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 2, '', '', 1);
INSERT INTO fax VALUES ('clinic', 'fax-done', 7, 4, NULL, 0, 0, '', 2000, 3000, NULL, NULL, 1,
    1, 1, 12, '', 1, 'b-1', x'000102030405060708090a0b0c0d0e0f', 0);
INSERT INTO numbers VALUES ('clinic', 'fax-held', '+15551234567', '+15559990000', '{}');
INSERT INTO memory VALUES ('clinic/owners', '12');
)sql";

inline void make_file_of_version_1(const std::filesystem::path& dir) {
    Database file(dir / "ledger.db", Access::writer);
    file.run("PRAGMA journal_mode = WAL");
    file.run(tables_of_version_1);
    file.run(rows_of_version_1);
    file.run("PRAGMA application_id = 1699111288; PRAGMA user_version = 1");
}

} // namespace efaxd::ledger
