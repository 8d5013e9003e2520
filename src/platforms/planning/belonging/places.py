"""The places that features belong to, and the shapes of both in the survey plane.

All distances and areas are in that plane, in metres. Places are kept in the order of their
ids, and on a tie the first wins, so that the answer does not depend on the order of a file.
Of a whole province only the places that features can reach are laid in the plane: the others
have no shape there, and are the answer to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.geo.crs import CGCS2000
from platforms.geo.transform import reproject, transformer

__all__ = [
    "NONE",
    "Floats",
    "Index",
    "Places",
    "Shapes",
    "in_plane_too",
    "land_around",
    "only",
    "places_of",
    "shapes_of",
]

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Index = NDArray[np.intp]

NONE = -1

_AREA = 2
# in a plane an edge leaves the box that its ends have in degrees: by less than this share of the
# squared size of the box
_BULGE, _SEAM_DEG = 0.01, 1e-4
# a larger land has all places; metres, and by how much a corner may come back beside itself
_WIDE_M, _BACK_M = 1e6, 1.0


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


def land_around(shapes: Shapes, plane: CRS, reach_m: float) -> Floats | None:
    """Return where places lie that features can reach.

    Parameters
    ----------
    shapes
        Features in the plane.
    plane
        Survey plane.
    reach_m
        Farthest distance that decides anything, metres; infinite for all places.

    Returns
    -------
    land
        West, south, east, north, degrees of EPSG:4490; None where any place may matter.
    """
    if not len(shapes):
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    box = np.array([west - reach_m, south - reach_m, east + reach_m, north + reach_m])
    # a feature far from the plane may lie anywhere in degrees
    if not (np.isfinite(box).all() and max(box[2] - box[0], box[3] - box[1]) < _WIDE_M):
        return None
    there, back = transformer(CGCS2000, plane), transformer(plane, CGCS2000)
    x, y = box[[0, 0, 2, 2]], box[[1, 3, 1, 3]]
    again = there.transform(*back.transform(x, y))
    land: Floats = np.asarray([*back.transform_bounds(x[0], y[0], x[3], y[3])], dtype=np.float64)
    close = np.abs(np.subtract(again, (x, y))).max() < _BACK_M
    if not (np.isfinite(land).all() and close and (land[:2] < land[2:]).all()):
        return None
    wide: Floats = in_plane_too(land[None])[0]
    return wide


def in_plane_too(boxes: Floats) -> Floats:
    """Return boxes in degrees that hold their shapes also in a plane.

    Parameters
    ----------
    boxes
        West, south, east, north of the shapes' corners.
    """
    size = boxes[:, 2:] - boxes[:, :2]
    by = _SEAM_DEG + _BULGE * (size * size).sum(axis=1)
    wide: Floats = boxes + by[:, None] * np.array([-1.0, -1.0, 1.0, 1.0])
    return wide


def places_of(
    frame: gpd.GeoDataFrame, key: str, plane: CRS, *, land: Floats | None = None
) -> Places:
    """Return the places of a layer.

    Parameters
    ----------
    frame
        Layer with a CRS, the column ``key`` and perhaps ``name``, ``basis``, ``accuracy_m``.
    key
        Column that names a row.
    plane
        Survey plane.
    land
        As :func:`land_around` gives it; a place beyond has no shape.

    Returns
    -------
    places
        Sorted by id.
    """
    ordered = frame.sort_values(key, kind="stable")
    count = len(ordered)
    near = np.ones(count, dtype=bool)
    if land is not None and frame.crs == CGCS2000:
        boxes = in_plane_too(shapely.bounds(ordered.geometry.to_numpy()))
        near &= ((boxes[:, :2] <= land[2:]) & (boxes[:, 2:] >= land[:2])).all(axis=1)
    shapes = np.full(count, None, dtype=object)
    shapes[near] = shapes_of(ordered[near], plane)
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
