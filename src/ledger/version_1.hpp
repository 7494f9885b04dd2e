// The tables of version 1: the faxes. As files out there have them; never to be changed.
#pragma once

namespace efaxd::ledger {

// Stages are stored by their position in core/stage.hpp, moments as milliseconds since 1970 UTC, absent ones
// as null. `numbers` holds what must be forgotten once a fax is delivered; it has rows for faxes on their way
// only. `listed_id` is null when it equals the id. Ids and digests are packed, see columns.hpp.
inline constexpr auto version_1 = R"sql(
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

} // namespace efaxd::ledger
