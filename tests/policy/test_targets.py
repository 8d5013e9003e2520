from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms.issues import IssueTable
from platforms.planning.standing import TARGET_COLUMNS
from platforms.policy.targets import FIGURES, figure_parts, plot_figures, target_status
from platforms.policy.targets_records import (
    responsible_units,
    select_targets,
    target_records,
)


def target(**changes):
    row = dict.fromkeys(TARGET_COLUMNS) | {
        "target_id": "T", "doc": "yq2022", "row": "10", "indicator": "腾出工业用地", "year": 2022,
        "value": 300.0, "unit": "亩", "operator": "at_least", "responsible": "市经信局;市发改局",
        "lead": "市经信局", "computed_by": "reclaimable_mu",
    }  # fmt: skip
    return pd.DataFrame([row | changes])


def reports(*rows):
    columns = ["target_id", "value", "unit", "date", "source", "author"]
    return pd.DataFrame([("T", *row, "年报", "甲") for row in rows], columns=columns)


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


def test_a_reported_value_goes_before_a_computed_one_and_the_newest_counts():
    told = reports((250.0, "亩", "2022-09"), (120.0, "亩", "2022-06-30"))
    status = target_status(target(), {"reclaimable_mu": 100.0}, reported=told)
    [record] = target_records(status)
    assert (record["computed"], record["reported"], record["gap"]) == (100.0, 250.0, 50.0)
    assert (record["reported_date"], record["reported_author"]) == ("2022-09", "甲")


ATTAINED = {"computed_by": "tax_wan_per_mu", "unit": "万元/亩", "value": 56.0}


@pytest.mark.parametrize(
    ("change", "figures", "told", "state"),
    [
        # what the land offers is no achievement, however much it is
        ({}, {"reclaimable_mu": 900.0}, None, "unknown"),
        ({}, {}, 300.0, "reached"),
        ({}, {}, 299.9, "open"),
        ({"operator": "at_most"}, {}, 300.1, "open"),
        ({"operator": "at_most"}, {}, 300.0, "reached"),
        # more than a value is not the value itself
        ({"operator": "above"}, {}, 300.0, "open"),
        ({"operator": "above"}, {}, 300.1, "reached"),
        ({"operator": "below"}, {}, 300.0, "open"),
        ({"operator": "below"}, {}, 299.9, "reached"),
        (ATTAINED, {"tax_wan_per_mu": 56.0}, None, "reached"),
        (ATTAINED, {"tax_wan_per_mu": 55.99}, None, "open"),
        ({"computed_by": None}, {}, None, "unknown"),
        # without a number nothing is reached or missed, whatever was reported
        ({"value": None, "operator": None}, {}, None, "no_number"),
        ({"value": None, "operator": "complete_assigned"}, {}, 5.0, "no_number"),
        ({"value": None, "operator": "complete_assigned"}, {}, None, "no_number"),
    ],
)
def test_only_what_was_reached_makes_a_target_reached(change, figures, told, state):
    given_rows = None if told is None else reports((told, "亩", "2022"))
    status = target_status(target(**change), figures, reported=given_rows)
    assert status["state"].tolist() == [state]


@pytest.mark.parametrize(
    ("name", "unit", "layers", "sample"),
    [
        ("reclaimable_mu", "亩", ["plots"], True),
        ("reclaimable_mu", "亩", ["constraints"], True),
        ("low_efficiency_mu", "亩", ["constraints"], False),
        ("special_towns", "个", ["plots", "constraints"], False),
        ("reclaimable_mu", "亩", [], False),
    ],
)
def test_a_figure_of_made_up_layers_says_so(name, unit, layers, sample):
    row = target(computed_by=name, unit=unit)
    status = target_status(row, dict.fromkeys(FIGURES, 1.0), sample_layers=layers)
    assert status["computed_sample"].tolist() == [sample]


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
    agreed = {
        "id": "T", "doc": "yq2022", "row": "10", "indicator": "腾出工业用地", "year": 2022,
        "value": 300.0, "unit": "亩", "operator": "at_least",
        "responsible": ["市经信局", "市发改局"],
        "computed": None, "reported": None, "gap": None,
    }  # fmt: skip
    assert {name: record[name] for name in agreed} == agreed
    assert record["lead"] == ["市经信局"]
    assert record["state"] == "unknown"


def test_targets_are_chosen_by_document_year_unit_and_state():
    rows = [
        target(target_id="A"),
        target(target_id="B", doc="yq2023", year=2023, responsible="市发改局"),
        target(target_id="C", responsible=None, operator="complete_assigned"),
    ]
    status = target_status(pd.concat(rows, ignore_index=True), {})

    def ids(**wanted):
        return "".join(select_targets(status, **wanted)["target_id"])

    assert ids() == "ABC"
    assert ids(documents=["yq2023"]) == "B"
    assert ids(years=[2022]) == "AC"
    assert ids(units=["市发改局"]) == "AB"
    # a unit is named whole: 市发改 is none
    assert ids(units=["市发改"]) == ""
    assert ids(states=["no_number"]) == "C"
    assert ids(units=["市发改局"], years=[2022]) == "A"
    assert responsible_units(status) == ["市发改局", "市经信局"]


PLOTS = pd.DataFrame(
    {
        "verdict": ["low_efficiency", "low_efficiency", "not", "unknown"],
        "area_mu": [10.0, 20.0, 30.0, 40.0],
        "net_mu": [8.0, None, 30.0, 40.0],
        "credit_code": ["A", "A", "B", "C"],
        "scale": ["above", "below", "above", "above"],
        "industry_code": ["38", "38", "C2927", None],
        "tax_wan_2021": [100.0, 5.0, 500.0, None],
    }
)


def test_figures_count_low_plots_and_their_firms_once():
    assert plot_figures(PLOTS, year=2021) == {
        "low_efficiency_mu": 30.0,
        "low_efficiency_firms": 1.0,
        "reclaimable_mu": 8.0,
        "tax_wan_per_mu": 15.0,
        "electrical_tax_wan_per_mu": 10.0,
    }
    assert "tax_wan_per_mu" not in plot_figures(PLOTS, year=2019)


@pytest.mark.parametrize(
    ("figure", "parts"),
    [
        ("low_efficiency_mu", {0: 10.0, 1: 20.0}),
        ("low_efficiency_firms", {0: 1.0, 1: 0.0}),
        ("tax_wan_per_mu", {0: 2.5, 2: 12.5}),
        # of the electrical industry alone, by division, group or class
        ("electrical_tax_wan_per_mu", {0: 10.0}),
        ("micro_parks", None),
    ],
)
def test_the_parts_of_a_figure_are_those_of_its_plots(figure, parts):
    found = figure_parts(PLOTS, figure, year=2021)
    assert (found if found is None else found.to_dict()) == parts


def test_a_plot_whose_part_is_unknown_stays_in_the_list():
    parts = figure_parts(PLOTS, "reclaimable_mu", year=2021)
    assert parts.index.tolist() == [0, 1]
    assert math.isnan(parts[1])


@pytest.mark.long
@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.booleans(), st.floats(0, 1e4)), max_size=20),
    st.floats(0, 1e5),
)
def test_more_land_never_makes_the_gap_larger(rows, value):
    plots = pd.DataFrame(rows, columns=["low", "area_mu"]).astype({"area_mu": "float64"})
    plots["verdict"] = ["low_efficiency" if low else "not" for low in plots.pop("low")]
    row = target(computed_by="low_efficiency_mu", value=value)
    gaps = [
        target_status(row, plot_figures(part, year=2021))["gap"].iloc[0]
        for part in (plots.iloc[:-1], plots)
    ]
    assert gaps[1] <= gaps[0] + 1e-6
