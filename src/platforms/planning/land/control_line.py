"""Inside and outside the control line of industrial land.

The line (工业用地控制线) is a set of polygons. What of a plot lies inside is cut out in the
survey plane and shared out over the plot's official area, so that inside and outside sum to it
to the cent. Without a line nothing is known: no plot is taken as outside for want of one.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from platforms.issues import IssueTable
from platforms.planning.land.reclaim import reclaim
from platforms.units import MU_PER_M2, half_up

__all__ = ["control_line", "control_line_by"]

_LAYER = "control_line"
# a strip under this is how two surveys of one boundary differ, m²
_TOLERANCE_M2 = 1.0


def control_line(
    plots: gpd.GeoDataFrame,
    line: gpd.GeoDataFrame | None,
    *,
    plane: object = None,
    tolerance_m2: float = _TOLERANCE_M2,
    issues: IssueTable | None = None,
) -> gpd.GeoDataFrame:
    """Say how much of each plot lies inside the control line.

    Parameters
    ----------
    plots
        Polygons with a CRS; ``area_m2`` (official, m²) is taken where it is there, else
        measured. Not changed.
    line
        Polygons of the control line, with a CRS; None where there is none.
    plane
        Survey plane to cut in; default as in ``measure_frame``.
    tolerance_m2
        A part of a plot up to this is not told from the plot's own boundary, m².
    issues
        Takes a row for each shape that could not be used as it is.

    Returns
    -------
    placed
        The plots, same index, with ``inside_m2`` and ``outside_m2`` (m², two decimals, NaN
        unknown; they sum to the official area) and ``control_line``: ``inside``,
        ``outside``, ``across`` or missing where it is not known.

    Raises
    ------
    CRSError
        For plots without a coordinate system, or a line of another datum.
    """
    found = IssueTable() if issues is None else issues
    cut = reclaim(plots, {} if line is None else {_LAYER: line}, order=[_LAYER],
                  plane=plane, issues=found)  # fmt: skip
    # an absent or empty line deducts nothing there; here it leaves the question open
    known = line is not None and len(line) > 0
    inside = cut[f"deduct_{_LAYER}_m2"].to_numpy(np.float64)
    outside = cut["net_m2"].to_numpy(np.float64)
    if not known:
        inside, outside = np.full(len(plots), np.nan), np.full(len(plots), np.nan)
    placed = plots.copy()
    placed["inside_m2"], placed["outside_m2"] = inside, outside
    where = np.select(
        [
            ~np.isfinite(inside),
            (inside > tolerance_m2) & (outside > tolerance_m2),
            inside >= outside,
        ],
        ["", "across", "inside"],
        default="outside",
    )
    words = pd.Series(where, index=plots.index, dtype="str")
    placed["control_line"] = words.mask(words.eq(""))
    return placed


def control_line_by(placed: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sum land inside and outside the line.

    Parameters
    ----------
    placed
        What :func:`control_line` gives, with the column ``by``.
    by
        Column to sum by, for example ``town`` or ``verdict``; plots without a value stand
        in a row of their own.

    Returns
    -------
    totals
        Indexed by the groups: ``plots``, ``inside``, ``outside``, ``across`` and
        ``unknown`` (plots), ``inside_mu`` and ``outside_mu`` (亩, two decimals, known plots).
    """
    table = pd.DataFrame({by: placed[by], "plots": 1})
    for name in ("inside", "outside", "across"):
        table[name] = placed["control_line"].eq(name).fillna(value=False).astype("int64")
    table["unknown"] = placed["control_line"].isna().astype("int64")
    for name in ("inside", "outside"):
        cents = np.rint(placed[f"{name}_m2"].fillna(0.0).to_numpy(np.float64) * 100)
        table[f"{name}_mu"] = cents.astype("int64")
    totals = table.groupby(by, dropna=False, sort=True, observed=True).sum()
    for name in ("inside_mu", "outside_mu"):
        totals[name] = half_up(totals[name].to_numpy(np.float64) / 100 * MU_PER_M2, 2)
    return totals
