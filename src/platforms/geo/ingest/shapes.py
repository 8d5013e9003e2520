"""Shapes as they came, judged one by one: kept, kept with a remark, or set aside.

A plot is a polygon in the plane: heights and measures are dropped and said so, an open ring
is closed and said so, the polygons of a collection are kept and the rest is counted. What
has no polygon, no finite coordinate or no area is set aside with its row. A ring that crosses
itself is kept as it is and named; nothing is repaired here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.errors import LimitError
from platforms.geo.ingest.limits import Limits
from platforms.geo.ingest.raw import Fault
from platforms.geo.threads import in_threads

if TYPE_CHECKING:
    from pyproj import Transformer

__all__ = ["judge", "why_invalid"]

_POLYGON, _COLLECTION, _MULTI = 3, 7, 6
# from here on types are made of others
_FIRST_MANY = 4
_NAMES = {
    0: "Point",
    1: "LineString",
    2: "LinearRing",
    4: "MultiPoint",
    5: "MultiLineString",
    7: "GeometryCollection",
}
# no larger number is an angle, hardly a smaller one a distance in a plane
_DEGREES = 360.0
_DEGREE_DIGITS, _METRE_DIGITS = 7, 2
_Shapes = NDArray[np.object_]
_Flags = NDArray[np.bool_]


def judge(
    wkb: Sequence[bytes | None], rows: NDArray[np.int64], *, name: str, limits: Limits
) -> tuple[_Shapes, list[Fault]]:
    """Judge shapes.

    Parameters
    ----------
    wkb
        One a row, as a reader gave it.
    rows
        1-based numbers of the rows.
    name
        The data set's name for messages.
    limits
        Bounds the number of vertices.

    Returns
    -------
    shapes, faults
        2D polygons and multipolygons, None where a row is set aside.
    """
    raw = np.asarray(wkb, dtype=object)
    shapes, curved = _parsed(raw)
    vertices = int(shapely.get_num_coordinates(shapes).sum())
    if vertices > limits.vertices:
        raise LimitError("read.vertices_many", file=name, allowed=limits.vertices)
    faults: list[Fault] = []
    absent = np.array([w is None for w in raw], dtype=bool) & ~curved
    _set_aside(shapes, curved, "geometry_curved", rows, faults)
    _set_aside(shapes, absent, "geometry_missing", rows, faults)
    _close_rings(shapes, raw, ~absent & ~curved & shapely.is_missing(shapes), rows, faults)
    _flatten(shapes, faults)
    infinite = ~_finite(shapes)
    _set_aside(shapes, infinite, "coordinate_not_finite", rows, faults)
    _only_polygons(shapes, rows, faults)
    _set_aside(shapes, _there(shapes) & shapely.is_empty(shapes), "geometry_empty", rows, faults)
    _name_invalid(shapes, rows, faults)
    return shapes, faults


def _parsed(raw: _Shapes) -> tuple[_Shapes, _Flags]:
    """Return shapes, and which of them are curves or hold some: GEOS does not read those."""
    curved = np.zeros(len(raw), dtype=bool)
    try:
        return shapely.from_wkb(raw, on_invalid="ignore"), curved
    except NotImplementedError:
        curved = np.array([_is_curve(wkb) for wkb in raw], dtype=bool)
    known = raw.copy()
    known[curved] = None
    return shapely.from_wkb(known, on_invalid="ignore"), curved


def _is_curve(wkb: bytes | None) -> bool:
    try:
        shapely.from_wkb(wkb, on_invalid="ignore")
    except NotImplementedError:
        return True
    return False


def _there(shapes: _Shapes) -> _Flags:
    return np.asarray(~shapely.is_missing(shapes), dtype=bool)


def _set_aside(
    shapes: _Shapes, which: _Flags, kind: str, rows: NDArray[np.int64], faults: list[Fault]
) -> None:
    faults += [Fault(kind, "error", int(row), None, {"row": int(row)}) for row in rows[which]]
    shapes[which] = None


def _close_rings(
    shapes: _Shapes, raw: _Shapes, broken: _Flags, rows: NDArray[np.int64], faults: list[Fault]
) -> None:
    for at in np.flatnonzero(broken):
        closed = shapely.from_wkb(raw[at], on_invalid="fix")
        usable = closed is not None and not shapely.is_empty(closed)
        row = int(rows[at])
        kind, severity = ("ring_closed", "warning") if usable else ("geometry_unreadable", "error")
        # the way back to the first point is in the sum of the area already
        told = {"row": row, "delta_m2": 0.0} if usable else {"row": row}
        faults.append(Fault(kind, severity, row, None, told))
        shapes[at] = closed if usable else None


def _flatten(shapes: _Shapes, faults: list[Fault]) -> None:
    tall = np.asarray(shapely.has_z(shapes) | shapely.has_m(shapes), dtype=bool)
    if tall.any():
        shapes[tall] = shapely.force_2d(shapes[tall])
        faults.append(
            Fault("heights_dropped", "info", 0, None, {"count": int(tall.sum()), "delta_m2": 0.0})
        )


def _finite(shapes: _Shapes) -> _Flags:
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    good = np.ones(len(shapes), dtype=bool)
    good[owner[~np.isfinite(points).all(axis=1)]] = False
    return good


def _parts(shape: shapely.Geometry) -> _Shapes:
    """Return the single shapes of a collection, however deep they lie in others."""
    parts = np.array([shape], dtype=object)
    while (shapely.get_type_id(parts) >= _FIRST_MANY).any():
        parts = shapely.get_parts(parts)
    return parts


def _only_polygons(shapes: _Shapes, rows: NDArray[np.int64], faults: list[Fault]) -> None:
    kinds = np.asarray(shapely.get_type_id(shapes))
    for at in np.flatnonzero(kinds == _COLLECTION):
        parts = _parts(shapes[at])
        polygons = parts[shapely.get_type_id(parts) == _POLYGON]
        if len(polygons):
            row, dropped = int(rows[at]), len(parts) - len(polygons)
            # points and lines have no area
            values = {"row": row, "kept": len(polygons), "dropped": dropped, "delta_m2": 0.0}
            faults.append(Fault("collection_parts", "warning", row, None, values))
            shapes[at] = shapely.multipolygons(polygons)
    kinds = np.asarray(shapely.get_type_id(shapes))
    other = _there(shapes) & (kinds != _POLYGON) & (kinds != _MULTI)
    for at in np.flatnonzero(other):
        row, kind = int(rows[at]), _NAMES.get(int(kinds[at]), "?")
        faults.append(Fault("not_polygon", "error", row, None, {"row": row, "type": kind}))
    shapes[other] = None


def why_invalid(told: str, move: Transformer | None = None) -> tuple[str, str]:
    """Return why a shape is invalid and where, as two texts.

    Parameters
    ----------
    told
        What GEOS says: ``Self-intersection[40594364.984313 3113276.76985128]``.
    move
        From the coordinates in which GEOS looked to those in which the place is told.

    Returns
    -------
    reason, place
        In the words of GEOS; centimetres, or 0.0000001 degree, which is as much on the ground.
    """
    reason, _, place = told.partition("[")
    shown = []
    try:
        numbers = [float(number) for number in place.rstrip("]").split()]
    except ValueError:
        return reason.strip(), place.rstrip("]")
    if move and numbers:
        numbers = list(move.transform(numbers[0], numbers[1]))
    for value in numbers:
        digits = _DEGREE_DIGITS if abs(value) <= _DEGREES else _METRE_DIGITS
        shown.append(f"{value:.{digits}f}")
    return reason.strip(), " ".join(shown)


def _name_invalid(shapes: _Shapes, rows: NDArray[np.int64], faults: list[Fault]) -> None:
    # a bow-tie may sum to nothing and still have an outline; a line has none
    flat = _there(shapes) & (shapely.area(shapes) == 0)
    flat[flat] = shapely.area(shapely.convex_hull(shapes[flat])) == 0
    _set_aside(shapes, flat, "geometry_flat", rows, faults)
    wrong = _there(shapes) & ~in_threads(shapely.is_valid, shapes)
    reasons = shapely.is_valid_reason(shapes[wrong])
    for row, told in zip(rows[wrong], reasons, strict=True):
        reason, place = why_invalid(str(told))
        values = {"row": int(row), "reason": reason, "place": place}
        values["delta_m2"] = 0.0
        faults.append(Fault("geometry_invalid", "warning", int(row), None, values))
