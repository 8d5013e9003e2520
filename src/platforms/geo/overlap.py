"""Land that two plots claim: which pairs, how much, and what a total is without it.

Two plots overlap when they share more than a tolerance of land; a shared edge is no overlap.
``gross`` is the sum of the printed areas, ``net`` counts shared land once: it is the
official area of the union of each group of overlapping plots. Invalid shapes have no
defined inside, so they are counted in both and compared with nothing.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from platforms.geo.area import official_area_m2
from platforms.geo.borders import surely_apart
from platforms.geo.placed import Placed, place
from platforms.geo.shares import shared_m2
from platforms.geo.threads import side_by_side
from platforms.units import half_up

if TYPE_CHECKING:
    import geopandas as gpd
    from pyproj import CRS

__all__ = [
    "TOLERANCE_M2",
    "GrossNet",
    "claimed_twice_m2",
    "gross_net_area",
    "overlaps",
    "placed_pairs",
]

TOLERANCE_M2 = 0.1
"""Smaller shared areas are the seams of neighbours drawn to the millimetre."""

# so many plots are looked up at a time, which bounds the pairs held in memory
_BATCH = 4_096
# copies make pairs by the square of their number; from here on only pairs with the first
_MOST_COPIES = 50
# printed areas are rounded one by one
_ROUNDED_M2 = 0.01
# with more pairs of edges than this an overlay, which sorts them, is quicker
_EDGE_PAIRS = 4_096


@dataclasses.dataclass(frozen=True, slots=True)
class GrossNet:
    """A total with and without land that is counted twice.

    Attributes
    ----------
    gross_m2
        Sum of the printed official areas.
    net_m2
        The same with shared land counted once.
    overlap_m2
        ``gross_m2 - net_m2``, never negative; the sum of the pairs where no land is claimed
        three times.
    pairs
        Number of overlapping pairs, duplicates included.
    left_out
        Plots without a valid polygon; counted in both sums as far as they can be measured.
    """

    gross_m2: float
    net_m2: float
    overlap_m2: float
    pairs: int
    left_out: int


def overlaps(
    frame: gpd.GeoDataFrame, *, plane: object = None, tolerance_m2: float = TOLERANCE_M2
) -> pd.DataFrame:
    """Return the pairs of plots that share land.

    Parameters
    ----------
    frame
        Plots in any system that `measure_frame` takes.
    plane
        Gauss plane to work in; default as in `measure_frame`.
    tolerance_m2
        Pairs that share no more than this are left out.

    Returns
    -------
    pairs
        One row per pair: first and second (positions in the frame, first < second),
        shared_m2 (official area, two decimals), duplicate (both are the same land). Where
        one plot is there more than 50 times, each copy is paired with the first only, and
        only the first with other plots.

    Raises
    ------
    CRSError
        As `measure_frame`.
    """
    return placed_pairs(place(frame, plane), tolerance_m2)


def placed_pairs(placed: Placed, tolerance_m2: float = TOLERANCE_M2) -> pd.DataFrame:
    """Return the pairs of `overlaps` for geometries that lie in the plane already."""
    if tolerance_m2 not in placed.pairs:
        placed.pairs[tolerance_m2] = _pairs(placed, tolerance_m2)
    return placed.pairs[tolerance_m2]


def _pairs(placed: Placed, tolerance_m2: float) -> pd.DataFrame:
    shapes, plane = placed.shapes, placed.plane
    rows = np.flatnonzero(placed.usable)
    copies, originals = _copies(shapes, rows)
    alone = placed.usable.copy()
    alone[copies] = False
    single = np.flatnonzero(alone)
    first, second, shared = _shared(shapes, single, tolerance_m2)
    area = shapely.area(shapes)
    same = np.maximum(area[first], area[second]) - shapely.area(shared) <= tolerance_m2
    shared_m2 = official_area_m2(shared, plane)
    table = _table(first, second, shared_m2, duplicate=same)
    if copies.size:
        whole_m2 = official_area_m2(shapes[copies], plane)
        table = _with_copies(table, copies, originals, whole_m2)
    return table.sort_values(["first", "second"], ignore_index=True)


def _table(
    one: ArrayLike, other: ArrayLike, shared_m2: ArrayLike, *, duplicate: ArrayLike
) -> pd.DataFrame:
    columns = {
        "first": np.minimum(one, other),
        "second": np.maximum(one, other),
        "shared_m2": np.asarray(shared_m2, dtype=np.float64),
    }
    return pd.DataFrame(columns).assign(duplicate=np.asarray(duplicate, dtype=bool))


def _with_copies(
    table: pd.DataFrame,
    copies: NDArray[np.intp],
    originals: NDArray[np.intp],
    whole_m2: NDArray[np.float64],
) -> pd.DataFrame:
    """Add to the pairs of originals those that their copies make, with all and each other."""
    heads, back, count = np.unique(originals, return_inverse=True, return_counts=True)
    few = count[back] < _MOST_COPIES
    plain = np.unique(np.concatenate([heads, table["first"], table["second"]]))
    alike = pd.DataFrame(
        {
            "head": np.concatenate([plain, originals[few]]),
            "row": np.concatenate([plain, copies[few]]),
        }
    )
    across = table.merge(alike, left_on="first", right_on="head")
    across = across.merge(alike, left_on="second", right_on="head", suffixes=("", "_2"))
    inside = alike.merge(alike, on="head", suffixes=("", "_2")).query("row < row_2")
    size = pd.Series(whole_m2, index=originals).groupby(level=0).first()
    parts: list[pd.DataFrame] = [
        _table(across["row"], across["row_2"], across["shared_m2"], duplicate=across["duplicate"]),
        _table(inside["row"], inside["row_2"], size.loc[inside["head"]], duplicate=True),
        _table(originals[~few], copies[~few], whole_m2[~few], duplicate=True),
    ]
    return pd.concat(parts, ignore_index=True)


def _copies(
    shapes: NDArray[np.object_], rows: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows that repeat an earlier one, and that earlier row."""
    # lining up ring starts and directions is dear; only equal boxes can be equal shapes
    boxes = pd.DataFrame(shapely.bounds(shapes[rows]))
    likely = rows[boxes.duplicated(keep=False).to_numpy()]
    if not likely.size:
        return likely, likely
    form = pd.Series(shapely.to_wkb(shapely.normalize(shapes[likely])))
    head = form.groupby(form).transform(lambda same: same.index[0]).to_numpy(dtype=np.intp)
    again = head != np.arange(likely.size)
    return likely[again], likely[head[again]]


def _shared(
    shapes: NDArray[np.object_], rows: NDArray[np.intp], tolerance_m2: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.object_]]:
    """Return pairs of rows that share land, and the land."""
    kept = shapes[rows]
    boxes = shapely.bounds(kept)
    tree = shapely.STRtree(kept)
    # the first question builds the tree
    tree.query(shapely.Point())

    def batch(start: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.object_]]:
        left, right = tree.query(kept[start : start + _BATCH])
        left = left + start
        once = left < right
        left, right = left[once], right[once]
        # most neighbours only touch, which boxes and borders show more cheaply than the shapes
        near = _box_overlap_m2(boxes[left], boxes[right]) > tolerance_m2
        left, right = left[near], right[near]
        near = ~surely_apart(kept, left, right)
        left, right = left[near], right[near]
        near = _may_share(kept, left, right, tolerance_m2)
        left, right = left[near], right[near]
        shared = shapely.intersection(kept[left], kept[right])
        much = shapely.area(shared) > tolerance_m2
        return rows[left[much]], rows[right[much]], _polygons(shared[much])

    parts = side_by_side(batch, range(0, rows.size, _BATCH))
    if not parts:
        empty = np.zeros(0, dtype=np.intp)
        return empty, empty, np.zeros(0, dtype=object)
    first, second, shared = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return first, second, shared


def _may_share(
    shapes: NDArray[np.object_],
    left: NDArray[np.intp],
    right: NDArray[np.intp],
    tolerance_m2: float,
) -> NDArray[np.bool_]:
    """Say which pairs may share more than the tolerance, without building what they share.

    Edges tell that in a third of the time; pairs with many edges are left as they are.
    """
    edge_pairs = shapely.get_num_coordinates(shapes[left]) * shapely.get_num_coordinates(
        shapes[right]
    )
    few = np.flatnonzero(edge_pairs <= _EDGE_PAIRS)
    may = np.ones(left.size, dtype=bool)
    found = shared_m2(shapes, left[few], shapes, right[few])
    # the shape decides what is near the tolerance
    may[few] = found > tolerance_m2 / 2
    return may


def _box_overlap_m2(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    width = np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0])
    height = np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1])
    return np.asarray(np.maximum(width, 0) * np.maximum(height, 0))


def _polygons(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Drop the points and lines that an intersection leaves beside its polygons."""
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == 7)  # noqa: PLR2004 collection
    for at in mixed:
        parts = shapely.get_parts(shapes[at])
        shapes[at] = shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])  # noqa: PLR2004
    return shapes


def gross_net_area(
    frame: gpd.GeoDataFrame, *, plane: object = None, tolerance_m2: float = TOLERANCE_M2
) -> GrossNet:
    """Return the total official area with and without land counted twice.

    Parameters
    ----------
    frame
        Plots in any system that `measure_frame` takes; ``area_m2`` is used where present.
    plane
        Gauss plane to work in; default as in `measure_frame`.
    tolerance_m2
        Pairs that share no more than this are not counted as overlapping.

    Returns
    -------
    total
        Two decimals, half up.

    Raises
    ------
    CRSError
        As `measure_frame`.
    """
    placed = place(frame, plane)
    shapes, used = placed.shapes, placed.plane
    if "area_m2" in frame:
        area = frame["area_m2"].to_numpy(dtype=np.float64)
    else:
        area = official_area_m2(shapes, used)
    pairs = placed_pairs(placed, tolerance_m2)
    gross = float(np.nansum(area))
    overlap = claimed_twice_m2(shapes, area, pairs, used)
    return GrossNet(
        gross_m2=half_up(gross, 2),
        net_m2=half_up(gross - overlap, 2),
        overlap_m2=overlap,
        pairs=len(pairs),
        left_out=int((~placed.usable).sum()),
    )


def claimed_twice_m2(
    shapes: NDArray[np.object_], area_m2: NDArray[np.float64], pairs: pd.DataFrame, plane: CRS
) -> float:
    """Return the land that a plain sum of plots counts twice, two decimals half up.

    Parameters
    ----------
    shapes
        The plots in ``plane``; only those that stand in a pair are looked at.
    area_m2
        Their printed official areas.
    pairs
        As :func:`overlaps` gives them, sorted.
    plane
        Gauss plane.
    """
    twice = []
    groups = _groups(pairs, len(shapes))
    unions = np.array([shapely.union_all(shapes[rows]) for rows, _ in groups], dtype=object)
    # in one call: by groups it would take longer than the unions
    areas = official_area_m2(unions, plane) if groups else ()
    for (rows, told), once in zip(groups, map(float, areas), strict=True):
        claimed = max(math.fsum(np.nan_to_num(area_m2[rows])) - once, 0.0)
        # where no land is claimed three times the pairs, as they are listed, are the sum
        twice.append(told if abs(told - claimed) < _ROUNDED_M2 * (len(rows) + 1) else claimed)
    return half_up(math.fsum(twice), 2)


def _groups(pairs: pd.DataFrame, plots: int) -> list[tuple[NDArray[np.intp], float]]:
    """Return the rows of each group of plots that overlap, and the sum of its pairs, m²."""
    if not len(pairs):
        return []
    # a sixth of a second to load, and most files have no overlap
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    first, second = pairs["first"].to_numpy(), pairs["second"].to_numpy()
    graph = coo_array((np.ones(first.size), (first, second)), shape=(plots, plots))
    _, group = connected_components(graph, directed=False)
    members = np.unique(np.concatenate([first, second]))
    held = pd.Series(members).groupby(group[members])
    shared = pairs["shared_m2"].groupby(group[first])
    told = {key: math.fsum(values) for key, values in shared}
    return [(rows.to_numpy(), told[key]) for key, rows in held]
