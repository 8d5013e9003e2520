"""Where a store is: a file, or a database on a server.

An address of a server may hold a password. It is kept for connecting and is never shown: what
a person reads is the name, who signs in, and the machine.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import sqlalchemy as sa

from platforms.errors import StoreError

__all__ = ["Place", "ServerPlace", "file_place", "folder_of", "is_address", "server_place"]

_ADDRESS = re.compile(r"\s*([a-z][a-z0-9+.\-]*)://", re.IGNORECASE)
_KINDS = {"postgresql", "postgres", "postgresql+psycopg"}
_DRIVER = "postgresql+psycopg"
_PORT = 5432
# what somebody meant for an address, and what would make a folder with a password as its name
_MEANT = re.compile(
    r"://|\b(host|hostaddr|port|dbname|user|password)\s*=|^\W*(PG|postgres(ql)?)\s*(:|//)",
    re.IGNORECASE,
)
_OTHER_FILES = {
    ".accdb", ".csv", ".db", ".doc", ".docx", ".gdb", ".geojson", ".htm", ".html", ".json", ".kml",
    ".log", ".mdb", ".parquet", ".pdf", ".pptx", ".shp", ".sqlite", ".sqlite3", ".txt", ".xls",
    ".xlsx", ".xml", ".yaml", ".yml", ".zip",
}  # fmt: skip


class ServerPlace:
    """A database on a PostgreSQL server.

    Parameters
    ----------
    url
        Its address, with all that signing in needs.
    """

    def __init__(self, url: sa.URL) -> None:
        self.url = url

    @property
    def name(self) -> str:
        """Who signs in, the machine and the database; no password."""
        user = f"{self.url.username}@" if self.url.username else ""
        return f"{user}{self.host}/{self.url.database or ''}"

    @property
    def host(self) -> str:
        """The machine and its port."""
        host = self.url.host or "localhost"
        shown = f"[{host}]" if ":" in host else host
        return f"{shown}:{self.url.port or _PORT}"

    def __repr__(self) -> str:
        return f"ServerPlace({self.name!r})"

    def __str__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ServerPlace) and self.url == other.url

    def __hash__(self) -> int:
        return hash(self.url)


Place = Path | ServerPlace


def is_address(given: str | os.PathLike[str] | ServerPlace) -> bool:
    """Say whether a place is named as a server is: ``kind://…``."""
    if isinstance(given, ServerPlace):
        return True
    return _ADDRESS.match(os.fspath(given)) is not None


def server_place(given: str | ServerPlace) -> ServerPlace:
    """Return the server that an address names.

    Parameters
    ----------
    given
        ``postgresql://user:password@host:port/database``, also ``postgresql+psycopg://``.

    Raises
    ------
    StoreError
        For a server of another kind, or an address that cannot be read; it is not repeated,
        since it may hold a password.
    """
    if isinstance(given, ServerPlace):
        return given
    found = _ADDRESS.match(given)
    kind = found[1].lower() if found else ""
    if kind not in _KINDS:
        raise StoreError("store.no_server", kind=kind)
    try:
        url = sa.make_url(given.strip())
    # a port that is no number
    except (sa.exc.ArgumentError, ValueError):
        raise StoreError("store.server.address") from None
    # where the password was written as it is, its rest was taken for a part that is shown
    if given.count("@") > 1 or "@" in f"{url.host}{url.database}{dict(url.query)}":
        raise StoreError("store.server.address")
    if not url.database:
        raise StoreError("store.server.no_name")
    if "/" in url.database or (url.port is not None and not 0 < url.port < 65536):  # noqa: PLR2004 ports
        raise StoreError("store.server.address")
    return ServerPlace(url.set(drivername=_DRIVER))


def file_place(given: str | os.PathLike[str]) -> Path:
    """Return the folder or file that a place names.

    Raises
    ------
    StoreError
        For what was meant for an address of a server, a name that is empty or holds signs that
        nobody sees, or another sort of file. An address is not repeated: it may hold a password.
    """
    text = os.fspath(given)
    if not text.strip() or any(not sign.isprintable() for sign in text):
        raise StoreError("store.place_unfit")
    path = Path(text).expanduser()
    if _MEANT.search(text) or ("@" in text and not path.exists()):
        raise StoreError("store.place_meant")
    if path.suffix.lower() in _OTHER_FILES and not path.is_dir():
        raise StoreError("store.place_other_file", path=path.name)
    return path


def folder_of(place: Place) -> str:
    """Return the folder of a file, or the machine of a server."""
    return place.host if isinstance(place, ServerPlace) else str(place.parent)
