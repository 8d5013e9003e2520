"""Which features any place can reach at all, told by boxes in degrees before any is laid.

Laying a plot in the plane costs more than most answers. Where few places are asked for, such as
platforms without towns, most plots lie beyond all of them; their boxes say so with room to spare.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.crs import CGCS2000
from platforms.planning.belonging.places import Floats, in_plane_too

__all__ = ["in_reach"]

# fewer features are laid at once; more places are not gone through one by one
_MANY, _FEW = 2000, 64
# a degree of latitude has at least so many metres, and a plane stretches by less than this
_DEGREE_M, _ROOM = 110_500.0, 1.05
# towards the poles a degree of longitude has no length; a plane bends more than it should
_NORTHMOST, _WIDEST = 70.0, 10.0


def in_reach(
    features: gpd.GeoDataFrame, layers: Sequence[tuple[gpd.GeoDataFrame, Floats]]
) -> NDArray[np.bool_]:
    """Say which features may lie in a place, or as near to it as decides anything.

    Parameters
    ----------
    features
        Any shapes with a CRS.
    layers
        Places, and how far each of them reaches, metres.

    Returns
    -------
    reached
        False only where no place is so near; True for all where that is not easily told.
    """
    every = np.ones(len(features), dtype=bool)
    if len(features) < _MANY or not all(
        frame.crs == CGCS2000 for frame in (features, *(places for places, _ in layers))
    ):
        return every
    boxes = shapely.bounds(features.geometry.to_numpy())
    lands = [_land(shapely.bounds(frame.geometry.to_numpy()), reach) for frame, reach in layers]
    land = np.concatenate(lands)
    land = land[np.isfinite(land).all(axis=1)]
    some = np.isfinite(boxes).all(axis=1)
    if not (some.any() and len(land)):
        return every
    least, most = boxes[some].min(axis=0)[:2], boxes[some].max(axis=0)[2:]
    if np.abs([least[1], most[1]]).max() > _NORTHMOST or (most - least).max() > _WIDEST:
        return every
    wide = in_plane_too(boxes)
    near = land[((land[:, :2] <= most + 1) & (land[:, 2:] >= least - 1)).all(axis=1)]
    if len(near) > _FEW:
        return every
    reached = np.zeros(len(features), dtype=bool)
    west, south, east, north = wide.T
    for left, low, right, top in near:
        reached |= (west <= right) & (east >= left) & (south <= top) & (north >= low)
    return reached


def _land(boxes: Floats, reach_m: Floats) -> Floats:
    """Return boxes in degrees of whatever is within reach of places in theirs."""
    by = reach_m * _ROOM / _DEGREE_M
    along = np.maximum(np.abs(boxes[:, 1]), np.abs(boxes[:, 3])) + by
    across = by / np.cos(np.radians(np.minimum(along, 89.0)))
    land: Floats = in_plane_too(boxes) + np.column_stack([-across, -by, across, by])
    return land
