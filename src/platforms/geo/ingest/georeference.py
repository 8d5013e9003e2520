"""In which coordinate system a file's numbers are, decided or asked, and how it was decided.

What the user says goes first, then what the file says, then what the numbers allow. Whatever
says it, the numbers must fit it and, where a county is known, land in it: 4549 that is really
4548 moves a plot by three degrees and shows in no other way. Where two systems fit, or none,
or the axes are swapped, the reading ends with the candidates named. A datum cannot be seen in
numbers; where a system was found by magnitude, the table of issues says that CGCS2000 was
taken for granted.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Protocol

import numpy as np
import shapely

from platforms.errors import CRSError
from platforms.geo.crs import (
    Candidate,
    Fit,
    crs_fits,
    describe,
    guess_crs,
    parse_crs,
    plane_for,
    refuse_datum,
    transformer,
)
from platforms.geo.gcj import remove_offset, web_offset_of
from platforms.geo.ingest.statement import (
    AGAINST_MARK,
    compare_stated,
    is_implied,
    stated_system,
)
from platforms.geo.threads import in_threads

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from platforms.geo.datum import DatumShift
    from platforms.geo.ingest.raw import RawTable
    from platforms.issues import IssueTable

__all__ = ["Georeference", "SurveyArea", "georeference", "to_degrees"]

_STORED = "EPSG:4490"
# coordinates of single rows may be wrong; the middle of all decides
_TRIM = (0.02, 0.98)
# a candidate that only touches the county does not rival one that lies in it
_RIVAL = 0.2
_SWAP_MARK = ":yx"
_SHOWN = 6
# numbers with more digits than a coordinate can have are shown by their size
_HUGE = 1e10
_OFFSET_NAMES = {"gcj02": "GCJ-02", "bd09": "BD-09"}
# control points that disagree by more than this deserve a look
_RMS_M = 0.1


class SurveyArea(Protocol):
    """What reading needs to know of a workspace."""

    @property
    def plane(self) -> CRS:
        """Survey plane, a Gauss plane of CGCS2000."""

    @property
    def county(self) -> BaseGeometry:
        """Outline, EPSG:4490."""


@dataclasses.dataclass(frozen=True)
class Georeference:
    """The system that was decided on.

    Attributes
    ----------
    crs
        The system.
    swapped
        Whether the file holds northing (latitude) first.
    basis
        ``given``, ``against_file``, ``file``, ``format``, ``magnitude``, ``parameters``,
        ``gcj02`` or ``bd09``.
    shift
        The user's way from the file's datum to CGCS2000, where there is one.
    target
        CGCS2000 plane that a shift in the plane leads to.
    """

    crs: CRS
    swapped: bool
    basis: str
    shift: DatumShift | None = None
    target: CRS | None = None

    @property
    def offset(self) -> str:
        """``gcj02`` or ``bd09`` for coordinates of a web map, else empty."""
        return self.basis if self.basis in _OFFSET_NAMES else ""

    @property
    def web(self) -> bool:
        """Whether the file is in a web map's system and nobody stands behind that."""
        unsaid = self.basis not in {"given", "against_file", "parameters"}
        return unsaid and describe(self.crs).kind == "web_mercator"

    @property
    def certified(self) -> bool:
        """Whether areas may be certified: not from a web map's coordinates."""
        return not self.offset and not self.web

    @property
    def name(self) -> str:
        """``EPSG:n`` where there is a code, else the system's own name or the proj string."""
        if self.offset:
            return _OFFSET_NAMES[self.offset]
        if self.target is not None and self.crs == self.target:
            return "local"
        code = describe(self.crs).epsg or self.crs.to_epsg()
        if code:
            return f"EPSG:{code}"
        # a proj string has no name, and is how the user knows the system
        return str(self.crs.srs if self.crs.srs.startswith("+") else self.crs.name)

    def plane(self, bounds: NDArray[np.float64], area: SurveyArea | None) -> CRS:
        """Return the plane to measure in: the file's own, else the workspace's, else by zone."""
        if self.target is not None:
            return self.target
        if describe(self.crs).is_plane:
            return self.crs
        return plane_for(bounds.tolist(), default=area.plane if area else None)


def georeference(
    raw: RawTable,
    shapes: NDArray[np.object_],
    issues: IssueTable,
    *,
    file: str,
    given: str | None,
    area: SurveyArea | None,
    shift: DatumShift | None = None,
) -> Georeference:
    """Decide the system of a file's coordinates.

    Parameters
    ----------
    raw
        What the file says.
    shapes
        Its polygons, None where a row was set aside; at least one is there.
    issues
        Takes what should be known about the decision.
    file
        Name for messages.
    given
        What the user says: anything that PROJ reads; with ``:yx`` behind it, northing comes
        first, with ``!`` at the end the file's own statement is wrong. ``gcj02`` and ``bd09``
        name the offsets of web maps.
    area
        The county, where one is known.
    shift
        The user's way from an old datum or a city grid.

    Raises
    ------
    CRSError
        When the datum is refused, when numbers and system contradict each other, and when
        several systems fit or none does. Names the candidates.
    """
    box = _middle_box(shapes)
    region = area.county if area else None
    words = (given or "").removesuffix(AGAINST_MARK)
    against = words != (given or "")
    text, swapped = words.removesuffix(_SWAP_MARK), words.endswith(_SWAP_MARK)
    if shift is not None:
        if text:
            compare_stated(raw, parse_crs(text), issues, against=True, text=words, file=file)
        declared = parse_crs(text) if text else stated_system(raw, issues)
        return _shifted(declared, shift, issues, swapped=swapped, area=area)
    if given is not None:
        offset = web_offset_of(text)
        crs = parse_crs(text if offset is None else _STORED)
        refuse_datum(crs)
        over = compare_stated(raw, crs, issues, against=against, text=words, file=file)
        _must_fit(crs, _turned(box, swapped=swapped), region, issues, file=file)
        if offset is not None:
            issues.add("web_offset_removed", "warning", offset=_OFFSET_NAMES[offset])
            return Georeference(crs, swapped, offset)
        return Georeference(crs, swapped, "against_file" if over else "given")
    stated = stated_system(raw, issues)
    if stated is not None:
        implied = is_implied(raw, stated)
        if not (implied and crs_fits(box.tolist(), stated).reason == "metres_in_degrees"):
            _must_fit(stated, box, region, issues, file=file)
            return Georeference(stated, swapped=False, basis="format" if implied else "file")
    return _by_magnitude(box, region, issues, file=file)


def _shifted(
    declared: CRS | None,
    shift: DatumShift,
    issues: IssueTable,
    *,
    swapped: bool,
    area: SurveyArea | None,
) -> Georeference:
    """Take the user's parameters where they are needed, and say what they are."""
    system = None if declared is None else describe(declared)
    if system is not None and system.epsg and (system.is_plane or system.is_degrees):
        raise CRSError("geo.helmert_not_needed", system=system.label())
    if shift.kind == "seven":
        if declared is None or system is None or system.datum == "cgcs2000":
            raise CRSError("geo.helmert_needs_crs")
    elif system is not None and system.kind == "geographic":
        raise CRSError("geo.helmert_needs_plane", system=system.label())
    target = shift.plane(system, area.plane if area else None)
    issues.add("datum_shifted", "info", parameters=shift.text)
    if shift.kind == "points":
        _points_told(shift, issues)
    crs = declared if declared is not None else target
    assert crs is not None  # noqa: S101 seven parameters have a declared system
    return Georeference(crs, swapped, "parameters", shift, target)


def _points_told(shift: DatumShift, issues: IssueTable) -> None:
    count, rms = len(shift.residuals), shift.rms_m
    if rms is None:
        issues.add("control_points_bare", "warning", count=count)
        return
    worst, metres = max(shift.residuals, key=lambda r: r[1])
    issues.add(
        "control_points_fitted",
        "warning" if rms > _RMS_M else "info",
        count=count,
        rms_m=f"{rms:.3f}",
        worst=worst,
        worst_m=f"{metres:.3f}",
    )


def _middle_box(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    bounds = shapely.bounds(shapes[~shapely.is_missing(shapes)])
    low = np.quantile(bounds[:, :2], _TRIM[0], axis=0, method="higher")
    high = np.quantile(bounds[:, 2:], _TRIM[1], axis=0, method="lower")
    if (low > high).any():
        low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    return np.concatenate([low, high])


def _turned(box: NDArray[np.float64], *, swapped: bool) -> NDArray[np.float64]:
    return box[[1, 0, 3, 2]] if swapped else box


def _must_fit(
    crs: CRS,
    box: NDArray[np.float64],
    region: BaseGeometry | None,
    issues: IssueTable,
    *,
    file: str,
) -> None:
    refuse_datum(crs)
    fit = crs_fits(box.tolist(), crs, region_geometry=region)
    if fit.fits:
        return
    rivals = _rivals(list(fit.candidates))
    if fit.reason == "outside_region" and not rivals:
        # consistent in itself, only elsewhere
        issues.add("all_outside_county", "warning", crs=fit.declared.label())
        return
    raise CRSError(
        "read.crs_contradicts", file=file, found=_found(fit, rivals), next=_options(rivals)
    )


def _found(fit: Fit, rivals: list[Candidate]) -> str:
    return dataclasses.replace(fit, candidates=tuple(rivals)).message()


def _rivals(candidates: list[Candidate]) -> list[Candidate]:
    best = max((c.share for c in candidates), default=0.0)
    return [c for c in candidates if c.share >= _RIVAL * best]


def _options(candidates: list[Candidate]) -> str:
    codes = [f"--crs EPSG:{c.epsg}{_SWAP_MARK if c.swapped else ''}" for c in candidates[:_SHOWN]]
    return " / ".join(codes) or "--crs EPSG:n"


def _by_magnitude(
    box: NDArray[np.float64], region: BaseGeometry | None, issues: IssueTable, *, file: str
) -> Georeference:
    rivals = _rivals(guess_crs(box.tolist(), region_geometry=region))
    if not rivals:
        shown = ", ".join(f"{v:.2f}" if abs(v) < _HUGE else f"{v:.1e}" for v in box)
        shown = shown.replace("e+", "e")
        raise CRSError("read.crs_none", file=file, box=shown)
    if len(rivals) > 1:
        raise CRSError(
            "read.crs_open",
            file=file,
            reasons=[c.reason() for c in rivals[:_SHOWN]],
            next=_options(rivals),
        )
    only = rivals[0]
    if only.swapped:
        raise CRSError(
            "read.crs_swapped", file=file, reason=only.reason().strip(), next=_options([only])
        )
    issues.add("crs_by_magnitude", "warning", reason=only.reason().strip(), epsg=only.epsg)
    return Georeference(parse_crs(only.epsg), swapped=False, basis="magnitude")


def to_degrees(shapes: NDArray[np.object_], system: Georeference) -> NDArray[np.object_]:
    """Return shapes in EPSG:4490 longitude and latitude."""
    shift, offset = system.shift, system.offset
    plain = shift is None and describe(system.crs).is_degrees
    if plain and not system.swapped and not offset:
        return shapes
    move = transformer(system.crs, _STORED) if shift is None else None

    def onto(points: NDArray[np.float64]) -> NDArray[np.float64]:
        if system.swapped:
            points = points[:, ::-1]
        if shift is not None:
            return shift.degrees(points, system.crs, system.target)
        if offset:
            return remove_offset(points, offset)
        if move is None or plain:
            return np.ascontiguousarray(points)
        return in_threads(lambda xy: np.column_stack(move.transform(*xy.T)), points)

    there = ~shapely.is_missing(shapes)
    out = shapes.copy()
    out[there] = shapely.transform(shapes[there], onto)
    return out
