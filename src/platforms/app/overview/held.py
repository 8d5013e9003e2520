"""What is made once of a scene: shared where the scene is shared, else the session's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from platforms.app import state
from platforms.app.plots.shelf import Shelf
from platforms.app.scene import Scene
from platforms.app.waiting import wait

__all__ = ["held"]

T = TypeVar("T")

_SCENES = 6
_SHARED: dict[str, Shelf[Any]] = {"facets": Shelf(_SCENES), "lists": Shelf(_SCENES)}


def held(name: str, scene: Scene, make: Callable[[Scene], T]) -> T:
    """Return what was made of a scene, and make it if nobody has.

    Parameters
    ----------
    name
        What it is: ``facets`` or ``lists``.
    scene
        A visitor's own plots leave nothing behind on the server.
    make
        Called once with the scene.
    """
    if state.looked_at() is None:
        shared: T = wait(_SHARED[name].ask(scene.id, lambda _: make(scene)))
        return shared
    return wait(state.own_job(name, scene.id, lambda _: make(scene)))
