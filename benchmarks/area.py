"""Areas of many plots: ours beside a loop over pyproj.Geod, in one run.

    python benchmarks/area.py [--plots 100000] [--repeat 5]

Prints the machine, the best time of each way and the ratios. Plots have 12 vertices in
EPSG:4549, about 30 m across (a second set, about 200 m across, has edges that the official
method must split). Geod gets the same plots in EPSG:4490; its time is given without and with
that transformation.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from platforms.geo.area import geodesic_area_m2, measure_frame, official_area_m2
from platforms.geo.crs import reproject

CRS = "EPSG:4549"
VERTICES = 12


def make_plots(count: int, reach_m: float) -> np.ndarray:
    """Return star-shaped plots around Yueqing with coordinates in whole millimetres."""
    rng = np.random.default_rng(20)
    centre = rng.uniform((580_000, 3_095_000), (620_000, 3_155_000), (count, 2))
    angle = np.sort(rng.uniform(0, 2 * np.pi, (count, VERTICES)), axis=1)
    radius = rng.uniform(0.4, 1.0, (count, VERTICES)) * reach_m
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return shapely.polygons(np.round(centre[:, None] + ring, 3))


def best_of(repeat: int, work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def compare(count: int, reach_m: float, repeat: int) -> None:
    plots = make_plots(count, reach_m)
    frame = gpd.GeoDataFrame(geometry=plots, crs=CRS)
    degrees = reproject(frame)
    geod = pyproj.Geod(ellps="GRS80")
    shapes = degrees.geometry.to_numpy()

    loop = best_of(max(2, repeat // 2), lambda: [geod.geometry_area_perimeter(s) for s in shapes])
    move = best_of(max(2, repeat // 2), lambda: frame.to_crs(4490))
    ways = {
        "official_area_m2": lambda: official_area_m2(plots, CRS),
        "geodesic_area_m2": lambda: geodesic_area_m2(plots, CRS),
        "measure_frame, all five columns": lambda: measure_frame(frame),
        "measure_frame from EPSG:4490": lambda: measure_frame(degrees, plane=CRS),
    }
    print(f"\n{count:,} plots of {VERTICES} vertices, about {2 * reach_m:g} m across")
    print(f"  {'pyproj.Geod loop':34}{loop:9.3f} s      1.0")
    print(f"  {'pyproj.Geod loop with to_crs':34}{loop + move:9.3f} s      1.0")
    print(f"  {'':34}{'':9}    over loop   over loop with to_crs")
    for name, work in ways.items():
        took = best_of(repeat, work)
        print(f"  {name:34}{took:9.3f} s {loop / took:10.1f} x {(loop + move) / took:14.1f} x")

    true = np.array([abs(geod.geometry_area_perimeter(s)[0]) for s in shapes[:5000]])
    for name, ours in (
        ("official", official_area_m2(plots[:5000], CRS, digits=None)),
        ("geodesic", geodesic_area_m2(plots[:5000], CRS)),
    ):
        worst = np.abs(ours - true).max()
        print(f"  {name} against Geod on bare vertices: at most {worst:.5f} m²")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--plots", type=int, default=100_000)
    options.add_argument("--repeat", type=int, default=5)
    given = options.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"numpy {np.__version__}, shapely {shapely.__version__}, pyproj {pyproj.__version__}")
    for reach_m in (30.0, 200.0):
        compare(given.plots, reach_m, given.repeat)


if __name__ == "__main__":
    main()
