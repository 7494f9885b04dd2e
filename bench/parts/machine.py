"""What the system tells of processes and of itself."""

import os

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time that a process has used."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_mib(pid, peak):
    """Resident memory now, or the most it ever was."""
    name = "VmHWM:" if peak else "VmRSS:"
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith(name):
                return int(line.split()[1]) / 1024
    raise RuntimeError("the system does not tell how much memory a process has")


def busy_seconds():
    """CPU time used by everybody, on all cores."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _idle, _iowait, irq, soft = (int(word) for word in file.readline().split()[1:8])
    return (user + nice + system + irq + soft) / TICK


def cores():
    return sorted(os.sched_getaffinity(0))


def pin(core):
    """For use between fork and exec."""
    return lambda: os.sched_setaffinity(0, {core})


def hurry(priority):
    """Gives this process and its children a priority, among sessions as well where the system shares by session."""
    os.setsid()
    os.setpriority(os.PRIO_PROCESS, 0, priority)
    try:
        with open("/proc/self/autogroup", "w", encoding="ascii") as file:
            file.write(str(priority))
    except OSError:  # no such thing here, or we may not
        pass


def client_core():
    return cores()[0]


def server_core():
    return cores()[-1]
