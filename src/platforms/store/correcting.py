"""A workspace as its users corrected it: its files with the positions of the store over them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from platforms.layers.workspace import Workspace
from platforms.store.opening import open_store, store_place
from platforms.store.seen import refuse_away

__all__ = ["with_positions"]

W = TypeVar("W", bound=Workspace)


def with_positions(workspace: W, path: str | os.PathLike[str] | None = None) -> W:
    """Return a workspace with the positions that its store keeps.

    Parameters
    ----------
    workspace
        The city.
    path
        As for :func:`platforms.open_store`.

    Returns
    -------
    workspace
        The same where nothing is kept; no store is made.

    Raises
    ------
    StoreError
        When the store is there and cannot be read, or was there and is gone.
    """
    place = store_place(workspace.name, path)
    if isinstance(place, Path) and not place.exists():
        refuse_away(place)
        return workspace
    positions = open_store(workspace, path, make=False).positions.current()
    return workspace.corrected(positions) if len(positions) else workspace
