"""Areas of many plots: ours beside pyproj.Geod, DuckDB and GeographicLib, in one run.

    python benchmarks/area.py [--plots 100000] [--repeat 5]

ST_Area_Spheroid of DuckDB spatial is compared where it is there. It is not in the lock;
into a place of your own:

    pip install --target /tmp/duck duckdb==1.5.5 duckdb-extension-spatial==1.5.5
    PYTHONPATH=/tmp/duck python benchmarks/area.py

Prints the machine, the best time of each way and the ratios. Plots have 12 vertices in
EPSG:4549, about 30 m across (a second set, about 200 m across, has edges that the official
method must split). Geod gets the same plots in EPSG:4490; its time is given without and with
that transformation, and DuckDB gets them as WKB with latitude first, as it asks for; that
its areas are those of Geod is checked before they are timed. Last, single plots from 100 m²
to 10 km² against GeographicLib (in pyproj) on edges divided to 5 m.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from platforms.geo.area import geodesic_area_m2, measure_frame, official_area_m2
from platforms.geo.crs import reproject, transformer

CRS = "EPSG:4549"
VERTICES = 12
# two areas on one ellipsoid, edges straight in different ways
SAME_AREA = 1e-4


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
    beside_duckdb(degrees, plots, repeat)


def beside_duckdb(degrees: gpd.GeoDataFrame, plots: np.ndarray, repeat: int) -> None:
    """Time ST_Area_Spheroid in turns with ours; DuckDB uses all cores."""
    home = importlib.util.find_spec("duckdb_extension_spatial")
    if home is None or home.origin is None:
        print("  ST_Area_Spheroid: not compared, see the head of this file for how to install it")
        return
    import duckdb
    import pyarrow as pa

    file = next(Path(home.origin).parent.rglob("spatial.duckdb_extension"))
    database = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    database.execute(f"LOAD '{file}'")
    turned = shapely.transform(degrees.geometry.to_numpy(), lambda p: p[:, ::-1].copy())
    table = pa.table({"wkb": pa.array(shapely.to_wkb(turned), pa.binary())})
    database.register("given", table)
    database.execute("CREATE TABLE plots AS SELECT ST_GeomFromWKB(wkb) AS geom FROM given")
    query = "SELECT ST_Area_Spheroid(geom) AS m2 FROM plots"
    found = np.asarray(database.execute(query).fetchnumpy()["m2"])
    ours = geodesic_area_m2(plots, CRS)
    apart = np.abs(found / ours - 1).max()
    assert apart < SAME_AREA, "DuckDB measured something else: mind its order of axes"
    ways = {
        "official_area_m2": lambda: official_area_m2(plots, CRS),
        "geodesic_area_m2": lambda: geodesic_area_m2(plots, CRS),
    }
    theirs = lambda: database.execute(query).fetchnumpy()  # noqa: E731
    duck, took = float("inf"), dict.fromkeys(ways, float("inf"))
    for _ in range(repeat):
        duck = min(duck, best_of(1, theirs))
        for name, work in ways.items():
            took[name] = min(took[name], best_of(1, work))
    print(f"  ST_Area_Spheroid, DuckDB {duckdb.__version__:16}{duck:9.3f} s   over DuckDB")
    print(f"    its areas and geodesic_area_m2 differ by at most {apart * 1e6:.1f} ppm")
    for name in ways:
        print(f"  {name:34}{took[name]:9.3f} s {duck / took[name]:10.1f} x")


def accuracy(each: int = 40) -> None:
    """Print the largest difference from GeographicLib on edges divided to 5 m."""
    rng = np.random.default_rng(7)
    geod = pyproj.Geod(ellps="GRS80")
    move = transformer(CRS, "EPSG:4490")
    print(f"\ngeodesic_area_m2 against GeographicLib, edges divided to 5 m, {each} plots each")
    for size in (1e2, 1e3, 1e4, 1e5, 1e6, 1e7):
        metres, ppm = [], []
        for plot in make_plots(each, np.sqrt(size) * 0.75):
            shift = rng.uniform((-60_000, -200_000), (60_000, 200_000))
            moved = shapely.transform(plot, lambda p, shift=shift: p + np.round(shift, 3))
            fine = shapely.get_coordinates(shapely.segmentize(moved, 5.0))
            lon, lat = move.transform(fine[:, 0], fine[:, 1])
            true = abs(geod.polygon_area_perimeter(lon, lat)[0])
            metres.append(abs(geodesic_area_m2(moved, CRS)[0] - true))
            ppm.append(metres[-1] / true * 1e6)
        print(f"  about {size:12,.0f} m²: at most {max(metres):.6f} m², {max(ppm):.5f} ppm")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--plots", type=int, default=100_000)
    options.add_argument("--repeat", type=int, default=5)
    given = options.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"numpy {np.__version__}, shapely {shapely.__version__}, pyproj {pyproj.__version__}")
    for reach_m in (30.0, 200.0):
        compare(given.plots, reach_m, given.repeat)
    accuracy()


if __name__ == "__main__":
    main()
