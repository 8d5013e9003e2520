"""Score, rank and grade firms by a score pack (亩均论英雄).

The score of an indicator is weight times value over divisor, with no upper or lower bound
unless the pack names a cap. The score of a firm is their sum, less what is taken off. A firm
that lacks a value has no score, and no grade, unless the pack says that it gets the mean
score of its group for that indicator; missing data never make a low grade.

Firms with a score are ranked in their group, best first; those without take no place, and
per cents count only the ranked. Firms with one score share the best of their ranks. Rank r
of n firms stands at 100 r / n per cent, and a cut-off belongs to the better grade: with 20 %
for A, rank 2 of 10 is A and rank 3 is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.errors import RuleError
from platforms.policy.columns import Table
from platforms.policy.conditions import ParameterRef
from platforms.policy.score_schema import Deduction, Indicator, ScoreGroup, ScorePack

__all__ = ["UNGRADED", "score"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

UNGRADED = "unknown"
_SAME = 1e-9
_DIGITS = 9


@dataclass
class _Gaps:
    """For each name that keeps some firm without score or grade: which firms."""

    size: int
    where: dict[str, Bools]

    def add(self, name: str, rows: Bools) -> None:
        if rows.any():
            self.where[name] = self.where.get(name, np.zeros(self.size, dtype=bool)) | rows

    def texts(self) -> NDArray[np.object_]:
        """Return the names for each firm, joined by ``;``."""
        texts = np.full(self.size, "", dtype=object)
        for name, rows in self.where.items():
            texts[rows] = np.where(texts[rows] == "", name, texts[rows] + ";" + name)
        return texts


def score(
    firms: pd.DataFrame, pack: ScorePack, *, cut_offs: ScorePack | None = None
) -> pd.DataFrame:
    """Score, rank and grade firms.

    Parameters
    ----------
    firms
        One row a firm, with the columns that the pack's fields name (yearly ones as
        ``<id>_<year>`` of the pack's ``data_year``); not changed.
    pack
        Indicators, weights and divisors, and, if it has them, cut-offs.
    cut_offs
        Another pack whose cut-offs, ranking groups and least number are used instead.

    Returns
    -------
    scores
        Index of ``firms``; ``score_<indicator>`` for each indicator of the pack and
        ``score`` (points, NaN unknown or not of the firm's group), ``rank`` (Int64, empty
        without a score), ``grade`` (``unknown`` without one) and ``missing`` (columns and
        parameters that keep the score or the grade unknown, joined by ``;``).

    Raises
    ------
    RuleError
        When ``cut_offs`` tells groups apart by another field.
    """
    grading = pack if cut_offs is None else cut_offs
    if grading.group_by != pack.group_by:
        raise RuleError(
            "policy.score_groups", name=grading.pack, field=grading.group_by, expected=pack.group_by
        )
    table = Table(firms, pack.rules)
    gaps = _Gaps(len(firms), {})
    members = table.cells(pack.group_by, pack.data_year)
    for name, rows in members.missing.items():
        gaps.add(name, rows)
    names = dict.fromkeys(i.id for group in pack.groups for i in group.indicators)
    parts = {name: np.full(len(firms), np.nan) for name in names}
    total = np.full(len(firms), np.nan)
    for group in pack.groups:
        inside = members.known & np.asarray(members.data == group.id, dtype=bool)
        total[inside] = _group_score(table, pack, group, inside, parts, gaps)[inside]
    rank, grade = _graded(Table(firms, grading.rules), grading, total, gaps)
    columns: dict[str, object] = {f"score_{name}": values for name, values in parts.items()}
    columns |= {"score": total, "rank": rank, "grade": grade, "missing": gaps.texts()}
    scores = pd.DataFrame(columns, index=firms.index)
    return scores.astype({"rank": "Int64", "grade": "str", "missing": "str"})


def _group_score(
    table: Table,
    pack: ScorePack,
    group: ScoreGroup,
    inside: Bools,
    parts: dict[str, Floats],
    gaps: _Gaps,
) -> Floats:
    if group.base is not None:
        total = _values(table, pack, group.base, inside, gaps)
    else:
        total = np.zeros(len(table))
        for indicator in group.indicators:
            points = _points(table, pack, indicator, inside, gaps)
            parts[indicator.id][inside] = points[inside]
            total = total + points
    for deduction in group.deductions:
        total = total - _off(table, pack, deduction, inside, gaps)
    return np.asarray(total, dtype=np.float64)


def _values(table: Table, pack: ScorePack, name: str, inside: Bools, gaps: _Gaps) -> Floats:
    cells = table.cells(name, pack.data_year)
    for column, rows in cells.missing.items():
        gaps.add(column, rows & inside)
    return np.where(cells.known, cells.data, np.nan)


def _number(pack: ScorePack, name: str, inside: Bools, gaps: _Gaps) -> float:
    """Return a parameter's number; NaN, and a gap, where the pack has none."""
    value = pack.number(name)
    if value is None:
        gaps.add(f"parameter:{name}", inside)
        return float("nan")
    return value


def _points(
    table: Table, pack: ScorePack, indicator: Indicator, inside: Bools, gaps: _Gaps
) -> Floats:
    weight = _number(pack, indicator.weight, inside, gaps)
    divisor = _number(pack, indicator.divisor, inside, gaps)
    local = _Gaps(gaps.size, {})
    values = _values(table, pack, indicator.field, inside, local)
    with np.errstate(divide="ignore", invalid="ignore"):
        points: Floats = values / divisor * weight
    points[~np.isfinite(points)] = np.nan
    if indicator.cap is not None:
        points = np.minimum(points, _number(pack, indicator.cap, inside, gaps))
    known = inside & np.isfinite(points)
    if _when_missing(pack, indicator) == "group_mean" and known.any():
        return np.where(inside & ~known, points[known].mean(), points)
    for name, rows in local.where.items():
        gaps.add(name, rows)
    return points


def _when_missing(pack: ScorePack, indicator: Indicator) -> object:
    if not isinstance(indicator.when_missing, ParameterRef):
        return indicator.when_missing
    parameter = pack.parameter(indicator.when_missing.parameter)
    return None if parameter is None else parameter.current


def _off(table: Table, pack: ScorePack, deduction: Deduction, inside: Bools, gaps: _Gaps) -> Floats:
    counts = _values(table, pack, deduction.field, inside, gaps)
    free = _number(pack, deduction.free, inside, gaps)
    first = _number(pack, deduction.first, inside, gaps)
    each = _number(pack, deduction.each, inside, gaps)
    over = counts - free
    points: Floats = np.where(over > 0, first + each * (over - 1), 0.0 * over)
    return points


def _graded(
    table: Table, pack: ScorePack, total: Floats, gaps: _Gaps
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return rank and grade of each firm; None and ``unknown`` without."""
    rank = np.full(len(total), None, dtype=object)
    grade = np.full(len(total), UNGRADED, dtype=object)
    members = table.cells(pack.group_by, pack.data_year)
    counted = np.isfinite(total) & members.known
    kinds = _kinds(table, pack, counted, gaps)
    counted &= kinds >= 0
    if not counted.any():
        return rank, grade
    # scores that differ by rounding only share a rank
    frame = pd.DataFrame(
        {"group": members.data[counted], "kind": kinds[counted],
         "score": np.round(total[counted], _DIGITS)}
    )  # fmt: skip
    grouped = frame.groupby(["group", "kind"], sort=False)["score"]
    ranks = grouped.rank(method="min", ascending=False).to_numpy()
    sizes = grouped.transform("size").to_numpy()
    rank[counted] = ranks.astype(int)
    shares = np.full(len(total), np.nan)
    shares[counted] = 100.0 * ranks / sizes
    size = np.zeros(len(total))
    size[counted] = sizes
    for group in pack.groups:
        rows = counted & np.asarray(members.data == group.id, dtype=bool)
        grade[rows] = _grades(pack, group, rows, shares, gaps)[rows]
    if pack.minimum_firms is not None:
        least = _number(pack, pack.minimum_firms.parameter, counted, gaps)
        few = counted & ~(size >= least)
        gaps.add("ranked_firms", few)
        grade[few] = UNGRADED
    return rank, grade


def _kinds(table: Table, pack: ScorePack, counted: Bools, gaps: _Gaps) -> NDArray[np.int64]:
    """Return a number for each firm, alike where firms are ranked together; -1 unknown."""
    if pack.rank_within is None:
        return np.zeros(len(table), dtype=np.int64)
    parameter = pack.parameter(pack.rank_within.parameter)
    name = None if parameter is None else parameter.current
    if name is None:
        gaps.add(f"parameter:{pack.rank_within.parameter}", counted)
        return np.full(len(table), -1, dtype=np.int64)
    cells = table.cells(str(name), pack.data_year)
    for column, rows in cells.missing.items():
        gaps.add(column, rows & counted)
    codes = np.asarray(pd.factorize(cells.data)[0], dtype=np.int64)
    return np.where(cells.known, codes, -1)


def _grades(
    pack: ScorePack, group: ScoreGroup, rows: Bools, shares: Floats, gaps: _Gaps
) -> NDArray[np.object_]:
    grade = np.full(len(shares), UNGRADED, dtype=object)
    if not group.grades:
        gaps.add("cut_offs", rows)
        return grade
    open_rows = rows.copy()
    for cut in group.grades:
        limit = 100.0 if cut.up_to is None else _number(pack, cut.up_to, open_rows, gaps)
        if np.isnan(limit):
            # where one grade ends is not known, so neither is what follows
            return grade
        here = open_rows & (shares <= limit + _SAME)
        grade[here] = cut.grade
        open_rows &= ~here
    return grade
