"""Plots beside a boundary that is known to be right.

Coordinates of a web map look like good degrees. Only a place that is known shows that they
are shifted. Seen once, the doubt stays with the plots: they are read and measured as they are,
and their areas are never certified.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from platforms.geo.crs import reproject
from platforms.geo.gcj import known_offset
from platforms.geo.read import Plots
from platforms.issues import IssueTable

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["compare_known"]


def compare_known(plots: Plots, known: Plots | gpd.GeoDataFrame) -> Plots:
    """Compare plots with a known boundary and keep what that says with them.

    Parameters
    ----------
    plots
        What `read_plots` gave; not changed.
    known
        Outlines that are right and that some plots should equal, with a CRS.

    Returns
    -------
    plots
        The same frame, with the row that `known_offset` gives. Where the offset of a web map
        is seen, ``source.certified`` is False: a certificate of these plots is refused.

    Raises
    ------
    CRSError
        When the system of the outlines is not known.
    """
    outlines = known.frame if isinstance(known, Plots) else reproject(known)
    seen = known_offset(plots.frame, outlines)
    source = plots.source
    if seen.by_kind()["web_offset_seen"]:
        source = dataclasses.replace(source, certified=False)
    return dataclasses.replace(plots, issues=IssueTable([*plots.issues, *seen]), source=source)
