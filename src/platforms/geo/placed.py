"""Plots laid in the plane in which they are measured, once for all that looks at them."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.crs import gauss_plane, plane_for, reproject
from platforms.geo.threads import in_threads

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from pyproj import CRS

__all__ = ["Placed", "place", "usable"]

_ANYWHERE = 120.0


@dataclasses.dataclass(frozen=True)
class Placed:
    """Geometries of a frame in a Gauss plane; not to be changed.

    Attributes
    ----------
    shapes
        One a row, coordinates in ``plane``.
    plane
        Gauss plane of CGCS2000.
    pairs
        Overlapping pairs that were found, by tolerance in m².
    """

    shapes: NDArray[np.object_]
    plane: CRS
    pairs: dict[float, pd.DataFrame] = dataclasses.field(default_factory=dict, compare=False)

    @cached_property
    def usable(self) -> NDArray[np.bool_]:
        """Which geometries are valid polygons with an inside."""
        return usable(self.shapes)


def place(frame: gpd.GeoDataFrame, plane: object = None) -> Placed:
    """Lay a frame's geometries in a Gauss plane.

    Parameters
    ----------
    frame
        Plots in any system that `measure_frame` takes; not changed.
    plane
        Gauss plane to work in, default as in `measure_frame`; or what this function gave for
        the same frame, which is then returned.

    Raises
    ------
    CRSError
        As `measure_frame`.
    """
    if isinstance(plane, Placed):
        return plane
    nothing = frame.crs is not None and not np.isfinite(frame.total_bounds).all()
    # shapes without a place are in any plane
    chosen = gauss_plane(_ANYWHERE) if nothing else plane_for(frame, default=plane)
    moved = frame[[frame.geometry.name]]
    moved = moved if frame.crs == chosen else reproject(moved, chosen)
    return Placed(moved.geometry.to_numpy(), chosen)


def usable(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Say which geometries are valid polygons with an inside."""
    kind = shapely.get_type_id(shapes)
    polygon = np.isin(kind, (3, 6)) & ~shapely.is_empty(shapes)
    return np.asarray(polygon & in_threads(shapely.is_valid, shapes), dtype=bool)
