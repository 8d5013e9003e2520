"""Second stage of a part: judged, cut, placed in the city, written."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.engine.faults import Fault, faults_of
from platforms.engine.job import Job, job_of
from platforms.engine.limits import limits_near
from platforms.engine.surveying import reread
from platforms.geo.crs import Settled
from platforms.issues import IssueTable
from platforms.planning.stages import SUMMARIES, belonging, land_left
from platforms.planning.tally import Tally, tally
from platforms.policy.evaluate import assess
from platforms.policy.target_figures import plot_sums

__all__ = ["INPUT_ROW", "Finished", "finished_part", "part_name"]

INPUT_ROW = "input_row"
"""Column of the plots that are done: their row in the source, from 0."""

_SHORT = "accuracy_short"


@dataclass(frozen=True)
class Finished:
    """What the whole must know of a part that is done.

    Attributes
    ----------
    plots
        How many plots were written.
    tally
        Their counts and cents.
    taxes
        What the figures of tax are made of.
    faults
        What was found, by row.
    """

    plots: int
    tally: Tally
    taxes: dict[str, tuple[Fraction, Fraction]]
    faults: list[Fault]


def part_name(number: int) -> str:
    """Return the file of a part of the plots."""
    return f"part-{number:05d}.parquet"


def finished_part(job_file: str, number: int) -> Finished:
    """Judge and cut a part, say where it belongs, and write it."""
    job = job_of(job_file)
    left = reread(job.work / f"surveyed-{number:05d}.arrow", job.ground.measured)
    issues = IssueTable()
    limits = limits_near(job, left.frame)
    frame = assess(left.frame, job.pack, means=job.means)
    frame = land_left(frame, limits, plane=Settled(job.ground.cut), own=left.own, issues=issues)
    frame = frame[left.own]
    frame = belonging(frame, job.workspace, issues=issues)
    names = dict(zip(left.frame["plot_id"], left.ids, strict=True))
    year = job.workspace.plan.assessment_year - 1
    told = Finished(
        plots=len(frame),
        tally=tally(frame, [column for _, column, _ in SUMMARIES]),
        taxes=plot_sums(frame, year=year),
        faults=faults_of(issues, names, layers=list(limits)),
    )
    _write(frame, left.ids[left.own], left.codes[left.own], job, number)
    return told


def _write(
    frame: gpd.GeoDataFrame,
    ids: NDArray[np.object_],
    codes: NDArray[np.uint32],
    job: Job,
    number: int,
) -> None:
    """Write a part in the order of the curve, under its name only when it is whole."""
    done = frame.assign(plot_id=pd.array(ids, dtype="str"))
    done.insert(0, INPUT_ROW, frame.index.to_numpy().astype(np.int64))
    # columns that only some parts have would keep the parts from being read together
    if _SHORT not in done and "accuracy_m" in done and job.shuffled.points:
        done[_SHORT] = pd.Series("", index=done.index, dtype="str")
    done = done.iloc[np.lexsort((done[INPUT_ROW].to_numpy(), codes))]
    shapes = done.pop("geometry")
    done = gpd.GeoDataFrame(done, geometry=shapes, crs=frame.crs)
    path = job.out / part_name(number)
    tmp = path.with_suffix(".tmp")
    done.to_parquet(tmp, index=False, compression="zstd", write_covering_bbox=True)
    tmp.replace(path)
