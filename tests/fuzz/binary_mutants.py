"""Binary formats made wrong: headers of tables and shapes, pages and cells of a database."""

from __future__ import annotations

import random
import sqlite3
import struct
import tempfile
from contextlib import suppress
from pathlib import Path

from byte_mutants import flip

# what may stand in one of a database's cells
_CELLS = (None, -1, 2**62, 1e308, "", "x" * 300, "POLYGON", b"", b"GP\x00\x01", b"\xff" * 40)


def of_dbf(data: bytes, rng: random.Random) -> bytes:
    """Change a count or a field of the header of a table."""
    out = bytearray(data)
    if len(out) < 64:
        return flip(data, rng)
    match rng.randrange(4):
        case 0:
            struct.pack_into("<I", out, 4, rng.choice((0, 1, 3, 5, 10**6, 2**32 - 1)))
        case 1:
            struct.pack_into("<H", out, rng.choice((8, 10)), rng.choice((0, 1, 33, 65535)))
        case 2:
            out[32 + rng.randrange(32)] = rng.randrange(256)
        case _:
            out[rng.choice((0, 29))] = rng.randrange(256)
    return bytes(out)


def of_shp(data: bytes, rng: random.Random) -> bytes:
    """Change a number of the header or of a record of shapes, or of their index."""
    out = bytearray(data)
    if len(out) < 108:
        return flip(data, rng)
    record = rng.choice([at for at in (100, 108, 112, 144, 148, 152, 156) if at + 4 <= len(out)])
    value = rng.choice((0, 1, -1, 4, 2**31 - 1, 10**8, rng.randrange(1 << 16)))
    match rng.randrange(3):
        case 0:
            struct.pack_into(">i", out, rng.choice((0, 24, 100, 104)), value)
        case 1:
            struct.pack_into("<i", out, rng.choice((28, 32, record)), value)
        case _:
            struct.pack_into("<d", out, rng.randrange(36, len(out) - 8, 4),
                             rng.choice((0.0, -1e300, float("nan"), float("inf"), 4.06e7)))  # fmt: skip
    return bytes(out)


def of_sqlite(data: bytes, rng: random.Random) -> bytes:
    """Change a page, or a table through the library itself."""
    if rng.random() < 0.4 or not data.startswith(b"SQLite format 3"):
        out = bytearray(data)
        page = 4096 * rng.randrange(max(1, len(out) // 4096))
        at = page + rng.choice((0, 1, 3, 5, 8, 100, rng.randrange(4096)))
        if at < len(out):
            out[at] = rng.randrange(256)
        return bytes(out)
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        path = Path(folder, "a.db")
        path.write_bytes(data)
        with suppress(sqlite3.Error):
            base = sqlite3.connect(path, isolation_level=None)
            try:
                _statement(base, rng)
            finally:
                base.close()
        return path.read_bytes()


def _statement(base: sqlite3.Connection, rng: random.Random) -> None:
    def q(word: str) -> str:
        return '"' + word.replace('"', '""') + '"'

    names = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    triggers = base.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall()
    # some of them call functions that only GDAL has
    for (name,) in triggers:
        base.execute(f"DROP TRIGGER {q(name)}")
    table = rng.choice(names)
    columns = [row[1] for row in base.execute(f"PRAGMA table_info({q(table)})")]
    column = rng.choice(columns)
    one = "rowid IN (SELECT rowid FROM {0} ORDER BY rowid LIMIT 1 OFFSET {1})"
    where = one.format(q(table), rng.randrange(4))
    match rng.randrange(7):
        case 0:
            base.execute(f"DROP TABLE {q(table)}")
        case 1:
            base.execute(f"DELETE FROM {q(table)} WHERE {where}")
        case 2:
            base.execute(f"ALTER TABLE {q(table)} RENAME COLUMN {q(column)} TO {q(column + '_')}")
        case 3:
            base.execute(f"CREATE VIEW v{rng.randrange(9)} AS SELECT * FROM {q(table)}")
        case 4:
            base.execute(f"PRAGMA user_version={rng.randrange(1 << 31)}")
        case _:
            cell = rng.choice(_CELLS)
            base.execute(f"UPDATE {q(table)} SET {q(column)}=? WHERE {where}", (cell,))
