"""Rows of two tables brought together by their key.

A key that stands twice in a table is told apart by its turn: the first with the first, the
second with the second. What only one of the tables has stays, with nothing on the other side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

__all__ = ["STATES", "Pairs", "paired", "table_change"]

STATES = ("same", "changed", "only_a", "only_b")

Floats = NDArray[np.float64]
Numbers = TypeVar("Numbers", NDArray[np.float64], NDArray[np.int64])
_NOWHERE = -1


@dataclass(frozen=True)
class Pairs:
    """Which row of the one stands beside which of the other.

    Attributes
    ----------
    a, b
        The tables.
    at_a, at_b
        Places of the rows; -1 where a table has none. First in the order of ``a``, then what
        only ``b`` has.
    """

    a: pd.DataFrame
    b: pd.DataFrame
    at_a: NDArray[np.intp]
    at_b: NDArray[np.intp]

    @property
    def only_a(self) -> NDArray[np.bool_]:
        """Whether a row is in ``a`` only."""
        return np.equal(self.at_b, _NOWHERE)

    @property
    def only_b(self) -> NDArray[np.bool_]:
        """Whether a row is in ``b`` only."""
        return np.equal(self.at_a, _NOWHERE)

    @property
    def both(self) -> NDArray[np.bool_]:
        """Whether a row is in both."""
        return ~(self.only_a | self.only_b)

    def columns(self, name: str) -> tuple[pd.Series, pd.Series]:
        """Return a column of both sides, missing where a side has no such row or column."""
        return _taken(self.a, name, self.at_a), _taken(self.b, name, self.at_b)

    def numbers(self, name: str) -> tuple[Floats, Floats]:
        """Return a column of both sides as numbers, NaN where missing."""
        a, b = (
            pd.to_numeric(one, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
            for one in self.columns(name)
        )
        return a, b

    def on_both(self, a: Numbers, b: Numbers) -> tuple[Numbers, Numbers]:
        """Return values of the two tables by their rows here, 0 where a side has none."""
        return (
            np.where(self.only_b, 0, a[self.at_a] if len(a) else 0),
            np.where(self.only_a, 0, b[self.at_b] if len(b) else 0),
        )


def paired(a: pd.DataFrame, b: pd.DataFrame, keys: Sequence[str]) -> Pairs:
    """Bring the rows of two tables together.

    Parameters
    ----------
    a, b
        Tables with the key columns.
    keys
        Columns that name a row.
    """
    left, right = (_keyed(table, keys) for table in (a, b))
    both = left.merge(right, on=[*keys, "turn"], how="left", suffixes=("_a", "_b"))
    at_a = both["at_a"].to_numpy(dtype=np.intp)
    at_b = both["at_b"].fillna(_NOWHERE).to_numpy(dtype=np.intp)
    rest = np.setdiff1d(np.arange(len(b), dtype=np.intp), at_b)
    nowhere = np.full(len(rest), _NOWHERE, dtype=np.intp)
    return Pairs(a, b, np.concatenate([at_a, nowhere]), np.concatenate([at_b, rest]))


def _keyed(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    named = pd.DataFrame({name: table[name].astype("str").fillna("").array for name in keys})
    named["turn"] = named.groupby(list(keys), sort=False).cumcount()
    named["at"] = np.arange(len(named))
    return named


def _taken(table: pd.DataFrame, name: str, at: NDArray[np.intp]) -> pd.Series:
    if name not in table.columns:
        return pd.Series(np.nan, index=range(len(at)))
    column = table[name].reset_index(drop=True).reindex(pd.Index(at))
    return column.reset_index(drop=True)


def table_change(
    pairs: Pairs, keys: Sequence[str], columns: Sequence[str], *, main: str,
    about: Sequence[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """Return both tables side by side.

    Parameters
    ----------
    pairs
        Rows brought together.
    keys
        Columns that name a row.
    columns
        What is compared.
    main
        The column of these whose change is told.
    about
        What else is told of a row, from ``b`` where it has it.

    Returns
    -------
    change
        The keys, what is told, ``<column>_a`` and ``<column>_b`` of each column, ``change``
        (of the main one; missing counts as 0), ``state`` (of ``STATES``), and the shape where
        there is one; a shape that moved makes a row changed, too.
    """
    out: dict[str, object] = {}
    for name in (*keys, *about):
        if name in pairs.a.columns or name in pairs.b.columns:
            a, b = pairs.columns(name)
            out[name] = b.where(~pairs.only_a, a) if name in pairs.b.columns else a
    differs = np.zeros(len(pairs.at_a), dtype=bool)
    for name in columns:
        a, b = pairs.columns(name)
        out[f"{name}_a"], out[f"{name}_b"] = a, b
        # a column that one side does not know at all makes no row another
        if name in pairs.a.columns and name in pairs.b.columns:
            differs |= _unlike(a, b)
    before, after = pairs.numbers(main)
    out["change"] = np.round(np.nan_to_num(after) - np.nan_to_num(before), 6) + 0.0
    shapes = _shapes(pairs)
    if shapes is not None:
        differs |= shapes[1]
    choices = [pairs.only_a, pairs.only_b, differs]
    out["state"] = pd.array(np.select(choices, ["only_a", "only_b", "changed"], "same"), "str")
    table = pd.DataFrame(out)
    if shapes is None:
        return table
    crs = next(one.crs for one in (pairs.b, pairs.a) if isinstance(one, gpd.GeoDataFrame))
    shaped: pd.DataFrame = gpd.GeoDataFrame(table, geometry=shapes[0], crs=crs)
    return shaped


def _unlike(a: pd.Series, b: pd.Series) -> NDArray[np.bool_]:
    """Say where two columns differ; what is missing in both is alike."""
    none_a, none_b = a.isna().to_numpy(), b.isna().to_numpy()
    gone = none_a | none_b
    left, right = (one.astype(object).mask(gone, None).to_numpy() for one in (a, b))
    found: NDArray[np.bool_] = (np.not_equal(left, right) & ~gone) | (none_a != none_b)
    return found


def _shapes(pairs: Pairs) -> tuple[NDArray[np.object_], NDArray[np.bool_]] | None:
    """Return the shapes, those of ``b`` first, and whether they moved."""
    if not (isinstance(pairs.a, gpd.GeoDataFrame) and isinstance(pairs.b, gpd.GeoDataFrame)):
        return None
    sides = []
    for table, at in ((pairs.a, pairs.at_a), (pairs.b, pairs.at_b)):
        # one more that is nothing, for rows that a side does not have
        shapes = np.append(table.geometry.to_numpy(), np.array([None], dtype=object))
        sides.append(shapes[at])
    a, b = sides
    moved = ~shapely.equals_exact(a, b, tolerance=0.0) & pairs.both
    moved &= ~(shapely.is_missing(a) & shapely.is_missing(b))
    return np.where(pairs.only_a, a, b), moved
