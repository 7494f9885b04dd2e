#!/usr/bin/env python3
"""./dev bench: measures efaxd beside a bare libcurl program that makes the same requests (the floor) and beside a
sequential script, and prints all figures with what is wanted of them. Exit code 1 if something wanted is missed."""

import argparse
import os
import pathlib
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from parts import dose as doses
from parts import idle, ledger, machine, polls, start, throughput
from parts.profile import Profile
from parts.programs import Failed, Place, Server
from parts.table import Table

PARTS = ("throughput", "idle", "polls", "start")


def read_arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(PARTS)}; all when left out")
    parser.add_argument("--quick", action="store_true", help="without 10,000 mailboxes and 10^7 rows: two or three minutes")
    parser.add_argument("--smoke", action="store_true", help="a tiny dose: does it run at all? No figure is judged")
    parser.add_argument("--repeats", type=int, help="how often each figure is taken (3)")
    parser.add_argument("--faxes", type=int, help="faxes of 200 kB in each run")
    parser.add_argument("--nice", type=int, default=0, help="below 0, as root: other programs disturb less")
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"), help="folder of the programs")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no such part: {' '.join(unknown)}")
    arguments.parts = arguments.parts or PARTS
    return arguments


def dose_of(arguments):
    dose = doses.SMOKE if arguments.smoke else doses.QUICK if arguments.quick else doses.FULL
    dose.repeats = arguments.repeats or dose.repeats
    dose.faxes = arguments.faxes or dose.faxes
    return dose


BEGUN = time.monotonic()


def note(text):
    print(f"[{time.monotonic() - BEGUN:4.0f} s] {text}", file=sys.stderr, flush=True)


def make_ledgers(place, dose):
    sizes = {}
    for rows in dose.rows:
        with Server(place) as server:
            sizes[rows] = ledger.fill(place, server, polls.state_of(rows), rows)
        note(f"a ledger of {rows} rows is made")
    return sizes


def run(place, dose, parts, table):
    if "throughput" in parts:
        results = throughput.run_all(place, dose, note)
        throughput.report(table, results, dose)
    # What takes long but is not measured is done while the idle ones come to rest.
    idles = [idle.Idle(place, number) for number in dose.mailboxes] if {"idle", "start"} & set(parts) else []
    try:
        sizes = make_ledgers(place, dose) if {"polls", "start"} & set(parts) else {}
        if "idle" in parts:
            for one in idles:
                one.settle()
            for one in idles:
                note(f"{one.mailboxes} idle mailboxes for {dose.idle_seconds} s")
                one.measure(dose.idle_seconds)
            idle.report(table, idles)
    finally:
        for one in idles:
            one.end()
    if "polls" in parts:
        polls.report(table, polls.run_all(place, dose, note), sizes)
    if "start" in parts:
        start.report(table, start.run_all(place, dose, note))


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(75))  # so that no program and no folder stays behind
    arguments = read_arguments()
    dose = dose_of(arguments)
    build = arguments.build.resolve()
    if arguments.nice:
        machine.hurry(arguments.nice)
    table = Table()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=build) as home:
        place = Place(home, build)
        try:
            run(place, dose, arguments.parts, table)
            load = os.getloadavg()[0]
            print(f"{os.cpu_count()} cores, load {load:.1f}; medians of {dose.repeats} [least–most]")
            table.print()
            missed = [name for name, met in table.verdicts if not met]
            if missed and not arguments.smoke and "throughput" in arguments.parts:
                Profile.explain(place, dose)
        except Failed as failure:
            print(f"bench: {failure}", file=sys.stderr)
            return 70
    print(f"\n{len(table.verdicts) - len(missed)} of {len(table.verdicts)} targets met")
    return 1 if missed and not arguments.smoke else 0


if __name__ == "__main__":
    sys.exit(main())
