"""The cells of a firm table, read strictly: what cannot be read is empty and named.

Numbers may have full-width digits, thousands marks, and a unit behind them that the column
knows. A number without a unit is in the unit of its header. Money comes out in 万元, land in
亩, energy in 吨标准煤.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from platforms.geo.ingest.numbers import parse_number, split_unit
from platforms.issues import IssueTable
from platforms.layers.firm_columns import FirmColumn, plain
from platforms.layers.firm_identity import code_key

__all__ = ["convert", "read_cells"]

_NOTHING = {"", "-", "--", "—", "——", "/", "\\", "无", "null", "none", "nan", "n/a", "#n/a"}
_PLAIN = r"[+-]?\d+(?:\.\d+)?"
_YES = {"是", "有", "达标", "true", "yes", "y", "1", "√"}
_NO = {"否", "无", "不达标", "false", "no", "n", "0", "×"}
_GRADES = {"a", "b", "c", "d"}


def read_cells(
    cells: list[str], column: FirmColumn, unit: str, source: str, issues: IssueTable
) -> pd.Series[Any]:
    """Return the values that a column's cells stand for.

    Parameters
    ----------
    cells
        As text.
    column
        What they are.
    unit
        Unit of the header, one that the column knows; not looked at for words.
    source
        Name in the file, for the remarks.
    issues
        Takes a remark for each different text that cannot be read.

    Returns
    -------
    values
        float64, boolean or text, index 0..n-1.
    """
    if column.kind == "number":
        return _read_numbers(cells, column, unit, source, issues)
    if column.kind in {"text", "code"}:
        kept = [None if plain(cell) in _NOTHING else cell for cell in cells]
        if column.column == "credit_code":
            kept = [None if cell is None else code_key(cell) for cell in kept]
        return pd.Series(kept, dtype="str")
    parse = _PARSERS[column.kind]
    words = {cell: parse(plain(cell), column.words) for cell in dict.fromkeys(cells)}
    for cell, word in words.items():
        if word is None and plain(cell) not in _NOTHING:
            shown, count = cell[:40], cells.count(cell)
            issues.add("firm_cell_unreadable", "warning", field=source, value=shown, count=count)
    kind = {"boolean": "boolean", "year": "Int64"}.get(column.kind, "str")
    return pd.Series([words[cell] for cell in cells], dtype=object).astype(
        pd.api.types.pandas_dtype(kind)
    )


def _read_numbers(
    cells: list[str], column: FirmColumn, unit: str, source: str, issues: IssueTable
) -> pd.Series[Any]:
    text = pd.Series(cells, dtype="str").str.strip()
    simple = text.str.fullmatch(_PLAIN).to_numpy(dtype=bool)
    values = np.full(len(cells), np.nan)
    values[simple] = convert(text[simple].to_numpy(dtype=float), column.units.get(unit, 1.0))
    for at in np.flatnonzero(~simple):
        cell = cells[at]
        if plain(cell) in _NOTHING:
            continue
        number, own = split_unit(cell)
        found, factor = parse_number(number), column.units.get(plain(own) or unit)
        if found is None or factor is None:
            issues.add("firm_cell_unreadable", "warning", field=source, value=cell[:40], count=1)
        else:
            values[at] = convert(np.array([float(found)]), factor)[0]
    return pd.Series(values)


def convert(values: np.ndarray[Any, np.dtype[np.float64]], factor: float) -> Any:  # noqa: ANN401 array in, array out
    """Return values in another unit; a division where that is what the factor means.

    Examples
    --------
    >>> float(convert(np.array([12345600.0]), 0.0001)[0])
    1234.56
    """
    exact = Fraction(repr(factor))
    return values * exact.numerator / exact.denominator


def _category(word: str, words: Mapping[str, tuple[str, ...]]) -> str | None:
    return next((name for name, known in words.items() if word in known), None)


def _grade(word: str, _: object) -> str | None:
    letter = word.removesuffix("类").removesuffix("级").removesuffix("等").removesuffix("档")
    return letter.upper() if letter in _GRADES else None


def _boolean(word: str, _: object) -> bool | None:
    return True if word in _YES else False if word in _NO else None


def _year(word: str, _: object) -> int | None:
    digits = word.removesuffix("度").removesuffix("年")
    return int(digits) if len(digits) == 4 and digits.isdecimal() else None  # noqa: PLR2004 a year


_PARSERS: dict[str, Callable[[str, Any], Any]] = {
    "category": _category,
    "grade": _grade,
    "boolean": _boolean,
    "year": _year,
}
