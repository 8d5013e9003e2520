"""A relocation summed from town to park, and over all.

Towns are where firms stand now. A firm's own ``town`` counts where the table has one; else it
is placed in the workspace's towns, which are derived areas: a sum by town is as sure as they
are. Sums are of 亩 as given; means of km are weighted by 亩.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from platforms.layers.workspace import Workspace
from platforms.planning.belonging.membership import assign

if TYPE_CHECKING:
    # the answer brings the solver with it, which a run without one does not need
    from platforms.planning.moves.relocation_answer import Relocation

__all__ = ["firm_parts", "firm_towns", "relocation_figures", "relocation_summary", "town_flows"]

_DIGITS = 6
_PART = "part_"


def firm_parts(relocation: Relocation) -> pd.DataFrame:
    """Return what each firm adds to the objective, not rounded.

    Parameters
    ----------
    relocation
        The answer.

    Returns
    -------
    parts
        By ``firm_id``, in the order of the firms: ``part_<term>`` for each term that has a
        weight, weighted, and ``cost``, their sum; without columns where nothing was solved.
    """
    parts = relocation.parts
    if parts is None:
        return pd.DataFrame(index=pd.Index(relocation.firms["firm_id"], name="firm_id"))
    weighted = [name for name, weight in relocation.weights.items() if weight]
    found = parts.set_index("firm_id")[weighted]
    cost = [math.fsum(row) for row in found.to_numpy(dtype=np.float64)]
    return found.add_prefix(_PART).assign(cost=cost)


def firm_towns(relocation: Relocation, workspace: Workspace | None = None) -> pd.Series:
    """Return the town of each firm.

    Parameters
    ----------
    relocation
        The answer.
    workspace
        Places firms whose table has no ``town``.

    Returns
    -------
    towns
        Name by ``firm_id``, in the order of the firms; empty where it is not known.
    """
    firms = relocation.firms
    index = pd.Index(firms["firm_id"], name="firm_id")
    if "town" in firms:
        names = firms["town"].astype("object").where(firms["town"].notna(), "")
        return pd.Series(names.map(str).to_numpy(), index=index, dtype="object", name="town")
    if workspace is None or not workspace.has("towns") or not len(firms):
        return pd.Series("", index=index, dtype="object", name="town")
    points = gpd.GeoDataFrame(
        {name: firms[name] for name in ("accuracy_m",) if name in firms},
        geometry=gpd.points_from_xy(firms["lon"], firms["lat"]),
        crs="EPSG:4490",
    )
    found = assign(points, workspace)["town"].astype("object")
    named = found.where(found.notna(), "").map(str)
    return pd.Series(named.to_numpy(), index=index, dtype="object", name="town")


def town_flows(relocation: Relocation, towns: pd.Series) -> gpd.GeoDataFrame:
    """Return what moves from each town to each park.

    Parameters
    ----------
    relocation
        The answer.
    towns
        What :func:`firm_towns` gave.

    Returns
    -------
    flows
        EPSG:4490, one row a pair in the order of towns and parks: ``town``, ``park_id``,
        ``firms``, ``mu`` (亩), ``km_mean`` (weighted by 亩), and a line from the middle of
        the firms (weighted by 亩) to the park.
    """
    moved = relocation.assignments
    firms = relocation.firms.set_index("firm_id").loc[moved["firm_id"], ["lon", "lat"]]
    share = moved["mu"].to_numpy(dtype=np.float64)
    lon, lat = (firms[name].to_numpy(dtype=np.float64) * share for name in ("lon", "lat"))
    parts = pd.DataFrame(
        {
            "town": towns.reindex(moved["firm_id"]).fillna("").to_numpy(dtype=object),
            "park_id": moved["park_id"].to_numpy(dtype=object),
            "firms": 1, "mu": share, "work": share * moved["km"].to_numpy(dtype=np.float64),
            "lon": lon, "lat": lat,
        }
    )  # fmt: skip
    sums = parts.groupby(["town", "park_id"], sort=True).sum().reset_index()
    mu = sums["mu"].to_numpy()
    parks = relocation.parks.set_index("park_id").loc[sums["park_id"], ["lon", "lat"]]
    starts = np.column_stack([sums["lon"] / mu, sums["lat"] / mu])
    ends = np.stack([starts, parks.to_numpy(dtype=np.float64)], axis=1)
    lines: Any = shapely.linestrings(ends) if len(ends) else []
    out = sums[["town", "park_id", "firms"]].assign(
        mu=np.round(mu, _DIGITS), km_mean=np.round(sums["work"] / mu, _DIGITS)
    )
    return gpd.GeoDataFrame(out, geometry=lines, crs="EPSG:4490")


def relocation_figures(relocation: Relocation) -> dict[str, float | int | None]:
    """Return the headline of an answer.

    Returns
    -------
    figures
        ``firms`` and ``mu`` (亩) that move, ``km_mean`` (weighted by 亩; None where nobody
        moves), ``unassigned`` (firms) and ``unassigned_mu``, ``parks_used``, ``gap`` (share),
        ``gain`` (objective less than nearest-first), ``gain_share``; None where not solved.
    """
    moved, stays = relocation.assignments, relocation.unassigned
    mu = float(moved["mu"].sum())
    work = float((moved["km"] * moved["mu"]).sum())
    gain, nearest = relocation.gain, relocation.nearest
    return {
        "firms": len(moved),
        "mu": round(mu, _DIGITS),
        "km_mean": round(work / mu, _DIGITS) if mu else None,
        "unassigned": len(stays),
        "unassigned_mu": round(float(stays["mu"].sum()), _DIGITS),
        "parks_used": int(moved["park_id"].nunique()),
        "gap": relocation.gap,
        "gain": gain,
        "gain_share": gain / nearest if gain is not None and nearest else None,
    }


def relocation_summary(relocation: Relocation) -> dict[str, Any]:
    """Return an answer without its rows, ready for JSON.

    Returns
    -------
    summary
        ``status``, ``ended``, ``objective``, ``bound``, the figures of
        :func:`relocation_figures`, ``reasons`` (firms that stay by reason), ``weights``,
        ``max_km``, ``sample``.
    """
    reasons = relocation.unassigned["reason"].value_counts(sort=False)
    return {
        "status": relocation.status,
        "ended": relocation.ended,
        "objective": relocation.objective,
        "bound": relocation.bound,
        **relocation_figures(relocation),
        "reasons": {str(name): int(count) for name, count in reasons.items()},
        "weights": dict(relocation.weights),
        "max_km": relocation.max_km,
        "sample": relocation.sample,
    }
