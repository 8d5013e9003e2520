"""Many small polygons that areas are cut with, looked up through one tree.

An area that nothing touches stays the very object it was; one that a piece covers whole is
gone without being cut; the others are cut by one array call for every first claim, then
every second, and so on, which is cheaper than uniting the claims first. Only areas with many
claims get these united.
"""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.threads import in_threads

__all__ = ["Pieces", "Shapes", "difference", "halved", "once"]

Shapes: TypeAlias = NDArray[np.object_]

_Rows = NDArray[np.intp]

_POLYGON = 3
_MOST_VERTICES = 64
# what is only summed needs no shapes, and sums grow with the corners of a piece
_SUMMED_VERTICES = 32
_MOST_HALVINGS = 24
# below this, handing areas to a second thread costs more than it saves
_SHORT = 2_000
# more claims on one area than this are united before they are cut away
_FEW = 4
_NOTHING_LEFT = shapely.Polygon()


class Pieces:
    """Polygons that are looked up and cut with; they may lie over each other.

    Parameters
    ----------
    shapes
        Valid polygons in the plane of the plots.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.tree = shapely.STRtree(shapes)
        self.boxes = shapely.bounds(shapes)

    @cached_property
    def small(self) -> Pieces:
        """The same land in pieces with fewer corners, to be summed."""
        return Pieces(halved(self.shapes, _SUMMED_VERTICES))

    def near(self, areas: Shapes) -> tuple[_Rows, _Rows]:
        """Return the pairs of areas and pieces whose boxes lie over each other."""
        at, by = self.tree.query(areas)
        # in the order of the pieces, not of the tree: some of them sum up as all do
        order = np.lexsort((by, at))
        return at[order].astype(np.intp, copy=False), by[order].astype(np.intp, copy=False)

    def difference(self, areas: Shapes) -> Shapes:
        """Return what the pieces leave of areas.

        Parameters
        ----------
        areas
            Valid polygons and multipolygons, or None.

        Returns
        -------
        rest
            In the order of the areas; empty where nothing is left.
        """
        if not len(self.shapes):
            return areas
        return in_threads(self._cut, areas, short=_SHORT)

    def _cut(self, areas: Shapes) -> Shapes:
        rest = areas.copy()
        at, by = self.tree.query(areas, predicate="intersects")
        # in the order of the pieces, not of the tree: a few of them cut as all do
        order = np.lexsort((by, at))
        at, by = at[order], by[order]
        gone = self._covered(areas, at, by)
        rest[gone] = _NOTHING_LEFT
        at, by = at[~gone[at]], by[~gone[at]]
        first = np.flatnonzero(np.diff(at, prepend=-1))
        count = np.diff(first, append=len(at))
        turn = np.arange(len(at)) - np.repeat(first, count)
        many = count > _FEW
        if many.any():
            of_many = np.repeat(many, count)
            group = np.repeat(np.cumsum(many) - 1, count)[of_many]
            sets = shapely.geometrycollections(self.shapes[by[of_many]], indices=group)
            crowded = at[first[many]]
            claims = shapely.union_all(sets[:, None], axis=1)
            rest[crowded] = shapely.difference(rest[crowded], claims)
            at, by, turn = at[~of_many], by[~of_many], turn[~of_many]
        for number in range(int(turn.max(initial=-1)) + 1):
            now = turn == number
            rest[at[now]] = shapely.difference(rest[at[now]], self.shapes[by[now]])
        return rest

    def _covered(self, areas: Shapes, at: _Rows, by: _Rows) -> NDArray[np.bool_]:
        """Say which areas lie in one piece whole."""
        own, theirs = shapely.bounds(areas)[at], self.boxes[by]
        inside = (theirs[:, :2] <= own[:, :2]).all(axis=1) & (theirs[:, 2:] >= own[:, 2:]).all(
            axis=1
        )
        maybe = np.flatnonzero(inside)
        covers = shapely.covers(self.shapes[by[maybe]], areas[at[maybe]])
        gone = np.zeros(len(areas), dtype=bool)
        gone[at[maybe[covers]]] = True
        return gone


def difference(areas: Shapes, limits: Shapes) -> Shapes:
    """Return what limits leave of areas.

    Parameters
    ----------
    areas
        Valid polygons and multipolygons, or None.
    limits
        Valid polygons; they may lie over each other.

    Returns
    -------
    rest
        In the order of the areas; empty where nothing is left.
    """
    return Pieces(limits).difference(areas)


def halved(areas: Shapes, most: int = _MOST_VERTICES) -> Shapes:
    """Return areas as single polygons with few vertices each, which cover the same land.

    Parameters
    ----------
    areas
        Valid polygons and multipolygons.
    most
        Vertices that a polygon may have, the first counted twice.
    """
    small: list[Shapes] = []
    parts = shapely.get_parts(areas)
    for _ in range(_MOST_HALVINGS):
        large = shapely.get_num_coordinates(parts) > most
        small.append(parts[~large])
        parts = parts[large]
        if len(parts) == 0:
            break
        west, south, east, north = shapely.bounds(parts).T
        wide = (east - west) > (north - south)
        x, y = np.where(wide, (west + east) / 2, east), np.where(wide, north, (south + north) / 2)
        lower = shapely.box(west, south, x, y)
        upper = shapely.box(np.where(wide, x, west), np.where(wide, south, y), east, north)
        cut = shapely.get_parts(shapely.intersection([parts, parts], [lower, upper]).ravel())
        parts = cut[shapely.get_type_id(cut) == _POLYGON]
    return np.concatenate([*small, parts])


def once(areas: Shapes) -> Shapes:
    """Return single polygons that cover the same land, none of it twice."""
    parts = shapely.get_parts(areas)
    first, second = shapely.STRtree(parts).query(parts, predicate="intersects")
    crowded = np.zeros(len(parts), dtype=bool)
    crowded[first[first != second]] = True
    united = shapely.get_parts(shapely.union_all(parts[crowded]))
    return np.concatenate([parts[~crowded], united[shapely.get_type_id(united) == _POLYGON]])
