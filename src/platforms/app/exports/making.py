"""Exports as bytes, made in a job; of the workspace's plots once for all who ask.

Each is made in a folder that goes with the work: what was cancelled or failed leaves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, TypeVar

import platforms as ip
from platforms.app import state
from platforms.app.exports.kinds import KINDS, Asked, Source
from platforms.app.plots.shelf import Job, Progress
from platforms.app.scene import Scene
from platforms.app.targets.target_board import Board

__all__ = ["Published", "asked_of", "export_job", "make_export", "publish_scene", "published_job"]

T = TypeVar("T")


@dataclass(frozen=True)
class Published:
    """A map as it leaves.

    Attributes
    ----------
    source
        What the exports are made from; its document is the published map.
    issues
        What speaks against it.
    own
        Whether something is in it that the visitor gave.
    """

    source: Source
    issues: ip.IssueTable
    own: bool = False

    @property
    def document(self) -> Any:  # noqa: ANN401 the face of the library is loaded lazily
        """The map that leaves."""
        return self.source.document


def publish_scene(
    scene: Scene, asked: Asked, progress: Progress | None = None, *, own: bool = False
) -> Published:
    """Return the map of a scene as it leaves, in the language of the scene.

    Raises
    ------
    PlatformsError
        For slides or a profile that are not there.
    """

    def tell(share: float) -> None:
        if progress:
            progress("map", share)

    tell(0.0)
    whole = scene.document
    if asked.slides is not None:
        whole = ip.order_slides(whole, asked.slides)
    tell(0.1)
    issues = ip.check_publication(whole, asked.profile, review_number=asked.review_number)
    tell(0.4)
    made = ip.publish(whole, asked.profile, review_number=asked.review_number)
    return Published(Source(scene, asked, made), issues, own)


def make_export(source: Source, kind: str, progress: Progress | None = None) -> bytes:
    """Return one export, in the language of its scene.

    Parameters
    ----------
    source
        What it is made from.
    kind
        A key of ``KINDS``.
    progress
        Called with stage and share; may stop the work.

    Raises
    ------
    PlatformsError
        When it cannot be made.
    """
    export = KINDS[kind]

    def write() -> bytes:
        with ip.temporary_folder() as folder:
            path = folder / f"{source.scene.workspace.name}.{export.ending}"
            export.write(source, path, progress or _silent)
            return path.read_bytes()

    return _spoken(source.scene.lang, write)


def _silent(stage: str, share: float) -> None:
    """Tell nobody."""


def _spoken(lang: str, work: Callable[[], T]) -> T:
    """Do work in a language, whatever the caller's."""

    def run() -> T:
        ip.set_language(lang)
        return work()

    # the server calls this outside any session, where no language is set
    return copy_context().run(run)


def asked_of(source: Source, kind: str, board: str) -> tuple[object, ...]:
    """Return all that an export depends on, beside the workspace's files."""
    export, scene = KINDS[kind], source.scene
    asked = (source.asked, source.paper) if export.published else None
    return (kind, board, scene.id, scene.lang, asked)


def published_job(scene: Scene, asked: Asked, board: Board) -> Job[Published]:
    """Return the job that publishes the map of the session's scene.

    Parameters
    ----------
    scene
        What is looked at, with what the board says of the targets.
    asked
        Profile and slides.
    board
        The figures and targets that are shown.
    """
    key = (scene.workspace.fingerprint, scene.id, scene.lang, asked, board.id)
    own = bool(board.file)
    begin = state.own_job if own else state.common_job
    return begin("published", key, lambda told: publish_scene(scene, asked, told, own=own))


def export_job(
    source: Source, kind: str, asked: tuple[object, ...], *, own: bool = False
) -> Job[bytes]:
    """Return the job that makes an export.

    Parameters
    ----------
    source
        What it is made from.
    kind
        A key of ``KINDS``.
    asked
        All that it depends on: :func:`asked_of`, and what tells one press from another where
        it is made anew at each.
    own
        Whether something is in it that the visitor gave.
    """
    key = (source.scene.workspace.fingerprint, *asked)
    begin = state.own_job if own or KINDS[kind].live else state.common_job
    return begin(f"export-{kind}", key, lambda progress: make_export(source, kind, progress))
