"""Reclaimable land of many plots, beside chained ``geopandas.overlay`` and rasterstats.

    python benchmarks/reclaim.py [--plots 100000] [--chain 100000] [--repeat 3] [--million]

Plots (12 vertices, inside the county of the example), five layers of 20,000 limits each (24
vertices, 20 to 120 m across, over each other and over the plots) and a land-cover raster of
10,000 x 10,000 cells of 10 m are made once and read before the clock starts; all are in
EPSG:4549. ``platforms`` is ``ip.reclaim``, official areas and issue rows included. The chain
cuts the plots with ``overlay(how="difference")`` layer after layer, then counts the cells of
what is left with ``rasterstats`` where that is installed (it is not needed by the product); it
gives areas in the plane only. Each turn is a process of its own, in turns A B A B; medians,
ratios and the memory of the largest process are printed. Both must leave the same land. Then
the growth with the number of plots. ``--chain`` gives the chain fewer plots and says so.
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
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from measure import GAP_M, VERTICES, machine, make_plots

import platforms as ip

CRS = "EPSG:4549"
LAYERS = 5
LIMITS = 20_000
CORNERS = 24
CELLS = 10_000
CELL_M = 10.0
CLAIM = "value in 3,4"
CLASSES = (3, 4)
GROWTH = (10_000, 100_000)
MILLION = 1_000_000


def make_limits(plots: np.ndarray, seed: int) -> np.ndarray:
    """Return ragged limits around plots drawn by lot."""
    rng = np.random.default_rng(seed)
    near = shapely.get_coordinates(shapely.centroid(plots[rng.integers(0, len(plots), LIMITS)]))
    centre = near + rng.uniform(-60, 60, (LIMITS, 2))
    angle = (np.arange(CORNERS) + rng.uniform(0, 0.9, (LIMITS, CORNERS))) * 2 * np.pi / CORNERS
    radius = rng.uniform(0.6, 1, (LIMITS, CORNERS)) * rng.uniform(10, 60, (LIMITS, 1))
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return shapely.polygons(np.round(centre[:, None] + ring, 3))


def make_million(count: int) -> np.ndarray:
    """Return plots of the county, again and again a little moved where it holds no more."""
    most = make_plots(min(count, MILLION // 10))
    copies = [
        shapely.transform(most, lambda xy, at=at: xy + np.array([at % 4, at // 4]) * GAP_M / 8)
        for at in range(-(-count // len(most)))
    ]
    return np.concatenate(copies)[:count]


def make_raster(path: Path, plots: np.ndarray) -> None:
    """Write land cover: patches of classes 1 to 5, without gaps."""
    import rasterio
    from rasterio.transform import from_origin

    west, south, east, north = shapely.total_bounds(plots)
    rng = np.random.default_rng(9)
    side = 20
    patches = rng.integers(1, 6, (CELLS // side, CELLS // side), dtype=np.uint8)
    values = patches.repeat(side, axis=0).repeat(side, axis=1)
    corner = from_origin(
        (west + east) / 2 - CELLS * CELL_M / 2, (south + north) / 2 + CELLS * CELL_M / 2,
        CELL_M, CELL_M,
    )  # fmt: skip
    with rasterio.open(
        path, "w", driver="GTiff", width=CELLS, height=CELLS, count=1, dtype="uint8", crs=CRS,
        transform=corner, tiled=True, compress="deflate", nodata=0,
    ) as out:  # fmt: skip
        out.write(values, 1)


def make(folder: Path, counts: list[int]) -> None:
    for count in sorted(counts):
        plots = make_million(count)
        gpd.GeoDataFrame(geometry=plots, crs=CRS).to_parquet(folder / f"plots{count}.parquet")
    every = make_plots(MILLION // 10)
    for number in range(LAYERS):
        limits = gpd.GeoDataFrame(geometry=make_limits(every, number), crs=CRS)
        limits.to_parquet(folder / f"layer{number}.parquet")
    make_raster(folder / "cover.tif", every)


def ours(
    plots: gpd.GeoDataFrame, layers: dict[str, gpd.GeoDataFrame], raster: Path | None
) -> float:
    """Return the share of the plots that is left."""
    limits: dict[str, object] = dict(layers)
    if raster is not None:
        limits["cover"] = ip.RasterLimit(ip.open_raster(raster), CLAIM)
    land = ip.reclaim(plots, limits)
    assert land["net_m2"].notna().all()
    return float(land["net_m2"].sum() / land["gross_m2"].sum())


def chain(
    plots: gpd.GeoDataFrame, layers: dict[str, gpd.GeoDataFrame], raster: Path | None
) -> float:
    """Return the share of the plots that is left."""
    left = plots
    deducted = []
    for layer in layers.values():
        before = left.area.sum()
        left = left.overlay(layer, how="difference")
        deducted.append(before - left.area.sum())
    net = left.area
    if raster is not None:
        from rasterstats import zonal_stats

        counts = zonal_stats(left, str(raster), categorical=True, all_touched=False)
        for at, classes in enumerate(counts):
            cells = sum(classes.values())
            claimed = sum(classes.get(one, 0) for one in CLASSES)
            net.iloc[at] *= 1 - claimed / cells if cells else 1.0
    return float(net.sum() / plots.area.sum())


def job(folder: Path, who: str, count: int, *, raster: bool) -> None:
    """Do one turn and print what it took."""
    plots = gpd.read_parquet(folder / f"plots{count}.parquet")
    layers = {f"l{n}": gpd.read_parquet(folder / f"layer{n}.parquet") for n in range(LAYERS)}
    work = {"platforms": ours, "chain": chain}[who]
    # libraries are loaded before the clock starts
    work(plots.iloc[:50], layers, folder / "cover.tif" if raster else None)
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    share = work(plots, layers, folder / "cover.tif" if raster else None)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"wall": wall, "busy": busy, "peak": peak_mb(), "share": share}))


def peak_mb() -> float:
    """Return the most memory of this process, MiB; that of its parent is not in it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return float(status.split("VmHWM:")[1].split()[0]) / 1024


def turn(folder: Path, who: str, count: int, *, raster: bool) -> dict[str, float]:
    command = [
        sys.executable,
        __file__,
        "--job",
        who,
        "--folder",
        str(folder),
        "--plots",
        str(count),
    ]
    command += ["--raster"] if raster else []
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def beside(folder: Path, count: int, fewer: int, repeat: int, *, raster: bool) -> None:
    """Print both in turns; the chain's times are brought to as many plots where it had fewer."""
    told: dict[str, list[dict[str, float]]] = {"platforms": [], "chain": []}
    for _ in range(repeat):
        told["platforms"].append(turn(folder, "platforms", count, raster=raster))
        told["chain"].append(turn(folder, "chain", fewer, raster=raster))
    scale = {"platforms": 1.0, "chain": count / fewer}
    if fewer < count:
        print(f"  the chain had {fewer:,} plots; its times are multiplied by {count / fewer:g}")
    print(f"  {'':12}{'median':>10}{'ratio':>8}{'processor':>12}{'ratio':>8}{'memory':>11}")
    wall, busy = (
        {
            who: statistics.median(run[key] for run in runs) * scale[who]
            for who, runs in told.items()
        }
        for key in ("wall", "busy")
    )
    for who, runs in told.items():
        times = f"{wall[who]:8.2f} s{wall[who] / wall['platforms']:8.2f}"
        times += f"{busy[who]:10.2f} s{busy[who] / busy['platforms']:8.2f}"
        print(f"  {who:12}{times}{max(run['peak'] for run in runs):7.0f} MiB")
    left = {who: runs[0]["share"] for who, runs in told.items()}
    print(f"  left of the plots: {', '.join(f'{who} {x:.6%}' for who, x in left.items())}")
    # rasterstats counts whole cells by their centres
    near = 5e-3 if raster else 1e-6
    assert fewer < count or abs(left["platforms"] - left["chain"]) < near


def growth(folder: Path, counts: list[int], *, raster: bool) -> None:
    print(f"\n  {'plots':>12}{'wall':>10}{'processor':>12}{'a plot':>12}{'memory':>11}")
    for count in counts:
        told = turn(folder, "platforms", count, raster=raster)
        each = told["busy"] / count * 1e6
        row = f"{told['wall']:8.2f} s{told['busy']:10.2f} s{each:9.1f} µs{told['peak']:7.0f} MiB"
        print(f"  {count:12,}{row}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--plots", type=int, default=100_000)
    options.add_argument("--chain", type=int, help="plots for the chain, default all")
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--million", action="store_true", help="1,000,000 plots too")
    options.add_argument("--job", choices=("platforms", "chain"), help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--raster", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.job:
        job(given.folder, given.job, given.plots, raster=given.raster)
        return
    machine()
    fewer = given.chain or given.plots
    counts = sorted({*GROWTH, *([MILLION] if given.million else [])})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, sorted({given.plots, fewer, *counts}))
        size = f"{given.plots:,} plots of {VERTICES} vertices, {LAYERS} layers of {LIMITS:,} limits"
        print(f"\n{size}, {given.repeat} turns")
        beside(folder, given.plots, fewer, given.repeat, raster=False)
        if find_spec("rasterstats"):
            print(f"\nthe same and a raster of {CELLS:,} x {CELLS:,} cells, one turn")
            beside(folder, given.plots, min(fewer, 10_000), 1, raster=True)
        else:
            print("\nrasterstats is not installed: the raster is not compared")
        print("\ngrowth, layers and raster")
        growth(folder, counts, raster=True)
    print(f"\nload at the end: {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
