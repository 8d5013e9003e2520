"""Net land that two plots have: how much of a plot's an earlier plot has already.

A plot that lies over another is taken whole, since it is the file that is at fault and not the
plot. A sum must count the land once all the same: of each plot this says what an earlier one of
the same group has brought into the sum, so that Σ (net - overlap) is the land once, for the whole
and for any parts of it. Only plots whose net land is known bring any.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.geo.overlap import placed_pairs
from platforms.geo.placed import Placed
from platforms.planning.land.cutting import NOISE_M2, Parts, deduct
from platforms.planning.land.limits import ShareLimit
from platforms.planning.land.pieces import Pieces, Shapes
from platforms.units import half_up

__all__ = ["net_overlap_m2"]

Floats = NDArray[np.float64]


def net_overlap_m2(
    shapes: Shapes,
    net_m2: Floats,
    parts: Parts,
    layers: Sequence[Pieces | ShareLimit | None],
    plane: CRS,
    *,
    groups: NDArray[np.object_],
) -> Floats:
    """Return the net land of plots that earlier plots of their group have as well.

    Parameters
    ----------
    shapes
        Valid polygons in ``plane``, or None.
    net_m2
        Official net area, m²; NaN unknown.
    parts
        What was cut of the shapes.
    layers
        What was cut with, in order.
    plane
        The plane.
    groups
        Plots of one group are summed together.

    Returns
    -------
    overlap_m2
        m², two decimals, at most ``net_m2``; NaN where that is.
    """
    twice = np.where(np.isnan(net_m2), np.nan, 0.0)
    rows, shared = _earlier(shapes, (net_m2 > 0) & (parts.left_m2 > NOISE_M2), groups, plane)
    if not rows.size:
        return twice
    left_m2 = deduct(shared, layers, plane, cut=True).left_m2
    share = np.clip(np.nan_to_num(left_m2) / parts.left_m2[rows], 0.0, 1.0)
    twice[rows] = half_up(net_m2[rows] * share, 2)
    return twice


def _earlier(
    shapes: Shapes, counted: NDArray[np.bool_], groups: NDArray[np.object_], plane: CRS
) -> tuple[NDArray[np.intp], Shapes]:
    """Return the rows that lie over earlier ones of their group, and the land that they share."""
    rows: list[NDArray[np.intp]] = [np.empty(0, dtype=np.intp)]
    shared: list[Shapes] = [np.empty(0, dtype=object)]
    for _, members in pd.Series(np.flatnonzero(counted)).groupby(groups[counted]):
        at = members.to_numpy(dtype=np.intp)
        # nobody needs to ask again whether they are valid
        placed = Placed(shapes[at], plane, invalid=np.zeros(len(at), dtype=bool))
        pairs = placed_pairs(placed)
        for second, firsts in pairs.groupby("second")["first"]:
            row = at[[int(str(second))]]
            over = shapely.union_all(shapes[at[firsts.to_numpy(dtype=np.intp)]])
            rows.append(row)
            shared.append(shapely.intersection(shapes[row], over))
    return np.concatenate(rows), np.concatenate(shared)
