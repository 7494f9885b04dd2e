"""Faxes brought in: efaxd, the floor and a sequential script, in turn."""

import dataclasses
import time

from parts import machine
from parts.programs import Efaxd, Failed, Floor, Sequential, Server
from parts.table import Sample, ratio

KINDS = {"efaxd": Efaxd, "floor": Floor, "script": Sequential}
IN_FLIGHT = 32
LARGE_IN_FLIGHT = 4


@dataclasses.dataclass
class Scenario:
    name: str
    document: int  # bytes
    delay: int  # milliseconds until each answer
    in_flight: int
    faxes: int


@dataclasses.dataclass
class Run:
    rate: float  # faxes per second, from the first image asked for to the last fax acknowledged
    cpu: float  # milliseconds for each fax, listing included
    memory: float  # MiB, the most there ever was
    server_cpu: float  # milliseconds for each fax
    server_busy: float  # share of its core
    others: float  # share of the whole machine that was used by neither


def measure(place, kind, scenario, faxes, profile=None):
    """A first few warm the connections up and are not counted."""
    warm = min(faxes, 2 * scenario.in_flight)
    with Server(place) as server:
        server.set("document", scenario.document)
        server.set("delay", scenario.delay)
        with KINDS[kind](place, server, scenario.in_flight, **fresh_state(place, kind)) as program:
            if kind == "efaxd":
                program.wait_for_first_polls()
            server.set("offer", warm)
            program.bring_in()
            server.settled()
            program.finish()
            server.set("offer", warm + faxes)
            server.set("mark")
            if profile:
                profile.start(program.pid)
            before = (program.cpu(), server.cpu(), machine.busy_seconds(), time.monotonic())
            program.bring_in()
            server.settled()
            program.finish()
            after = (program.cpu(), server.cpu(), machine.busy_seconds(), time.monotonic())
            if profile:
                profile.stop()
            memory = machine.memory_mib(program.pid, peak=True)
            told = server.statistics()
    check(told, warm + faxes)
    cpu, server_cpu, busy, wall = (later - earlier for earlier, later in zip(before, after))
    took = told["last_acknowledge"] - told["first_image"]
    return Run(
        rate=faxes / took,
        cpu=1000 * cpu / faxes,
        memory=memory,
        server_cpu=1000 * server_cpu / faxes,
        server_busy=server_cpu / took,
        others=max(0.0, (busy - cpu - server_cpu) / wall / len(machine.cores())),
    )


STATES = iter(range(1_000_000))


def fresh_state(place, kind):
    return {"state": f"run-{next(STATES)}"} if kind == "efaxd" else {}


def check(told, faxes):
    """Nothing missing, nothing twice, nothing cut: what is measured is the work itself."""
    for kind in ("binary", "create", "acknowledge"):
        if told[kind] != faxes:
            raise Failed(f"{told[kind]} requests of the kind {kind} for {faxes} faxes")
    if told["wrong_sizes"] or told["unknown"]:
        raise Failed("documents of a wrong size, or requests that are not foreseen")


def scenarios(dose):
    return [
        Scenario("200 kB, servers answer at once", 200_000, 0, IN_FLIGHT, dose.faxes),
        Scenario("200 kB, servers answer after 20 ms", 200_000, 20, IN_FLIGHT, dose.faxes),
        Scenario("20 MB, servers answer at once", 20_000_000, 0, LARGE_IN_FLIGHT, dose.large_faxes),
    ]


def run_all(place, dose, note):
    """Repeat by repeat, and within one the programs next to each other."""
    results = {}
    for repeat in range(dose.repeats):
        for scenario in scenarios(dose):
            for kind in KINDS:
                faxes = scenario.faxes
                if kind == "script":
                    faxes = max(2, faxes // dose.sequential_share)
                run = measure(place, kind, scenario, faxes)
                results.setdefault(scenario.name, {}).setdefault(kind, []).append(run)
                note(
                    f"{repeat + 1}. {scenario.name}: {kind}: {run.rate:.0f}/s, {run.cpu:.2f} ms CPU; server"
                    f" {run.server_busy:.0%} busy; others used {run.others:.0%} of the machine"
                )
    return results


def sample(runs, figure):
    return Sample(getattr(run, figure) for run in runs)


def report(table, results, dose):
    for scenario in scenarios(dose):
        kinds = results[scenario.name]
        table.head(f"{scenario.name} ({scenario.in_flight} in flight, TLS on loopback)")
        for kind, runs in kinds.items():
            table.add(f"{kind}: faxes per second", sample(runs, "rate").text("%.0f"))
        for kind, runs in kinds.items():
            table.add(f"{kind}: CPU per fax", sample(runs, "cpu").text("%.2f") + " ms")
        for kind, runs in kinds.items():
            table.add(f"{kind}: peak memory", sample(runs, "memory").text("%.0f") + " MiB")
        server = sample(kinds["floor"], "server_cpu")
        ceiling = 1000 / max(server.median, 0.001)
        table.add("server: CPU per fax, and its ceiling", f"{server.median:.2f} ms, {ceiling:.0f} faxes/s")
        busy = [f"{sample(kinds[kind], 'server_busy').median:.0%}" for kind in ("efaxd", "floor")]
        table.add("server: busy, at efaxd's and the floor's rate", ", ".join(busy))
        others = [f"{sample(runs, 'others').median:.0%}" for runs in kinds.values()]
        table.add("used of the machine by others, in each", ", ".join(others))
        compare(table, scenario, kinds)


def compare(table, scenario, kinds):
    efaxd, floor, script = (kinds[kind] for kind in ("efaxd", "floor", "script"))
    rate = ratio(sample(efaxd, "rate"), sample(floor, "rate"))
    cpu = ratio(sample(efaxd, "cpu"), sample(floor, "cpu"))
    if scenario.document == 200_000:
        least = 0.9 if scenario.delay else 0.7
        table.judge("rate, efaxd ÷ floor", rate.text("%.2f"), f"≥ {least}", rate.median >= least)
    else:
        table.add("rate, efaxd ÷ floor", rate.text("%.2f"))
    if scenario.document == 200_000 and not scenario.delay:
        table.judge("CPU per fax, efaxd ÷ floor", cpu.text("%.2f"), "≤ 1.7", cpu.median <= 1.7)
    else:
        table.add("CPU per fax, efaxd ÷ floor", cpu.text("%.2f"))
    table.add("rate, efaxd ÷ script", ratio(sample(efaxd, "rate"), sample(script, "rate")).text("%.1f"))
    table.add("CPU per fax, script ÷ efaxd", ratio(sample(script, "cpu"), sample(efaxd, "cpu")).text("%.1f"))
