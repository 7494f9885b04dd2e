// What version 2 adds: the transmissions.
#pragma once

namespace efaxd::ledger {

// Stages and outcomes are stored by their position in core/transmission.hpp. `destination` and `fax_id` are
// packed, see columns.hpp; for `documents` see outbox_row.hpp. `recipient` is the position, `reference` what
// stands there. `outbound_number` holds what must be forgotten once reported. Every index but
// `transmission_begun` has entries for what is under way only.
inline constexpr auto version_2 = R"sql(
CREATE TABLE transmission (
    project       TEXT NOT NULL,
    communication TEXT NOT NULL,
    recipient     INTEGER NOT NULL CHECK (recipient >= 0),
    stage         INTEGER NOT NULL CHECK (stage BETWEEN 0 AND 5),
    due           INTEGER,
    held          INTEGER NOT NULL CHECK (held IN (0, 1)),
    attempts      INTEGER NOT NULL,
    reason        TEXT NOT NULL,
    accepted      INTEGER NOT NULL,
    begun         INTEGER,
    submitted     INTEGER,
    settled       INTEGER,
    user_id       TEXT NOT NULL,
    reference     TEXT NOT NULL,
    destination   ANY NOT NULL,
    round         INTEGER NOT NULL,
    documents     TEXT NOT NULL,
    fax_id        ANY NOT NULL,
    status        TEXT NOT NULL,
    code          TEXT NOT NULL,
    pages         INTEGER NOT NULL,
    tries         INTEGER NOT NULL,
    outcome       INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 3),
    told          INTEGER NOT NULL CHECK (told IN (0, 1)),
    cancel        INTEGER NOT NULL CHECK (cancel IN (0, 1)),
    payload       TEXT NOT NULL,
    PRIMARY KEY (project, communication, recipient)
) STRICT, WITHOUT ROWID;

CREATE INDEX transmission_waiting ON transmission (due) WHERE held = 0 AND due IS NOT NULL;
CREATE INDEX transmission_open ON transmission (project, communication, recipient)
    WHERE held = 1 OR due IS NOT NULL;
CREATE INDEX transmission_unsubmitted ON transmission (project, accepted) WHERE stage < 3;
CREATE INDEX transmission_in_flight ON transmission (project, destination)
    WHERE stage BETWEEN 2 AND 3 AND outcome = 0 AND held = 0;
CREATE INDEX transmission_begun ON transmission (project, destination, begun) WHERE begun IS NOT NULL;

CREATE TABLE outbound_number (
    project       TEXT NOT NULL,
    communication TEXT NOT NULL,
    recipient     INTEGER NOT NULL,
    number        TEXT NOT NULL,
    PRIMARY KEY (project, communication, recipient)
) STRICT, WITHOUT ROWID;

CREATE TABLE transmission_tally (
    project       TEXT NOT NULL,
    stage         INTEGER NOT NULL,
    outcome       INTEGER NOT NULL,
    held          INTEGER NOT NULL,
    transmissions INTEGER NOT NULL,
    PRIMARY KEY (project, stage, outcome, held)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER transmission_added AFTER INSERT ON transmission BEGIN
    INSERT INTO transmission_tally VALUES (new.project, new.stage, new.outcome, new.held, 1)
        ON CONFLICT DO UPDATE SET transmissions = transmissions + 1;
END;

CREATE TRIGGER transmission_moved AFTER UPDATE OF stage, outcome, held ON transmission
WHEN old.stage <> new.stage OR old.outcome <> new.outcome OR old.held <> new.held BEGIN
    UPDATE transmission_tally SET transmissions = transmissions - 1
        WHERE project = old.project AND stage = old.stage AND outcome = old.outcome AND held = old.held;
    INSERT INTO transmission_tally VALUES (new.project, new.stage, new.outcome, new.held, 1)
        ON CONFLICT DO UPDATE SET transmissions = transmissions + 1;
END;

-- Within a round forward, but for submitting to prepared; a new round begins at prepared, and not from where
-- nothing was begun yet or the number is forgotten.
CREATE TRIGGER transmission_rules BEFORE UPDATE ON transmission
WHEN CASE WHEN new.round = old.round
    THEN (new.stage < old.stage AND NOT (old.stage = 2 AND new.stage = 1))
        OR (old.outcome <> 0 AND new.outcome <> old.outcome)
        OR (old.fax_id <> '' AND new.fax_id <> old.fax_id)
    ELSE new.round < old.round OR new.stage <> 1 OR old.stage NOT BETWEEN 2 AND 4
    END
BEGIN
    SELECT RAISE(ABORT, 'a transmission moves otherwise than it may');
END;
)sql";

} // namespace efaxd::ledger
