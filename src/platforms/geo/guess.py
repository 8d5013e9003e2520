"""Which system can coordinates be in: by magnitude, zone prefix and the county's place.

Size tells degrees from metres and shows the zone prefix of an easting. It does not show the
central meridian of a six-digit easting, and it can never show the datum: Xi'an 1980,
Beijing 1954 and CGCS2000 give numbers of the same size. Six-digit eastings are therefore
tried on every meridian, and those that land in the county are kept. One candidate is an
answer, none or several are a question for the user.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

import numpy as np
import shapely

from platforms import messages
from platforms.geo.systems import System, describe, parse_crs
from platforms.geo.transform import transformer
from platforms.geo.zones import MAX_ZONE_3, MIN_ZONE_3, code_of

__all__ = ["Candidate", "Fit", "crs_fits", "guess_crs"]

Bounds: TypeAlias = Sequence[float]
Span: TypeAlias = tuple[float, float]
Reason = Literal[
    "fits",
    "swapped",
    "metres_in_degrees",
    "degrees_in_metres",
    "prefix_missing",
    "prefix_extra",
    "wrong_zone",
    "web_mercator",
    "outside_china",
    "outside_region",
]

# generous boxes around China: degrees, northings, and eastings from the central meridian
_LON = (72.0, 137.0)
_LAT = (2.0, 55.0)
_NORTH_M = (200_000.0, 6_200_000.0)
_MAX_DEGREES = 360.0
_WEB_MERCATOR = 3857
_HALF_ZONE_M = {3: 320_000.0, 6: 450_000.0}
_WEB_X_M = (8_000_000.0, 15_300_000.0)
_WEB_Y_M = (200_000.0, 7_400_000.0)
_UTM_ZONES = range(43, 54)
_PREFIX_6, _PREFIX_3 = range(13, 24), range(MIN_ZONE_3, MAX_ZONE_3 + 1)


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A system that coordinates may be in.

    Attributes
    ----------
    epsg
        Its code.
    swapped
        Whether the file holds northing (latitude) first.
    bounds
        Where the coordinates then lie: west, south, east, north in degrees.
    share
        Share of that box that lies in the region asked for, 0 to 1; 1 without a region.
    basis
        How it was found: ``degrees``, ``prefix_3``, ``prefix_6``, ``meridian``, ``utm`` or
        ``web_mercator``.
    """

    epsg: int
    swapped: bool
    bounds: tuple[float, float, float, float]
    share: float
    basis: str

    @property
    def system(self) -> System:
        """What the system is."""
        return describe(self.epsg)

    def reason(self, lang: str | None = None) -> str:
        """Say in words why this system is possible."""
        west, south, east, north = self.bounds
        words = messages.text(
            f"geo.guess.{self.basis}",
            lang,
            system=self.system.label(lang),
            lon=f"{(west + east) / 2:.3f}",
            lat=f"{(south + north) / 2:.3f}",
        )
        return words + (messages.text("geo.guess.swapped", lang) if self.swapped else "")


@dataclasses.dataclass(frozen=True, slots=True)
class Fit:
    """Whether coordinates can be in the system that was declared.

    Attributes
    ----------
    fits
        True when nothing speaks against it.
    reason
        ``fits`` or what speaks against it.
    declared
        What the declared system is.
    candidates
        Systems that do fit, best first.
    """

    fits: bool
    reason: Reason
    declared: System
    candidates: tuple[Candidate, ...] = ()

    def message(self, lang: str | None = None) -> str:
        """Say what was found and which systems would fit."""
        labels = [c.system.label(lang) for c in self.candidates]
        return messages.text(
            f"geo.fit.{self.reason}",
            lang,
            system=self.declared.label(lang),
            candidates=labels or messages.text("geo.fit.nothing", lang),
        )


def guess_crs(
    bounds: Bounds,
    *,
    region_bounds: Bounds | None = None,
    region_geometry: shapely.Geometry | None = None,
) -> list[Candidate]:
    """Return the systems that coordinates can be in, best first.

    Parameters
    ----------
    bounds
        Smallest and largest x and y as the file has them: (minx, miny, maxx, maxy).
    region_bounds
        Box that the coordinates should lie in: west, south, east, north in degrees.
    region_geometry
        Polygon of the county in longitude and latitude; stricter than a box.

    Returns
    -------
    candidates
        Empty when no system of China fits. Without a region a six-digit easting fits every
        central meridian. The datum is always open: CGCS2000 is named.
    """
    found = []
    for epsg, swapped, basis in _possible(bounds):
        box = _degrees(bounds, epsg, swapped=swapped)
        if box is None:
            continue
        share = _share(box, region_bounds, region_geometry)
        if share > 0.0:
            found.append(Candidate(epsg, swapped, box, share, basis))
    return sorted(found, key=lambda c: -c.share)


def crs_fits(
    bounds: Bounds,
    crs: object,
    *,
    region_bounds: Bounds | None = None,
    region_geometry: shapely.Geometry | None = None,
) -> Fit:
    """Say whether coordinates can be in the system that a file declares.

    Parameters
    ----------
    bounds
        (minx, miny, maxx, maxy) as the file has them.
    crs
        The declared system.
    region_bounds, region_geometry
        As in `guess_crs`. A wrong central meridian moves data by 3 degrees and leaves every
        number plausible: only the region shows it.

    Returns
    -------
    fit
        Systems outside the families known here are only checked against the region.

    Raises
    ------
    CRSError
        When there is no system, or PROJ cannot read it.
    """
    declared = describe(crs)
    reason = _contradiction(bounds, declared)
    if reason == "fits":
        box = _degrees(bounds, crs, swapped=False)
        if box is None:
            reason = "outside_china"
        elif _share(box, region_bounds, region_geometry) == 0.0:
            reason = "outside_region"
    if reason == "fits":
        return Fit(fits=True, reason="fits", declared=declared)
    others = guess_crs(bounds, region_bounds=region_bounds, region_geometry=region_geometry)
    # a web map's x at 120 E begins with 13, like an easting of 6-degree zone 13
    if reason in {"prefix_extra", "wrong_zone"} and others and others[0].epsg == _WEB_MERCATOR:
        reason = "web_mercator"
    return Fit(fits=False, reason=reason, declared=declared, candidates=tuple(others))


def _contradiction(bounds: Bounds, system: System) -> Reason:
    """Compare magnitudes with the declared system, without any transformation."""
    x, y = (bounds[0], bounds[2]), (bounds[1], bounds[3])
    degrees = max(map(abs, bounds)) <= _MAX_DEGREES
    if system.kind == "geographic":
        return _degrees_contradiction(x, y) if degrees else "metres_in_degrees"
    if degrees:
        return "degrees_in_metres"
    if system.kind == "web_mercator":
        return "fits" if _within(x, _WEB_X_M) and _within(y, _WEB_Y_M) else "outside_china"
    return _plane_contradiction(x, y, system) if system.kind in {"gauss", "utm"} else "fits"


def _degrees_contradiction(x: Span, y: Span) -> Reason:
    if _within(x, _LON) and _within(y, _LAT):
        return "fits"
    return "swapped" if _within(y, _LON) and _within(x, _LAT) else "outside_china"


def _plane_contradiction(x: Span, y: Span, system: System) -> Reason:
    half = _HALF_ZONE_M[system.width or 6]
    y = (y[0] - system.false_northing_m, y[1] - system.false_northing_m)
    around = (system.false_easting_m - half, system.false_easting_m + half)
    north = _within(y, _NORTH_M)
    reason: Reason = "outside_china"
    if _within(x, around) and north:
        reason = "fits"
    elif _within(x, _NORTH_M) and (_within(y, around) or _prefix(y) is not None):
        reason = "swapped"
    elif _prefix(x) is not None and north:
        reason = "wrong_zone" if system.prefix else "prefix_extra"
    elif system.prefix and _within(x, (0.0, 1_000_000.0)) and north:
        reason = "prefix_missing"
    elif _within(x, _WEB_X_M) and _within(y, _WEB_Y_M):
        reason = "web_mercator"
    return reason


def _possible(bounds: Bounds) -> Iterator[tuple[int, bool, str]]:
    """Go through the systems whose magnitudes fit: code, swapped, basis."""
    first, second = (bounds[0], bounds[2]), (bounds[1], bounds[3])
    for swapped, x, y in ((False, first, second), (True, second, first)):
        if _within(x, _LON) and _within(y, _LAT):
            yield 4490, swapped, "degrees"
        if _within(x, _WEB_X_M) and _within(y, _WEB_Y_M) and not swapped:
            yield _WEB_MERCATOR, swapped, "web_mercator"
        if not _within(y, _NORTH_M):
            continue
        carried = _prefix(x)
        if carried is not None:
            three = carried in _PREFIX_3
            basis = "prefix_3" if three else "prefix_6"
            yield code_of(carried, width=3 if three else 6), swapped, basis
        elif _within(x, (0.0, 1_000_000.0)):
            for zone in _PREFIX_3:
                yield code_of(zone, prefix=False), swapped, "meridian"
            for zone in _UTM_ZONES:
                yield 32600 + zone, swapped, "utm"


def _prefix(x: Span) -> int | None:
    """Return the zone number that eastings carry, when all carry the same one."""
    low, high = (int(v // 1_000_000) for v in x)
    return low if low == high and (low in _PREFIX_3 or low in _PREFIX_6) else None


def _within(values: Span, limits: Span) -> bool:
    return limits[0] <= values[0] and values[1] <= limits[1]


def _degrees(
    bounds: Bounds, crs: object, *, swapped: bool
) -> tuple[float, float, float, float] | None:
    """Return the box in degrees, or None when it does not lie in China."""
    system = describe(crs)
    west, south, east, north = (bounds[i] for i in ((1, 0, 3, 2) if swapped else range(4)))
    if system.kind in {"gauss", "utm"}:
        half = _HALF_ZONE_M[3 if system.prefix and system.width == 3 else 6]  # noqa: PLR2004
        if max(abs(west - system.false_easting_m), abs(east - system.false_easting_m)) > half:
            return None
    corners = np.array([west, west, east, east]), np.array([south, north, south, north])
    # only the place matters here, so an old datum is read on its own ellipsoid
    target = "EPSG:4490" if system.datum in {"cgcs2000", "wgs84"} else _own_degrees(crs)
    lon, lat = transformer(crs, target).transform(*corners)
    box = (float(min(lon)), float(min(lat)), float(max(lon)), float(max(lat)))
    inside = _within((box[0], box[2]), _LON) and _within((box[1], box[3]), _LAT)
    return box if inside else None


def _own_degrees(crs: object) -> object:
    return parse_crs(crs).geodetic_crs


def _share(
    box: tuple[float, float, float, float],
    region_bounds: Bounds | None,
    region_geometry: shapely.Geometry | None,
) -> float:
    """Return the share of a box that lies in the region; touching counts a little."""
    region = region_geometry
    if region is None:
        if region_bounds is None:
            return 1.0
        west, south, east, north = region_bounds
        region = shapely.box(west, south, east, north)
    shape = shapely.box(*box)
    if not shapely.intersects(region, shape):
        return 0.0
    whole = shapely.area(shape)
    if whole == 0.0:
        return 1.0
    return max(float(shapely.area(shapely.intersection(region, shape)) / whole), 1e-9)
