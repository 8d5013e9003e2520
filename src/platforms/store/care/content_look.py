"""Whether what was written once is as it was: every hash, every number in its row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import shapely
import sqlalchemy as sa

from platforms.errors import StoreError
from platforms.layers.positions import Position
from platforms.store.care.findings import Findings
from platforms.store.copying.scope import counter_of, key_of
from platforms.store.frames import scenario_from
from platforms.store.plots.records import record_hash
from platforms.store.schema import (
    FROZEN,
    attachment,
    content,
    content_table,
    ledger_attachment,
    plot,
    plot_version,
    position_entry,
)

__all__ = ["look_at_content"]

_MANY = 1_000
_DIGEST_LETTERS = 64


def look_at_content(connection: sa.Connection, found: Findings) -> None:
    """Look at hashes and numbers of all that was written once, and at the newest plots.

    Parameters
    ----------
    connection
        Where to look.
    found
        Takes what is found.
    """
    for table in FROZEN:
        if counter_of(table) is not None:
            found.tell("number", "gap", _gaps(connection, table))
    _scenarios(connection, found)
    _positions(connection, found)
    _files(connection, found)
    _plots(connection, found)


def _rows(connection: sa.Connection, asked: sa.Select[Any]) -> Iterator[Mapping[str, Any]]:
    result = connection.execute(asked.execution_options(yield_per=_MANY))
    for row in result.mappings():
        yield dict(row)


def _gaps(connection: sa.Connection, table: sa.Table) -> Iterable[str]:
    """Yield strands whose entries are not numbered 1, 2, 3 and so on."""
    number = table.c[str(counter_of(table))]
    by = [table.c[name] for name in key_of(table)]
    counted = sa.func.count(sa.distinct(number))
    asked = sa.select(*by).group_by(*by)
    broken = sa.or_(sa.func.min(number) != 1, sa.func.max(number) != counted)
    for row in connection.execute(asked.having(broken)):
        yield f"{table.name} {' '.join(map(str, row))}"


def _scenarios(connection: sa.Connection, found: Findings) -> None:
    for row in _rows(connection, sa.select(content).order_by(content.c.id)):
        mine = content_table.c.scenario_id == row["scenario_id"]
        asked = sa.select(content_table.c.name, content_table.c.parquet).where(mine)
        tables = {one[0]: one[1] for one in connection.execute(asked)}
        found.count("scenarios", 1)
        found.count("scenario_tables", len(tables))
        try:
            scenario_from(row["record"], tables, path=row["scenario_id"])
        except StoreError as error:
            names: Any = error.fields.get("names", [""])
            found.tell("hash", "scenario", [f"{row['scenario_id']} {name}" for name in names])


def _positions(connection: sa.Connection, found: Findings) -> None:
    for row in _rows(connection, sa.select(position_entry).order_by(position_entry.c.id)):
        found.count("positions", 1)
        if row["wkb"] is None and row["sha256"] is None:
            continue
        where = f"{row['layer']} {row['feature_id']} {row['number']}"
        try:
            made = Position(
                layer=row["layer"], feature_id=row["feature_id"],
                shape=shapely.from_wkb(row["wkb"]), basis=row["basis"],
                accuracy_m=row["accuracy_m"], author=row["author"], source=row["source"],
                stated=row["stated"],
            )  # fmt: skip
            same = made.sha256 == row["sha256"]
        except (shapely.errors.ShapelyError, TypeError, ValueError):
            same = False
        if not same:
            found.tell("hash", "position", [where])


def _files(connection: sa.Connection, found: Findings) -> None:
    known = set()
    for row in _rows(connection, sa.select(attachment).order_by(attachment.c.id)):
        found.count("attachments", 1)
        known.add(row["sha256"])
        good = hashlib.sha256(row["content"]).hexdigest() == row["sha256"]
        if not good or len(row["content"]) != row["size"]:
            found.tell("hash", "attachment", [row["sha256"]])
    for key in connection.execute(sa.select(ledger_attachment.c.key)).scalars():
        if key[:_DIGEST_LETTERS] not in known:
            found.tell("reference", "attachment_lost", [key])


def _plots(connection: sa.Connection, found: Findings) -> None:
    """Compare each version with its hash, and the newest plots with the newest versions."""
    stands = {
        (row["workspace"], row["plot_id"]): (row["version"], _hash_of(row, row["shape"]))
        for row in _rows(connection, sa.select(plot))
    }
    found.count("plots", len(stands))
    last: dict[tuple[str, str], tuple[int, str] | None] = {}
    asked = sa.select(plot_version).order_by(plot_version.c.workspace, plot_version.c.number)
    for row in _rows(connection, asked):
        key = row["workspace"], row["plot_id"]
        found.count("plot_versions", 1)
        gone = row["sha256"] is None
        if not gone and _hash_of(row, row["wkb"]) != row["sha256"]:
            found.tell("hash", "plot_version", [f"{key[0]} {key[1]} {row['number']}"])
        last[key] = None if gone else (row["number"], row["sha256"])
    wrong = [key for key, held in last.items() if stands.get(key) != held]
    wrong += [key for key in stands if key not in last]
    found.tell("replay", "plot", [" ".join(key) for key in wrong])


def _hash_of(row: Mapping[str, Any], wkb: bytes | None) -> str:
    return record_hash(wkb, row["attributes"] or "")
