"""From the start of the process to its first request for a list."""

from parts import polls
from parts.programs import Efaxd, Server, wait_until
from parts.table import Sample


def measure(place, state, mailboxes):
    with Server(place) as server:
        users = [f"idle-{number}" for number in range(mailboxes)]
        with Efaxd(place, server, state=state, mailboxes=users, poll="1h") as efaxd:
            wait_until("the first list", lambda: server.lists() > 0, efaxd.process, every=0.005)
            return server.statistics()["first_list"] - efaxd.began


def run_all(place, dose, note):
    rows, mailboxes = max(dose.rows), max(dose.mailboxes)
    results = {}
    for repeat in range(dose.repeats):
        for name, state, number in (
            (f"a ledger of {rows:,} rows", polls.state_of(rows), 1),
            (f"{mailboxes:,} mailboxes in the file", f"idle-{mailboxes}", mailboxes),
        ):
            took = measure(place, state, number)
            results.setdefault(name, []).append(took)
            note(f"{repeat + 1}. start with {name}: {took:.3f} s")
    return {name: Sample(times) for name, times in results.items()}


def report(table, results):
    table.head("start: from the process to its first list request (files in the page cache)")
    for name, took in results.items():
        table.judge(name, took.text("%.3f") + " s", "< 0.7 s", took.median < 0.7)
