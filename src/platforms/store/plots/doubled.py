"""Plots that would be kept twice: the same land, or an id that looks the same, under another id.

A plot is found again by its id alone, so a file that calls known plots by other ids adds them
once more. That may be meant (a plot that was divided), so it is said and not refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely
import sqlalchemy as sa

from platforms.geo.ingest.ids import folded_id
from platforms.issues import IssueTable
from platforms.store.plots.looking import near
from platforms.store.plots.records import Record, shapes_of
from platforms.store.schema import plot

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["kept_twice"]

# of the smaller plot; what neighbours share by an inexact border is far less
_SAME_SHARE = 0.5
_AT_ONCE = 20_000


def kept_twice(
    connection: sa.Connection, workspace: str, new: Mapping[str, Record], stay: Sequence[str]
) -> IssueTable:
    """Return a row for each new plot that looks like one that stays in the store.

    Parameters
    ----------
    connection
        To the store, before anything is written.
    workspace
        Name of the workspace.
    new
        Plots that the store does not have, by id.
    stay
        Ids of plots that it has and keeps.
    """
    issues = IssueTable()
    if not new or not stay:
        return issues
    known = {folded_id(key): key for key in stay}
    for key in new:
        like = known.get(folded_id(key))
        if like is not None:
            issues.add("store_id_alike", "warning", feature=key, other=like)
    keys = list(new)
    shapes = _usable([one.wkb for one in new.values()])
    if shapely.is_missing(shapes).all():
        return issues
    tree = shapely.STRtree(shapes)
    west, south, east, north = map(float, shapely.total_bounds(shapes))
    asked = sa.select(plot.c.plot_id, plot.c.shape).where(
        near(connection, workspace, (west, south, east, north))
    )
    kept = set(stay)
    # of the statement alone: the connection is still to write
    rows = connection.execute(asked.execution_options(yield_per=_AT_ONCE))
    for part in rows.partitions():
        there = [(key, wkb) for key, wkb in part if key in kept]
        held = _usable([wkb for _, wkb in there])
        for at, row in tree.query(held, predicate="intersects").T.tolist():
            smaller = min(shapely.area(held[at]), shapely.area(shapes[row]))
            shared = shapely.area(shapely.intersection(held[at], shapes[row]))
            if smaller and shared >= _SAME_SHARE * smaller:
                told = {"other": there[at][0], "percent": f"{100 * shared / smaller:.0f}"}
                issues.add("store_same_land", "warning", feature=keys[row], **told)
    return issues


def _usable(many: Sequence[bytes | None]) -> NDArray[np.object_]:
    """Return shapes that can be laid over one another, None for the others."""
    shapes = shapes_of(many)
    shapes[~shapely.is_valid(shapes)] = None
    return shapes
