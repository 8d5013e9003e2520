"""Figures and the words they are from: a value stands in its own sentence, or nobody can check it.

A document writes 13000 as 1.3万多, 1,900 with a comma, 十大 in letters; each is the same number.
What a table marks as computed is not looked for. A unit is compared where one is printed behind
the number, as a document leaves it to the head of a table otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import takewhile

from platforms.layers.cards import Card
from platforms.layers.documents.citing import cell_text, is_words, shown_path
from platforms.layers.documents.folding import fold
from platforms.layers.workspace import Workspace

__all__ = ["FIGURES", "Figure", "figures", "number_stands", "unit_stands"]

# columns with a number of the document, and the column of their unit
FIGURES = {"value": "unit", "base_value": "base_unit", "number": "unit", "number_to": "unit"}
# a figure of the year before, which the sentence about the year to come does not have
_BEFORE = frozenset({"base_value"})
# where these are filled the number was worked out and stands nowhere
_COMPUTED = ("derived",)
_SIGNS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "双": 2}
_LETTERS = "".join(_DIGITS) + "十百千万亿"
_NUMBER = re.compile(rf"(?:(?<![\d.-])-)?\d+(?:,\d{{3}})*(?:\.\d+)?|[{_LETTERS}]+")
_BEHIND = re.compile(r"[多余几]?([十百千万亿]*)[多余几]?(.{0,12})")
_SHOWN = 12
_BETWEEN = re.compile(r"(?<=[\d.%％])\s+(?=[-—\d])")
_NUMERIC = ("number", "integer")
_PARTS = re.compile(rf"([{_LETTERS}]+)分之([{_LETTERS}]+)")
_DOUBLED = re.compile("翻(?:([一两二三])番|番|倍)")
_CLOSE = 1e-9
# a third is written 33.33 %
_NEARLY = 0.005


@dataclass(frozen=True)
class Figure:
    """A number of a table with the words that its row keeps.

    Attributes
    ----------
    layer, file, line, feature
        Where: the layer, its file as ``layers/<city>/targets.csv``, the row (the heading is row
        1) and its id.
    column
        Title of the column.
    value, unit
        The number and its unit, empty where the row has none.
    doc, section, row
        The place that the row cites.
    words
        What the row keeps of that place; empty where it keeps nothing that could have the number.
    before
        Whether it is of an earlier year, and may stand elsewhere in the document.
    """

    layer: str
    file: str
    line: int
    feature: str
    column: str
    value: float
    unit: str
    doc: str
    section: str
    row: str
    words: str
    before: bool = False


def figures(workspace: Workspace, *, readable: Collection[str] | None = None) -> Iterator[Figure]:
    """Yield the numbers that the tables of a workspace have from documents.

    Parameters
    ----------
    workspace
        The city.
    readable
        Names of the layers that can be read; default all.
    """
    for layer, card in workspace.cards.items():
        held = workspace.cards if readable is None else readable
        # a number without a unit is the place in an order
        measured = card.column("unit") is not None and card.column("doc") is not None
        if measured and layer in held:
            yield from _of_layer(workspace, card)


def number_stands(value: float, unit: str, words: str) -> bool:
    """Say whether a number stands in words, in digits or letters, also as ``1.3万`` or 千亿."""
    return bool(_behind(value, unit, words)) or _said_otherwise(value, unit, words)


def unit_stands(value: float, unit: str, words: str, known: Collection[str]) -> bool:
    """Say whether a number has its unit where words print one behind it.

    Parameters
    ----------
    value, unit
        The number and the unit it should have.
    words
        Words that have the number.
    known
        Units as they are written, to tell a unit from what else may stand behind a number.
    """
    wanted = fold(unit)
    behind = _behind(value, unit, words)
    printed = not behind or wanted in fold(words)
    if not wanted or printed or _said_otherwise(value, unit, words):
        return True
    others = {folded for one in known if (folded := fold(one)) and folded not in wanted}
    return not all(any(text.startswith(one) for one in others) for text in behind)


def _of_layer(workspace: Workspace, card: Card) -> Iterator[Figure]:
    path = workspace.path(card.layer)
    file, first = shown_path(workspace, path), 2 if path.suffix == ".csv" else 1
    for line, record in enumerate(workspace.table(card.layer).to_dict("records"), first):
        cells = {str(name): cell_text(value) for name, value in record.items()}
        if any(cells.get(name) for name in _COMPUTED):
            continue
        words = " ".join(text for name, text in cells.items() if text and is_words(name))
        here = card.layer, file, line, cells.get(str(card.key), "")
        place = cells["doc"].split(";")[-1].strip(), cells.get("section", ""), cells.get("row", "")
        for name, measure in FIGURES.items():
            column = card.column(name)
            if column is not None and column.type in _NUMERIC and cells[name]:
                unit = cells.get(measure) or cells.get("unit", "")
                before = name in _BEFORE
                said = "" if before else words
                title, value = str(column.title), float(cells[name])
                yield Figure(*here, title, value, unit, *place, said, before=before)


def _behind(value: float, unit: str, words: str) -> list[str]:
    """Return what follows a number wherever it stands in words."""
    scale = math.prod(_SIGNS[sign] for sign in takewhile(_SIGNS.get, unit))
    found = []
    # without blanks, two numbers of two cells would be one
    text = fold(_BETWEEN.sub("|", words))
    for match in _NUMBER.finditer(text):
        for reading, behind in _readings(text, match):
            # 千亿 is 1000 of the unit 亿元
            if any(abs(reading - one) <= _CLOSE * abs(one) for one in (value, value * scale)):
                found.append(behind)
    return found


def _readings(text: str, match: re.Match[str]) -> Iterator[tuple[float, str]]:
    """Yield a number and what follows it, also with each sign behind it: 1.3, 1.3万."""
    number, end = _read(match[0]), match.end()
    behind = _BEHIND.match(text, end)
    yield number, text[end : end + _SHOWN]
    signs, rest = (behind[1], behind[2]) if behind else ("", "")
    for n, sign in enumerate(signs, 1):
        number *= _SIGNS[sign]
        yield number, signs[n:] + rest


def _said_otherwise(value: float, unit: str, words: str) -> bool:
    """Say whether a share in per cent stands in words as 三分之一, twice as 翻一番."""
    if unit == "倍":
        return any(value == 2 ** _read(times or "一") for times in _DOUBLED.findall(words))
    if unit != "%":
        return False
    shares = (100 * _read(part) / (_read(whole) or 1) for whole, part in _PARTS.findall(words))
    return any(abs(share - value) <= _NEARLY for share in shares)


def _read(text: str) -> float:
    """Return a number written in digits or letters."""
    if text[0] in "-0123456789":
        return float(text.replace(",", ""))
    total, part, digit = 0, 0, None
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif _SIGNS[sign] >= _SIGNS["万"]:
            total = (total + part + (digit or 0) or 1) * _SIGNS[sign]
            part, digit = 0, None
        else:
            part += (1 if digit is None else digit) * _SIGNS[sign]
            digit = None
    return float(total + part + (digit or 0))
