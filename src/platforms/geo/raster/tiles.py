"""Areas on the grid of a raster: moved there, and cut into tiles that are read once.

Where the raster has another system than the survey plane, edges are divided before they are
moved. Tiles bound what is held in memory, however large the raster or an area.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from platforms.geo.crs import parse_crs
from platforms.geo.raster.opened import Window
from platforms.geo.threads import in_threads
from platforms.geo.transform import transformer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from pyproj import CRS

    from platforms.geo.raster.opened import Raster

__all__ = ["inside_raster", "pieces_by_tile", "pixel_shapes", "row_weights", "same_system"]

# a straight edge of this length in the plane bends by less than 0.1 mm in degrees
_STEP_M = 100.0
_KNOTS = 33
_POLYGON = 3


def pixel_shapes(raster: Raster, shapes: NDArray[np.object_], plane: CRS) -> NDArray[np.object_]:
    """Return shapes of the plane in columns and rows of a raster; None for what is no area."""
    usable = (shapely.get_dimensions(shapes) == 2) & shapely.is_valid(shapes)  # noqa: PLR2004
    good = shapes.copy()
    good[~usable] = None
    if same_system(raster, plane):
        return np.asarray(shapely.transform(good, raster.to_pixels), dtype=object)
    move = transformer(plane, raster.crs)

    def onto(points: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = in_threads(lambda xy: np.column_stack(move.transform(*xy.T)), points)
        return raster.to_pixels(moved)

    divided = shapely.segmentize(good, _STEP_M)
    pixels: NDArray[np.object_] = shapely.transform(divided, onto)
    bounds = shapely.bounds(pixels)
    lost = ~np.isfinite(bounds).all(axis=1) & usable
    # what the raster's system cannot show lies beyond it
    pixels[lost] = shapely.box(-2, -2, -1, -1)
    return pixels


def same_system(raster: Raster, plane: CRS) -> bool:
    """Say whether a raster lies in the plane itself."""
    return bool(parse_crs(raster.crs).equals(plane, ignore_axis_order=True))


def inside_raster(
    pixels: NDArray[np.object_], raster: Raster
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Cut shapes to the raster; also the share that lies beyond it."""
    low_x, low_y, high_x, high_y = shapely.bounds(pixels).T
    out = (low_x < 0) | (low_y < 0) | (high_x > raster.width) | (high_y > raster.height)
    beyond = np.zeros(len(pixels))
    inside = pixels.copy()
    if out.any():
        box = shapely.box(0, 0, raster.width, raster.height)
        inside[out] = shapely.intersection(_sound(pixels[out]), box)
        beyond[out] = 1 - shapely.area(inside[out]) / shapely.area(pixels[out])
    return inside, np.clip(beyond, 0.0, 1.0)


def _sound(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Mend what moving made invalid: rings that all but touch may cross by a rounding."""
    valid = shapely.is_valid(shapes)
    if valid.all():
        return shapes
    return np.where(valid, shapes, shapely.make_valid(shapes, method="structure"))


def pieces_by_tile(
    inside: NDArray[np.object_], raster: Raster
) -> Iterator[tuple[Window, NDArray[np.object_], NDArray[np.intp]]]:
    """Cut shapes at the tiles of a raster.

    Parameters
    ----------
    inside
        In pixel coordinates, inside the raster.
    raster
        Gives the tiles.

    Yields
    ------
    window
        Cells to be read: those around the pieces, at most one tile; row after row.
    pieces
        Polygons inside the window.
    owner
        Number of the shape that each piece is of.
    """
    down, across = raster.tile
    shape_at = np.flatnonzero(shapely.area(inside) > 0)
    bounds = shapely.bounds(inside[shape_at])
    first = np.floor(bounds[:, :2] / (across, down)).astype(np.int64)
    last = np.maximum(np.ceil(bounds[:, 2:] / (across, down)).astype(np.int64) - 1, first)
    tiles = last - first + 1
    many = tiles.prod(axis=1)
    at = np.repeat(np.arange(len(shape_at)), many)
    number = np.arange(len(at)) - np.repeat(np.cumsum(many) - many, many)
    row = first[at, 1] + number // tiles[at, 0]
    col = first[at, 0] + number % tiles[at, 0]
    owner = shape_at[at]
    order = np.lexsort((col, row))
    breaks = np.flatnonzero(np.diff(row[order]) | np.diff(col[order])) + 1
    for group in np.split(order, breaks):
        if len(group) == 0:
            continue
        pieces, whose = inside[owner[group]], owner[group]
        cut = many[at[group]] > 1
        if cut.any():
            at_row, at_col = row[group[0]] * down, col[group[0]] * across
            box = shapely.box(at_col, at_row, at_col + across, at_row + down)
            pieces[cut] = shapely.intersection(_sound(pieces[cut]), box)
        pieces, part_of = shapely.get_parts(pieces, return_index=True)
        polygon = (shapely.get_type_id(pieces) == _POLYGON) & ~shapely.is_empty(pieces)
        if polygon.any():
            pieces, whose = pieces[polygon], whose[part_of[polygon]]
            yield _window(pieces, raster), pieces, whose


def _window(pieces: NDArray[np.object_], raster: Raster) -> Window:
    west, north, east, south = shapely.total_bounds(pieces)
    row, col = max(int(np.floor(north)), 0), max(int(np.floor(west)), 0)
    row, col = min(row, raster.height - 1), min(col, raster.width - 1)
    bottom = min(max(int(np.ceil(south)), row + 1), raster.height)
    right = min(max(int(np.ceil(east)), col + 1), raster.width)
    return Window(row, col, bottom - row, right - col)


def row_weights(raster: Raster, plane: CRS, window: Window) -> NDArray[np.float64] | None:
    """Return what a cell of each row covers in the plane, m²; None where all cover the same.

    In degrees and in Web Mercator a cell covers less the farther north it lies. It is reckoned
    by the whole tile, so that a row weighs the same in each of its windows.
    """
    if same_system(raster, plane):
        return None
    tile = raster.tile_around(window)
    rows = np.linspace(tile.row, tile.row + tile.height, _KNOTS)
    half = max(tile.height, tile.width) / 2 / _KNOTS
    col = np.full(_KNOTS, tile.col + tile.width / 2)
    turns = ((-half, -half), (half, -half), (half, half), (-half, half))
    pixels = np.concatenate([np.column_stack([col + x, rows + y]) for x, y in turns])
    move = transformer(raster.crs, plane)
    corners = np.column_stack(move.transform(*raster.from_pixels(pixels).T))
    squares = shapely.polygons(corners.reshape(4, _KNOTS, 2).transpose(1, 0, 2))
    covered = shapely.area(squares) / (2 * half) ** 2
    weights: NDArray[np.float64] = np.interp(
        window.row + np.arange(window.height) + 0.5, rows, covered
    )
    return weights
