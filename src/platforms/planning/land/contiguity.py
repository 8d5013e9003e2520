"""Low-efficiency plots that lie together: areas that can be rebuilt as one (连片改造).

Two plots belong together when their nearest points are within a stated distance in the
survey plane; what is linked through others belongs together too, whatever the order of the
plots. Gross areas are exact sums of printed areas. Where plots lie over each other the sizes
that the rules ask for and the net land count it once; ``overlap_m2`` says how much gross land
lies double. Plots that share land always lie in one area, so the net land of the areas adds up
to that of the plots.

Both rules are other places' words and stand with their source in the parameters: 100 亩 of
contiguous planned industrial land has priority, and under 50 亩 not conforming to plan is
scattered. Each answers yes, no or unknown; what is missing never makes a yes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from platforms.errors import RuleError
from platforms.geo.transform import reproject
from platforms.issues import IssueTable
from platforms.planning.land.factors import LandParameters, land_parameters
from platforms.planning.land.pieces import Shapes
from platforms.planning.land.sites import Sites, column_numbers, place_sites, plain
from platforms.units import half_up, m2_to_mu, mu_to_m2

__all__ = ["AREA_FIGURES", "Contiguity", "contiguous_areas"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

AREA_FIGURES = (
    "plots", "gross_m2", "gross_mu", "gross_unknown", "net_m2", "net_mu", "net_unknown",
    "overlap_m2", "industrial_mu", "priority", "scattered", "compactness", "hull_ratio",
    "width_m", "sliver", "candidate", "rank",
)  # fmt: skip
_DIGITS = 4
# shared land under this is binary noise of cutting, m²
_NOISE_M2 = 0.01


@dataclass(frozen=True)
class Contiguity:
    """Plots joined to areas.

    Attributes
    ----------
    areas
        One row an area, the largest first, indexed by ``area_group``: ``plot_ids`` (joined
        by ``;``), the figures of ``AREA_FIGURES`` and the shape, in the CRS of the plots.
    plots
        The plots, same index, with ``area_group``; empty for a plot that takes no part.
    within_m
        The distance, m.
    """

    areas: gpd.GeoDataFrame
    plots: gpd.GeoDataFrame
    within_m: float

    @property
    def candidates(self) -> gpd.GeoDataFrame:
        """The areas that can be rebuilt as one, by rank."""
        chosen = self.areas[self.areas["candidate"].to_numpy(dtype=bool)]
        return chosen.sort_values("rank")

    def records(self) -> list[dict[str, object]]:
        """Return one JSON-ready dict an area; what is unknown is None."""
        table = pd.DataFrame(self.areas.drop(columns=self.areas.geometry.name))
        return [
            {
                "area_group": str(group),
                "plot_ids": str(row["plot_ids"]).split(";"),
                **{name: plain(row[name]) for name in AREA_FIGURES},
            }
            for group, row in zip(table.index, table.to_dict("records"), strict=True)
        ]


def contiguous_areas(
    plots: gpd.GeoDataFrame,
    *,
    within_m: float,
    chosen: Sequence[bool] | Bools | None = None,
    min_mu: float | None = None,
    parameters: LandParameters | None = None,
    plane: object = None,
    issues: IssueTable | None = None,
) -> Contiguity:
    """Join low-efficiency plots to areas.

    Parameters
    ----------
    plots
        Polygons with a CRS. Where they are there, ``area_m2`` (official, m²), ``net_m2``
        and ``net_overlap_m2`` (of ``reclaim``), ``verdict``, ``land_use`` (planned use; codes
        as in the parameter ``industrial_codes``) and ``plan_conforms`` (true or false) are
        read. Not changed.
    within_m
        Distance up to which plots belong together, m, 0 for plots that touch. Coordinates
        that were turned from degrees touch only to some micrometres: take 0.01 for these.
    chosen
        Which plots take part; default those whose ``verdict`` is low_efficiency, all where
        there is no such column. Of chosen plots ``net_m2`` is a plain sum: the plot that has
        the shared land first may not be among them.
    min_mu
        Least size of a candidate, 亩; default the parameter ``priority_mu``.
    parameters
        Default the national ones.
    plane, issues
        As for ``reclaim``.

    Returns
    -------
    contiguity
        Areas and plots. ``priority`` and ``scattered`` are yes, no or unknown.
        ``compactness`` is 4πA/P² (Polsby–Popper), ``hull_ratio`` the area over that of the
        convex hull, ``width_m`` 2A/P, all of the land itself with the gaps left open;
        ``sliver`` is true under the parameter ``sliver_m``. ``candidate`` is an area of at
        least two plots and ``min_mu`` that is no sliver; ``rank`` goes by net land, then
        gross.

    Raises
    ------
    RuleError
        For a distance below 0, or ``chosen`` of another length.
    CRSError
        For plots without a coordinate system, or one of another datum.
    """
    if not (np.isfinite(within_m) and within_m >= 0):
        raise RuleError("land.below_zero", name="within_m", value=str(within_m))
    found = IssueTable() if issues is None else issues
    given = land_parameters() if parameters is None else parameters
    part = _chosen(plots, chosen)
    sites = place_sites(plots[part], plane, found)
    group, count = _groups(sites, within_m)
    net = column_numbers(plots, "net_m2")
    if chosen is None and "net_overlap_m2" in plots.columns:
        net = net - np.nan_to_num(column_numbers(plots, "net_overlap_m2"))
    areas = _areas(plots[part].assign(net_m2=net[part]), sites, group, count, given)
    least = given.number("priority_mu") if min_mu is None else float(min_mu)
    areas, new = _ranked(areas, least)
    areas.index = pd.Index([f"A{n:04d}" for n in range(1, count + 1)], name="area_group")
    names = np.append(areas.index.to_numpy(dtype=object), "")
    labels = np.full(len(plots), "", dtype=object)
    labels[part] = names[np.append(new, count)[group]]
    out = plots.copy()
    out["area_group"] = labels
    shapes = gpd.GeoDataFrame(areas, geometry="geometry", crs=sites.plane)
    if plots.crs is not None and len(shapes):
        shapes = reproject(shapes, plots.crs)
    return Contiguity(shapes, out, float(within_m))


def _chosen(plots: gpd.GeoDataFrame, chosen: Sequence[bool] | Bools | None) -> Bools:
    if chosen is None:
        if "verdict" not in plots.columns:
            return np.ones(len(plots), dtype=bool)
        low: Bools = (plots["verdict"].astype("object") == "low_efficiency").to_numpy(dtype=bool)
        return low
    part = np.asarray(chosen, dtype=bool)
    if part.shape != (len(plots),):
        raise RuleError("land.chosen_of_others", plots=len(plots), rows=part.size)
    return part


def _groups(sites: Sites, within_m: float) -> tuple[Ints, int]:
    """Return the number of each plot's group, -1 for a plot without a shape."""
    usable = np.isfinite(sites.planar_m2)
    shapes = sites.shapes[usable]
    one, two = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=within_m)
    links = coo_array((np.ones(len(one), dtype=np.int8), (one, two)), shape=(len(shapes),) * 2)
    count, label = connected_components(links, directed=False)
    group = np.full(len(usable), -1, dtype=np.int64)
    group[usable] = label
    return group, int(count) if len(shapes) else 0


def _areas(
    plots: gpd.GeoDataFrame, sites: Sites, group: Ints, count: int, given: LandParameters
) -> pd.DataFrame:
    inside = group >= 0
    at, shapes = group[inside], sites.shapes[inside]
    order = np.lexsort((sites.labels[inside].astype(str), at))
    land = _united(shapes[order], at[order], count)
    gross, gross_gaps = _sums(sites.gross_m2[inside], at, count)
    net, net_gaps = _sums(column_numbers(plots, "net_m2")[inside], at, count)
    planar = np.bincount(at, weights=sites.planar_m2[inside], minlength=count)
    twice = planar - shapely.area(land)
    twice = half_up(np.where(twice < _NOISE_M2, 0.0, twice), 2)
    # each square metre once: official areas by the share that the shapes cover once
    once_mu = m2_to_mu(gross * np.where(planar > 0, (planar - twice) / np.maximum(planar, 1), 0))
    industrial, not_said, sure_mu = _industrial(plots[inside], sites.gross_m2[inside], at, given)
    ids = pd.Series(sites.labels[inside][order]).groupby(at[order]).agg(";".join)
    return pd.DataFrame(
        {
            "plot_ids": ids.to_numpy(dtype=object),
            "plots": np.bincount(at, minlength=count),
            "gross_m2": gross,
            "gross_mu": half_up(m2_to_mu(gross), 6),
            "gross_unknown": gross_gaps,
            "net_m2": np.where(net_gaps == np.bincount(at, minlength=count), np.nan, net),
            "net_unknown": net_gaps,
            "overlap_m2": twice,
            "industrial_mu": half_up(sure_mu, 6),
            "priority": _priority(once_mu, gross, industrial, not_said, gross_gaps, given),
            "scattered": _scattered(plots[inside], once_mu, at, gross_gaps, given),
            **_figures(land, given.number("sliver_m")),
            "once_mu": once_mu,
            "geometry": land,
        }
    )


def _united(shapes: Shapes, at: Ints, count: int) -> Shapes:
    """Return the land of each group as one shape; ``at`` is sorted."""
    if not count:
        return np.empty(0, dtype=object)
    sets = np.asarray(shapely.geometrycollections(shapes, indices=at), dtype=object)
    land: Shapes = np.asarray(shapely.union_all(sets[:, None], axis=1), dtype=object)
    return land


def _figures(land: Shapes, sliver_m: float | None) -> dict[str, NDArray[Any]]:
    """Return how compact and how wide areas are."""
    area, length = shapely.area(land), shapely.length(land)
    width = 2 * area / length
    return {
        "compactness": half_up(4 * np.pi * area / length**2, _DIGITS),
        "hull_ratio": half_up(area / shapely.area(shapely.convex_hull(land)), _DIGITS),
        "width_m": half_up(width, 2),
        "sliver": width < (0.0 if sliver_m is None else sliver_m),
    }


def _sums(values: Floats, at: Ints, count: int) -> tuple[Floats, Ints]:
    """Return exact sums of printed areas by group, and how many are not known."""
    cents = np.rint(np.nan_to_num(values) * 100).astype(np.int64)
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, at, cents)
    return sums / 100, np.bincount(at[np.isnan(values)], minlength=count)


def _industrial(
    plots: gpd.GeoDataFrame, gross: Floats, at: Ints, given: LandParameters
) -> tuple[Floats, Floats, Floats]:
    """Return m² planned as industrial, m² whose plan is not known, and the first in 亩."""
    count = int(at.max()) + 1 if len(at) else 0
    codes = given.value("industrial_codes")
    prefixes = codes if isinstance(codes, tuple) else ()
    if "land_use" not in plots.columns or not prefixes:
        whole, _ = _sums(gross, at, count)
        return np.zeros(count), whole, np.full(count, np.nan)
    use = plots["land_use"].astype("object")
    said = use.notna().to_numpy(dtype=bool) & (use.astype(str).str.strip() != "").to_numpy()
    is_ = use.astype(str).str.startswith(tuple(str(p) for p in prefixes)).to_numpy() & said
    sure, _ = _sums(np.where(is_, gross, 0.0), at, count)
    open_, _ = _sums(np.where(said, 0.0, gross), at, count)
    return sure, open_, m2_to_mu(sure)


def _priority(
    once_mu: Floats,
    gross: Floats,
    industrial: Floats,
    not_said: Floats,
    gaps: Ints,
    given: LandParameters,
) -> NDArray[np.object_]:
    """Answer the rule of the large area: size and planned industrial land."""
    least = given.number("priority_mu")
    if least is None:
        return np.full(len(once_mu), "unknown", dtype=object)
    # land that lies double is taken off every part alike
    once = np.divide(mu_to_m2(once_mu), gross, out=np.ones_like(gross), where=gross > 0)
    sure, most = m2_to_mu(industrial * once), m2_to_mu((industrial + not_said) * once)
    yes = sure >= least - 1e-9
    no = (most < least - 1e-9) & (gaps == 0)
    return np.select([yes, no], ["yes", "no"], "unknown").astype(object)


def _scattered(
    plots: gpd.GeoDataFrame, once_mu: Floats, at: Ints, gaps: Ints, given: LandParameters
) -> NDArray[np.object_]:
    """Answer the rule of the small area: size, and no part conforms to plan."""
    limit = given.number("scattered_mu")
    count = len(once_mu)
    if limit is None:
        return np.full(count, "unknown", dtype=object)
    conforms = np.full(len(plots), np.nan)
    if "plan_conforms" in plots.columns:
        words = plots["plan_conforms"].astype("object")
        conforms = np.array([float(bool(w)) if w in {True, False} else np.nan for w in words])
    none, every = _all(conforms == 0, at, count), _all(conforms == 1, at, count)
    small = once_mu < limit - 1e-9
    yes = small & none & (gaps == 0)
    no = ~small | every
    return np.select([yes, no], ["yes", "no"], "unknown").astype(object)


def _all(holds: Bools, at: Ints, count: int) -> Bools:
    """Tell for which groups something holds of all members."""
    told: Bools = np.bincount(at[holds], minlength=count) == np.bincount(at, minlength=count)
    return told


def _ranked(areas: pd.DataFrame, least: float | None) -> tuple[pd.DataFrame, Ints]:
    """Order areas by size and rank the candidates; tell each group's new place."""
    net = areas["net_m2"].fillna(-1.0)
    order = np.lexsort(
        (areas["plot_ids"].to_numpy(dtype=str), -net.to_numpy(), -areas["gross_m2"].to_numpy())
    )
    new = np.empty(len(areas), dtype=np.int64)
    new[order] = np.arange(len(areas))
    out = areas.iloc[order].reset_index(drop=True)
    large = np.zeros(len(out), dtype=bool) if least is None else out["once_mu"] >= least - 1e-9
    out["candidate"] = (out["plots"] > 1) & large & ~out["sliver"].astype(bool)
    ranked = out[out["candidate"]].sort_values(
        ["net_m2", "gross_m2", "plot_ids"], ascending=[False, False, True], kind="stable"
    )
    out["rank"] = pd.Series(np.arange(1.0, len(ranked) + 1), index=ranked.index).reindex(out.index)
    out["net_mu"] = half_up(m2_to_mu(out["net_m2"].to_numpy(dtype=np.float64)), 6)
    return out[["plot_ids", *AREA_FIGURES, "geometry"]], new
