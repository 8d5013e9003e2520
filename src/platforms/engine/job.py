"""What every worker knows of a run: decided once, written once, read once by each process."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from pyproj import CRS

from platforms import messages
from platforms.engine.shuffle import Shuffled
from platforms.planning.land.limits import Limit
from platforms.planning.stages import Ground
from platforms.policy.evaluate import MeanSums
from platforms.policy.schema import Pack
from platforms.policy.workspace import Workspace

__all__ = ["Job", "job_of", "write_job"]


@dataclass(frozen=True)
class Job:
    """A run in parts.

    Attributes
    ----------
    workspace, pack
        The city and its rules.
    limits
        What to deduct; None for the limits of the workspace.
    crs
        System of the plots.
    ground
        Planes for all of them.
    shuffled
        The parts.
    work, out
        Folder for what is handed from stage to stage, and for the plots that are done.
    repair
        Whether shapes that cross themselves are made valid.
    language
        Of the reasons and names in the columns.
    means
        What industry means are made of; None while that is not known.
    """

    workspace: Workspace
    pack: Pack
    limits: Mapping[str, Limit] | None
    crs: CRS
    ground: Ground
    shuffled: Shuffled
    work: Path
    out: Path
    repair: bool
    language: str
    means: MeanSums | None = None
    key: str = field(default_factory=lambda: uuid4().hex)


# a process works on one run at a time
_LAST: dict[str, Job] = {}


def write_job(job: Job, path: Path) -> None:
    """Write a job for the workers, without the layers that they read themselves."""
    bare = replace(job.workspace, _read={})
    with path.open("wb") as file:
        pickle.dump(replace(job, workspace=bare), file)


def job_of(path: str) -> Job:
    """Return the job that was written to a file of this run's own folder."""
    if path not in _LAST:
        with Path(path).open("rb") as file:
            job: Job = pickle.load(file)  # noqa: S301 what this run wrote itself
        held = _LAST.copy()
        _LAST.clear()
        same = next((one for one in held.values() if one.key == job.key), None)
        if same is not None:
            # the next stage of the same run: layers stay as they were read
            job = replace(job, workspace=same.workspace)
        _LAST[path] = job
    job = _LAST[path]
    messages.set_language(job.language)
    return job
