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
from platforms.geo.raster import Window
from platforms.geo.transform import transformer
from platforms.geo.zones import CGCS2000

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from platforms.geo.raster import Raster, Reader

__all__ = ["slope_classes", "slope_degrees", "window_slope"]

_KNOTS = 17
# binary noise must not lift a slope over the upper bound of its class
_DIGITS = 9
_LEAST_SIDE = 3


@cache
def slope_classes() -> Mapping[str, str]:
    """Return the slope classes: name to claim, in order; the upper bound is included."""
    file = resources.files("platforms.geo") / "slope_classes.yaml"
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
    mid = heights[1:-1, 1:-1]
    north, south = heights[:-2, 1:-1], heights[2:, 1:-1]
    west, east = heights[1:-1, :-2], heights[1:-1, 2:]
    north_west, south_east = heights[:-2, :-2], heights[2:, 2:]
    north_east, south_west = heights[:-2, 2:], heights[2:, :-2]
    if np.isnan(heights).any():
        north, south = _across(mid, north, south)
        west, east = _across(mid, west, east)
        north_west, south_east = _across(mid, north_west, south_east)
        north_east, south_west = _across(mid, north_east, south_west)
        # of a corner where both are missing, the sides tell the plane
        north_west = np.where(np.isnan(north_west), north + west - mid, north_west)
        south_east = np.where(np.isnan(south_east), south + east - mid, south_east)
        north_east = np.where(np.isnan(north_east), north + east - mid, north_east)
        south_west = np.where(np.isnan(south_west), south + west - mid, south_west)
    by_col = (north_east + 2 * east + south_east - north_west - 2 * west - south_west) / 8
    by_row = (south_west + 2 * south + south_east - north_west - 2 * north - north_east) / 8
    col_east, col_north, row_east, row_north = steps.T[:, :, None]
    turn = col_east * row_north - col_north * row_east
    to_east = (by_col * row_north - by_row * col_north) / turn
    to_north = (by_row * col_east - by_col * row_east) / turn
    slope = np.degrees(np.arctan(np.sqrt(to_east * to_east + to_north * to_north)))
    # the middle itself does not enter Horn's sums
    slope[np.isnan(mid)] = np.nan
    rounded: NDArray[np.float64] = np.round(slope, _DIGITS)
    return rounded


def _across(
    mid: NDArray[np.float64], one: NDArray[np.float64], other: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Let each of a pair stand in for the other along a straight line through the middle."""
    return (
        np.where(np.isnan(one), 2 * mid - other, one),
        np.where(np.isnan(other), 2 * mid - one, other),
    )


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
    """Return, for each row of a window, metres east and north of a column and of a row."""
    rows = np.linspace(window.row, window.row + window.height, _KNOTS)
    col = np.full(_KNOTS, window.col + window.width / 2)
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
