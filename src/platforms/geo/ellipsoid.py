"""Constants of the CGCS2000 ellipsoid, as printed in the official area method.

The official plot area (图斑椭球面积) is defined with *printed* constants. They are kept here
digit by digit, also where a longer value is known (π, seconds in a radian), because the
printed result depends on them. Nothing here is computed from anything else.

Source: 国土调查办发〔2008〕32号 《图幅理论面积与图斑椭球面积计算公式及要求》 (27 March 2008,
constants of Xi'an 80) with the CGCS2000 values of the third national survey (TD/T 1055-2019).
Lengths in metres, angles in radians; read on 2025-11-21.
"""

from __future__ import annotations

from typing import Final

A: Final = 6378137.0
"""Semi-major axis, m."""
INVERSE_FLATTENING: Final = 298.257222101
B: Final = 6356752.31414036
"""Semi-minor axis, m."""
E2: Final = 0.00669438002290
"""First eccentricity squared; the area series uses this one, not the second."""
EP2: Final = 0.00673949677548
"""Second eccentricity squared; the inverse series uses this one."""
C: Final = 6399593.62586
"""Polar radius of curvature a²/b, m."""

PI: Final = 3.14159265358979
RHO: Final = 206264.8062471
"""Seconds of arc in a radian."""

K0: Final = 1.57048761144159e-07
"""Radians of rectifying latitude per metre of northing."""
K1: Final = 5.05250178820567e-03
K2: Final = 2.98472900956587e-05
K3: Final = 2.41626669230084e-07
K4: Final = 2.22241238938534e-09

STRIP: Final = (
    1 + 3 / 6 * E2 + 30 / 80 * E2**2 + 35 / 112 * E2**3 + 630 / 2304 * E2**4,
    1 / 6 * E2 + 15 / 80 * E2**2 + 21 / 112 * E2**3 + 420 / 2304 * E2**4,
    3 / 80 * E2**2 + 7 / 112 * E2**3 + 180 / 2304 * E2**4,
    1 / 112 * E2**3 + 45 / 2304 * E2**4,
    5 / 2304 * E2**4,
)
"""Coefficients A to E of the strip between an edge and the reference meridian."""

SPLIT_M: Final = 70
"""Longer edges are divided in the plane: floor(length / 70) points are put in."""
PLANE_DIGITS: Final = 4
"""Plane coordinates are rounded to 0.1 mm before they are turned into B and L."""
SECOND_DIGITS: Final = 6
"""B and L are rounded to a millionth of a second of arc."""
AREA_DIGITS: Final = 2
"""Areas are printed to 0.01 m²."""
