"""Where the shapes of a file lie: in China, in the county, in a plane to measure in.

A shape outside China is set aside, one outside the county is only named. Shapes that were
drawn in a plane to measure in are kept as they were drawn: degrees and back would be the
same place with other last bits, at the price of two projections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from platforms.geo.crs import describe
from platforms.geo.ingest.raw import ROW
from platforms.geo.placed import OUTLINE_ACCURACY_M, Placed

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from platforms.geo.ingest.georeference import Georeference, SurveyArea
    from platforms.geo.ingest.raw import RawTable
    from platforms.issues import IssueTable

__all__ = ["as_drawn", "in_china", "outside_county"]

_CHINA = (72.0, 2.0, 137.0, 55.0)
# the outline of a county is generalised to about 80 m; half a kilometre is outside
_COUNTY_TOLERANCE_DEG = 0.005


def as_drawn(
    raw: RawTable,
    drawn: NDArray[np.object_],
    good: NDArray[np.intp],
    system: Georeference,
    plane: CRS,
) -> Placed | None:
    """Return shapes as they were drawn, where that is a plane to measure in.

    Parameters
    ----------
    raw
        The worker's table, which names invalid shapes.
    drawn
        All its shapes, in the file's system.
    good
        Rows that became plots.
    system, plane
        The file's system, and the plane to measure in.
    """
    moved = system.swapped or system.shift is not None or bool(system.offset)
    if moved or plane != system.crs or not describe(plane).is_plane:
        return None
    wrong = {fault.row for fault in raw.faults if fault.kind == "geometry_invalid"}
    rows = np.asarray(raw.table[ROW])[good]
    return Placed(drawn[good], plane, invalid=np.isin(rows, list(wrong)))


def in_china(
    shapes: NDArray[np.object_], ids: list[str], issues: IssueTable
) -> NDArray[np.object_]:
    """Set aside what does not lie in China or could not be brought to degrees.

    Parameters
    ----------
    shapes
        EPSG:4490, None where a row was set aside.
    ids
        One a row.
    issues
        Takes an error for each shape that is lost.

    Returns
    -------
    shapes
        A copy without those.
    """
    bounds = shapely.bounds(shapes)
    there = ~shapely.is_missing(shapes)
    west, south, east, north = _CHINA
    inside = (bounds[:, 0] >= west) & (bounds[:, 1] >= south)
    inside &= (bounds[:, 2] <= east) & (bounds[:, 3] <= north)
    lost = there & ~inside
    for at in np.flatnonzero(lost):
        issues.add("place_impossible", "error", feature=ids[at])
    out = shapes.copy()
    out[lost] = None
    return out


def outside_county(
    shapes: NDArray[np.object_],
    good: NDArray[np.intp],
    ids: list[str],
    issues: IssueTable,
    area: SurveyArea,
    placed: Placed | None,
) -> None:
    """Name the plots that lie outside the county by more than its outline can be wrong.

    Parameters
    ----------
    shapes
        EPSG:4490, None where a row was set aside.
    good
        Rows with a shape.
    ids
        One a row.
    issues
        Takes a warning for each plot.
    area
        The county.
    placed
        The shapes of ``good`` in a plane, where they are there; the answer that they give is
        kept for the survey.
    """
    rows = good
    if placed is not None:
        # the survey asks more strictly; what passes there is not outside here
        rows = good[~placed.inside(area.county, OUTLINE_ACCURACY_M)]
    outline = shapely.buffer(area.county, _COUNTY_TOLERANCE_DEG)
    shapely.prepare(outline)
    for at in rows[~shapely.covers(outline, shapes[rows])]:
        issues.add("outside_county", "warning", feature=ids[at])
