"""Ledgers with any number of delivered faxes, made by one statement."""

import sqlite3

from parts.programs import Efaxd, Failed

NOW = 1_760_000_000_000  # milliseconds; when they all came in

# A row as efaxd leaves it once eFax was told: stage acknowledged, not due, its numbers forgotten.
FILL = f"""
WITH RECURSIVE row (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM row WHERE number + 1 < :rows)
INSERT INTO fax (project, fax_id, mailbox, stage, due, held, attempts, reason, first_seen, delivered_at, listed_id,
    completed, pages, downloaded, stored, size, sha256, media_type, binary_id, communication_id, spares)
SELECT 'bench', printf('1%015d', number), 1, 4, NULL, 0, 0, '', {NOW} + number, {NOW} + 900 + number, NULL,
    {NOW} + number, 1, 0, 1, 200000, randomblob(32), 1, 'fax-' || lower(hex(randomblob(28))), randomblob(16), 0
FROM row
"""


def make_empty(place, server, state):
    """efaxd makes the tables itself."""
    with Efaxd(place, server, state=state, once=True) as efaxd:
        if efaxd.process.wait(60) != 0:
            raise Failed(f"efaxd --once ended with {efaxd.process.returncode}")


def fill(place, server, state, rows):
    """Returns the bytes of the file for each row. Faxes are numbered as bench-server numbers those of its mailboxes
    idle-N and known-N. The triggers that count are replaced by the count."""
    make_empty(place, server, state)
    path = place.home / state / "state" / "ledger.db"
    ledger = sqlite3.connect(path, isolation_level=None)
    ledger.execute("PRAGMA journal_mode = OFF")
    ledger.execute("PRAGMA synchronous = OFF")
    ledger.execute("PRAGMA cache_size = -200000")
    which = "type = 'trigger' AND tbl_name = 'fax'"
    triggers = ledger.execute(f"SELECT name, sql FROM sqlite_schema WHERE {which}").fetchall()
    ledger.execute("BEGIN")
    for name, _ in triggers:
        ledger.execute(f"DROP TRIGGER {name}")
    ledger.execute("INSERT INTO mailbox (ref, name, user_id) VALUES (1, 'bench:system', 'main')")
    ledger.execute(FILL, {"rows": rows})
    ledger.execute("INSERT INTO tally VALUES ('bench', 1, 4, 0, ?)", (rows,))
    for _, sql in triggers:
        ledger.execute(sql)
    ledger.execute("COMMIT")
    ledger.execute("PRAGMA journal_mode = WAL")
    ledger.close()
    return path.stat().st_size / rows
