"""What one plot alone saves or adds is the difference of two objectives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import platforms as ip
from platforms.planning.choice.portfolio_margin import portfolio_margins

FIRM = 20.0


def plots(mu, firms):
    return pd.DataFrame(
        {
            "plot_id": [f"P{at}" for at in range(len(mu))],
            "verdict": "low_efficiency",
            "net_mu": mu,
            "town": "甲镇",
            "firm_name": firms,
        }
    )


def test_a_firm_counts_where_one_plot_alone_touches_it():
    answer = ip.portfolio(plots([10.0, 10.0, 10.0, 30.0], ["A", "A", "B", "C"]), 20)
    assert answer.chosen["plot_id"].tolist() == ["P0", "P1"]
    told = portfolio_margins(answer)
    # each of the two chosen shares its firm; the others would bring one of their own
    assert told["firms"].tolist() == [0, 0, 1, 1]
    assert told["points"].tolist() == [10.0, 10.0, 10.0 + FIRM, 30.0 + FIRM]
    assert told["points_per_mu"].tolist() == pytest.approx([1.0, 1.0, 3.0, 50 / 30])


def test_without_a_choice_there_is_no_margin():
    assert portfolio_margins(ip.portfolio(plots([1.0], ["A"]), 5)).empty


def test_plots_that_take_no_part_have_none():
    given_plots = plots([10.0, 10.0, 10.0], ["A", "B", "C"])
    given_plots.loc[1, "verdict"] = "not"
    assert portfolio_margins(ip.portfolio(given_plots, 5)).index.tolist() == [0, 2]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from("ABCD")), min_size=1, max_size=9),
    st.integers(1, 60),
)
def test_a_margin_is_what_turning_the_plot_changes(rows, target):
    mu, firms = zip(*rows, strict=True)
    answer = ip.portfolio(plots([float(one) for one in mu], list(firms)), float(target))
    told = portfolio_margins(answer)
    if not answer.solved:
        assert told.empty
        return
    case, chosen = answer.prepared.case, answer.found.chosen
    for at, row in enumerate(answer.prepared.rows):
        other = chosen.copy()
        other[at] = not other[at]
        change = abs(case.objective(other) - case.objective(chosen))
        assert told.loc[row, "points"] == pytest.approx(change)


def test_neighbours_that_are_chosen_make_a_plot_cheaper(example):
    answer = ip.portfolio(example.plots, 600, within_m=50)
    told, case = portfolio_margins(answer), answer.prepared.case
    assert told["pairs"].max() > 0
    place = {int(row): at for at, row in enumerate(answer.prepared.rows)}
    for row in told.index[:60]:
        other = answer.found.chosen.copy()
        other[place[row]] ^= True
        change = case.objective(other) - case.objective(answer.found.chosen)
        sign = -1 if answer.found.chosen[place[row]] else 1
        assert told.loc[row, "points"] == pytest.approx(sign * change, abs=1e-5)
    assert np.isfinite(told["points_per_mu"]).all()
