"""How much processor time a tree of processes has used, from /proc."""

import os
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
PPID, UTIME, CSTIME = 1, 11, 14  # places after the command's closing bracket, see proc(5)


def cpu_seconds(root: int) -> float:
    """Return user and system time of `root` and all below it, children that ended included."""
    fields = {pid: stat for pid in _processes() if (stat := _stat(pid))}
    children: dict[int, list[int]] = {}
    for pid, stat in fields.items():
        children.setdefault(int(stat[PPID]), []).append(pid)
    ticks, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        waiting += children.get(pid, [])
        if pid in fields:
            ticks += sum(int(value) for value in fields[pid][UTIME : CSTIME + 1])
    return ticks / TICKS


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _stat(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:  # it ended meanwhile
        return []
    return text.rpartition(")")[2].split()
