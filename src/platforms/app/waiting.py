"""Waiting for a result, with the stage that it is in."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

from platforms import messages
from platforms.app import markup, state
from platforms.app.markup import el
from platforms.app.plots.shelf import Job
from platforms.app.scene import Scene
from platforms.app.state import scene_job

__all__ = ["current_scene", "shown_scene", "wait"]

T = TypeVar("T")

_TICK_S = 0.1


def wait(job: Job[T]) -> T:
    """Return a job's result, with a progress bar for as long as it takes.

    Raises
    ------
    PlatformsError
        What the job raised.
    """
    # there also when nothing has to be waited for: what stands below keeps its place
    slot = st.empty()
    if job.ready:
        return job.result()
    while not job.wait(_TICK_S):
        stage = messages.text(f"app.stage.{job.stage or 'read'}")
        slot.progress(min(1.0, job.share), text=stage)
    slot.empty()
    return job.result()


def current_scene() -> Scene:
    """Return the scene that the session looks at.

    Raises
    ------
    PlatformsError
        When workspace, rules or plots cannot be used.
    """
    return wait(scene_job())


def shown_scene() -> Scene | None:
    """Return the scene that the session looks at; where there are no plots, say what to do.

    Raises
    ------
    PlatformsError
        As ``current_scene``.
    """
    if state.has_plots():
        return current_scene()
    city = state.workspace()
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
