"""The cells of an Esri ASCII grid: as many as its header says, each of them a number.

GDAL takes a word for 0, leaves cells over that a wrong header does not count (so that every row
after the first lies elsewhere), and looks for cells that are not there until its time is up.
None of that is told, so the text is looked through before GDAL has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from platforms.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["check_cells"]

_CHUNK = 1 << 20
_KEYS = frozenset(
    b"ncols nrows xllcorner yllcorner xllcenter yllcenter cellsize dx dy nodata_value".split()
)
_HEADER = re.compile(rb"\s*(\S+)\s+(\S+)")
# GDAL takes a comma for the decimal point too
_NUMBER = rb"[+-]?+(?>\d++(?:[.,]\d*+)?+|[.,]\d++|nan|inf)(?:e[+-]?+\d++)?+"
_OTHER = re.compile(rb"(?<!\S)(?!%b(?!\S))\S++" % _NUMBER, re.IGNORECASE)
_SHOWN = 20


def check_cells(path: Path, name: str) -> None:
    """Refuse a grid whose cells are not what its header says.

    Parameters
    ----------
    path
        The file, an Esri ASCII grid.
    name
        What messages call it.

    Raises
    ------
    FormatError
        For a header without rows and columns, a cell that is no number, and more or fewer
        cells than the header states.
    """
    with path.open("rb") as stream:
        stated, start = _header(stream.read(4096))
        if not {b"ncols", b"nrows"} <= set(stated):
            raise FormatError("raster.broken", file=name)
        rows, columns = stated[b"nrows"], stated[b"ncols"]
        stream.seek(start)
        found = 0
        for text in _whole_words(iter(lambda: stream.read(_CHUNK), b"")):
            if other := _OTHER.search(text):
                at = found + _words(text[: other.start()])
                shown = other.group()[:_SHOWN].decode("utf-8", "replace")
                row, column = divmod(at, max(columns, 1))
                raise FormatError(
                    "raster.cell_text", file=name, text=shown, row=row + 1, column=column + 1
                )
            found += _words(text)
    if found != rows * columns:
        counts = {"found": found, "stated": rows * columns}
        raise FormatError("raster.cells_count", file=name, rows=rows, columns=columns, **counts)


def _header(head: bytes) -> tuple[dict[bytes, int], int]:
    """Return the whole numbers of the header by key, and where the cells begin."""
    stated: dict[bytes, int] = {}
    start = 0
    while (pair := _HEADER.match(head, start)) and pair[1].lower() in _KEYS:
        if pair[2].isdigit():
            stated[pair[1].lower()] = int(pair[2])
        start = pair.end()
    return stated, start


def _whole_words(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield text that is never parted within a word; a word without end is no number."""
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        cut = max(text.rfind(sign) for sign in (b" ", b"\n", b"\t", b"\r"))
        if cut < 0 and len(text) < _CHUNK:
            rest = text
            continue
        yield text[: cut + 1] or text
        rest = text[cut + 1 :] if cut >= 0 else b""
    if rest:
        yield rest


def _words(text: bytes) -> int:
    seen = np.frombuffer(text, dtype=np.uint8) > ord(" ")
    return int(np.count_nonzero(seen[1:] & ~seen[:-1])) + int(seen[:1].sum())
