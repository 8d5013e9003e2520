"""The portfolio as a workbook: the answer, the chosen plots, towns, curve, terms and weights."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from platforms import messages
from platforms.outputs.books.table_file import save_sheets
from platforms.planning.choice.portfolio import Portfolio
from platforms.planning.choice.portfolio_curve import PortfolioPrice
from platforms.planning.choice.portfolio_records import portfolio_plots

__all__ = ["portfolio_relaxations", "portfolio_shortages", "save_portfolio"]


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"portfolio.{entry}", None, **fields)


def portfolio_shortages(answer: Portfolio) -> list[str]:
    """Return why nothing fits, one sentence each; empty where a choice stands."""
    told = [
        _t(f"short.{one.kind}", name=one.name, needed=_n(one.needed), there=_n(one.there))
        for one in answer.shortages
    ]
    return told or ([_t("short.together")] if answer.status == "infeasible" else [])


def portfolio_relaxations(answer: Portfolio) -> list[str]:
    """Return the smallest set of limits that has to give, one phrase each."""
    return [
        _t(f"relax.{one.kind}", name=one.name, given=_n(one.given), needed=_n(one.needed))
        for one in answer.relaxations
    ]


def save_portfolio(
    answer: Portfolio,
    path: str | os.PathLike[str],
    *,
    curve: pd.DataFrame | None = None,
    last: PortfolioPrice | None = None,
    sample: bool = False,
    overwrite: bool = False,
) -> Path:
    """Write an answer as a workbook.

    Parameters
    ----------
    answer
        What :func:`platforms.portfolio` gave.
    path
        The ``.xlsx`` file.
    curve, last
        What :meth:`Portfolio.curve` and :meth:`Portfolio.last` gave.
    sample
        Whether the plots are synthetic; the answer is then marked so.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written; it appears whole or not at all.

    Raises
    ------
    OutputError
        For another ending, a file that exists, a read-only folder or a full disk.
    """
    sheets = {
        "answer": _answer(answer, last, sample=sample),
        "chosen": _chosen(answer),
        "towns": _titled(answer.towns()),
        "terms": _terms(answer),
    }
    if curve is not None:
        words = {name: _t(f"status.{name}") for name in curve["status"].unique()}
        sheets["curve"] = _titled(curve.assign(status=curve["status"].map(words)))
    titled = {_t(f"sheet.{name}"): table for name, table in sheets.items()}
    return save_sheets(titled, path, overwrite=overwrite)


def _answer(answer: Portfolio, last: PortfolioPrice | None, *, sample: bool) -> pd.DataFrame:
    found = answer.found
    rows: list[tuple[str, object]] = [(_t("sheet.sample"), "")] if sample else []
    rows += [
        (_t("sheet.status"), _t(f"status.{answer.status}")),
        (_t("sheet.target"), answer.target_mu),
        (_t("sheet.budget"), answer.limits.budget_wan),
        (_t("sheet.within"), answer.within_m),
    ]
    if answer.solved:
        rows += [
            (_t("sheet.land"), answer.land_mu),
            (_t("sheet.attainment"), f"{answer.attainment:.2%}"),
            (_t("sheet.objective"), found.objective),
            (_t("sheet.bound"), found.bound),
            (_t("sheet.gap"), f"{found.gap:.4%}"),
        ]
    rows.append((_t("sheet.seconds"), round(found.seconds, 3)))
    if last is not None:
        told = {"points": _n(last.points), "low": _n(last.low), "high": _n(last.high)}
        rows.append((_t("cli.last", mu=_n(last.mu), **told), ""))
    rows += [(_t("sheet.short"), one) for one in portfolio_shortages(answer)]
    rows += [(_t("sheet.relax"), one) for one in portfolio_relaxations(answer)]
    rows.append((_t("cli.left_out", **answer.counts()), ""))
    rows.append((_t("cli.terms").rstrip(":："), ""))
    return pd.DataFrame(rows, columns=[_t("head.item"), _t("head.value")])


def _chosen(answer: Portfolio) -> pd.DataFrame:
    rows = portfolio_plots(answer)
    sizes = ("net_mu", "counted_mu", "cost_wan", "jobs")
    names = ("plot_id", "name", "town", "firm_name", *sizes, "choice")
    table = pd.DataFrame(rows, columns=[n for n in names if not rows or n in rows[0]])
    return _titled(table.assign(choice=[_t(f"way.{one}") for one in table["choice"]]))


def _terms(answer: Portfolio) -> pd.DataFrame:
    rows = []
    for row in answer.terms():
        weight = answer.weights.parameters[str(row["term"])]
        notes = [_t(f"unused.{row['unused']}") if row["unused"] else "", weight.note or ""]
        rows.append(
            {
                "term": _t(f"term.{row['term']}"), "amount": row["amount"],
                "unit": _t(f"unit.{row['term']}"), "weight": row["weight"],
                "points": row["points"], "note": "；".join(note for note in notes if note),
            }
        )  # fmt: skip
    return _titled(pd.DataFrame(rows))


def _titled(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(columns={name: _t(f"head.{name}") for name in table.columns})


def _n(value: float | None) -> str:
    return "—" if value is None else f"{value:,.2f}"
