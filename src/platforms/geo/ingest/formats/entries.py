"""Whether a GeoJSON file has entries that its reader passes over without a word.

GDAL skips what stands in ``features`` and is no Feature: a type that is written otherwise
(``feature``), null, a bare shape. The tree is read only where the text does not add up, for a
tree takes ten times the memory of its text.
"""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Mapping
from pathlib import Path

from platforms.errors import FormatError

__all__ = ["refuse_strange_entries"]

_KEYS = (re.compile(rb'"geometry"\s*:'), re.compile(rb'"properties"\s*:'))
_FEATURE = re.compile(rb'"type"\s*:\s*"Feature"')
# after an entry comes another one, or the next key of what holds it
_NO_OBJECT = re.compile(
    rb'}\s*,\s*[^\s{"]|"features"\s*:\s*\[\s*[^\s{\]]|}\s*,\s*"(?:[^"\\]|\\.)*"\s*[,\]]'
)


def refuse_strange_entries(path: Path, rows: int, *, name: str) -> None:
    """Refuse a file that holds more entries than the rows that were read.

    Parameters
    ----------
    path
        The file.
    rows
        Rows that were read of it.
    name
        Name of the file for messages.

    Raises
    ------
    FormatError
        Says how many entries are no Feature, and which is the first.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        counts = {sum(1 for _ in key.finditer(text)) for key in (*_KEYS, _FEATURE)}
        if counts == {rows} and not _NO_OBJECT.search(text):
            return
        try:
            tree = json.loads(text[:].decode("utf-8-sig"))
        except (ValueError, RecursionError):
            # GDAL takes more than the standard does, and has counted its rows itself
            return
    entries = tree.get("features") if isinstance(tree, Mapping) else None
    if not isinstance(entries, list) or len(entries) <= rows:
        return
    strange = [
        number
        for number, one in enumerate(entries, start=1)
        if not isinstance(one, Mapping) or one.get("type") != "Feature"
    ]
    raise FormatError(
        "read.geojson_entries", file=name, count=len(entries) - rows, read=rows,
        number=strange[0] if strange else "–",
    )  # fmt: skip
