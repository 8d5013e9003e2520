"""Plots of one file in different ways of writing coordinates, told apart by their size.

A file put together from two sources has some plots with a zone prefix and some without, in
two zones, in degrees, or with the axes turned. No one system fits its whole box; which plots
stand apart from the most is what the user needs to know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely

from platforms.errors import CRSError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["explain_mixed"]

# of numbers from here on the size is told
_HUGE = 1e10
_OPEN = {"read.crs_contradicts", "read.crs_none", "read.crs_open", "read.crs_swapped"}
_DEGREES, _LON = 360.0, 72.0
_MILLION, _PREFIXED = 1e6, 1e7
_SHOWN, _GROUPS = 8, 4


def explain_mixed(
    error: CRSError, shapes: NDArray[np.object_], ids: Sequence[str], *, file: str
) -> CRSError:
    """Return the error that names the plots apart, or the same one where all are alike.

    Parameters
    ----------
    error
        Why no system was found.
    shapes
        As the file has them, None where a row was set aside.
    ids
        One a row.
    file
        Name for the message.
    """
    if error.key not in _OPEN:
        return error
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    bounds = shapely.bounds(shapes)
    for at in np.flatnonzero(~shapely.is_missing(shapes)).tolist():
        west, south, east, north = bounds[at].tolist()
        groups[_size((west + east) / 2), _size((south + north) / 2)].append(at)
    if len(groups) == 1:
        return _point_apart(shapes, ids, file=file) or error
    most, *others = sorted(groups.values(), key=len, reverse=True)
    if len(most) == len(others[0]):
        # nobody is the majority: all groups are named
        others, count = [most, *others], 0
    else:
        count = len(most)
    told = [_told(rows, bounds, ids) for rows in others[:_GROUPS]]
    box = _place(most, bounds)
    key = "read.crs_mixed_most" if count else "read.crs_mixed"
    return CRSError(key, file=file, count=count, box=box, groups=told)


def _point_apart(shapes: NDArray[np.object_], ids: Sequence[str], *, file: str) -> CRSError | None:
    """Return the error that names the first point of another size than the rest, if one is."""
    points, owners = shapely.get_coordinates(shapes, return_index=True)
    middle = [_size(value) for value in np.median(points, axis=0).tolist()]
    apart = [at for at, xy in enumerate(points.tolist()) if [*map(_size, xy)] != middle]
    if not apart or 2 * len(apart) >= len(points):
        return None
    first, plot = apart[0], int(owners[apart[0]])
    told = {"plot": ids[plot], "number": first - int(np.searchsorted(owners, plot)) + 1}
    place = ", ".join(
        f"{value:.10g}" if abs(value) < _HUGE else f"{value:.1e}".replace("e+", "e")
        for value in points[first].tolist()
    )
    return CRSError("read.crs_point", file=file, point=place, count=len(apart), **told)


def _size(value: float) -> str:
    """Return of what size a coordinate is; northings and eastings of a zone are never alike."""
    size = abs(value)
    if size <= _DEGREES:
        return "lon" if size >= _LON else "lat"
    if size < _MILLION:
        return "6"
    return "7" if size < _PREFIXED else str(int(size // _MILLION))


def _told(rows: list[int], bounds: NDArray[np.float64], ids: Sequence[str]) -> str:
    names = "、".join(ids[at] for at in rows[:_SHOWN])
    more = f"…({len(rows)})" if len(rows) > _SHOWN else ""
    return f"{names}{more} ({_place(rows, bounds)})"


def _place(rows: list[int], bounds: NDArray[np.float64]) -> str:
    return ", ".join(f"{value:.2f}" for value in bounds[rows[0]][:2])
