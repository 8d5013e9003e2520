"""What the map says of a plot: how much of its area lies inside a layer.

A share is area over area on the ellipsoid, both with edges straight in the survey plane; it
is rounded to a millionth, so that a seam of two drawings is no part of a plot. Land that two
polygons of a layer claim counts once. What the map cannot say is unknown (NaN) and never 0:
a layer that is absent or empty, a plot without a valid shape or outside the land that the
layer speaks of, and a plot beside a polygon of the layer that is not valid.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.area import geodesic_area_m2
from platforms.geo.crs import plane_for
from platforms.geo.transform import reproject
from platforms.policy.columns import fact_column

__all__ = ["add_facts", "layer_share"]

_DIGITS = 6
_POLYGONS = (3, 6)


def add_facts(
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame | None],
    *,
    cover: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    plane: object = None,
) -> gpd.GeoDataFrame:
    """Add the facts that ``spatial`` conditions read.

    Parameters
    ----------
    plots
        Polygons with a CRS; not changed.
    layers
        Polygons by the id of the fact, each with its own CRS; None where there is none.
    cover
        The land that the layers speak of, for example the county; default everywhere.
    plane
        Survey plane to cut in; default as in ``measure``.

    Returns
    -------
    plots
        The plots, same index, with ``fact_<id>_share`` (0 to 1, NaN unknown) for each layer.

    Raises
    ------
    CRSError
        For plots or layers without a coordinate system, or one of another datum.
    """
    found = plots.copy()
    for fact, layer in layers.items():
        found[fact_column(fact)] = layer_share(plots, layer, cover=cover, plane=plane)
    return found


def layer_share(
    plots: gpd.GeoDataFrame,
    layer: gpd.GeoDataFrame | None,
    *,
    cover: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    plane: object = None,
) -> NDArray[np.float64]:
    """Return the share of each plot's area inside a layer.

    Parameters and errors as for ``add_facts``.

    Returns
    -------
    share
        One a plot, 0 to 1; NaN unknown.
    """
    unknown = np.full(len(plots), np.nan)
    if layer is None or len(layer) == 0 or len(plots) == 0:
        return unknown
    target = plane_for(plots, default=plane)
    shapes = reproject(plots[[plots.geometry.name]], target).geometry.to_numpy()
    usable = shapely.is_valid(shapes) & np.isin(shapely.get_type_id(shapes), _POLYGONS)
    usable &= shapely.area(shapes) > 0
    if cover is not None:
        usable &= _within(shapes, usable, reproject(_frame(cover), target))
    claims = reproject(layer[[layer.geometry.name]], target).geometry.to_numpy()
    claims = claims[np.isin(shapely.get_type_id(claims), _POLYGONS)]
    good = shapely.is_valid(claims)
    usable &= ~_beside(shapes, claims[~good])
    whole = geodesic_area_m2(shapes[usable], target)
    inside = _inside(shapes[usable], claims[good], target)
    share = unknown
    share[usable] = np.clip(np.round(inside / whole, _DIGITS), 0.0, 1.0)
    return share


def _frame(cover: gpd.GeoDataFrame | gpd.GeoSeries) -> gpd.GeoDataFrame:
    shapes = cover if isinstance(cover, gpd.GeoSeries) else cover.geometry
    return gpd.GeoDataFrame(geometry=shapes)


def _within(
    shapes: NDArray[np.object_], usable: NDArray[np.bool_], cover: gpd.GeoDataFrame
) -> NDArray[np.bool_]:
    land = shapely.union_all(cover.geometry.to_numpy())
    shapely.prepare(land)
    held = np.zeros(len(shapes), dtype=bool)
    held[usable] = shapely.covers(land, shapes[usable])
    return held


def _beside(shapes: NDArray[np.object_], broken: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which plots meet the envelope of a polygon whose inside is not defined."""
    met = np.zeros(len(shapes), dtype=bool)
    if len(broken):
        boxes = shapely.box(*shapely.bounds(shapes).T)
        met[np.unique(shapely.STRtree(shapely.envelope(broken)).query(boxes, "intersects")[0])] = (
            True
        )
    return met


def _inside(
    shapes: NDArray[np.object_], claims: NDArray[np.object_], plane: object
) -> NDArray[np.float64]:
    """Return the area of each plot that the claims cover, m²."""
    # apart from each other, so that no square metre is counted twice
    parts = shapely.get_parts(shapely.union_all(claims))
    inside = np.zeros(len(shapes))
    if not len(parts):
        return inside
    mine, theirs = shapely.STRtree(parts).query(shapes, predicate="intersects")
    shared = shapely.intersection(shapes[mine], parts[theirs])
    areas = np.nan_to_num(geodesic_area_m2(shared, plane))
    np.add.at(inside, mine, areas)
    return inside
