"""Waiting for a result, with the stage that it is in."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

from platforms import messages
from platforms.app.scene import Scene
from platforms.app.shelf import Job
from platforms.app.state import scene_job

__all__ = ["current_scene", "wait"]

T = TypeVar("T")

_TICK_S = 0.1


def wait(job: Job[T]) -> T:
    """Return a job's result, with a progress bar for as long as it takes.

    Raises
    ------
    PlatformsError
        What the job raised.
    """
    if job.ready:
        return job.result()
    slot = st.empty()
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
