"""Where efaxd's time goes, if perf is there to tell."""

import shutil
import signal
import subprocess

from parts import throughput

LINES = 25


class Profile:
    """Records a process while it lives."""

    def __init__(self, data):
        self.data = data
        self.perf = None

    def start(self, pid):
        command = ["perf", "record", "-q", "-F", "999", "-g", "-o", self.data, "-p", str(pid)]
        self.perf = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.perf.send_signal(signal.SIGINT)
        self.perf.wait()

    def lines(self, *sort):
        command = ["perf", "report", "-i", self.data, "--stdio", "-q", "--no-children", "-g", "none"]
        command += ["--sort", ",".join(sort)]
        told = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False).stdout
        return [line.rstrip()[:100] for line in told.splitlines() if line.strip() and not line.startswith("#")][:LINES]

    @staticmethod
    def explain(place, dose):
        print("\nwhere efaxd's CPU time goes, bringing in faxes of 200 kB")
        if not shutil.which("perf"):
            print("  perf is not installed: no profile")
            return
        profile = Profile(place.home / "perf.data")
        throughput.measure(place, "efaxd", throughput.scenarios(dose)[0], dose.faxes, profile)
        for sort in (("dso",), ("comm",), ("symbol",)):
            print("\n".join(profile.lines(*sort)) + "\n")
