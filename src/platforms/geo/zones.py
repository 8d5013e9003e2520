"""Gauss zones of CGCS2000: their numbers, codes and planes, also on a meridian without a code.

A zone of 3 degrees has number L/3 and central meridian 3n, one of 6 degrees has central
meridian 6n - 3; with a prefix the false easting is n·1 000 000 + 500 000.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

from pyproj import CRS

from platforms.errors import CRSError

__all__ = [
    "CGCS2000",
    "FALSE_EASTING_M",
    "MAX_ZONE_3",
    "MIN_ZONE_3",
    "code_of",
    "gauss_plane",
    "numbered",
    "zone_of",
]

CGCS2000 = "EPSG:4490"
FALSE_EASTING_M = 500_000.0
MIN_ZONE_3, MAX_ZONE_3 = 25, 45
_MIN_ZONE_6, _MAX_ZONE_6 = 13, 23


def zone_of(lon: float, *, width: Literal[3, 6] = 3) -> int:
    """Return the number of the Gauss zone of a longitude in degrees.

    Examples
    --------
    >>> zone_of(120.96), zone_of(121.6), zone_of(120.96, width=6)
    (40, 41, 21)
    """
    return int((lon + 1.5) // 3) if width == 3 else int(lon // 6) + 1  # noqa: PLR2004


def code_of(zone: int, *, width: Literal[3, 6] = 3, prefix: bool = True) -> int:
    """Return the EPSG code of a CGCS2000 Gauss zone.

    Parameters
    ----------
    zone
        Number of the zone: 25 to 45 (3 degrees) or 13 to 23 (6 degrees).
    width
        Of the zone, degrees.
    prefix
        Whether eastings carry the zone number.

    Raises
    ------
    CRSError
        For a zone that China does not have.

    Examples
    --------
    >>> code_of(40), code_of(40, prefix=False), code_of(21, width=6)
    (4528, 4549, 4499)
    """
    three = width == 3  # noqa: PLR2004
    low, high = (MIN_ZONE_3, MAX_ZONE_3) if three else (_MIN_ZONE_6, _MAX_ZONE_6)
    if not low <= zone <= high:
        raise CRSError("geo.zone_unknown", zone=zone, width=width, low=low, high=high)
    if three:
        return zone + (4488 if prefix else 4509)
    return zone + (4478 if prefix else 4489)


@lru_cache(maxsize=64)
def gauss_plane(
    central_meridian: float,
    *,
    false_easting_m: float = FALSE_EASTING_M,
    false_northing_m: float = 0.0,
) -> CRS:
    """Return a CGCS2000 Gauss plane on any meridian, also one that has no code.

    Parameters
    ----------
    central_meridian
        Degrees.
    false_easting_m, false_northing_m
        Of the origin, metres.
    """
    code = numbered(central_meridian, false_easting_m)["epsg"]
    if code is not None and false_northing_m == 0.0:
        return CRS.from_epsg(code)
    base = CRS.from_epsg(4490).to_json_dict()
    project = {
        "type": "ProjectedCRS",
        "name": f"CGCS2000 / Gauss-Kruger CM {central_meridian:.10g}E",
        "base_crs": base,
        "conversion": {
            "name": "Gauss-Kruger",
            "method": {"name": "Transverse Mercator", "id": {"authority": "EPSG", "code": 9807}},
            "parameters": [
                _parameter("Latitude of natural origin", 8801, 0.0, "degree"),
                _parameter("Longitude of natural origin", 8802, central_meridian, "degree"),
                _parameter("Scale factor at natural origin", 8805, 1.0, "unity"),
                _parameter("False easting", 8806, false_easting_m, "metre"),
                _parameter("False northing", 8807, false_northing_m, "metre"),
            ],
        },
        "coordinate_system": {
            "subtype": "Cartesian",
            "axis": [
                {"name": "Easting", "abbreviation": "E", "direction": "east", "unit": "metre"},
                {"name": "Northing", "abbreviation": "N", "direction": "north", "unit": "metre"},
            ],
        },
    }
    return CRS.from_json_dict(project)


def _parameter(name: str, code: int, value: float, unit: str) -> dict[str, object]:
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "id": {"authority": "EPSG", "code": code},
    }


def numbered(meridian: float, easting: float) -> dict[str, Any]:
    """Return what a zone is called, by its parameters.

    Parameters
    ----------
    meridian
        Central meridian, degrees.
    easting
        False easting, m.

    Returns
    -------
    number
        ``zone`` and ``width`` (degrees; both None for a local plane), ``prefix`` (whether
        eastings carry the zone number) and ``epsg`` (None without a code).
    """
    prefix = easting != FALSE_EASTING_M
    number = (easting - FALSE_EASTING_M) / 1e6
    nothing: dict[str, Any] = {"zone": None, "width": None, "prefix": False, "epsg": None}
    if prefix and (number != int(number) or number < 1):
        return nothing
    three, six = round(meridian / 3), (meridian + 3) / 6
    if (
        three * 3 == meridian
        and MIN_ZONE_3 <= three <= MAX_ZONE_3
        and (not prefix or number == three)
    ):
        return {"zone": three, "width": 3, "prefix": prefix, "epsg": code_of(three, prefix=prefix)}
    if prefix and six == number and _MIN_ZONE_6 <= number <= _MAX_ZONE_6:
        zone = int(six)
        return {"zone": zone, "width": 6, "prefix": True, "epsg": code_of(zone, width=6)}
    # a prefix that contradicts the meridian is a local plane with an odd false easting
    return {**nothing, "prefix": prefix}
