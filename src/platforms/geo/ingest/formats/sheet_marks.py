"""What a sheet hides: rows that are not shown, and formulas that were never reckoned.

The reader of workbooks hands on neither, so the sheet's own XML is looked through once, in
pieces.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from platforms.geo.ingest.raw import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["cells_that_failed", "hidden_in"]

_ROW = re.compile(rb"<(?:\w+:)?row\s[^<>]*?\bhidden=[\"'](?:1|true)[\"'][^<>]*>")
_NUMBER = re.compile(rb"\sr=[\"'](\d{1,7})[\"']")
# a formula that gave an empty text says so in the cell's type, and is none of these
_FORMULA = re.compile(
    rb"<(?:\w+:)?c(?P<cell>\s[^<>]*)>\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_TEXT = re.compile(rb"\st=[\"']str[\"']")
_PLACE = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
# a formula has at most 8,192 characters, each of them at most an entity
_CHUNK, _LONGEST = 1 << 20, 64 << 10


def hidden_in(book: Any, title: str) -> list[Fault]:  # noqa: ANN401 read-only books have no public type
    """Return remarks on the hidden rows and the formulas without a value of a sheet.

    Parameters
    ----------
    book
        An open read-only workbook of openpyxl.
    title
        Of the sheet.
    """
    rows: set[int] = set()
    formulas: dict[tuple[str, int], None] = {}
    with book._archive.open(book[title]._worksheet_path) as part:  # noqa: SLF001
        rest = b""
        while chunk := part.read(_CHUNK):
            held = rest + chunk
            for mark in _ROW.findall(held):
                rows |= {int(n) for n in _NUMBER.findall(mark)}
            for found in _FORMULA.finditer(held):
                place = _PLACE.search(found["cell"])
                if place and not _TEXT.search(found["cell"]):
                    formulas[place[1].decode(), int(place[2])] = None
            rest = held[-_LONGEST:]
    faults = [_fault("formula_unreckoned", c, n) for c, n in _counted(c for c, _ in formulas)]
    if rows:
        told = {"count": len(rows), "line": min(rows)}
        faults.append(Fault("rows_hidden", "warning", 0, None, told))
    return faults


def cells_that_failed(failed: dict[str, list[str]]) -> list[Fault]:
    """Return a remark a column on cells that show a fault of their formula.

    Parameters
    ----------
    failed
        What such cells show, by letter of the column.
    """
    return [_fault("cell_failed", c, len(w), value=w[0]) for c, w in sorted(failed.items())]


def _counted(letters: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(letters).items())


def _fault(kind: str, letter: str, count: int, **told: object) -> Fault:
    return Fault(kind, "warning", 0, letter, {"column": letter, "count": count, **told})
