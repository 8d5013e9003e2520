"""A raster as a limit: what its claimed cells take of an area, and their shapes.

Both answers speak of the same land. ``shares`` is quick and exact; ``shapes`` gives the
squares of the claimed cells near the areas, as few rectangles, so that later layers can be
cut with what is left.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from platforms.geo.raster.claim import Claim, parse_claim
from platforms.geo.raster.cover import (
    UNKNOWN_SHARE,
    Cover,
    cover,
    report_cover,
    window_codes,
)
from platforms.geo.raster.opened import Window
from platforms.geo.raster.tiles import inside_raster, pieces_by_tile, pixel_shapes, same_system
from platforms.geo.transform import transformer

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from pyproj import CRS

    from platforms.geo.raster.opened import Raster
    from platforms.issues import IssueTable

__all__ = ["RasterLimit"]

# rectangles end at every 64th row and column: few vertices each, and small for a tree
_LONGEST = 64
# edges are divided at least this often when they are moved to another system
_STEP_M = 50.0


@dataclasses.dataclass(frozen=True)
class RasterLimit:
    """A raster with a claim.

    Attributes
    ----------
    raster
        From `open_raster`.
    claim
        Which cells are claimed; text is read by `parse_claim`.
    nodata
        What a cell without a value means: ``unknown``, or ``none`` for a mask where it means
        that nothing is claimed. Land beyond the raster is unknown in either case.
    """

    raster: Raster
    claim: Claim | str
    nodata: Literal["unknown", "none"] = "unknown"

    def __post_init__(self) -> None:
        """Read the claim.

        Raises
        ------
        InputError
            For a claim that cannot be read.
        FormatError
            For the slope of values that are no heights.
        """
        claim = parse_claim(self.claim)
        object.__setattr__(self, "claim", claim)
        if claim.quantity == "slope":
            self.raster.metres()

    def shares(
        self,
        areas: NDArray[np.object_],
        plane: CRS,
        *,
        issues: IssueTable | None = None,
        layer: str | None = None,
    ) -> NDArray[np.float64]:
        """Return the share of each area that is claimed.

        Parameters
        ----------
        areas
            Valid polygons and multipolygons in the plane, or None.
        plane
            Survey plane.
        issues, layer
            Takes a row where areas lie beyond the raster or on cells without a value, under
            this name of the layer.

        Returns
        -------
        shares
            0 to 1; NaN where more than ``UNKNOWN_SHARE`` (a millionth) of the area is not
            known, and for what is no area.

        Raises
        ------
        FormatError
            When cells cannot be read.
        """
        covered = cover(self.raster, areas, plane, [parse_claim(self.claim)])
        if self.nodata == "none":
            covered = _claimed_nowhere(covered)
        if issues is not None:
            report_cover(covered, issues, layer=layer or self.raster.name)
        claimed = np.clip(covered.shares[:, 0], 0.0, 1.0)
        return np.where(covered.unknown <= UNKNOWN_SHARE, claimed, np.nan)

    def shapes(self, areas: NDArray[np.object_], plane: CRS) -> NDArray[np.object_]:
        """Return the claimed cells near areas.

        Parameters
        ----------
        areas, plane
            As in `shares`.

        Returns
        -------
        shapes
            Valid polygons in the plane that do not lie over each other: the cells, joined to
            rectangles, of the blocks that the bounds of an area touch. Near an area they are
            the same whatever other areas there are.

        Raises
        ------
        FormatError
            When cells cannot be read.
        """
        raster, claim = self.raster, parse_claim(self.claim)
        inside, _ = inside_raster(pixel_shapes(raster, areas, plane), raster)
        found: list[NDArray[np.float64]] = []
        with raster.reading() as reader:
            for around, pieces, _ in pieces_by_tile(inside, raster):
                window = _blocks(around, raster)
                claimed = window_codes(raster, reader, window, [claim]) == 0
                found.append(rectangles(claimed & _near(pieces, window), window))
        if not found:
            return np.empty(0, dtype=object)
        pixels = np.asarray(shapely.box(*np.concatenate(found).T), dtype=object)
        if same_system(raster, plane):
            return np.asarray(shapely.transform(pixels, raster.from_pixels), dtype=object)
        move = transformer(raster.crs, plane)

        def onto(points: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(move.transform(*raster.from_pixels(points).T))

        step = _step(raster, onto)
        return np.asarray(shapely.transform(shapely.segmentize(pixels, step), onto), dtype=object)


def rectangles(claimed: NDArray[np.bool_], window: Window) -> NDArray[np.float64]:
    """Join claimed cells to rectangles.

    Parameters
    ----------
    claimed
        Rows by columns of the window.
    window
        Where its first cell is.

    Returns
    -------
    boxes
        First column, first row, end column, end row in pixel coordinates; each claimed cell
        is in one box, and no other cell is.
    """
    height, width = claimed.shape
    row_of = window.row + np.arange(height)
    col_of = window.col + np.arange(width)
    before = np.zeros_like(claimed)
    before[:, 1:] = claimed[:, :-1] & (col_of[1:] % _LONGEST != 0)
    after = np.zeros_like(claimed)
    after[:, :-1] = before[:, 1:] & claimed[:, 1:]
    rows, starts = np.nonzero(claimed & ~before)
    _, ends = np.nonzero(claimed & ~after)
    order = np.lexsort((rows, ends, starts))
    rows, starts, ends = rows[order], starts[order], ends[order]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (
        (np.diff(starts) != 0)
        | (np.diff(ends) != 0)
        | (np.diff(rows) != 1)
        | (row_of[rows[1:]] % _LONGEST == 0)
    )
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(rows))[: len(first)] - 1
    return np.column_stack(
        [
            window.col + starts[first],
            window.row + rows[first],
            window.col + ends[first] + 1,
            window.row + rows[last] + 1,
        ]
    ).astype(np.float64)


def _near(pieces: NDArray[np.object_], window: Window) -> NDArray[np.bool_]:
    """Return the blocks of cells that the bounds of a piece touch."""
    bounds = shapely.bounds(pieces) / _LONGEST
    first = np.floor(bounds[:, :2]).astype(np.int64) * _LONGEST
    end = np.ceil(bounds[:, 2:]).astype(np.int64) * _LONGEST
    height, width = window.height, window.width
    left, right = (np.clip(side[:, 0] - window.col, 0, width) for side in (first, end))
    top, bottom = (np.clip(side[:, 1] - window.row, 0, height) for side in (first, end))
    corners = np.zeros((height + 1, width + 1), dtype=np.int64)
    for row, col, sign in (
        (top, left, 1),
        (bottom, right, 1),
        (top, right, -1),
        (bottom, left, -1),
    ):
        np.add.at(corners, (row, col), sign)
    return np.asarray(corners.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0)


def _blocks(around: Window, raster: Raster) -> Window:
    """Return a window of one tile that ends where rectangles end."""
    down, across = raster.tile
    at_row, at_col = around.row // down * down, around.col // across * across
    row = max(around.row // _LONGEST * _LONGEST, at_row)
    col = max(around.col // _LONGEST * _LONGEST, at_col)
    south = -(-(around.row + around.height) // _LONGEST) * _LONGEST
    east = -(-(around.col + around.width) // _LONGEST) * _LONGEST
    bottom = min(south, at_row + down, raster.height)
    right = min(east, at_col + across, raster.width)
    return Window(row, col, bottom - row, right - col)


def _step(raster: Raster, onto: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> float:
    """Return how many cells of an edge are moved as one straight line."""
    middle = np.array([[raster.width // 2, raster.height // 2]], dtype=np.float64)
    corner = onto(np.concatenate([middle, np.add(middle, [[1, 0], [0, 1]])]))
    cell = float(np.hypot(*(corner[1:] - corner[:1]).T).max())
    return float(np.clip(np.floor(_STEP_M / cell), 1, _LONGEST))


def _claimed_nowhere(covered: Cover) -> Cover:
    """Count cells without a value as not claimed."""
    shares = covered.shares.copy()
    shares[:, -2] += shares[:, -1]
    shares[:, -1] = np.where(np.isnan(shares[:, -1]), np.nan, 0.0)
    return Cover(shares, covered.beyond)
