"""A copy of a whole store in one file, with its checksum, and the way back from it.

The copy is a store itself: one moment of the original, made beside its place and moved there
whole. Who restores is told when the checksum or the content is another, and never passes over
what the store has.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from platforms.errors import OutputError, StoreError
from platforms.geo.hidden_folder import temporary_folder
from platforms.geo.write import atomic_path
from platforms.store.belonging import carry
from platforms.store.care.checking import looked_through
from platforms.store.care.findings import Findings
from platforms.store.care.foreign import refuse_programs
from platforms.store.copying.comparing import compared
from platforms.store.copying.copying import fill
from platforms.store.copying.scope import COPIED, workspaces
from platforms.store.copying.strands import content_hash, rows_there
from platforms.store.geopackage import connect_file, make_file
from platforms.store.keeping import Store
from platforms.store.ledger.fields import signed
from platforms.store.moments import moment
from platforms.store.schema import mark
from platforms.store.status import refuse_older

__all__ = ["StoreBackup", "StoreRestored", "backup_store", "restore_store"]

_CONTENT = "backup_content"
_ENDING = ".gpkg"
_BLOCK = 1 << 20
_NAMED = 5


@dataclass(frozen=True)
class StoreBackup:
    """A backup that was made.

    Attributes
    ----------
    path, checksum
        The file, and the file with its SHA-256.
    sha256
        Of the file, hexadecimal.
    content
        The hash of all that it keeps.
    workspaces
        Names of the workspaces in it.
    rows
        How many rows it keeps.
    """

    path: Path
    checksum: Path
    sha256: str
    content: str
    workspaces: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class StoreRestored:
    """What was restored.

    Attributes
    ----------
    store, path
        Name of the store, and the backup.
    by, at, source
        Who made the backup, when (UTC), and from which store.
    rows
        How many rows came back; 0 where the store had them all.
    content
        The hash of all that the store keeps now.
    checked
        Whether there was a checksum beside the file.
    """

    store: str
    path: Path
    by: str
    at: str
    source: str
    rows: int
    content: str
    checked: bool


def backup_store(
    store: Store, path: str | os.PathLike[str], *, by: str, overwrite: bool = False
) -> StoreBackup:  # fmt: skip
    """Copy all that a store keeps, of every workspace, into one file.

    Parameters
    ----------
    store
        A file or a server.
    path
        The GeoPackage to make; its SHA-256 is written beside it as ``PATH.sha256``, which
        ``sha256sum -c`` reads.
    by
        Who makes it.
    overwrite
        Replace a file that is there.

    Raises
    ------
    OutputError
        When the file is there or is no ``.gpkg``, the folder is read-only or the disk is full.
    StoreError
        When the store cannot be read, or the path is the store itself.
    """
    target, who = Path(path), signed(by)
    if target.suffix.lower() != _ENDING:
        raise OutputError("sheet.ending_unknown", path=target.name, allowed=[_ENDING])
    there = isinstance(store.path, Path) and target.exists() and store.path.exists()
    if there and target.samefile(str(store.path)):
        raise StoreError("care.own_file", path=target.name)
    refuse_older(store)
    checksum = target.with_name(f"{target.name}.sha256")
    with atomic_path(target, overwrite=overwrite) as made:
        with store.turns.reading() as reading:
            told = _filled(reading, made, {"by": who, "from": store.path.name})
            names = tuple(workspaces(reading))
            rows = sum(rows_there(reading).values())
        _close(made)
        sha256 = _sha256(made)
        # never an old checksum beside a new file
        checksum.unlink(missing_ok=True)
    with atomic_path(checksum) as beside:
        beside.write_text(f"{sha256}  {target.name}\n", encoding="utf-8")
    return StoreBackup(target, checksum, sha256, told, names, rows)


def _filled(reading: sa.Connection, path: Path, told: dict[str, str]) -> str:
    """Fill a new store with all of another; return the hash of what it keeps."""
    make_file(path)
    with _opened(path) as copy, copy.turns.writing() as connection:
        carry(reading, connection, None, path.name)
        fill(reading, connection, compared(reading, connection, None))
        content = content_hash(connection)
        if content != content_hash(reading):
            raise StoreError("care.unlike", path=path.name)
        marks = {**told, "at": moment(connection), "content": content}
        rows = [{"name": f"backup_{name}", "value": value} for name, value in marks.items()]
        connection.execute(sa.insert(mark), rows)
    return content


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Store]:
    """Open a file as the store of no workspace."""
    engine, writable = connect_file(path)
    try:
        yield Store("", path, engine, writable=writable)
    finally:
        engine.dispose()


def _close(path: Path) -> None:
    """Make one file of a database that is written ahead."""
    with contextlib.closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        plain.execute("PRAGMA journal_mode=DELETE")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def restore_store(store: Store, path: str | os.PathLike[str], *, by: str) -> StoreRestored:
    """Bring back into a store what a backup keeps.

    The store is empty, or keeps the beginning of what the backup keeps. All comes back in one
    transaction.

    Parameters
    ----------
    store
        A file or a server.
    path
        What :func:`backup_store` made.
    by
        Who does it. Where the store has members, an approver.

    Raises
    ------
    StoreError
        When the checksum or the content is another, the file is no backup, or the store keeps
        something that the backup does not. Nothing is written then.
    """
    source, who = Path(path), signed(by)
    checked = _refuse_changed(source)
    with temporary_folder() as folder:
        # a backup is only looked at: what an open store writes beside itself is not its own
        # it bears its own name, which a refusal tells
        held = folder / source.name
        shutil.copyfile(source, held)
        refuse_programs(held)
        with _opened(held) as copy, copy.turns.reading() as reading:
            told = _marks(reading, source)
            _refuse_unsound(reading, told[_CONTENT], source)
            with store.turns.writing(who, "others") as connection:
                _hold_all(connection)
                found = compared(reading, connection, None)
                if found.apart or found.ahead:
                    keys = [str(one["key"]) for one in found.apart][:_NAMED] or list(found.ahead)
                    raise StoreError("care.not_empty", store=store.path.name, names=keys,
                                     path=source.name)  # fmt: skip
                carry(reading, connection, None, store.path.name)
                fill(reading, connection, found)
                content = content_hash(connection)
                if content != told[_CONTENT]:
                    raise StoreError("care.unlike", path=store.path.name)
    rows = sum(len(ids) for ids in found.lacking.values())
    return StoreRestored(
        store.path.name, source, told["backup_by"], told["backup_at"], told["backup_from"], rows,
        content, checked,
    )  # fmt: skip


def _refuse_changed(path: Path) -> bool:
    """Compare a file with its checksum; say whether there is one."""
    if not path.is_file():
        raise StoreError("store.no_file", path=path.name)
    beside = path.with_name(f"{path.name}.sha256")
    if not beside.is_file():
        return False
    said = beside.read_text(encoding="utf-8", errors="replace").split()
    if not said or said[0].lower() != _sha256(path):
        raise StoreError("care.changed", path=path.name, checksum=beside.name)
    return True


def _marks(reading: sa.Connection, path: Path) -> dict[str, str]:
    found = {row.name: row.value for row in reading.execute(sa.select(mark))}
    if not {_CONTENT, "backup_by", "backup_at", "backup_from"} <= set(found):
        raise StoreError("care.no_backup", path=path.name)
    return found


def _refuse_unsound(reading: sa.Connection, content: str, path: Path) -> None:
    looked = Findings()
    if looked_through(reading, looked) != content or looked.faults:
        where = [one.where for one in looked.faults[:_NAMED]]
        raise StoreError("care.unsound", path=path.name, names=where or [_CONTENT])


def _hold_all(connection: sa.Connection) -> None:
    """Keep others from writing into any workspace; a file is held as a whole already."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in COPIED)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
