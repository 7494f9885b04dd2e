"""What it costs when nothing arrives: thousands of mailboxes, each polled every 60 s, whose lists stay as they are."""

import time

from parts import ledger, machine
from parts.programs import Efaxd, Server, wait_until

ITEMS = 23  # faxes that each mailbox lists: 8.7 kB
POLL = 60


class Idle:
    """An efaxd with so many mailboxes, from its start to its end."""

    def __init__(self, place, mailboxes):
        self.mailboxes = mailboxes
        self.server = Server(place)
        state = f"idle-{mailboxes}"
        ledger.fill(place, self.server, state, mailboxes * ITEMS)
        self.server.set("items", ITEMS)
        self.begun = self.server.lists()
        users = [f"idle-{number}" for number in range(mailboxes)]
        self.efaxd = Efaxd(place, self.server, state=state, mailboxes=users, poll=f"{POLL}s")

    def settle(self):
        """Until each mailbox was polled once: the first polls are spread over up to an interval."""
        polled = lambda: self.server.lists() - self.begun >= 2 * self.mailboxes
        wait_until("the first poll of every mailbox", polled, self.efaxd.process, every=0.5)

    def measure(self, seconds):
        before = (self.efaxd.cpu(), self.server.lists(), machine.busy_seconds(), time.monotonic())
        time.sleep(seconds)
        after = (self.efaxd.cpu(), self.server.lists(), machine.busy_seconds(), time.monotonic())
        cpu, lists, busy, wall = (later - earlier for earlier, later in zip(before, after))
        self.core = cpu / wall
        self.polls = lists / 2 / wall
        self.others = max(0.0, (busy - cpu) / wall / len(machine.cores()))
        self.memory = machine.memory_mib(self.efaxd.pid, peak=False)
        self.peak = machine.memory_mib(self.efaxd.pid, peak=True)

    def end(self):
        self.efaxd.end()
        self.server.end()


def report(table, idles):
    for idle in idles:
        table.head(f"{idle.mailboxes} idle mailboxes, polled every {POLL} s ({ITEMS} faxes listed in each)")
        table.add("polls per second, two requests each", f"{idle.polls:.1f}")
        core, memory = f"{idle.core:.1%} of a core", f"{idle.memory:.0f} MiB"
        if idle.mailboxes == 10000:
            table.judge("CPU", core, "< 12 % (aim 6 %)", idle.core < 0.12)
            table.judge("memory", memory, "< 64 MiB (aim 48)", idle.memory < 64)
        else:
            table.add("CPU", core)
            table.add("memory", memory)
        table.add("peak memory, while starting", f"{idle.peak:.0f} MiB")
        table.add("used by others meanwhile", f"{idle.others:.0%} of the machine")
