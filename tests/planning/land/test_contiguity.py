"""Plots joined to areas: known answers, the two rules, and the algebra of distance."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from level_plots import PLANE, box, plots

from platforms.errors import RuleError
from platforms.issues import IssueTable
from platforms.planning.land.contiguity import AREA_FIGURES, contiguous_areas
from platforms.planning.land.reclaim import reclaim

# side of a square of a little more than 50 亩
SIDE = 182.6


def squares(*east, side=100.0, **columns):
    return plots(*[box(x, 0, x + side, side) for x in east], **columns)


def groups(found):
    """Return the sets of plots that belong together."""
    together = found.plots.groupby("area_group")["plot_id"].agg(frozenset)
    return set(together[together.index != ""])


def test_plots_within_the_distance_belong_together_also_through_others():
    row = squares(0, 110, 220, 400)
    assert groups(contiguous_areas(row, within_m=10)) == {
        frozenset({"P0", "P1", "P2"}),
        frozenset({"P3"}),
    }
    assert len(groups(contiguous_areas(row, within_m=9.99))) == 4
    assert len(groups(contiguous_areas(row, within_m=80))) == 1


def test_plots_that_touch_belong_together_without_a_distance():
    found = contiguous_areas(squares(0, 100, 200.5), within_m=0)
    assert groups(found) == {frozenset({"P0", "P1"}), frozenset({"P2"})}


def test_areas_are_exact_sums_and_say_what_they_leave_out():
    found = contiguous_areas(squares(0, 100, 200, net_m2=[0.1, 0.2, None]), within_m=1)
    [area] = found.records()
    assert area["plot_ids"] == ["P0", "P1", "P2"]
    assert (area["gross_m2"], area["gross_mu"]) == (30000.0, 45.0)
    assert (area["net_m2"], area["net_unknown"]) == (0.3, 1)
    [area] = contiguous_areas(squares(0), within_m=1).records()
    assert area["net_m2"] is None


def test_shape_figures_of_a_square_and_of_two_apart():
    [square] = contiguous_areas(squares(0), within_m=1).records()
    assert square["compactness"] == 0.7854
    assert (square["hull_ratio"], square["width_m"], square["sliver"]) == (1.0, 50.0, False)
    [apart] = contiguous_areas(squares(0, 200), within_m=100).records()
    assert apart["hull_ratio"] == 0.6667
    [strip] = contiguous_areas(plots(box(0, 0, 1000, 10)), within_m=1).records()
    assert (strip["width_m"], strip["sliver"]) == (9.9, True)


def test_only_low_efficiency_plots_take_part_unless_others_are_chosen():
    row = squares(0, 100, 200, verdict=["low_efficiency", "not", "unknown"])
    found = contiguous_areas(row, within_m=1)
    assert found.plots["area_group"].tolist() == ["A0001", "", ""]
    chosen = contiguous_areas(row, within_m=1, chosen=[False, True, True])
    assert chosen.plots["area_group"].tolist() == ["", "A0001", "A0001"]


@pytest.mark.parametrize(
    ("count", "use", "expected"),
    [
        (2, ["100102", "1001"], "yes"),
        (1, ["1001"], "no"),
        (2, ["1001", "0701"], "no"),
        (2, ["1001", None], "unknown"),
        (1, [None], "no"),
        (3, ["1001", "1001", None], "yes"),
    ],
)
def test_the_large_area_has_priority_where_it_is_planned_industrial(count, use, expected):
    row = squares(*[n * SIDE for n in range(count)], side=SIDE, land_use=use)
    [area] = contiguous_areas(row, within_m=1).records()
    assert area["priority"] == expected


def test_without_planned_use_priority_is_unknown_only_where_size_allows_it():
    large, small = squares(0, SIDE, side=SIDE), squares(0, 100)
    assert contiguous_areas(large, within_m=1).records()[0]["priority"] == "unknown"
    assert contiguous_areas(small, within_m=1).records()[0]["priority"] == "no"
    assert contiguous_areas(large, within_m=1).records()[0]["industrial_mu"] is None


@pytest.mark.parametrize(
    ("side", "conforms", "expected"),
    [
        (100.0, [False, False], "yes"),
        (100.0, [True, True], "no"),
        (100.0, [True, False], "unknown"),
        (100.0, [False, None], "unknown"),
        (SIDE, [False, False], "no"),
    ],
)
def test_the_small_area_is_scattered_where_nothing_conforms_to_plan(side, conforms, expected):
    row = squares(0, side, side=side, plan_conforms=conforms)
    [area] = contiguous_areas(row, within_m=1).records()
    assert area["scattered"] == expected


def test_land_under_two_plots_counts_once_for_the_rules_and_is_told():
    row = squares(0, 0, side=SIDE, land_use=["1001", "1001"])
    [area] = contiguous_areas(row, within_m=1).records()
    assert area["gross_mu"] == pytest.approx(100.028, abs=1e-3)
    assert area["overlap_m2"] == pytest.approx(SIDE**2, abs=0.01)
    assert (area["priority"], area["candidate"]) == ("no", False)


def test_net_land_under_two_plots_counts_once_unless_plots_are_chosen():
    row = reclaim(squares(0, 70, 400), {})
    assert row["net_overlap_m2"].tolist() == [0.0, 3000.0, 0.0]
    two, one = contiguous_areas(row, within_m=1).records()
    assert (two["net_m2"], two["net_mu"], two["overlap_m2"]) == (17000.0, 25.5, 3000.0)
    assert (one["net_m2"], one["net_mu"]) == (10000.0, 15.0)
    # the plot that has the shared land first is not chosen
    [alone] = contiguous_areas(row, within_m=1, chosen=[False, True, False]).records()
    assert alone["net_m2"] == 10000.0


def test_candidates_are_ranked_by_what_they_give():
    row = plots(
        *[box(x, y, x + SIDE, y + SIDE) for y in (0, 1000, 2000) for x in (0, SIDE)],
        box(5000, 0, 5000 + 3 * SIDE, SIDE),
        net_m2=[10.0, 10.0, 30.0, 30.0, 20.0, 20.0, 9999.0],
    )
    found = contiguous_areas(row, within_m=1)
    assert found.candidates["plot_ids"].tolist() == ["P2;P3", "P4;P5", "P0;P1"]
    assert found.candidates["rank"].tolist() == [1.0, 2.0, 3.0]
    # the single plot is the largest area, and no candidate
    assert found.areas["plot_ids"].iloc[0] == "P6"
    assert found.records()[0]["rank"] is None
    assert len(contiguous_areas(row, within_m=1, min_mu=101).candidates) == 0


def test_a_plot_without_a_shape_takes_no_part_and_inputs_are_kept():
    row = squares(0, 100, 200).to_crs(4490)
    row.loc[1, "geometry"] = None
    row.index = [4, 4, 4]
    before = row.copy()
    issues = IssueTable()
    found = contiguous_areas(row, within_m=1, plane=PLANE, issues=issues)
    assert_geodataframe_equal(row, before)
    assert found.plots.index.tolist() == [4, 4, 4]
    assert found.plots["area_group"].iloc[1] == ""
    assert len(found.areas) == 2
    assert found.areas.crs == row.crs
    assert issues.by_kind() == {"plot_not_area": 1}


def test_an_area_that_is_not_known_keeps_rules_open():
    row = squares(0, SIDE, side=SIDE, land_use=["1001", "1001"])
    row["area_m2"] = [SIDE**2, np.nan]
    [area] = contiguous_areas(row, within_m=1).records()
    assert (area["gross_unknown"], area["priority"]) == (1, "unknown")


def test_no_plots_give_no_areas():
    found = contiguous_areas(squares(0).iloc[:0], within_m=1)
    assert found.records() == []
    assert list(found.areas.columns) == ["plot_ids", *AREA_FIGURES, "geometry"]
    assert len(found.candidates) == 0


def test_wrong_options_are_refused():
    for wrong in (-1.0, float("nan"), float("inf")):
        with pytest.raises(RuleError, match="within_m"):
            contiguous_areas(squares(0), within_m=wrong)
    with pytest.raises(RuleError):
        contiguous_areas(squares(0), within_m=1, chosen=[True, False])


def test_records_are_ready_for_json():
    found = contiguous_areas(squares(0, 100, land_use=["1001", None]), within_m=1)
    [area] = json.loads(json.dumps(found.records()))
    assert set(area) == {"area_group", "plot_ids", *AREA_FIGURES}


corners = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), min_size=1, max_size=12)


@pytest.mark.long
@settings(max_examples=40, deadline=None)
@given(corners, st.floats(0, 150), st.floats(0, 150), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_a_larger_distance_only_joins(places, one, two, random):
    row = plots(*[box(x, y, x + 40, y + 30) for x, y in places])
    near, far = sorted([one, two])
    small = contiguous_areas(row, within_m=near)
    mixed = list(range(len(row)))
    random.shuffle(mixed)
    again = contiguous_areas(row.iloc[mixed], within_m=near)
    assert small.records() == again.records()
    # the areas are those of plain distances between each two plots
    apart = shapely.distance(row.geometry.to_numpy()[:, None], row.geometry.to_numpy())
    label = small.plots["area_group"].to_numpy()
    assert (label[:, None] == label)[apart <= near - 1e-6].all()
    large = groups(contiguous_areas(row, within_m=far))
    assert all(any(part <= whole for whole in large) for part in groups(small))
    assert sum(int(n) for n in small.areas["plots"]) == len(row)
