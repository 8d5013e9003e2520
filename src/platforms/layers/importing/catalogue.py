"""Names under which columns come, and units that can be converted.

The catalogue is data (``import_columns.yaml``). A unit is converted within its family and
exactly; a unit that is in no family is only equal to itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

import yaml

from platforms.layers.cards import Card, Column
from platforms.layers.firm_columns import plain

__all__ = ["ColumnNames", "bare", "column_names", "is_unit", "span_columns", "unit_factor"]

_BRACKETS = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
# these end the name of a column that keeps a text as it is written, or an id
TEXT_END, ID_END = "_text", "_id"


@dataclass(frozen=True)
class ColumnNames:
    """The headers that mean a column, folded.

    Attributes
    ----------
    own
        Its name in the file, which states unit and form.
    titles
        What its card calls it.
    known
        What the catalogue adds.
    """

    own: str
    titles: frozenset[str]
    known: frozenset[str]


@cache
def _catalogue() -> dict[str, Any]:
    place = resources.files("platforms.layers.importing").joinpath("import_columns.yaml")
    read: dict[str, Any] = yaml.safe_load(place.read_text("utf-8"))
    return read


def column_names(card: Card) -> Mapping[str, ColumnNames]:
    """Return the headers that mean each column of a card."""
    return {column.name: _names(card, column) for column in card.columns}


def _names(card: Card, column: Column) -> ColumnNames:
    told = _catalogue()
    words: list[str] = [*told["columns"].get(column.name, ())]
    words += told["layers"].get(card.layer, {}).get(column.name, ())
    if column.name == "name":
        words += [card.title.zh, f"{card.title.zh}名称"]
    stem = column.name.removesuffix(ID_END)
    if stem != column.name and column.refers_to and card.column(stem) is None:
        # a card without the name itself takes it for its id
        words += told["columns"].get(stem, ())
    titles = {plain(column.title.zh), plain(column.title.en)}
    return ColumnNames(plain(column.name), frozenset(titles), frozenset(map(plain, words)))


def span_columns(card: Card, header: str) -> tuple[str, str] | None:
    """Return the two columns of a card that one column of years gives, None for another header."""
    for span in _catalogue()["spans"]:
        first, last = span["columns"]
        if bare(header) in map(plain, span["headers"]) and card.column(first) and card.column(last):
            return first, last
    return None


def bare(text: str) -> str:
    """Return a folded header without what stands in brackets.

    Examples
    --------
    >>> bare("整合提升方向（原文）")
    '整合提升方向'
    """
    return _BRACKETS.sub("", plain(text))


@cache
def _families() -> tuple[Mapping[str, Fraction], ...]:
    return tuple(
        {plain(str(unit)): Fraction(str(factor)) for unit, factor in family.items()}
        for family in _catalogue()["units"]
    )


def is_unit(text: str) -> bool:
    """Say whether a text is a unit of the catalogue."""
    return any(plain(text) in family for family in _families())


def unit_factor(unit: str, wanted: str) -> Fraction | None:
    """Return what a number in one unit is multiplied with to be in another.

    Parameters
    ----------
    unit, wanted
        Units as people write them; one over another with a stroke.

    Returns
    -------
    factor
        None where the two cannot be converted.

    Examples
    --------
    >>> str(unit_factor("公顷", "亩")), str(unit_factor("元/平方米", "万元/亩"))
    ('15', '1/15')
    >>> unit_factor("亿元", "亩") is None
    True
    """
    one, other = plain(unit), plain(wanted)
    if one == other:
        return Fraction(1)
    for family in _families():
        if one in family and other in family:
            return family[one] / family[other]
    over, under = one.partition("/"), other.partition("/")
    if over[1] and under[1]:
        above, below = unit_factor(over[0], under[0]), unit_factor(over[2], under[2])
        return None if above is None or below is None else above / below
    return None
