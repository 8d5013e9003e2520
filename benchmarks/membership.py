"""Membership of many points and plots, beside ``gpd.sjoin`` followed by ``drop_duplicates``.

    python benchmarks/membership.py [--points 1000000] [--plots 100000] [--repeat 3]

Points, and plots of 12 vertices, 20 to 120 m across, lie anywhere over 2,000 towns that border
on each other (curved borders, 58 vertices on average). All is made once, in EPSG:4528, before
the clock starts. ``platforms`` is ``ip.membership`` with these towns and no other places: ways,
shares, ids and names of each feature; a plot across a border goes to the town that holds most
of it. ``sjoin`` is a left join by ``intersects`` and then the first town of each feature: for
a plot across a border that is any of them. ``sjoin+area`` gives such plots to the town with
the largest shared area, as ``platforms`` does, without saying the share. Where the join has one
answer both must be the same. Turns alternate in one process: wall and processor time (of all
threads), medians and ratios. Then ``whole``: the same towns, 27 platforms as points and 5 units,
beside three joins (towns, units, nearest platform).
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from measure import machine

import platforms as ip

CRS = "EPSG:4528"
WEST, SOUTH, EXTENT = 40_560_000.0, 3_090_000.0, 60_000.0
TOWNS, PLATFORMS, UNITS = 2_000, 27, 5
CORNERS = 12
# borders are bent so: every so many metres a corner, by so many metres
STEP_M, BEND_M = 100.0, 60.0


@dataclass
class City:
    """Places that features belong to."""

    towns: gpd.GeoDataFrame
    platforms: gpd.GeoDataFrame
    units: gpd.GeoDataFrame

    @property
    def towns_only(self) -> City:
        """The towns without other places."""
        return City(self.towns, self.platforms.iloc[:0], self.units.iloc[:0])


def anywhere(rng: np.random.Generator, count: int) -> np.ndarray:
    return np.array([WEST, SOUTH]) + rng.uniform(0, EXTENT, (count, 2))


def frame(shapes: np.ndarray, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def make_city(rng: np.random.Generator) -> City:
    """Return towns without gaps or overlaps, platforms and units."""
    box = shapely.box(WEST, SOUTH, WEST + EXTENT, SOUTH + EXTENT)
    seats = shapely.multipoints(anywhere(rng, TOWNS))
    cells = shapely.get_parts(shapely.voronoi_polygons(seats, extend_to=box))
    cells = shapely.segmentize(shapely.intersection(cells, box), STEP_M)
    towns = shapely.transform(
        cells, lambda xy: xy + BEND_M * np.column_stack([np.sin(xy[:, 1] / 200),
                                                        np.sin(xy[:, 0] / 230)]),
    )  # fmt: skip
    names = [f"t{n:04d}" for n in range(len(towns))]
    sites = [f"p{n:02d}" for n in range(PLATFORMS)]
    units = [f"u{n}" for n in range(UNITS)]
    return City(
        frame(towns, town_id=names, name=names, basis="surveyed"),
        frame(
            shapely.points(anywhere(rng, PLATFORMS)),
            platform_id=sites, name=sites, basis="name_anchor", accuracy_m=2000.0,
        ),
        frame(
            shapely.buffer(shapely.points(anywhere(rng, UNITS)), 8000),
            unit_id=units, name=units, kind=["port", "belt", "belt", "city", "city"],
            basis="drawn",
        ),
    )  # fmt: skip


def make_plots(rng: np.random.Generator, count: int) -> np.ndarray:
    angle = np.arange(CORNERS) * 2 * np.pi / CORNERS
    radius = rng.uniform(0.6, 1, (count, CORNERS)) * rng.uniform(10, 60, (count, 1))
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return shapely.polygons(anywhere(rng, count)[:, None] + ring)


def ours(features: gpd.GeoDataFrame, city: City) -> pd.DataFrame:
    return ip.membership(
        features, towns=city.towns, platforms=city.platforms, layout_units=city.units
    )


def joined(features: gpd.GeoDataFrame, city: City) -> pd.DataFrame:
    found = gpd.sjoin(features, city.towns, how="left", predicate="intersects")
    found = found.drop_duplicates("feature_id")
    if len(city.units):
        more = gpd.sjoin(features, city.units, how="left", predicate="intersects")
        found["unit_id"] = more.drop_duplicates("feature_id")["unit_id"]
    if len(city.platforms):
        near = gpd.sjoin_nearest(features, city.platforms, how="left", max_distance=5000)
        found["platform_id"] = near.drop_duplicates("feature_id")["platform_id"]
    return found


def right(features: gpd.GeoDataFrame, city: City) -> pd.DataFrame:
    """Join, and give what lies across a border to the town that holds most of it."""
    found = gpd.sjoin(features, city.towns, how="left", predicate="intersects")
    twice = found[found["feature_id"].duplicated(keep=False)]
    towns = city.towns.geometry.to_numpy()[twice["index_right"].to_numpy(np.intp)]
    shared = shapely.area(shapely.intersection(twice.geometry.to_numpy(), towns))
    order = np.zeros(len(found))
    order[found["feature_id"].duplicated(keep=False)] = -shared
    ranked = found.assign(_order=order).sort_values(["feature_id", "_order"], kind="stable")
    return ranked.drop_duplicates("feature_id")


def same(features: gpd.GeoDataFrame, city: City) -> float:
    """Return the share of features with one answer; both must give it."""
    every = gpd.sjoin(features, city.towns, how="left", predicate="intersects")
    once = ~every["feature_id"].duplicated(keep=False)
    single = every[once.to_numpy()]
    found = ours(features, city.towns_only)["town_id"].loc[single.index]
    expected = single["town_id"].to_numpy(object)
    got = found.to_numpy(object)
    assert ((got == expected) | (pd.isna(expected))).all()
    return len(single) / len(features)


def beside(
    name: str, features: list[gpd.GeoDataFrame], city: City, repeat: int, *, shares: bool = False
) -> None:
    """Time both in turns and print medians and ratios."""
    works: dict[str, Callable[[gpd.GeoDataFrame, City], object]] = {
        "platforms": ours, "sjoin": joined, **({"sjoin+area": right} if shares else {})
    }  # fmt: skip
    told: dict[str, list[tuple[float, float]]] = {who: [] for who in works}
    for _ in range(repeat):
        for who, work in works.items():
            wall, busy = time.perf_counter(), time.process_time()
            for one in features:
                work(one, city)
            told[who].append((time.perf_counter() - wall, time.process_time() - busy))
    print(f"\n  {name:12}{'wall':>10}{'ratio':>8}{'processor':>12}{'ratio':>8}")
    wall, busy = ({who: statistics.median(run[at] for run in runs) for who, runs in told.items()}
                  for at in (0, 1))  # fmt: skip
    for who in works:
        times = f"{wall[who]:8.2f} s{wall[who] / wall['platforms']:8.2f}"
        print(f"  {who:12}{times}{busy[who]:10.2f} s{busy[who] / busy['platforms']:8.2f}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--points", type=int, default=1_000_000)
    options.add_argument("--plots", type=int, default=100_000)
    options.add_argument("--repeat", type=int, default=3)
    given = options.parse_args()
    machine()
    rng = np.random.default_rng(6)
    city = make_city(rng)
    points = frame(shapely.points(anywhere(rng, given.points)), feature_id=range(given.points))
    plots = frame(make_plots(rng, given.plots), feature_id=range(given.plots))
    # libraries are loaded before the clock starts
    beside_once = points.iloc[:5000]
    ours(beside_once, city)
    joined(beside_once, city)
    print(f"\n{given.points:,} points, {given.plots:,} plots, {len(city.towns):,} towns")
    for name, features in (("points", points), ("plots", plots)):
        print(f"  {name}: {same(features, city):.2%} have one answer, the same in both")
    beside("points", [points], city.towns_only, given.repeat)
    beside("plots", [plots], city.towns_only, given.repeat, shares=True)
    beside("both", [points, plots], city.towns_only, given.repeat, shares=True)
    beside("whole", [points, plots], city, given.repeat)
    print(f"\nload at the end: {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
