"""The one way from one coordinate system to another.

Axes are always easting, northing and longitude, latitude. PROJ fills a gap between two
datums with a zero shift and says nothing; here that is refused, save between CGCS2000 and
WGS84, which are taken as the same. Xi'an 1980 and Beijing 1954 are refused unless the
system carries the user's own shift parameters (``+towgs84`` in a proj string).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from platforms.errors import CRSError
from platforms.geo.systems import System, describe, parse_crs
from platforms.geo.threads import in_blocks
from platforms.geo.zones import CGCS2000, gauss_plane

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["refuse_datum", "reproject", "seven_parameters", "transformer"]

_SAME_GROUND = frozenset({"cgcs2000", "wgs84"})


def refuse_datum(crs: object) -> System:
    """Return what a system is, or refuse it when its datum cannot be brought to CGCS2000.

    Raises
    ------
    CRSError
        For Xi'an 1980, Beijing 1954 and other datums without shift parameters, for no
        system and for one that PROJ cannot read.
    """
    system = describe(crs)
    if system.datum in {"xian80", "beijing54"}:
        raise CRSError("geo.datum_refused", system=system.label())
    if system.datum == "other":
        raise CRSError("geo.datum_unknown", crs=parse_crs(crs).name)
    return system


def transformer(source: object, target: object) -> Transformer:
    """Return the cached transformer between two systems, x before y.

    Parameters
    ----------
    source, target
        Anything that PROJ reads as a coordinate system.

    Returns
    -------
    transformer
        Takes and gives (easting, northing) or (longitude, latitude).

    Raises
    ------
    CRSError
        When the datums differ and no shift between them is known. A zero shift is never
        made, save between CGCS2000 and WGS84.

    Examples
    --------
    >>> lon, lat = transformer("EPSG:4528", "EPSG:4490").transform(40598000.0, 3121000.0)
    >>> round(lon, 4), round(lat, 4)
    (120.9981, 28.1999)
    """
    return _transformer(parse_crs(source), parse_crs(target))


@lru_cache(maxsize=128)
def _transformer(source: CRS, target: CRS) -> Transformer:
    source, target = _named_datum(source), _named_datum(target)
    ours, theirs = describe(source), describe(target)
    ballpark = {ours.datum, theirs.datum} <= _SAME_GROUND
    if not ballpark and ours.datum != theirs.datum and "bound" not in {ours.datum, theirs.datum}:
        refuse_datum(source)
        refuse_datum(target)
    # a user's parameters lead to WGS84, which stands for CGCS2000
    if ours.datum == "bound" and theirs.is_degrees:
        target = CRS.from_epsg(4326)
    if theirs.datum == "bound" and ours.is_degrees:
        source = CRS.from_epsg(4326)
    try:
        return Transformer.from_crs(source, target, always_xy=True, allow_ballpark=ballpark)
    except ProjError:
        raise CRSError("geo.no_way", source=ours.label(), target=theirs.label()) from None


def _named_datum(crs: CRS) -> CRS:
    """Put CGCS2000 in the place of an unnamed datum on its ellipsoid."""
    system = describe(crs)
    if crs.is_bound or system.datum != "cgcs2000":
        return crs
    if system.kind == "geographic":
        return CRS.from_user_input(CGCS2000)
    if system.kind == "gauss" and system.central_meridian is not None:
        return gauss_plane(
            system.central_meridian,
            false_easting_m=system.false_easting_m,
            false_northing_m=system.false_northing_m,
        )
    return crs


@lru_cache(maxsize=16)
def seven_parameters(source: CRS, values: tuple[float, ...], *, frame: bool = False) -> Transformer:
    """Return the way from degrees on a datum of its own to CGCS2000 by seven parameters.

    Parameters
    ----------
    source
        Gives the ellipsoid.
    values
        dx, dy, dz in metres, rx, ry, rz in arc-seconds, scale in ppm.
    frame
        Whether rotations follow the coordinate frame convention, else position vector.

    Returns
    -------
    transformer
        Takes and gives longitude, latitude in degrees and height in metres.

    Raises
    ------
    CRSError
        When the source has no ellipsoid.
    """
    ellipsoid = source.ellipsoid
    if ellipsoid is None:
        raise CRSError("geo.datum_unknown", crs=source.name)
    own = f"+a={ellipsoid.semi_major_metre!r} +rf={ellipsoid.inverse_flattening!r}"
    names = ("x", "y", "z", "rx", "ry", "rz", "s")
    shift = " ".join(f"+{n}={v!r}" for n, v in zip(names, values, strict=True))
    convention = "coordinate_frame" if frame else "position_vector"
    return Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=cart {own} "
        f"+step +proj=helmert {shift} +convention={convention} "
        "+step +inv +proj=cart +ellps=GRS80 "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )


def reproject(frame: gpd.GeoDataFrame, crs: object = CGCS2000) -> gpd.GeoDataFrame:
    """Return a frame in another system, through the one transformer.

    Parameters
    ----------
    frame
        Any geometries with a CRS; not changed.
    crs
        The system wanted; default EPSG:4490.

    Returns
    -------
    frame
        Same rows, index and columns; x, y in the new system, Z left out.

    Raises
    ------
    CRSError
        Without a CRS, and for a datum that cannot be brought there.
    """
    move = transformer(frame.crs, crs)

    def onto(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(move.transform(*points.T))

    shapes = in_blocks(lambda some: shapely.transform(some, onto), frame.geometry.to_numpy())
    out = frame.copy()
    out[frame.geometry.name] = shapes
    return out.set_crs(parse_crs(crs), allow_override=True)
