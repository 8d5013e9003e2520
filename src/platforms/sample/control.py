"""Sample lines round industrial land, and sample changes of industrial land.

The control line and, where the recipe has one, the urban development boundary run round
most blocks, with their streets; the recipe names the blocks that stay outside and the sides
that a line leaves open, so that some plots are cut. The changes are land
supplied and land that leaves industry, by town and day; in the towns that the recipe names
land leaves before it was replaced, as a check must find.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from platforms.sample.blocks import Built
from platforms.sample.recipe import Line, Recipe

__all__ = ["draw_control_line", "draw_urban_boundary", "list_changes"]

# how far a line keeps off the streets, and which gaps it bridges
_CONTROL_M = (12.0, 60.0)
_URBAN_M = (60.0, 300.0)
_INDUSTRY, _OTHER, _VACANT = "1001", ("0901", "1207", "1402"), "23"
_SALES = (_INDUSTRY, _INDUSTRY, "0701", "0901")


def draw_control_line(recipe: Recipe, built: Built, county: BaseGeometry) -> gpd.GeoDataFrame:
    """Draw the control line.

    Parameters
    ----------
    recipe
        Blocks outside and open sides.
    built
        Blocks in the plane.
    county
        County polygon in the plane; nothing reaches beyond it.

    Returns
    -------
    line
        In the plane; control_line_id, name, basis, accuracy_m, geometry (polygons).
    """
    shapes, names, accuracy = _drawn(built, county, recipe.control, _CONTROL_M)
    serials = [f"CL-{n:03d}" for n in range(1, len(shapes) + 1)]
    named = [recipe.names["control_line"].format(block=block) for block in names]
    columns = {"control_line_id": serials, "name": named, "basis": "sample", "accuracy_m": accuracy}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=recipe.crs)


def draw_urban_boundary(
    recipe: Recipe, built: Built, county: BaseGeometry
) -> gpd.GeoDataFrame | None:
    """Draw the urban development boundary; None where the recipe has none.

    Parameters
    ----------
    recipe
        Blocks outside and open sides.
    built
        Blocks in the plane.
    county
        County polygon in the plane; nothing reaches beyond it.

    Returns
    -------
    boundary
        In the plane; urban_boundary_id, name, basis, accuracy_m, geometry (polygons).
    """
    if recipe.urban is None:
        return None
    shapes, names, accuracy = _drawn(built, county, recipe.urban, _URBAN_M)
    serials = [f"UB-{n:03d}" for n in range(1, len(shapes) + 1)]
    named = [recipe.names["urban_boundary"].format(block=block) for block in names]
    columns = {"urban_boundary_id": serials, "name": named, "basis": "sample"}
    return gpd.GeoDataFrame({**columns, "accuracy_m": accuracy}, geometry=shapes, crs=recipe.crs)


def _drawn(
    built: Built, county: BaseGeometry, line: Line, distances: tuple[float, float]
) -> tuple[list[BaseGeometry], list[str], list[float]]:
    """Return a line's polygons, the block of each, and the accuracy of its stand-in point."""
    margin, join = distances
    shapes: list[BaseGeometry] = []
    names: list[str] = []
    accuracy: list[float] = []
    for name, cells in built.cells.groupby("block", sort=False):
        block = str(name)
        if block in line.outside:
            continue
        streets = built.streets[block]
        land = shapely.union_all(cells.geometry.to_numpy())
        joined: BaseGeometry = shapely.buffer(land, join)
        joined = shapely.buffer(joined, margin - join)
        if block in line.open_sides:
            side = LineString(streets.side(line.open_sides[block]))
            joined = shapely.difference(joined, shapely.buffer(side, line.open_m))
        shape = shapely.simplify(shapely.intersection(joined, county), 2.0)
        parts = shapely.get_parts(shape)
        shapes.extend(parts)
        names.extend([block] * len(parts))
        accuracy.extend([streets.accuracy_m] * len(parts))
    return shapes, names, accuracy


def list_changes(recipe: Recipe, plots: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> pd.DataFrame:
    """List sample changes of industrial land.

    Parameters
    ----------
    recipe
        Number of changes and the towns where land leaves too early.
    plots
        Sample plots with ``plot_id``.
    towns
        Towns with ``name``.

    Returns
    -------
    changes
        change_id, date, town, kind, from_use, to_use, area_mu, plot_id, note, basis.
    """
    rng = np.random.default_rng([recipe.seed, 12])
    control = recipe.control
    seats = plots[["plot_id", "geometry"]].set_geometry(plots.representative_point())
    placed = gpd.sjoin_nearest(seats, towns.to_crs(plots.crs)[["name", "geometry"]])
    placed = placed.drop_duplicates("plot_id").sort_values("plot_id", kind="stable")
    area = plots.set_index("plot_id").area * 0.0015
    rows: list[dict[str, object]] = []
    for town, group in placed.groupby("name", sort=True):
        early = town in control.early_towns
        for year in recipe.accounting_years:
            _year(rows, rng, str(town), year, group["plot_id"].to_numpy(), area, early=early)
    table = pd.DataFrame(rows).sort_values(["date", "town"], kind="stable", ignore_index=True)
    table.insert(0, "change_id", [f"LC-{n:03d}" for n in range(1, len(table) + 1)])
    return table.assign(basis="sample")


def _year(
    rows: list[dict[str, object]],
    rng: np.random.Generator,
    town: str,
    year: int,
    plots: np.ndarray,
    area: pd.Series,
    *,
    early: bool,
) -> None:
    """Add one town's year: sales, and a plot or none that leaves industry."""
    sold = 0.0
    for use in rng.choice(_SALES, size=int(rng.integers(1, 3))):
        mu = round(float(rng.uniform(8, 60)), 2)
        sold += mu if use == _INDUSTRY else 0.0
        day = f"{year}-{int(rng.integers(2, 6)):02d}-{int(rng.integers(1, 28)):02d}"
        rows.append(_row(day, town, "supply", _VACANT, str(use), mu))
    plot = str(rng.choice(plots))
    mu = round(float(area[plot]), 2)
    leaves = bool(rng.random() < 0.5)  # noqa: PLR2004 one town in two, in a year
    if early or (leaves and sold >= mu):
        # the others wait until the year's sales are done
        month = 1 if early else int(rng.integers(7, 12))
        day = f"{year}-{month:02d}-{int(rng.integers(1, 28)):02d}"
        rows.append(_row(day, town, "convert", _INDUSTRY, str(rng.choice(_OTHER)), mu, plot))


def _row(
    day: str, town: str, kind: str, before: str, after: str, mu: float, plot: str | None = None
) -> dict[str, object]:
    return {
        "date": day, "town": town, "kind": kind, "from_use": before, "to_use": after,
        "area_mu": mu, "plot_id": plot,
    }  # fmt: skip
