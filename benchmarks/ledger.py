"""Fifty editors of one ledger at once: what is lost (nothing), and how long an edit takes.

    python benchmarks/ledger.py [--store PLACE] [--editors 50] [--edits 10000] [--pause 0]
                                [--plots 500] [--threads] [--json]

Each editor is a process of its own (``--threads``: a thread of one process, as in the app). It
picks a plot, reads the row, writes its own word on it with the version that it read and, where
somebody was quicker, reads again and tries again. What was accepted it writes down. The time of
an edit runs from the first try to the acceptance, every further try and reading included.
``--pause`` is the mean of the seconds that an editor looks at a plot before the next (of an
exponential distribution); 0 is no office but the most that the store takes. Before the fifty,
one editor edits alone: that is what an edit takes when nobody is waited for.

``--store`` is a folder (default one that is thrown away) or ``postgresql+psycopg://…``; the
workspaces that are written to, ``ledger-benchmark`` and ``ledger-benchmark-alone``, must be new.
Processor time is that of the editors, without the server's and without starting the program.

After it everything is compared: what the editors wrote down, the history, the history replayed,
and what stands. A difference is an error.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from platforms.errors import ConflictError
from platforms.store.keeping import Store
from platforms.store.ledger.ledger import LedgerEdit
from platforms.store.ledger.writing import Act, Change, current_rows, events_of, replayed, write
from platforms.store.opening import open_store

WORKSPACE = "ledger-benchmark"
SLOWEST_S = 600.0
ALONE = 300


@dataclass
class Editor:
    """What one editor met.

    Attributes
    ----------
    accepted
        Plot, version and word of each edit that the store took.
    took
        Seconds of each.
    conflicts
        How often somebody was quicker.
    """

    accepted: list[tuple[str, int, str]] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    conflicts: int = 0


@dataclass(frozen=True)
class Round:
    """What is done: by how many, how often, on how many plots, how hurried."""

    store: str
    editors: int
    edits: int
    plots: int
    pause: float
    threads: bool
    workspace: str = WORKSPACE

    @property
    def alone(self) -> Round:
        """One editor, with nobody beside."""
        named = f"{self.workspace}-alone"
        return replace(self, editors=1, edits=min(ALONE, self.edits), pause=0.0, workspace=named)

    def share(self, number: int) -> int:
        """Return how many of the edits are this editor's."""
        return self.edits // self.editors + (number < self.edits % self.editors)


def fill(work: Round) -> None:
    store = open_store(work.workspace, work.store)
    with store._writing() as connection:  # noqa: SLF001 a run of so many plots would say no more
        rows = [Change(f"P{at:05d}", {"step": "identify"}) for at in range(work.plots)]
        write(connection, work.workspace, rows, Act("add", "benchmark"))


def edit(work: Round, number: int) -> Editor:
    """Be one editor."""
    store = open_store(work.workspace, work.store)
    dice, seen = random.Random(number), Editor()  # noqa: S311 which plot, no secret
    for turn in range(work.share(number)):
        if work.pause:
            time.sleep(dice.expovariate(1 / work.pause))
        plot, word = f"P{dice.randrange(work.plots):05d}", f"{number}-{turn}"
        version = read(store, plot)
        began = time.perf_counter()
        while True:
            try:
                store.ledger.set(LedgerEdit(plot, {"note": word}, version), by=f"editor {number}")
                break
            except ConflictError:
                seen.conflicts += 1
                version = read(store, plot)
        seen.took.append(time.perf_counter() - began)
        seen.accepted.append((plot, version + 1, word))
    return seen


def read(store: Store, plot: str) -> int:
    with store._reading() as connection:  # noqa: SLF001 the row as the page of a plot has it
        return int(current_rows(connection, store.workspace, [plot])[plot]["version"])


@dataclass(frozen=True)
class Ran:
    """What each editor met, and the seconds that all took: of the clock, and of processors."""

    editors: list[Editor]
    seconds: float
    processor: float


def run(work: Round) -> Ran:
    """Let all edit at once."""
    fill(work)
    used, began = processor(), time.perf_counter()
    if work.threads:
        made = [Editor() for _ in range(work.editors)]

        def one(number: int) -> None:
            made[number] = edit(work, number)

        crowd = [threading.Thread(target=one, args=(at,)) for at in range(work.editors)]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            thread.join(SLOWEST_S)
        return Ran(made, time.perf_counter() - began, processor() - used)
    # forked: no connection is open here, and fifty imports would be measured instead
    context = multiprocessing.get_context("fork")
    with context.Pool(work.editors) as pool:
        began = time.perf_counter()
        made = pool.starmap(edit, [(work, at) for at in range(work.editors)], chunksize=1)
        seconds = time.perf_counter() - began
    # what a process used is known when it is gone
    return Ran(made, seconds, processor() - used)


def processor() -> float:
    """Return the seconds of processors that this process and those that are gone have used."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def check(work: Round, editors: Sequence[Editor]) -> list[str]:
    """Compare what editors wrote down, the history, and what stands; return what differs."""
    store = open_store(work.workspace, work.store)
    with store._reading() as connection:  # noqa: SLF001
        rows = current_rows(connection, work.workspace)
        events = events_of(connection, work.workspace)
    return differences(work, editors, rows, events)


def differences(
    work: Round,
    editors: Sequence[Editor],
    rows: dict[str, dict[str, object]],
    events: list[dict[str, object]],
) -> list[str]:
    """Return what is lost, doubled or stands otherwise than it was written."""
    wrong = []
    written = Counter(one for editor in editors for one in editor.accepted)
    told = [(e["key"], e["version"], e["became"]) for e in events if e["what"] == "set"]
    if sum(written.values()) != work.edits:
        wrong.append(f"{sum(written.values())} of {work.edits} edits were accepted")
    if missing := written - Counter(told):
        wrong.append(f"{missing.total()} accepted edits are not in the history")
    if strange := Counter(told) - written:
        wrong.append(f"{strange.total()} edits of the history were never accepted")
    last: dict[object, tuple[object, object]] = {}
    for one in (e for e in events if e["field"] == "note"):
        was, version = last.get(one["key"], (None, 1))
        if (one["was"], one["version"]) != (was, version + 1):
            wrong.append(f"{one['key']} version {one['version']} does not follow the one before")
        last[one["key"]] = one["became"], one["version"]
    again = replayed(events)
    for key, row in rows.items():
        stands = (again[key].get("note"), last.get(key, (None, 1))[1])
        if stands != (row["note"], row["version"]):
            wrong.append(f"{key} stands otherwise than its history says")
    if len(rows) != work.plots:
        wrong.append(f"{len(rows)} plots of {work.plots}")
    return wrong


def figures(work: Round, ran: Ran, alone: Ran) -> dict[str, object]:
    """Return what is printed."""
    took = sorted(1000 * one for editor in ran.editors for one in editor.took)
    at = statistics.quantiles(took, n=100, method="inclusive")
    (single,) = alone.editors
    return {
        **{k: value for k, value in asdict(work).items() if k not in {"store", "workspace"}},
        "database": work.store.partition(":")[0] if "://" in work.store else "GeoPackage",
        "alone_median_ms": round(1000 * statistics.median(single.took), 1),
        "alone_processor_ms": round(1000 * alone.processor / len(single.took), 2),
        "seconds": round(ran.seconds, 1),
        "edits_per_second": round(work.edits / ran.seconds, 1),
        "median_ms": round(at[49], 1),
        "p95_ms": round(at[94], 1),
        "p99_ms": round(at[98], 1),
        "slowest_ms": round(took[-1], 1),
        "conflicts": sum(editor.conflicts for editor in ran.editors),
        "processor_ms_an_edit": round(1000 * ran.processor / work.edits, 2),
        "load_average": round(os.getloadavg()[0], 1),
    }


def main() -> int:
    asked = argparse.ArgumentParser(description="many editors of one ledger")
    asked.add_argument("--store", default="")
    asked.add_argument("--editors", type=int, default=50)
    asked.add_argument("--edits", type=int, default=10_000)
    asked.add_argument("--plots", type=int, default=500)
    asked.add_argument("--pause", type=float, default=0.0)
    asked.add_argument("--threads", action="store_true")
    asked.add_argument("--json", action="store_true")
    said = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="ledger-benchmark-") as folder:
        store = said.store or str(Path(folder))
        work = Round(store, said.editors, said.edits, said.plots, said.pause, said.threads)
        alone = run(work.alone)
        ran = run(work)
        found = figures(work, ran, alone)
        wrong = check(work.alone, alone.editors) + check(work, ran.editors)
    if said.json:
        print(json.dumps({**found, "wrong": wrong}))
    else:
        for name, value in found.items():
            print(f"  {name:22}{value}")
        print("  nothing lost, the history replays to what stands" if not wrong else "")
    for one in wrong[:20]:
        print(f"WRONG: {one}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
