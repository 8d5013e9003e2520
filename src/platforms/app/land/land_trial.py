"""Which limits a visitor leaves out or adds, and what that does to the land.

A trial deducts anew from the plots that the session looks at and leaves the session's run
alone: other pages and the exports go on saying what the workspace's limits say. What is tried
stands in the address, so a link reopens it. Nothing is read again for a trial; only the list
of limits differs. An added limit comes after those of the workspace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app.going_back import went_back
from platforms.app.scene import Scene
from platforms.units import half_up, m2_to_ha, m2_to_mu

__all__ = [
    "LandBase",
    "LandTrial",
    "Switches",
    "chosen_limits",
    "make_base",
    "make_trial",
    "reset",
    "switch",
    "switches",
    "told",
    "turn",
]

_KEPT = "land-kept"
_TURN = "land-turn"
_LOW = "low_efficiency"
# a name that says the degrees, in bars, tables and maps alike
_OVER_25, _STEEP = "slope_over_25", "slope>25"
# what a deduction gives; a trial that deducts less must not keep an older column
_GIVEN = ("gross_m2", "net_m2", "net_mu", "reclaimable_m2", "reclaimable_mu")


@dataclass(frozen=True)
class Switches:
    """What is tried: limits that are left out, and limits that are added."""

    without: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything differs from the run."""
        return bool(self.without or self.added)


@dataclass(frozen=True)
class LandBase:
    """What every trial starts from, read once.

    Attributes
    ----------
    scene
        The run that is looked at.
    review
        Its land.
    limits
        The workspace's limits in their order.
    extra
        Limits that may be added: ``buildings`` that stay, ``slope_over_25``, as far as
        the workspace has them.
    """

    scene: Scene
    review: ip.LandReview
    limits: Mapping[str, Any]
    extra: Mapping[str, Any]

    @property
    def totals(self) -> Mapping[str, Any]:
        """Sums of the run's own low-efficiency plots, see :func:`platforms.land_totals`."""
        totals: Mapping[str, Any] = ip.land_totals(self.review.chosen())
        return totals


@dataclass(frozen=True)
class LandTrial:
    """The land with other limits; without a switch, the run's own.

    Attributes
    ----------
    base, switches
        What it was made from.
    scene
        The plots of the trial, and the map of what claims them.
    totals
        Sums of the low-efficiency plots, see :func:`platforms.land_totals`.
    sums
        By table of ``LAND_GROUPS``, see :func:`platforms.land_by`.
    """

    base: LandBase
    switches: Switches
    scene: Scene
    totals: Mapping[str, Any]
    sums: Mapping[str, pd.DataFrame]

    @cached_property
    def low(self) -> gpd.GeoDataFrame:
        """The low-efficiency plots."""
        plots = self.scene.run.plots
        return plots[plots["verdict"].eq(_LOW)]

    @cached_property
    def unjudged(self) -> int:
        """Number of plots whose verdict is not known; they are in no sum."""
        return int(self.scene.run.plots["verdict"].eq("unknown").sum())

    @cached_property
    def reclaimable_mu(self) -> float:
        """Net land of the low-efficiency plots as the key figures have it, 亩; NaN unknown."""
        return float(ip.key_figures(self.scene.run.plots)["reclaimable_mu"])

    @cached_property
    def areas(self) -> ip.Contiguity:
        """The areas that lie together at the distance of the workspace's parameters."""
        return self.areas_within(float(self.base.review.areas.within_m))

    def areas_within(self, metres: float) -> ip.Contiguity:
        """Return the areas whose plots lie at most so many metres from each other."""
        run = self.base.scene.run
        return ip.contiguous_areas(
            self.scene.run.plots,
            within_m=max(metres, 0.01),
            parameters=self.base.review.parameters,
            plane=(run.source and run.source.plane) or run.workspace.plan.crs,
        )

    @property
    def silence(self) -> str:
        """Why no sum of land says anything, in words; empty where one does."""
        plots, low = self.scene.run.plots, self.low
        if len(plots) and self.unjudged == len(plots):
            return messages.text("sheet.claims.silent", None, plots=self.unjudged)
        if len(low) and low["net_m2"].isna().all():
            return messages.text("app.land.net_silent", None, plots=len(low))
        return ""


def switches(base: LandBase) -> Switches:
    """Return what the session tries: the address says it, else what it tried last."""
    given = st.query_params
    kept: Switches = st.session_state.get(_KEPT, Switches())
    if went_back():
        # the switches follow the address
        st.session_state[_TURN] = turn() + 1
    if "without" in given or "with" in given or went_back():
        kept = Switches(tuple(given.get_all("without")), tuple(given.get_all("with")))
    kept = Switches(
        tuple(name for name in base.limits if name in kept.without),
        tuple(name for name in base.extra if name in kept.added),
    )
    _keep(kept)
    return kept


def switch(name: str, *, extra: bool, on: bool) -> None:
    """Deduct a limit or do not."""
    kept: Switches = st.session_state[_KEPT]
    listed = kept.added if extra else kept.without
    others = [one for one in listed if one != name]
    now = (*others, name) if on == extra else tuple(others)
    _keep(replace(kept, added=now) if extra else replace(kept, without=now))


def reset() -> None:
    """Deduct what the workspace deducts."""
    _keep(Switches())
    # new keys are the way to set the switches back
    st.session_state[_TURN] = turn() + 1


def turn() -> int:
    """Count how often the switches were reset."""
    return int(st.session_state.get(_TURN, 0))


def _keep(chosen: Switches) -> None:
    st.session_state[_KEPT] = chosen
    for name, values in (("without", chosen.without), ("with", chosen.added)):
        if values:
            st.query_params[name] = list(values)
        else:
            st.query_params.pop(name, None)


def told(chosen: Switches) -> str:
    """Say in words what a trial leaves out and adds; empty without a switch."""
    between = "、" if messages.language() == "zh_CN" else ", "
    parts = {"without": chosen.without, "added": chosen.added}
    lines = [
        messages.text(f"app.land.{name}", None, limits=between.join(map(ip.limit_title, limits)))
        for name, limits in parts.items()
        if limits
    ]
    return ("；" if messages.language() == "zh_CN" else "; ").join(lines)


def make_base(scene: Scene) -> LandBase:
    """Gather the land of a scene and the limits that can be tried.

    Raises
    ------
    PlatformsError
        When a layer or a parameter of the workspace cannot be used.
    """
    run = scene.run
    city = run.workspace
    limits = dict(city.constraints)

    def usable(name: str) -> bool:
        # synthetic buildings say nothing of real plots
        return city.has(name) and (run.sample or not city.card(name).sample)

    extra: dict[str, Any] = {}
    if "buildings" not in limits and usable("buildings"):
        extra["buildings"] = city.layer("buildings")
    if "slope" not in limits and usable("dem"):
        extra[_OVER_25] = ip.RasterLimit(ip.open_raster(city.path("dem")), _STEEP)
    return LandBase(scene, run.land, limits, extra)


def make_trial(base: LandBase, chosen: Switches) -> LandTrial:
    """Deduct what is chosen and make the map of it.

    Parameters
    ----------
    base
        What the trial starts from; not changed.
    chosen
        What is tried.

    Raises
    ------
    PlatformsError
        When a limit cannot be used.
    """
    run = base.scene.run
    plots = ip.claim_plots(_deducted(base, chosen) if chosen.changed else base.review.plots)
    low = plots[plots["verdict"].eq(_LOW)]
    document = ip.land_document(run, plots, trial=told(chosen))
    return LandTrial(
        base=base,
        switches=chosen,
        scene=Scene(replace(run, plots=plots), document, base.scene.lang),
        totals=ip.land_totals(low),
        sums=_sums(low) if chosen.changed else base.review.sums,
    )


def _sums(low: gpd.GeoDataFrame) -> dict[str, pd.DataFrame]:
    return {name: ip.land_by(low, by) for name, by in ip.LAND_GROUPS.items() if by in low}


def chosen_limits(base: LandBase, chosen: Switches) -> dict[str, Any]:
    """Return what a trial deducts, in its order; what was not given is None."""
    limits = {name: limit for name, limit in base.limits.items() if name not in chosen.without}
    return limits | {name: base.extra[name] for name in chosen.added}


def _deducted(base: LandBase, chosen: Switches) -> gpd.GeoDataFrame:
    run, held = base.scene.run, base.review.plots
    limits = chosen_limits(base, chosen)
    older = [name for name in held if str(name) in _GIVEN or str(name).startswith("deduct_")]
    plane = (run.source and run.source.plane) or run.workspace.plan.crs
    limits = ip.placed_limits(run.workspace, limits, held, plane=plane)
    land = ip.reclaim(held.drop(columns=older), limits, plane=plane)
    low = land["verdict"].eq(_LOW)
    for name in ("m2", "mu"):
        land[f"reclaimable_{name}"] = land[f"net_{name}"].where(low)
    land = gpd.GeoDataFrame(ip.potential(land))
    if "realistic_k_slope" in land:
        net = land["net_m2"].to_numpy(np.float64)
        factor = land["realistic_k_class"] * land["realistic_k_slope"]
        area = half_up(net * factor.to_numpy(np.float64), 2)
        land["realistic_m2"] = area
        land["realistic_mu"] = half_up(m2_to_mu(area), 6)
        land["realistic_ha"] = half_up(m2_to_ha(area), 6)
    return land
