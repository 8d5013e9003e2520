"""A store's file that came from elsewhere, looked into before it is opened as a store.

A view or a trigger is a program that runs in whoever reads or writes its table, so a file may
have those that this program itself makes and no others. The file is opened for reading only,
and nothing of it is run.
"""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from functools import cache
from pathlib import Path

from platforms.errors import StoreError
from platforms.store.geopackage import make_file

__all__ = ["refuse_programs"]

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
        found = _programs(path)
        strange = sorted(name for name, words in found.items() if _ours().get(name) != words)
        if strange:
            raise StoreError("care.programs", path=path.name, names=strange[:_NAMED])
        with contextlib.closing(_opened(path)) as plain:
            sound = plain.execute("PRAGMA quick_check(1)").fetchone()[0]
    except (sqlite3.Error, UnicodeDecodeError):
        raise StoreError("store.not_a_store", path=path.name) from None
    if sound != "ok":
        raise StoreError("care.unsound", path=path.name, names=[str(sound)[:80]])


def _opened(path: Path) -> sqlite3.Connection:
    plain = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    plain.execute("PRAGMA trusted_schema = OFF")
    return plain


def _programs(path: Path) -> dict[str, str]:
    """Return views, triggers and virtual tables with their words, blanks made one."""
    with contextlib.closing(_opened(path)) as plain:
        rows = plain.execute(_PROGRAMS).fetchall()
    return {str(name)[:80]: " ".join(str(sql).split()) for name, sql in rows}


@cache
def _ours() -> dict[str, str]:
    with tempfile.TemporaryDirectory(prefix="platforms-") as folder:
        made = Path(folder) / "new.gpkg"
        make_file(made)
        return _programs(made)
