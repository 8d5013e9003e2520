"""The sample's industrial blocks: streets and plots on the ground.

Geometry is built in the recipe's plane (CGCS2000, 3-degree zone) on a millimetre grid and
kept there until the files are written. A block stands where its platform's stand-in point
stands, shifted within that point's accuracy, and no plot comes nearer to the county's
border or coast than the margin. Positions are invented; ``accuracy_m`` is that of the
stand-in point.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from platforms.sample.parcels import cut_corners, divide, join_some
from platforms.sample.recipe import Block, Recipe, Style
from platforms.sample.streets import Grid, lay_streets

__all__ = ["MARGIN_M", "Built", "Streets", "build_blocks", "place"]

Floats = NDArray[np.float64]

MARGIN_M = 80.0
_APART_M = 60.0
_SMALLEST_M2 = 1_340.0
# this share of the lots is left out: green, a pond, a substation
_UNUSED = 0.025


@dataclass(frozen=True)
class Built:
    """Blocks in the plane.

    Attributes
    ----------
    plots
        One row a plot: block, style, street, lot, angle (degrees), accuracy_m, geometry.
    cells
        One row a street cell: block, built, geometry (cell with its half streets) and
        ``land`` (cell without them).
    streets
        Crossings and street reserves of each block, by its short name.
    """

    plots: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    streets: dict[str, Streets]


@dataclass(frozen=True)
class Streets:
    """A block's street lines on the ground.

    Attributes
    ----------
    nodes
        Crossings in the plane, shape (columns + 1, rows + 1, 2), metres.
    along
        Reserve of each street line along the main direction, from the south, metres.
    main
        Which of them are main streets.
    accuracy_m
        Accuracy of the block's stand-in point.
    """

    nodes: Floats
    along: Floats
    main: NDArray[np.bool_]
    accuracy_m: float

    def side(self, name: str) -> Floats:
        """Return the crossings along one side (south, east, north or west), shape (n, 2)."""
        sides = {
            "south": self.nodes[:, 0],
            "north": self.nodes[:, -1],
            "west": self.nodes[0, :],
            "east": self.nodes[-1, :],
        }
        return sides[name]

    @property
    def centre(self) -> Floats:
        """Mean of the crossings."""
        middle: Floats = self.nodes.reshape(-1, 2).mean(axis=0)
        return middle


def place(places: gpd.GeoDataFrame, place_id: str) -> tuple[float, float, float]:
    """Return easting, northing and accuracy_m of a place.

    Parameters
    ----------
    places
        Gazetteer in the plane, with place_id and accuracy_m.
    place_id
        Id in the gazetteer.

    Raises
    ------
    LookupError
        When the gazetteer does not have the place: the recipe is out of date.
    """
    hit = places[places["place_id"] == place_id]
    if hit.empty:
        msg = f"the gazetteer has no place {place_id!r}"
        raise LookupError(msg)
    row = hit.iloc[0]
    return float(row.geometry.x), float(row.geometry.y), float(row["accuracy_m"])


def build_blocks(recipe: Recipe, county: BaseGeometry, places: gpd.GeoDataFrame) -> Built:
    """Build all blocks of a recipe.

    Parameters
    ----------
    recipe
        Blocks, styles and seed.
    county
        County polygon in the recipe's plane, metres.
    places
        Gazetteer in the same plane.

    Returns
    -------
    built
        Plots and street cells; plots keep the recipe's order of blocks.
    """
    inside = shapely.buffer(county, -MARGIN_M)
    taken: BaseGeometry = Polygon()
    plots: list[gpd.GeoDataFrame] = []
    cells: list[gpd.GeoDataFrame] = []
    streets: dict[str, Streets] = {}
    for number, block in enumerate(recipe.blocks):
        rng = np.random.default_rng([recipe.seed, 1, number])
        style = recipe.styles[block.style]
        grid = lay_streets(block, style, rng)
        east, north, accuracy = place(places, block.anchor)
        ground = _to_ground(block, (east, north))
        main = np.isclose(grid.along, style.main)
        streets[block.block] = Streets(ground(grid.nodes), grid.along, main, accuracy)
        free = shapely.difference(inside, taken)
        land, outlines = _plots(grid, style, ground, rng)
        land = land[shapely.contains_properly(free, land.geometry.to_numpy())]
        land = land.assign(block=block.block, style=block.style, angle=block.angle)
        plots.append(land.assign(accuracy_m=accuracy))
        cells.append(outlines.assign(block=block.block))
        hull = shapely.convex_hull(shapely.union_all(outlines.geometry.to_numpy()))
        taken = shapely.union(taken, shapely.buffer(hull, _APART_M))
    both = [
        gpd.GeoDataFrame(pd.concat(frames, ignore_index=True)).set_crs(recipe.crs)
        for frames in (plots, cells)
    ]
    return Built(plots=both[0], cells=both[1], streets=streets)


class _to_ground:  # noqa: N801 reads as a function
    """Turn block coordinates into plane coordinates on the millimetre grid."""

    def __init__(self, block: Block, anchor: tuple[float, float]) -> None:
        turn = np.radians(block.angle)
        self.axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        self.origin = np.array([anchor[0] + block.east, anchor[1] + block.north])

    def __call__(self, uv: Floats) -> Floats:
        xy: Floats = np.round(uv @ self.axes + self.origin, 3)
        return xy


def _plots(
    grid: Grid, style: Style, ground: _to_ground, rng: np.random.Generator
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return a block's plots, and its cells with the land that all lots of a cell cover."""
    rows: list[dict[str, object]] = []
    cells: list[dict[str, object]] = []
    columns, lines = grid.built.shape
    for street in range(lines):
        lot = 0
        for column in range(columns):
            built = bool(grid.built[column, street])
            lots = _lots(ground, grid.land(column, street), style, rng)
            for shape in lots:
                used = rng.random() >= _UNUSED
                if built and used and shape.area >= _SMALLEST_M2:
                    lot += 1
                    rows.append({"street": street + 1, "lot": lot, "geometry": shape})
            outline = Polygon(ground(grid.outline(column, street)))
            land = shapely.union_all(lots)
            cells.append({"built": built, "land": land, "geometry": outline})
    return gpd.GeoDataFrame(rows, geometry="geometry"), gpd.GeoDataFrame(cells, geometry="geometry")


def _lots(
    ground: _to_ground, quad: Floats, style: Style, rng: np.random.Generator
) -> list[Polygon]:
    """Return all lots of a cell on the ground."""
    corners = ground(quad)
    rings = [ground(ring) for ring in divide(quad, style, rng)]
    lots: list[Polygon] = []
    for plot in join_some([Polygon(ring) for ring in rings], style.merge, rng):
        cut = rng.uniform(0.25, 0.6) * style.street[0]
        ring = cut_corners(np.asarray(plot.exterior.coords)[:-1], corners, cut)
        lots.append(shapely.orient_polygons(Polygon(np.round(ring, 3))))
    return lots
