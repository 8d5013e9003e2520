"""What the header of a county's firm table says: column, year and unit of each.

A header of several rows is read from the top down: a year may stand over a group (``2021年``),
in the name (``2021年税收``) or be told by ``上年``; a unit stands in brackets, in a row of
units, or once for the whole table. Under a group of scores or ratios a name means the score
of it, so it is only taken there when the whole name is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from platforms.geo.ingest.formats.header import Column
from platforms.layers.firm_columns import FirmColumn, firm_column, known_headers, plain

__all__ = ["Meaning", "count_known", "read_header", "table_unit", "table_years"]

_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)年?度?")
_LAST = re.compile(r"(上一?年度?|去年)(?!均)")
_THIS = re.compile(r"(本年度?|当年|今年)")
_NOTE = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_PARTS = re.compile(r"[,，、;；:/]")
_UNIT = re.compile(r"(?:计量|金额)?单位[:：]\s*([^\s,，;；)）]+)")
# under such a group a name is not the thing itself
_NOT_ITSELF = re.compile(
    "得分|分值|评分|赋分|权重|标准|基准|增速|增幅|增长|同比|占比|比重|比例|目标|完成率|排名|名次|均|单位"
)
_ITS_PARTS = re.compile(r"其中[:：]?")


@dataclass(frozen=True)
class Meaning:
    """What one column of a file is.

    Attributes
    ----------
    at
        Its place, from 0.
    source
        Its name in the file.
    column
        The column of the catalogue.
    year
        As the header tells it; None where it does not.
    last_year
        Whether the header says the year before the table's.
    unit
        As the header tells it, folded; empty where it does not.
    own
        Whether the name is ours, which has year and unit in it.
    """

    at: int
    source: str
    column: FirmColumn
    year: int | None
    last_year: bool
    unit: str
    own: bool

    def named(self, table_year: int | None) -> str:
        """Return our name of the column, in a table of some year."""
        year = self.year
        if year is None and table_year is not None:
            year = table_year - self.last_year
        return self.column.named(year)


def count_known(columns: Sequence[Column]) -> int:
    """Return how many columns are known, 0 where none names a firm."""
    found = read_header(columns)
    named = any(m.column.column in {"name", "credit_code", "firm_id"} for m in found)
    return len(found) if named and len(found) > 1 else 0


def read_header(columns: Sequence[Column]) -> list[Meaning]:
    """Return the columns that are known, in the file's order.

    Parameters
    ----------
    columns
        Joined header, as :func:`platforms.geo.ingest.formats.header.tabulate` gives it.
    """
    made = (_meaning(at, column) for at, column in enumerate(columns))
    return [meaning for meaning in made if meaning is not None]


def _meaning(at: int, column: Column) -> Meaning | None:
    source = "".join(column.label.split())
    own = firm_column(plain(column.leaf))
    if own is not None:
        return Meaning(at, source, own[0], own[1], last_year=False, unit="", own=True)
    levels = [_level(text) for text in column.levels]
    known = _known([level.text for level in levels])
    strange = ""
    if known is None:
        # a name that is known but for what stands behind it in brackets: no unit that is known
        bare = [_NOTE.sub("", level.text) for level in levels]
        strange = "".join(note for level in levels for note in _NOTE.findall(level.text))
        known = _known(bare) if strange else None
    if known is None:
        return None
    years = [level.year for level in levels if level.year is not None]
    units = [u for u in (*(level.unit for level in levels), plain(column.unit)) if u]
    return Meaning(
        at,
        source,
        known,
        years[-1] if years else None,
        last_year=any(level.last for level in levels),
        unit=strange or (units[-1] if units else ""),
        own=False,
    )


@dataclass(frozen=True)
class _Level:
    text: str
    year: int | None
    last: bool
    unit: str


def _level(text: str) -> _Level:
    """Take year and unit out of one text of a header."""
    folded = plain(text)
    years = {int(found[:4]) for found in _YEAR.findall(folded)}
    last = bool(_LAST.search(folded))
    level = _Level(_THIS.sub("", _LAST.sub("", _YEAR.sub("", folded))), None, last, "")
    if len(years) == 1:
        level = replace(level, year=years.pop())
    for note in _NOTE.findall(level.text):
        pieces = [piece for piece in _PARTS.split(note) if piece]
        unit = next((piece for piece in (note, *pieces) if piece in _units()), "")
        if unit:
            rest = ",".join(p for p in pieces if p != unit) if note != unit else ""
            bare = level.text.replace(f"({note})", f"({rest})" if rest else "")
            return replace(level, text=bare, unit=unit)
    return level


def _units() -> set[str]:
    return {unit for column in known_headers().values() for unit in column.units if unit}


def _known(texts: Sequence[str]) -> FirmColumn | None:
    """Return the column that the levels of a header name."""
    headers = known_headers()
    kept = [_ITS_PARTS.sub("", text) for text in texts]
    kept = [text for text in kept if text]
    whole = headers.get("".join(kept))
    if whole is not None or not kept:
        return whole
    if any(_NOT_ITSELF.search(text) for text in kept[:-1]):
        return None
    return headers.get(kept[-1])


def table_unit(above: Sequence[str]) -> str:
    """Return the unit that stands once above the table, empty for none or several."""
    found = {plain(unit) for text in above for unit in _UNIT.findall(text)}
    return found.pop() if len(found) == 1 else ""


def table_years(texts: Sequence[str]) -> set[int]:
    """Return the years that titles name."""
    return {int(found[:4]) for text in texts for found in _YEAR.findall(plain(text))}
