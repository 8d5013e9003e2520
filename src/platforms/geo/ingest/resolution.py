"""How finely coordinates are written, and how uncertain that leaves the areas.

A survey gives millimetres: three decimals of a metre, eight of a degree. With fewer, each
boundary point may lie half a unit of the last decimal beside its place, and an area is
uncertain in the order of perimeter times that half unit. Text says how many decimals were
written; of stored numbers the fewest are taken that hold every coordinate of a plot, which
is only told, since a plan drawn by numbers may lie on whole metres.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from platforms.geo.crs import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from platforms.geo.ingest.georeference import Georeference
    from platforms.geo.ingest.raw import RawTable
    from platforms.issues import IssueTable

__all__ = ["name_resolution"]

# decimals from which nothing is said
_ENOUGH_METRES, _ENOUGH_DEGREES = 3, 8
_DEGREE_M = 111_320.0
_TEXT_DEGREES = {"GeoJSON", "KML", "LIBKML"}
# how far a double of this size may lie from its decimals
_NOISE = 1e-15
# below this an uncertainty is of the order of what official rounding does anyway
_LEAST_M2 = 0.1
_SHARE = 1e-3
_CENTIMETRE = 0.01


def name_resolution(
    raw: RawTable,
    drawn: NDArray[np.object_],
    ids: Sequence[str],
    system: Georeference,
    issues: IssueTable,
) -> None:
    """Name coordinates that are coarser than a survey's, in one row for all plots.

    Parameters
    ----------
    raw
        ``notes["decimals"]`` says how many decimals the text has, where it is text.
    drawn
        Shapes with the coordinates of the file, None where a row was set aside.
    ids
        One a row.
    system
        The file's system.
    issues
        Takes an info, or a warning where the text itself leaves more than 0.1 % of a plot open.
    """
    degrees = describe(system.crs).kind == "geographic"
    enough = _ENOUGH_DEGREES if degrees else _ENOUGH_METRES
    written = raw.notes.get("decimals")
    rows = np.flatnonzero(~shapely.is_missing(drawn))
    if written is None:
        decimals = _decimals(drawn[rows], enough)
    else:
        decimals = np.full(len(rows), min(int(written), enough))
    coarse = decimals < enough
    rows, decimals = rows[coarse], decimals[coarse]
    if not len(rows):
        return
    shapes = _in_metres(drawn[rows], swapped=system.swapped) if degrees else drawn[rows]
    unit = _DEGREE_M if degrees else 1.0
    resolution = unit * 10.0 ** -decimals.astype(np.float64)
    open_m2 = shapely.length(shapes) * resolution / 2
    told = open_m2 > _LEAST_M2
    if not told.any():
        return
    area = np.abs(shapely.area(shapes))
    at = int(np.argmax(np.where(told, open_m2, 0.0)))
    known = written is not None or (degrees and raw.driver in _TEXT_DEGREES)
    metres = resolution[at]
    issues.add(
        "coordinates_coarse",
        "warning" if known and bool((told & (open_m2 > _SHARE * area)).any()) else "info",
        count=int(told.sum()),
        decimals=int(decimals[at]),
        resolution=f"{metres:.3f}" if metres < _CENTIMETRE else f"{metres:.2g}",
        plot=ids[rows[at]],
        open_m2=f"{open_m2[at]:.2g}" if open_m2[at] < 1 else f"{open_m2[at]:,.0f}",
    )


def _decimals(shapes: NDArray[np.object_], enough: int) -> NDArray[np.intp]:
    """Return the fewest decimals that hold all coordinates of each shape, at most ``enough``."""
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    found = np.full(len(shapes), enough, dtype=np.intp)
    finer = np.zeros(len(shapes), dtype=bool)
    for digits in range(enough - 1, -1, -1):
        scaled = points * 10.0**digits
        # a double holds some 16 digits
        off = np.abs(scaled - np.round(scaled)) > np.maximum(np.abs(scaled) * 4 * _NOISE, 1e-6)
        finer[owner[off.any(axis=1)]] = True
        found[~finer] = digits
        keep = ~finer[owner]
        if not keep.any():
            break
        points, owner = points[keep], owner[keep]
    return found


def _in_metres(shapes: NDArray[np.object_], *, swapped: bool) -> NDArray[np.object_]:
    """Return shapes in degrees about as large as they are, for lengths."""

    def scaled(points: NDArray[np.float64]) -> NDArray[np.float64]:
        lon, lat = points[:, ::-1].T if swapped else points.T
        shrink = np.cos(np.radians(float(np.median(lat))))
        return np.column_stack([lon * _DEGREE_M * shrink, lat * _DEGREE_M])

    out: NDArray[np.object_] = shapely.transform(shapes, scaled)
    return out
