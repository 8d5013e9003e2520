"""Fifty people for ten minutes at one server: waits, errors, memory, and nothing lost.

    python benchmarks/load.py [--users 50] [--minutes 10] [--pause 30] [--patience 60] [--seed 1]
                              [--processes 2] [--store PLACE] [--json FILE]

``platforms serve`` is started on the example (1,251 plots) with a store of its own, on this
machine, twice behind nginx as ``deploy/`` has it (``--processes 1``: once, without), and people
without browsers (``session_client.py``) work at it: of ten, four planners, four land officers and
two presenters (``load_people.py``). They open tabs, look, filter, give a file, measure, change a
rule, leave out a limit, write in the ledger, keep scenarios, take maps and workbooks home, lose
their lines, close the tab and come back. Between two acts they look for ``--pause`` seconds in the
mean (exponential). The server and the people share the cores.

An act lasts from its sending to the end of the run that it began, the last message received; a
download until its last byte is there; opening from the first request for the page on. Before the
clock one visitor walks through all pages, as on a server that runs since the morning.

Errors are what a page shows as one, lost lines, answers of 400 and above, acts of over
``--patience`` seconds, and pages that lack what a script looks for. At the end every note that the
ledger accepted must stand in its history. Memory is compared as the medians of the second and of
the last minute.

The aims: no error, nothing lost, 95 of 100 acts under 3 s, memory at most 10 % more in the last
minute than in the second. Ends with 1 where one is missed.

``--store`` is a folder (default one that is thrown away) or ``postgresql://…``, which is
written to.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from load_people import Log, Person, small_files, work
from load_servers import CITY, STARTS_S, serve
from load_watch import Watch, spent
from measure import machine
from session_client import Visitor
from session_files import EACH, fetch, first_files

import platforms as ip

KINDS = ("planner", "officer", "planner", "officer", "presenter")
PAGES = ("parks", "plans", "plots", "rules", "land", "moves", "targets", "scenarios", "ledger",
         "exports", "map")  # fmt: skip
FILES = 40
LATE_S, GROWTH = 3.0, 0.10


def fill(store: str) -> None:
    """Have a ledger and two scenarios there, as in an office that works with it."""
    kept = ip.open_store(CITY, store)
    run = ip.run(ip.Workspace.open(CITY))
    kept.ledger.take(run, by="load")
    for name in ("first", "second"):
        kept.keep(ip.scenario_of(run, workspace=CITY), name=name, author="load", note="")


async def first_visit(url: str) -> float:
    """Be the first visitor of the day; return how long all pages took."""
    start, visitor = time.perf_counter(), Visitor(url, patience=STARTS_S)
    cookies, _ = await asyncio.to_thread(fetch, url, EACH)
    await visitor.open(cookies)
    for page in PAGES:
        await visitor.go(page)
    await visitor.close()
    return time.perf_counter() - start


async def _people(url: str, asked: argparse.Namespace, log: Log) -> None:
    files, plots = small_files(FILES), [f"SP-{n:04}" for n in range(1, 1201)]
    named = await asyncio.to_thread(first_files, url)
    log.began = time.perf_counter()
    with ThreadPoolExecutor(asked.users) as pool:
        everybody = [
            Person(
                f"用户{number:02}", url, random.Random(f"{asked.seed}-{number}"),  # noqa: S311
                asked.pause, log, pool, plots, files, asked.minutes * 60.0, asked.patience,
            )
            for number in range(asked.users)
        ]  # fmt: skip
        kinds = (KINDS[number % len(KINDS)] for number in range(asked.users))
        await asyncio.gather(
            *(work(who, kind, named) for who, kind in zip(everybody, kinds, strict=False))
        )


def lost(store: str, log: Log) -> list[str]:
    """Return what the ledger accepted and its history does not have."""
    history = ip.open_store(CITY, store).ledger.history()
    return sorted(set(log.accepted) - set(history["became"].astype(str)))


def load(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Let people work at a server; return what they met and what it took."""
    store = asked.store or str(folder / "store")
    fill(store)
    log = Log()
    with serve(folder, store, asked.processes) as running:
        # of each process, one after the other
        first = sum(asyncio.run(first_visit(url)) for url in running.each)
        before, own = sum(map(spent, running.pids)), time.process_time()
        with Watch(running.pids) as watch:
            asyncio.run(_people(running.url, asked, log))
        server = sum(map(spent, running.pids)) - before
        clients, took = time.process_time() - own, log.now
    said = running.log.read_text(encoding="utf-8")
    if "Traceback" in said:
        log.errors.append("server: a traceback in its log")
        print(said, file=sys.stderr)
    return told(log, watch, lost(store, log)) | {
        "first_visit_s": round(first, 1),
        "server_cores": round(server / took, 2),
        "server_s_an_act": round(server / max(len(log.acts), 1), 3),
        "client_cores": round(clients / took, 2),
        "load_average": [round(one, 1) for one in os.getloadavg()],
    }


def told(log: Log, watch: Watch, missing: list[str]) -> dict[str, Any]:
    """Return the figures, and which aims are met."""
    by: dict[str, list[float]] = {}
    for _, name, took in log.acts:
        by.setdefault(name, []).append(took)
    every = [took for _, _, took in log.acts]
    minutes = watch.minutes()
    # a short run has no second minute and no other one: it says nothing of growth
    growth = minutes[-1][0] / minutes[1][0] - 1 if len(minutes) > 2 else None  # noqa: PLR2004
    return {
        "visits": log.visits,
        "dropped_on_purpose": log.drops,
        "acts": len(every),
        "all": spread(every),
        "by_act": {name: spread(times) for name, times in sorted(by.items())},
        "errors": dict(Counter(log.errors)),
        "ledger_accepted": len(log.accepted),
        "ledger_conflicts": log.conflicts,
        "ledger_lost": missing,
        "memory_mib": {
            "minutes": [round(a) for a, _ in minutes],
            "minutes_server_alone": [round(b) for _, b in minutes],
            "peak": round(watch.peak),
            "growth": None if growth is None else round(growth, 3),
        },
        "aims": {
            "no error": not log.errors,
            "nothing lost": not missing,
            f"95 of 100 under {LATE_S:g} s": bool(every) and spread(every)["p95"] < LATE_S,
            f"memory at most {GROWTH:.0%} more": growth is None or growth <= GROWTH,
        },
    }


def spread(times: list[float]) -> dict[str, float]:
    """Return count, median, 95th percentile and longest."""
    many = sorted(times) or [0.0]
    late = many[min(len(many) - 1, int(0.95 * len(many)))]
    shown = {"median": statistics.median(many), "p95": late, "longest": many[-1]}
    return {"count": len(times), **{name: round(value, 3) for name, value in shown.items()}}


def show(found: Mapping[str, Any]) -> None:
    """Print the table."""
    print(f"{'act':<24}{'count':>7}{'median':>9}{'95 %':>9}{'longest':>9}   s")
    for name, row in [*found["by_act"].items(), ("ALL", found["all"])]:
        print(f"{name:<24}{row['count']:>7}" + "".join(
            f"{row[one]:>9.2f}" for one in ("median", "p95", "longest")))  # fmt: skip
    memory = found["memory_mib"]
    print(f"visits {found['visits']}, lines lost on purpose {found['dropped_on_purpose']}, "
          f"the first visitor's walk {found['first_visit_s']} s")  # fmt: skip
    print(f"ledger: accepted {found['ledger_accepted']}, met another "
          f"{found['ledger_conflicts']}, lost {len(found['ledger_lost'])}")  # fmt: skip
    print(f"memory by minute, MiB (PSS, all processes): {memory['minutes']}")
    print(f"memory by minute, MiB (the server alone):   {memory['minutes_server_alone']}")
    print(f"peak {memory['peak']} MiB, growth {memory['growth']}")
    print(f"processor: server {found['server_cores']} cores, "
          f"{found['server_s_an_act']} s an act; people {found['client_cores']}; "
          f"load average at the end {found['load_average']}")  # fmt: skip
    for error, count in found["errors"].items():
        print(f"ERROR {count} x {error}")
    for aim, met in found["aims"].items():
        print(f"{'met   ' if met else 'MISSED'} {aim}")


def asked(arguments: list[str] | None = None) -> argparse.Namespace:
    """Return what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--pause", type=float, default=30, help="mean seconds between two acts")
    parser.add_argument("--patience", type=float, default=60, help="seconds an act may take")
    parser.add_argument("--processes", type=int, default=2, choices=(1, 2))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", default="", help="folder or postgresql://…, written to")
    parser.add_argument("--json", type=Path, help="file for all figures")
    return parser.parse_args(arguments)


def main() -> int:
    """Print the table; 1 where an aim is missed."""
    given = asked()
    # who is told to stop takes the server along
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    machine()
    print(f"streamlit {version('streamlit')}; {given.users} people, {given.minutes:g} minutes, "
          f"mean pause {given.pause:g} s, patience {given.patience:g} s, seed {given.seed}, "
          f"{given.processes} processes, "
          f"store {'PostGIS' if '://' in given.store else 'GeoPackage'}", flush=True)  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        found = load(given, Path(folder))
    show(found)
    if given.json:
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0 if all(found["aims"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
