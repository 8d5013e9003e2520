"""Declared areas beside measured ones, for plots of every format.

A certificate may hold the official or the plane area, so the nearer of the two counts. What is
more than 0.1 % and more than 1 m² away was not rounded so: a stated area is printed to a square
metre or to 0.01 亩 at best. Neither number is changed; both are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from platforms.issues import IssueTable

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["compare_declared"]

_LEAST_M2, _SHARE = 1.0, 1e-3
# half of the last digit that is printed
_PRINTED_M2 = 0.005 + 1e-9
_MANY = 100


def compare_declared(frame: gpd.GeoDataFrame) -> IssueTable:
    """Compare the areas that a file declares with those that were measured.

    Parameters
    ----------
    frame
        ``plot_id``, ``declared_m2``, ``area_m2`` and ``planar_m2`` in m², NaN where unknown.

    Returns
    -------
    issues
        A warning for each plot beyond the tolerance; one info that counts those within it and
        names the one with the largest difference. No row for areas that agree as printed.
    """
    issues = IssueTable()
    areas = frame[["declared_m2", "area_m2", "planar_m2"]].to_numpy(dtype=np.float64)
    declared, official, planar = areas.T
    nearer = np.where(np.abs(declared - planar) < np.abs(declared - official), planar, official)
    apart = declared - nearer
    known = np.isfinite(apart) & (declared > 0) & (nearer > 0)
    size = np.where(known, np.abs(apart), 0.0)
    far = size > np.maximum(_LEAST_M2, _SHARE * np.where(known, nearer, 0.0))
    names = frame["plot_id"].astype(str).to_numpy()

    def told(at: int) -> dict[str, Any]:
        percent = apart[at] / nearer[at] * 100
        return {
            "declared_m2": f"{declared[at]:.2f}",
            "official_m2": f"{official[at]:.2f}",
            "planar_m2": f"{planar[at]:.2f}",
            "change_m2": f"{apart[at]:+.2f}",
            "percent": f"{percent:+.3g}" if abs(percent) < _MANY else f"{percent:+,.0f}",
        }

    for at in np.flatnonzero(far).tolist():
        issues.add("declared_differs", "warning", feature=names[at], **told(at))
    near = ~far & (size > _PRINTED_M2)
    if near.any():
        at = int(np.argmax(np.where(near, size, 0.0)))
        count = int(near.sum())
        feature = names[at] if count == 1 else None
        issues.add(
            "declared_close", "info", feature=feature, count=count, plot=names[at], **told(at)
        )
    return issues
