"""Sample constraints: farmland, redline, rivers and roads that take land off plots.

Rivers and an arterial follow the recipe's ways; the streets of each block are roads, and a
few main streets are drawn as wide as a plan would widen them, so they reach into plots.
Farmland lies along some blocks' sides with a wavering edge. The redline lies on the hills.
The layers overlap each other in places, as real ones do. Streets
share every vertex with the plots along them, so that they take nothing by rounding.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from platforms.sample.blocks import Built
from platforms.sample.recipe import Fringe, Recipe
from platforms.sample.terrain import Heights, hills_above
from platforms.sample.ways import corridor, lay_way, way_accuracy

__all__ = ["draw_constraints"]

Floats = NDArray[np.float64]

_SMALLEST_HILL_M2 = 1_500_000.0
_SMALLEST_M2 = 1.0
_WIDENING_M = (4.0, 7.0)
_STEP_M = 25.0
_LANE_M = 5.0

Rows = list[dict[str, object]]


def draw_constraints(
    recipe: Recipe,
    built: Built,
    heights: Heights,
    county: BaseGeometry,
    places: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Draw all constraints of a county.

    Parameters
    ----------
    recipe
        Ways, farmland and seed.
    built
        Blocks in the plane.
    heights
        Terrain for the redline.
    county
        County polygon in the plane; nothing reaches beyond it.
    places
        Gazetteer in the plane.

    Returns
    -------
    constraints
        In the plane; constraint_id, constraint, name, basis, accuracy_m, geometry (polygons).
    """
    rng = np.random.default_rng([recipe.seed, 9])
    rows: Rows = []
    rows += _fringes(recipe, built, rng)
    worst = max(streets.accuracy_m for streets in built.streets.values())
    for serial, hill in enumerate(hills_above(recipe, heights, _SMALLEST_HILL_M2), 1):
        rows.append(_row("ecological_redline", recipe.names["redline"], serial, worst, hill))
    for kind, name, ways in (
        ("river", "river", recipe.rivers),
        ("road", "arterial", recipe.arterials),
    ):
        for serial, way in enumerate(ways, 1):
            strip = corridor(lay_way(way, built, places, rng), way.width)
            accuracy = way_accuracy(way, built, places)
            rows.append(_row(kind, recipe.names[name], serial, accuracy, strip))
    rows += _streets(recipe, built, rng)
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=recipe.crs)
    return _tidy(frame, county)


def _row(
    kind: str, pattern: str, serial: int | str, accuracy: float, shape: BaseGeometry
) -> dict[str, object]:
    name = pattern.format(serial=serial, block=serial)
    return {"constraint": kind, "name": name, "accuracy_m": accuracy, "geometry": shape}


def _streets(recipe: Recipe, built: Built, rng: np.random.Generator) -> Rows:
    rows: Rows = []
    for name, cells in built.cells.groupby("block", sort=False):
        streets = built.streets[str(name)]
        whole = shapely.union_all(cells.geometry.to_numpy())
        land = shapely.union_all(cells["land"].to_numpy())
        roads = shapely.difference(whole, land)
        line = recipe.widened.get(str(name))
        if line is not None:
            middle = LineString(streets.nodes[:, line])
            half = streets.along[line] / 2 + rng.uniform(*_WIDENING_M)
            roads = shapely.union(roads, shapely.buffer(middle, half, cap_style="flat"))
        rows.append(_row("road", recipe.names["road"], str(name), streets.accuracy_m, roads))
    return rows


def _fringes(recipe: Recipe, built: Built, rng: np.random.Generator) -> Rows:
    rows: Rows = []
    others = {str(n): shapely.convex_hull(c.union_all()) for n, c in built.cells.groupby("block")}
    serials = {"farmland": 0, "redline": 100}
    kinds = {"farmland": "permanent_farmland", "redline": "ecological_redline"}
    for fringe in recipe.fringes:
        accuracy = built.streets[fringe.block].accuracy_m
        keep_off = shapely.union_all([h for n, h in others.items() if n != fringe.block])
        for patch in _patches(fringe, built, rng):
            shape = shapely.difference(patch, shapely.buffer(keep_off, 25.0))
            if not shape.is_empty:
                serials[fringe.kind] += 1
                pattern = recipe.names[fringe.kind]
                serial = serials[fringe.kind]
                rows.append(_row(kinds[fringe.kind], pattern, serial, accuracy, shape))
    return rows


def _patches(fringe: Fringe, built: Built, rng: np.random.Generator) -> list[Polygon]:
    """Return fields along a block's side with lanes between them, or one stretch of hillside."""
    streets = built.streets[fringe.block]
    side = LineString(streets.side(fringe.side))
    inward = streets.centre - shapely.get_coordinates(shapely.centroid(side))[0]
    inward = inward / np.linalg.norm(inward)
    length = (140.0, 330.0) if fringe.kind == "farmland" else (side.length, side.length)
    patches: list[Polygon] = []
    start = rng.uniform(0.0, 0.12) * side.length
    while start < side.length * 0.92:
        end = min(side.length, start + rng.uniform(*length))
        at = np.linspace(start, end, max(4, int((end - start) // _STEP_M)))
        edge = shapely.get_coordinates(shapely.line_interpolate_point(side, at))
        swing = _wave(at, rng) * (fringe.inset[1] - fringe.inset[0]) + fringe.inset[0]
        deep = rng.uniform(150.0, 300.0) + 25.0 * _wave(at, rng)
        near = edge + inward * swing[:, None]
        far = edge - inward * deep[:, None]
        patches.append(Polygon(np.vstack([near, far[::-1]])))
        start = end + _LANE_M
    return patches


def _wave(at: Floats, rng: np.random.Generator) -> Floats:
    """Return a smooth curve between 0 and 1 along a line."""
    phase, length = rng.uniform(0, 2 * np.pi, 2), rng.uniform([160.0, 60.0], [320.0, 110.0])
    curve: Floats = 0.5 + 0.35 * np.sin(2 * np.pi * at / length[0] + phase[0])
    curve += 0.15 * np.sin(2 * np.pi * at / length[1] + phase[1])
    return curve


def _tidy(frame: gpd.GeoDataFrame, county: BaseGeometry) -> gpd.GeoDataFrame:
    """Clip to the county and split into single polygons."""
    # no snapping here: it would pull street edges off the plots' own vertices
    frame = frame.set_geometry(frame.geometry.intersection(county))
    frame = frame.explode(ignore_index=True)
    frame = frame[frame.geom_type.eq("Polygon") & (frame.area >= _SMALLEST_M2)]
    frame = frame.reset_index(drop=True)
    frame.insert(0, "constraint_id", [f"SC-{n + 1:03d}" for n in range(len(frame))])
    frame["basis"] = "sample"
    columns = ["constraint_id", "constraint", "name", "basis", "accuracy_m", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(frame)[columns], geometry="geometry", crs=frame.crs)
