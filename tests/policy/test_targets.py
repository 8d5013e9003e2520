from __future__ import annotations

import json
import math
from pathlib import Path

import pandas as pd
import pytest

from platforms.issues import IssueTable
from platforms.policy.targets import FIGURES, plot_figures, target_records, target_status

TARGETS = pd.read_csv(
    Path(__file__).parents[2] / "layers" / "yueqing" / "targets.csv", dtype={"row": "str"}
)


def target(**changes):
    row = {
        "target_id": "T", "doc": "yq2022", "row": "10", "indicator": "腾出工业用地", "year": 2022,
        "value": 300.0, "unit": "亩", "operator": "at_least", "responsible": "市经信局;市发改局",
        "computed_by": "reclaimable_mu",
    }  # fmt: skip
    return pd.DataFrame([row | changes])


@pytest.mark.parametrize(
    ("change", "gap"),
    [
        ({}, 200.0),
        ({"value": 50.0}, -50.0),
        ({"value": 50.0, "operator": "at_most"}, 50.0),
        ({"value": None, "operator": "complete_assigned"}, None),
        ({"computed_by": None}, None),
    ],
)
def test_the_gap_is_what_is_still_to_be_reached(change, gap):
    [record] = target_records(target_status(target(**change), {"reclaimable_mu": 100.0}))
    assert record["gap"] == gap


def test_a_reported_value_goes_before_a_computed_one():
    status = target_status(target(), {"reclaimable_mu": 100.0}, reported={"T": 250.0})
    [record] = target_records(status)
    assert (record["computed"], record["reported"], record["gap"]) == (100.0, 250.0, 50.0)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"unit": "公顷"}, "target_unit"),
        ({"computed_by": "nothing"}, "target_unit"),
        ({"computed_by": "micro_parks", "unit": "个"}, "target_figure"),
    ],
)
def test_what_cannot_be_compared_is_left_out_and_said(change, kind):
    issues = IssueTable()
    status = target_status(target(**change), {"reclaimable_mu": 100.0}, issues=issues)
    assert math.isnan(status["computed"].iloc[0])
    assert list(issues.by_kind()) == [kind]
    assert "T" in issues.to_records("en")[0]["message"]


def test_the_record_has_the_agreed_keys():
    [record] = target_records(target_status(target(), {}))
    assert record == {
        "id": "T", "doc": "yq2022", "row": "10", "indicator": "腾出工业用地", "year": 2022,
        "value": 300.0, "unit": "亩", "operator": "at_least",
        "responsible": ["市经信局", "市发改局"],
        "computed": None, "reported": None, "gap": None,
    }  # fmt: skip


def test_every_shipped_target_that_names_a_figure_is_in_its_unit():
    issues = IssueTable()
    status = target_status(TARGETS, dict.fromkeys(FIGURES, 1.0), issues=issues)
    assert len(issues) == 0
    assert status["computed"].notna().sum() == TARGETS["computed_by"].notna().sum() > 0
    json.dumps(target_records(status), allow_nan=False)


def test_figures_count_low_plots_and_their_firms_once():
    plots = pd.DataFrame(
        {
            "verdict": ["low_efficiency", "low_efficiency", "not", "unknown"],
            "area_mu": [10.0, 20.0, 30.0, 40.0],
            "net_mu": [8.0, None, 30.0, 40.0],
            "credit_code": ["A", "A", "B", "C"],
            "scale": ["above", "below", "above", "above"],
            "tax_wan_2021": [100.0, 5.0, 500.0, None],
        }
    )
    assert plot_figures(plots, year=2021) == {
        "low_efficiency_mu": 30.0,
        "low_efficiency_firms": 1.0,
        "reclaimable_mu": 8.0,
        "tax_wan_per_mu": 15.0,
    }
    assert "tax_wan_per_mu" not in plot_figures(plots, year=2019)
