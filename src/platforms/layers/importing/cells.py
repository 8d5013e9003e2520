"""Cells as people type them, turned into the form in which the workspace stores them.

Numbers may have full-width digits, thousands marks and a unit behind them; lists are parted by
、；; and line breaks outside brackets; categories come by their value or their label; dates in
the ways in which offices write them. What cannot be turned stays as it is, so that the check of
the card names it. A column under the card's own name is stored form already.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from fractions import Fraction

from platforms.geo.ingest.numbers import parse_number, split_unit
from platforms.layers.cards import Column
from platforms.layers.firm_columns import plain
from platforms.layers.importing.catalogue import unit_factor

__all__ = ["category_value", "split_list", "stored_cell"]

_NOTHING = {"", "-", "--", "—", "——", "/", "\\", "n/a", "#n/a", "null", "none", "nan"}
_YES = {"是", "有", "true", "yes", "y", "1", "√"}
_NO = {"否", "无", "false", "no", "n", "0", "×"}
_DATE = re.compile(
    r"(?P<y>(?:19|20)\d\d)(?:[-/.年](?P<m>\d{1,2})(?:[-/.月](?P<d>\d{1,2})日?|月)?|年)?"
    r"(?:[t ]00:00:00.*)?"
)
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)")
# numbers end at so many decimals; only 亩 to m² has no end before
_DECIMALS = 6
_OPENING, _CLOSING = "(（[【〔《“", ")）]】〕》”"
_MARKED = re.compile(r"^'(?=[=+\-@])")
_WIDE = "[\u3000-\u9fff\uff00-\uffef]"
_WRAPPED = re.compile(f"(?<={_WIDE})[ \t]*\n\\s*(?={_WIDE})")


def stored_cell(
    cell: str, column: Column, unit: str, *, own: bool, values: Mapping[str, str]
) -> str:
    """Return a cell as the workspace stores it, or as it is where it cannot be turned.

    Parameters
    ----------
    cell
        Text of the file.
    column
        What it is to be.
    unit
        Unit of the header; empty where it states none.
    own
        The header is the card's own name, so the cell is in its form.
    values
        Words that the user said stand for a value, or for its label; one that ends in ``*``
        stands for all that begin so.
    """
    text = _MARKED.sub("", cell.strip())
    said = _said(text, values)
    if said is not None or own:
        return text if said is None else category_value(said, column)
    if plain(text) in _NOTHING:
        return ""
    if column.type in {"number", "integer"}:
        return _number(text, column, unit)
    if column.type == "list":
        parts = (_said(part, values) or part for part in split_list(text))
        return ";".join(category_value(part, column) for part in parts)
    return _TURNS[column.type](text, column)


def _said(text: str, values: Mapping[str, str]) -> str | None:
    """Return what the user said of a word, also of all that begin with it (``word*``)."""
    if text in values:
        return values[text]
    begins = [w for w in values if w.endswith("*") and text and text.startswith(w[:-1])]
    return values[max(begins, key=len)] if begins else None


def _text(text: str, _: Column) -> str:
    # a cell that was broken for its width is one text
    return _WRAPPED.sub("", text)


def _boolean(text: str, _: Column) -> str:
    word = plain(text)
    return "true" if word in _YES else "false" if word in _NO else text


def _number(text: str, column: Column, unit: str) -> str:
    digits, behind = split_unit(text)
    number = parse_number(digits)
    wanted = column.unit or ""
    stated = behind or unit
    factor = Fraction(1) if not wanted else unit_factor(stated, wanted) if stated else None
    if number is None or factor is None or (behind and not wanted and not _counted(behind)):
        return text
    return _written(Fraction(number) * factor)


def _counted(unit: str) -> bool:
    return unit_factor(unit, "个") == 1 or unit_factor(unit, "人") == 1


def _written(value: Fraction) -> str:
    """Return a number in plain digits; exact where it ends within six decimals."""
    with localcontext() as context:
        context.prec = 60
        number = Decimal(value.numerator) / Decimal(value.denominator)
        if Fraction(number) != value:
            number = round(number, _DECIMALS)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def split_list(text: str) -> list[str]:
    """Return the parts of a list, each once, in their order.

    Examples
    --------
    >>> split_list("电子、电器（高压、低压）；服装")
    ['电子、电器（高压、低压）', '服装']
    >>> split_list("电子、电器（高压、低压）")
    ['电子', '电器（高压、低压）']
    """
    for marks in (";；", "、", "\n"):
        parts = _parted(text, marks)
        if len(parts) > 1:
            return list(dict.fromkeys(parts))
    return [_WRAPPED.sub("", text.strip())] if text.strip() else []


def _parted(text: str, marks: str) -> list[str]:
    depth, parts = 0, [""]
    for sign in text:
        depth = max(depth + (sign in _OPENING) - (sign in _CLOSING), 0)
        if sign in marks and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [_WRAPPED.sub("", part.strip()) for part in parts if part.strip()]


def category_value(text: str, column: Column) -> str:
    """Return the value of a category that a text is, or is the label of."""
    word = plain(text)
    for value in column.allowed or ():
        label = (column.labels or {}).get(value)
        if word in {plain(value), *((plain(label.zh), plain(label.en)) if label else ())}:
            return value
    return text


def _date(text: str, _: Column) -> str:
    folded = unicodedata.normalize("NFKC", text).replace(" 00", "t00").replace(" ", "").casefold()
    found = _DATE.fullmatch(folded) or _COMPACT.fullmatch(folded)
    if not found:
        return text
    year, month, day = found["y"], found["m"], found["d"]
    parts = [year, *(f"{int(part):02d}" for part in (month, day) if part)]
    return "-".join(parts)


_TURNS: Mapping[str, Callable[[str, Column], str]] = {
    "string": _text,
    "boolean": _boolean,
    "category": category_value,
    "date": _date,
}
