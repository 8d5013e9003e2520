"""The values that rules read, with what is known of each.

A cell that is empty, not a number where one is due, infinite, not a whole date, or not
among a category's values is unknown, as is an industry whose code cannot be read and a
number outside the bounds of its field; so is a whole column that the table does not have.
A ratio is unknown where a part is, or where the divisor is 0 or less; a sum where a part is;
a share of the map outside 0 to 1. What is unknown is named by the columns that would have
to be filled.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.policy.check import CONVERSIONS
from platforms.policy.conditions import ParameterRef
from platforms.policy.industry import normal_code
from platforms.policy.schema import Pack, PackField

__all__ = ["Cells", "Table", "fact_column"]

Bools = NDArray[np.bool_]

_SAME = 1e-9
_EMPTY = {"", "nan", "none", "<na>"}
_YES = {"true": True, "1": True, "1.0": True, "yes": True, "y": True, "是": True}
_NO = {"false": False, "0": False, "0.0": False, "no": False, "n": False, "否": False}


_DATE = re.compile(
    r"(\d{4})(?:(?P<sign>[-/.])(\d{1,2})(?P=sign)(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d\d)(\d\d))"
    r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
)


@dataclass(frozen=True)
class Cells:
    """One field of all plots.

    Attributes
    ----------
    data
        float64 for numbers (NaN unknown), datetime64[D] for dates (NaT unknown), bool for
        booleans, object for words (None unknown).
    known
        Where the value is known.
    missing
        For each column that is missing somewhere: where.
    """

    data: NDArray[Any]
    known: Bools
    missing: Mapping[str, Bools]


@dataclass
class Table:
    """A table of plots seen through a pack's fields; each field is read once."""

    frame: pd.DataFrame
    pack: Pack
    out_of_bounds: dict[str, tuple[PackField, NDArray[Any], Bools]] = field(default_factory=dict)
    unreadable: dict[str, tuple[PackField, NDArray[Any], Bools]] = field(default_factory=dict)
    _read: dict[tuple[str, int | None], Cells] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.frame)

    def cells(self, name: str, year: int | None = None) -> Cells:
        """Return a field's values.

        Parameters
        ----------
        name
            Id of a field of the pack.
        year
            Year of a yearly field; not looked at for others.

        Returns
        -------
        cells
            Values in the order of the table.
        """
        spec = self.pack.field(name)
        if spec is None:
            raise KeyError(name)
        key = (name, year if spec.yearly else None)
        if key not in self._read:
            made = self._make(spec, key[1])
            self._read[key] = self._within(spec, key[1], made) if spec.type == "number" else made
        return self._read[key]

    def numbers_read(self) -> Iterator[tuple[str, PackField, NDArray[Any], Bools]]:
        """Go through the numbers that were read: column, field, values, where known."""
        for (name, year), cells in self._read.items():
            spec = self.pack.field(name)
            if spec is not None and spec.type == "number":
                yield _column_name(name, year), spec, cells.data, cells.known

    def _within(self, spec: PackField, year: int | None, cells: Cells) -> Cells:
        """Return the values, unknown where they lie outside the bounds of the field."""
        least = -np.inf if spec.minimum is None else spec.minimum
        most = np.inf if spec.maximum is None else spec.maximum
        out = cells.known & ~((cells.data >= least - _SAME) & (cells.data <= most + _SAME))
        if not out.any():
            return cells
        column = _column_name(spec.id, year)
        self.out_of_bounds[column] = (spec, cells.data, out)
        missing = dict(cells.missing)
        missing[column] = missing.get(column, np.zeros(len(self), dtype=bool)) | out
        return Cells(np.where(out, np.nan, cells.data), cells.known & ~out, missing)

    def _make(self, spec: PackField, year: int | None) -> Cells:
        if spec.ratio is not None:
            return self._ratio(spec, year)
        if spec.sum is not None:
            return self._sum([self.cells(name, year) for name in spec.sum])
        if spec.convert is not None:
            base = self.pack.field(spec.convert)
            if base is None:
                raise KeyError(spec.convert)
            cells = self.cells(base.id, year)
            factor = CONVERSIONS[base.unit, spec.unit]
            return Cells(cells.data * factor, cells.known, cells.missing)
        column = spec.id if year is None else f"{spec.id}_{year}"
        if column not in self.frame.columns:
            return _nothing(len(self), column, spec.type)
        values, known = _typed(self.frame[column], spec)
        if spec.is_industry and not known.all():
            words = self.frame[column].astype("str").fillna("").to_numpy(dtype=object)
            bare = np.array([word.strip().lower() in _EMPTY for word in words], dtype=bool)
            if (unread := ~known & ~bare).any():
                self.unreadable[column] = (spec, words, unread)
        return Cells(values, known, {column: ~known} if not known.all() else {})

    def share(self, fact: str) -> Cells:
        """Return the share of each plot inside a layer of the map, 0 to 1."""
        column = fact_column(fact)
        if column not in self.frame.columns:
            return _nothing(len(self), column)
        values = pd.to_numeric(self.frame[column], errors="coerce")
        shares = values.to_numpy(dtype=np.float64, na_value=np.nan)
        known = (shares >= 0) & (shares <= 1)
        return Cells(shares, known, {column: ~known} if not known.all() else {})

    @staticmethod
    def _sum(parts: list[Cells]) -> Cells:
        missing: dict[str, Bools] = {}
        for part in parts:
            for name, where in part.missing.items():
                missing[name] = missing.get(name, False) | where
        known: Bools = np.logical_and.reduce([part.known for part in parts])
        return Cells(np.sum([part.data for part in parts], axis=0), known, missing)

    def _ratio(self, spec: PackField, year: int | None) -> Cells:
        upper, lower = self.parts(spec, year)
        if lower is None:
            return _nothing(len(self), f"parameter:{_parameter_name(spec)}")
        known = upper.known & lower.known & (lower.data > 0)
        values = np.divide(upper.data, lower.data, out=np.full(len(self), np.nan), where=known)
        missing = dict(upper.missing)
        # a divisor of zero is there, but cannot be right: it is named as missing
        bad = lower.known & ~(lower.data > 0)
        for name, where in lower.missing.items():
            missing[name] = missing.get(name, False) | where
        if bad.any():
            name = self._column(self._per(spec) or "", year)
            missing[name] = missing.get(name, np.zeros(len(self), dtype=bool)) | bad
        return Cells(values, known, missing)

    def parts(self, spec: PackField, year: int | None) -> tuple[Cells, Cells | None]:
        """Return the upper and lower field of a ratio; None where no parameter names one."""
        if spec.ratio is None:
            raise KeyError(spec.id)
        per = self._per(spec)
        lower = None if per is None else self.cells(per, year)
        return self.cells(spec.ratio.of, year), lower

    def _per(self, spec: PackField) -> str | None:
        per = None if spec.ratio is None else spec.ratio.per
        if not isinstance(per, ParameterRef):
            return per
        parameter = self.pack.parameter(per.parameter)
        current = None if parameter is None else parameter.current
        return None if current is None else str(current)

    def _column(self, name: str, year: int | None) -> str:
        """Return the column behind a field."""
        spec = self.pack.field(name)
        if spec is None:
            return name
        if spec.convert is not None:
            return self._column(spec.convert, year)
        return f"{name}_{year}" if spec.yearly else name


def _column_name(name: str, year: int | None) -> str:
    return name if year is None else f"{name}_{year}"


def fact_column(fact: str) -> str:
    """Return the column that ``spatial`` conditions read a fact from."""
    return f"fact_{fact}_share"


def _parameter_name(spec: PackField) -> str:
    per = spec.ratio.per if spec.ratio is not None else ""
    return per.parameter if isinstance(per, ParameterRef) else per


def _nothing(size: int, name: str, kind: str = "number") -> Cells:
    empty: NDArray[Any] = np.zeros(size, dtype=bool)
    if kind == "number":
        empty = np.full(size, np.nan)
    elif kind == "date":
        empty = np.full(size, np.datetime64("NaT", "D"))
    return Cells(empty, np.zeros(size, dtype=bool), {name: np.ones(size, dtype=bool)})


def _typed(column: pd.Series[Any], spec: PackField) -> tuple[NDArray[Any], Bools]:
    if spec.type == "number":
        numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        known = np.isfinite(numbers)
        return np.where(known, numbers, np.nan), known
    if spec.type == "boolean" and column.dtype == np.bool_:
        return column.to_numpy(dtype=bool), np.ones(len(column), dtype=bool)
    if spec.type == "date" and pd.api.types.is_datetime64_any_dtype(column):
        naive = column if column.dt.tz is None else column.dt.tz_localize(None)
        days = naive.to_numpy().astype("datetime64[D]")
        return days, ~np.isnat(days)
    # words repeat: look at each of them once
    codes, words = pd.factorize(column)
    if spec.type == "date":
        read = [_day(word) for word in words]
        days = np.array([*read, np.datetime64("NaT", "D")], dtype="datetime64[D]")[codes]
        return days, ~np.isnat(days)
    meaning = [_word(word, spec) for word in words]
    known_word = np.array([m is not None for m in meaning] + [False], dtype=bool)
    known = known_word[codes]
    if spec.type == "boolean":
        flags = np.array([bool(m) for m in meaning] + [False], dtype=bool)
        return flags[codes], known
    texts = np.array([*meaning, None], dtype=object)
    return texts[codes], known


def _day(value: object) -> np.datetime64:
    """Return the day that a cell names; NaT where it names none, or only a month or year."""
    if isinstance(value, dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        return np.datetime64(day, "D")
    found = _DATE.fullmatch(str(value).strip().removesuffix(".0"))
    if found is None:
        return np.datetime64("NaT", "D")
    year, month, day_of = (int(one) for one in found.groups() if one and one.isdigit())
    try:
        return np.datetime64(dt.date(year, month, day_of), "D")
    except ValueError:
        return np.datetime64("NaT", "D")


def _word(word: object, spec: PackField) -> object:
    """Return what a cell means, or None where it means nothing that the field allows."""
    text = str(word).strip()
    if spec.type == "boolean":
        lower = text.lower()
        return _YES.get(lower, _NO.get(lower))
    if not text:
        return None
    if spec.is_industry:
        # a number of a sheet may have come as a fraction
        return text.removesuffix(".0") if normal_code(text) else None
    if spec.allowed is None:
        return text
    if text in spec.allowed:
        return text
    return next((key for key, label in spec.allowed.items() if text in {label.zh, label.en}), None)
