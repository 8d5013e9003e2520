"""A verdict that missing data could still change says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pack_cases import CLEAN, PACKS

from platforms.policy.evaluate import evaluate
from platforms.policy.firm_verdicts import gather
from platforms.policy.trace import explain

PACK = PACKS["yueqing-two-high"]
CITY = CLEAN["yueqing-two-high"] | {"energy_tce_2021": 1200.0, "value_added_wan_2021": None}
ROWS = pd.DataFrame(
    [
        {"plot_id": "OPEN", **CITY},
        {"plot_id": "CITY", **CITY, "value_added_wan_2021": 1e6},
        {"plot_id": "PROVINCE", **CITY, "energy_tce_2021": 6000.0},
        {"plot_id": "NOTHING", **CITY, "energy_tce_2021": None},
    ]
)


def test_a_hit_names_the_outcome_that_an_earlier_rule_could_still_give():
    found = evaluate(ROWS, PACK)
    assert list(found.verdicts()) == ["review_city", "review_city", "review_province", "unknown"]
    assert [record["may_be"] for record in found.records()] == [["review_province"], [], [], []]
    reasons = found.columns()["reason"]
    assert "缺2021 年工业增加值，补齐后可能改为：须省级审查" in reasons[0]
    assert not any("可能改为" in reason for reason in reasons[1:])
    assert "可能改为" in found.because()[0]


def test_the_tree_says_it_above_the_rules():
    told = explain(ROWS, PACK, "OPEN", lang="en")
    assert told.to_json()["may_be"] == ["review_province"]
    assert "may become: to be reviewed by the province" in told.to_text().splitlines()[1]
    assert explain(ROWS, PACK, "CITY").to_json()["may_be"] == []


def test_a_second_firm_that_cannot_be_told_may_raise_the_plot():
    firms = evaluate(ROWS.iloc[[1, 3]], PACK)
    plot = gather(firms, np.array([0, 0]), np.array(["P"], dtype=object), every=False)
    assert plot.verdict_name(0) == "review_city"
    assert plot.may_be(0) == ["review_province"]
    assert "2021 年综合能耗" in plot.rise(0, "zh_CN")
