"""Floor space: the 8 m rule, overlaps, what is declared, and what is missing."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from level_plots import SQUARE, box, frame, plots

from platforms.errors import RuleError
from platforms.issues import IssueTable
from platforms.planning.land.factors import land_parameters
from platforms.planning.land.floors import floor_potential, floor_records
from platforms.policy.workspace import Workspace


def test_a_storey_over_eight_metres_counts_twice_and_one_of_eight_once():
    halls = frame(
        box(0, 0, 10, 100), box(10, 0, 20, 100), box(20, 0, 30, 100),
        floors=[1, 1, 3], storey_height_m=[8.0, 8.01, 4.0],
    )  # fmt: skip
    land = floor_potential(plots(SQUARE), halls, target_far=1.0)
    row = land.iloc[0]
    assert row["floor_m2"] == 5000.0
    assert (row["far_floor_m2"], row["far_computed"]) == (6000.0, 0.6)
    assert row["floor_potential_m2"] == 4000.0
    assert row["far_basis"] == "computed"


def test_potential_is_never_below_zero():
    tower = frame(SQUARE, floors=[3], storey_height_m=[3.0])
    assert floor_potential(plots(SQUARE), tower, target_far=1.0)["floor_potential_m2"].tolist() == [
        0.0
    ]


def test_where_footprints_overlap_the_taller_building_counts():
    built = frame(
        box(0, 0, 50, 100), box(0, 0, 10, 100), box(0, 0, 50, 100),
        floors=[2, 10, 2], storey_height_m=[4.0] * 3,
    )  # fmt: skip
    issues = IssueTable()
    land = floor_potential(plots(SQUARE), built, target_far=3.0, issues=issues)
    assert land["floor_m2"].tolist() == [10 * 1000 + 2 * 4000.0]
    [told] = [i for i in issues if i.kind == "buildings_overlap"]
    assert told.values == {"count": 2, "shared_m2": "6000.00"}


def test_floor_area_stands_in_for_floors_and_unknown_floors_make_unknown():
    built = frame(
        box(0, 0, 50, 100), box(200, 0, 250, 100),
        floors=[None, None], floor_area_m2=[15000.0, None], storey_height_m=[3.0, 3.0],
    )  # fmt: skip
    land = floor_potential(plots(SQUARE, box(200, 0, 300, 100)), built, target_far=2.0)
    assert land["far_computed"].iloc[0] == 1.5
    assert land[["far_computed", "far_present", "floor_potential_m2"]].iloc[1].isna().all()
    assert land["far_basis"].tolist() == ["computed", ""]


def test_the_declared_ratio_stands_beside_and_in_where_nothing_is_drawn():
    issues = IssueTable()
    given_ = plots(SQUARE, box(200, 0, 300, 100), box(400, 0, 500, 100), far=[1.1, 0.7, 1.04])
    built = frame(SQUARE, box(400, 0, 500, 100), floors=[1, 1], storey_height_m=[4.0, 4.0])
    land = floor_potential(given_, built, target_far=1.5, issues=issues)
    assert land["far_basis"].tolist() == ["computed", "declared", "computed"]
    assert land["far_difference"].iloc[0] == -0.1
    assert land["floor_potential_m2"].tolist() == [5000.0, 8000.0, 5000.0]
    # 0.04 is within what the parameter lets pass
    assert [i.feature for i in issues if i.kind == "far_differs"] == ["P0"]
    alone = floor_potential(given_, target_far=1.5)
    assert alone["floor_potential_m2"].tolist() == [4000.0, 8000.0, 4600.0]


def test_a_height_that_is_not_given_counts_once_and_is_told():
    issues = IssueTable()
    land = floor_potential(plots(SQUARE), frame(SQUARE, floors=[1]), target_far=1.0, issues=issues)
    assert land["far_computed"].tolist() == [1.0]
    assert issues.by_kind() == {"storey_height_missing": 1}


def test_without_a_target_the_potential_is_unknown_and_a_city_gives_its_own():
    built = frame(box(0, 0, 50, 100), floors=[1], storey_height_m=[4.0])
    assert np.isnan(floor_potential(plots(SQUARE), built)["floor_potential_m2"].iloc[0])
    taizhou = Workspace.open("taizhou")
    for day, expected in ((dt.date(2025, 4, 24), None), (dt.date(2025, 4, 25), 5000.0)):
        parameters = land_parameters(taizhou, on=day)
        land = floor_potential(plots(SQUARE), built, parameters=parameters)
        assert json.loads(json.dumps(floor_records(land)))[0]["floor_potential_m2"] == expected


def test_each_plot_may_have_a_target_of_its_own():
    given_ = plots(SQUARE, box(200, 0, 300, 100), plan_far=[2.0, None], far=[0.5, 0.5])
    land = floor_potential(given_, target_far="plan_far")
    assert land["floor_potential_m2"].iloc[0] == 15000.0
    assert np.isnan(land["floor_potential_m2"].iloc[1])
    with pytest.raises(RuleError, match="far_plan"):
        floor_potential(given_, target_far="far_plan")
    with pytest.raises(RuleError, match="target_far"):
        floor_potential(given_, target_far=-1.0)


@pytest.mark.long
@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 6), st.floats(3, 12)), min_size=1, max_size=5),
    st.floats(0, 5), st.floats(0, 5),
)  # fmt: skip
def test_a_higher_target_never_gives_less_and_the_rule_never_lowers_the_ratio(rows, one, two):
    built = frame(
        *[box(x, 0, x + 10, 100) for x, _, _ in rows],
        floors=[f for _, f, _ in rows], storey_height_m=[h for _, _, h in rows],
    )  # fmt: skip
    low, high = (
        floor_potential(plots(SQUARE), built, target_far=t).iloc[0] for t in sorted([one, two])
    )
    assert 0 <= low["floor_potential_m2"] <= high["floor_potential_m2"]
    assert low["floor_m2"] <= low["far_floor_m2"] <= 2 * low["floor_m2"] + 0.01


def test_the_sample_county_has_the_ratios_that_it_declares():
    workspace = Workspace.open("yueqing")
    issues = IssueTable()
    land = floor_potential(
        workspace.layer("plots"), workspace.layer("buildings"), plane=workspace.plane, issues=issues
    )
    assert land["far_difference"].abs().max() <= 0.0005
    assert land["far_difference"].notna().sum() == land["far"].notna().sum() > 1000
    assert issues.by_kind() == {}
