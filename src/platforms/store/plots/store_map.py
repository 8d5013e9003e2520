"""The map of a store's plots: looked at once, then read by extent and zoom."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

import sqlalchemy as sa

from platforms.errors import InputError
from platforms.layers.workspace import Workspace
from platforms.outputs.maps.stored_map import (
    StoreMap,
    plots_gathering,
    stored_document,
    stored_tiles,
)
from platforms.outputs.maps.tiled.kept_tiles import KeptTiles
from platforms.store.plots.reaching import gather_plots

__all__ = ["store_map", "store_tiles"]


class _Reads(Protocol):
    """A store that can be read."""

    @property
    def workspace(self) -> str:
        """Name of the workspace."""

    def _reading(self) -> AbstractContextManager[sa.Connection]: ...


def store_tiles(
    store: _Reads,
    workspace: Workspace,
    *,
    progress: Callable[[float], None] | None = None,
) -> KeptTiles:
    """Look at all plots of a store and return what answers for them by extent and zoom.

    Shapes stay in the store: of each plot some 80 bytes are held. ``tiles.source.current()``
    says whether they still are the plots of now; an answer of older ones is refused.

    Parameters
    ----------
    store
        As :func:`platforms.open_store` gave it.
    workspace
        Gives the plane of official areas.
    progress
        Called with the share done.

    Returns
    -------
    tiles
        The plots of now that have a shape.

    Raises
    ------
    InputError
        When the store has no plot.
    StoreError
        When it cannot be read.
    """
    told = progress or (lambda _: None)
    reading = store._reading  # noqa: SLF001 the same room
    gathering = plots_gathering(workspace)
    source, facts = gather_plots(reading, store.workspace, gathering, told)
    if not len(facts.boxes):
        raise InputError("plots.none", workspace=store.workspace)
    return stored_tiles(workspace, source, facts)


def store_map(
    store: _Reads, workspace: Workspace, *, progress: Callable[[float], None] | None = None
) -> StoreMap:  # fmt: skip
    """Look at the plots of a store and make their map, in the current language.

    More plots than one map carries (``PLATFORMS_MAP_PLOTS``) are summed by cells.

    Parameters
    ----------
    store, workspace, progress
        As :func:`store_tiles` has them.

    Raises
    ------
    ConflictError
        When the store was written meanwhile.
    InputError
        When the store has no plot.
    StoreError
        When it cannot be read.
    """
    tiles = store_tiles(store, workspace, progress=progress)
    return StoreMap(stored_document(workspace, tiles), tiles, workspace)
