"""Millions of made-up industrial plots as partitioned GeoParquet, and the province they lie in.

    python benchmarks/scale_plots.py FOLDER [--plots 1000000] [--per-part 100000] [--seed 9]

Writes ``FOLDER/workspace`` (see ``scale_province.py``) and ``FOLDER/plots/part-00000.parquet`` and
on, EPSG:4490, zstd, with a box of each plot. Never more than one county of 200,000 plots is in
memory. The same options give the same bytes with the same libraries.

A county is a net of streets, turned and bent; each of its blocks is cut into 3 to 36 plots of
about 2 to 60 亩, whose 12 vertices neighbours share to the last digit. One plot in 250 is moved
a few metres, so that it lies over its neighbours; so is the first of a part, over the last of
the part before, where a block goes on. The columns are those of the sample plots that the rules
read and outputs show, with a part of them missing, and declared areas of which one in 200 is
wrong. All is synthetic.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scale_province import CRS, STORED, County, layout, make_workspace

__all__ = ["PER_COUNTY", "VERTICES", "make_scale", "plots_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PER_COUNTY = 200_000
VERTICES = 12
YEARS = (2019, 2020, 2021)

# blocks: metres from street to street, how far a crossing strays, half of a street, turn
PITCH_M, STRAY_M, STREET_M, TURN = 300.0, 26.0, 6.0, np.deg2rad(17)
# rows and columns of plots in a block, and how often
CUTS = (
    ((1, 3), 5), ((2, 2), 5), ((2, 3), 10), ((2, 4), 15), ((2, 6), 15),
    ((2, 8), 15), ((3, 8), 15), ((4, 8), 10), ((4, 9), 10),
)  # fmt: skip
BEND_M = 1.2
MOVED, MOVED_M = 1 / 250, (3.0, 7.0)
WRONG = 1 / 200
INTENSIVE, LIMIT_MET, ABOVE = 0.06, 0.75, 0.4
INDUSTRIES = (
    ("C38", 40, 54, 0.05), ("C39", 12, 60, 0.04), ("C33", 8, 38, 0.17), ("C34", 7, 43, 0.09),
    ("C35", 6, 52, 0.07), ("C29", 6, 34, 0.24), ("C36", 5, 46, 0.08), ("C26", 3, 48, 0.75),
    ("C40", 3, 64, 0.03), ("C18", 2, 28, 0.08), ("C19", 2, 30, 0.09), ("C13", 2, 24, 0.14),
    ("C30", 1, 31, 0.9), ("C31", 1, 29, 1.1), ("C32", 2, 40, 0.5),
)  # fmt: skip


def make_scale(
    folder: Path, count: int, *, per_part: int = 100_000, seed: int = 9
) -> list[Path]:  # fmt: skip
    """Write the province and its plots.

    Parameters
    ----------
    folder
        New or empty folder.
    count
        Plots; the last county takes what is left.
    per_part
        Rows of a part, at most; a part lies in one county.
    seed
        Everything is drawn from it.

    Returns
    -------
    parts
        The files, in order.
    """
    counties = layout(-(-count // PER_COUNTY))
    make_workspace(folder / "workspace", counties, seed)
    out = folder / "plots"
    out.mkdir(parents=True)
    parts: list[Path] = []
    for county in counties:
        here = min(PER_COUNTY, count - (county.number - 1) * PER_COUNTY)
        frame = plots_of(county, here, per_part=per_part, seed=seed)
        for start in range(0, len(frame), per_part):
            path = out / f"part-{len(parts):05d}.parquet"
            # a copy carries no table of columns that are gone
            frame.iloc[start : start + per_part].reset_index(drop=True).to_parquet(
                path, compression="zstd", write_covering_bbox=True, schema_version="1.1.0"
            )
            parts.append(path)
    return parts


def plots_of(county: County, count: int, *, per_part: int, seed: int) -> gpd.GeoDataFrame:
    """Return the plots of one county, EPSG:4490, street by street.

    Raises
    ------
    ValueError
        When the county holds fewer.
    """
    rng = np.random.default_rng([seed, county.number])
    rings = _rings(rng, county, count)
    first = np.arange(per_part, count, per_part)
    _move_some(rng, rings, first)
    shapes = shapely.polygons(np.round(rings, 3))
    columns = _columns(rng, county, shapely.area(shapes))
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS).to_crs(STORED)


def _corners(rng: np.random.Generator, county: County) -> Floats:
    """Return the corners of the blocks that lie whole in the county: block, corner, x and y."""
    west, south, east, north = county.outline.bounds
    middle = np.array([(west + east) / 2, (south + north) / 2])
    half = int(np.hypot(east - west, north - south) / 2 / PITCH_M) + 1
    at = np.arange(-half, half + 1) * PITCH_M
    net = np.stack(np.meshgrid(at, at), axis=-1) + rng.uniform(
        -STRAY_M, STRAY_M, (len(at), len(at), 2)
    )
    turn = np.array([[np.cos(TURN), np.sin(TURN)], [-np.sin(TURN), np.cos(TURN)]])
    net = net @ turn + middle
    around = [net[:-1, :-1], net[:-1, 1:], net[1:, 1:], net[1:, :-1]]
    blocks = np.stack([one.reshape(-1, 2) for one in around], axis=1)
    shapely.prepare(county.outline)
    inside = shapely.contains_xy(county.outline, blocks[..., 0], blocks[..., 1]).all(axis=1)
    found: Floats = blocks[inside]
    return found


def _rings(rng: np.random.Generator, county: County, count: int) -> Floats:
    """Return open rings of 12 vertices: plot, vertex, x and y."""
    blocks = _corners(rng, county)
    sizes = np.array([rows * columns for (rows, columns), _ in CUTS])
    often = np.array([weight for _, weight in CUTS], dtype=np.float64)
    kind = rng.choice(len(CUTS), len(blocks), p=often / often.sum())
    # blocks that stay empty are drawn by lot, so that a county is as dense everywhere
    order = rng.permutation(len(blocks))
    enough = np.searchsorted(sizes[kind[order]].cumsum(), count) + 1
    if sizes[kind].sum() < count:
        message = f"the county holds {sizes[kind].sum():,} plots, not {count:,}"
        raise ValueError(message)
    chosen = np.sort(order[:enough])
    blocks, kind = blocks[chosen], kind[chosen]
    start = np.concatenate([[0], sizes[kind].cumsum()])
    rings = np.empty((start[-1], VERTICES, 2))
    for number, ((rows, columns), _) in enumerate(CUTS):
        some = np.flatnonzero(kind == number)
        cut = _cut(rng, blocks[some], rows, columns)
        place = start[some][:, None] + np.arange(rows * columns)
        rings[place.ravel()] = cut.reshape(-1, VERTICES, 2)
    return rings[:count]


def _cut(rng: np.random.Generator, blocks: Floats, rows: int, columns: int) -> Floats:
    """Return the plots of blocks: block, plot, vertex, x and y; neighbours share vertices."""
    count = len(blocks)
    inset = STREET_M / PITCH_M
    # lines of lots in thirds: each edge of a plot has two vertices between its corners
    across = _lines(rng, count, columns) * (1 - 2 * inset) + inset
    along = _lines(rng, count, rows) * (1 - 2 * inset) + inset
    s, t = across[:, None, :, None], along[:, :, None, None]
    sw, se, ne, nw = (blocks[:, k][:, None, None] for k in range(4))
    net = (sw * (1 - s) + se * s) * (1 - t) + (nw * (1 - s) + ne * s) * t
    net = net + rng.uniform(-BEND_M, BEND_M, net.shape)
    row, column = np.divmod(np.arange(rows * columns), columns)
    # there and back, so that the next plot of a block is always a neighbour
    column = np.where(row % 2, columns - 1 - column, column)
    row, column = 3 * row, 3 * column
    ring = [(0, k) for k in range(3)] + [(k, 3) for k in range(3)]
    ring += [(3, 3 - k) for k in range(3)] + [(3 - k, 0) for k in range(3)]
    up, right = np.array(ring).T
    found: Floats = net[:, row[:, None] + up, column[:, None] + right]
    return found


def _lines(rng: np.random.Generator, blocks: int, lots: int) -> Floats:
    """Return where lots of blocks end, 0 to 1, with two lines more in each lot."""
    share = rng.uniform(0.8, 1.25, (blocks, lots))
    share /= share.sum(axis=1, keepdims=True)
    lines = np.repeat(share / 3, 3, axis=1).cumsum(axis=1)
    return np.concatenate([np.zeros((blocks, 1)), lines], axis=1)


def _move_some(rng: np.random.Generator, rings: Floats, first: Ints) -> None:
    """Move some plots over their neighbours, and the first of each part over the one before."""
    some = np.flatnonzero(rng.random(len(rings)) < MOVED)
    angle = rng.uniform(0, 2 * np.pi, len(some))
    way = np.column_stack([np.cos(angle), np.sin(angle)])
    rings[some] += (way * rng.uniform(*MOVED_M, (len(some), 1)))[:, None]
    toward = rings[first - 1].mean(axis=1) - rings[first].mean(axis=1)
    toward *= MOVED_M[1] / np.linalg.norm(toward, axis=1, keepdims=True)
    rings[first] += toward[:, None]


def _columns(rng: np.random.Generator, county: County, area: Floats) -> pd.DataFrame:
    """Return what is known of the plots beside their shapes; areas in the plane, m²."""
    count = len(area)
    firm = rng.integers(1, max(2, int(count * 0.8)), count)
    status = _word(rng, count, {"producing": 82, "building": 5, "idle": 8, "vacant": 5})
    works = status == "producing"
    far = np.round(np.clip(rng.lognormal(0.05, 0.35, count), 0.1, 3.5), 3)
    wrong = np.where(rng.random(count) < WRONG, 1 + rng.uniform(0.002, 0.03, count), 1.0)
    start = np.datetime64("1996-01-01") + rng.integers(0, 9000, count).astype("timedelta64[D]")
    intensive = pd.array(rng.random(count) < INTENSIVE, dtype="boolean")
    met = pd.array(rng.random(count) < LIMIT_MET, dtype="boolean")
    met[~intensive.to_numpy(dtype=bool)] = pd.NA
    ids = [f"{county.number:03d}-{n:06d}" for n in range(1, count + 1)]
    columns = {
        "plot_id": ids,
        "firm_name": [f"示例企业{county.number:03d}{n:06d}" for n in firm.tolist()],
        "credit_code": [f"SAMPLE{county.number:03d}{n:09d}" for n in firm.tolist()],
        **_economy(rng, area, works),
        "energy_intensive": intensive,
        "energy_limit_met": met,
        "declared_m2": _gaps(rng, np.round(area * wrong, 2), 0.05),
        "far": _gaps(rng, far, 0.1),
        "building_coefficient": _gaps(rng, np.round(rng.uniform(0.3, 0.66, count), 3), 0.1),
        "floor_area_m2": _gaps(rng, np.round(area * far, 1), 0.1),
        "start_date": start.astype(str),
        "invested_share": _gaps(rng, np.round(rng.uniform(0.4, 1.2, count), 2), 0.3),
        "built_share": _gaps(rng, np.round(rng.uniform(0.3, 1.0, count), 2), 0.3),
        "status": status,
        "land_use": "100101",
        "basis": "sample",
        "accuracy_m": 1.0,
    }
    return pd.DataFrame(columns)


def _economy(
    rng: np.random.Generator, area: Floats, works: NDArray[np.bool_]
) -> dict[str, object]:  # fmt: skip
    """Return industry, scale, and tax, value added, energy and grade of the years."""
    count = len(area)
    weight = np.array([one[1] for one in INDUSTRIES], dtype=np.float64)
    industry = rng.choice(len(INDUSTRIES), count, p=weight / weight.sum())
    code, tax, intensity = (np.array([one[k] for one in INDUSTRIES])[industry] for k in (0, 2, 3))
    above = rng.random(count) < ABOVE
    level = tax * np.where(above, 1.0, 0.4) * rng.lognormal(0, 0.5, count) * area * 0.0015
    columns: dict[str, object] = {
        "industry_code": code,
        "scale": np.where(above, "above", "below"),
    }
    for year in YEARS:
        paid = np.where(works, level * rng.lognormal(0, 0.08, count), np.nan)
        columns[f"tax_wan_{year}"] = _gaps(rng, np.round(paid, 2), 0.04)
        if year == YEARS[0]:
            continue
        added = paid * 4.9
        columns[f"value_added_wan_{year}"] = _gaps(rng, np.round(added, 2), 0.04)
        columns[f"energy_tce_{year}"] = _gaps(rng, np.round(added * intensity, 2), 0.04)
        grade = pd.Series(_word(rng, count, {"A": 12, "B": 60, "C": 20, "D": 8}), dtype="str")
        columns[f"grade_{year}"] = grade.where(works)
    return columns


def _word(rng: np.random.Generator, count: int, words: dict[str, int]) -> NDArray[np.str_]:
    weight = np.array(list(words.values()), dtype=np.float64)
    return np.array(list(words))[rng.choice(len(words), count, p=weight / weight.sum())]


def _gaps(rng: np.random.Generator, values: Floats, share: float) -> Floats:
    return np.where(rng.random(len(values)) < share, np.nan, values)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--plots", type=int, default=1_000_000)
    options.add_argument("--per-part", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=9)
    given = options.parse_args()
    start, busy = time.perf_counter(), time.process_time()
    parts = make_scale(given.folder, given.plots, per_part=given.per_part, seed=given.seed)
    size = sum(path.stat().st_size for path in parts)
    took, busy = time.perf_counter() - start, time.process_time() - busy
    print(f"{given.plots:,} plots in {len(parts)} parts: {size / 1e6:,.0f} MB,")
    print(f"  {size / given.plots:.0f} bytes a plot; {took:.1f} s, processor {busy:.1f} s")


if __name__ == "__main__":
    main()
