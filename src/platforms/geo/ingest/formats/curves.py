"""What arcs lose when they become chords.

GDAL splits arcs at the step that the worker was given. How much area that costs is not in
the file, so the shapes are read once more at a quarter of the step: the loss shrinks with
the square of the step, and the difference of the two areas is 15/16 of it. In degrees there
are no square metres, only the share of the area. A share that could change a printed area of
a common plot is worth a look; less is a fact like others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import pyogrio.raw
import shapely

from platforms.geo.ingest.raw import Fault

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FINER", "Reshape", "Shapes", "chord_loss", "read_finer", "without_joints"]

Shapes = list[bytes | None]
Reshape = Callable[[Shapes], Shapes]

# how much smaller the step is at which the loss is found
FINER = 4
_LARGEST_DEGREE = 360.0
# where two arcs meet, both give the point
_JOINT = 1e-9
# a square metre in a hectare
_PPM = 100.0


def read_finer(path: Path, layer: str, where: str | None, *, step_degrees: float) -> Shapes:
    """Read a layer's shapes with its arcs split at a quarter of a step."""
    try:
        pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": str(step_degrees / FINER)})
        read = pyogrio.raw.read(path, layer=layer, where=where, columns=[])
    finally:
        pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": str(step_degrees)})
    return list(read[2])


def chord_loss(
    coarse: Sequence[bytes | None], fine: Sequence[bytes | None], *, step_degrees: float
) -> Fault | None:
    """Say how many polygons have arcs, and the area that chords gave or took.

    Parameters
    ----------
    coarse, fine
        The same shapes at a step and at a quarter of it.
    step_degrees
        The step.

    Returns
    -------
    fault
        An issue, a warning where a plot changed by more than 100 ppm; None without arcs.
    """
    a, b = (
        shapely.from_wkb(np.array(w, dtype=object), on_invalid="ignore") for w in (coarse, fine)
    )
    flat = np.isin(shapely.get_type_id(a), (3, 6)) & np.isin(shapely.get_type_id(b), (3, 6))
    split = flat & (shapely.get_num_coordinates(a) != shapely.get_num_coordinates(b))
    split &= shapely.area(a) > 0
    if not split.any():
        return None
    whole = shapely.area(a[split])
    loss = (whole - shapely.area(b[split])) * FINER**2 / (FINER**2 - 1)
    ppm = float(np.max(np.abs(loss) / whole) * 1e6)
    told = {"count": int(split.sum()), "degrees": step_degrees, "ppm": f"{ppm:.2g}"}
    severity = "warning" if ppm > _PPM else "info"
    if np.abs(shapely.total_bounds(a[split])).max() <= _LARGEST_DEGREE:
        return Fault("curves_split_degrees", severity, 0, None, told)
    delta = round(float(loss.sum()), 4)
    told |= {"delta_m2": delta, "change": f"{delta:+.4f}"}
    return Fault("curves_split", severity, 0, None, told)


def without_joints(coarse: Shapes, fine: Shapes) -> Shapes:
    """Return shapes without the points that chords give twice where arcs meet.

    Parameters
    ----------
    coarse, fine
        The same shapes at a step and at a quarter of it; those without arcs stay as they are,
        with the points that somebody put twice.
    """
    a, b = (
        shapely.from_wkb(np.array(w, dtype=object), on_invalid="ignore") for w in (coarse, fine)
    )
    split = ~shapely.is_missing(a) & (
        shapely.get_num_coordinates(a) != shapely.get_num_coordinates(b)
    )
    out = list(coarse)
    for at in np.flatnonzero(split):
        tolerance = _JOINT * float(np.abs(shapely.bounds(a[at])).max())
        out[at] = bytes(shapely.to_wkb(shapely.remove_repeated_points(a[at], tolerance)))
    return out
