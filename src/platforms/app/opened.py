"""What is open: the workspace that the server shows, and its store.

The workspace is shared by all sessions of the server. Nothing is stale: its files are looked at
on every rerun, once.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import platforms as ip
from platforms.app.corrections import corrected

__all__ = ["one_look", "store", "workspace", "workspace_name"]

_OPEN: dict[str | None, tuple[object, ip.Workspace]] = {}
_OPENING = threading.Lock()

# what this rerun has looked at already
_LOOKED: ContextVar[dict[str | None, ip.Workspace] | None] = ContextVar("_LOOKED", default=None)
# what this rerun has opened already, with the city for which it did
_STORES: ContextVar[dict[str, tuple[ip.Workspace, ip.Store]] | None] = ContextVar(
    "_STORES", default=None
)


def workspace_name() -> str | None:
    """Return the workspace named on the command line; None leaves it to the setting."""
    flag = "--workspace="
    return next((a.removeprefix(flag) for a in sys.argv[1:] if a.startswith(flag)), None)


def workspace() -> ip.Workspace:
    """Return the workspace as its files and the positions of its store are now.

    Raises
    ------
    WorkspaceError
        When it cannot be used.
    """
    name, looked = workspace_name(), _LOOKED.get()
    if looked is not None and name in looked:
        # the store may have been written since
        return corrected(looked[name], again=False)
    with _OPENING:
        held = _OPEN.get(name)
        if held is None or held[0] != _stamp(held[1]):
            opened = ip.Workspace.open(name)
            # taken now: it is read off the files when first asked for, and they may change
            _ = opened.fingerprint
            held = _OPEN[name] = (_stamp(opened), opened)
    if looked is not None:
        looked[name] = held[1]
    return corrected(held[1])


@contextmanager
def one_look() -> Iterator[None]:
    """Look at the workspace's files once inside; each look lets other sessions go first."""
    token, stores = _LOOKED.set({}), _STORES.set({})
    try:
        yield
    finally:
        _STORES.reset(stores)
        _LOOKED.reset(token)


def store() -> ip.Store:
    """Return the store of the session's workspace, opened once a run; what it holds is read anew.

    Raises
    ------
    PlatformsError
        When it cannot be opened.
    """
    city, opened = workspace(), _STORES.get()
    held = None if opened is None else opened.get(city.name)
    if held is not None and held[0] is city:
        return held[1]
    made = ip.open_store(city, make=False)
    if opened is not None:
        opened[city.name] = (city, made)
    return made


def _stamp(city: ip.Workspace) -> object:
    """Return what tells that a file has changed, without reading it."""
    return {one for folder in (city.geo_dir, city.layers_dir) for one in _files(folder)}


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as found:
        for one in found:
            if one.is_dir():
                yield from _files(Path(one.path))
            elif one.is_file():
                told = one.stat()
                yield one.path, told.st_mtime_ns, told.st_size
