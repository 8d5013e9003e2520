"""The mean of a plot's industry, over some years.

The weighted mean is sum over sum (Σ tax / Σ area) over all rows and years that have both;
the simple mean is the mean of the rows' own ratios. A mean stands on at least a stated
number of rows with data in each of its years; with fewer it is unknown, and with it
whatever is compared with it. Sums are exact: the order of the rows does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.policy.columns import Bools, Table
from platforms.policy.conditions import RelativeBody
from platforms.policy.exact_sums import exact_sums
from platforms.policy.industry import groups

__all__ = ["IndustrySums", "Mean", "Window", "industry_mean", "industry_sums"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """Which mean is meant.

    Attributes
    ----------
    kind
        ``weighted`` or ``simple``.
    years
        Years of the mean.
    minimum_peers
        Fewer rows with data in any of the years make the mean unknown.
    digits
        Digits of an industry's code that make a group.
    """

    kind: str
    years: Sequence[int]
    minimum_peers: int
    digits: int = 2


@dataclass(frozen=True)
class Mean:
    """The mean that each plot is compared with.

    Attributes
    ----------
    values
        The mean; NaN unknown.
    known
        Where it is known.
    peers
        Rows with data in the year that has fewest of them.
    missing
        Why it is unknown: the industry of the plot, or ``industry_mean:<field>``.
    groups
        The industry whose mean it is; None unknown.
    """

    values: Floats
    known: Bools
    peers: NDArray[np.int64]
    missing: Mapping[str, Bools]
    groups: NDArray[np.object_]


@dataclass(frozen=True)
class IndustrySums:
    """What the means of industries are made of; those of parts add up to those of the whole.

    Attributes
    ----------
    years
        For each year of the window, by industry: what is summed above the line and below it,
        exactly, and how many rows have both.
    """

    years: tuple[Mapping[object, tuple[Fraction, Fraction, int]], ...]

    def __add__(self, other: IndustrySums) -> IndustrySums:
        """Return the sums of both."""
        nothing = (Fraction(0), Fraction(0), 0)
        added = []
        for one, two in zip(self.years, other.years, strict=True):
            year = dict(one)
            for name, (upper, lower, rows) in two.items():
                had = year.get(name, nothing)
                year[name] = (had[0] + upper, had[1] + lower, had[2] + rows)
            added.append(year)
        return IndustrySums(tuple(added))


def industry_sums(
    reference: Table, population: Bools, body: RelativeBody, window: Window
) -> IndustrySums:
    """Return what the means of industries are made of.

    Parameters
    ----------
    reference
        The rows that the means are made of.
    population
        Which of those rows count.
    body
        The comparison: its field, and the field that names the industry.
    window
        Kind and years of the mean.
    """
    members, belongs = _industries(reference, body.industry, window.digits)
    industries = pd.Index(pd.unique(pd.Series(members[belongs], dtype=object)))
    group = _codes(industries, members, belongs)
    years: list[dict[object, tuple[Fraction, Fraction, int]]] = []
    for year in window.years:
        above, below, known = _sums(reference, body.field, year, window.kind)
        counts = population & known & (group >= 0)
        own = group[counts]
        upper = exact_sums(above[counts], own, len(industries))
        lower = exact_sums(below[counts], own, len(industries))
        found = np.bincount(own, minlength=len(industries))
        told = zip(industries, upper, lower, found, strict=True)
        years.append({name: (u, low, int(rows)) for name, u, low, rows in told if rows})
    return IndustrySums(tuple(years))


def industry_mean(table: Table, sums: IndustrySums, body: RelativeBody, window: Window) -> Mean:
    """Return the mean of each plot's industry.

    Parameters
    ----------
    table
        The plots.
    sums
        What the means are made of.
    body
        The comparison: its field, and the field that names the industry.
    window
        Kind and years of the mean, and the rows that it needs.

    Returns
    -------
    mean
        One value a plot.
    """
    industries = pd.Index(list(dict.fromkeys(n for year in sums.years for n in year)), dtype=object)
    nothing = (Fraction(0), Fraction(0), 0)
    each = [[year.get(name, nothing) for year in sums.years] for name in industries]
    upper = np.array([float(sum((y[0] for y in row), Fraction(0))) for row in each])
    lower = np.array([float(sum((y[1] for y in row), Fraction(0))) for row in each])
    peers = np.array([min(y[2] for y in row) for row in each], dtype=np.int64)
    enough = (peers >= window.minimum_peers) & (lower > 0)
    means = np.divide(upper, lower, out=np.full(len(industries), np.nan), where=enough)

    own, told = _industries(table, body.industry, window.digits)
    at = _codes(industries, own, told)
    # the last place stands for "no such industry among the peers"
    values = np.append(means, np.nan)[at]
    known = np.append(enough, False)[at]
    missing = {} if told.all() else {body.industry: ~told}
    if (few := told & ~known).any():
        missing[f"industry_mean:{body.field}"] = few
    return Mean(values, known, np.append(peers, 0)[at], missing, own)


def _industries(table: Table, name: str, digits: int) -> tuple[NDArray[np.object_], Bools]:
    """Return the industry of each row, codes cut to a level, and where it is known."""
    cells, spec = table.cells(name), table.pack.field(name)
    if spec is None or not spec.is_industry:
        return cells.data, cells.known
    cut = groups(cells.data, cells.known, digits)
    return cut, np.asarray(cut != None, dtype=bool)  # noqa: E711 cell by cell


def _codes(industries: pd.Index, values: NDArray[np.object_], known: Bools) -> NDArray[np.intp]:
    codes = np.full(len(values), -1, dtype=np.intp)
    codes[known] = industries.get_indexer(pd.Index(values[known], dtype=object))
    return codes


def _sums(table: Table, name: str, year: int, kind: str) -> tuple[Floats, Floats, Bools]:
    """Return what is summed above and below the line, and the rows that have both."""
    cells = table.cells(name, year)
    spec = table.pack.field(name)
    if kind == "weighted" and spec is not None:
        upper, lower = table.parts(spec, year)
        if lower is not None:
            return upper.data, lower.data, cells.known
    return cells.data, np.ones(len(table)), cells.known
