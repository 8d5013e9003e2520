"""The whole from its parts: figures, tables, targets, and the faults in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from platforms.engine.batches import PlotSource
from platforms.engine.faults import CHECKED, CUT, DECLARED, PLACED, UNKNOWN, Fault, in_order
from platforms.engine.finishing import Finished
from platforms.engine.job import Job
from platforms.engine.limits import Limits
from platforms.engine.surveying import Surveyed
from platforms.geo.declared import compare_declared
from platforms.geo.overlap import claimed_twice_m2
from platforms.issues import Issue, IssueTable
from platforms.planning.figures import tallied_figures
from platforms.planning.run import PLACED_LAYERS
from platforms.planning.run_input import refuse_elsewhere, synthetic_layers
from platforms.planning.stages import summaries
from platforms.planning.standing import standing
from platforms.planning.survey import name_plane
from platforms.planning.tally import together
from platforms.policy.target_figures import summed_figures
from platforms.units import half_up, m2_to_mu

__all__ = ["Whole", "together_of"]


@dataclass(frozen=True)
class Whole:
    """All that a run says beside the plots; see :class:`platforms.Run`."""

    job: Job
    layers: Mapping[str, gpd.GeoDataFrame]
    input: Mapping[str, object]
    sample_layers: tuple[str, ...]
    figures: Mapping[str, float]
    tables: Mapping[str, pd.DataFrame]
    targets: pd.DataFrame
    issues: IssueTable
    overlap_m2: float
    unmeasured: int


def together_of(
    job: Job,
    source: PlotSource,
    limits: Limits,
    surveyed: Sequence[Surveyed],
    finished: Sequence[Finished],
    *,
    strict: bool,
) -> Whole:
    """Put a run together from what its parts told.

    Parameters
    ----------
    job, source
        What was asked for.
    limits
        What was told of the limits.
    surveyed, finished
        What each part told.
    strict
        Refuse warnings of the plots.

    Raises
    ------
    InputError
        For plots that all lie in another county, and with ``strict`` for the first warning.
    """
    workspace, pack = job.workspace, job.pack
    issues = _checked(job, surveyed, strict=strict)
    refuse_elsewhere(workspace, issues, job.shuffled.rows)
    made_up = gpd.GeoDataFrame({"basis": ["sample"] if job.shuffled.sample else []})
    sample_layers = synthetic_layers(workspace, made_up, issues, job.limits, pack)
    faults = [fault for part in finished for fault in part.faults]
    _cut(limits, faults, issues)
    layers = {name: workspace.layer(name) for name in PLACED_LAYERS if workspace.has(name)}
    counted = together([part.tally for part in finished])
    overlap_m2 = _overlap(job, surveyed)
    figures = tallied_figures(counted, outcomes=pack.outcomes)
    area_m2 = half_up(sum(part.area_cents for part in surveyed) / 100, 2)
    net_mu = half_up(m2_to_mu(half_up(area_m2 - overlap_m2, 2)), 6)
    figures["net_area_mu"] = half_up(net_mu, 2)
    targets = standing(
        workspace,
        plots=summed_figures(_taxes(finished)),
        figures=figures,
        sample_layers=sample_layers,
        issues=issues,
    )
    return Whole(
        job=job,
        layers=layers,
        input=_input(job, source),
        sample_layers=sample_layers,
        figures=figures,
        tables=summaries(counted, layers, pack),
        targets=targets,
        issues=issues,
        overlap_m2=overlap_m2,
        unmeasured=sum(part.unmeasured for part in surveyed),
    )


def _checked(job: Job, surveyed: Sequence[Surveyed], *, strict: bool) -> IssueTable:
    """Return what the survey of all plots finds, in its order."""
    faults = [fault for part in surveyed for fault in part.faults]
    issues = in_order(faults, *CHECKED)
    name_plane(job.ground.measured, job.workspace.plan.crs, issues)
    if strict:
        issues.raise_errors(strict=True)
    issues.extend(in_order(faults, *DECLARED))
    close = pd.concat([part.close for part in surveyed]).sort_index()
    count = sum(part.close_count for part in surveyed)
    if count:
        # the largest difference of all is one of the largest of each
        for issue in compare_declared(gpd.GeoDataFrame(close)):
            issues.extend([_of_many(issue, count)])
    if strict:
        issues.raise_errors(strict=True)
    return issues


def _of_many(issue: Issue, count: int) -> Issue:
    values = {**issue.values, "count": count}  # noqa: PD011 no frame
    feature = str(values["plot"]) if count == 1 else None
    return Issue(issue.kind, issue.severity, feature=feature, values=values)


def _cut(limits: Limits, faults: Sequence[Fault], issues: IssueTable) -> None:
    """Add what the deduction and the belonging of all plots find, in their order."""
    if not limits.names:
        issues.add("no_constraints", "warning")
    issues.extend(in_order(faults, *CUT))
    issues.extend(limits.issues)
    issues.extend(in_order(faults, *UNKNOWN))
    issues.extend(in_order(faults, *PLACED))


def _overlap(job: Job, surveyed: Sequence[Surveyed]) -> float:
    """Return the land that a plain sum of all plots counts twice."""
    members = [part.members for part in surveyed]
    pairs = pd.concat([one.pairs for one in members], ignore_index=True)
    rows = np.concatenate([one.rows for one in members])
    rows, first = np.unique(rows, return_index=True)
    wkb = np.concatenate([one.wkb for one in members])[first]
    area = np.concatenate([one.area_m2 for one in members])[first]
    for name in ("first", "second"):
        pairs[name] = np.searchsorted(rows, pairs[name].to_numpy(dtype=np.int64))
    pairs = pairs.sort_values(["first", "second"], ignore_index=True)
    return claimed_twice_m2(shapely.from_wkb(wkb), area, pairs, job.ground.compared)


def _taxes(finished: Sequence[Finished]) -> dict[str, tuple[Fraction, Fraction]]:
    sums: dict[str, tuple[Fraction, Fraction]] = {}
    for part in finished:
        for name, (paid, area) in part.taxes.items():
            had = sums.get(name, (Fraction(0), Fraction(0)))
            sums[name] = (had[0] + paid, had[1] + area)
    return sums


def _input(job: Job, source: PlotSource) -> dict[str, object]:
    return {
        "name": source.name,
        "sha256": job.shuffled.sha256,
        "features": job.shuffled.rows,
        "driver": source.driver,
        "crs": source.crs.to_string(),
        "crs_basis": "file",
        "parameters": "",
        "parameters_rms_m": None,
        "certified": True,
        "plane": str(job.ground.measured),
        **source.stated,
    }
