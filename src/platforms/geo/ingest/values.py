"""What the cells of a known column mean: numbers, areas, dates, words.

A cell that cannot be read is empty and named with its row; it is never guessed and never
zero. An area without a unit in its name or cell is compared with the polygons: the unit that
makes most of them agree is taken and said, and where none does the areas stay empty.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from platforms.geo.ingest.numbers import AREA_UNITS, parse_area, parse_number, split_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from platforms.geo.ingest.columns import Meaning
    from platforms.issues import IssueTable

__all__ = ["beyond_measure", "id_text", "interpret", "unit_by_size"]

_YES = {"是", "有", "达标", "true", "t", "yes", "y", "1", "√"}
_NO = {"否", "无", "不达标", "false", "f", "no", "n", "0", "×"}
_NOTHING = {"", "-", "—", "/", "\\", "无", "null", "none", "nan", "<null>", "n/a", "#n/a"}
_DATE = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?[日月年]?(?:[ T]00:00(:00.*)?)?"
)
_DATE_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DTYPES = {"number": "float64", "area": "float64", "share": "float64", "boolean": "boolean"}
_GRADES = set("ABCD")
_EXACT = 2**53
# two areas agree when they differ by less than this share
_AGREE = 0.2
_MOST = 0.5
_GUESSED_UNITS = ("m2", "亩", "公顷")
# what is larger or smaller than its polygon by this in every unit says nothing of the unit
_ODD = 10.0
_BEYOND = 1000.0
# all of China has less
_LARGEST_M2 = 1e13
_PERCENT = {"%", "百分比", "百分数"}
# a plot ratio up to so many per cent, written without the sign, is hardly one: 1.2 says itself
_AS_WELL = 10
_NAMED = 3
# a year of another calendar or a slip of the finger: the Chinese year 113 is 2024
_YEARS = range(1900, 2101)


def interpret(
    cells: pd.Series, meaning: Meaning, issues: IssueTable, ids: Sequence[str]
) -> pd.Series:
    """Return the values that a column's cells stand for.

    Parameters
    ----------
    cells
        As read.
    meaning
        What the column is.
    issues
        Takes a warning for each cell that cannot be read.
    ids
        Plot id of each row, for the warnings.

    Returns
    -------
    values
        float64 for numbers, areas (m²) and shares (0 to 1), boolean, or text.
    """
    kind = _DTYPES.get(meaning.kind, "str")
    plain = not meaning.unit or meaning.unit in {
        "m2",
        *(u for u, f in meaning.units.items() if f == 1),
    }
    if kind == "float64" and plain and cells.dtype == np.float64 and _can_be(cells, meaning):
        return cells
    if meaning.kind in {"text", "id"} and isinstance(cells.dtype, pd.StringDtype):
        return pd.Series(_stripped(cells), index=cells.index, dtype="str")
    parse = _parser(meaning)
    where, distinct = pd.factorize(cells)
    if meaning.kind == "share" and meaning.unit in _PERCENT and _all_below_one(distinct.tolist()):
        issues.add("share_open", "warning", field=meaning.source)
        return pd.Series(np.nan, index=cells.index, dtype="float64")
    unsure = _unsure(distinct.tolist(), meaning)
    if any(unsure):
        rows = np.flatnonzero(np.array([*unsure, False])[where])
        issues.add(
            "percent_mixed", "warning", field=meaning.source, count=len(rows),
            most=_AS_WELL, names=[ids[int(row)] for row in rows[:_NAMED]],
        )  # fmt: skip
    given = [None if one else cell for cell, one in zip(distinct.tolist(), unsure, strict=True)]
    words = [parse(cell) if not _is_empty(cell) else None for cell in given]
    # where the unit is open, which is one fault of the column, a number is no fault of its own
    open_ = meaning.unit == "?"
    lost = [
        w is None and not _is_empty(c) and not (open_ and parse_number(c) is not None)
        for w, c in zip(words, given, strict=True)
    ]
    for row in np.flatnonzero(np.array([*lost, False])[where]):
        told, source = str(distinct[where[row]])[:40], meaning.source
        issues.add("value_unreadable", "warning", feature=ids[int(row)], field=source, value=told)
    found = np.array([*words, None], dtype=object)[where]
    return pd.Series(found, index=cells.index, dtype=object).astype(pd.api.types.pandas_dtype(kind))


def _can_be(cells: pd.Series, meaning: Meaning) -> bool:
    """Say whether all of a column of floats are numbers of that kind, or missing."""
    numbers = cells.to_numpy()
    if meaning.kind == "area":
        return not bool(((numbers < 0) | (numbers > _LARGEST_M2)).any())
    return not bool(np.isinf(numbers).any())


def _all_below_one(cells: Sequence[object]) -> bool:
    """Say whether shares in a column of per cent could as well be parts of one.

    A spreadsheet shows 0.2 as 20 % and hands on 0.2, whatever the header says.
    """
    bare = [parse_number(cell) for cell in cells]
    known = [number for number in bare if number is not None]
    return any(number > 0 for number in known) and all(number <= 1 for number in known)


def _unsure(cells: Sequence[object], meaning: Meaning) -> list[bool]:
    """Say of each number of a column of per cent, which is no share, whether it could be none."""
    if meaning.kind != "number" or meaning.unit not in _PERCENT or meaning.units:
        return [False] * len(cells)
    bare = [parse_number(cell) for cell in cells]
    return [number is not None and 0 < number <= _AS_WELL for number in bare]


def _stripped(cells: pd.Series) -> list[str | None]:
    """Return the texts of a column without the blanks around them, None for no text."""
    words = (cell.strip() if isinstance(cell, str) else "" for cell in cells.tolist())
    return [None if word.casefold() in _NOTHING else word for word in words]


def _is_empty(cell: object) -> bool:
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return True
    if isinstance(cell, float):
        return bool(np.isnan(cell))
    return isinstance(cell, str) and cell.strip().casefold() in _NOTHING


def _parser(meaning: Meaning) -> Callable[[Any], Any]:
    parsers: dict[str, Callable[[Any], Any]] = {
        "area": lambda cell: _area(cell, meaning),
        "number": lambda cell: _quantity(cell, meaning),
        "share": lambda cell: _share(cell, meaning),
        "boolean": _boolean,
        "category": lambda cell: _category(cell, meaning),
        "grade": _grade,
        "date": _date,
        "id": id_text,
        "text": id_text,
    }
    return parsers[meaning.kind]


def _area(cell: object, meaning: Meaning) -> float | None:
    area = parse_area(cell, unit=meaning.unit)[0]
    return None if area is None or not 0 <= area <= _LARGEST_M2 else float(area)


def _quantity(cell: object, meaning: Meaning) -> float | None:
    unit, own = meaning.unit, ""
    if isinstance(cell, str):
        cell, own = split_unit(cell)
        unit = own or unit
    number = parse_number(cell)
    if number is None:
        return None
    if unit in _PERCENT and not meaning.units:
        return float(number / 100)
    # 1.0-1.5, 1/2 and 3 000 begin with a number and are none
    if not unit or not (meaning.units or own):
        return float(number)
    factor = meaning.units.get(unit)
    return None if factor is None else float(number * Decimal(repr(factor)))


def _share(cell: object, meaning: Meaning) -> float | None:
    percent = isinstance(cell, str) and cell.strip().endswith(("%", "％"))
    percent = percent or meaning.unit in _PERCENT
    number = parse_number(cell.strip().rstrip("%％") if isinstance(cell, str) else cell)
    return None if number is None else float(number / 100 if percent else number)


def _folded(cell: object) -> str:
    return unicodedata.normalize("NFKC", str(cell)).strip().casefold()


def _boolean(cell: object) -> bool | None:
    if isinstance(cell, (bool, np.bool_)):
        return bool(cell)
    word = _folded(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)
    return True if word in _YES else False if word in _NO else None


def _category(cell: object, meaning: Meaning) -> str | None:
    word = _folded(cell)
    return next((name for name, words in meaning.words.items() if word in words), None)


def _grade(cell: object) -> str | None:
    letter = _folded(cell).upper().removesuffix("类").removesuffix("级")
    return letter if letter in _GRADES else None


def _date(cell: object) -> str | None:
    """Return a date as ISO text, only as exact as it was written."""
    if isinstance(cell, (pd.Timestamp, np.datetime64)) or hasattr(cell, "isoformat"):
        moment = pd.Timestamp(cell)  # type: ignore[arg-type]
        return str(moment.date()) if moment.year in _YEARS else None
    text = id_text(cell)
    match = _DATE.fullmatch(text) or _DATE_PLAIN.fullmatch(text)
    if match is None or int(match[1]) not in _YEARS:
        return None
    year, month, day = match.group(1, 2, 3)
    parts = [year, *(f"{int(p):02d}" for p in (month, day) if p)]
    try:
        pd.Timestamp("-".join([*parts, "01", "01"][:3]))
    except ValueError:
        return None
    return "-".join(parts)


def id_text(cell: object) -> str:
    """Return a code or name as text; a whole number that became a float loses its ``.0``."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    return str(cell).strip()


def unit_by_size(numbers: NDArray[np.float64], area_m2: NDArray[np.float64]) -> str:
    """Return the unit in which declared areas agree with the polygons, empty where none does.

    Parameters
    ----------
    numbers
        Declared areas without a unit, NaN where there is none.
    area_m2
        Areas of the polygons, good to some per cent.
    """
    known = np.isfinite(numbers) & (numbers > 0) & (area_m2 > 0)
    # a cell of 1e308 is no area in any unit
    with np.errstate(over="ignore"):
        ratios = {u: numbers[known] * float(AREA_UNITS[u]) / area_m2[known] for u in _GUESSED_UNITS}
    odd = (ratios["m2"] > _ODD) | (ratios["公顷"] < 1 / _ODD)
    if odd.all():
        return ""
    for unit, ratio in ratios.items():
        if np.mean(np.abs(ratio[~odd] - 1) < _AGREE) > _MOST:
            return unit
    return ""


def beyond_measure(
    numbers: NDArray[np.float64], area_m2: NDArray[np.float64], unit: str
) -> NDArray[np.bool_]:
    """Say which declared areas cannot be meant, in the unit that the others are in.

    Parameters
    ----------
    numbers, area_m2
        As for `unit_by_size`.
    unit
        What that found.
    """
    known = np.isfinite(numbers) & (numbers > 0) & (area_m2 > 0)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        ratio = numbers * float(AREA_UNITS[unit]) / area_m2
    return known & ((ratio > _BEYOND) | (ratio < 1 / _BEYOND))
