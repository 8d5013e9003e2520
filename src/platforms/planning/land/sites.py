"""Plots made ready to be cut: valid shapes in the survey plane, official areas beside them.

Shares are found in the plane and shared out over the official area. A plot without a shape
that has an area is unknown: its shape is None and its area NaN.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.geo.area import measure_frame
from platforms.geo.crs import plane_for
from platforms.issues import IssueTable
from platforms.planning.land.limits import mended, placed_shapes
from platforms.planning.land.pieces import Shapes
from platforms.units import half_up

__all__ = ["Sites", "column_numbers", "place_sites", "plain", "plot_labels"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sites:
    """Plots in a survey plane.

    Attributes
    ----------
    plane
        The survey plane.
    labels
        What to call the plots.
    shapes
        Valid polygons in the plane; None where a plot has no area.
    planar_m2
        Their areas in the plane; NaN where there is none.
    gross_m2
        Official areas, two decimals; NaN unknown.
    """

    plane: CRS
    labels: NDArray[np.object_]
    shapes: Shapes
    planar_m2: Floats
    gross_m2: Floats


def place_sites(plots: gpd.GeoDataFrame, plane: object, issues: IssueTable) -> Sites:
    """Bring plots to the survey plane.

    Parameters
    ----------
    plots
        Polygons with a CRS; ``area_m2`` (official, m²) is taken where it is there, else
        measured. Not changed.
    plane
        Survey plane; None as in ``measure_frame``.
    issues
        Takes ``plot_repaired`` and ``plot_not_area``.

    Returns
    -------
    sites
        In the order of the plots.

    Raises
    ------
    CRSError
        For plots without a coordinate system, or one of another datum.
    """
    target = plane_for(plots, default=plane)
    measured = plots if "area_m2" in plots.columns else measure_frame(plots, plane=target)
    labels = plot_labels(plots)
    shapes = mended(placed_shapes(plots, target), labels, issues, kind="plot", layer=None)
    planar = shapely.area(shapes)
    usable = planar > 0
    for label in labels[~usable]:
        issues.add("plot_not_area", "error", feature=label)
    shapes[~usable] = None
    gross = half_up(column_numbers(measured, "area_m2"), 2)
    return Sites(
        target, labels, shapes, np.where(usable, planar, np.nan), np.where(usable, gross, np.nan)
    )


def column_numbers(frame: pd.DataFrame, column: str) -> Floats:
    """Return a column as numbers; NaN where it is empty, and all NaN where it is absent."""
    if column not in frame.columns:
        return np.full(len(frame), np.nan)
    numbers = pd.to_numeric(pd.Series(frame[column]), errors="coerce")
    values: Floats = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def plot_labels(frame: pd.DataFrame) -> NDArray[np.object_]:
    """Return what to call each plot: its id, else its place in the index."""
    named = frame["plot_id"] if "plot_id" in frame.columns else frame.index
    return np.array([str(one) for one in named], dtype=object)


def plain(value: object) -> object:
    """Return a value for JSON: a number, truth or text; None where it is unknown."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return None if value is None or value is pd.NA or value is pd.NaT else str(value)
