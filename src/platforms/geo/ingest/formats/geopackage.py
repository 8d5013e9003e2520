"""GeoPackage: looked at as a database first, then read through GDAL.

A view is a program that runs when it is read, so a file that registers one is refused, as is
a virtual table. The count of rows that GDAL keeps beside a layer can be stale; a constant
filter makes it count, and SQLite counts once more. The file is ours (a copy) and is never
written to, so its triggers never run.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from typing import TYPE_CHECKING

from platforms.errors import FormatError
from platforms.geo.ingest.formats.domains import code_key, words_for_codes
from platforms.geo.ingest.formats.features import choose_layer, layers_of, read_layer
from platforms.geo.ingest.formats.shape_systems import other_systems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from platforms.geo.ingest.raw import RawTable
    from platforms.geo.ingest.worker import Job

__all__ = ["read", "refuse_programs"]

_SQL_SECONDS = 15.0
_STEPS = 10_000
# where a SQLite header says how the file is journalled: 2 is WAL, 1 is not
_JOURNAL_AT = 18
_WAL = b"\x02\x02"


def read(job: Job) -> RawTable:
    """Read a GeoPackage.

    Raises
    ------
    FormatError, InputError, LimitError
        When it is broken, runs programs, or a layer must be chosen.
    """
    left_open = _settle_journal(job.path)
    refuse_programs(job.path, job.name)
    layer, others = choose_layer(job, layers_of(job.path, job.name))
    with _opened(job.path, job.name) as database:
        quoted = layer.replace('"', '""')
        count = database.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]  # noqa: S608
        words = _enumerations(database, layer)
        stated, differ, shapes = other_systems(database, layer)
    # without a filter GDAL believes the count that was stored
    raw = read_layer(job, job.path, layer, where="1 = 1")
    if raw.table.num_rows != count:
        told = {"read": raw.table.num_rows, "stated": count}
        raise FormatError("read.rows_lost", file=job.name, layer=layer, **told)
    # whole numbers came with their words already
    words = {n: w for n, w in words.items() if f"{n}_code" not in raw.table.column_names}
    words_for_codes(raw, job, words)
    if differ:
        raw.fault("gpkg_systems", "warning", stated=stated, others=differ, count=shapes)
    if others:
        raw.fault("layers_passed_over", "info", layer=layer, others=others)
    if left_open:
        raw.fault("gpkg_left_open", "warning")
    return raw


def _enumerations(database: sqlite3.Connection, layer: str) -> dict[str, dict[str, str]]:
    """Return the words of each field whose codes the database explains, by code."""
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    if not {"gpkg_data_columns", "gpkg_data_column_constraints"} <= tables:
        return {}
    rows = database.execute(
        "SELECT c.column_name, e.value, e.description FROM gpkg_data_columns c"
        " JOIN gpkg_data_column_constraints e ON e.constraint_name = c.constraint_name"
        " WHERE lower(c.table_name) = lower(?) AND e.constraint_type = 'enum'"
        " AND e.description <> ''",
        (layer,),
    )
    words: dict[str, dict[str, str]] = {}
    for column, value, description in rows:
        words.setdefault(str(column), {})[code_key(str(value))] = str(description)
    return words


def _settle_journal(path: Path) -> bool:
    """Let a file that was copied without its write-ahead log be read; say whether it was."""
    with path.open("r+b") as file:
        file.seek(_JOURNAL_AT)
        if file.read(2) != _WAL:
            return False
        file.seek(_JOURNAL_AT)
        file.write(b"\x01\x01")
    return True


@contextlib.contextmanager
def _opened(path: Path, name: str) -> Iterator[sqlite3.Connection]:
    until = time.monotonic() + _SQL_SECONDS
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        database.execute("PRAGMA trusted_schema = OFF")
        database.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        yield database
    except sqlite3.Error as error:
        raise FormatError("read.gpkg_broken", file=name) from error
    finally:
        database.close()


def refuse_programs(path: Path, name: str) -> None:
    """Refuse a GeoPackage that is damaged, or whose layers would run something when read.

    Parameters
    ----------
    path
        The file, a copy of ours.
    name
        What its sender called it.

    Raises
    ------
    FormatError
        Names the layer.
    """
    with _opened(path, name) as database:
        if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise FormatError("read.gpkg_broken", file=name)
        rows = database.execute(
            "SELECT c.table_name, m.type, m.sql FROM gpkg_contents c"
            " LEFT JOIN sqlite_master m ON lower(m.name) = lower(c.table_name)"
        ).fetchall()
    for table, kind, sql in rows:
        virtual = " ".join(str(sql).split()).upper().startswith("CREATE VIRTUAL")
        if kind != "table" or virtual:
            raise FormatError("read.gpkg_view", file=name, table=str(table)[:80])
