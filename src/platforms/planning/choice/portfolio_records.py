"""The portfolio as plain data: what ``platforms portfolio --json`` prints."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.planning.choice.portfolio import Portfolio
from platforms.planning.choice.portfolio_curve import PortfolioPrice
from platforms.planning.land.sites import column_numbers, plain, plot_labels

__all__ = ["counted_land", "portfolio_plots", "portfolio_records"]

_DIGITS = 6


def portfolio_records(
    answer: Portfolio, *, curve: pd.DataFrame | None = None, last: PortfolioPrice | None = None
) -> dict[str, object]:
    """Return an answer as one JSON-ready dict; what is unknown is None.

    Parameters
    ----------
    answer
        What :func:`platforms.portfolio` gave.
    curve, last
        What :meth:`Portfolio.curve` and :meth:`Portfolio.last` gave, where they were asked for.

    Returns
    -------
    told
        status, target_mu, land_mu, attainment, objective, bound, gap, seconds, ended, within_m,
        budget_wan, terms, towns, counts, plots, curve, last, shortages, relaxations. Without a
        choice the figures of the choice are None and ``plots`` is empty.
    """
    found, solved = answer.found, answer.solved
    figures = {
        "land_mu": answer.land_mu, "attainment": answer.attainment,
        "objective": found.objective, "gap": found.gap,
    }  # fmt: skip
    told = {name: _number(value) if solved else None for name, value in figures.items()}
    return {
        "status": answer.status,
        "target_mu": answer.target_mu,
        "land_mu": told["land_mu"],
        "attainment": told["attainment"],
        "objective": told["objective"],
        "bound": _number(found.bound),
        "gap": told["gap"],
        "seconds": round(found.seconds, 3),
        "ended": found.ended,
        "within_m": answer.within_m,
        "budget_wan": answer.limits.budget_wan,
        "terms": [
            {**row, "basis": answer.weights.parameters[str(row["term"])].basis}
            for row in answer.terms()
        ],
        "towns": _rows(answer.towns()),
        "counts": answer.counts(),
        "plots": portfolio_plots(answer),
        "curve": None if curve is None else _rows(curve),
        "last": None if last is None else _values(dataclasses.asdict(last)),
        "shortages": [_values(dataclasses.asdict(one)) for one in answer.shortages],
        "relaxations": [_values(dataclasses.asdict(one)) for one in answer.relaxations],
    }


def counted_land(answer: Portfolio) -> NDArray[np.float64]:
    """Return what each plot counts towards the target, 亩.

    Parameters
    ----------
    answer
        What :func:`platforms.portfolio` gave.

    Returns
    -------
    land
        In the order of ``answer.plots``: net land without what an earlier plot has as well;
        NaN for a plot that takes no part. That of the chosen plots sums to ``land_mu``.
    """
    land = np.full(len(answer.plots), np.nan)
    land[answer.prepared.rows] = answer.prepared.case.land
    return land


def portfolio_plots(answer: Portfolio) -> list[dict[str, object]]:
    """Return one dict a chosen plot, by id: plot_id, name, town, firm_name, net_mu and so on.

    ``counted_mu`` is what of ``net_mu`` no earlier plot has as well; only these sum to
    ``land_mu``. ``cost_wan`` and ``jobs`` are None where they are not known.
    """
    chosen = answer.chosen
    counted = counted_land(answer)[answer.plots["chosen"].to_numpy(dtype=bool)]
    words = {name: chosen[name] for name in ("name", "town", "firm_name") if name in chosen}
    columns: dict[str, Any] = {"plot_id": plot_labels(chosen)}
    columns |= {name: [plain(one) for one in cells] for name, cells in words.items()}
    for name in ("net_mu", "cost_wan", "jobs"):
        columns[name] = [_number(one) for one in column_numbers(chosen, name)]
        if name == "net_mu":
            # not rounded: the sum is
            columns["counted_mu"] = [plain(one) for one in counted]
    columns["choice"] = list(chosen["choice"])
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return sorted(rows, key=lambda row: str(row["plot_id"]))


def _rows(table: pd.DataFrame) -> list[dict[str, object]]:
    return [_values({str(k): v for k, v in row.items()}) for row in table.to_dict("records")]


def _values(row: dict[str, Any]) -> dict[str, object]:
    return {name: _number(value) for name, value in row.items()}


def _number(value: object) -> object:
    told = plain(value)
    return round(told, _DIGITS) if isinstance(told, float) else told
