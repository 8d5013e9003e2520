"""What is odd about the rings of a plot: parts, points that repeat, slivers and spikes.

None of them makes an area wrong; each is told. Lengths are those of the Gauss plane.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.rings import Rings, rings_of
from platforms.issues import IssueTable

__all__ = ["parts_and_points", "thin"]

# vertices nearer than the official rounding of coordinates are one point
_SAME_POINT_M = 0.0001
# a sliver is narrower than this on average (2 A / P), whatever its length
_SLIVER_M = 0.5
# a spike turns back on itself by less than one degree, and is longer than this
_SPIKE_COSINE = -np.cos(np.radians(1.0))
_SPIKE_M = 0.5

_Shapes = NDArray[np.object_]


def parts_and_points(plots: _Shapes, rings: Rings, names: list[str], issues: IssueTable) -> None:
    """Tell of plots with several parts, and of points that repeat."""
    parts = shapely.get_num_geometries(plots)
    for row in np.flatnonzero((shapely.get_type_id(plots) == 6) & (parts > 1)):  # noqa: PLR2004
        issues.add("shape_parts", "info", feature=names[row], delta_m2=0.0, count=int(parts[row]))
    near = _squares(rings) < _SAME_POINT_M**2
    repeated = rings.total(rings.along(near.astype(np.float64)))
    for row in np.flatnonzero(repeated > 0):
        count = int(repeated[row])
        issues.add("shape_repeated_points", "info", feature=names[row], delta_m2=0.0, count=count)


def thin(plots: _Shapes, rings: Rings, names: list[str], issues: IssueTable) -> None:
    """Tell of slivers and spikes."""
    with np.errstate(invalid="ignore", divide="ignore"):
        width = 2 * shapely.area(plots) / shapely.length(plots)
    for row in np.flatnonzero(width < _SLIVER_M):
        width_m = f"{width[row]:.3f}"
        issues.add("shape_sliver", "warning", feature=names[row], delta_m2=0.0, width_m=width_m)
    spikes = _spikes(plots, rings)
    for row in np.flatnonzero(spikes > 0):
        count = int(spikes[row])
        issues.add("shape_spike", "warning", feature=names[row], delta_m2=0.0, count=count)


def _spikes(plots: _Shapes, rings: Rings) -> NDArray[np.float64]:
    """Count, per plot, the vertices at which a ring turns back on itself."""
    # a repeated vertex has no direction, so it is taken out before turns are looked at
    rings = _without_repeats(plots, rings)
    if not rings.start.size:
        return np.zeros(len(plots))
    east, north = np.diff(rings.east), np.diff(rings.north)
    square = east * east + north * north
    dot = east * _following(east, rings) + north * _following(north, rings)
    # few edges turn back at all, so only those are looked at closely
    back = np.flatnonzero(dot < 0)
    one, other = square[back], _following(square, rings)[back]
    sharp = np.minimum(one, other) > _SPIKE_M**2
    sharp &= dot[back] < _SPIKE_COSINE * np.sqrt(one * other)
    turns = np.zeros(east.size)
    turns[back[sharp]] = 1.0
    return np.asarray(np.nan_to_num(rings.total(rings.along(turns))))


def _following(edge: NDArray[np.float64], rings: Rings) -> NDArray[np.float64]:
    """Return the value of the edge that follows each edge; at a ring's end, its first one."""
    follow = np.append(edge[1:], 0.0)
    follow[rings.last - 1] = edge[rings.start]
    return follow


def _squares(rings: Rings) -> NDArray[np.float64]:
    """Return the squared lengths of edges, those from ring to ring with them."""
    east, north = np.diff(rings.east), np.diff(rings.north)
    return np.asarray(east * east + north * north)


def _without_repeats(plots: _Shapes, rings: Rings) -> Rings:
    close = _squares(rings) <= _SAME_POINT_M**2
    # from the end of one ring to the start of the next is no edge
    close[rings.last[:-1]] = False
    if not close.any():
        return rings
    ring = np.searchsorted(rings.start, np.flatnonzero(close), side="right") - 1
    rows = np.unique(rings.feature[ring])
    cleaned = plots.copy()
    cleaned[rows] = shapely.remove_repeated_points(plots[rows], _SAME_POINT_M)
    return rings_of(cleaned)
