"""Shift parameters that a user brings for an old datum or a city's own grid.

No general way leads from Xi'an 1980, Beijing 1954 or a city grid to CGCS2000; the survey
office of the place has one, as parameters or as control points. Seven parameters join two
datums in space: ``pv:`` before them for the position vector convention, ``cf:`` for the
coordinate frame (the Bursa model of Chinese textbooks, X' = ... + εz·Y − εy·Z). The two differ
by the sign of the rotations, some tens of metres on the ground; where neither stands there the
position vector is taken, which is named as an assumption. Four
join two planes: N' = ΔX + K (N cos α − E sin α), E' = ΔY + K (N sin α + E cos α), X north as
in survey sheets. Eastings are meant without their zone prefix. Parameters of nothing but
zeros are refused: that is the silent shift that this module is there to prevent.
"""

from __future__ import annotations

import csv
import dataclasses
import math
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from platforms import messages
from platforms.errors import CRSError
from platforms.geo.systems import System, describe, parse_crs
from platforms.geo.transform import seven_parameters, transformer
from platforms.geo.zones import CGCS2000, gauss_plane

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = ["DatumShift", "read_shift"]

_SEVEN, _FOUR = 7, 4
_PREFIXED = 1e7
_MILLION = 1e6
_NORTH = (1_000_000.0, 6_200_000.0)
# the scale of two surveys of one place differs by some 10 ppm; a percent is a mistake
_SCALE_OFF = 0.01
# two datums lie some hundred metres, some seconds and some ppm apart
_MAX_SHIFT_M, _MAX_TURN_S, _MAX_PPM = 10_000.0, 60.0, 100.0
# a city grid may begin anywhere in the country, and be turned by some degrees
_MAX_PLANE_M, _MAX_PLANE_TURN_S = 10_000_000.0, 36_000.0
_MIN_POINTS = 2
_CSV_BYTES = 1 << 20
_ARC_SECOND = math.pi / 648_000.0
_EARTH_M = 6_378_137.0


@dataclasses.dataclass(frozen=True, slots=True)
class DatumShift:
    """A way from a foreign datum or grid to CGCS2000.

    Attributes
    ----------
    kind
        ``seven`` (in space), ``four`` (in the plane) or ``points`` (four from control points).
    values
        Seven: dx, dy, dz in metres, rx, ry, rz in arc-seconds, scale in ppm. Four: ΔX (north)
        and ΔY (east) in metres, rotation in arc-seconds, scale as a factor.
    frame
        Whether the seven are of the coordinate frame convention.
    assumed
        Whether that was not said.
    target
        CGCS2000 plane that four parameters lead to, as given; empty to decide.
    residuals
        Control points: name and distance that remains, metres.
    """

    kind: Literal["seven", "four", "points"]
    values: tuple[float, ...]
    frame: bool = False
    assumed: bool = False
    target: str = ""
    residuals: tuple[tuple[str, float], ...] = ()

    @property
    def text(self) -> str:
        """The parameters in full, as a certificate prints them."""
        digits = [f"{v:.12g}" for v in self.values]
        names: tuple[str, ...]
        units: tuple[str, ...]
        if self.kind == "seven":
            names = ("dx", "dy", "dz", "rx", "ry", "rz", "s")
            units = ("m", "m", "m", "″", "″", "″", "ppm")
            told = messages.text("geo.shift_frame" if self.frame else "geo.shift_vector")
            told += messages.text("geo.shift_assumed") if self.open_m else ""
        else:
            names, units = ("ΔX", "ΔY", "α", "K"), ("m", "m", "″", "")
            entry = "geo.shift_points" if self.kind == "points" else "geo.shift_four"
            told = messages.text(entry, None, points=len(self.residuals))
            told += f" → {self.target}" if self.target else ""
        parts = (f"{n}={d}{u}" for n, d, u in zip(names, digits, units, strict=True))
        return f"{', '.join(parts)} ({told})"

    @property
    def open_m(self) -> float:
        """How far apart the two conventions can put a point, metres; 0 where one was named."""
        if not self.assumed:
            return 0.0
        return 2 * math.hypot(*self.values[3:6]) * _ARC_SECOND * _EARTH_M

    @property
    def rms_m(self) -> float | None:
        """Root mean square of what remains at the control points; None without any to spare."""
        if len(self.residuals) <= _MIN_POINTS:
            return None
        return math.sqrt(sum(v * v for _, v in self.residuals) / len(self.residuals))

    def plane(self, source: System | None, default: CRS | None) -> CRS | None:
        """Return the CGCS2000 plane that four parameters lead to; None for seven.

        Parameters
        ----------
        source
            What the file is declared to be, where it is.
        default
            The workspace's plane.

        Raises
        ------
        CRSError
            When no plane is known.
        """
        if self.kind == "seven":
            return None
        meridian = None
        if self.target:
            system = describe(self.target)
            if not system.is_plane:
                raise CRSError("geo.not_a_plane", system=system.label())
            meridian = system.central_meridian
        elif source is not None and source.kind == "gauss":
            meridian = source.central_meridian
        elif default is not None:
            meridian = describe(default).central_meridian
        if meridian is None:
            raise CRSError("geo.helmert_target")
        return gauss_plane(meridian)

    def degrees(
        self, points: NDArray[np.float64], source: CRS | None, plane: CRS | None
    ) -> NDArray[np.float64]:
        """Bring points to CGCS2000.

        Parameters
        ----------
        points
            Easting and northing (or longitude and latitude) in ``source``, a row a point.
        source
            System of the file on its own datum; seven parameters need it.
        plane
            What `plane` gave.

        Returns
        -------
        points
            Longitude and latitude, EPSG:4490. Heights are taken as 0.
        """
        if plane is None:
            own = parse_crs(source)
            lon, lat = points[:, 0], points[:, 1]
            if not own.is_geographic:
                lon, lat = transformer(own, own.geodetic_crs).transform(lon, lat)
            move = seven_parameters(own, self.values, frame=self.frame)
            lon, lat, _ = move.transform(lon, lat, np.zeros(len(points)))
            return np.column_stack([lon, lat])
        d_north, d_east, turn, scale = self.values
        east, north = unprefixed(points[:, 0]), points[:, 1]
        p, q = scale * math.cos(turn * _ARC_SECOND), scale * math.sin(turn * _ARC_SECOND)
        moved = d_east + q * north + p * east, d_north + p * north - q * east
        return np.column_stack(transformer(plane, CGCS2000).transform(*moved))


def unprefixed(east: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return eastings without the number of their zone."""
    return np.asarray(np.where(east >= _PREFIXED, east % _MILLION, east), dtype=np.float64)


def read_shift(text: str) -> DatumShift:
    """Read shift parameters as a user gives them.

    Parameters
    ----------
    text
        ``dx,dy,dz,rx,ry,rz,s`` behind ``pv:`` (position vector, also meant without) or
        ``cf:`` (coordinate frame); ``ΔX,ΔY,α,K`` (X north; K a factor, or in ppm as
        ``3.2ppm``), behind ``en:`` as easting, northing and anticlockwise; or the name of a
        CSV of control points. ``@EPSG:n`` behind plane parameters names the CGCS2000 plane
        that they lead to.

    Raises
    ------
    CRSError
        When it cannot be read, is all zeros, or is far from any real shift.

    Examples
    --------
    >>> read_shift("12.5,-48.1,3.2,1.0000021").kind
    'four'
    """
    body, at, target = text.strip().replace("：", ":").partition("@")
    head, _, tail = body.rpartition(":")
    mark = head.strip().lower()
    if Path(body).suffix.lower() in {".csv", ".txt"}:
        _known_plane(target)
        return _from_points(Path(body), target)
    numbers = _numbers(tail if mark in {"cf", "pv", "en"} else body)
    if len(numbers) == _SEVEN and mark in {"", "pv", "cf"}:
        _sane(numbers[:3], _MAX_SHIFT_M, text)
        _sane(numbers[3:6], _MAX_TURN_S, text)
        _sane(numbers[6:], _MAX_PPM, text)
        if not any(numbers):
            raise CRSError("geo.helmert_zero")
        if at:
            raise CRSError("geo.helmert_suffix", suffix=f"@{target}"[:40])
        return DatumShift("seven", tuple(numbers), frame=mark == "cf", assumed=not mark)
    _known_plane(target)
    if len(numbers) != _FOUR or mark not in {"", "en"}:
        raise CRSError("geo.helmert_unreadable", given=text[:120])
    first, second, turn, scale = numbers
    if max(abs(first), abs(second)) > _MAX_PLANE_M or abs(turn) > _MAX_PLANE_TURN_S:
        raise CRSError("geo.helmert_far_plane", given=text[:120])
    values = (second, first, -turn, scale) if mark == "en" else (first, second, turn, scale)
    if values == (0.0, 0.0, 0.0, 1.0):
        raise CRSError("geo.helmert_zero")
    if abs(scale - 1) > _SCALE_OFF:
        raise CRSError("geo.helmert_scale", scale=f"{scale:g}")
    return DatumShift("four", values, target=target)


def _known_plane(target: str) -> None:
    if target and not (system := describe(target)).is_plane:
        raise CRSError("geo.not_a_plane", system=system.label())


def _numbers(text: str) -> list[float]:
    numbers = []
    for cell in text.replace("，", ",").replace(";", ",").split(","):
        plain = cell.strip().lower()
        per_million = plain.endswith("ppm")
        try:
            value = float(plain.removesuffix("ppm"))
        except ValueError:
            raise CRSError("geo.helmert_unreadable", given=text[:120]) from None
        if not math.isfinite(value):
            raise CRSError("geo.helmert_unreadable", given=text[:120])
        numbers.append(value)
    # of four plane parameters the last is a factor, also when it is written in ppm
    if per_million and len(numbers) == _FOUR:
        numbers[-1] = 1 + numbers[-1] / _MILLION
    return numbers


def _sane(numbers: list[float], limit: float, text: str) -> None:
    if any(abs(v) > limit for v in numbers):
        raise CRSError("geo.helmert_far", given=text[:120])


def _from_points(path: Path, target: str) -> DatumShift:
    names, table = _control_points(path)
    source, to = table[:, :2], table[:, 2:]
    # both pairs are in one order; the size of the target shows which
    north = [bool(((_NORTH[0] <= c) & (c <= _NORTH[1])).all()) for c in to.T]
    if north == [True, False]:
        source, to = source[:, ::-1], to[:, ::-1]
    elif north != [False, True]:
        raise CRSError("geo.helmert_points_order", file=path.name)
    prefixes = {int(e // _MILLION) for e in to[:, 0]}
    if not target and prefixes != {0}:
        from platforms.geo.zones import MIN_ZONE_3, code_of

        zone = max(prefixes)
        target = f"EPSG:{code_of(zone, width=3 if zone >= MIN_ZONE_3 else 6)}"
    s = np.column_stack([unprefixed(source[:, 0]), source[:, 1]])
    t = np.column_stack([unprefixed(to[:, 0]), to[:, 1]])
    return _fitted(names, s, t, target, path.name)


def _fitted(
    names: list[str], s: NDArray[np.float64], t: NDArray[np.float64], target: str, file: str
) -> DatumShift:
    """Fit four parameters to points (easting, northing) by least squares."""
    mid_s, mid_t = s.mean(axis=0), t.mean(axis=0)
    (e, n), (to_e, to_n) = (s - mid_s).T, (t - mid_t).T
    spread = float((e**2 + n**2).sum())
    if spread < 1.0:
        raise CRSError("geo.helmert_points_few", file=file, least=_MIN_POINTS)
    p = float((n * to_n + e * to_e).sum()) / spread
    q = float((n * to_e - e * to_n).sum()) / spread
    scale, turn = math.hypot(p, q), math.atan2(q, p) / _ARC_SECOND
    if abs(scale - 1) > _SCALE_OFF:
        raise CRSError("geo.helmert_points_unlike", file=file, scale=f"{scale:.6f}")
    d_north = float(mid_t[1] - p * mid_s[1] + q * mid_s[0])
    d_east = float(mid_t[0] - q * mid_s[1] - p * mid_s[0])
    left = np.hypot(q * n + p * e - to_e, p * n - q * e - to_n)
    residuals = tuple(zip(names, left.tolist(), strict=True))
    return DatumShift("points", (d_north, d_east, turn, scale), target=target, residuals=residuals)


def _control_points(path: Path) -> tuple[list[str], NDArray[np.float64]]:
    """Read names and the four coordinates of each control point."""
    if not path.is_file() or path.stat().st_size > _CSV_BYTES:
        raise CRSError("geo.helmert_points_unreadable", file=path.name, line=0)
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")
    names: list[str] = []
    rows: list[list[float]] = []
    try:
        lines = list(csv.reader(text.splitlines()))
    except csv.Error:
        raise CRSError("geo.helmert_points_unreadable", file=path.name, line=0) from None
    for line, cells in enumerate(lines, start=1):
        if not any(c.strip() for c in cells):
            continue
        try:
            row = [float(c) for c in cells[-_FOUR:]]
        except ValueError:
            row = []
        if len(row) != _FOUR or not np.isfinite(row).all():
            if not rows and line == 1:
                continue
            raise CRSError("geo.helmert_points_unreadable", file=path.name, line=line)
        names.append(cells[0].strip() if len(cells) > _FOUR else str(len(rows) + 1))
        rows.append(row)
    if len(rows) < _MIN_POINTS:
        raise CRSError("geo.helmert_points_few", file=path.name, least=_MIN_POINTS)
    return names, np.array(rows)
