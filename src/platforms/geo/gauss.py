"""True areas and lengths, integrated in the Gauss plane.

An edge is straight in the Gauss plane, as in the official method. The scale k of the
projection at easting x from the central meridian is known as a series, so the area on the
ellipsoid is the plane integral of

    1/k² = 1 - x²/R² + 2x⁴/(3R⁴),    R² = M·N at the foot latitude,

and Green's theorem turns it into sums over edges that are exact for straight edges. No
coordinate is transformed and no edge is divided. Against GeographicLib on edges divided to
5 m the difference stays under 0.0005 m² or 0.003 ppm, whichever is larger, up to 1.6° from
the central meridian (measured on parcels of 100 m² to 10 km²), and under 0.03 ppm at 3°.

R² changes by 1 % over 50 degrees of latitude; it is taken at the middle of each edge.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platforms.geo import ellipsoid as el
from platforms.geo.rings import Rings

__all__ = ["edge_lengths_m", "geodesic_rings_m2", "planar_rings_m2"]

_BLOCK = 16_384
_NORTH_END_M = 6_700_000.0


def _curvature(north: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1/(M·N) at the foot latitude of a northing in metres, per square metre."""
    e = el.K0 * north
    s2 = np.sin(e) ** 2
    rise = np.cos(e) * np.sin(e) * (el.K1 - s2 * (el.K2 - s2 * (el.K3 - s2 * el.K4)))
    return np.asarray((1 + el.EP2 * np.cos(e + rise) ** 2) ** 2 / el.C**2)


# the curvature as a polynomial of the northing, good to 4e-8 from the equator to 60 degrees
_POLYNOMIAL = tuple(
    float(c)
    for c in np.polynomial.Chebyshev.interpolate(_curvature, 6, domain=[0, _NORTH_END_M])
    .convert(kind=np.polynomial.Polynomial)
    .coef
)


def geodesic_rings_m2(rings: Rings) -> NDArray[np.float64]:
    """Return each ring's area on the ellipsoid of CGCS2000, signed by direction.

    Parameters
    ----------
    rings
        Vertices in a Gauss plane, metres; easting counted from the central meridian (zone
        prefix and 500 000 m taken off).
    """
    edge = np.empty(max(rings.east.size - 1, 0))
    for first in range(0, edge.size, _BLOCK):
        cut = slice(first, first + _BLOCK + 1)
        edge[first : first + _BLOCK] = _edges_m2(rings.east[cut], rings.north[cut])
    return rings.along(edge)


def _edges_m2(x: NDArray[np.float64], n: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ∮ (x - x³/3R² + 2x⁵/15R⁴) dn of each edge."""
    x1, x2, n1, n2 = x[:-1], x[1:], n[:-1], n[1:]
    middle = 0.5 * (n1 + n2)
    curvature = np.full_like(middle, _POLYNOMIAL[-1])
    for coefficient in _POLYNOMIAL[-2::-1]:
        curvature *= middle
        curvature += coefficient
    squares = x1 * x1 + x2 * x2
    product = x1 * x2
    # Σ x1^i x2^j over i + j = 3 and 5 are (x1 + x2) times these two
    fifth = squares * squares - product * product
    bracket = 0.5 - curvature * (squares / 12 - curvature * fifth / 45)
    return np.asarray((n2 - n1) * (x1 + x2) * bracket)


def planar_rings_m2(rings: Rings) -> NDArray[np.float64]:
    """Return each ring's area in the plane, signed by direction (shoelace).

    Each ring is counted from its own first vertex: eight-digit coordinates would lose
    100 ppm of a small parcel otherwise.
    """
    if not rings.start.size:
        return np.zeros(0)
    count = np.diff(np.append(rings.start, rings.east.size))
    x = rings.east - np.repeat(rings.east[rings.start], count)
    y = rings.north - np.repeat(rings.north[rings.start], count)
    return 0.5 * rings.along(x[:-1] * y[1:] - x[1:] * y[:-1])


def edge_lengths_m(
    east: NDArray[np.float64], north: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lengths of a line's edges in the plane and on the ellipsoid.

    Parameters
    ----------
    east, north
        Vertices in a Gauss plane, metres; easting counted from the central meridian.

    Returns
    -------
    plane_m, ellipsoid_m
        One value for each pair of neighbouring vertices. The second is the length of the
        straight plane edge laid on the ellipsoid, ∫ ds/k by Simpson's rule.
    """
    plane = np.hypot(np.diff(east), np.diff(north))
    middle = 0.5 * (east[:-1] + east[1:]), 0.5 * (north[:-1] + north[1:])
    at_vertex = _inverse_scale(east, north)
    mean = (at_vertex[:-1] + 4 * _inverse_scale(*middle) + at_vertex[1:]) / 6
    return plane, plane * mean


def _inverse_scale(east: NDArray[np.float64], north: NDArray[np.float64]) -> NDArray[np.float64]:
    u2 = east * east * _curvature(north)
    return np.asarray(1 - u2 / 2 * (1 - u2 * 5 / 12))
