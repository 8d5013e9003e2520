"""What a store keeps, as digests: each row's, the strands of entries, and one of all.

A row's digest is over all that it says. Of bytes the hash beside them counts, which
:mod:`platforms.store.care` compares with the bytes: another version of a library may write the
same table in other bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from platforms.store.copying.scope import COPIED, counter_of, key_of, rows_of
from platforms.store.schema import FROZEN

__all__ = ["SETTLED", "Entry", "Key", "Strands", "content_hash", "look", "rows_there"]
__all__ += ["said_digest"]

Key = tuple[str, ...]
# what an entry does that says which of two sides holds
SETTLED = "settle"
_MANY = 5_000


@dataclass
class Entry:
    """What was written together in a strand: its digest, and its rows."""

    digest: str
    ids: list[int]
    # says what holds of entries that were written on two sides
    settles: bool = False


@dataclass
class Strands:
    """The entries of a table by strand, each in its order."""

    table: sa.Table
    by_key: dict[Key, list[Entry]] = field(default_factory=dict)

    def count(self, key: Key) -> int:
        """Return how many entries a strand has."""
        return len(self.by_key.get(key, ()))


def _told(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns that say something, in the order of their names."""
    hashed = "sha256" in table.c
    bare = [one for one in table.columns if one.name != "id" and not (hashed and _bytes(one))]
    return sorted(bare, key=lambda column: str(column.name))


def _bytes(column: sa.Column[Any]) -> bool:
    impl = getattr(column.type, "impl", column.type)
    return isinstance(impl, sa.LargeBinary)


def _hashed(value: object) -> str:
    if isinstance(value, (bytes, memoryview)):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(type(value).__name__)


# made once: a store has millions of rows
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_hashed).encode


def _digest(values: Sequence[object]) -> str:
    return hashlib.sha256(_JSON(values).encode("utf-8", "surrogatepass")).hexdigest()


def _rows(
    connection: sa.Connection, table: sa.Table, workspace: str | None
) -> Iterator[tuple[Sequence[Any], str]]:
    """Yield the number and what :func:`_told` names, in the order they came, with the digest."""
    asked = sa.select(table.c.id, *_told(table)).where(rows_of(table, workspace))
    result = connection.execute(asked.order_by(table.c.id).execution_options(yield_per=_MANY))
    for row in result:
        yield row, _digest(row[1:])


def said_digest(table: sa.Table, row: Mapping[str, Any]) -> str:
    """Return the digest of what a row says, whichever number it has in its strand."""
    counter = counter_of(table)
    return _digest([row[one.name] for one in _told(table) if one.name != counter])


def look(connection: sa.Connection, table: sa.Table, workspace: str | None) -> Strands:
    """Return the strands of a table of a workspace.

    Parameters
    ----------
    connection
        Where to look.
    table
        A table of `COPIED`.
    workspace
        Name of the workspace; None for all.
    """
    names = ["id", *(one.name for one in _told(table))]
    named = [names.index(name) for name in key_of(table)]
    counter = names.index(counter_of(table) or "id")
    does = names.index("what") if "what" in names else 0
    found: dict[Key, dict[object, list[tuple[str, int, bool]]]] = {}
    for row, digest in _rows(connection, table, workspace):
        key = tuple(str(row[at]) for at in named) or (digest,)
        found.setdefault(key, {}).setdefault(row[counter], []).append(
            (digest, row[0], row[does] == SETTLED)
        )
    strands = Strands(table)
    for key, places in found.items():
        strands.by_key[key] = [_entry(places[at]) for at in sorted(places, key=_as_number)]
    return strands


def _as_number(place: object) -> int:
    return int(str(place))


def _entry(rows: list[tuple[str, int, bool]]) -> Entry:
    digests = sorted(digest for digest, _, _ in rows)
    together = digests[0] if len(digests) == 1 else _digest(list(digests))
    return Entry(together, [number for _, number, _ in rows], rows[0][2])


def _settled(connection: sa.Connection, table: sa.Table, workspace: str | None) -> dict[Key, int]:
    """Return the number of the newest entry that settles, of strands that have one."""
    counter = counter_of(table)
    if counter is None or "what" not in table.c:
        return {}
    by = [table.c[name] for name in key_of(table)]
    asked = sa.select(*by, sa.func.max(table.c[counter])).where(
        rows_of(table, workspace), table.c.what == SETTLED
    )
    return {tuple(row[:-1]): row[-1] for row in connection.execute(asked.group_by(*by))}


def _unnumbered(connection: sa.Connection, table: sa.Table, workspace: str | None) -> Iterator[str]:
    """Yield digests of rows; where two sides were settled, either may have been numbered first."""
    settled = _settled(connection, table, workspace)
    names = [one.name for one in _told(table)]
    for row, digest in _rows(connection, table, workspace):
        if settled:
            said = dict(zip(names, row[1:], strict=True))
            key = tuple(said[name] for name in key_of(table))
            if said[str(counter_of(table))] <= settled.get(key, 0):
                yield said_digest(table, said)
                continue
        yield digest


def content_hash(connection: sa.Connection, workspace: str | None = None) -> str:
    """Return one SHA-256 over all that is kept; two stores that say the same have the same.

    Parameters
    ----------
    connection
        Where to look.
    workspace
        Of this workspace only.
    """
    whole = hashlib.sha256()
    for table in sorted(COPIED, key=lambda one: one.name):
        digests = sorted(_unnumbered(connection, table, workspace))
        if digests:
            whole.update(f"{table.name}\n{len(digests)}\n".encode())
            whole.update("\n".join(digests).encode())
    return whole.hexdigest()


def rows_there(connection: sa.Connection, workspace: str | None = None) -> dict[str, int]:
    """Return how many rows each table has, of a workspace or of all."""
    counted = {}
    for table in COPIED:
        asked = sa.select(sa.func.count()).select_from(table).where(rows_of(table, workspace))
        counted[table.name] = int(connection.execute(asked).scalar_one())
    return counted


def frozen_tables() -> list[sa.Table]:
    """Return the tables that only grow, those first that others hang on."""
    return [table for table in COPIED if table in FROZEN]
