"""`platforms measure` as whole processes, beside pyogrio reading and writing the same file.

    python benchmarks/measure.py [--plots 100000] [--repeat 7]

A GeoPackage of plots (12 vertices, EPSG:4549, five attributes, inside the county of the
example) is measured to a GeoPackage and to JSON. Beside it a bare process imports pyogrio,
reads the file and writes it again. The processes take turns, A B A B, so that a busy machine
slows both; medians and their ratios are printed, with the processor time that both took.
Then one polygon of a million vertices, with the memory of the largest process.
"""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

import platforms as ip

CRS = "EPSG:4549"
VERTICES = 12
GAP_M = 82.0
LIBRARIES = ("numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "pyarrow")
COMMAND = Path(sys.executable).parent / "platforms"
BARE = (
    "import sys, pyogrio; f = pyogrio.read_dataframe(sys.argv[1]);"
    "pyogrio.write_dataframe(f, sys.argv[2], layer='plots', driver='GPKG')"
)


def machine() -> None:
    names = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    print(f"{os.cpu_count()} cores, {names[0] if names else platform.machine()}")
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    print(f"Python {platform.python_version()}, {libraries}")
    print(f"load at the start: {os.getloadavg()[0]:.2f}")


def write(shapes: np.ndarray, path: Path) -> None:
    number = np.arange(len(shapes))
    columns = {
        "plot_id": [f"P{i:06d}" for i in number],
        "name": [f"地块{i}" for i in number],
        "firm_name": [f"企业{i % 5000}有限公司" for i in number],
        "declared_m2": np.round(shapely.area(shapes), 2),
        "far": np.round(number % 300 / 100, 2),
    }
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)
    frame.to_file(path, layer="plots", driver="GPKG")


def make_plots(count: int) -> np.ndarray:
    """Return star-shaped plots up to 80 m across on a grid inside the county."""
    county = gpd.GeoSeries([ip.Workspace.open("yueqing").county], crs=4490).to_crs(CRS).iloc[0]
    inner = county.buffer(-150)
    shapely.prepare(inner)
    west, south, east, north = inner.bounds
    x, y = np.meshgrid(np.arange(west, east, GAP_M), np.arange(south, north, GAP_M))
    inside = shapely.contains_xy(inner, x.ravel(), y.ravel())
    centre = np.column_stack([x.ravel(), y.ravel()])[inside][:count]
    assert len(centre) == count, "the county holds no more than these"
    rng = np.random.default_rng(20)
    # one vertex in each twelfth of the circle, so that no ring crosses itself
    angle = (np.arange(VERTICES) + rng.uniform(0, 0.9, (count, VERTICES))) * 2 * np.pi / VERTICES
    radius = rng.uniform(0.4, 1.0, (count, VERTICES)) * GAP_M * 0.48
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return shapely.polygons(np.round(centre[:, None] + ring, 3))


def make_large(vertices: int) -> np.ndarray:
    """Return one plot about 6 km across with a ragged edge."""
    rng = np.random.default_rng(20)
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    radius = 3000 + 200 * np.sin(40 * angle) + rng.uniform(-0.01, 0.01, vertices)
    ring = np.column_stack([595_000 + radius * np.cos(angle), 3_115_000 + radius * np.sin(angle)])
    return np.array([shapely.Polygon(np.round(ring, 4))])


def cold(command: list[str]) -> tuple[float, float, float]:
    """Return wall and processor seconds (children included) and peak MiB of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    took = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, busy, usage.ru_maxrss / 1024


def in_turns(source: Path, folder: Path, repeat: int) -> None:
    out = folder / "out.gpkg"
    works = {
        "bare pyogrio": [sys.executable, "-c", BARE, str(source), str(out)],
        "measure -o out.gpkg": [str(COMMAND), "measure", str(source), "-o", str(out)],
        "measure --json": [str(COMMAND), "measure", str(source), "--json"],
    }
    told: dict[str, list[tuple[float, float, float]]] = {name: [] for name in works}
    for _ in range(repeat):
        for name, command in works.items():
            out.unlink(missing_ok=True)
            told[name].append(cold(command))
    wall, busy = (
        {name: statistics.median(run[at] for run in runs) for name, runs in told.items()}
        for at in (0, 1)
    )
    base = "bare pyogrio"
    print(f"  {'':22}{'median':>10}{'ratio':>8}{'processor':>12}{'ratio':>8}{'memory':>11}")
    for name, runs in told.items():
        ratios = f"{wall[name]:8.2f} s{wall[name] / wall[base]:8.2f}"
        ratios += f"{busy[name]:10.2f} s{busy[name] / busy[base]:8.2f}"
        print(f"  {name:22}{ratios}{max(run[2] for run in runs):7.0f} MiB")
    for name, runs in told.items():
        print(f"    {name}: {', '.join(f'{run[0]:.2f}' for run in runs)} s")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--plots", type=int, default=100_000)
    options.add_argument("--repeat", type=int, default=7)
    given = options.parse_args()
    machine()
    # an installed product has its bytecode; an editable one under PYTHONDONTWRITEBYTECODE would
    # compile itself in each of these processes, the bare one beside it nothing
    compileall.compile_dir(str(Path(ip.__file__).parent), quiet=1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, shapes in (
            (f"{given.plots:,} plots of {VERTICES} vertices", make_plots(given.plots)),
            ("one plot of 1,000,000 vertices", make_large(1_000_000)),
        ):
            source = folder / "plots.gpkg"
            source.unlink(missing_ok=True)
            write(shapes, source)
            print(f"\n{title}, {source.stat().st_size / 1e6:.0f} MB, {given.repeat} turns")
            in_turns(source, folder, given.repeat)


if __name__ == "__main__":
    main()
