"""Files made wrong: of bytes, and of what a format is made of, by a random source that is given.

Each mutator takes bytes and gives bytes back, whatever they are: one that finds nothing to
hold on to falls back on bytes. What is structured stays readable around the fault, so that
the fault is met behind the first door: members of a zip are packed again with checksums that
fit, trees of JSON, YAML and XML are written again as trees, pages and tables of a database
are changed through its own library.
"""

from __future__ import annotations

import copy
import io
import json
import random
import re
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import yaml

Mutator = Callable[[bytes, random.Random], bytes]

# what a reader may stumble over wherever it stands, and words of the formats themselves
NUMBERS = [
    b"0", b"-1", b"1", b"255", b"65536", b"2147483647", b"-2147483648", b"4294967295",
    b"9223372036854775807", b"1e308", b"-1e308", b"1e999", b"1e-320", b"NaN", b"Infinity", b"-Inf",
    "１２３．４".encode(), b"1_000", b"0x10", b"1,234.5", b"113.5", b"", b"1" * 400,
]  # fmt: skip
WORDS = [
    b"\x00", b"\n", b"\r\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1a", b"\t", b",", b'"', b"'", b";", b"@",
    "，".encode(), "地块".encode("gbk"), "亩".encode(), b"=1+1", b"../../etc/passwd", b"CSV:/etc/passwd",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"<OGRVRTDataSource>", b'"gdal_streamed_alg"', b"null",
    b"[]", b"{}", b"true", b'"type":"Point"', b"POLYGON EMPTY", b"EPSG:4326", b"EPSG:0", b"EPSG:4610",
    b"GCS_WGS_1984", b"AUTHORITY", b"SECTION", b"ENDSEC", b"LWPOLYLINE", b"INSERT", b"HATCH", b"SPLINE",
    b"\x84", b"<Placemark>", b"</coordinates>", b"J1,1,", "带号=39".encode("gbk"), b"[", b"]", b"[" * 200,
    b"PK\x01\x02", b"PK\x05\x06", b"SQLite format 3\x00", b"ncols", b"nodata_value", b"*x", b"&x a",
    b"- ", b": ", b"!!python/object:os.system", b"${x}", b"{0}", b"%s", b"<b>", "\u202e".encode(),
]  # fmt: skip
_TREE = [
    None, True, False, 0, -1, 2**63, 1e308, -1e-320, float("nan"), float("inf"), "", " ", "x" * 5000,
    "NaN", "１２", "{0} {name}", "\x00", "\ud800", [], {}, [[]], [None], {"": None}, "2020-13-01", "<b>",
]  # fmt: skip
_DIGITS = re.compile(rb"-?\d+(?:\.\d+)?")
_MOST = 1 << 21
# all that the library says of a zip that it cannot read
UNREADABLE_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    struct.error,
    IndexError,
)
# what may stand in one of a database's cells
_CELLS = (None, -1, 2**62, 1e308, "", "x" * 300, "POLYGON", b"", b"GP\x00\x01", b"\xff" * 40)


# ---- bytes


def _flip(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 8))):
        if out:
            out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _set(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    if out:
        at, size = rng.randrange(len(out)), rng.choice((1, 2, 4, 8))
        out[at : at + size] = rng.choice((b"\x00", b"\xff", b"\x7f", b"\x80")) * size
    return bytes(out)


def _span(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice((1, 4, 16, 64, 256, 1024)))


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _delete(data: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng)
    return data[:start] + data[end:]


def _copy(data: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng)
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[start:end] * rng.choice((1, 1, 3)) + data[at:]


def _over(data: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng)
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[start:end] + data[at + end - start :]


def _token(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    word = rng.choice(WORDS if rng.random() < 0.7 else NUMBERS)
    return data[:at] + word + data[at + rng.choice((0, len(word))) :]


def _number(data: bytes, rng: random.Random) -> bytes:
    found = list(_DIGITS.finditer(data[:_MOST]))
    if not found:
        return _set(data, rng)
    one = rng.choice(found)
    return data[: one.start()] + rng.choice(NUMBERS) + data[one.end() :]


def _lines(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if len(lines) < 2:
        return _copy(data, rng)
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            parts = re.split(rb"([,;\t])", lines[at])
            rng.shuffle(parts)
            lines[at] = b"".join(parts)
    return b"".join(lines)


BYTES: tuple[Mutator, ...] = (_flip, _flip, _set, _cut, _delete, _copy, _over, _token, _number)
TEXT: tuple[Mutator, ...] = (_flip, _cut, _delete, _copy, _token, _token, _number, _number, _lines, _lines)  # fmt: skip


# ---- trees


def _nodes(tree: object) -> list[tuple[object, object]]:
    """Return each container with each of its keys."""
    found: list[tuple[object, object]] = []
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        entries = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()  # fmt: skip
        for key, value in entries:
            found.append((one, key))
            waiting.append(value)
    return found


def _tree(tree: object, rng: random.Random) -> object:
    found = _nodes(tree)
    if not found:
        return rng.choice(_TREE)
    holder, key = rng.choice(found)
    other, there = rng.choice(found)
    match rng.randrange(6):
        case 0:
            del holder[key]  # type: ignore[attr-defined]
        case 1 if isinstance(holder, list):
            holder.insert(rng.randrange(len(holder) + 1), copy.deepcopy(holder[key]))  # type: ignore[call-overload]
        case 2:
            holder[key] = copy.deepcopy(other[there])  # type: ignore[index]
        case 3 if isinstance(holder, dict):
            holder[rng.choice(("x", "", "type", "id", str(key) + " "))] = holder.pop(key)
        case 4 if isinstance(holder[key], (int, float)):  # type: ignore[index]
            holder[key] *= rng.choice((-1, 0, 2, 1e6, 1.0000001))  # type: ignore[index]
        case _:
            holder[key] = rng.choice(_TREE)  # type: ignore[index]
    return tree


def of_json(data: bytes, rng: random.Random) -> bytes:
    """Change the tree of a JSON text."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return rng.choice(TEXT)(data, rng)
    return json.dumps(_tree(tree, rng), ensure_ascii=True).encode()


def of_yaml(data: bytes, rng: random.Random) -> bytes:
    """Change the tree of a YAML text."""
    try:
        tree = yaml.safe_load(data.decode())
        return yaml.safe_dump(_tree(tree, rng), allow_unicode=True).encode()
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        return rng.choice(TEXT)(data, rng)


def of_xml(data: bytes, rng: random.Random) -> bytes:
    """Change the tree of an XML text."""
    try:
        root = ET.fromstring(data)  # noqa: S314 our own file
    except (ET.ParseError, ValueError):
        return rng.choice(TEXT)(data, rng)
    holders = [one for one in root.iter() if len(one)]
    every = list(root.iter())
    one = rng.choice(every)
    match rng.randrange(6):
        case 0 if holders:
            holder = rng.choice(holders)
            holder.remove(rng.choice(list(holder)))
        case 1 if holders:
            holder = rng.choice(holders)
            holder.append(copy.deepcopy(rng.choice(list(holder))))
        case 2 if one.attrib:
            one.set(rng.choice(list(one.attrib)), rng.choice(NUMBERS).decode())
        case 3:
            one.tag = rng.choice(every).tag
        case 4:
            one.append(copy.deepcopy(rng.choice(every)) if len(every) < 500 else ET.Element("x"))
        case _:
            one.text = rng.choice(NUMBERS).decode()
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


# ---- binary formats


def of_dbf(data: bytes, rng: random.Random) -> bytes:
    """Change a count or a field of the header of a table."""
    out = bytearray(data)
    if len(out) < 64:
        return _flip(data, rng)
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
        return _flip(data, rng)
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


def members(data: bytes) -> dict[str, bytes]:
    """Return the members of a zip by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    """Return a zip whose bytes follow from its members alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, data)
    return out.getvalue()


def of_zip(data: bytes, rng: random.Random) -> bytes:
    """Change a member and pack all again, or the list of members."""
    try:
        files = members(data)
    except UNREADABLE_ZIP:
        return rng.choice(BYTES)(data, rng)
    if not files:
        return _token(data, rng)
    name, other = rng.choice(list(files)), rng.choice(list(files))
    match rng.randrange(10):
        case 0:
            del files[name]
        case 1:
            files[rng.choice(("x", "../x", "/x", f"深/{name}", name.upper(), "CON", ""))] = (
                files.pop(name)
            )
        case 2:
            files[name], files[other] = files[other], files[name]
        case 3:
            files[f"{name}.{rng.choice(('zip', 'prj', 'cpg', 'shp', 'txt'))}"] = files[other]
        case _:
            files[name] = mutated(files[name], name, rng)
    with suppress(ValueError, UnicodeError, struct.error):
        return packed(files)
    return data


_BY_END: dict[str, tuple[Mutator, ...]] = {
    ".json": (of_json,), ".geojson": (of_json,), ".yaml": (of_yaml,), ".xml": (of_xml,),
    ".kml": (of_xml,), ".rels": (of_xml,), ".dbf": (of_dbf,), ".shp": (of_shp,), ".shx": (of_shp,),
    ".gpkg": (of_sqlite,), ".zip": (of_zip,), ".kmz": (of_zip,), ".xlsx": (of_zip,),
    ".docx": (of_zip,), ".pptx": (of_zip,),
}  # fmt: skip
_TEXTS = {".csv", ".txt", ".dxf", ".asc", ".prj", ".cpg", ".html", ".json", ".geojson", ".yaml", ".kml", ".xml"}  # fmt: skip


def mutated(data: bytes, name: str, rng: random.Random) -> bytes:
    """Change a file of this name once, as its format or as bytes."""
    end = Path(name).suffix.lower()
    structured = _BY_END.get(end, ())
    if structured and rng.random() < 0.7:
        return rng.choice(structured)(data, rng)[:_MOST]
    return rng.choice(TEXT if end in _TEXTS else BYTES)(data, rng)[:_MOST]


def mutant(seeds: Sequence[bytes], name: str, rng: random.Random) -> bytes:
    """Return one of the seeds changed one to four times, now and then with a part of another."""
    data = rng.choice(seeds)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 4))):
        data = mutated(data, name, rng)
    if len(seeds) > 1 and rng.random() < 0.05:
        other = rng.choice(seeds)
        start, end = _span(other, rng)
        at = rng.randrange(len(data) + 1)
        data = data[:at] + other[start:end] + data[at:]
    return data


def smaller(data: bytes, fails: Callable[[bytes], bool], *, tries: int = 60) -> bytes:
    """Take blocks away as long as it still fails; never more often than ``tries``."""
    block = max(1, len(data) // 2)
    while block and tries > 0:
        at = 0
        while at < len(data) and tries > 0:
            tries -= 1
            less = data[:at] + data[at + block :]
            if fails(less):
                data = less
            else:
                at += block
        block //= 2
    return data
