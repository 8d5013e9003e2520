"""A layer of more plots than one map carries: tiles, memory, and frames while one moves about.

    python benchmarks/tiles.py [--plots 600000] [--store file|server|FILE.gpkg|postgresql://…]

The plots are made up: up to 42 m across and close together over the whole county, their verdicts
by chance, other from place to place. The map is the app's own component on a page without
anything else, its plots answered for by the app's own routes in a process of their own.

With ``--store`` the plots are taken into a store first (``file``: a GeoPackage of its own,
``server``: a PostGIS cluster of its own, both thrown away) and the tiles read them from there; an
address or a file that is there already is used as it is and gets nothing.

kept     processor seconds to take the plots in, with ``--store``
made     processor seconds to sort the plots and make the document with its sums, and its size
tile     processor milliseconds and kB of an answer, by zoom, where plots are; nothing is cached
find     processor milliseconds of a search that finds nothing, which looks at all plots
frames   milliseconds of each frame while the map is dragged about at four scales, with all tiles
         new to the browser; and how long after the last drag all of it stood there
memory   of the serving process, with all plots

Figures of a machine that does other work are upper bounds; its load is printed.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import measure
import numpy as np
import pandas as pd
import shapely
import uvicorn
from measure import CRS, machine, make_plots
from playwright.sync_api import Page, sync_playwright
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

import platforms as ip
from app import ARGUMENTS, CHROMIUM, FRAMES, MAP, WINDOW
from platforms.app.plots.serving import ROUTES, PlotService
from platforms.outputs.maps.city_sheet import city_sheet, town_ground
from platforms.outputs.maps.map_document import MapDocument, map_document
from platforms.outputs.maps.map_parts import Column, MapLayer
from platforms.outputs.maps.tiled.plot_tiles import PlotTiles
from platforms.store.cluster import start_cluster, stop_cluster

GAP_M = 44.0
KNOWN = 0.92
VERDICTS = ("low_efficiency", "not", "unknown")
ZOOMS = (10.0, 12.0, 14.0, 15.5)
LONGEST_MS = 120_000
PAGE = """<!doctype html><meta charset="utf-8"><body style="margin:0"><script type="module">
import map from "/component.js";
const data = await (await fetch("/data")).json();
map({parentElement: document.body, data, setTriggerValue() {}});
</script><link rel="stylesheet" href="/runtime.css">"""


def made_up(count: int) -> gpd.GeoDataFrame:
    """Return plots with id, name, firm, verdict and area, EPSG:4490."""
    measure.GAP_M = GAP_M
    shapes = make_plots(count)
    rng = np.random.default_rng(5)
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    # some square kilometres are worse than others
    place = np.abs(np.sin(middle[:, 0] // 1500 * 12.9898 + middle[:, 1] // 1500 * 78.233)) ** 2
    chance = rng.uniform(size=count)
    kind = np.where(chance < 0.6 * place, 0, np.where(chance > KNOWN, 2, 1))
    area = np.round(shapely.area(shapes), 2)
    number = pd.Series(np.arange(1, count + 1)).map("{:07d}".format)
    return gpd.GeoDataFrame(
        {
            "plot_id": "T-" + number,
            "name": "示例地块 " + number,
            "firm_name": "示例企业 " + number,
            "verdict": np.array(VERDICTS)[kind],
            "area_m2": area,
            "area_mu": area * 0.0015,
        },
        geometry=gpd.GeoSeries(shapes, crs=CRS).to_crs(4490),
        crs=4490,
    )


def made(plots: gpd.GeoDataFrame) -> MapDocument:
    """Return the document of plots over the towns of the example."""
    city = ip.Workspace.open("yueqing")
    words = {"low_efficiency": "低效", "not": "非低效", "unknown": "情况不明"}
    columns = [
        Column(name="plot_id", title="编号"),
        Column(name="name", title="名称", role="title"),
        Column(name="firm_name", title="企业"),
        Column(name="verdict", title="结论", type="category", labels=words),
        Column(name="area_mu", title="面积", unit="亩", type="number", digits=2),
        Column(name="area_m2", title="面积", unit="m²", type="number", digits=2),
    ]
    layer = MapLayer(
        name="plots", title="工业地块", frame=plots, key="plot_id", columns=columns,
        sample=True, tiled=True,
    )  # fmt: skip
    sheet = city_sheet(city, title="大图层", subtitle="示例")
    return map_document([*town_ground(city), layer], sheet)


def fill(count: int, place: str) -> None:
    """Take made-up plots into a store."""
    plots = made_up(count)
    store = ip.open_store("yueqing", place)
    start = time.process_time()
    part = max(1, count // 6)
    for first in range(0, count, part):
        store.plots.take(plots.iloc[first : first + part], by="benchmark")
    print(f"kept     {time.process_time() - start:.1f} s, {count:,} plots", flush=True)


def serve(count: int, port: int, place: str) -> None:
    """Answer for a page with the map and for its plots, at hand or in a store."""
    if place:
        city = ip.Workspace.open("yueqing")
        store = ip.open_store(city, place)
        start = time.process_time()
        document = ip.store_map(store, city).document
    else:
        plots = made_up(count)
        start = time.process_time()
        document = made(plots)
    took = time.process_time() - start
    service = PlotService()
    services = {
        name: {"path": service.hold(one), "of": document.id, "left": None,
               "fingerprint": one.fingerprint}
        for name, one in document.tiles.items()
    }  # fmt: skip
    script, css = ip.runtime_assets("component")
    data = {"id": document.id, "document": document.content, "height": 768, "services": services}
    print(f"{took:.1f}", len(document.to_json()) // 1024, flush=True)
    tiles = document.tiles["plots"]
    routes = [
        Route("/", lambda _: HTMLResponse(PAGE)),
        Route("/data", lambda _: JSONResponse(data)),
        Route("/component.js", lambda _: Response(script, media_type="text/javascript")),
        Route("/runtime.css", lambda _: Response(css, media_type="text/css")),
        Route("/answers", lambda _: JSONResponse(answers(tiles))),
        *ROUTES,
    ]
    uvicorn.run(Starlette(routes=routes), port=port, log_level="warning")


def address(lon: float, lat: float, z: int) -> tuple[int, int]:
    sine = math.sin(math.radians(lat))
    v = 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    return int((lon + 180) / 360 * 2**z), int(v * 2**z)


def answers(tiles: PlotTiles) -> dict[str, list[float]]:
    """Return milliseconds, kB, plots and those shown singly of tiles by zoom; and of a search."""
    chance = np.random.default_rng(4)
    boxes = tiles.index.boxes
    told: dict[str, list[float]] = {}
    for z in range(8, 18):
        seen = {
            address((b[0] + b[2]) / 2, (b[1] + b[3]) / 2, z)
            for b in (boxes[n] for n in chance.integers(0, len(boxes), 20))
        }
        rows = []
        for x, y in seen:
            start = time.process_time()
            sent = tiles.packed(z, x, y)
            spent = (time.process_time() - start) * 1000
            found = tiles.tile(z, x, y)
            rows.append((spent, len(sent) / 1024, found.plots, found.shown))
        columns = list(zip(*rows, strict=True))
        told[str(z)] = [statistics.median(columns[0]), max(columns[0])]
        told[str(z)] += [statistics.median(one) for one in columns[1:]]
    start = time.process_time()
    tiles.find("没有这样的地块")
    told["find"] = [(time.process_time() - start) * 1000]
    return told


def moved(page: Page, zoom: float) -> tuple[list[float], float, dict]:
    """Drag the map about; return the frames, the time until all stood there, and what stood."""
    page.evaluate(f"{MAP}.leaflet.setView([28.12, 120.98], {zoom}, {{animate: false}})")
    whole(page)
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
    frames = page.evaluate("(() => { const all = frames_ms; frames_ms = null; return all; })()")
    start = time.perf_counter()
    whole(page)
    return frames, (time.perf_counter() - start) * 1000, page.evaluate(f"{MAP}.probe()")


def whole(page: Page) -> None:
    page.wait_for_timeout(100)
    page.wait_for_function(
        f"(p => p?.paints > 0 && p.pending === 0 && p.large.plots.loading === 0)({MAP}?.probe())"
    )


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--plots", type=int, default=600_000)
    given.add_argument("--serve", type=int, default=0)
    given.add_argument("--pictures", type=Path)
    given.add_argument("--store", default="")
    asked = given.parse_args()
    if asked.serve:
        serve(asked.plots, asked.serve, asked.store)
        return
    machine()
    with stored(asked.store, asked.plots) as place:
        measured(asked.plots, place, asked.pictures)


@contextmanager
def stored(named: str, count: int) -> Iterator[str]:
    """Yield the place of a store with the plots; empty for plots at hand."""
    if named not in {"file", "server"}:
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="tiles-") as folder:
        if named == "file":
            place = f"{folder}/plots.gpkg"
            fill(count, place)
            yield place
            return
        # the server's own user has to reach it
        Path(folder).chmod(0o755)
        cluster = start_cluster(f"{folder}/cluster", hasty=True)
        try:
            fill(count, cluster.address)
            yield cluster.address
        finally:
            stop_cluster(f"{folder}/cluster")


def measured(count: int, place: str, pictures: Path | None) -> None:
    """Start the server and print what it takes."""
    print(f"load {os.getloadavg()[0]:.1f}", f"{count:,} plots", flush=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    argv = [sys.executable, __file__, "--plots", str(count), "--serve", str(port)]
    argv += ["--store", place] if place else []
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as server:
        try:
            seconds, size = (server.stdout.readline() if server.stdout else "").split()
            print(f"made     {seconds} s, document {size} kB", flush=True)
            report(f"http://127.0.0.1:{port}", server.pid, pictures)
        finally:
            server.terminate()


def report(url: str, pid: int, pictures: Path | None) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{url}/", timeout=1).close()  # noqa: S310 our own server
            break
        except OSError:
            time.sleep(0.1)
    with urllib.request.urlopen(f"{url}/answers") as told:  # noqa: S310
        for name, values in json.load(told).items():
            print(f"{'tile' if name != 'find' else ''} {name:>4}  ", end="")
            print("  ".join(f"{value:,.1f}" for value in values), flush=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page(viewport=WINDOW)
        page.set_default_timeout(LONGEST_MS)
        page.goto(url)
        whole(page)
        for zoom in ZOOMS:
            frames, late, seen = moved(page, zoom)
            ordered = sorted(frames)
            print(
                f"frames   zoom {zoom}: median {statistics.median(frames):.0f}, 95 % "
                f"{ordered[int(0.95 * len(ordered))]:.0f}, longest {ordered[-1]:.0f} ms; whole "
                f"after {late:.0f} ms; held {seen['layers']['plots']['held']:,}; "
                f"{seen['large']['plots']['note']}",
                flush=True,
            )
            if pictures:
                page.screenshot(path=pictures / f"tiles-{zoom}.png")
        browser.close()
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    held = {
        line.split(":")[0]: int(line.split()[1]) for line in status.splitlines() if "kB" in line
    }
    print(f"memory   {held['VmRSS'] // 1024:,} MB, at most {held['VmHWM'] // 1024:,} MB")


if __name__ == "__main__":
    main()
