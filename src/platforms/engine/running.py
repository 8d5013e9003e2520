"""The run in parts: every stage of :func:`platforms.run`, on more plots than one table holds.

The plots are brought into parts that lie together; each part is surveyed with its neighbours,
judged, cut and placed by the very functions of the local run, in planes that were chosen for all.
What belongs to all is put together from what the parts tell: counts, whole cents, exact sums and
faults by row. So the result is that of the local run to the last digit, however the plots are
cut, whoever works on them, and in whatever order the parts are done.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from platforms import messages
from platforms.engine.assembling import together_of
from platforms.engine.batches import HeldSource, PlotSource
from platforms.engine.finishing import finished_part
from platforms.engine.job import Job, job_of, write_job
from platforms.engine.limits import Limits, leave_limits
from platforms.engine.result import PartsRun
from platforms.engine.runners import Runner, runner
from platforms.engine.shuffle import Shuffled, shuffle
from platforms.engine.sources import open_source
from platforms.engine.surveying import Surveyed, surveyed_part
from platforms.engine.writing import write_outputs
from platforms.geo.systems import describe
from platforms.geo.write import atomic_folder
from platforms.outputs.run_place import MANIFEST, earlier_files, refuse_foreign
from platforms.planning.land.limits import Limit
from platforms.planning.stages import ground_of
from platforms.policy.evaluate import MeanSums
from platforms.policy.schema import Pack
from platforms.policy.workspace import Workspace

T = TypeVar("T")

__all__ = ["PART_STAGES", "PartProgress", "run_parts"]

# in the place of the number of a part
_LIMITS = -1

PART_STAGES = ("read", "survey", "finish", "write")

PartProgress = Callable[[str, int, int], None]
"""Called with the stage, how much of it is done and how much there is (0 not known yet)."""


def run_parts(  # noqa: PLR0913 each has a default of its own
    workspace: Workspace,
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    rules: str | Pack | None = None,
    limits: Mapping[str, Limit] | None = None,
    strict: bool = False,
    repair: bool = False,
    parts: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    overwrite: bool = False,
    progress: PartProgress | None = None,
) -> PartsRun:
    """Run every stage on plots in parts.

    Parameters
    ----------
    workspace
        The city.
    source
        GeoParquet, a file that GDAL reads, a folder of either, a table of PostGIS, or
        ``store:`` for the plots that the workspace's store keeps; see
        :mod:`platforms.engine.sources`. Columns have the product's names.
    out
        Folder of the outputs; made whole or not at all.
    rules, limits, strict, repair
        As for :func:`platforms.run`.
    parts
        How many parts; default such that each has at most 100,000 plots.
    workers
        Processes of this machine, default one a core; 0 works in this process.
    scheduler
        Address of a Dask scheduler (``tcp://…``) that is taken instead. Its workers need the
        same package and see ``out`` and the workspace under the same paths.
    overwrite
        Replace an earlier run.
    progress
        Called as the stages go on.

    Returns
    -------
    run
        The figures of all plots, and where these lie.

    Raises
    ------
    PlatformsError
        When the workspace, the rules, the plots or the scheduler cannot be used.
    """
    target = Path(out)
    refuse_foreign(target, overwrite=overwrite)
    pack = rules if isinstance(rules, Pack) else workspace.rules(rules)
    clock = _Clock(progress or _silent)
    opened = open_source(source, workspace)
    # workers start while the plots are read
    with (
        atomic_folder(
            target, overwrite=overwrite, manifest=(MANIFEST,), own=earlier_files(target)
        ) as staging,
        runner(workers=workers, scheduler=scheduler) as who,
    ):
        # beside what becomes the result, and gone with it
        work = staging.parent / "work"
        for folder in (work, staging / "plots"):
            folder.mkdir()
        plots, shuffled = clock.read(opened, work, parts)
        plane = plots.crs.to_string() if describe(plots.crs).is_plane else ""
        job = Job(
            workspace=workspace,
            pack=pack,
            limits=limits,
            crs=plots.crs,
            ground=ground_of(
                workspace, plane=plane, crs=plots.crs,
                bounds=shuffled.bounds, stored=shuffled.stored,
            ),
            shuffled=shuffled,
            work=work.resolve(),
            out=(staging / "plots").resolve(),
            repair=repair,
            language=messages.language(),
        )  # fmt: skip
        first = clock.each("survey", _first_stage, job, who, start=_LIMITS)
        limits_told = next(one for one in first if isinstance(one, Limits))
        surveyed = [one for one in first if isinstance(one, Surveyed)]
        job = replace(job, means=_means(surveyed))
        finished = clock.each("finish", finished_part, job, who)
        engine: dict[str, object] = {
            "parts": len(shuffled.parts),
            "workers": who.workers,
            "scheduler": scheduler or "",
            "neighbours": sum(part.halo for part in surveyed),
        }
        whole = together_of(job, plots, limits_told, surveyed, finished, strict=strict)
        clock.told("write", 0, 1)
        return write_outputs(whole, staging, target, engine=engine, seconds=clock.seconds)


def _silent(stage: str, done: int, every: int) -> None:
    """Tell nobody."""


def _first_stage(job_file: str, number: int) -> Surveyed | Limits:
    """Survey a part; before all parts the limits are made ready, beside which others survey."""
    if number == _LIMITS:
        return leave_limits(job_of(job_file))
    return surveyed_part(job_file, number)


def _means(surveyed: list[Surveyed]) -> MeanSums:
    sums = dict(surveyed[0].means)
    for part in surveyed[1:]:
        sums = {key: sums[key] + part.means[key] for key in sums}
    return sums


@dataclass
class _Clock:
    """Times the stages and tells how far they are."""

    told: PartProgress

    def __post_init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def read(
        self, opened: PlotSource | HeldSource, work: Path, parts: int | None
    ) -> tuple[PlotSource, Shuffled]:
        start = time.perf_counter()

        def told(rows: int) -> None:
            self.told("read", rows, 0)

        # a store is not held while the run goes on
        plots = opened.copied(work, told) if isinstance(opened, HeldSource) else opened
        shuffled = shuffle(plots, work, parts=parts, told=told)
        self.seconds["read"] = time.perf_counter() - start
        return plots, shuffled

    def each(
        self, name: str, stage: Callable[[str, int], T], job: Job, who: Runner, *, start: int = 0
    ) -> list[T]:
        began, every = time.perf_counter(), job.shuffled.rows
        file = job.work / f"{name}.job"
        write_job(job, file)
        parts = range(start, len(job.shuffled.parts))
        self.told(name, 0, every)
        done = who.each(
            stage, str(file), parts, lambda n: self.told(name, every * n // len(parts), every)
        )
        self.seconds[name] = time.perf_counter() - began
        return done
