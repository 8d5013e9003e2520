"""Where a workspace's store lies.

A place that is given, else ``PLATFORMS_STORE``, else a folder of the user. A folder holds one
file a workspace; a file or a server holds whatever is kept in it, each workspace apart.
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
from platforms.store.place import Place, ServerPlace, file_place, is_address, server_place
from platforms.store.seen import note_seen, refuse_away
from platforms.store.server import connect_server
from platforms.store.unmade import Unmade

__all__ = ["open_store", "store_path", "store_place"]

_SETTING = "PLATFORMS_STORE"
_UNFIT = re.compile(r"[^\w.\-]+")


def open_store(
    workspace: Workspace | str | None = None,
    path: str | os.PathLike[str] | ServerPlace | None = None,
    *,
    make: bool = True,
) -> Store:
    """Open the store of a workspace; it is made where there is none yet.

    Parameters
    ----------
    workspace
        The workspace or its name; default the one that ``Workspace.open()`` opens.
    path
        A ``.gpkg`` file, a folder with one file a workspace, or a database on a server
        (``postgresql://user:password@host/database``); default the setting
        ``PLATFORMS_STORE``, else a folder of the user.
    make
        False to have a file made by the first act that writes, and not by looking; one that
        this process has had open and that is gone is then refused, and not begun anew.

    Returns
    -------
    store
        What is kept of the workspace.

    Raises
    ------
    MissingPartError
        When what connects to servers is not installed.
    StoreError
        When the file is no store or of a newer version, the folder cannot be written to, the
        disk is full, or the server cannot be reached or does not let one in.
    UnknownWorkspaceError
        When no workspace is named and there is none.
    """
    name = _name(workspace)
    place = store_place(name, path)
    if isinstance(place, ServerPlace):
        engine, writable = connect_server(place)
        return Store(name, place, engine, writable=writable)
    if not make:
        refuse_away(place)
    if not place.exists():
        unmade = Unmade(place)
        if not make:
            return Store(name, place, unmade.engine, writable=unmade.writable, unmade=unmade)
        make_file(place)
    engine, writable = connect_file(place)
    note_seen(place)
    return Store(name, place, engine, writable=writable)


def store_place(
    workspace: str, path: str | os.PathLike[str] | ServerPlace | None = None
) -> Place:  # fmt: skip
    """Return the file or the server that keeps what belongs to a workspace.

    Parameters
    ----------
    workspace
        Name of the workspace.
    path
        As :func:`open_store` has it.

    Raises
    ------
    StoreError
        For a server of another kind, an address that cannot be read, or what was meant for
        one and is none.
    """
    given = os.environ.get(_SETTING, "") if path is None else path
    if isinstance(given, ServerPlace):
        return given
    if is_address(given):
        return server_place(os.fspath(given))
    file = f"{_UNFIT.sub('_', workspace)}.gpkg"
    if not os.fspath(given):
        return user_data_path("industrial-platforms", appauthor=False) / file
    place = file_place(given)
    return place if place.suffix.lower() == ".gpkg" else place / file


def store_path(workspace: str, path: str | os.PathLike[str] | None = None) -> Path:
    """Return the file that keeps what belongs to a workspace.

    Raises
    ------
    StoreError
        When it is kept on a server, which has no file.
    """
    place = store_place(workspace, path)
    if isinstance(place, ServerPlace):
        raise StoreError("store.server.no_path", path=place.name)
    return place


def _name(workspace: Workspace | str | None) -> str:
    if isinstance(workspace, Workspace):
        return workspace.name
    if workspace is not None and not re.search(r"[/\\]|^\.", workspace):
        return workspace
    return find_workspace(workspace)[0]
