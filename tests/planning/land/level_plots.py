"""Plots, limits and buildings as boxes in the survey plane, with round answers."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from platforms.planning.land.reclaim import deduction_columns

PLANE = 4528
EAST, NORTH = 40_598_000.0, 3_121_000.0


def box(x0, y0, x1, y1):
    """A box by metres east and north of a corner in 乐清."""
    return shapely.box(EAST + x0, NORTH + y0, EAST + x1, NORTH + y1)


def frame(*shapes, crs=PLANE, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


def plots(*shapes, crs=PLANE, **columns):
    """Plots whose official area is taken to be the planar one, so that answers are round."""
    area = np.round(shapely.area(np.array(shapes, dtype=object)), 2)
    ids = [f"P{i}" for i in range(len(shapes))]
    return frame(*shapes, crs=crs, **({"plot_id": ids, "area_m2": area} | columns))


def row(land, at=0):
    """Return net and deductions of a plot."""
    return [float(land[c].iloc[at]) for c in ("net_m2", *deduction_columns(land).values())]


SQUARE = box(0, 0, 100, 100)
