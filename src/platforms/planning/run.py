"""The run: every stage once, in order, on one set of plots.

read → survey (check, measure) → assess → reclaim → membership → figures. Each stage adds
columns to a copy and changes nothing before it; the plots that came in are the plots that come out,
in the same order. The result carries what a reader needs to trust it: the input's hash, the
workspace's fingerprint, the rule pack, the faults found and the time of each stage.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import geopandas as gpd
import pandas as pd

from platforms.geo.read import Plots, Source
from platforms.issues import IssueTable
from platforms.planning.figures import tallied_figures
from platforms.planning.land.limits import Limit
from platforms.planning.land.placed_limits import placed_limits
from platforms.planning.land.review import LandReview, land_review
from platforms.planning.run_input import given_plots, refuse_elsewhere, synthetic_layers
from platforms.planning.run_record import run_record
from platforms.planning.stages import SUMMARIES, belonging, land_left, summaries
from platforms.planning.standing import standing
from platforms.planning.survey import survey
from platforms.planning.tally import tally
from platforms.policy.evaluate import assess
from platforms.policy.links import FirmData, Joined
from platforms.policy.schema import Pack
from platforms.policy.targets_records import target_records
from platforms.policy.workspace import Workspace
from platforms.units import half_up
from platforms.version import VERSION

__all__ = ["PLACED_LAYERS", "STAGES", "Run", "run"]

STAGES = ("read", "survey", "assess", "reclaim", "membership", "figures")

# layers of the workspace that a run carries along, in the order of the outputs
PLACED_LAYERS = (
    "towns",
    "layout_units",
    "platforms",
    "projects",
    "firms",
    "micro_parks",
    "special_towns",
    "logistics_parks",
)

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Run:
    """Result of a run.

    Attributes
    ----------
    workspace
        The workspace that was used.
    plots
        EPSG:4490; the plots' own columns, then those of each stage.
    pack
        Rule pack that judged them.
    layers
        The plan's layers by name, EPSG:4490.
    figures
        Headline figures, see :func:`platforms.planning.figures.key_figures`.
    towns, platforms, layout_units
        Figures by town, platform and layout unit.
    targets
        The plan's targets and where each stands, see
        :func:`platforms.policy.targets.target_status`.
    issues
        Faults found in the plots and in the constraints.
    sample_layers
        Layers that are synthetic: ``plots``, ``constraints``, layers that the rules read
        (``urban_boundary``), or none. Whatever was
        made from one is marked in every output.
    input
        ``name``, ``sha256`` and ``features`` of what came in.
    overlap_m2
        Square metres that plots share, counted twice in a plain sum.
    seconds
        Time of each stage.
    joined
        How the firms' tables were brought to the plots; None where none was given.
    limits
        What was deducted, in its order; None for the limits of the workspace.
    version
        Version of the package.
    """

    workspace: Workspace
    plots: gpd.GeoDataFrame
    pack: Pack
    layers: Mapping[str, gpd.GeoDataFrame]
    figures: Mapping[str, float]
    towns: pd.DataFrame
    platforms: pd.DataFrame
    layout_units: pd.DataFrame
    targets: pd.DataFrame
    issues: IssueTable
    sample_layers: tuple[str, ...]
    input: Mapping[str, object]
    overlap_m2: float
    seconds: Mapping[str, float]
    source: Source | None = None
    joined: Joined | None = None
    limits: Mapping[str, Limit] | None = None
    version: str = field(default=VERSION)

    @property
    def sample(self) -> bool:
        """Whether the plots are synthetic."""
        return "plots" in self.sample_layers

    @property
    def complete(self) -> bool:
        """Whether every record that came in became a plot whose area is known."""
        every = len(self.plots) == self.input["features"]
        return every and not bool(self.plots["area_m2"].isna().any())

    @property
    def counts(self) -> dict[str, int]:
        """Number of features of each layer."""
        return {
            **{name: len(frame) for name, frame in self.layers.items()},
            "plots": len(self.plots),
        }

    @property
    def verdicts(self) -> tuple[str, ...]:
        """What the plots can be: the outcomes of the rules, ``not``, ``unknown``."""
        return (*self.pack.outcomes, "not", "unknown")

    @cached_property
    def land(self) -> LandReview:
        """What the land of the plots can give; worked out when it is first asked for."""
        plane = None if self.source is None else self.source.plane
        return land_review(
            self.workspace,
            self.plots,
            pack=self.pack,
            targets=self.targets,
            limits=self.limits,
            plane=plane or self.workspace.plan.crs,
        )

    @property
    def corrections(self) -> dict[str, object] | None:
        """Number and hash of the positions that users gave; None for the files alone."""
        laid = self.workspace.positions
        return None if laid is None else {"positions": len(laid), "sha256": laid.sha256}

    def target_records(self) -> list[dict[str, object]]:
        """Return what ``platforms targets --json`` lists."""
        return target_records(self.targets)

    def to_json(self) -> dict[str, object]:
        """Return what ``platforms run --json`` prints, without the outputs' paths."""
        return run_record(
            self.workspace,
            head={
                "version": self.version,
                "sample_layers": self.sample_layers,
                "input": dict(self.input),
                "pack": self.pack.pack,
                "counts": self.counts,
            },
            figures=self.figures,
            verdicts=self.verdicts,
            overlap_m2=self.overlap_m2,
            tail={
                "issues": dict(sorted(self.issues.by_kind().items())),
                **({} if self.joined is None else {"join": self.joined.to_json()}),
                "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
            },
        )


def run(
    workspace: Workspace,
    *,
    plots: Plots | gpd.GeoDataFrame | None = None,
    rules: str | Pack | None = None,
    firms: FirmData | None = None,
    strict: bool = False,
    repair: bool = False,
    limits: Mapping[str, Limit] | None = None,
    progress: Progress | None = None,
) -> Run:
    """Run every stage on one set of plots.

    Parameters
    ----------
    workspace
        The city.
    plots
        What :func:`platforms.read_plots` gave, or a GeoDataFrame with a CRS; default the
        plots of the workspace.
    rules
        Id of the rule pack, or a pack, as one with other settings; default the plan's.
    firms
        Tables of firms, whose figures go before the plots' own; default none.
    strict, repair
        As in :func:`platforms.survey`: refuse warnings of the plots; make plots that cross
        themselves valid.
    limits
        What to deduct, in its order, as in :func:`platforms.reclaim`; default the limits of
        the workspace.
    progress
        Called with the stage's name and the share done (0 to 1) as each stage begins.

    Returns
    -------
    run
        All that the outputs show.

    Raises
    ------
    PlatformsError
        When the workspace, the rules or the plots cannot be used.
    """
    clock = _Clock(progress)
    with clock("read"):
        given = given_plots(workspace, plots)
        pack = rules if isinstance(rules, Pack) else workspace.rules(rules)
        layers = {name: workspace.layer(name) for name in PLACED_LAYERS if workspace.has(name)}
    with clock("survey"):
        surveyed = survey(given, workspace=workspace, strict=strict, repair=repair)
        frame = surveyed.frame
        issues = IssueTable(surveyed.issues)
        refuse_elsewhere(workspace, issues, len(frame))
        taken = workspace.constraints if limits is None else limits
        sample_layers = synthetic_layers(workspace, frame, issues, taken, pack)
    with clock("assess"):
        frame = workspace.with_facts(frame, pack)
        joined = None if firms is None else firms.join(frame)
        frame = assess(frame, pack) if joined is None else joined.assess(pack)
    with clock("reclaim"):
        plane = given.source.plane or workspace.plan.crs
        ready = placed_limits(workspace, taken, frame, plane=plane)
        frame = land_left(frame, ready, plane=plane, issues=issues)
    with clock("membership"):
        frame = belonging(frame, workspace, issues=issues)
    with clock("figures"):
        counted = tally(frame, [column for _, column, _ in SUMMARIES])
        figures = tallied_figures(counted, outcomes=pack.outcomes)
        figures["net_area_mu"] = half_up(surveyed.total()["net_area_mu"], 2)
        tables = summaries(counted, layers, pack)
        targets = standing(
            workspace, plots=frame, figures=figures, sample_layers=sample_layers, issues=issues
        )
    return Run(
        workspace=workspace,
        plots=frame,
        pack=pack,
        layers=layers,
        figures=figures,
        targets=targets,
        issues=issues,
        sample_layers=sample_layers,
        input={
            "name": given.source.name,
            "sha256": given.source.sha256,
            "features": given.source.features,
            "driver": given.source.driver,
            "crs": given.source.crs,
            "crs_basis": given.source.crs_basis,
            "parameters": given.source.parameters,
            "parameters_rms_m": given.source.parameters_rms_m,
            "certified": getattr(given.source, "certified", True),
            "plane": str(frame.attrs.get("plane", "")),
        },
        overlap_m2=surveyed.overlap_m2,
        seconds=clock.seconds,
        source=given.source,
        joined=joined,
        limits=limits,
        towns=tables["towns"],
        platforms=tables["platforms"],
        layout_units=tables["layout_units"],
    )


class _Clock:
    """Times the stages and tells the user where the run is."""

    def __init__(self, progress: Progress | None) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        if self._progress:
            self._progress(stage, STAGES.index(stage) / len(STAGES))
        start = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - start
