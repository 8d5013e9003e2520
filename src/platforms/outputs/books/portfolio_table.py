"""Every plot of a portfolio with what became of it, and why, in words.

Candidates are told with their margins, see :func:`platforms.portfolio_margins`; plots that take
no part with what keeps them out.
"""

from __future__ import annotations

import pandas as pd

from platforms import messages
from platforms.planning.choice.portfolio import Portfolio
from platforms.planning.choice.portfolio_margin import portfolio_margins
from platforms.planning.choice.portfolio_records import counted_land
from platforms.planning.land.sites import column_numbers, plot_labels
from platforms.units import half_up, printed

__all__ = ["portfolio_table"]

_WORDS = ("name", "town", "firm_name")
_MARGINS = ("points", "points_per_mu", "firms", "pairs")
_DIGITS = 2


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"portfolio.{entry}", None, **fields)


def portfolio_table(answer: Portfolio, *, candidates: bool = False) -> pd.DataFrame:
    """Return the plots with what became of each and why.

    Parameters
    ----------
    answer
        What :func:`platforms.portfolio` gave.
    candidates
        Leave out plots that could not be chosen for what they are; those locked out stay.

    Returns
    -------
    table
        One row a plot in the order of ``answer.plots``: plot_id, name, town, firm_name as far
        as they are there, net_mu (亩), counted_mu (亩, shared land once; NaN of plots that
        take no part), choice (see :class:`platforms.Portfolio`), points and
        points_per_mu (of a candidate: what it alone saves or adds; NaN of others), why (in
        words).
    """
    plots = answer.plots
    margins = portfolio_margins(answer).reindex(range(len(plots)))
    table = pd.DataFrame({"plot_id": plot_labels(plots)})
    for name in _WORDS:
        if name in plots:
            words = plots[name].astype("object")
            table[name] = words.where(words.notna(), "").astype(str).to_numpy()
    table["net_mu"] = half_up(column_numbers(plots, "net_mu"), _DIGITS)
    table["counted_mu"] = half_up(counted_land(answer), _DIGITS)
    table["choice"] = plots["choice"].to_numpy()
    for name in _MARGINS[:2]:
        table[name] = half_up(margins[name].to_numpy("float64"), _DIGITS)
    table["why"] = [
        _why(str(way), *row)
        for way, row in zip(
            table["choice"], margins[list(_MARGINS)].itertuples(index=False), strict=True
        )
    ]
    if candidates:
        part = table["choice"].isin(["chosen", "locked_in", "left", "locked_out"])
        table = table[part].reset_index(drop=True)
    return table


def _why(way: str, points: float, per_mu: float, firms: float, pairs: float) -> str:
    entry = f"why.{way}"
    if way not in {"chosen", "left", "locked_in"} or pd.isna(points):
        return _t(f"way.{way}")
    told = _t(entry, points=printed(points), per_mu=printed(per_mu))
    parts = []
    if firms:
        parts.append(_t("why.firms", count=int(firms)))
    if pairs:
        parts.append(_t("why.pairs", count=int(pairs)))
    return told + "".join(parts)
