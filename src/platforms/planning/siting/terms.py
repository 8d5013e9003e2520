"""The terms of a site's score: each between 0 and 1, as a range where something is unknown.

A term that is unknown is anything from 0 to 1, never a value in between. What excludes a site
is found beside its term and said with its reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.transform import transformer
from platforms.layers.tables import STORED_CRS
from platforms.planning.land.control_line import control_line
from platforms.planning.siting.method import SitingMethod
from platforms.planning.siting.plan import Clause, PlanFit
from platforms.planning.siting.project import Project
from platforms.planning.siting.sites import Sites
from platforms.units import m2_to_mu, mu_to_m2

if TYPE_CHECKING:
    from platforms.policy.schema import Pack
    from platforms.policy.workspace import Workspace

__all__ = ["Told", "Values", "terms_of"]

Floats = NDArray[np.float64]
_AREA = 2
_SQUARE = np.pi / 4


@dataclass(frozen=True)
class Told:
    """A reason: its name in the catalogue, what it names, and where it is written."""

    why: str
    fields: Mapping[str, object] = field(default_factory=dict)
    clause: Clause | None = None


@dataclass
class Values:
    """One term of every site.

    Attributes
    ----------
    low, high
        Between 0 and 1.
    told
        Why, site by site.
    out
        What excludes a site, by its position.
    asked
        Whether the project asks for it; a term that is not asked for does not count.
    """

    low: Floats
    high: Floats
    told: list[Told]
    out: dict[int, Told] = field(default_factory=dict)
    asked: bool = True


def terms_of(
    project: Project,
    sites: Sites,
    method: SitingMethod,
    *,
    fits: Mapping[str, PlanFit],
    workspace: Workspace | None,
) -> dict[str, Values]:
    """Return the terms of a project's sites, by name."""
    found = {
        "plan": _plan(project, sites, method, fits),
        "room": _room(project, sites, method),
        "control_line": _line(sites, workspace),
        "energy": _energy(project, sites, method, workspace),
        "shape": _shape(sites),
        "suppliers": _suppliers(project, sites, method),
    }
    _taxed(project, sites, found["room"])
    return found


def _unknown(count: int, why: str, *, asked: bool = True) -> Values:
    return Values(np.zeros(count), np.ones(count), [Told(why)] * count, asked=asked)


def _plan(
    project: Project, sites: Sites, method: SitingMethod, fits: Mapping[str, PlanFit]
) -> Values:
    count = len(sites.table)
    found = _unknown(count, "no_platform")
    known = method.industry(project.industry)
    names = {project.industry, *((known.code, known.name) if known else ()), "*"}
    rows = zip(sites.table["platform_id"], sites.table["platform_sure"], sites.table["admits"],
               strict=True)  # fmt: skip
    for at, (platform, sure, admits) in enumerate(rows):
        fit = fits.get(str(platform))
        if fit is not None and not sure:
            found.told[at] = Told("platform_unsure", {"platform": fit.name}, fit.clause)
        elif fit is not None:
            found.low[at], found.high[at] = fit.low, fit.high
            found.told[at] = Told(fit.why, {"platform": fit.name}, fit.clause)
            if fit.excluded:
                found.out[at] = Told(fit.excluded, {"platform": fit.name}, fit.clause)
        if isinstance(admits, str) and at not in found.out and not names & set(admits.split(";")):
            found.out[at] = Told("not_admitted", {"industry": project.industry})
    return found


def _room(project: Project, sites: Sites, method: SitingMethod) -> Values:
    low, high = sites.numbers("room_low_m2"), sites.numbers("room_high_m2")
    full, count = method.number("room_full"), len(sites.table)
    floor = sites.numbers("floor_m2")
    found = _unknown(count, "need_unknown")
    has_floor = np.isfinite(floor) & (project.floor_m2 is not None)
    if project.land_mu is not None:
        need = float(mu_to_m2(project.land_mu))
        found.low, found.high = (np.minimum(one / (full * need), 1.0) for one in (low, high))
        for at in range(count):
            room = _mu(low[at], high[at])
            told = {"room": room, "need": f"{project.land_mu:,.1f}"}
            if np.isinf(high[at]):
                found.told[at] = Told("room_unknown", told)
            else:
                found.told[at] = Told("room" if low[at] == high[at] else "room_at_most", told)
            if high[at] < need:
                found.out[at] = Told("no_room", told)
    if project.floor_m2 is not None:
        share = np.minimum(floor / (full * project.floor_m2), 1.0)
        for place in np.flatnonzero(has_floor):
            at = int(place)
            found.low[at] = min(found.low[at], share[at]) if project.land_mu else share[at]
            found.high[at] = min(found.high[at], share[at])
            told = {"room": f"{floor[at]:,.0f}", "need": f"{project.floor_m2:,.0f}"}
            if project.land_mu is None:
                found.told[at] = Told("floor", told)
            if floor[at] < project.floor_m2:
                found.out.setdefault(int(at), Told("no_floor", told))
    return found


def _mu(low: float, high: float) -> str:
    return f"{m2_to_mu(high if np.isfinite(high) else low):,.1f}"


def _line(sites: Sites, workspace: Workspace | None) -> Values:
    count = len(sites.table)
    if workspace is None or not workspace.has("control_line"):
        return _unknown(count, "no_line")
    found = _unknown(count, "line_point")
    area = np.flatnonzero(shapely.get_dimensions(sites.shapes) == _AREA)
    if len(area):
        line = workspace.layer("control_line")
        placed = control_line(sites.table.iloc[area], line, plane=sites.plane)
        inside, outside = (
            placed[f"{one}_m2"].to_numpy(np.float64) for one in ("inside", "outside")
        )
        whole = inside + outside
        known = np.isfinite(whole) & (whole > 0)
        share = inside[known] / whole[known]
        found.low[area[known]] = found.high[area[known]] = share
        for at, part in zip(area[known], share, strict=True):
            found.told[at] = Told("line", {"share": f"{part:.0%}"})
    return found


def _energy(
    project: Project, sites: Sites, method: SitingMethod, workspace: Workspace | None
) -> Values:
    count, limit = len(sites.table), sites.numbers("energy_limit_tce")
    if project.energy_tce is None:
        return _unknown(count, "energy_unknown")
    found = _unknown(count, "limit_unknown")
    standard = _standard(project, method, workspace)
    if standard is not None:
        if standard[0] is not None:
            found.low[:] = found.high[:] = standard[0]
        found.told = [standard[1]] * count
    for at in np.flatnonzero(np.isfinite(limit)):
        most = float(limit[at])
        told = {"limit": f"{most:,.0f}", "energy": f"{project.energy_tce:,.0f}"}
        part = project.energy_tce / most if most > 0 else np.inf
        part = 0.0 if project.energy_tce == 0 else part
        found.low[at] = found.high[at] = max(0.0, 1.0 - part)
        found.told[at] = Told("limit", told)
        if part > 1:
            found.out[int(at)] = Told("over_limit", told)
    return found


def _standard(
    project: Project, method: SitingMethod, workspace: Workspace | None
) -> tuple[float | None, Told] | None:
    """Return the score by the admission standards of energy intensity, where there are such.

    Standards hold for the days that their document names: for a project with a date those in
    force on it, else the last ones, whose days are told. Where none is in force there is a
    reason and no score.
    """
    if workspace is None or project.value_added_wan is None or project.energy_tce is None:
        return None
    found = sorted(
        (one for one in map(_limits, workspace.packs.values()) if one is not None),
        key=lambda one: one.first,
    )
    if not found:
        return None
    chosen = [one for one in found if project.date is None or one.holds(project.date)]
    if not chosen:
        told = {"date": project.date, "first": found[-1].first, "last": found[-1].last_day}
        return None, Told("standard_not_in_force", told, found[-1].clause)
    least, most = sorted(chosen[-1].values)
    intensity = project.energy_tce / project.value_added_wan
    score = 1.0 if intensity <= least else method.number("between_standards")
    score = score if intensity <= most else 0.0
    told = {
        "intensity": f"{intensity:.3f}", "least": f"{least:g}", "most": f"{most:g}",
        "first": chosen[-1].first, "last": chosen[-1].last_day,
    }  # fmt: skip
    return score, Told("standard", told, chosen[-1].clause)


@dataclass(frozen=True)
class _Limits:
    """Two standards of energy intensity, tce for each 万元, and the days that they hold."""

    values: tuple[float, float]
    first: dt.date
    last: dt.date | None
    clause: Clause

    @property
    def last_day(self) -> str:
        return "—" if self.last is None else self.last.isoformat()

    def holds(self, day: dt.date) -> bool:
        """Tell whether they are in force."""
        return self.first <= day and (self.last is None or day <= self.last)


def _limits(pack: Pack) -> _Limits | None:
    """Return the standards of a pack; None where it has not both."""
    given = {one.id: one for one in pack.parameters}
    city, province = (given.get(f"{one}_intensity") for one in ("city", "province"))
    if city is None or province is None or city.source is None:
        return None
    values = [one.current for one in (city, province)]
    if not all(isinstance(one, (int, float)) for one in values):
        return None
    clause = Clause(city.source.document, city.source.clause, "", city.source.quote or "")
    both = float(str(values[0])), float(str(values[1]))
    return _Limits(both, pack.valid_from, pack.valid_to, clause)


def _taxed(project: Project, sites: Sites, found: Values) -> None:
    """Exclude sites that ask for more tax on each 亩 than the project brings."""
    if project.tax_wan is None or project.land_mu is None:
        return
    brought, asked = project.tax_wan / project.land_mu, sites.numbers("min_tax_wan_per_mu")
    for at in np.flatnonzero(asked > brought):
        told = {"asked": f"{asked[at]:,.1f}", "brought": f"{brought:,.1f}"}
        found.out.setdefault(int(at), Told("low_tax", told))


def _shape(sites: Sites) -> Values:
    found = _unknown(len(sites.table), "shape_point")
    area = np.flatnonzero(shapely.get_dimensions(sites.shapes) == _AREA)
    for at in area:
        parts = shapely.get_parts(sites.shapes[at])
        sizes = shapely.area(parts)
        most = int(np.argmax(sizes))
        if sizes.sum() <= 0:
            continue
        compact = 4 * np.pi * sizes[most] / shapely.length(parts[most]) ** 2 / _SQUARE
        largest = sizes[most] / sizes.sum()
        found.low[at] = found.high[at] = min(1.0, compact) * largest
        told = {"compactness": f"{compact * _SQUARE:.2f}", "parts": len(parts)}
        found.told[at] = Told("shape" if len(parts) == 1 else "shape_parts", told)
    return found


def _suppliers(project: Project, sites: Sites, method: SitingMethod) -> Values:
    count = len(sites.table)
    if not project.suppliers:
        return _unknown(count, "no_suppliers", asked=False)
    found = _unknown(count, "no_position")
    move = transformer(STORED_CRS, sites.plane)
    lons, lats = ([getattr(one, name) for one in project.suppliers] for name in ("lon", "lat"))
    there = shapely.points(*move.transform(lons, lats))
    km = shapely.distance(sites.shapes[:, None], there).mean(axis=1) / 1000
    # a point of unknown accuracy may be anywhere
    loose = sites.numbers("accuracy_m") / 1000
    near, far = (method.number("suppliers_full_km"), method.number("suppliers_none_km"))
    for at in np.flatnonzero(np.isfinite(km) & np.isfinite(loose)):
        ends = (max(0.0, km[at] - loose[at]), km[at] + loose[at])
        found.high[at], found.low[at] = (
            float(np.clip((far - one) / (far - near), 0.0, 1.0)) for one in ends
        )
        told = {"km": f"{km[at]:.1f}", "loose": f"{loose[at]:.1f}"}
        found.told[at] = Told("km" if loose[at] == 0 else "km_about", told)
    return found
