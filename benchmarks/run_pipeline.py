"""The whole run, cold, and its slow stages beside what one would write by hand.

    python benchmarks/run_pipeline.py [--repeat 5]

Prints the machine and the versions; the median of cold `platforms run` processes with their
peak memory, stage by stage; the time of `import platforms`; the sizes of the outputs; and
three stages on the sample plots beside plain geopandas:

measure     a loop over pyproj.Geod, and .area in the plane (no official area, no checks)
reclaim     one overlay a limit, in order (areas in the plane, not shared out to the cent)
membership  the largest overlay with the towns, and sjoin_nearest (no margin, no doubt)

What both give is compared, so that the two times belong to the same work.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyproj

import platforms as ip

PLANE = "EPSG:4528"
LIBRARIES = ("numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "xlsxwriter")
COMMAND = Path(sys.executable).parent / "platforms"


def machine() -> None:
    names = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = names[0] if names else platform.machine()
    print(f"{os.cpu_count()} cores, {model}, {memory:.0f} GiB")
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    print(f"Python {platform.python_version()}, {libraries}")


def cold(command: list[str]) -> tuple[float, float]:
    """Return seconds and peak memory in MiB of one process."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, command
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def runs(repeat: int) -> None:
    stages: list[dict[str, float]] = []
    walls, peaks = [], []
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        for _ in range(repeat):
            wall, peak = cold([str(COMMAND), "run", "-o", str(out), "--overwrite"])
            walls.append(wall)
            peaks.append(peak)
            stages.append(json.loads((out / "run.json").read_text(encoding="utf-8"))["seconds"])
        sizes = {file.name: file.stat().st_size for file in sorted(out.iterdir())}
    shown = ", ".join(f"{wall:.2f}" for wall in walls)
    print(f"\nplatforms run, cold, {repeat} times: {shown} s")
    print(f"  median {statistics.median(walls):.2f} s, peak memory {max(peaks):.0f} MiB")
    for name in stages[0]:
        print(f"  {name:14}{statistics.median(stage[name] for stage in stages):8.3f} s")
    for name, size in sizes.items():
        print(f"  {name:14}{size:12,} bytes")


def imports(repeat: int) -> None:
    bare = [cold([sys.executable, "-c", "pass"])[0] for _ in range(repeat)]
    ours = [cold([sys.executable, "-c", "import platforms"])[0] for _ in range(repeat)]
    check = "import sys, platforms; print(sorted({'streamlit', 'click'} & set(sys.modules)))"
    command = [sys.executable, "-c", check]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True)
    took = statistics.median(ours) - statistics.median(bare)
    print(f"\nimport platforms: {statistics.median(ours):.3f} s with the interpreter,")
    print(f"  {took:.3f} s more than an empty one; front ends loaded: {loaded.stdout.strip()}")


def best_of(repeat: int, work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def measured_by_hand(plots: gpd.GeoDataFrame) -> pd.DataFrame:
    geod = pyproj.Geod(ellps="GRS80")
    true = [abs(geod.geometry_area_perimeter(shape)[0]) for shape in plots.geometry]
    return pd.DataFrame({"geodesic_m2": true, "planar_m2": plots.to_crs(PLANE).area})


def reclaimed_by_hand(plots: gpd.GeoDataFrame, limits: dict[str, gpd.GeoDataFrame]) -> pd.DataFrame:
    rest = plots[["plot_id", "geometry"]].to_crs(PLANE)
    areas = {"gross": rest.set_index("plot_id").area}
    for name, limit in limits.items():
        rest = gpd.overlay(rest, limit[["geometry"]].to_crs(PLANE), how="difference")
        areas[name] = rest.set_index("plot_id").area
    return pd.DataFrame(areas).fillna(0.0)


def placed_by_hand(plots: gpd.GeoDataFrame, ws: ip.Workspace) -> pd.DataFrame:
    mine = plots[["plot_id", "geometry"]].to_crs(PLANE)
    towns = ws.layer("towns")[["name", "geometry"]].to_crs(PLANE)
    parts = gpd.overlay(mine, towns, how="intersection").assign(m2=lambda part: part.area)
    town = parts.sort_values("m2").drop_duplicates("plot_id", keep="last").set_index("plot_id")
    parks = ws.layer("platforms")[["name", "geometry"]].to_crs(PLANE)
    near = gpd.sjoin_nearest(mine, parks, max_distance=5000, distance_col="metres")
    near = near.drop_duplicates("plot_id").set_index("plot_id")
    return pd.DataFrame({"town": town["name"], "metres": near["metres"]}).reindex(mine["plot_id"])


def beside(repeat: int) -> None:
    ws = ip.Workspace.open("yueqing")
    plots = ws.layer("plots")
    limits = dict(ws.constraints)
    for layer in ("towns", "platforms", "layout_units", "layout_members"):
        ws.table(layer)  # read once, so that only the work is timed
    ours, hand = ip.measure(plots), measured_by_hand(plots)
    land, cut = ip.reclaim(ours, limits), reclaimed_by_hand(plots, limits)
    placed, found = ip.assign(plots, ws), placed_by_hand(plots, ws)
    works = {
        "measure": (lambda: ip.measure(plots), lambda: measured_by_hand(plots)),
        "reclaim": (lambda: ip.reclaim(ours, limits), lambda: reclaimed_by_hand(plots, limits)),
        "membership": (lambda: ip.assign(plots, ws), lambda: placed_by_hand(plots, ws)),
    }
    print(f"\n{len(plots):,} plots, best of {repeat}      ours      by hand     by hand / ours")
    for name, (fast, slow) in works.items():
        one, other = best_of(repeat, fast), best_of(repeat, slow)
        print(f"  {name:22}{one:8.3f} s {other:10.3f} s {other / one:12.1f}")
    left = land.net_m2.sum() / land.gross_m2.sum()
    plain = cut.iloc[:, -1].sum() / cut["gross"].sum()
    apart = (ours.geodesic_m2 - hand.geodesic_m2).abs().max()
    same = (placed["town"].to_numpy() == found["town"].to_numpy()).mean()
    print(f"  geodesic areas differ by at most {apart:.3f} m²")
    print(f"  share left by limits: {left:.6f}, by hand {plain:.6f}")
    print(f"  same town for {same:.1%} of the plots")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeat", type=int, default=5)
    repeat = options.parse_args().repeat
    machine()
    runs(repeat)
    imports(repeat)
    beside(repeat)


if __name__ == "__main__":
    main()
