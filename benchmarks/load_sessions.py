"""Memory that a visit takes at the server: one that only looks, and one that gave a file.

    python benchmarks/load_sessions.py [--sessions 10]

A server of the example is started and walked through once. Then so many visitors without browsers
(``session_client.py``) open the app and stay; then each opens the page of plots; then each gives a
file of twenty plots of their own. Memory is PSS of the server's process before and after each
step, divided by the visitors. Nobody leaves meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from pathlib import Path

from load import fill, first_visit
from load_people import small_files
from load_servers import serve
from load_watch import pss
from measure import machine
from session_client import Visitor
from session_files import EACH, fetch

PATIENCE_S, SETTLES_S = 600.0, 3.0


def main() -> int:
    """Print MiB a visit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=10)
    count = parser.parse_args().sessions
    # who is told to stop takes the server along
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    machine()
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "store")
        fill(store)
        with serve(Path(folder), store) as running:
            asyncio.run(_visits(running.url, running.pids[0], count))
    return 0


async def _visits(url: str, pid: int, count: int) -> None:
    await first_visit(url)
    visitors = [Visitor(url, patience=PATIENCE_S) for _ in range(count)]
    before = _settled(pid)
    print(
        f"{count} visits; the server after a walk through all pages {before:,.0f} MiB", flush=True
    )

    def tell(what: str) -> None:
        nonlocal before
        now = _settled(pid)
        print(f"{what:<32}{(now - before) / count:8.1f} MiB a visit, {now:,.0f} in all", flush=True)
        before = now

    for visitor in visitors:
        cookies, _ = await asyncio.to_thread(fetch, url, EACH)
        await visitor.open(cookies)
    tell("opened the map, and stays")
    for visitor in visitors:
        await visitor.go("plots")
    tell("opened the page of plots")
    for visitor, file in zip(visitors, small_files(count), strict=True):
        await visitor.give("file-*", "plots.gpkg", file)
    tell("gave a file of twenty plots")
    for visitor in visitors:
        await visitor.close()


def _settled(pid: int) -> float:
    time.sleep(SETTLES_S)
    return pss(pid)


if __name__ == "__main__":
    sys.exit(main())
