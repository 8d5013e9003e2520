"""A store's file that came from elsewhere, looked into before it is opened as a store.

A view or a trigger is a program that runs in whoever reads or writes its table, so a file may
have those that this program itself makes and no others. The file is opened for reading only,
and nothing of it is run.
"""

from __future__ import annotations

import contextlib
import sqlite3
from functools import cache
from pathlib import Path

from platforms.errors import StoreError
from platforms.geo.hidden_folder import temporary_folder
from platforms.store.geopackage import make_file

__all__ = ["refuse_other_programs", "refuse_programs"]

_NAMED = 5
_PROGRAMS = (
    "SELECT name, sql FROM sqlite_master"
    " WHERE type IN ('view', 'trigger') OR upper(ltrim(sql)) LIKE 'CREATE VIRTUAL%'"
)


def refuse_programs(path: Path) -> None:
    """Refuse a file that is damaged, or runs anything that is not ours.

    Parameters
    ----------
    path
        A copy of the file, which nobody else has open.

    Raises
    ------
    StoreError
        Names the file, and what would run.
    """
    try:
        with contextlib.closing(_opened(path, "ro&immutable=1")) as plain:
            _refuse_strange(plain, path)
            sound = plain.execute("PRAGMA quick_check(1)").fetchone()[0]
    except (sqlite3.Error, UnicodeDecodeError):
        raise StoreError("store.not_a_store", path=path.name) from None
    if sound != "ok":
        raise StoreError("care.unsound", path=path.name, names=[str(sound)[:80]])


def refuse_other_programs(path: Path) -> None:
    """Refuse a store that is in use elsewhere and runs anything that is not ours.

    What others wrote and did not move into the file yet is looked at with it. A file that is
    no database is left to what opens it next, which says what it is.

    Parameters
    ----------
    path
        The store's own file, or a place where nothing is.

    Raises
    ------
    StoreError
        Names the file, and what would run.
    """
    with contextlib.suppress(sqlite3.Error), contextlib.closing(_opened(path, "ro")) as plain:
        _refuse_strange(plain, path)


def _refuse_strange(plain: sqlite3.Connection, path: Path) -> None:
    strange = sorted(name for name, words in _programs(plain).items() if _ours().get(name) != words)
    if strange:
        raise StoreError("care.programs", path=path.name, names=strange[:_NAMED])


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    plain = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True)
    plain.execute("PRAGMA trusted_schema = OFF")
    return plain


def _programs(plain: sqlite3.Connection) -> dict[str, str]:
    """Return views, triggers and virtual tables with their words, blanks made one."""
    rows = plain.execute(_PROGRAMS).fetchall()
    return {str(name)[:80]: " ".join(str(sql).split()) for name, sql in rows}


@cache
def _ours() -> dict[str, str]:
    with temporary_folder() as folder:
        made = folder / "new.gpkg"
        make_file(made)
        with contextlib.closing(_opened(made, "ro")) as plain:
            return _programs(plain)
