"""Whether the database itself is sound: its pages, its references, its index and its guards."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from platforms.store.care.findings import Findings
from platforms.store.place import Place
from platforms.store.schema import FROZEN, TABLES, plot

__all__ = ["look_at_database", "look_beside"]

_LEFT = (".tmp-store-*", ".tmp-platforms-*")
_INDEX = "rtree_plot_shape"
# the index keeps sides as numbers of 32 bits
_ROUNDED = 1e-4
_STRAY = f"""SELECT CAST(coalesce(p.id, r.id) AS TEXT) FROM
 (SELECT id, shape FROM plot WHERE shape NOT NULL AND NOT ST_IsEmpty(shape)) AS p
 {{join}} JOIN {_INDEX} AS r ON r.id = p.id WHERE {{where}}"""  # noqa: S608 our own names
_OFF = " OR ".join(
    f"abs(r.{side.lower()} - ST_{side}(p.shape)) > {_ROUNDED}"
    for side in ("MinX", "MaxX", "MinY", "MaxY")
)


def look_at_database(connection: sa.Connection, found: Findings) -> None:
    """Look at the database.

    Parameters
    ----------
    connection
        Where to look.
    found
        Takes what is found.
    """
    for table in TABLES:
        asked = sa.select(sa.func.count()).select_from(table)
        found.count("rows", int(connection.execute(asked).scalar_one()))
    _references(connection, found)
    if connection.dialect.name == "sqlite":
        _file(connection, found)
    else:
        _server(connection, found)


def _references(connection: sa.Connection, found: Findings) -> None:
    for table in TABLES:
        for key in table.foreign_keys:
            owner = key.column.table
            there = sa.exists().where(key.column == key.parent)
            asked = sa.select(key.parent).where(key.parent.is_not(None), ~there)
            lost = connection.execute(asked).scalars()
            where = [f"{table.name} {one} → {owner.name}" for one in lost]
            found.count("references", 1)
            found.tell("reference", "reference", where)


def _file(connection: sa.Connection, found: Findings) -> None:
    run = connection.exec_driver_sql
    said = [str(row[0]) for row in run("PRAGMA integrity_check")]
    found.tell("database", "pages", [one for one in said if one != "ok"])
    guards = set(run("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
    wanted = [f"{table.name}_no_{deed}" for table in FROZEN for deed in ("update", "delete")]
    wanted += [f"{_INDEX}_{name}" for name in ("insert", "delete", "update1")]
    found.count("guards", len(wanted))
    found.tell("guard", "guard", [name for name in wanted if name not in guards])
    found.count("spatial_index", run(f"SELECT count(*) FROM {_INDEX}").scalar_one())  # noqa: S608
    lacking = run(_STRAY.format(join="LEFT", where=f"r.id IS NULL OR {_OFF}")).scalars().all()
    shapes = f"SELECT id FROM {plot.name} WHERE shape NOT NULL AND NOT ST_IsEmpty(shape)"  # noqa: S608
    stray = run(f"SELECT CAST(id AS TEXT) FROM {_INDEX} WHERE id NOT IN ({shapes})")  # noqa: S608
    found.tell("index", "index", [f"{plot.name} {one}" for one in [*lacking, *stray.scalars()]])


def _server(connection: sa.Connection, found: Findings) -> None:
    run = connection.exec_driver_sql
    failed = run(
        "SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database"
        " WHERE datname = current_database()"
    ).scalar_one()
    found.tell("database", "pages", [f"checksum_failures = {failed}"] if failed else [])
    guards = set(run("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'").scalars())
    wanted = [f"{table.name}_no_{deed}" for table in FROZEN for deed in ("change", "truncate")]
    found.count("guards", len(wanted))
    found.tell("guard", "guard", [name for name in wanted if name not in guards])
    sound = run(
        "SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
        " WHERE relname = 'plot_shape' AND indisvalid"
    ).scalar_one()
    found.count("spatial_index", int(sound))
    found.tell("index", "index", [] if sound else ["plot_shape"])


def look_beside(place: Place, found: Findings) -> None:
    """Look for what a killed program left beside a file.

    Parameters
    ----------
    place
        The store.
    found
        Takes what is found.
    """
    if not isinstance(place, Path):
        return
    left = sorted(str(one) for name in _LEFT for one in place.parent.glob(name))
    found.count("leftovers", len(left))
    found.tell("leftover", "leftover", left, wrong=False)
