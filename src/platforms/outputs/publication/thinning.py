"""Shapes drawn more coarsely: thinned and rounded, and none of them lost.

Neighbours that share an edge share it afterwards, where a layer's areas do not overlap. A part
that is narrower than the grid is widened to it rather than dropped: that a plot is there is
shown, where exactly is not. Areas are never taken from these shapes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

__all__ = ["thinned"]

Shapes = npt.NDArray[np.object_]

_METRES = 111_320.0
# half the diagonal of a cell and a little: both sides of what is left lie on different lines
_WIDEN = 0.75
# what is rounded lies within a diagonal of a cell
_NEAR = 1.0
_AREA, _LINE = 2, 1


def thinned(shapes: Shapes, *, decimals: int, tolerance_m: float = 0.0) -> Shapes:
    """Return shapes with fewer corners and coarser coordinates.

    Parameters
    ----------
    shapes
        Longitude and latitude in degrees; None stays None.
    decimals
        Decimals of a degree that are left.
    tolerance_m
        Outlines are thinned by so many metres first; 0 only rounds.

    Returns
    -------
    shapes
        Valid shapes of the same kinds, one for each, no part lost except where parts of one
        shape fall together.
    """
    known = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    out = shapes.copy()
    if known.any():
        simple = _simplified(shapes[known], tolerance_m) if tolerance_m else shapes[known]
        out[known] = _rounded(simple, decimals)
    return out


def _simplified(shapes: Shapes, tolerance_m: float) -> Shapes:
    area = shapely.get_dimensions(shapes) == _AREA
    if not area.any():
        return shapes
    # about metres, so that the tolerance is the same both ways
    south, north = shapely.total_bounds(shapes)[[1, 3]]
    scale = np.array([np.cos(np.radians((south + north) / 2)), 1.0]) * _METRES
    flat = shapely.transform(shapes[area], lambda xy: xy * scale)
    if shapely.coverage_is_valid(flat):
        fewer = shapely.coverage_simplify(flat, tolerance_m)
    else:
        fewer = shapely.simplify(flat, tolerance_m, preserve_topology=True)
    lost = shapely.is_empty(fewer) | ~shapely.is_valid(fewer)
    fewer = np.where(lost, flat, fewer)
    out = shapes.copy()
    out[area] = shapely.transform(fewer, lambda xy: xy / scale)
    return out


def _rounded(shapes: Shapes, decimals: int) -> Shapes:
    factor = 10.0**decimals
    parts, owner = shapely.get_parts(shapes, return_index=True)
    coarse = shapely.transform(parts, lambda xy: np.rint(xy * factor) / factor)
    for at in np.flatnonzero(~shapely.is_valid(coarse)):
        coarse[at] = _mended(parts[at], 1.0 / factor)
    out = np.empty(len(shapes), dtype=object)
    alone = np.bincount(owner, minlength=len(shapes))[owner] == 1
    out[owner[alone]] = coarse[alone]
    if not alone.all():
        sets = np.full(len(shapes), None, dtype=object)
        shapely.geometrycollections(coarse[~alone], indices=owner[~alone], out=sets)
        many = np.unique(owner[~alone])
        out[many] = [_together(sets[at], 1.0 / factor) for at in many]
    # a grid that geos keeps is ours to the last bit
    return shapely.transform(out, lambda xy: np.rint(xy * factor) / factor)


def _mended(part: shapely.Geometry, grid: float) -> shapely.Geometry:
    """Return one part on the grid, valid and not empty."""
    if shapely.get_dimensions(part) == _LINE:
        # both ends fell on one point: one step is left of it
        x, y = shapely.get_coordinates(part)[0]
        step = shapely.LineString([(x, y), (x + grid, y)])
        return shapely.set_precision(step, grid)
    on_grid = shapely.set_precision(part, grid)
    # a strip that is narrower than the grid would fall to pieces, or lose a stretch
    if shapely.covers(shapely.buffer(on_grid, _NEAR * grid), part):
        return on_grid
    wide = shapely.buffer(part, _WIDEN * grid, join_style="mitre", mitre_limit=2.0)
    return shapely.set_precision(wide, grid)


def _together(parts: shapely.Geometry, grid: float) -> shapely.Geometry:
    """Return parts of one kind as one shape."""
    singles = shapely.get_parts(shapely.get_parts(parts))
    dimension = shapely.get_dimensions(singles).max()
    if dimension < _AREA:
        if dimension == _LINE:
            return shapely.MultiLineString(singles.tolist())
        return shapely.MultiPoint(singles.tolist())
    whole = shapely.MultiPolygon(singles.tolist())
    if shapely.is_valid(whole):
        return whole
    united: shapely.Geometry = shapely.union_all(singles, grid_size=grid)
    return united
