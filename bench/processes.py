"""What a process took of the machine, as Linux counts it."""

import os
from pathlib import Path

from fanfare.local.process import descendants

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and all below it, those that have ended too."""
    return sum(map(_seconds, (pid, *descendants(pid))))


def peak_mb(pid: int) -> float:
    """The most memory that a process had at a time, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)


def _seconds(pid: int) -> float:
    try:
        numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, numbers[11:15])) / _TICKS
