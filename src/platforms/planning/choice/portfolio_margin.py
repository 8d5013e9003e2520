"""Why a plot is in or out: what it alone would change.

Beside an answer each candidate has its own margin: the points that would be saved if a chosen
plot were left, or added if a plot that is left were taken, with all others as they are. A firm
counts in the margin only of a plot that alone touches it. The margins tell why, plot by plot;
the choice itself weighs all plots together, so a dear plot may be in where its land is needed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from platforms.planning.choice.portfolio import Portfolio
from platforms.planning.choice.portfolio_case import Floats
from platforms.units import half_up

__all__ = ["portfolio_margins"]

_DIGITS = 6


def portfolio_margins(answer: Portfolio) -> pd.DataFrame:
    """Return what each candidate alone saves or adds.

    Parameters
    ----------
    answer
        What :func:`platforms.portfolio` gave.

    Returns
    -------
    margins
        One row a candidate, index its place in ``answer.plots`` and order that of the plots:
        ``points`` (its own points, and those of firms and pairs that it alone brings),
        ``points_per_mu`` (points over its net 亩), ``firms`` (firms that it alone touches)
        and ``pairs`` (chosen neighbours). Without a choice no row.
    """
    case, chosen = answer.prepared.case, answer.found.chosen
    names = ["points", "points_per_mu", "firms", "pairs"]
    if chosen is None:
        return pd.DataFrame(columns=names)
    count = len(case)
    touched = np.bincount(case.firm[chosen[case.firm_at]], minlength=_most(case.firm))
    # of a chosen plot's firms it is itself one of those that touch them
    alone = touched[case.firm] == chosen[case.firm_at]
    firms = np.bincount(case.firm_at[alone], minlength=count)
    pairs = np.zeros(count, dtype=np.int64)
    if len(case.pairs):
        one, two = case.pairs.T
        np.add.at(pairs, one, chosen[two])
        np.add.at(pairs, two, chosen[one])
    points: Floats = case.points + case.firm_points * firms - case.pair_points * pairs
    told = pd.DataFrame(
        {
            "points": half_up(points, _DIGITS),
            "points_per_mu": half_up(points / case.land, _DIGITS),
            "firms": firms,
            "pairs": pairs,
        },
        index=pd.Index(answer.prepared.rows, name="row"),
    )
    return told.sort_index()


def _most(firms: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    return int(firms.max()) + 1 if len(firms) else 0
