"""Each square metre of a plot to the first layer that claims it.

Plots are worked on by neighbourhoods, layer after layer: what the cutting holds in memory
does not grow with their number, and a layer that is read where it is needed, such as a
raster, is asked about one part of the county at a time. Where all layers are polygons, plots
whose limits do not lie over each other are summed and not cut.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.geo.threads import in_threads, side_by_side
from platforms.planning.land.limits import ShareLimit
from platforms.planning.land.pieces import Pieces, Shapes, halved
from platforms.planning.land.sums import summed

__all__ = ["NOISE_M2", "Parts", "deduct"]

NOISE_M2 = 1e-6
"""Less than this is binary noise of cutting."""

_Floats = NDArray[np.float64]
_Rows = NDArray[np.intp]

# so many plots are in work at a time
_BATCH = 16_384
# for fewer plots, taking all limits apart to be summed costs more than cutting
_FEW = 5_000
_NOTHING_LEFT = shapely.Polygon()


@dataclasses.dataclass(frozen=True)
class Parts:
    """What became of plots, in m² of the plane.

    Attributes
    ----------
    left_m2
        What all layers left; where ``known`` ends early, what the known ones left.
    claimed_m2
        Plots by layers: what each layer took; 0 from the first layer that is not known.
    known
        How many layers, from the first, are known at the plot.
    summed
        Which plots were summed and not cut: good to ``sums.EXACT_M2``.
    """

    left_m2: _Floats
    claimed_m2: _Floats
    known: _Rows
    summed: NDArray[np.bool_]

    def put(self, rows: _Rows, other: Parts) -> None:
        """Put what became of some plots in their rows."""
        for field in dataclasses.fields(self):
            getattr(self, field.name)[rows] = getattr(other, field.name)


def deduct(
    areas: Shapes,
    layers: Sequence[Pieces | ShareLimit | None],
    plane: CRS,
    *,
    cut: bool = False,
) -> Parts:
    """Give each square metre of plots to the first layer that claims it.

    Parameters
    ----------
    areas
        Valid polygons and multipolygons in ``plane``, or None.
    layers
        In their order of priority; None is one that cannot be placed.
    plane
        The plane.
    cut
        Whether to cut all plots, also those that need only be summed.
    """
    parts = Parts(
        np.full(len(areas), np.nan),
        np.zeros((len(areas), len(layers))),
        np.full(len(areas), len(layers), dtype=np.intp),
        np.zeros(len(areas), dtype=bool),
    )
    polygons = [layer for layer in layers if isinstance(layer, Pieces)]
    plain = len(polygons) == len(layers)
    summing = plain and not cut and len(areas) >= _FEW
    for layer in polygons if summing else []:
        # else each thread would take it apart
        layer.small.near(areas[:1])

    def some(rows: _Rows) -> None:
        if summing:
            rows = _sum_some(areas[rows], rows, polygons, parts)
        _deduct_some(areas[rows], rows, layers, plane, parts)

    if plain:
        side_by_side(some, _neighbourhoods(areas))
    else:
        # a raster is read by one at a time
        for rows in _neighbourhoods(areas):
            some(rows)
    return parts


def _sum_some(areas: Shapes, rows: _Rows, layers: Sequence[Pieces], parts: Parts) -> _Rows:
    """Sum what needs no cutting, and return the rows that do."""
    claimed, plain = summed(areas, layers)
    done = rows[plain]
    parts.claimed_m2[done] = claimed[plain]
    left_m2 = shapely.area(areas[plain]) - claimed[plain].sum(axis=1)
    parts.left_m2[done] = np.maximum(left_m2, 0.0)
    parts.summed[done] = True
    return rows[~plain]


def _neighbourhoods(areas: Shapes) -> Iterator[_Rows]:
    """Give the rows in batches of plots that lie near each other."""
    rows = np.flatnonzero(shapely.area(areas) > 0)
    if len(rows) > _BATCH:
        along = gpd.GeoSeries(areas[rows]).hilbert_distance().to_numpy()
        rows = rows[np.argsort(along, kind="stable")]
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


def _deduct_some(
    left: Shapes,
    rows: _Rows,
    layers: Sequence[Pieces | ShareLimit | None],
    plane: CRS,
    parts: Parts,
) -> None:
    left_m2 = shapely.area(left)
    for number, layer in enumerate(layers):
        # a plot that is gone stays gone, whatever a later layer says or does not know
        here = left_m2 > NOISE_M2
        last = number == len(layers) - 1
        rest, rest_m2 = _cut_with(layer, left[here], left_m2[here], plane, last=last)
        lost = np.isnan(rest_m2)
        taken = np.where(lost, 0.0, np.maximum(left_m2[here] - rest_m2, 0.0))
        parts.claimed_m2[rows[here], number] = taken
        stuck = rows[here][lost]
        parts.left_m2[stuck], parts.known[stuck] = left_m2[here][lost], number
        left[here], left_m2[here] = rest, rest_m2
        sure = ~np.isnan(left_m2)
        rows, left, left_m2 = rows[sure], left[sure], left_m2[sure]
    parts.left_m2[rows] = left_m2


def _cut_with(
    layer: Pieces | ShareLimit | None, areas: Shapes, areas_m2: _Floats, plane: CRS, *, last: bool
) -> tuple[Shapes, _Floats]:
    """Return what a layer leaves of areas, and its m²: NaN where that is not known."""
    if layer is None:
        return areas, np.full(len(areas), np.nan)
    if isinstance(layer, Pieces):
        rest = layer.difference(areas)
        return rest, in_threads(shapely.area, rest)
    if not len(areas):
        return areas, areas_m2
    shares = np.asarray(layer.shares(areas, plane), dtype=np.float64)
    if last:
        # nobody asks for the shape that is left
        return areas, areas_m2 * (1.0 - np.clip(shares, 0.0, 1.0))
    rest = areas.copy()
    rest[shares >= 1.0] = _NOTHING_LEFT
    partly = (shares > 0.0) & (shares < 1.0)
    if partly.any():
        claimed = halved(layer.shapes(areas[partly], plane))
        rest[partly] = Pieces(claimed).difference(areas[partly])
    return rest, np.where(np.isnan(shares), np.nan, shapely.area(rest))
