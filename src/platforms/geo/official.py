"""The official ellipsoidal area (图斑椭球面积), as the survey office prints it.

The steps and their rounding are the definition, so they are followed to the letter: plane
coordinates to 0.1 mm, points put into edges longer than 70 m, the truncated inverse Gauss
series with the printed constants, B and L to a millionth of a second, strips between each
edge and a reference meridian, half up to 0.01 m² at the end. Rounding is half up
(四舍五入) throughout. The result is about 1 ppm from the true area at 1000 m², less above.

Plane coordinates are held as whole tenths of a millimetre. Edge lengths and the points put
into edges are then exact, and the area does not depend on the zone prefix, on ring
direction or on the noise that a change of coordinates leaves in the last bits.

Source: 国土调查办发〔2008〕32号, formulas (1) and (2), and TD/T 1055-2019; the split at 70 m
and the rounding of plane coordinates follow the survey's own program.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platforms.geo import ellipsoid as el
from platforms.geo.rings import Rings

__all__ = ["official_rings_m2"]

# a block of this many points stays in the processor's cache
_BLOCK = 16_384
# coordinates that a Gauss plane cannot have are not measured
_MAX_EAST_M = 1_000_000.0
_MAX_NORTH_M = 10_100_000.0

_UNIT = 10.0**el.PLANE_DIGITS
_SPLIT = el.SPLIT_M * _UNIT
# a coordinate within 5 nm of a tie is the tie: that is what doubles can hold at 40 500 000 m
_TIE = 0.5 + 5e-9 * _UNIT
_SECONDS = 180 / el.PI * 3600
_MICRO = 10.0**el.SECOND_DIGITS


def _sine_polynomial() -> tuple[float, ...]:
    """Return a1, a3 … a9 with Σ a s^k = A sinB - B sin3B + C sin5B - D sin7B + E sin9B."""
    multiple = np.zeros((5, 5))
    for i, row in enumerate([[1], [3, -4], [5, -20, 16], [7, -56, 112, -64]]):
        multiple[i, : i + 1] = row
    multiple[4] = [9, -120, 432, -576, 256]
    signs = np.array([1.0, -1.0, 1.0, -1.0, 1.0])
    row = (np.array(el.STRIP) * signs) @ multiple
    return tuple(float(x) for x in row)


_S1, _S3, _S5, _S7, _S9 = _sine_polynomial()


def official_rings_m2(rings: Rings, meridian_deg: float) -> NDArray[np.float64]:
    """Return each ring's official area, unrounded, signed by direction.

    Parameters
    ----------
    rings
        Vertices in a Gauss plane of CGCS2000, metres; easting counted from the central
        meridian (zone prefix and 500 000 m taken off).
    meridian_deg
        The central meridian, degrees.

    Returns
    -------
    area_m2
        One per ring: positive counter-clockwise (east, north), negative clockwise, NaN for
        coordinates that lie outside any Gauss plane.
    """
    if not rings.start.size:
        return np.zeros(0)
    with np.errstate(invalid="ignore"):
        inside = (np.abs(rings.east) <= _MAX_EAST_M) & (np.abs(rings.north) <= _MAX_NORTH_M)
    east = np.where(inside, np.floor(rings.east * _UNIT + _TIE), 0.0)
    north = np.where(inside, np.floor(rings.north * _UNIT + _TIE), 0.0)
    extra = _points_to_put_in(east, north, rings.last)
    area = np.empty(rings.start.size)
    ends = np.append(rings.start[1:], rings.east.size)
    weight = np.cumsum(extra + 1)[ends - 1]
    edges = np.flatnonzero(np.diff(weight // _BLOCK, prepend=-1))
    for first, stop in zip(edges, np.append(edges[1:], area.size), strict=True):
        cut = slice(rings.start[first], ends[stop - 1])
        begin = rings.start[first:stop] - rings.start[first]
        area[first:stop] = _block_m2(east[cut], north[cut], extra[cut], begin, meridian_deg)
    if not inside.all():
        bad = np.searchsorted(rings.start, np.flatnonzero(~inside), side="right") - 1
        area[bad] = np.nan
    return area


def _points_to_put_in(
    east: NDArray[np.float64], north: NDArray[np.float64], last: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return how many points go into the edge that leaves each vertex."""
    extra = np.zeros(east.size, dtype=np.intp)
    length = np.sqrt(np.diff(east) ** 2 + np.diff(north) ** 2)
    extra[:-1] = np.where(length > _SPLIT, length / _SPLIT, 0.0)
    extra[last] = 0
    return extra


def _block_m2(
    east: NDArray[np.float64],
    north: NDArray[np.float64],
    extra: NDArray[np.intp],
    begin: NDArray[np.intp],
    meridian_deg: float,
) -> NDArray[np.float64]:
    if extra.any():
        pieces = extra + 1
        ahead = np.cumsum(pieces) - pieces
        vertex = np.repeat(np.arange(east.size), pieces)
        step = np.arange(vertex.size) - ahead[vertex]
        share = pieces[vertex]
        east, north = (
            np.floor(c[vertex] + np.diff(c, append=c[-1])[vertex] * step / share + 0.5)
            for c in (east, north)
        )
        begin = ahead[begin]
    strip, seconds = _strip_and_longitude(east / _UNIT, north / _UNIT, meridian_deg)
    edge = np.zeros(east.size)
    edge[:-1] = np.diff(strip) * (seconds[:-1] + seconds[1:])
    edge[begin[1:] - 1] = 0.0
    return np.add.reduceat(edge, begin) * (el.B**2 / (2 * el.RHO))


def _strip_and_longitude(
    east: NDArray[np.float64], north: NDArray[np.float64], meridian_deg: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return A sinB - B sin3B + … and the longitude from the central meridian in seconds.

    The strip 2b²ΔL[A sin(ΔB/2)cosBm - …] is b²ΔL times the difference of that sum between
    the two ends of the edge. The reference meridian cancels over a ring; the central one
    keeps the numbers small.
    """
    foot, sine, cosine = _foot_latitude(north)
    t = sine / cosine
    t2 = t * t
    n2 = el.EP2 * cosine * cosine
    v2 = 1.0 + n2
    q = east * np.sqrt(v2) / el.C
    q2 = q * q
    v2t = v2 * t
    drop = (
        v2t
        * q2
        * (
            0.5
            - q2 * ((5 + 3 * t2 + n2 - 9 * n2 * t2) / 24 - q2 * (61 + t2 * (90 + 45 * t2)) / 720)
        )
    )
    latitude = np.floor((foot - drop) * (_SECONDS * _MICRO) + 0.5) / (_MICRO * el.RHO)
    fifth = 5 + t2 * (28 + 24 * t2) + n2 * (6 + 8 * t2)
    longitude = q * (1 - q2 * ((1 + 2 * t2 + n2) / 6 - q2 * fifth / 120)) / cosine
    # rounding acts on the full longitude, so the meridian's own seconds go in and out again
    origin = np.floor(meridian_deg * 3600 * _MICRO + 0.5)
    behind = meridian_deg * 3600 * _MICRO - origin
    seconds = (np.floor(longitude * (_SECONDS * _MICRO) + behind + 0.5) - behind) / _MICRO
    s = _sine_near(sine, cosine, foot - latitude)
    s2 = s * s
    return s * (_S1 + s2 * (_S3 + s2 * (_S5 + s2 * (_S7 + s2 * _S9)))), seconds


def _foot_latitude(
    north: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the foot latitude Bf with its sine and cosine."""
    e = el.K0 * north
    s, c = np.sin(e), np.cos(e)
    s2 = s * s
    rise = c * s * (el.K1 - s2 * (el.K2 - s2 * (el.K3 - s2 * el.K4)))
    r2 = rise * rise
    # sine and cosine of a sum; rise stays under 0.0026, so five terms are full doubles
    near_sine = rise * (1 - r2 / 6 * (1 - r2 / 20))
    near_cosine = 1 - r2 / 2 * (1 - r2 / 12 * (1 - r2 / 30))
    return e + rise, s * near_cosine + c * near_sine, c * near_cosine - s * near_sine


def _sine_near(
    sine: NDArray[np.float64], cosine: NDArray[np.float64], less: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return sin(a - less) from the sine and cosine of a; less is under 0.01."""
    l2 = less * less
    return sine * (1 - l2 / 2 * (1 - l2 / 12)) - cosine * less * (1 - l2 / 6 * (1 - l2 / 20))
