"""What another rule, or another reading of one, changes: plot by plot and in all.

The same plots are judged twice, by two packs or by one pack with two settings. Both sides
are evaluations as ``assess`` makes them; nothing here judges anew. An area that is not known
is left out of the sums in 亩, and the number of such plots stands beside them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms import messages
from platforms.errors import InputError
from platforms.policy import kleene
from platforms.policy.evaluate import evaluate
from platforms.policy.evaluation import Evaluation
from platforms.policy.schema import Pack
from platforms.units import MU_PER_M2, half_up

__all__ = ["CHANGES", "PolicyDiff", "policy_diff"]

CHANGES = ("same", "now_hit", "now_not", "now_unknown", "other_outcome")


@dataclass(frozen=True)
class PolicyDiff:
    """Two judgements of the same plots.

    Attributes
    ----------
    frame
        One row a plot, in their order and with their index: ``plot_id``, ``left``,
        ``right`` (verdicts), ``change`` (same, now_hit, now_not, now_unknown,
        other_outcome), ``area_mu`` (亩, NaN unknown), ``because_left``, ``because_right``
        (the rules that decide, in the current language).
    totals
        One row for each pair of verdicts, those without plots too: ``left``, ``right``,
        ``plots``, ``area_mu`` (亩, two decimals, half up) and ``plots_without_area``.
    left, right
        The evaluations.
    """

    frame: pd.DataFrame
    totals: pd.DataFrame
    left: Evaluation
    right: Evaluation

    @property
    def changed(self) -> pd.DataFrame:
        """The rows of the plots whose verdict differs."""
        return self.frame[self.frame["change"] != "same"]

    def matrix(self, value: str = "plots") -> pd.DataFrame:
        """Return a column of the totals as left (rows) by right (columns)."""
        table = self.totals.pivot_table(index="left", columns="right", values=value, sort=False)
        return table.astype(self.totals[value].dtype)

    def to_json(self) -> dict[str, object]:
        """Return the object that ``assess --against --json`` prints: changed plots, totals."""
        return {
            "left": _side(self.left.pack),
            "right": _side(self.right.pack),
            "plots": [
                {
                    **{str(name): value for name, value in row.items()},
                    "plot_id": str(row["plot_id"]),
                    "area_mu": None if pd.isna(row["area_mu"]) else float(row["area_mu"]),
                }
                for row in self.changed.to_dict("records")
            ],
            "total": [
                {str(name): value for name, value in row.items()}
                for row in self.totals.to_dict("records")
            ],
        }

    def to_text(self, lang: str | None = None) -> str:
        """Return the changes and the sums for the terminal."""

        def named(row: Mapping[Hashable, object]) -> dict[str, object]:
            return {
                **{str(name): value for name, value in row.items()},
                "left": self.left.verdict_title(str(row["left"]), lang),
                "right": self.right.verdict_title(str(row["right"]), lang),
            }

        head = {"left": self.left.pack.title.show(lang), "right": self.right.pack.title.show(lang)}
        lines = [messages.text("policy.diff.head", lang, **head)]
        lines += [messages.text("policy.diff.setting", lang, **one) for one in self.settings()]
        for row in self.changed.to_dict("records"):
            lines.append(messages.text("policy.diff.row", lang, **named(row)))
        for row in self.totals[self.totals["plots"] > 0].to_dict("records"):
            entry = "total_open" if row["plots_without_area"] else "total"
            lines.append(messages.text(f"policy.diff.{entry}", lang, **named(row)))
        return "\n".join(lines)

    def settings(self) -> list[dict[str, object]]:
        """Return the parameters that one pack sets differently on the two sides.

        Returns
        -------
        settings
            ``name``, ``title`` (in the current language), ``left`` and ``right``: a reading
            or a value. Two packs have no parameter in common.
        """
        if self.left.pack.pack != self.right.pack.pack:
            return []
        one, two = _settings(self.left.pack), _settings(self.right.pack)
        titles = {parameter.id: parameter.title.show() for parameter in self.left.pack.parameters}
        return [
            {"name": name, "title": titles[name], "left": one[name], "right": two[name]}
            for name in one
            if one[name] != two[name]
        ]


def policy_diff(
    plots: pd.DataFrame,
    left: Pack | Evaluation,
    right: Pack | Evaluation,
    *,
    reference: pd.DataFrame | None = None,
) -> PolicyDiff:
    """Compare what two packs, or two settings of one, say of the same plots.

    Parameters
    ----------
    plots
        One row a plot, with the columns that both packs read; ``area_mu`` (亩) is summed.
    left, right
        Packs (``pack.choose(...)`` for another setting), or evaluations of these plots.
    reference
        As for ``assess``; for packs only.

    Returns
    -------
    diff
        The verdicts side by side, what decides them, and the sums.

    Raises
    ------
    InputError
        For an evaluation of other plots.
    """
    one, two = (
        side if isinstance(side, Evaluation) else evaluate(plots, side, reference=reference)
        for side in (left, right)
    )
    for side in (one, two):
        if len(side.plot_ids) != len(plots) or not np.array_equal(side.plot_ids, one.plot_ids):
            raise InputError("policy.diff.other_plots", pack=side.pack.pack)
    area = np.full(len(plots), np.nan)
    if "area_mu" in plots.columns:
        area = pd.to_numeric(plots["area_mu"], errors="coerce").to_numpy(
            np.float64, na_value=np.nan
        )
    frame = pd.DataFrame(
        {
            "plot_id": one.plot_ids,
            "left": one.verdicts(),
            "right": two.verdicts(),
            "change": _changes(one, two),
            "area_mu": area,
            "because_left": one.because(),
            "because_right": two.because(),
        },
        index=plots.index,
    )
    cents = _cents(plots, area)
    return PolicyDiff(frame, _totals(frame, cents, _names(one), _names(two)), one, two)


def _cents(plots: pd.DataFrame, area_mu: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the printed areas in 0.01 m², which add without error; NaN unknown."""
    if "area_m2" not in plots.columns:
        return np.rint(area_mu / MU_PER_M2 * 1e6) / 1e4
    m2 = pd.to_numeric(plots["area_m2"], errors="coerce")
    cents: NDArray[np.float64] = np.rint(m2.to_numpy(np.float64, na_value=np.nan) * 100)
    return cents


def _changes(one: Evaluation, two: Evaluation) -> NDArray[np.object_]:
    names = np.array(CHANGES, dtype=object)
    # by where it ends: not, unknown, hit
    ends = np.array([2, 3, 1])[two.verdict.astype(np.int64) + 1]
    ends[one.verdict == two.verdict] = 0
    ends[(one.verdict == kleene.TRUE) & (two.verdict == kleene.TRUE)] = 4
    ends[one.verdicts() == two.verdicts()] = 0
    changes: NDArray[np.object_] = names[ends]
    return changes


def _names(side: Evaluation) -> tuple[str, ...]:
    return (*side.pack.outcomes, "not", "unknown")


def _totals(
    frame: pd.DataFrame, cents: NDArray[np.float64], left: Iterable[str], right: Iterable[str]
) -> pd.DataFrame:
    grouped = frame.assign(cents=cents).groupby(["left", "right"], observed=True)["cents"]
    pairs = pd.MultiIndex.from_product([list(left), list(right)], names=["left", "right"])
    sums = grouped.agg(plots="size", cents="sum", known="count").reindex(pairs, fill_value=0)
    totals = sums.reset_index()
    totals["plots_without_area"] = totals["plots"] - totals["known"]
    # summed first, converted once
    mu = np.round(totals["cents"].to_numpy(dtype=np.float64) / 100 * MU_PER_M2, 8)
    totals["area_mu"] = half_up(mu, 2)
    return totals[["left", "right", "plots", "area_mu", "plots_without_area"]]


def _side(pack: Pack) -> dict[str, object]:
    """Return a pack with the settings that are in use."""
    return {"pack": pack.pack, "judged_on": pack.day.isoformat(), "settings": _settings(pack)}


def _settings(pack: Pack) -> dict[str, object]:
    return {p.id: p.reading if p.readings else _plain(p.current) for p in pack.settled}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
