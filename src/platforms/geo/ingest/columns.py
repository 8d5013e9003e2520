"""What the columns of a file mean: names that are known, units that they carry.

A name is compared without width, blanks, case and the unit in brackets behind it. Names that
a shapefile cut at ten bytes are found again when only one known name begins that way. Each of
our columns is taken from one column of the file; the others keep their own names.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import yaml

__all__ = ["COMPUTED", "FIELD_MAP", "Meaning", "columns_beginning", "recognise"]

# what measuring adds; a file's own column of that name is kept aside under file_<name>
COMPUTED = ("area_m2", "area_mu", "area_ha", "geodesic_m2", "planar_m2", "geometry")
# member of our shapefile zips that tells short names from whole ones
FIELD_MAP = "field_map.csv"
_YEAR = "{year}"
_UNIT = re.compile(r"^(?P<name>.+?)[\s_/]*[(\[【](?P<unit>[^()\[\]【】]{1,8})[)\]】]$")
_TAIL_UNITS = ("亩", "公顷", "平方米", "万元")
_CUT_BYTES = range(8, 11)
_EMPTY: Mapping[str, Any] = {}


@dataclasses.dataclass(frozen=True)
class Meaning:
    """What one column of a file is.

    Attributes
    ----------
    source
        Its name in the file.
    column
        Our name for it.
    kind
        ``id``, ``text``, ``number``, ``share``, ``area``, ``boolean``, ``category``,
        ``grade`` or ``date``.
    unit
        Unit of the numbers, empty where neither name nor convention says.
    words, units
        Words of a category, and factors of units.
    """

    source: str
    column: str
    kind: str
    unit: str = ""
    words: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=lambda: _EMPTY)
    units: Mapping[str, float] = dataclasses.field(default_factory=lambda: _EMPTY)


@dataclasses.dataclass(frozen=True)
class _Known:
    column: str
    kind: str
    unit: str
    pattern: re.Pattern[str]
    name: str
    rank: int
    words: Mapping[str, Sequence[str]]
    units: Mapping[str, float]


@cache
def _known() -> tuple[_Known, ...]:
    text = resources.files("platforms.geo.ingest").joinpath("columns.yaml").read_text("utf-8")
    rows: list[_Known] = []
    for entry in yaml.safe_load(text):
        for name in entry["names"]:
            folded = _fold(name)[0]
            pattern = re.escape(folded).replace(re.escape(_YEAR), r"(?P<year>20\d\d)")
            rows.append(
                _Known(
                    entry["column"],
                    entry["kind"],
                    entry.get("unit", ""),
                    re.compile(pattern),
                    folded,
                    len(rows),
                    entry.get("values", {}),
                    entry.get("units", {}),
                )
            )
    return tuple(rows)


def recognise(headers: Iterable[str]) -> dict[str, list[Meaning]]:
    """Find the columns that are known.

    Parameters
    ----------
    headers
        Names as the file has them.

    Returns
    -------
    meanings
        Our column to the file's columns that can be it, best first.
    """
    ranked: dict[str, list[tuple[int, Meaning]]] = {}
    for header in headers:
        name, unit = _fold(header)
        hit = _match(name) or _match_cut(header)
        if hit is None:
            continue
        known, year = hit
        column = known.column.replace(_YEAR, year)
        meaning = Meaning(header, column, known.kind, unit or known.unit, known.words, known.units)
        ranked.setdefault(column, []).append((known.rank, meaning))
    return {
        column: [m for _, m in sorted(found, key=lambda pair: pair[0])]
        for column, found in ranked.items()
    }


def columns_beginning(text: str) -> set[str]:
    """Return our columns whose name begins with a text; a column of years stands for many.

    Parameters
    ----------
    text
        Beginning of a name, as we write it.

    Examples
    --------
    >>> columns_beginning("credit_cod"), len(columns_beginning("energy_"))
    ({'credit_code'}, 4)
    """
    found: set[str] = set()
    for known in _known():
        column = known.column
        if column.startswith(text) and text != column:
            # no single year can be told from a name that ends before it
            years = {"2000", "2001"} if _YEAR in column else {""}
            found |= {column.replace(_YEAR, year) for year in years}
        elif _YEAR in column and text.startswith(column.split(_YEAR)[0]):
            found |= {f"{text}?", f"{text}??"}
    return found


def _fold(header: str) -> tuple[str, str]:
    """Return a header's name and the unit behind it, both folded for comparing."""
    text = unicodedata.normalize("NFKC", header.replace("㎡", "m2").replace("²", "2"))
    text = re.sub(r"\s+", "", text).casefold()
    match = _UNIT.match(text)
    if match:
        return match["name"], match["unit"].removeprefix("单位:")
    for unit in _TAIL_UNITS:
        if text.endswith(unit) and len(text) > len(unit) + 1:
            return text.removesuffix(unit), unit
    return text, ""


def _match(name: str) -> tuple[_Known, str] | None:
    for known in _known():
        found = known.pattern.fullmatch(name)
        if found:
            return known, found.groupdict().get("year") or ""
    return None


def _match_cut(header: str) -> tuple[_Known, str] | None:
    """Find the one known name that a shapefile cut to this one."""
    sizes = {len(header.encode(e, "replace")) for e in ("utf-8", "gb18030")}
    if header.isascii() or not any(size in _CUT_BYTES for size in sizes):
        return None
    name = re.sub(r"[(\[【][^)\]】]*$", "", _fold(header)[0])
    longer = {k.column: k for k in _known() if k.name.startswith(name) and _YEAR not in k.name}
    return (next(iter(longer.values())), "") if len(longer) == 1 else None
