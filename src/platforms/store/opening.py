"""Where a workspace's store lies.

A path that is given, else ``PLATFORMS_STORE``, else a folder of the user. A folder holds one
file a workspace; a file holds whatever is kept in it, each workspace apart.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from platformdirs import user_data_path

from platforms.errors import StoreError
from platforms.layers.workspace import Workspace, find_workspace
from platforms.store.geopackage import connect_file, make_file
from platforms.store.keeping import Store

__all__ = ["open_store", "store_path"]

_SETTING = "PLATFORMS_STORE"
_SERVER = re.compile(r"[a-z][a-z0-9+.\-]*://", re.IGNORECASE)
_UNFIT = re.compile(r"[^\w.\-]+")


def open_store(
    workspace: Workspace | str | None = None, path: str | os.PathLike[str] | None = None
) -> Store:
    """Open the store of a workspace; it is made where there is none yet.

    Parameters
    ----------
    workspace
        The workspace or its name; default the one that ``Workspace.open()`` opens.
    path
        A ``.gpkg`` file, or a folder with one file a workspace; default the setting
        ``PLATFORMS_STORE``, else a folder of the user.

    Returns
    -------
    store
        What is kept of the workspace.

    Raises
    ------
    StoreError
        When the file is no store or of a newer version, the folder cannot be written to, the
        disk is full, or a server is named.
    UnknownWorkspaceError
        When no workspace is named and there is none.
    """
    name = _name(workspace)
    file = store_path(name, path)
    if not file.exists():
        make_file(file)
    engine, writable = connect_file(file)
    return Store(name, file, engine, writable=writable)


def store_path(workspace: str, path: str | os.PathLike[str] | None = None) -> Path:
    """Return the file that keeps what belongs to a workspace.

    Raises
    ------
    StoreError
        When a server is named.
    """
    given = os.fspath(path) if path is not None else os.environ.get(_SETTING, "")
    if _SERVER.match(given):
        raise StoreError("store.no_server", kind=given.partition(":")[0])
    file = f"{_UNFIT.sub('_', workspace)}.gpkg"
    if not given:
        return user_data_path("industrial-platforms", appauthor=False) / file
    place = Path(given).expanduser()
    return place if place.suffix.lower() == ".gpkg" else place / file


def _name(workspace: Workspace | str | None) -> str:
    if isinstance(workspace, Workspace):
        return workspace.name
    if workspace is not None and not re.search(r"[/\\]|^\.", workspace):
        return workspace
    return find_workspace(workspace)[0]
