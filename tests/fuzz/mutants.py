"""Files made wrong: of bytes, and of what a format is made of, by a random source that is given.

Each mutator takes bytes and gives bytes back, whatever they are: one that finds nothing to
hold on to falls back on bytes. What is structured stays readable around the fault, so that
the fault is met behind the first door: members of a zip are packed again with checksums that
fit, trees of JSON, YAML and XML are written again as trees, pages and tables of a database
are changed through its own library.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from binary_mutants import of_dbf, of_shp, of_sqlite
from byte_mutants import BYTES, MOST, TEXT, Mutator, span, token
from tree_mutants import of_json, of_xml, of_yaml

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
        return token(data, rng)
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
        return rng.choice(structured)(data, rng)[:MOST]
    return rng.choice(TEXT if end in _TEXTS else BYTES)(data, rng)[:MOST]


def mutant(seeds: Sequence[bytes], name: str, rng: random.Random) -> bytes:
    """Return one of the seeds changed one to four times, now and then with a part of another."""
    data = rng.choice(seeds)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 4))):
        data = mutated(data, name, rng)
    if len(seeds) > 1 and rng.random() < 0.05:
        other = rng.choice(seeds)
        start, end = span(other, rng)
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
