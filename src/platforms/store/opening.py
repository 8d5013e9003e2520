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
from platforms.store.belonging import City, admit, city_of
from platforms.store.care.foreign import refuse_other_programs
from platforms.store.geopackage import connect_file, make_file
from platforms.store.keeping import Store
from platforms.store.ledger.fields import signed
from platforms.store.place import Place, ServerPlace, file_place, is_address, server_place
from platforms.store.seen import note_seen, refuse_away
from platforms.store.server import connect_server
from platforms.store.unmade import Unmade

__all__ = ["admit_workspace", "open_store", "store_path", "store_place"]

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
        When the file is no store or of a newer version, it is not the one's own and holds views
        or triggers of others, the folder cannot be written to, the disk is full, the server
        cannot be reached or does not let one in, or the store keeps another city under the
        name of this workspace.
    UnknownWorkspaceError
        When no workspace is named and there is none.
    """
    name = _name(workspace)
    place = store_place(name, path)
    _refuse_handed_over(name, place)
    store = _opened(name, place, city_of(workspace), make=make)
    store.turns.refuse_other_city()
    return store


def _refuse_handed_over(name: str, place: Place) -> None:
    """Refuse a file other than the one's own that would run what somebody put into it."""
    if isinstance(place, Path) and place.is_file() and place != store_place(name):
        refuse_other_programs(place)


def _opened(name: str, place: Place, city: City | None, *, make: bool) -> Store:
    if isinstance(place, ServerPlace):
        engine, writable = connect_server(place)
        return Store(name, place, engine, writable=writable, city=city)
    if not make:
        refuse_away(place)
    if not place.exists():
        unmade = Unmade(place)
        if not make:
            return Store(
                name, place, unmade.engine, writable=unmade.writable, unmade=unmade, city=city
            )
        make_file(place)
    engine, writable = connect_file(place)
    note_seen(place)
    return Store(name, place, engine, writable=writable, city=city)


def admit_workspace(
    workspace: Workspace, path: str | os.PathLike[str] | ServerPlace | None = None, *, by: str
) -> tuple[str, ...]:
    """Say that a workspace is the one which a store keeps under its name.

    A store tells workspaces apart by their names. Who writes first marks the name with the
    county code and the name of the plan; a workspace with others is refused until somebody
    says that it is the same all the same.

    Parameters
    ----------
    workspace
        The workspace.
    path
        As :func:`open_store` has it.
    by
        Who says so. Where the workspace has members, an approver.

    Returns
    -------
    cities
        Names and county codes under which the store knows the workspace.

    Raises
    ------
    InputError
        When nobody is named.
    StoreError
        When the store cannot be written to, or this person may not.
    """
    store = _opened(workspace.name, store_place(workspace.name, path), None, make=False)
    city = city_of(workspace)
    with store.turns.writing(signed(by), "others") as connection:
        known = [] if city is None else admit(connection, workspace.name, city)
    return tuple(f"{one.name} {one.county_code}" for one in known)


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
