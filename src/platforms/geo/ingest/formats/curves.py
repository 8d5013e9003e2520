"""What arcs lose when they become chords.

GDAL splits arcs at the step that the worker was given. How much area that costs is not in
the file, so the shapes are read once more at a quarter of the step: the loss shrinks with
the square of the step, and the difference of the two areas is 15/16 of it. In degrees there
are no square metres, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import pyogrio.raw
import shapely

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Reshape", "Shapes", "chord_loss", "read_finer"]

Shapes = list[bytes | None]
Reshape = Callable[[Shapes], Shapes]

_FINER = 4
_LARGEST_DEGREE = 360.0


def read_finer(path: Path, layer: str, where: str | None, *, step_degrees: float) -> Shapes:
    """Read a layer's shapes with its arcs split at a quarter of a step."""
    try:
        pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": str(step_degrees / _FINER)})
        read = pyogrio.raw.read(path, layer=layer, where=where, columns=[])
    finally:
        pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": str(step_degrees)})
    return list(read[2])


def chord_loss(coarse: Sequence[bytes | None], fine: Sequence[bytes | None]) -> tuple[int, object]:
    """Return how many polygons have arcs, and the area that chords gave or took.

    Parameters
    ----------
    coarse, fine
        The same shapes at a step and at a quarter of it.

    Returns
    -------
    count, delta_m2
        Chord polygons minus curves; None for coordinates in degrees.
    """
    a, b = (
        shapely.from_wkb(np.array(w, dtype=object), on_invalid="ignore") for w in (coarse, fine)
    )
    flat = np.isin(shapely.get_type_id(a), (3, 6)) & np.isin(shapely.get_type_id(b), (3, 6))
    split = flat & (shapely.get_num_coordinates(a) != shapely.get_num_coordinates(b))
    if not split.any():
        return 0, None
    if np.abs(shapely.total_bounds(a[split])).max() <= _LARGEST_DEGREE:
        return int(split.sum()), None
    loss = float((shapely.area(a[split]) - shapely.area(b[split])).sum())
    return int(split.sum()), round(loss * _FINER**2 / (_FINER**2 - 1), 4)
