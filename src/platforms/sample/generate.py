"""The whole sample of a city, from its workspace and recipe.

Geometry leaves the plane here: frames come out in EPSG:4490 with full doubles.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from platforms.layers.tables import STORED_CRS
from platforms.layers.workspace import Workspace
from platforms.sample.blocks import build_blocks
from platforms.sample.constraints import draw_constraints
from platforms.sample.control import draw_control_line, draw_urban_boundary, list_changes
from platforms.sample.firms import list_firms, list_parks
from platforms.sample.links import list_links
from platforms.sample.plots import make_plots
from platforms.sample.recipe import Recipe
from platforms.sample.terrain import Heights, raise_terrain

__all__ = ["Sample", "generate"]


@dataclass(frozen=True)
class Sample:
    """A city's sample.

    Attributes
    ----------
    plots, buildings, constraints, control_line
        EPSG:4490, columns as their cards say.
    firms, parks
        Tables for relocation, lon and lat in EPSG:4490.
    links
        Firms on plots.
    land_changes
        Changes of industrial land.
    heights
        Terrain raster, metres.
    urban_boundary
        As ``control_line``; None where the recipe has none.
    """

    plots: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    constraints: gpd.GeoDataFrame
    control_line: gpd.GeoDataFrame
    firms: pd.DataFrame
    parks: pd.DataFrame
    links: pd.DataFrame
    land_changes: pd.DataFrame
    heights: Heights
    urban_boundary: gpd.GeoDataFrame | None = None


def generate(workspace: Workspace, recipe: Recipe) -> Sample:
    """Generate a city's sample.

    Parameters
    ----------
    workspace
        Gives county, neighbours, gazetteer and platforms; sample files in it are not read.
    recipe
        The city's recipe.

    Returns
    -------
    sample
        All layers; the same recipe and geography give the same content.

    Examples
    --------
    >>> from platforms.layers.workspace import Workspace
    >>> sample = generate(Workspace.open("yueqing"), load_recipe("yueqing"))  # doctest: +SKIP
    """
    county = workspace.layer("county")
    outline = county.to_crs(recipe.crs).geometry.union_all()
    places = workspace.layer("gazetteer").to_crs(recipe.crs)
    built = build_blocks(recipe, outline, places)
    plots, buildings = make_plots(recipe, built)
    whole = county.dissolve()[["geometry"]]
    land = pd.concat([whole, workspace.layer("neighbours")[["geometry"]]])
    heights = raise_terrain(recipe, built, gpd.GeoDataFrame(land), places)
    constraints = draw_constraints(recipe, built, heights, outline, places)
    firms = list_firms(recipe, plots, buildings)
    urban = draw_urban_boundary(recipe, built, outline)
    return Sample(
        plots=plots.drop(columns=["firm", "produces"]).to_crs(STORED_CRS),
        buildings=buildings.drop(columns="counted_m2").to_crs(STORED_CRS),
        constraints=constraints.to_crs(STORED_CRS),
        control_line=draw_control_line(recipe, built, outline).to_crs(STORED_CRS),
        land_changes=list_changes(recipe, plots, workspace.layer("towns")),
        firms=firms,
        links=list_links(recipe, plots, firms),
        parks=list_parks(recipe, workspace.layer("platforms")),
        heights=heights,
        urban_boundary=None if urban is None else urban.to_crs(STORED_CRS),
    )
