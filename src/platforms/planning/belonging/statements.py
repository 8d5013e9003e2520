"""What a document itself says of belonging, beside what the position says.

A plan names the town of a firm; its point, good to some kilometres, may lie in the next one.
Neither is thrown away: the document's word stays in columns that end in ``_given``, and where
the two differ a row says so, a warning where the position is sure, else a note. A row that is
a platform of the plan belongs to itself, whatever stands on the same point.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from platforms.issues import IssueTable
from platforms.planning.belonging.places import NONE, Index, Places

__all__ = ["GIVEN", "itself", "keep_given", "tell_contradictions"]

GIVEN = "_given"

# what a document may say, and the column that only an earlier answer has
_STATED = {
    "town": "town_way", "town_id": "town_way",
    "platform": "platform_way", "platform_id": "platform_way",
    "layout_unit": "layout_way", "layout_unit_id": "layout_way",
}  # fmt: skip


def itself(features: gpd.GeoDataFrame, sites: Places) -> Index:
    """Return which platform each feature is itself.

    Parameters
    ----------
    features
        ``platform_id`` and ``name`` are read where both are there.
    sites
        Platforms.

    Returns
    -------
    at
        Position of the platform whose id and name the feature has, else ``NONE``.
    """
    at = np.full(len(features), NONE, dtype=np.intp)
    if {"platform_id", "name"} <= set(features) and len(sites.ids):
        asked = zip(features["platform_id"], features["name"], strict=True)
        known = {pair: n for n, pair in enumerate(zip(sites.ids, sites.names, strict=True))}
        at[:] = [known.get(pair, NONE) for pair in asked]
    return at


def keep_given(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a copy in which the document's own words have names of their own.

    Parameters
    ----------
    frame
        Any columns; those of an earlier answer are not taken for the document's.

    Returns
    -------
    frame
        With ``town_given``, ``town_id_given``, ``platform_given``, ``platform_id_given``,
        ``layout_unit_given`` and ``layout_unit_id_given`` beside what stood there without
        that ending.
    """
    stated = [name for name, way in _STATED.items() if name in frame and way not in frame]
    return frame.assign(**{name + GIVEN: frame[name] for name in stated})


def tell_contradictions(
    assigned: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, key: str | None, issues: IssueTable
) -> None:
    """Add a row for each feature whose position lies in another town than the document says.

    Parameters
    ----------
    assigned
        Features with the columns of belonging; ``town_id_given`` is compared, else the name
        in ``town_given``. A name that is no town's cannot be compared.
    towns
        ``town_id`` and ``name``.
    key
        Column that names a feature; None for its index.
    issues
        Takes ``town_contradicts`` (warning) where the position is sure, else
        ``town_undecided`` (info).
    """
    given = _given_town(assigned, towns)
    differs = given.notna() & assigned["town_id"].notna() & given.ne(assigned["town_id"])
    rows = np.flatnonzero(differs.to_numpy(dtype=bool))
    if len(rows) == 0:
        return
    names = dict(zip(towns["town_id"], towns["name"], strict=True))
    named = assigned[key] if key is not None and key in assigned else assigned.index.to_series()
    told = zip(
        named.iloc[rows], given.iloc[rows], assigned["town"].iloc[rows],
        assigned["town_sure"].iloc[rows], strict=True,
    )  # fmt: skip
    for feature, stated, found, sure in told:
        issues.add(
            "town_contradicts" if sure else "town_undecided", "warning" if sure else "info",
            feature=str(feature), field="town", given=names[stated], found=found,
        )  # fmt: skip


def _given_town(assigned: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return the id of the town that the document says, missing where none can be told."""
    given = pd.Series(None, index=assigned.index, dtype="str")
    if "town" + GIVEN in assigned:
        once = towns[~towns["name"].duplicated(keep=False)]
        ids = dict(zip(once["name"], once["town_id"], strict=True))
        given = assigned["town" + GIVEN].astype("str").str.strip().map(ids).astype("str")
    if "town_id" + GIVEN in assigned:
        stated = assigned["town_id" + GIVEN].astype("str")
        given = stated.where(stated.isin(towns["town_id"]), given)
    return given
