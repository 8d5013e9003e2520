"""What a coordinate system is: datum, projection, zone and prefix, by its parameters.

Names lie: Esri files call different things Zone_40, and a name can contradict the false
easting beside it. A system is therefore recognised by ellipsoid, central meridian, false
easting and scale. CGCS2000 and WGS84 are taken as the same on the ground (they differ by
less than a metre, with the drift of plates); Xi'an 1980 and Beijing 1954 lie tens of metres
and more away, and no formula without local parameters brings them here.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from pyproj import CRS
from pyproj.exceptions import CRSError as ProjCRSError

from platforms import messages
from platforms.errors import CRSError
from platforms.geo import ellipsoid as el
from platforms.geo.zones import code_of, numbered

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["System", "describe", "parse_crs"]

Datum = Literal["cgcs2000", "wgs84", "xian80", "beijing54", "bound", "other"]
Kind = Literal["geographic", "gauss", "utm", "web_mercator", "other"]

# ellipsoids by semi-major axis (m) and inverse flattening
_KRASSOVSKY = (6378245.0, 298.3)
_IAG_1975 = (6378140.0, 298.257)
_WGS84 = (6378137.0, 298.257223563)
_UTM_SCALE = 0.9996


@dataclasses.dataclass(frozen=True, slots=True)
class System:
    """What a coordinate system is.

    Attributes
    ----------
    kind
        ``geographic`` (degrees), ``gauss`` (Gauss-Krüger with scale 1), ``utm``,
        ``web_mercator`` or ``other``.
    datum
        ``cgcs2000`` (also an unnamed datum on its ellipsoid), ``wgs84``, ``xian80``,
        ``beijing54``, ``bound`` (the user gave shift parameters) or ``other``.
    central_meridian
        Degrees; None for degrees and unknown projections.
    false_easting_m, false_northing_m, scale
        Of the projection; 0, 0 and 1 for degrees.
    zone, width
        Number of the zone and its width (3 or 6 degrees); None for a local meridian.
    prefix
        Whether eastings carry the zone number.
    epsg
        The EPSG code with exactly these parameters, or None.
    """

    kind: Kind
    datum: Datum
    central_meridian: float | None = None
    false_easting_m: float = 0.0
    false_northing_m: float = 0.0
    scale: float = 1.0
    zone: int | None = None
    width: Literal[3, 6] | None = None
    prefix: bool = False
    epsg: int | None = None

    @property
    def is_plane(self) -> bool:
        """Whether areas can be measured here: a Gauss plane of CGCS2000."""
        return self.kind == "gauss" and self.datum == "cgcs2000"

    @property
    def is_degrees(self) -> bool:
        """Whether coordinates are CGCS2000 (or WGS84) longitude and latitude."""
        return self.kind == "geographic" and self.datum in {"cgcs2000", "wgs84"}

    def label(self, lang: str | None = None) -> str:
        """Name the system in words: datum, zone, central meridian, prefix, code."""
        datum = messages.text(f"geo.datum.{self.datum}", lang)
        entry: str = self.kind
        if self.kind == "gauss":
            entry = "gauss_local" if self.zone is None else "gauss_zone"
        prefix = messages.text(f"geo.prefix.{'with' if self.prefix else 'without'}", lang)
        meridian = None if self.central_meridian is None else f"{self.central_meridian:g}"
        words = messages.text(
            f"geo.system.{entry}",
            lang,
            datum=datum,
            zone=self.zone,
            width=self.width,
            meridian=meridian,
            prefix=prefix,
        )
        return words if self.epsg is None else f"{words} (EPSG:{self.epsg})"


def parse_crs(crs: object) -> CRS:
    """Return a CRS for what a user or a file calls one (code, WKT, proj string, CRS).

    Raises
    ------
    CRSError
        When there is none, or PROJ cannot read it.
    """
    if crs is None:
        raise CRSError("geo.missing")
    try:
        parsed = CRS.from_user_input(crs)
    except ProjCRSError:
        raise CRSError("geo.unreadable", crs=str(crs)[:120]) from None
    return _without_zero_shift(parsed)


def _without_zero_shift(crs: CRS) -> CRS:
    """Take off shift parameters that are all zero: they say nothing of a datum."""
    if not crs.is_bound or crs.source_crs is None:
        return crs
    operation = crs.coordinate_operation
    values = [] if operation is None else operation.towgs84
    return crs if any(values) or not values else crs.source_crs


def describe(crs: object) -> System:
    """Say what a coordinate system is, by its parameters.

    Parameters
    ----------
    crs
        Anything that PROJ reads: code, WKT (also Esri's), proj string, CRS.

    Raises
    ------
    CRSError
        When there is none, or PROJ cannot read it.

    Examples
    --------
    >>> system = describe("EPSG:4549")
    >>> system.zone, system.central_meridian, system.prefix, system.datum
    (40, 120.0, False, 'cgcs2000')
    """
    return _describe(parse_crs(crs))


@lru_cache(maxsize=256)
def _describe(crs: CRS) -> System:
    if crs.is_bound and crs.source_crs is not None:
        return dataclasses.replace(_describe(crs.source_crs), datum="bound", epsg=None)
    if crs.is_compound:
        return _describe(crs.sub_crs_list[0])
    datum = _datum_of(crs)
    if crs.is_geographic:
        code = {"cgcs2000": 4490, "wgs84": 4326, "xian80": 4610, "beijing54": 4214}.get(datum)
        return System("geographic", datum, epsg=code)
    operation = crs.coordinate_operation
    method = "" if operation is None else operation.method_name.lower()
    if "pseudo" in method or "popular visualisation" in method:
        return System("web_mercator", datum, epsg=crs.to_epsg())
    if "transverse mercator" in method and "south" not in method:
        return _transverse(crs, datum)
    return System("other", datum, epsg=crs.to_epsg())


def _transverse(crs: CRS, datum: Datum) -> System:
    value = {p.name.lower(): p.value * p.unit_conversion_factor for p in _parameters(crs)}
    angle = {p.name.lower(): p.value for p in _parameters(crs)}
    meridian = next((v for k, v in angle.items() if "longitude" in k), 0.0)
    latitude = next((v for k, v in angle.items() if "latitude" in k), 0.0)
    scale = next((v for k, v in angle.items() if "scale" in k), 1.0)
    easting, northing = value.get("false easting", 0.0), value.get("false northing", 0.0)
    metres = all(a.unit_conversion_factor == 1.0 for a in crs.axis_info)
    plain = latitude == 0.0 and metres
    number: Mapping[str, Any] = {"zone": None, "width": None, "prefix": False, "epsg": None}
    kind: Kind = "other"
    if plain and scale == 1.0:
        kind = "gauss"
        number = numbered(meridian, easting) if northing == 0.0 else number
        if datum != "cgcs2000" or (number["epsg"] and crs.to_epsg() in _twins(number)):
            number = {**number, "epsg": crs.to_epsg()}
    elif plain and abs(scale - _UTM_SCALE) < 1e-9:  # noqa: PLR2004
        kind = "utm"
        number = {"zone": int((meridian + 183) // 6), "width": 6, "epsg": crs.to_epsg()}
    return System(kind, datum, meridian, easting, northing, scale, **number)


def _parameters(crs: CRS) -> list[Any]:
    operation = crs.coordinate_operation
    return [] if operation is None else list(operation.params)


def _twins(number: Mapping[str, Any]) -> set[int]:
    """Return the codes that share parameters: 3 and 6 degrees without prefix."""
    codes = {int(number["epsg"])}
    if not number["prefix"] and number["zone"] % 2:
        codes.add(code_of((number["zone"] * 3 + 3) // 6, width=6, prefix=False))
    return codes


def _datum_of(crs: CRS) -> Datum:
    ellipsoid = crs.ellipsoid
    if ellipsoid is None:
        return "other"
    shape = (ellipsoid.semi_major_metre, ellipsoid.inverse_flattening)
    geodetic = crs.geodetic_crs
    named = "" if geodetic is None or geodetic.datum is None else geodetic.datum.name.lower()
    if _same(shape, _KRASSOVSKY):
        return "beijing54"
    if _same(shape, _IAG_1975):
        return "xian80"
    unnamed = not named or "unknown" in named or "unnamed" in named or "based on" in named
    if _same(shape, (el.A, el.INVERSE_FLATTENING)):
        chinese = "china" in named or "cgcs" in named
        return "cgcs2000" if chinese or unnamed else "other"
    if _same(shape, _WGS84):
        return "wgs84" if unnamed or "wgs" in named or "world geodetic" in named else "other"
    return "other"


def _same(shape: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(shape[0] - other[0]) < 0.5 and abs(shape[1] - other[1]) < 1e-6  # noqa: PLR2004
