"""Counts and whole cents of plots, by verdict and by group: what all figures are made of.

Cents are whole numbers, so tallies of parts add up to that of the whole in any order, and the
figures that are read off are the same whether the plots lay in one table or in a hundred.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Tally", "cents", "tally", "together"]

_SUMS = ("plots", "area", "nets", "once", "twice")


@dataclass(frozen=True)
class Tally:
    """Counts and sums of plots.

    Attributes
    ----------
    rows
        One row for each verdict in each combination of groups: ``verdict``, the groups (empty
        text for none), ``plots``, ``nets`` (plots whose net land is known) and whole cents
        (0.01 m²): ``area``, ``once`` (net land that no plot before has) and ``twice``.
    low_firms
        Credit codes on low-efficiency plots; None where plots have no such column.
    """

    rows: pd.DataFrame
    low_firms: frozenset[str] | None = None

    def of(self, verdict: str) -> pd.Series[int]:
        """Return the sums of one verdict."""
        return self.rows.loc[self.rows["verdict"].eq(verdict), list(_SUMS)].sum()

    @property
    def total(self) -> pd.Series[int]:
        """The sums of all plots."""
        return self.rows[list(_SUMS)].sum()


def cents(area_m2: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return printed areas as whole cents, which add without error; an unknown one as 0."""
    return np.rint(np.nan_to_num(area_m2) * 100).astype("int64")


def tally(plots: pd.DataFrame, by: Sequence[str] = ()) -> Tally:
    """Count plots.

    Parameters
    ----------
    plots
        ``area_m2``, ``verdict``; where known ``net_m2``, ``net_overlap_m2``, ``credit_code``.
    by
        Columns to group by; a missing value is a group of its own, the empty text.
    """
    net = _floats(plots["net_m2"]) if "net_m2" in plots else np.full(len(plots), np.nan)
    twice = _floats(plots["net_overlap_m2"]) if "net_overlap_m2" in plots else net * 0.0
    table = pd.DataFrame({"verdict": plots["verdict"].to_numpy(dtype=object)})
    for name in by:
        column = plots[name].astype(object)
        table[name] = column.where(column.notna(), "").to_numpy()
    table["plots"] = 1
    table["area"] = cents(_floats(plots["area_m2"]))
    table["nets"] = (~np.isnan(net)).astype("int64")
    table["once"], table["twice"] = cents(net - twice), cents(twice)
    firms = None
    if "credit_code" in plots:
        codes = plots.loc[plots["verdict"].eq("low_efficiency"), "credit_code"]
        firms = frozenset(codes.dropna().unique().tolist())
    return Tally(_summed(table, by), firms)


def together(tallies: Sequence[Tally]) -> Tally:
    """Return the tally of all plots from those of their parts, one or more."""
    by = [str(name) for name in tallies[0].rows if name not in {"verdict", *_SUMS}]
    rows = pd.concat([one.rows for one in tallies], ignore_index=True)
    known = [one.low_firms for one in tallies if one.low_firms is not None]
    firms = reduce(frozenset.union, known) if known else None
    return Tally(_summed(rows, by), firms)


def _summed(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    return table.groupby(["verdict", *by], sort=True, dropna=False).sum().reset_index()


def _floats(column: pd.Series) -> npt.NDArray[np.float64]:
    return column.to_numpy(dtype="float64", na_value=np.nan)
