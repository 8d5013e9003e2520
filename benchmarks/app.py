"""The app in Debian's Chromium, beside st_folium with the same plots: the times a user feels.

    python benchmarks/app.py [--repeat 5] [--only open,draw,filter,pan,sessions] [--visitors 20]

Cities of 300, 10,000 and 100,000 plots are made (``app_city.py``) and served, each by a process
of its own. Everything is timed inside the page, from the event that starts it (the last corner of
a polygon, the choice of a filter, opening the address) to the frame in which the result stands,
in one browser window of 1366 x 768 that knows no outside name. Medians of the repeats, of one run.

open      the address is opened on a warm server → the first map is painted; first by a browser
          that was never there, then again by the same browser, as on any other day
draw      a polygon is closed → its area, as the server measures it, stands on the map
filter    a filter is chosen → the map has been painted with it and the table's rows are fewer
pan       frames while the map is dragged about at county scale, at 1:60,000 and near
sessions  twenty visitors without browsers walk through the pages at once, and one Chromium
          (``app_sessions.py``)

st_folium stands beside where it can. It is not needed by the product; a folder outside the
checkout holds it, and what it would otherwise load from four hosts:

    .venv/bin/pip install --no-deps --target beside streamlit-folium==0.27.4
    cd beside && npm install leaflet@1.9.3 leaflet-draw@1.0.2
    python benchmarks/app.py --beside beside

A load above half a core at the start, from other work, is printed: the figures are then upper
bounds.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app_city import make_city
from app_sessions import tell, walk_through
from measure import machine
from playwright.sync_api import Browser, Page, Route, sync_playwright

from platforms.app.server import command

SIZES = (300, 10_000, 100_000)
BESIDE_MOST = 10_000
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")  # fmt: skip # noqa: E501
WINDOW = {"width": 1366, "height": 768}
MAP = "document.querySelector('[data-platforms-map]')?.platformsMap"
# what the first table says below it: its own count for readers of the screen comes 200 ms later
ROWS = (
    "Number([...document.querySelectorAll('[data-testid=stCaptionContainer]')]"
    ".map((foot) => foot.innerText.match(/^([\\d,]+) 行/)).find(Boolean)?.[1].replaceAll(',', ''))"
)
DONE = ".stApp[data-test-script-state=notRunning]"
LONGEST_MS = 180_000
BUSY = 0.5
ZOOMS = (None, 13, 15.5)
FRAMES = """() => { window.frames_ms = []; let last = 0;
  const tick = (t) => { if (last) window.frames_ms.push(t - last); last = t;
    if (window.frames_ms) requestAnimationFrame(tick); };
  requestAnimationFrame(tick); }"""
# resolves with the milliseconds from the last event of a kind to the frame that shows the result
SINCE = """([kind, done]) => { const shown = new Function('return ' + done); let from = null;
  window.since = new Promise((told) => {
    addEventListener(kind, () => { from = performance.now(); }, true);
    setTimeout(() => told(-1), 60_000);
    const look = () => { if (from !== null && shown()) told(performance.now() - from);
      else requestAnimationFrame(look); };
    requestAnimationFrame(look); }); }"""


@contextmanager
def serve(argv: Callable[[int], list[str]], folder: Path, **env: str) -> Iterator[tuple[str, int]]:
    """Run a server; yield its address and process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    with (folder / f"log-{port}").open("wb") as log:
        server = subprocess.Popen(
            argv(port), cwd=folder, stdout=log, stderr=log, env={**os.environ, **env}
        )
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()  # noqa: S310
                    break
                except OSError:
                    time.sleep(0.1)
            yield url, server.pid
        finally:
            server.terminate()
            server.wait(20)


@contextmanager
def visit(browser: Browser, beside: Path | None = None) -> Iterator[Page]:
    """Open a page in a session of its own."""
    context = browser.new_context(viewport=WINDOW)
    context.set_default_timeout(LONGEST_MS)
    if beside is not None:
        context.route(re.compile(r"^https://"), lambda route: answer(route, beside))
    try:
        yield context.new_page()
    finally:
        context.close()


def answer(route: Route, beside: Path) -> None:
    """Give st_folium's page what it asks of other hosts, from the folder beside, or nothing."""
    name = route.request.url.rsplit("/", 1)[-1]
    found = next(beside.glob(f"node_modules/*/dist/{name}"), None)
    if found is None:
        route.fulfill(body="")
    else:
        route.fulfill(path=found)


def opened(page: Page, url: str) -> float:
    """Open the app and return the milliseconds to its first map."""
    start = time.perf_counter()
    page.goto(url)
    page.wait_for_function(f"{MAP}?.probe()?.paints > 0")
    return (time.perf_counter() - start) * 1000


def settle(page: Page) -> None:
    page.wait_for_selector(DONE)
    page.wait_for_timeout(800)


def after_enter(page: Page, shown: str) -> float:
    """Press Enter; milliseconds to the frame in which an expression holds."""
    page.evaluate(SINCE, ["keydown", shown])
    page.keyboard.press("Enter")
    took: float = page.evaluate("window.since")
    if took < 0:
        msg = f"nothing was shown within a minute: {shown}"
        raise TimeoutError(msg)
    return took


def drawn(page: Page) -> float:
    """Draw a polygon on the app's map; milliseconds from Enter to the official area."""
    page.evaluate(f"{MAP}.leaflet.setView([28.13, 120.96], 15, {{animate: false}})")
    page.wait_for_timeout(800)
    area = page.locator(".pm-root").bounding_box()
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] * 0.4
    page.click("button.pm-tool[aria-label^=绘制]")
    for dx, dy in ((-60, -40), (60, -40), (60, 40), (-60, 40)):
        page.mouse.click(x + dx, y + dy)
        page.wait_for_timeout(80)
    shown = "document.querySelector('.pm-draw:not([hidden]) .pm-tag-official')"
    return after_enter(page, shown)


def filtered(page: Page) -> float:
    """Choose a verdict; milliseconds from Enter to fewer plots on the map and in the table."""
    held, paints = page.evaluate(ROWS), page.evaluate(f"{MAP}.probe().paints")
    page.locator(".st-key-filter-verdict input").click()
    page.wait_for_timeout(300)
    shown = (
        f"document.querySelector('.ip-left') && {ROWS} < {held} && {MAP}.probe().paints > {paints}"
        " && document.querySelector('[data-testid=stDataFrame] canvas')"
    )
    return after_enter(page, shown)


def panned(page: Page, zoom: float | None) -> list[float]:
    """Drag the map about and return the milliseconds of each frame."""
    if zoom is not None:
        page.evaluate(f"{MAP}.leaflet.setView([28.15, 121.0], {zoom}, {{animate: false}})")
    page.wait_for_timeout(2500)
    area = page.locator(".pm-root").bounding_box()
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    page.evaluate(FRAMES)
    for dx, dy in ((-9, -3), (9, 3), (-6, 5), (6, -5)):
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(30):
            page.mouse.move(x + dx * step, y + dy * step)
            page.wait_for_timeout(12)
        page.mouse.up()
        page.wait_for_timeout(350)
    return page.evaluate("(() => { const all = frames_ms; frames_ms = null; return all; })()")


def beside_opened(page: Page, url: str) -> float:
    start = time.perf_counter()
    page.goto(url)
    page.locator("iframe").first.wait_for()
    frame = next(f for f in page.frames if f.parent_frame)
    frame.wait_for_function(
        "window.map && document.querySelector('canvas, path.leaflet-interactive')"
    )
    return (time.perf_counter() - start) * 1000


def beside_drawn(page: Page) -> float:
    """Draw on st_folium's map; milliseconds from the closing click to the area below."""
    frame = next(f for f in page.frames if f.parent_frame)
    frame.click("a.leaflet-draw-draw-polygon")
    box = page.locator("iframe").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 200
    corners = ((-60, -40), (60, -40), (60, 40), (-60, 40), (-60, -40))
    for dx, dy in corners:
        page.wait_for_timeout(150)
        start = time.perf_counter()
        page.mouse.click(x + dx, y + dy)
    page.wait_for_selector(".drawn")
    return (time.perf_counter() - start) * 1000


def say(what: str, times: list[float]) -> float:
    middle = statistics.median(times)
    every = ", ".join(f"{t:,.0f}" for t in times)
    print(f"{what:<46} {middle:>9,.0f} ms   ({every})", flush=True)
    return middle


def app_times(browser: Browser, url: str, count: int, only: set[str], repeat: int) -> dict:
    """Take the times of one city and return their medians by name."""
    found: dict[str, float] = {}
    with visit(browser) as page:  # warms the server, as the first visitor of the day does
        opened(page, url)
        settle(page)
    takes: dict[str, list[float]] = {}
    for _ in range(repeat):
        with visit(browser) as page:
            takes.setdefault("open", []).append(opened(page, url))
            settle(page)
            if "draw" in only:
                takes.setdefault("draw", []).append(drawn(page))
            page.goto("about:blank")
            takes.setdefault("open again", []).append(opened(page, url))
        if "filter" in only and count >= BESIDE_MOST:
            with visit(browser) as page:
                opened(page, url)
                settle(page)
                takes.setdefault("filter", []).append(filtered(page))
    for name, times in takes.items():
        found[name] = say(f"{name}, {count:,} plots", times)
    if "pan" in only and count == SIZES[-1]:
        with visit(browser) as page:
            opened(page, url)
            settle(page)
            for zoom in ZOOMS:
                frames = [f for _ in range(repeat) for f in panned(page, zoom)]
                worst = sorted(frames)[-5:]
                print(
                    f"pan, {count:,} plots, zoom {zoom or 'county':<24} "
                    f"median {statistics.median(frames):.0f} ms, "
                    f"five worst of {len(frames):,}: {', '.join(f'{w:.0f}' for w in worst)} ms"
                )
    return found


def beside_times(browser: Browser, folder: Path, home: Path, count: int, repeat: int) -> dict:
    """Take st_folium's times with the plots of one city."""
    script = str(Path(__file__).with_name("app_beside.py"))
    plots = str(home / "layers" / "sample_plots.gpkg")

    def argv(port: int) -> list[str]:
        flags = ["--server.headless=true", f"--server.port={port}", "--browser.gatherUsageStats=false"]  # fmt: skip # noqa: E501
        return [sys.executable, "-m", "streamlit", "run", script, *flags, "--", plots]

    opens, draws = [], []
    with serve(argv, home, PYTHONPATH=str(folder.resolve())) as (url, _):
        for turn in range(repeat + 1):
            with visit(browser, folder) as page:
                took = beside_opened(page, url)
                settle(page)
                # the first visitor pays for reading the file
                if turn:
                    opens.append(took)
                    draws.append(beside_drawn(page))
    return {
        "open": say(f"open, {count:,} plots, st_folium", opens),
        "draw": say(f"draw, {count:,} plots, st_folium", draws),
    }


def sessions(city: str, folder: Path, visitors: int) -> None:
    """Let visitors walk through the app at once; print waits, errors, the server's memory."""
    with serve(lambda port: command(port, city), folder) as (url, pid):
        # as late as the server says that it is well, it warms itself
        before = spent(pid)
        walk, seen = walk_through(CHROMIUM, ARGUMENTS, url, visitors)
        cores = spent(pid) - before
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    sizes = dict(re.findall(r"(VmHWM|VmRSS):\s+(\d+) kB", status))
    peak, now = (int(sizes[name]) / 1024 for name in ("VmHWM", "VmRSS"))
    print(
        f"{visitors} visitors at once, without browsers (protocol clients: the server's own time), "
        f"and 1 Chromium on the same cores"
    )
    tell(f"{visitors} visitors", walk)
    tell("1 Chromium", seen)
    acts = len(walk.waits) + len(walk.first) + len(seen.waits) + len(seen.first)
    print(f"server: {1000 * cores / max(acts, 1):.0f} ms of processor an act, warming included; ")
    print(f"        memory at most {peak:,.0f} MiB, {now:,.0f} MiB at the end")


def spent(pid: int) -> float:
    """Return the seconds of processor that a process has used."""
    told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", default="open,draw,filter,pan,sessions")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--beside", type=Path)
    given = parser.parse_args()
    only = set(given.only.split(","))
    machine()
    load = os.getloadavg()[0]
    print(f"load at the start {load:.1f}{', A BUSY MACHINE' if load > BUSY else ''}")
    beside = given.beside if given.beside and (given.beside / "streamlit_folium").is_dir() else None
    if beside is None:
        print("st_folium is not beside (see the head of this file): its column is left out")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        alone(folder, given, only, beside)
        if "sessions" in only:
            # after the other browser: its loop and theirs exclude each other
            sessions("yueqing", folder, given.visitors)


def alone(folder: Path, given: argparse.Namespace, only: set[str], beside: Path | None) -> None:
    """Take the times of one visitor, city by city."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        print(f"Chromium {browser.version}")
        cities = [("yueqing", 1_251)] if "open" in only else []
        cities += [(str(make_city(n, folder)), n) for n in map(int, given.sizes.split(",")) if n]
        for city, count in cities:
            with serve(lambda port, city=city: command(port, city), folder) as (url, _):
                asked = only if city != "yueqing" else {"open"}
                ours = app_times(browser, url, count, asked, given.repeat)
            if beside and city != "yueqing" and count <= BESIDE_MOST:
                theirs = beside_times(browser, beside, Path(city), count, given.repeat)
                for what in theirs.keys() & ours.keys():
                    ratio = theirs[what] / ours[what]
                    print(f"{what}, {count:,} plots: st_folium takes {ratio:.1f} times as long")
        browser.close()


if __name__ == "__main__":
    main()
