"""Columns of a sheet as values, and the room that they take: a Chinese character takes two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

__all__ = [
    "AS_IT_IS",
    "EITHER",
    "LINE",
    "MAX_TEXT",
    "Block",
    "Field",
    "row_heights",
    "widest",
    "width_of",
]

# as many decimals as a number has; none for a whole number and two for another
AS_IT_IS, EITHER = -1, -2
# points that a line of text takes
LINE = 15
MAX_TEXT = 32_767
_TALLEST = 400
# columns that the indent of a text takes
_INDENT = 2
# where a title is measured, no more of it than this is shown
_MEASURED = 80
_WIDE = re.compile("[\u2e80-\U0010ffff]")


@dataclass(frozen=True)
class Field:
    """One column of a sheet."""

    name: str
    title: str
    cells: Sequence[object]
    width: float
    digits: int = 2
    unit: str = ""


@dataclass(frozen=True)
class Block:
    """One of several tables on a sheet; with ``total`` its last row is the sum."""

    title: str
    fields: Sequence[Field]
    total: bool = False


def row_heights(
    fields: Sequence[Field], columns: Sequence[Sequence[object]] | None = None
) -> list[int]:
    """Return the height of each row in points: as many lines as its longest text needs.

    Parameters
    ----------
    fields
        The columns; a number is never wrapped.
    columns
        Cells in the place of those of ``fields``, for some of the rows.
    """
    cells = [field.cells for field in fields] if columns is None else columns
    lines = [1] * len(cells[0])
    for field, values in zip(fields, cells, strict=True):
        texts = {value for value in values if isinstance(value, str)}
        tall: dict[object, int] = {text: _lines(text, int(field.width)) for text in texts}
        if max(tall.values(), default=1) > 1:
            own = (tall.get(value, 1) for value in values)
            lines = [max(pair) for pair in zip(lines, own, strict=True)]
    return [min(LINE * one, _TALLEST) for one in lines]


def _lines(value: str, width: int) -> int:
    """Return how many lines of a column a text takes."""
    room = max(width - _INDENT, 1)
    return sum(max(-(-_whole_width(line) // room), 1) for line in value.split("\n"))


def width_of(value: object) -> int:
    """Return the width of a value in columns: a Chinese character takes two."""
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 nan
        return 0
    return _whole_width(str(value)[:_MEASURED])


def widest(values: Iterable[object]) -> int:
    """Return the width of the widest of some values."""
    return max(map(width_of, set(values)), default=0)


def _whole_width(text: str) -> int:
    return len(text) if text.isascii() else 2 * len(text) - len(_WIDE.sub("", text))
