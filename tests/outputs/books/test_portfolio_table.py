"""Each plot is told what became of it, and why."""

from __future__ import annotations

import pandas as pd
import pytest

import platforms as ip
from platforms.outputs.books.portfolio_table import portfolio_table


@pytest.fixture
def answer():
    plots = pd.DataFrame(
        {
            "plot_id": ["a", "b", "c", "d"],
            "verdict": ["low_efficiency", "low_efficiency", "not", "unknown"],
            "net_mu": [10.0, 30.0, 5.0, 5.0],
            "town": ["甲镇", None, "甲镇", "甲镇"],
            "firm_name": ["A", "B", "C", "D"],
        }
    )
    return ip.portfolio(plots, 10)


def test_margins_are_told_in_words(answer):
    table = portfolio_table(answer)
    assert table["choice"].tolist() == ["chosen", "left", "not_low", "verdict_unknown"]
    assert table["why"].tolist() == [
        "入选：去掉它可省 30.00 分，合每亩 3.00 分；另涉及企业 1 家",
        "未入选：加上它要多 50.00 分，合每亩 1.67 分；另涉及企业 1 家",
        "不是低效用地",
        "低效与否无法判定",
    ]
    assert table["points"].isna().tolist() == [False, False, True, True]
    assert table["town"].tolist() == ["甲镇", "", "甲镇", "甲镇"]


def test_candidates_alone(answer):
    assert portfolio_table(answer, candidates=True)["plot_id"].tolist() == ["a", "b"]


def test_without_a_choice_candidates_are_not_taken(answer):
    table = portfolio_table(ip.portfolio(answer.plots, 500))
    assert table["why"].iloc[0] == "未入选"
