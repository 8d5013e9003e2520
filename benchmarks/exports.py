"""What leaves the building: pages and a workbook of up to 100,000 plots, with folium.

    python benchmarks/exports.py [--repeat 5] [--browser] [--folium-max 20000]

Each export is made by a process of its own, from a run that this process holds already; the
processor time (user and system) of making it is printed beside the clock's, because only the
first means the same on a busy machine, and how much its peak memory rose above the run's.

page      the map document of a run, and the HTML file: size, seconds
folium    the same plots with the same columns in a tooltip, as folium writes them
workbook  ledger.xlsx of the same run; the review of land, which `platforms run` has made for
          the GeoPackage before, is timed on a line of its own
browser   (--browser) the file is opened in Chromium, in which no outside name resolves, until the
          first map is painted; then frames while the map is dragged about. Medians of the repeats.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import folium
from app_city import make_city
from measure import machine
from playwright.sync_api import sync_playwright

import app
import platforms as ip
from app import ARGUMENTS, CHROMIUM, WINDOW

MIB = 1024
# what each is to keep within: MB, seconds to build, milliseconds to the first map
TARGETS = {"example": (1.2, 2, 1000), "20,000": (3, 5, 1500), "100,000": (8, 10, 2000)}
BOOK_SECONDS, BOOK_MIB, FRAME_MS = 20, 1000, 17
HOST = "document.querySelector('#platforms-map')?.platformsMap"
# the page's policy forbids to evaluate text in it; milliseconds since the file was opened
PAINTED = f"""() => new Promise((told) => {{
  const look = () => ({HOST}?.probe()?.paints > 0 ? told(performance.now())
    : requestAnimationFrame(look));
  look(); }})"""
SHOWN = ("plot_id", "name", "firm_name", "industry", "verdict", "reason", "area_mu", "area_m2")


def timed(work: Callable[[], object]) -> dict[str, float]:
    """Return processor and wall seconds of some work, and MiB that the peak rose by."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    work()
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    rose = (after.ru_maxrss - before.ru_maxrss) / MIB
    return {"busy": busy, "wall": wall, "rose": rose, "peak": after.ru_maxrss / MIB}


def by_folium(plots: object, path: Path) -> None:
    """Write the plots as folium's users do."""
    chart = folium.Map(location=[28.15, 121.0], zoom_start=11, tiles=None, prefer_canvas=True)
    shown = plots[[*(name for name in SHOWN if name in plots), "geometry"]]
    fields = [name for name in SHOWN if name in shown]
    folium.GeoJson(shown, tooltip=folium.GeoJsonTooltip(fields=fields)).add_to(chart)
    chart.save(path)


def child(what: str, city: str, path: Path) -> None:
    """Make one export and print what it took."""
    ws = ip.Workspace.open(city)
    run = ip.run(ws)
    told: dict[str, object] = {}
    if what == "page":
        told = timed(lambda: ip.save_html(ip.run_document(run), path))
    elif what == "workbook":
        told = {"land": timed(lambda: run.land)["busy"]}
        told |= timed(lambda: ip.save_workbook(run, path))
    else:
        told = timed(lambda: by_folium(run.plots, path))
    told["mb"] = path.stat().st_size / 1e6
    print(json.dumps(told))


def made(what: str, city: str, path: Path) -> dict[str, float]:
    """Make one export in a process of its own."""
    command = [sys.executable, __file__, "--child", what, "--city", city, "--out", str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def share(value: float, most: float) -> str:
    return f"{value / most:6.0%} of {most:g}{'' if value <= most else '  TOO MUCH'}"


def pages(name: str, city: str, folder: Path, repeat: int, *, beside: bool) -> Path:
    """Print size and seconds of a page, and of folium's beside it."""
    path = folder / f"{name}.html"
    turns = [made("page", city, path) for _ in range(repeat)]
    busy = statistics.median(turn["busy"] for turn in turns)
    wall = statistics.median(turn["wall"] for turn in turns)
    size, rose = turns[0]["mb"], max(turn["rose"] for turn in turns)
    most_mb, most_s, _ = TARGETS.get(name, (float("inf"), float("inf"), 0))
    print(f"\n{name} plots as HTML, {repeat} times")
    print(f"  size       {size:8.2f} MB   {share(size, most_mb)}")
    print(f"  build      {busy:8.2f} s    {share(busy, most_s)}   (by the clock {wall:.2f} s)")
    print(f"  memory     {rose:8.0f} MiB more than the run")
    if beside:
        other = made("folium", city, folder / f"{name}-folium.html")
        print(f"  folium     {other['mb']:8.2f} MB, {other['busy']:.2f} s: ", end="")
        print(f"{other['mb'] / size:.1f} times the size, {other['busy'] / busy:.1f} times the time")
    return path


def workbook(name: str, city: str, folder: Path, repeat: int) -> None:
    """Print seconds and memory of the ledger."""
    turns = [made("workbook", city, folder / f"{name}.xlsx") for _ in range(repeat)]
    busy, wall, land = (
        statistics.median(turn[one] for turn in turns) for one in ("busy", "wall", "land")
    )
    rose, peak = (max(turn[one] for turn in turns) for one in ("rose", "peak"))
    print(f"\n{name} plots as a workbook, {repeat} times, {turns[0]['mb']:.1f} MB")
    print(
        f"  build      {busy:8.2f} s    {share(busy, BOOK_SECONDS)}   (by the clock {wall:.2f} s)"
    )
    print(f"  memory     {rose:8.0f} MiB more than the run and its land review")
    print(f"  peak       {peak:8.0f} MiB  {share(peak, BOOK_MIB)} (with the run itself)")
    print(f"  land       {land:8.2f} s    the review of land before it")


def in_browser(files: dict[str, Path], repeat: int) -> None:
    """Print the time to the first map and the frames while it is dragged."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        print(f"\nChromium {browser.version}, {repeat} times")
        for name, path in files.items():
            first, frames = [], []
            for _ in range(repeat):
                context = browser.new_context(viewport=WINDOW, offline=True)
                page = context.new_page()
                page.set_default_timeout(120_000)
                page.goto(path.as_uri(), wait_until="commit")
                first.append(page.evaluate(PAINTED))
                frames += app.panned(page, None)
                context.close()
            middle, most = statistics.median(first), TARGETS.get(name, (0, 0, float("inf")))[2]
            print(f"  {name:10} first map {middle:7,.0f} ms  {share(middle, most)}")
            pan = statistics.median(frames)
            count = f"median of {len(frames):,}"
            print(f"  {'':10} pan       {pan:7.1f} ms  {share(pan, FRAME_MS)}, {count}")
        browser.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="20000,100000")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--browser", action="store_true")
    parser.add_argument("--folium-max", type=int, default=100_000)
    for hidden in ("--child", "--city", "--out"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child, given.city, Path(given.out))
        return
    machine()
    print(f"folium {folium.__version__}; load at the start {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {"example": pages("example", "yueqing", folder, given.repeat, beside=True)}
        sizes = [int(size) for size in given.sizes.split(",") if size]
        for count in sizes:
            city, shown = str(make_city(count, folder)), f"{count:,}"
            files[shown] = pages(
                shown, city, folder, given.repeat, beside=count <= given.folium_max
            )
            if count == sizes[-1]:
                workbook(shown, city, folder, given.repeat)
        if given.browser:
            in_browser(files, given.repeat)


if __name__ == "__main__":
    main()
