"""Where the targets stand in this session: the workspace's reports, and those of a visitor.

A visitor's file of reports is taken whole or not at all, for this visit only; the workspace's
own file is not touched. A workspace without plots has targets too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

import platforms as ip
from platforms import messages
from platforms.app.plots.upload import Upload, safe_name
from platforms.app.scene import Scene

__all__ = ["Board", "make_board", "read_reports"]

T = TypeVar("T")

_ID_LENGTH = 16


@dataclass(frozen=True)
class Board:
    """The targets and where each stands.

    Attributes
    ----------
    workspace
        The city.
    status
        One row a target, as :func:`platforms.target_standing` gives them.
    reports
        Every report that was read.
    id
        Fingerprint of what stands here.
    run
        The run whose figures stand beside the targets; None without plots.
    file
        Name of the visitor's file of reports; empty without one.
    """

    workspace: ip.Workspace
    status: pd.DataFrame
    reports: pd.DataFrame
    id: str
    run: ip.Run | None = None
    file: str = ""

    @property
    def sample(self) -> bool:
        """Whether figures come from synthetic plots."""
        return self.run is not None and self.run.sample

    @cached_property
    def _made(self) -> dict[tuple[str, str], Any]:
        return {}

    def once(self, name: str, chosen: pd.DataFrame, make: Callable[[], T]) -> T:
        """Return what is shown of all targets, made once a language; of some, it is made anew.

        Parameters
        ----------
        name
            What it is.
        chosen
            Rows of the standing.
        make
            Makes it of these rows and of what stands here; nobody changes what it gives.
        """
        if len(chosen) != len(self.status):
            return make()
        key = (name, messages.language())
        if key not in self._made:
            self._made[key] = make()
        made: T = self._made[key]
        return made


def read_reports(given: Upload, workspace: ip.Workspace) -> pd.DataFrame:
    """Read a visitor's reports after those of the workspace; nothing stays on the disk.

    Raises
    ------
    TableError
        Names file, row and what is wrong.
    """
    with ip.temporary_folder() as folder:
        path = folder / safe_name(given.name)
        path.write_bytes(given.data)
        return ip.read_reported(path, workspace)


def make_board(
    workspace: ip.Workspace, scene: Scene | None = None, given: Upload | None = None
) -> Board:
    """Put the targets beside what was computed and reported.

    Parameters
    ----------
    workspace
        The city.
    scene
        The run that is looked at; None where there are no plots.
    given
        A visitor's file of reports.

    Raises
    ------
    TableError
        When the reports cannot be used.
    """
    run = None if scene is None else scene.run
    name = workspace.fingerprint[:_ID_LENGTH] if scene is None else scene.id
    if given is None:
        status = ip.target_standing(workspace) if run is None else run.targets
        return Board(workspace, status, ip.reported_values(workspace), name, run)
    told = read_reports(given, workspace)
    status = ip.target_standing(workspace if run is None else run, reported=told)
    both = hashlib.sha256(f"{name}{given.sha256}".encode()).hexdigest()[:_ID_LENGTH]
    return Board(workspace, status, told, both, run, safe_name(given.name))
