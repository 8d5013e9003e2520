"""Unused land: known answers in a plane, overlaps once, and the identity of the parts."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from level_plots import EAST, NORTH, SQUARE, box, frame, plots

from platforms.errors import CRSError, RuleError
from platforms.issues import IssueTable
from platforms.planning.land.unused import unused_land, unused_records
from platforms.policy.workspace import Workspace


def test_what_no_building_covers_is_unused():
    land = unused_land(plots(SQUARE), frame(box(-10, 0, 30, 100)))
    assert land[["gross_m2", "building_m2", "unused_m2"]].iloc[0].tolist() == [10000, 3000, 7000]
    assert land["unused_mu"].tolist() == [10.5]
    assert not {"yard_m2", "green_m2"} & set(land.columns)


def test_a_square_metre_under_two_buildings_counts_once():
    twice = frame(box(0, 0, 30, 100), box(20, 0, 40, 100), box(0, 0, 30, 100))
    assert unused_land(plots(SQUARE), twice)["building_m2"].tolist() == [4000.0]


def test_a_building_over_two_plots_counts_on_each_with_its_part():
    land = unused_land(plots(SQUARE, box(100, 0, 200, 100)), frame(box(90, 0, 130, 50)))
    assert land["building_m2"].tolist() == [500.0, 1500.0]


def test_yards_are_what_lies_beside_buildings_and_green_takes_what_is_left():
    land = unused_land(
        plots(SQUARE),
        frame(box(0, 0, 40, 100)),
        yards=frame(box(20, 0, 60, 100), box(50, 0, 70, 100)),
        green_share=0.2,
    )
    row = land[["building_m2", "yard_m2", "green_m2", "unused_m2"]].iloc[0].tolist()
    assert row == [4000.0, 3000.0, 2000.0, 1000.0]
    tight = unused_land(plots(SQUARE), frame(box(0, 0, 90, 100)), green_share=0.2)
    assert tight[["green_m2", "unused_m2"]].iloc[0].tolist() == [1000.0, 0.0]


def test_yards_from_a_column_are_taken_up_to_what_is_left_and_more_is_told():
    issues = IssueTable()
    given_ = plots(SQUARE, SQUARE, SQUARE, yards=[1000.0, 9000.0, None])
    land = unused_land(given_, frame(box(0, 0, 40, 100)), yards="yards", issues=issues)
    assert land["yard_m2"].iloc[:2].tolist() == [1000.0, 6000.0]
    assert land["unused_m2"].iloc[:2].tolist() == [5000.0, 0.0]
    assert land["building_m2"].iloc[2] == 4000.0
    assert land[["yard_m2", "unused_m2"]].iloc[2].isna().all()
    assert [i.feature for i in issues if i.kind == "yard_beyond_plot"] == ["P1"]


@pytest.mark.parametrize(
    ("buildings", "kind"),
    [
        (None, "buildings_absent"),
        (frame(), "buildings_absent"),
        (frame(SQUARE, crs=None), "buildings_without_crs"),
    ],
)
def test_without_buildings_the_unused_land_is_unknown_not_the_whole(buildings, kind):
    issues = IssueTable()
    land = unused_land(plots(SQUARE), buildings, green_share=0.1, issues=issues)
    assert land["gross_m2"].tolist() == [10000.0]
    assert land[["building_m2", "green_m2", "unused_m2", "unused_mu"]].isna().all(axis=None)
    assert issues.by_kind() == {kind: 1}
    assert json.loads(json.dumps(unused_records(land)))[0]["unused_m2"] is None


def test_a_plot_that_declares_buildings_and_shows_none_is_unknown():
    issues = IssueTable()
    given_ = plots(SQUARE, box(200, 0, 300, 100), far=[1.2, 0.0])
    land = unused_land(given_, frame(box(900, 0, 910, 10)), issues=issues)
    assert np.isnan(land["unused_m2"].iloc[0])
    assert land["unused_m2"].iloc[1] == 10000.0
    assert [i.feature for i in issues if i.kind == "buildings_not_drawn"] == ["P0"]


def test_green_without_a_share_is_not_deducted_and_that_is_said():
    issues = IssueTable()
    unused_land(plots(SQUARE), frame(box(0, 0, 1, 1)), issues=issues)
    assert issues.by_kind() == {"green_not_deducted": 1}
    assert "绿地" in issues.to_records("zh_CN")[0]["message"]


def test_plots_without_a_shape_are_unknown_and_invalid_buildings_are_repaired_and_told():
    bowtie = shapely.Polygon(
        [(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)]
    )
    given_ = plots(SQUARE, SQUARE)
    given_.geometry = [SQUARE, None]
    issues = IssueTable()
    land = unused_land(given_, frame(bowtie, None, building_id=["B1", "B2"]), issues=issues)
    assert land["building_m2"].iloc[0] == 5000.0
    assert land[["gross_m2", "unused_m2"]].iloc[1].isna().all()
    kinds = issues.by_kind()
    assert (kinds["building_repaired"], kinds["buildings_not_area"], kinds["plot_not_area"]) == (
        1,
        1,
        1,
    )
    assert all(i["message"] and i["action"] for i in issues.to_records("en"))


def test_the_official_area_is_shared_out():
    # golden vector A: 10000 m² in the plane, 9997.63 m² on the ellipsoid
    land = unused_land(frame(SQUARE), frame(box(0, 0, 100, 50)))
    assert land["gross_m2"].tolist() == [9997.63]
    assert sorted(land[["building_m2", "unused_m2"]].iloc[0]) == [4998.81, 4998.82]


def test_inputs_and_index_are_kept_and_other_systems_are_brought_over():
    given_, built = plots(SQUARE, box(200, 0, 300, 100)), frame(box(0, 0, 50, 100))
    given_.index = [7, 7]
    before, drawn = given_.copy(), built.copy()
    land = unused_land(given_, built.to_crs(4490))
    assert land.index.tolist() == [7, 7]
    assert land["building_m2"].tolist() == [5000.0, 0.0]
    assert_geodataframe_equal(given_, before)
    assert_geodataframe_equal(built, drawn)
    with pytest.raises(CRSError):
        unused_land(plots(SQUARE), frame(SQUARE, crs=2364))


def test_wrong_options_are_refused_with_words():
    with pytest.raises(RuleError, match="green_share"):
        unused_land(plots(SQUARE), frame(SQUARE), green_share=1.2)
    with pytest.raises(RuleError, match="yard_area"):
        unused_land(plots(SQUARE), frame(SQUARE), yards="yard_area")


boxes = st.lists(
    st.tuples(*[st.floats(-50, 150).map(lambda v: round(v, 3))] * 4), min_size=1, max_size=6
)


@pytest.mark.long
@settings(max_examples=40, deadline=None)
@given(boxes, boxes, st.floats(0, 1), st.randoms(use_true_random=False))
def test_the_parts_sum_to_the_whole_and_the_order_does_not_matter(built, yard, share, random):
    def shapes(corners):
        made = [box(min(a, c), min(b, d), max(a, c) + 1, max(b, d) + 1) for a, b, c, d in corners]
        return frame(*made)

    def found(order):
        land = unused_land(plots(SQUARE), shapes(order), yards=shapes(yard), green_share=share)
        return land[["building_m2", "yard_m2", "green_m2", "unused_m2"]].iloc[0].to_numpy()

    parts = found(built)
    assert np.rint(parts * 100).sum() == 1_000_000
    assert (parts >= 0).all()
    union = shapely.union_all(shapes(built).geometry.to_numpy()).intersection(SQUARE).area
    assert parts[0] == pytest.approx(union, abs=0.02)
    mixed = built[:]
    random.shuffle(mixed)
    assert np.abs(found(mixed) - parts).max() <= 0.011


def test_an_independent_loop_over_the_sample_county_agrees_to_a_cent_a_plot():
    workspace = Workspace.open("yueqing")
    given_, buildings = workspace.layer("plots"), workspace.layer("buildings")
    land = unused_land(given_, buildings, green_share=0.1, plane=workspace.plane)
    parts = np.rint(land[["building_m2", "green_m2", "unused_m2"]].to_numpy() * 100)
    assert (parts.sum(axis=1) == np.rint(land["gross_m2"].to_numpy() * 100)).all()
    drawn = buildings.to_crs(workspace.plane)
    index = drawn.sindex
    for shape, gross, built in zip(
        given_.to_crs(workspace.plane).geometry, land["gross_m2"], land["building_m2"], strict=True
    ):
        near = drawn.geometry.iloc[index.query(shape)]
        share = shape.intersection(near.union_all()).area / shape.area
        assert abs(share * gross - built) <= 0.01
