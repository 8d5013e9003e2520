"""What a server takes while it is used: memory of all its processes, and processor time.

Memory is PSS: what processes share is counted once. Of each second the sum over the server and
all that it started (readers of files, engines), and that of the server alone.
"""

from __future__ import annotations

import os
import re
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def family(pid: int) -> list[int]:
    """Return a process and all that descends from it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            told = _told(entry / "stat").rpartition(")")[2].split()
            if told:
                parents.setdefault(int(told[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def pss(pid: int) -> float:
    """Return the proportional share of memory of a process, MiB; 0 for one that is gone."""
    found = _PSS.search(_told(Path(f"/proc/{pid}/smaps_rollup")))
    return int(found[1]) / 1024 if found else 0.0


def spent(pid: int) -> float:
    """Return the seconds of processor that a process and its ended children have used."""
    told = _told(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK") if told else 0.0


def _told(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        # it ended between the look at its parent and this one
        return ""


@dataclass
class Watch:
    """Looks once a second, in a thread of its own.

    Attributes
    ----------
    pids
        Of the server's processes.
    seen
        Seconds since it began; MiB of all processes; MiB of the server's alone.
    """

    pids: Sequence[int]
    seen: list[tuple[float, float, float]] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        start = time.perf_counter()
        while True:
            own = sum(map(pss, self.pids))
            rest = sum(pss(one) for pid in self.pids for one in family(pid)[1:])
            if own:
                self.seen.append((time.perf_counter() - start, own + rest, own))
            if self._done.wait(1.0):
                return

    def minutes(self) -> list[tuple[float, float]]:
        """Return of each whole minute the medians: all processes, the server alone; MiB."""
        by: dict[int, list[tuple[float, float]]] = {}
        for at, every, own in self.seen:
            by.setdefault(int(at // 60), []).append((every, own))
        last = self.seen[-1][0] if self.seen else 0.0
        whole = [by[n] for n in sorted(by) if (n + 1) * 60 <= last + 2]
        return [(statistics.median(a for a, _ in m), statistics.median(b for _, b in m))
                for m in whole]  # fmt: skip

    @property
    def peak(self) -> float:
        """The most that all processes had at once, MiB."""
        return max((every for _, every, _ in self.seen), default=0.0)
