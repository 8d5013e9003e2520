"""Building footprints of the sample, inside their plots.

Buildings stand parallel to the plot's longest side, behind a setback, as bars with yards
between them; some bars have a wing and form an L. Heavy trades use one-storey halls higher
than 8 m, whose floor counts twice for the plot ratio; the others build several storeys.
Footprints lie on the millimetre grid of the plane. ``floor_area_m2`` is the plain floor
area; ``counted_m2`` is the one that the plot ratio uses.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from platforms.sample.recipe import Recipe, Style

__all__ = ["HIGH_STOREY_M", "put_up_buildings", "summarise"]

Floats = NDArray[np.float64]

HIGH_STOREY_M = 8.0
_HEAVY = {"C26", "C30", "C31", "C32", "C33", "C34"}
_SMALLEST_M2 = 90.0
_WING = 0.22
# most buildings of a plot, by its area in m²
_STEPS_M2 = np.array([2_600.0, 7_500.0, 16_000.0, 32_000.0])
_MOST = (2, 2, 4, 6, 8)


@dataclass(frozen=True)
class _Yard:
    """A plot seen along its longest side: the land behind the setback, in metres."""

    land: Polygon
    turn: float
    pivot: tuple[float, float]

    def back(self, shape: Polygon) -> Polygon:
        """Return a shape of the yard on the ground, on the millimetre grid."""
        ground = rotate(shape, self.turn, origin=self.pivot)
        return Polygon(np.round(np.asarray(ground.exterior.coords), 3))


def put_up_buildings(recipe: Recipe, plots: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Build on the plots.

    Parameters
    ----------
    recipe
        Styles and seed.
    plots
        In the plane; columns plot_id, style, industry_code, status, built_share,
        completion_date, accuracy_m.

    Returns
    -------
    buildings
        Columns building_id, plot_id, use (``factory`` | ``hall`` | ``office``), floors,
        storey_height_m, footprint_m2, floor_area_m2, counted_m2, built_year, basis,
        accuracy_m, geometry; in the plots' order.
    """
    rng = np.random.default_rng([recipe.seed, 6])
    rows: list[dict[str, object]] = []
    for plot in plots.itertuples():
        style = recipe.styles[plot.style]
        share = 0.0 if plot.status == "vacant" else float(plot.built_share)
        shapes = _bars(plot.geometry, style, rng)
        keep = int(np.ceil(share * len(shapes))) if share > 0 else 0
        done = plot.completion_date
        year = int(done[:4]) if isinstance(done, str) else None
        for number, shape in enumerate(shapes[:keep]):
            use, floors, height = _storeys(plot.industry_code, number, len(shapes), style, rng)
            rows.append(
                {
                    "plot_id": plot.plot_id,
                    "use": use,
                    "floors": floors,
                    "storey_height_m": height,
                    "built_year": year,
                    "basis": "sample",
                    "accuracy_m": plot.accuracy_m,
                    "geometry": shape,
                }
            )
    out = gpd.GeoDataFrame(rows, geometry="geometry", crs=plots.crs)
    out.insert(0, "building_id", [f"SB-{n + 1:05d}" for n in range(len(out))])
    return _measured(out)


def _measured(buildings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add footprint and floor areas in the plane, m²."""
    out = buildings.copy()
    out["built_year"] = out["built_year"].astype("Int64")
    out["footprint_m2"] = np.round(out.geometry.area, 2)
    out["floor_area_m2"] = np.round(out["footprint_m2"] * out["floors"], 2)
    twice = np.where(out["storey_height_m"] > HIGH_STOREY_M, 2.0, 1.0)
    out["counted_m2"] = np.round(out["floor_area_m2"] * twice, 2)
    return out


def summarise(buildings: pd.DataFrame, plots: pd.DataFrame) -> pd.DataFrame:
    """Return the plots' density figures from their buildings.

    Parameters
    ----------
    buildings
        Columns plot_id, footprint_m2, floor_area_m2, counted_m2.
    plots
        Columns plot_id, area_m2 (planar, m²).

    Returns
    -------
    figures
        Index of the plots; far and building_coefficient (three decimals), floor_area_m2.
        0 where nothing stands.
    """
    columns = ["footprint_m2", "floor_area_m2", "counted_m2"]
    total = buildings.groupby("plot_id")[columns].sum()
    total = total.reindex(plots["plot_id"]).fillna(0.0).set_index(plots.index)
    return pd.DataFrame(
        {
            "far": np.round(total["counted_m2"] / plots["area_m2"], 3),
            "building_coefficient": np.round(total["footprint_m2"] / plots["area_m2"], 3),
            "floor_area_m2": np.round(total["floor_area_m2"], 2),
        }
    )


def _bars(plot: Polygon, style: Style, rng: np.random.Generator) -> list[Polygon]:
    """Return the footprints of a fully built plot, the front one first."""
    setback = rng.uniform(3.0, 4.5) if style.street[0] < 10 else rng.uniform(5.0, 9.0)  # noqa: PLR2004
    yard = _yard(plot, setback)
    coverage = rng.uniform(*style.coverage)
    low_u, low_v, high_u, high_v = yard.land.bounds
    wide, deep = high_u - low_u, high_v - low_v
    most = _MOST[int(np.searchsorted(_STEPS_M2, plot.area))]
    gap = rng.uniform(6.0, 9.0) if style.street[0] < 10 else rng.uniform(9.0, 16.0)  # noqa: PLR2004
    bars = int(np.clip(np.floor((deep + gap) / (rng.uniform(14.0, 26.0) + gap)), 1, most))
    room = (deep - gap * (bars - 1)) / bars
    reach = rng.uniform(0.74, 1.0, bars)
    base = low_v + np.arange(bars) * (room + gap)
    slabs = shapely.box(np.full(bars, low_u), base, np.full(bars, high_u), base + room)
    length = shapely.area(shapely.intersection(slabs, yard.land)) / room
    thick = coverage * plot.area / float((length * reach).sum())
    thick = float(np.clip(thick, min(9.0, room), room))
    at_end = rng.random(bars) < 0.5  # noqa: PLR2004
    wings = rng.random(bars) < _WING
    shapes: list[Polygon] = []
    for k in range(bars):
        u0 = low_u if at_end[k] else high_u - wide * reach[k]
        v0 = float(base[k])
        shape: BaseGeometry = shapely.box(u0, v0, u0 + wide * reach[k], v0 + thick)
        wing = min(wide * 0.4, rng.uniform(12.0, 28.0))
        if wings[k] and k == bars - 1 and v0 + thick + 9.0 < high_v and wing > 10.0:  # noqa: PLR2004
            top = min(high_v, v0 + thick + rng.uniform(12.0, 40.0))
            shape = shapely.union(shape, shapely.box(u0, v0, u0 + wing, top))
        shapes += [yard.back(part) for part in _fit(shape, yard.land)]
    return shapes


def _yard(plot: Polygon, setback: float) -> _Yard:
    ring = np.asarray(plot.exterior.coords)
    edge = np.diff(ring, axis=0)
    longest = edge[np.linalg.norm(edge, axis=1).argmax()]
    turn = float(np.degrees(np.arctan2(longest[1], longest[0])))
    pivot = (float(ring[0, 0]), float(ring[0, 1]))
    land = shapely.buffer(rotate(plot, -turn, origin=pivot), -setback, join_style="mitre")
    if not isinstance(land, Polygon):
        land = max(shapely.get_parts(land), key=lambda part: part.area)
    return _Yard(land=land, turn=turn, pivot=pivot)


def _fit(shape: BaseGeometry, land: Polygon) -> list[Polygon]:
    """Keep a building within the land: shrink it a little, else cut it along the edge."""
    for _ in range(4):
        if shapely.covers(land, shape):
            break
        low_u, low_v, high_u, high_v = shape.bounds
        trim = (high_u - low_u) * 0.02
        inner = shapely.box(low_u + trim, low_v, high_u - trim, high_v)
        shape = shapely.intersection(shape, inner)
    parts = shapely.get_parts(shapely.intersection(shape, land))
    return [
        part
        for part in parts
        if isinstance(part, Polygon) and part.area >= _SMALLEST_M2 and _stout(part)
    ]


def _stout(shape: Polygon) -> bool:
    return bool(shapely.area(shapely.buffer(shape, -3.5)) > 0.2 * shape.area)


def _storeys(
    code: str | None, number: int, of: int, style: Style, rng: np.random.Generator
) -> tuple[str, int, float]:
    """Return use, floors and storey height in metres of a building."""
    draw = rng.random(3)
    if number == 0 and of > 1 and draw[0] < 0.4:  # noqa: PLR2004
        return "office", int(3 + draw[1] * 5), round(3.3 + draw[2] * 0.6, 1)
    if draw[0] < (0.62 if code in _HEAVY else 0.12):
        return "hall", 1, round(8.4 + draw[2] * 4.2, 1)
    tallest = 4 if style.street[0] < 10 else 5  # noqa: PLR2004
    return "factory", int(2 + draw[1] * tallest), round(3.9 + draw[2] * 1.7, 1)
