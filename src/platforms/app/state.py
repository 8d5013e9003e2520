"""What a session knows: language, whose plots; and what :mod:`.address` knows.

The scenes of the workspace's own plots are shared by all sessions of the server; a visitor's
upload and all that is made of it live in that visitor's session and go with it. Nothing is
stale: what was made of older files of the workspace is not found again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import opened
from platforms.app.address import (
    Page,
    Pick,
    choice,
    clicks,
    link_to,
    link_to_map,
    look_at,
    looks,
    note_click,
    pages,
    picked,
    select,
)
from platforms.app.land import land_trial
from platforms.app.plots.papers import Made, Paper, make_paper
from platforms.app.plots.shelf import Job, Progress, Shelf
from platforms.app.plots.upload import Upload, read_upload
from platforms.app.rules.rule_book import Book, Trial, make_trial
from platforms.app.scene import Scene, make_scene
from platforms.app.settling import look_after, settle_again
from platforms.app.targets.target_board import Board, make_board
from platforms.errors import PlatformsError

__all__ = [
    "Page",
    "Pick",
    "board_job",
    "choice",
    "clicks",
    "common_job",
    "drop_upload",
    "empty_upload_box",
    "give_up_upload",
    "has_plots",
    "land_job",
    "land_trial_job",
    "link_to",
    "link_to_map",
    "look_at",
    "looks",
    "note_click",
    "own_job",
    "pages",
    "paper_job",
    "picked",
    "plots_job",
    "scene_job",
    "select",
    "set_upload",
    "trial_job",
    "upload",
    "upload_box",
    "warm",
]

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

_SCENES = 6
_SHARED: Shelf[Scene] = Shelf(_SCENES, shared=True)
# what is made of the workspace's own plots and of nothing that a visitor gave, by name
_COMMON: dict[str, Shelf[Any]] = {}

_KEPT_UPLOADS = 2


def _held_by_all() -> Iterator[object]:
    for shelf in (_SHARED, *tuple(_COMMON.values())):
        yield from shelf.results()


look_after(_held_by_all)


def scene_job() -> Job[Scene]:
    """Return the scene that the session looks at: its upload's, else the workspace's."""
    city = opened.workspace()
    given = looked_at()
    if given is None:
        return _shared_job(city)
    key = (city.fingerprint, messages.language(), given.key)
    read, repair = plots_job(given), given.reading.repair
    return _own("scenes").ask(key, lambda progress: _uploaded(city, read, progress, repair=repair))


def has_plots() -> bool:
    """Say whether there are plots to look at: the session's upload, or the workspace's own."""
    return looked_at() is not None or opened.workspace().has("plots")


def board_job(scene: Scene | None, given: Upload | None) -> Job[Board]:
    """Return the job that puts the targets beside a scene's figures and a file of reports."""
    city = opened.workspace()
    plots, shown = looked_at(), scene and scene.id
    keys = (plots and plots.key, given and given.key)
    key = (city.fingerprint, messages.language(), shown, *keys)
    shelf = _common("boards", alone=given is not None)
    return shelf.ask(key, lambda _: make_board(city, scene, given))


def plots_job(given: Upload) -> Job[ip.Plots]:
    """Return the job that reads an upload and makes its corrections."""
    city = opened.workspace()
    key = (city.fingerprint, messages.language(), given.key)
    made = given.corrections
    if made:
        read = plots_job(given.corrected(()))
        return _own("plots").ask(key, lambda _: ip.correct_plots(read.result(), made, city))
    return _own("plots").ask(key, lambda _: read_upload(given, city))


def trial_job(scene: Scene, chosen: Book) -> Job[Trial]:
    """Return the job that judges the plots of the session's scene by other rules."""
    given = looked_at()
    plots = None if given is None else given.key
    key = (scene.run.workspace.fingerprint, scene.lang, plots, chosen)
    return _common("trials").ask(key, lambda _: make_trial(scene, chosen))


def land_job(scene: Scene) -> Job[land_trial.LandBase]:
    """Return the job that gathers the land of the session's scene."""
    key = (scene.run.workspace.fingerprint, scene.id)
    return _common("land").ask(key, lambda _: land_trial.make_base(scene))


def land_trial_job(
    base: land_trial.LandBase, chosen: land_trial.Switches
) -> Job[land_trial.LandTrial]:
    """Return the job that deducts other limits from the plots of the session's scene."""
    key = (base.scene.run.workspace.fingerprint, base.scene.id, chosen)
    return _common("land-trials").ask(key, lambda _: land_trial.make_trial(base, chosen))


def paper_job(scene: Scene, paper: Paper) -> Job[Made]:
    """Return the job that makes a paper of the session's scene."""
    key = (scene.run.workspace.fingerprint, scene.id, scene.lang, paper)

    def make(progress: Progress) -> Made:
        progress("paper", 0.0)
        return make_paper(scene, paper)

    return _own("papers").ask(key, make)


def own_job(name: str, key: Hashable, make: Callable[[Progress], T]) -> Job[T]:
    """Return a job of this session alone, and begin it if it is new.

    Parameters
    ----------
    name
        Shelf on which it is kept, with the latest few of its kind.
    key
        All that the result depends on.
    make
        Called with a function to report stage and share to.
    """
    return _own(name).ask(key, make)


def common_job(name: str, key: Hashable, make: Callable[[Progress], T]) -> Job[T]:
    """Return a job of all sessions that look at the workspace's plots; an upload's is its own.

    Parameters
    ----------
    name, key, make
        As :func:`own_job` has them; nothing of the visitor may go in but what ``key`` holds.
    """
    return _common(name).ask(key, make)


def warm() -> None:
    """Begin what the first visitor will want; a fault is left for the visitor to see."""
    try:
        city = opened.workspace()
        if city.has("plots"):
            _shared_job(city).result()
    except PlatformsError as error:
        _LOG.warning("%s", error.message("en"))


def _shared_job(city: ip.Workspace) -> Job[Scene]:
    key = (city.fingerprint, messages.language())
    return _SHARED.ask(key, lambda progress: _shared(city, progress))


def _shared(city: ip.Workspace, progress: Progress) -> Scene:
    scene = make_scene(city, progress=progress)
    settle_again()
    return scene


def _uploaded(
    city: ip.Workspace, read: Job[ip.Plots], progress: Progress, *, repair: bool
) -> Scene:
    progress("read", 0.0)
    return make_scene(city, read.result(), repair=repair, progress=progress)


def _common(name: str, *, alone: bool = False) -> Shelf[Any]:
    """Return the shelf of all sessions; the session's own where something is of its visitor."""
    if alone or looked_at() is not None:
        return _own(name)
    every = _COMMON.setdefault(name, Shelf(_SCENES, shared=True))
    return _own(f"{name}-common", every)


def _own(name: str, above: Shelf[Any] | None = None) -> Shelf[Any]:
    """Return a shelf of this session, below another where there is one."""
    shelves: dict[str, Shelf[Any]] = st.session_state.setdefault("shelves", {})
    if name not in shelves:
        shelves[name] = Shelf(_KEPT_UPLOADS, above=above)
    return shelves[name]


def upload() -> Upload | None:
    """Return the file that the visitor gave, whether it could be read or not."""
    given: Upload | None = st.session_state.get("upload")
    return given


def looked_at() -> Upload | None:
    """Return the upload whose plots the session looks at, or None for the workspace's.

    A file that could not be read takes nothing away: the pages keep showing what they showed.
    """
    given: Upload | None = st.session_state.get("upload-read")
    return given


def set_upload(given: Upload) -> None:
    """Take a file that the visitor gave; its plots are looked at once it has been read."""
    st.session_state["upload"] = given


def accept_upload(given: Upload) -> bool:
    """Look at an upload's plots from now on; say whether that is new."""
    before = looked_at()
    new = before is None or before.key != given.key
    if new:
        st.session_state["upload-before"] = before
    st.session_state["upload-read"] = given
    return new


def give_up_upload() -> None:
    """Forget the newest upload, and look at what was looked at before it."""
    given, shown = upload(), looked_at()
    reading = given is None or shown is None or given.key != shown.key
    before = shown if reading else st.session_state.pop("upload-before", None)
    if before is None:
        drop_upload()
    else:
        st.session_state["upload"] = st.session_state["upload-read"] = before
    empty_upload_box()


def upload_box() -> str:
    """Return the key of the widget that takes files; a new key is the way to empty it."""
    return f"file-{st.session_state.get('file-turn', 0)}"


def empty_upload_box() -> None:
    """Forget what the widget holds: another one takes its place."""
    st.session_state["file-turn"] = st.session_state.get("file-turn", 0) + 1
    for name in ("files-seen", "files-passed"):
        st.session_state.pop(name, None)


def drop_upload() -> None:
    """Return to the workspace's own plots and forget the upload."""
    for name in ("upload", "upload-read", "upload-before"):
        st.session_state.pop(name, None)
    st.query_params.pop("file", None)
    for shelf in st.session_state.pop("shelves", {}).values():
        shelf.stop()
