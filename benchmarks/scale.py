"""Millions of plots: the engine, one worker and two, a killed worker, and PostGIS beside us.

    python benchmarks/scale.py [--counts 1000000 10000000] [--workers 1 2] [--folder DIR]
                               [--sql-plots 1000000] [--repeat 3] [--only engine sql killed checked]

Plots come from ``scale_plots.py`` (12 vertices, with two layers to deduct) and are made where the
folder does not hold them yet; ``--folder`` keeps them for the next time.

engine   `ip.run_parts`, each count with each number of workers, a new process each: wall and
         processor time of all its processes, the most memory that they had together (PSS, which
         counts a shared page once, sampled twice a second), and the ratios.
sql      the same plots: `ip.measure`, `ip.membership` with the platforms alone and `ip.reclaim`
         with two layers, and the same in SQL (see ``scale_postgis.py``), in turns A B A B; then
         how far the results lie apart. What both start from is in memory or indexed tables.
killed   the engine with two workers, one of which is killed in the middle: the same plots come out.
checked  the engine beside `ip.run` on the smallest count: the same plots, figures and faults.

Results are compared by a hash of all columns of all plots that does not ask for their order.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from measure import machine
from scale_plots import make_scale
from scale_postgis import STAGES, cluster

import platforms as ip
from platforms.planning.belonging.membership import Reach

PARTS = ("engine", "sql", "killed", "checked")
EVERY_S = 0.5
TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024.0
# a script of its own: processes that it starts load nothing of the benchmark
JOB = """
import json, sys, time
from pathlib import Path
import platforms as ip
place, out, workers = sys.argv[1:]
if __name__ == "__main__":
    ws = ip.Workspace.open(str(Path(place) / "workspace"))
    start = time.perf_counter()
    done = ip.run_parts(ws, Path(place) / "plots", out, workers=int(workers))
    print(json.dumps({"run": time.perf_counter() - start, "seconds": dict(done.record["seconds"])}))
"""


@dataclass
class Watched:
    """What a process and all that it started took.

    Attributes
    ----------
    wall, busy
        Seconds on the clock; processor seconds of all processes, as last seen alive.
    peak
        MiB that all had together at one moment.
    told
        What the process printed.
    """

    wall: float = 0.0
    busy: float = 0.0
    peak: float = 0.0
    told: dict[str, Any] = field(default_factory=dict)


def tree(root: int) -> dict[int, int]:
    """Return the ticks of a process and of what descends from it, by process."""
    parent, ticks = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text(encoding="utf-8")
        except OSError:
            continue  # ended meanwhile
        cells = told.rpartition(")")[2].split()
        pid = int(stat.parent.name)
        parent[pid], ticks[pid] = int(cells[1]), int(cells[11]) + int(cells[12])
    found = {root}
    while more := {pid for pid, above in parent.items() if above in found} - found:
        found |= more
    return {pid: ticks[pid] for pid in found if pid in ticks}


def proportional(pid: int) -> float:
    """Return the memory of a process, KiB; pages that several have are shared out."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return float(told.partition("\nPss:")[2].split()[0]) if "\nPss:" in told else 0.0


def watch(
    command: list[str], *, meanwhile: Callable[[float, dict[int, int]], None] | None = None
) -> Watched:
    """Run a process to its end and say what it took."""
    seen: dict[int, int] = {}
    found = Watched()
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        while child.poll() is None:
            alive = tree(child.pid)
            seen |= alive
            found.peak = max(found.peak, sum(map(proportional, alive)) / MIB)
            if meanwhile:
                meanwhile(time.perf_counter() - start, alive)
            time.sleep(EVERY_S)
        found.wall = time.perf_counter() - start
        printed = child.stdout.read() if child.stdout else ""
    assert child.returncode == 0, command
    found.busy = sum(seen.values()) / TICKS
    found.told = json.loads(printed.splitlines()[-1])
    return found


def made(folder: Path, count: int) -> Path:
    """Return the folder with so many plots; makes it where it is not there."""
    place = folder / str(count)
    if not place.is_dir():
        start = time.perf_counter()
        staging = folder / f"{count}.part"
        make_scale(staging, count)
        staging.rename(place)
        size = sum(file.stat().st_size for file in (place / "plots").iterdir())
        print(f"made {count:,} plots: {size / 1e6:,.0f} MB, {time.perf_counter() - start:.0f} s")
    return place


def digest(folder: Path) -> str:
    """Return a hash of all plots of a folder, whatever files hold them in whatever order."""
    total, rows = 0, 0
    for file in sorted(folder.glob("*.parquet")):
        part = gpd.read_parquet(file)
        total += rows_digest(part)
        rows += len(part)
    return f"{rows}-{total % 2**64:016x}"


def rows_digest(plots: gpd.GeoDataFrame) -> int:
    """Return the sum of the hashes of rows: of every column that a reader sees."""
    cells = {"geometry": shapely.to_wkb(plots.geometry.to_numpy(), hex=True)}
    for name in sorted({*plots.columns} - {*_own(plots), "geometry"}):
        column = plots[name]
        if pd.api.types.is_float_dtype(column):
            cells[name] = column.to_numpy(np.float64)
        else:
            cells[name] = column.astype(object).where(column.notna(), "").map(str).to_numpy()
    told = pd.util.hash_pandas_object(pd.DataFrame(cells), index=False).to_numpy(np.uint64)
    return int(told.sum(dtype=np.uint64))


def _own(plots: pd.DataFrame) -> list[str]:
    """Return the columns that say where a row was, not what it is."""
    return [name for name in plots.columns if name.startswith("input_") or name == "bbox"]


def run_engine(
    place: Path, out: Path, workers: int, **options: Any  # noqa: ANN401 those of watch
) -> Watched:  # fmt: skip
    """Run the engine in a process of its own."""
    return watch([sys.executable, "-c", JOB, str(place), str(out), str(workers)], **options)


def engine(folder: Path, counts: list[int], workers: list[int]) -> None:
    """Print time and memory of the engine, and the ratios."""
    print(f"\n  {'plots':>12}{'workers':>9}{'wall':>11}{'processor':>12}{'a plot':>11}{'peak':>12}")
    took: dict[tuple[int, int], Watched] = {}
    for count in counts:
        place = made(folder, count)
        for number in workers:
            with tempfile.TemporaryDirectory(dir=folder) as name:
                one = run_engine(place, Path(name) / "out", number)
                size = sum(f.stat().st_size for f in (Path(name) / "out").rglob("*.*"))
            took[count, number] = one
            row = f"{one.wall:9.1f} s{one.busy:10.1f} s{one.wall / count * 1e6:8.1f} µs"
            print(f"  {count:12,}{number:9}{row}{one.peak:8,.0f} MiB", end="")
            stages = ", ".join(f"{k} {v:.1f}" for k, v in one.told["seconds"].items())
            print(f"   {stages}; {size / 1e6:,.0f} MB written", flush=True)
    for number in workers if len(counts) > 1 else []:
        few, many = took[counts[0], number], took[counts[-1], number]
        for what in ("wall", "busy"):
            ratio = getattr(many, what) / counts[-1] / (getattr(few, what) / counts[0])
            print(f"  {what} a plot, {counts[-1]:,} / {counts[0]:,}, {number} workers: {ratio:.2f}")
    for count in counts if len(workers) > 1 else []:
        ratio = took[count, workers[0]].wall / took[count, workers[-1]].wall
        print(f"  {count:,} plots, {workers[-1]} workers against {workers[0]}: {ratio:.2f} times")


def killed(folder: Path, count: int) -> None:
    """Kill a worker in the middle and compare what comes out."""
    place = made(folder, count)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        whole = run_engine(place, Path(name) / "whole", 2)
        victims: list[int] = []

        def kill(after: float, alive: dict[int, int]) -> None:
            # the busiest process but the first is a worker
            rest = dict(sorted(alive.items())[1:])
            if not victims and after > whole.wall / 2 and rest:
                victims.append(max(rest, key=lambda pid: rest[pid]))
                os.kill(victims[0], signal.SIGKILL)

        hurt = run_engine(place, Path(name) / "hurt", 2, meanwhile=kill)
        first, second = (digest(Path(name) / run / "plots") for run in ("whole", "hurt"))
    print(f"\n  {count:,} plots: {whole.wall:.1f} s; with a worker killed {hurt.wall:.1f} s")
    print(f"  plots of the first {first}, of the second {second}")
    assert victims, "nothing was killed"
    assert first == second


def checked(folder: Path, count: int) -> None:
    """Compare the engine with the local run."""
    place = made(folder, count)
    ws = ip.Workspace.open(str(place / "workspace"))
    busy = time.process_time()
    local = ip.run(ws, plots=gpd.read_parquet(place / "plots"))
    busy = time.process_time() - busy
    with tempfile.TemporaryDirectory(dir=folder) as name:
        # more parts than it would make itself, so that borders run through the plots
        parts = ip.run_parts(ws, place / "plots", Path(name) / "out", workers=2, parts=7)
        theirs = digest(Path(name) / "out" / "plots")
    mine = f"{len(local.plots)}-{rows_digest(local.plots) % 2**64:016x}"
    print(f"\n  {count:,} plots, local run {busy:.1f} s of processor")
    print(f"  plots of the local run {mine}, of the engine {theirs}")
    figures = {name: (local.figures[name], parts.figures[name]) for name in local.figures}
    apart = {name: both for name, both in figures.items() if not _same(*both)}
    faults = [dict(run.issues.by_kind()) for run in (local, parts)]
    print(f"  {len(figures)} figures, {len(apart)} differ {apart or ''}; faults {faults[0]}")
    assert mine == theirs
    assert not apart
    assert faults[0] == faults[1]


def _same(one: object, other: object) -> bool:
    return one == other or (one != one and other != other)  # noqa: PLR0124 NaN is not itself


class Ours:
    """The stages of the comparison with SQL, in this process.

    Parameters
    ----------
    place
        Folder of plots and workspace.
    """

    def __init__(self, place: Path) -> None:
        self.workspace = ip.Workspace.open(str(place / "workspace"))
        files = sorted((place / "plots").glob("*.parquet"))
        columns = ["plot_id", "geometry"]
        frames = [gpd.read_parquet(file, columns=columns) for file in files]
        self.plots = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True))
        self.platforms = self.workspace.layer("platforms")
        self.limits = dict(self.workspace.constraints)
        self._none = [self.workspace.layer(name).iloc[:0] for name in ("towns", "layout_units")]
        self.measured = self.plots

    def answer(self, stage: str, plots: gpd.GeoDataFrame) -> pd.DataFrame:
        """Return what a stage adds to plots."""
        plane = self.workspace.plane
        if stage == "area":
            self.measured = ip.measure(plots, plane=plane)
            return self.measured
        if stage == "deduction":
            return ip.reclaim(self.measured, self.limits, plane=plane)
        towns, units = self._none
        return ip.membership(
            plots, towns=towns, platforms=self.platforms, layout_units=units,
            reach=Reach(plane=plane),
        )  # fmt: skip


def sql(folder: Path, count: int, repeat: int) -> None:
    """Print the times of both and how far their answers lie apart."""
    mine = Ours(made(folder, count))
    cores = os.cpu_count() or 1
    took: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with cluster(cores=cores) as database:
        start = time.perf_counter()
        database.load(mine.plots, mine.platforms, mine.limits)
        print(f"\n  {database.versions}; loaded and indexed in {time.perf_counter() - start:.0f} s")
        for stage in STAGES:  # libraries are loaded before the clock starts
            mine.answer(stage, mine.plots.iloc[:2_000])
        for _ in range(repeat):
            answers: dict[str, pd.DataFrame] = {}
            for stage in STAGES:
                wall, busy = time.perf_counter(), time.process_time()
                answers[stage] = mine.answer(stage, mine.plots)
                spent = time.perf_counter() - wall, time.process_time() - busy
                took.setdefault((stage, "platforms"), []).append(spent)
            theirs = {}
            for stage in STAGES:
                one = database.answer(stage)
                theirs[stage] = one.rows
                took.setdefault((stage, "PostGIS"), []).append((one.wall, one.busy))
    medians = {
        key: tuple(statistics.median(run[at] for run in runs) for at in (0, 1))
        for key, runs in took.items()
    }
    print(f"  {count:,} plots, medians of {repeat}")
    print(f"  {'':12}{'ours, wall':>13}{'PostGIS':>10}{'ratio':>8}", end="")
    print(f"{'processor':>13}{'PostGIS':>10}{'ratio':>8}")
    every = [(stage, medians[stage, "platforms"], medians[stage, "PostGIS"]) for stage in STAGES]
    sums = [tuple(sum(row[who][at] for row in every) for at in (0, 1)) for who in (1, 2)]
    for stage, (wall, busy), (other, worked) in [*every, ("together", *sums)]:
        print(f"  {stage:12}{wall:11.2f} s{other:8.2f} s{other / wall:8.2f}", end="")
        print(f"{busy:11.2f} s{worked:8.2f} s{worked / busy:8.2f}")
    apart(answers, theirs)


def apart(ours: dict[str, pd.DataFrame], theirs: dict[str, pd.DataFrame]) -> dict[str, float]:
    """Print and return how far the answers of both lie apart."""
    area, other = ours["area"], theirs["area"]["m2"].to_numpy()
    told: dict[str, float] = {}
    for name in ("area_m2", "geodesic_m2"):
        off = area[name].to_numpy() - other
        told[f"{name}, most m²"] = float(np.abs(off).max())
        told[f"{name}, most ppm"] = float(np.abs(off / other).max() * 1e6)
        told[f"{name}, sum ppm"] = float(abs(off.sum() / other.sum()) * 1e6)
    found = theirs["membership"].reindex(range(len(area)))
    same = ours["membership"]["platform_id"].to_numpy(object)
    equal = (same == found["platform_id"].to_numpy(object)) | (
        pd.isna(same) & found["platform_id"].isna().to_numpy()
    )
    told["plots of another platform"] = float((~equal).sum())
    land, left = ours["deduction"], theirs["deduction"]
    shares = land["net_m2"] / land["gross_m2"], left["net_m2"] / left["gross_m2"]
    told["share left, most apart"] = float(np.abs(shares[0].to_numpy() - shares[1]).max())
    first = next(name for name in land.columns if name.startswith("deduct_"))
    taken = 1 - left["once_m2"] / left["gross_m2"]
    told["share taken by the first layer, most apart"] = float(
        np.abs((land[first] / land["gross_m2"]).to_numpy() - taken).max()
    )
    told["net land, sum ppm"] = float(
        abs(land["net_m2"].sum() / land["gross_m2"].sum()
            / (left["net_m2"].sum() / left["gross_m2"].sum()) - 1) * 1e6
    )  # fmt: skip
    for name, value in told.items():
        print(f"    {name}: {value:.3g}")
    return told


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--counts", type=int, nargs="+", default=[1_000_000, 10_000_000])
    options.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options.add_argument("--sql-plots", type=int, default=1_000_000)
    options.add_argument("--killed-plots", type=int, default=1_000_000)
    options.add_argument("--checked-plots", type=int, default=200_000)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--folder", type=Path, help="where plots are made and kept")
    options.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    given = options.parse_args()
    # so that a cluster ends with a benchmark that is stopped
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    machine()
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
    with nullcontext(given.folder) if given.folder else tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        works = {
            "engine": lambda: engine(folder, sorted(given.counts), sorted(given.workers)),
            "sql": lambda: sql(folder, given.sql_plots, given.repeat),
            "killed": lambda: killed(folder, given.killed_plots),
            "checked": lambda: checked(folder, given.checked_plots),
        }
        for part in given.only:
            print(f"\n{part}, load {os.getloadavg()[0]:.2f}", end="", flush=True)
            works[part]()
    print(f"\nload at the end: {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
