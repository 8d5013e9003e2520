"""Coordinate systems: one face for what a system is, the way between two, and guesses.

Areas are measured in a Gauss plane of CGCS2000. Where a file has no such plane, it is the
3-degree zone with prefix around the middle of the data: survey data of a county are
delivered whole in one zone, also where an island lies past the zone's edge.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from platforms.errors import CRSError
from platforms.geo.guess import Candidate, Fit, crs_fits, guess_crs
from platforms.geo.systems import System, describe, parse_crs
from platforms.geo.transform import refuse_datum, reproject, transformer
from platforms.geo.zones import CGCS2000, MAX_ZONE_3, MIN_ZONE_3, code_of, gauss_plane, zone_of

if TYPE_CHECKING:
    from pyproj import CRS

__all__ = [
    "CGCS2000",
    "Candidate",
    "Fit",
    "Settled",
    "System",
    "code_of",
    "crs_fits",
    "describe",
    "gauss_plane",
    "guess_crs",
    "parse_crs",
    "plane_for",
    "refuse_datum",
    "reproject",
    "transformer",
    "zone_of",
]


@dataclasses.dataclass(frozen=True)
class Settled:
    """A plane that was chosen for all plots together; a part of them takes it as it is."""

    crs: CRS


# a county's plane still serves this far from its meridian, degrees
_REACH_DEG = 2.5
_BOX = 4


def plane_for(where: float | Sequence[float] | gpd.GeoDataFrame, *, default: object = None) -> CRS:
    """Return the Gauss plane of CGCS2000 to measure in.

    Parameters
    ----------
    where
        A longitude, a box (west, south, east, north) in degrees, or a frame. A frame that
        is in a Gauss plane of CGCS2000 keeps it; else ``frame.attrs["plane"]`` is used,
        else the middle of its longitudes.
    default
        A plane to prefer when the place lies within 2.5 degrees of its meridian or is not
        known; as a rule the workspace's. One that is `Settled` is taken wherever the place is.

    Returns
    -------
    plane
        3-degree zone with prefix, unless the frame or ``default`` says otherwise.

    Raises
    ------
    CRSError
        When the frame has no system or a datum other than CGCS2000 and WGS84, when the
        place is not in China, and when ``default`` is not a Gauss plane of CGCS2000.

    Examples
    --------
    >>> plane_for(120.96).to_epsg(), plane_for(121.6, default="EPSG:4528").to_epsg()
    (4528, 4528)
    """
    if isinstance(default, Settled):
        return default.crs
    if isinstance(where, (int, float)):
        lon = float(where)
    elif isinstance(where, gpd.GeoDataFrame):
        system = describe(where.crs)
        if system.is_plane:
            return parse_crs(where.crs)
        if not system.is_degrees:
            raise CRSError("geo.not_measurable", system=system.label())
        default = where.attrs.get("plane") if default is None else default
        lon = _middle(where.total_bounds)
    else:
        lon = _middle(np.asarray(where, dtype=np.float64))
    if default is not None:
        plane = _gauss(default)
        meridian = describe(plane).central_meridian
        if not math.isfinite(lon) or (meridian is not None and abs(lon - meridian) <= _REACH_DEG):
            return plane
    if not math.isfinite(lon) or not MIN_ZONE_3 <= zone_of(lon) <= MAX_ZONE_3:
        raise CRSError("geo.not_in_china", lon=f"{lon:.4f}")
    return parse_crs(code_of(zone_of(lon)))


def _gauss(plane: object) -> CRS:
    system = describe(plane)
    if not system.is_plane:
        raise CRSError("geo.not_a_plane", system=system.label())
    return parse_crs(plane)


def _middle(bounds: NDArray[np.float64]) -> float:
    return float((bounds[0] + bounds[2]) / 2) if bounds.size == _BOX else math.nan
