"""Papers about plots: area certificates and boundary-point files, all plots or chosen ones.

They are written by the functions that the command line calls, of the run that is shown. One
that takes long is made when it is asked for and then offered, so that what is wrong with it
can be said in words; how many plots fit into one is told before.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platforms as ip
from platforms.app.scene import Scene
from platforms.app.wording import action_of
from platforms.errors import InputError
from platforms.issues import Issue

__all__ = ["MOST", "SECONDS", "Made", "Paper", "make_paper", "writable"]

Stated = Literal["area_m2", "planar_m2", "declared_m2"]

# plots that go into one paper, so that a page does not wait for minutes
MOST = {"pdf": 1_000, "html": 1_000, "txt": 20_000}
# of processor time for one plot, on a machine that has other work
SECONDS = {"pdf": 0.06, "html": 0.02, "txt": 0.002}


@dataclass(frozen=True)
class Paper:
    """A paper that is asked for.

    Attributes
    ----------
    ending
        ``pdf`` or ``html`` for certificates, ``txt`` for boundary points.
    plot_ids
        The plots; empty for all.
    stated
        The area that ``txt`` states.
    """

    ending: str
    plot_ids: tuple[str, ...] = ()
    stated: Stated = "planar_m2"


@dataclass(frozen=True)
class Made:
    """A paper that was made.

    Attributes
    ----------
    data
        The file.
    plots
        How many plots are in it.
    left_out
        Ids of plots without an area, which have no certificate.
    issues
        What has to be known of it.
    """

    data: bytes
    plots: int
    left_out: tuple[str, ...]
    issues: ip.IssueTable


def writable(scene: Scene, ending: str) -> list[str]:
    """Return the ids of the plots that can be in a paper: with an area, or with an outline."""
    plots = scene.run.plots
    there = plots.geometry.notna() & ~plots.geometry.is_empty
    if ending != "txt":
        there = plots["area_m2"].notna()
    return [str(plot_id) for plot_id in plots.loc[there, "plot_id"]]


def make_paper(scene: Scene, paper: Paper) -> Made:
    """Make a paper of a scene, in the current language.

    Parameters
    ----------
    scene
        Whose plots.
    paper
        What is asked for.

    Returns
    -------
    made
        Its bytes, and what has to be said of it.

    Raises
    ------
    PlatformsError
        When it cannot be made: no such plot, no area, coordinates that are not certified, no
        font to print with.
    """
    with ip.temporary_folder() as folder:
        path = folder / f"{scene.run.workspace.name}.{paper.ending}"
        made = _points if paper.ending == "txt" else _certificates
        plots, left_out, issues = made(scene.run, paper, path)
        return Made(path.read_bytes(), plots, left_out, issues)


def _certificates(
    run: ip.Run, paper: Paper, path: Path
) -> tuple[int, tuple[str, ...], ip.IssueTable]:
    source = run.source
    if source is None:  # pragma: no cover - a run always has one
        raise InputError("certificate.nothing")
    # who has no command line is not told of its options, on paper neither
    told = ip.IssueTable(
        Issue(
            "recorded",
            issue.severity,
            feature=issue.feature,
            values={
                "kind": issue.kind, "message": issue.message(), "action": action_of(issue),
            },
        )
        for issue in run.issues
    )  # fmt: skip
    survey = ip.Survey(run.plots, told, source, run.overlap_m2)
    document = ip.save_certificate(survey, path, plot_ids=list(paper.plot_ids) or None)
    return len(document.pages), document.left_out, ip.IssueTable()


def _points(run: ip.Run, paper: Paper, path: Path) -> tuple[int, tuple[str, ...], ip.IssueTable]:
    plots = run.plots
    chosen = plots.geometry.notna() & ~plots.geometry.is_empty
    if paper.plot_ids:
        chosen &= plots["plot_id"].astype(str).isin(paper.plot_ids)
    frame = plots[chosen]
    frame.attrs["plane"] = plots.attrs.get("plane")
    issues = ip.IssueTable()
    ip.write_plots(frame, path, stated=paper.stated, issues=issues)
    return len(frame), (), issues
