"""The places that features belong to, and the shapes of both in the survey plane.

All distances and areas are in that plane, in metres. Places are kept in the order of their
ids, and on a tie the first wins, so that the answer does not depend on the order of a file.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.geo.transform import reproject

__all__ = [
    "NONE",
    "Floats",
    "Index",
    "Places",
    "Shapes",
    "only",
    "places_of",
    "shapes_of",
]

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Index = NDArray[np.intp]

NONE = -1

_AREA = 2


@dataclass(frozen=True)
class Places:
    """Places in the survey plane, in the order of their ids.

    Attributes
    ----------
    ids, names
        What they are called.
    shapes
        Points or polygons; None where a place has no position.
    basis
        How the shape came about; empty where nothing says so.
    accuracy_m
        Accuracy of the shape, metres; NaN unknown.
    """

    ids: NDArray[np.object_]
    names: NDArray[np.object_]
    shapes: Shapes
    basis: NDArray[np.object_]
    accuracy_m: Floats

    def where(self, chosen: NDArray[np.bool_]) -> Places:
        """Return the places without those that are not chosen; positions in the order stay."""
        shapes = only(self.shapes, chosen)
        return Places(self.ids, self.names, shapes, self.basis, self.accuracy_m)

    @property
    def is_area(self) -> NDArray[np.bool_]:
        """Which of them are polygons."""
        return np.asarray(shapely.get_dimensions(self.shapes) == _AREA)


def only(shapes: Shapes, chosen: NDArray[np.bool_]) -> Shapes:
    """Return the shapes that are chosen, None in the place of the others."""
    kept = shapes.copy()
    kept[~chosen] = None
    return kept


def places_of(frame: gpd.GeoDataFrame, key: str, plane: CRS) -> Places:
    """Return the places of a layer.

    Parameters
    ----------
    frame
        Layer with a CRS, the column ``key`` and perhaps ``name``, ``basis``, ``accuracy_m``.
    key
        Column that names a row.
    plane
        Survey plane.

    Returns
    -------
    places
        Sorted by id.
    """
    ordered = frame.sort_values(key, kind="stable")
    shapes = shapes_of(ordered, plane)
    count = len(ordered)
    ids = ordered[key].to_numpy(dtype=object)
    names = ordered["name"].to_numpy(dtype=object) if "name" in ordered else ids
    basis = ordered["basis"].to_numpy(dtype=object) if "basis" in ordered else np.full(count, "")
    accuracy = np.full(count, np.nan)
    if "accuracy_m" in ordered:
        accuracy = ordered["accuracy_m"].to_numpy(dtype=np.float64, na_value=np.nan)
    return Places(ids, names, shapes, basis.astype(object), accuracy)


def shapes_of(frame: gpd.GeoDataFrame, plane: CRS) -> Shapes:
    """Return the shapes of a frame in a plane; an empty one as None.

    Raises
    ------
    CRSError
        As ``reproject``.
    """
    only_shapes = frame[[frame.geometry.name]]
    # moving a million points to where they are costs as much as placing them
    there = frame.crs is not None and frame.crs == plane
    shapes = (only_shapes if there else reproject(only_shapes, plane)).geometry.to_numpy()
    empty = shapely.is_empty(shapes)
    return only(shapes, ~empty) if empty.any() else shapes
