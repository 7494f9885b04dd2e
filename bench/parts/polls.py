"""What a poll costs with ledgers of different sizes. Each list has changed a little since the last poll and all its
faxes are known, scattered over the whole ledger: it must be parsed, and each fax be recognised."""

import time

from parts.programs import Efaxd, Server, wait_until
from parts.table import Sample, ratio

MAILBOXES = 20
POLL = "100ms"


def state_of(rows):
    return f"rows-{rows}"


def measure(place, rows, seconds):
    """Milliseconds of CPU for each poll."""
    with Server(place) as server:
        server.set("rows", rows)
        users = [f"known-{number}" for number in range(MAILBOXES)]
        with Efaxd(place, server, state=state_of(rows), mailboxes=users, poll=POLL) as efaxd:
            wait_until("the first polls", lambda: server.lists() >= 12 * MAILBOXES, efaxd.process)
            before = (efaxd.cpu(), server.lists())
            time.sleep(seconds)
            cpu, lists = (later - earlier for earlier, later in zip(before, (efaxd.cpu(), server.lists())))
    return 1000 * cpu / (lists / 2)


def run_all(place, dose, note):
    results = {rows: [] for rows in dose.rows}
    for repeat in range(dose.repeats):
        for rows in dose.rows:
            cost = measure(place, rows, dose.poll_seconds)
            results[rows].append(cost)
            note(f"{repeat + 1}. a poll with {rows} rows: {cost:.2f} ms CPU")
    return {rows: Sample(costs) for rows, costs in results.items()}


def report(table, results, sizes):
    table.head("a poll that lists 99 known faxes, slightly changed each time, by rows in the ledger")
    for rows, cost in results.items():
        table.add(f"CPU, {rows:,} rows ({sizes[rows]:.0f} bytes each)", cost.text("%.2f") + " ms")
    least, most = min(results), max(results)
    growth = ratio(results[most], results[least])
    name = f"{most:,} rows ÷ {least:,} rows"
    if most == 10**7:
        table.judge(name, growth.text("%.2f"), "≤ 1.3", growth.median <= 1.3)
    else:
        table.add(name, growth.text("%.2f"))
