"""Slope in degrees from heights.

The gradient is Horn's (1981) over 3 × 3 cells. Lengths are those of the ground: what a step
of one column and one row is in metres east and north follows from the raster's system and the
ellipsoid (radii M and N of CGCS2000), for degrees, for Web Mercator and for a turned grid
alike. Where a neighbour has no value, the cell across from it stands in for it along a
straight line, so that a plane keeps its slope to its edge; where both of a pair are missing,
north and south or west and east, the slope is not known.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import yaml

from platforms.geo.ellipsoid import E2, A
from platforms.geo.raster.opened import Window
from platforms.geo.transform import transformer
from platforms.geo.zones import CGCS2000

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from platforms.geo.raster.opened import Raster, Reader

__all__ = ["slope_classes", "slope_degrees", "window_slope"]

_KNOTS = 33
# binary noise must not lift a slope over the upper bound of its class
_DIGITS = 9
_LEAST_SIDE = 3


@cache
def slope_classes() -> Mapping[str, str]:
    """Return the slope classes: name to claim, in order; the upper bound is included."""
    file = resources.files("platforms.geo.raster") / "slope_classes.yaml"
    classes: Mapping[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))["classes"]
    return classes


def slope_degrees(heights: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the slope of each cell.

    Parameters
    ----------
    heights
        Rows by columns, metres, with one cell more on each side; NaN where not known.
    steps
        For each inner row: metres east and north of one column, then of one row (four).

    Returns
    -------
    slope
        Inner cells, degrees; NaN where not known.

    Raises
    ------
    ValueError
        When there is no inner cell.

    Notes
    -----
    Horn, B. K. P. (1981): Hill shading and the reflectance map.
    """
    if min(heights.shape) < _LEAST_SIDE:
        msg = "heights need one cell more on each side"
        raise ValueError(msg)
    down = heights[:-2] + 2 * heights[1:-1] + heights[2:]
    across = heights[:, :-2] + 2 * heights[:, 1:-1] + heights[:, 2:]
    by_col, by_row = down[:, 2:] - down[:, :-2], across[2:] - across[:-2]
    lost = np.isnan(by_col + by_row)
    if lost.any():
        # the middle itself does not enter Horn's sums
        known = ~np.isnan(heights[1:-1, 1:-1])
        by_col[~known] = np.nan
        at = np.nonzero(lost & known)
        by_col[at], by_row[at] = _one_sided(heights, *at)
    col_east, col_north, row_east, row_north = steps.T[:, :, None]
    turn = 8 * (col_east * row_north - col_north * row_east)
    to_east = by_col * (row_north / turn) - by_row * (col_north / turn)
    to_north = by_row * (col_east / turn) - by_col * (row_east / turn)
    slope = np.degrees(np.arctan(np.sqrt(to_east * to_east + to_north * to_north)))
    rounded: NDArray[np.float64] = np.round(slope, _DIGITS, out=slope)
    return rounded


def _one_sided(
    heights: NDArray[np.float64], row: NDArray[np.intp], col: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Horn's two sums for inner cells that lack a neighbour."""
    near = {(r, c): heights[row + r, col + c] for r in range(3) for c in range(3)}
    mid = near[1, 1]
    for (r, c), height in list(near.items()):
        near[r, c] = np.where(np.isnan(height), 2 * mid - near[2 - r, 2 - c], height)
    # of corners that are both missing, the sides tell the plane
    for r, c in ((0, 0), (0, 2), (2, 0), (2, 2)):
        corner = near[r, c]
        near[r, c] = np.where(np.isnan(corner), near[r, 1] + near[1, c] - mid, corner)
    by_col = sum(w * (near[r, 2] - near[r, 0]) for r, w in enumerate((1, 2, 1)))
    by_row = sum(w * (near[2, c] - near[0, c]) for c, w in enumerate((1, 2, 1)))
    return np.asarray(by_col), np.asarray(by_row)


def window_slope(raster: Raster, reader: Reader, window: Window) -> NDArray[np.float64]:
    """Return the slope of a window's cells, degrees, from one cell more on each side.

    Raises
    ------
    FormatError
        When the values are no heights in metres.
    """
    top, left = max(window.row - 1, 0), max(window.col - 1, 0)
    bottom = min(window.row + window.height + 1, raster.height)
    right = min(window.col + window.width + 1, raster.width)
    values, known = reader.read(Window(top, left, bottom - top, right - left))
    heights = np.full((window.height + 2, window.width + 2), np.nan)
    at_row, at_col = top - window.row + 1, left - window.col + 1
    inside = heights[at_row : at_row + bottom - top, at_col : at_col + right - left]
    np.copyto(inside, values * raster.metres(), where=known, casting="same_kind")
    return slope_degrees(heights, _steps(raster, window))


def _steps(raster: Raster, window: Window) -> NDArray[np.float64]:
    """Return, for each row of a window, metres east and north of a column and of a row.

    They are reckoned by the whole tile: a cell has the same slope in each of its windows.
    """
    tile = raster.tile_around(window)
    rows = np.linspace(tile.row, tile.row + tile.height, _KNOTS)
    col = np.full(_KNOTS, tile.col + tile.width / 2)
    corners = [(col - 0.5, rows), (col + 0.5, rows), (col, rows - 0.5), (col, rows + 0.5)]
    pixels = np.concatenate([np.column_stack(corner) for corner in corners])
    move = transformer(raster.crs, CGCS2000)
    lon, lat = np.radians(move.transform(*raster.from_pixels(pixels).T)).reshape(2, 4, _KNOTS)
    mean = lat.mean(axis=0)
    root = 1 - E2 * np.sin(mean) ** 2
    along_meridian = A * (1 - E2) / root**1.5
    along_parallel = A / np.sqrt(root) * np.cos(mean)
    steps = np.stack(
        [
            (lon[1] - lon[0]) * along_parallel,
            (lat[1] - lat[0]) * along_meridian,
            (lon[3] - lon[2]) * along_parallel,
            (lat[3] - lat[2]) * along_meridian,
        ]
    )
    middles = window.row + np.arange(window.height) + 0.5
    return np.column_stack([np.interp(middles, rows, step) for step in steps])
