"""The programs that are measured, and the server they are measured against."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

from parts import machine

BENCH = pathlib.Path(__file__).resolve().parent.parent
PATIENCE = 600


class Failed(Exception):
    pass


def wait_until(what, happened, process, patience=PATIENCE, every=0.02):
    give_up = time.monotonic() + patience
    while not happened():
        if process.poll() is not None:
            raise Failed(f"{what} did not happen: the program ended with {process.returncode}")
        if time.monotonic() > give_up:
            raise Failed(f"{what} did not happen within {patience} s")
        time.sleep(every)


class Program:
    """A child process that ends with its input, or when it is told to."""

    def __init__(self, command, core, log):
        self.log = open(log, "ab")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, preexec_fn=machine.pin(core)
        )

    @property
    def pid(self):
        return self.process.pid

    def cpu(self):
        return machine.cpu_seconds(self.pid)

    def tell(self, line):
        self.process.stdin.write((line + "\n").encode())
        self.process.stdin.flush()

    def hear(self):
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"{self.process.args[0]} ended early; see its log in {self.log.name}")
        return json.loads(line)

    def end(self):
        self.process.stdin.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.end()


class Server(Program):
    """bench-server, alone on its core."""

    def __init__(self, place):
        command = [place.programs / "bench-server", place.certificate, place.key]
        super().__init__(command, machine.server_core(), place.home / "server.log")
        ports = self.hear()
        self.efax = f"https://127.0.0.1:{ports['efax']}/efax"
        self.fhir = f"https://127.0.0.1:{ports['fhir']}/fhir"

    def set(self, name, number=""):
        self.tell(f"{name} {number}")
        self.hear()

    def statistics(self):
        self.tell("statistics")
        return self.hear()

    def settled(self):
        self.tell("settled")
        return self.hear()

    def lists(self):
        return self.statistics()["list"]


class Floor(Program):
    def __init__(self, place, server, in_flight):
        command = [place.programs / "bench-floor", server.efax, server.fhir, place.certificate, str(in_flight)]
        super().__init__(command, machine.client_core(), place.home / "floor.log")

    def bring_in(self):
        self.tell("go")

    def finish(self):
        self.hear()


class Sequential(Floor):
    def __init__(self, place, server, _in_flight):
        command = [sys.executable, BENCH / "sequential.py", server.efax, server.fhir, place.certificate]
        Program.__init__(self, command, machine.client_core(), place.home / "sequential.log")


class Efaxd(Program):
    """efaxd with a state directory of its own, which may hold a ledger already."""

    def __init__(self, place, server, in_flight=32, state="state", mailboxes=None, poll="1h", once=False):
        self.folder = place.home / state
        self.folder.mkdir(mode=0o700, exist_ok=True)
        config = configure(place, self.folder, server, in_flight, mailboxes, poll)
        command = [place.efaxd, "--config", config] + (["--once"] if once else [])
        self.began = time.monotonic()
        super().__init__(command, machine.client_core(), self.folder / "log")
        self.server = server

    def wait_for_first_polls(self, mailboxes=1):
        wait_until("the first poll of every mailbox", lambda: self.server.lists() >= 2 * mailboxes, self.process)

    def bring_in(self):
        self.process.send_signal(signal.SIGUSR1)

    def finish(self):
        """Once the server has what it offered, the last faxes are still being written down."""
        time.sleep(0.3)


def secret(folder, name, value):
    path = folder / name
    path.touch(mode=0o600)
    path.write_text(value, encoding="ascii")
    return f"{{ file: {path} }}"


def configure(place, folder, server, in_flight, mailboxes, poll):
    """One project. `mailboxes` None: the system's, which holds the faxes on offer; else the user IDs of so many
    Practitioners. A quarter of the hands is kept for polls, and two clients for small requests."""
    state = folder / "state"
    state.mkdir(mode=0o700, exist_ok=True)
    lines = [
        f"state_dir: {state}",
        f"socket: {folder}/s",
        f"hands: {in_flight + in_flight // 3}",
        "projects:",
        "  - name: bench",
        "    secrets:",
        f"      eFaxAppId: {secret(folder, 'app', 'bench-app')}",
        f"      eFaxApiKey: {secret(folder, 'key', 'bench-key')}",
    ]
    if mailboxes is None:
        lines.append(f"      eFaxUserId: {secret(folder, 'user', 'main')}")
    trust = f"in_flight: {in_flight + 2}, ca_file: {place.certificate}"
    lines += [
        f"    efax: {{ base_url: '{server.efax}', {trust} }}",
        f"    fhir: {{ base_url: '{server.fhir}', {trust}, auth: {{ method: none }} }}",
        "    mailboxes:",
        f"      poll: {poll}",
        "      organizations: none",
        "      practitioners:" + (" none" if mailboxes is None else ""),
    ]
    lines += [f'        - {{ id: p{number}, user_id: "{name}" }}' for number, name in enumerate(mailboxes or [])]
    config = folder / "efaxd.yaml"
    config.write_text("\n".join(lines) + "\n", encoding="ascii")
    return config


class Place:
    """Where everything lies: a folder on a disk, which is removed at the end."""

    def __init__(self, home, build):
        self.home = pathlib.Path(home)
        self.programs = build / "bench"
        self.efaxd = build / "bin" / "efaxd"
        self.certificate = self.home / "certificate.pem"
        self.key = self.home / "key.pem"
        os.umask(0o077)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
            + ["-subj", "/CN=bench", "-addext", "subjectAltName=IP:127.0.0.1"]
            + ["-keyout", self.key, "-out", self.certificate],
            check=True,
            capture_output=True,
        )
