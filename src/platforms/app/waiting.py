"""Waiting for a result, with the stage that it is in."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from functools import partial
from typing import TypeVar

import streamlit as st

from platforms import messages
from platforms.app import markup, opened, state
from platforms.app.markup import el
from platforms.app.plots.shelf import Job
from platforms.app.scene import Scene
from platforms.app.state import scene_job
from platforms.app.upload_notice import give_up

__all__ = ["current_scene", "shown_scene", "wait", "wait_unless_stopped"]

T = TypeVar("T")

_TICK_S = 0.1
# what takes longer can be cancelled
_LONG_S = 1.0
# the upload whose scene was there already
_SHOWN = "upload-shown"


def wait(job: Job[T], *, cancel: Callable[[], object] | None = None) -> T:
    """Return a job's result, with a progress bar for as long as it takes.

    Parameters
    ----------
    job
        A job; cancelling stops the session's own, and only waits no more for a shared one.
    cancel
        Returns the session to what it was before it asked; None offers no cancelling.

    Raises
    ------
    PlatformsError
        What the job raised.
    """
    # there also when nothing has to be waited for: what stands below keeps its place
    slot, way_out = st.empty(), st.empty()
    if job.ready:
        return job.result()
    begun: float | None = time.monotonic()
    while not job.wait(_TICK_S):
        stage = messages.text(f"app.stage.{job.stage or 'read'}")
        slot.progress(min(1.0, job.share), text=stage)
        if cancel is not None and begun is not None and time.monotonic() - begun > _LONG_S:
            begun = None
            way_out.button(
                messages.text("app.cancel"),
                icon=":material/stop_circle:",
                on_click=_cancel,
                args=(job, cancel),
                key=f"cancel-{id(job)}",
            )
    slot.empty()
    way_out.empty()
    return job.result()


def wait_unless_stopped(name: str, key: Hashable, begin: Callable[[], Job[T]]) -> T | None:
    """Return the result of a job that can be cancelled; None, and a way to begin again, if it was.

    Parameters
    ----------
    name
        Of what is made, one for each place of a page.
    key
        What is asked; another question is not stopped.
    begin
        Returns the session's own job, and begins it if it is new.

    Raises
    ------
    PlatformsError
        What the job raised.
    """
    kept = f"stopped-{name}"
    # there also when it is empty: what stands below keeps its place
    with st.container(key=kept):
        if st.session_state.get(kept) == key:
            markup.show(el("p", messages.text("app.stopped"), cls="ip-note", role="status"))
            st.button(
                messages.text("app.begin_again"),
                icon=":material/refresh:",
                on_click=partial(st.session_state.pop, kept, None),
                key=f"again-{name}",
            )
            return None
    return wait(begin(), cancel=partial(st.session_state.__setitem__, kept, key))


def _cancel(job: Job[T], back: Callable[[], object]) -> None:
    job.give_up()
    back()


def current_scene() -> Scene:
    """Return the scene that the session looks at; an upload's first can be cancelled.

    Raises
    ------
    PlatformsError
        When workspace, rules or plots cannot be used.
    """
    given = state.looked_at()
    # the shared one is waited for by others too
    new = given is not None and st.session_state.get(_SHOWN) != given.key
    scene = wait(scene_job(), cancel=give_up if new else None)
    st.session_state[_SHOWN] = given and given.key
    return scene


def shown_scene() -> Scene | None:
    """Return the scene that the session looks at; where there are no plots, say what to do.

    Raises
    ------
    PlatformsError
        As ``current_scene``.
    """
    if state.has_plots():
        return current_scene()
    city = opened.workspace()
    # without towns a file of plots could be measured and not be run
    useful = city.has("towns")
    markup.show(
        el(
            "div",
            el("b", messages.text("app.empty.title", name=str(city.plan.name))),
            el("p", messages.text("app.empty.about" if useful else "app.empty.targets_only")),
            cls="ip-empty",
        )
    )
    for page in ("plots", "targets") if useful else ("targets",):
        state.link_to(page)
    return None
