"""Reclaimed land: known answers in a plane, and the algebra of deductions."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from level_plots import EAST, NORTH, PLANE, SQUARE, box, frame, plots, row

from platforms.errors import CRSError
from platforms.issues import IssueTable
from platforms.planning.land.limits import halved
from platforms.planning.land.reclaim import (
    deduction_columns,
    land_by,
    land_records,
    land_totals,
    reclaim,
)


def test_a_limit_that_goes_beyond_the_plot_claims_only_what_lies_in_it():
    land = reclaim(plots(SQUARE), {"river": frame(box(-50, 40, 150, 60))})
    assert land["gross_m2"].tolist() == [10000.0]
    assert row(land) == [8000.0, 2000.0]
    assert land["net_mu"].tolist() == [12.0]


def test_each_square_metre_goes_to_the_first_layer_that_claims_it():
    limits = {"farm": frame(box(0, 0, 50, 100)), "river": frame(box(40, 0, 70, 100))}
    assert row(reclaim(plots(SQUARE), limits)) == [3000.0, 5000.0, 2000.0]
    turned = reclaim(plots(SQUARE), limits, order=["river", "farm"])
    assert list(deduction_columns(turned)) == ["river", "farm"]
    assert row(turned) == [3000.0, 3000.0, 4000.0]


def test_a_layer_that_overlaps_itself_is_counted_once():
    limits = {"river": frame(box(0, 0, 50, 100), box(40, 0, 60, 100), box(0, 0, 50, 100))}
    assert row(reclaim(plots(SQUARE), limits)) == [4000.0, 6000.0]


def test_holes_and_l_shapes():
    ring = SQUARE.difference(box(25, 25, 75, 75))
    ell = SQUARE.difference(box(50, 50, 100, 100))
    limits = {"road": frame(box(0, 40, 100, 60))}
    land = reclaim(plots(ring, ell), limits)
    assert land["deduct_road_m2"].tolist() == [1000.0, 1500.0]
    assert land["net_m2"].tolist() == [6500.0, 6000.0]


def test_touching_claims_nothing_and_covering_claims_all():
    land = reclaim(
        plots(SQUARE), {"road": frame(box(100, 0, 120, 100)), "farm": frame(box(-1, -1, 101, 101))}
    )
    assert row(land) == [0.0, 0.0, 10000.0]


def test_the_official_area_is_shared_out_by_planar_shares():
    # golden vector A: 10000 m² in the plane, 9997.63 m² on the ellipsoid
    land = reclaim(frame(SQUARE), {"road": frame(box(0, 0, 100, 50))})
    assert land["gross_m2"].tolist() == [9997.63]
    assert sorted(row(land)) == [4998.81, 4998.82]


def test_limits_in_another_system_are_brought_to_the_plane():
    limit = frame(box(0, 40, 100, 60))
    land = reclaim(plots(SQUARE), {"road": limit.to_crs(4490)})
    assert row(land) == [8000.0, 2000.0]
    geographic = plots(SQUARE).to_crs(4490)
    assert row(reclaim(geographic, {"road": limit}, plane="EPSG:4528")) == [8000.0, 2000.0]


def test_a_datum_without_a_known_shift_is_refused():
    with pytest.raises(CRSError):
        reclaim(plots(SQUARE), {"road": frame(box(0, 40, 100, 60), crs=2364)})


def test_absent_and_empty_layers_deduct_nothing_and_are_said():
    issues = IssueTable()
    land = reclaim(plots(SQUARE), {"road": frame()}, order=["road", "river"], issues=issues)
    assert row(land) == [10000.0, 0.0, 0.0]
    assert [(i.kind, i.layer) for i in issues] == [
        ("constraint_empty", "road"),
        ("constraint_absent", "river"),
    ]
    assert "river" in issues.to_records("zh_CN")[1]["message"]


def test_a_layer_without_a_system_makes_the_net_unknown_not_zero():
    issues = IssueTable()
    limits = {
        "farm": frame(box(0, 0, 50, 100)),
        "river": frame(box(0, 0, 50, 100), crs=None),
        "road": frame(box(0, 0, 100, 100)),
    }
    net, farm, river, road = row(reclaim(plots(SQUARE), limits, issues=issues))
    assert farm == 5000.0
    assert np.isnan([net, river, road]).all()
    assert issues.worst() == "error"


def test_an_invalid_limit_is_repaired_and_recorded():
    bowtie = shapely.Polygon(
        [(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)]
    )
    issues = IssueTable()
    land = reclaim(plots(SQUARE), {"road": frame(bowtie, constraint_id=["B7"])}, issues=issues)
    assert row(land) == [5000.0, 5000.0]
    [issue] = issues
    assert (issue.kind, issue.feature, issue.layer) == ("constraint_repaired", "B7", "road")
    assert issue.delta_m2 is not None


def test_limits_without_area_take_no_part_and_are_counted():
    line = shapely.LineString([(EAST, NORTH), (EAST + 100, NORTH + 100)])
    issues = IssueTable()
    land = reclaim(
        plots(SQUARE),
        {"road": frame(line, None, shapely.Polygon(), box(0, 0, 10, 100))},
        issues=issues,
    )
    assert row(land) == [9000.0, 1000.0]
    assert {i.kind: i.values["count"] for i in issues} == {
        "constraint_without_geometry": 2,
        "constraint_not_area": 1,
    }


def test_a_plot_without_area_is_unknown_not_zero():
    point = shapely.Point(EAST, NORTH)
    given_ = plots(SQUARE, SQUARE, SQUARE)
    given_.geometry = [None, point, SQUARE]
    issues = IssueTable()
    land = reclaim(given_, {"road": frame(box(0, 0, 10, 100))}, issues=issues)
    assert land[["gross_m2", "net_m2", "net_mu", "deduct_road_m2"]].iloc[:2].isna().all(axis=None)
    assert land["net_m2"].iloc[2] == 9000.0
    assert issues.by_kind() == {"plot_not_area": 2}
    records = land_records(land)
    assert records[0] == {
        "plot_id": "P0",
        "gross_m2": None,
        "net_m2": None,
        "deductions": {"road": None},
    }
    assert land_totals(land) == {
        "gross_m2": 10000.0, "net_m2": 9000.0, "net_mu": 13.5,
        "overlap_m2": 0.0, "net_once_m2": 9000.0, "net_once_mu": 13.5,
        "deductions": {"road": 1000.0}, "unknown": 2,
    }  # fmt: skip


def test_an_invalid_plot_is_repaired_and_recorded():
    bowtie = shapely.Polygon(
        [(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)]
    )
    given_ = plots(SQUARE)
    given_.geometry = [bowtie]
    given_["area_m2"] = 5000.0
    issues = IssueTable()
    land = reclaim(given_, {"road": frame(box(0, 0, 100, 50))}, issues=issues)
    assert row(land) == [2500.0, 2500.0]
    assert issues.by_kind() == {"plot_repaired": 1}


def test_no_limits_leave_the_whole_and_no_plots_leave_none():
    issues = IssueTable()
    assert row(reclaim(plots(SQUARE), {}, issues=issues)) == [10000.0]
    # net is gross for want of limits, not because nothing limits the land
    assert issues.by_kind() == {"no_constraints": 1}
    land = reclaim(plots(SQUARE).iloc[:0], {"road": frame(SQUARE)}, plane=PLANE)
    assert land.empty
    assert "deduct_road_m2" in land


def test_index_and_input_are_kept():
    given_ = plots(SQUARE, box(200, 0, 300, 100))
    given_.index = [7, 7]
    before = given_.copy()
    land = reclaim(given_, {"road": frame(box(0, 0, 10, 100))})
    assert land.index.tolist() == [7, 7]
    assert_geodataframe_equal(given_, before)


def test_totals_by_town_are_exact_and_leave_out_what_is_unknown():
    given_ = plots(SQUARE, SQUARE, SQUARE, town=["甲", "乙", "甲"])
    given_.loc[2, "geometry"] = None
    land = reclaim(given_, {"road": frame(box(0, 0, 100, 33.333))})
    totals = land_by(land, "town")
    assert totals.loc["甲", ["plots", "unknown"]].tolist() == [2, 1]
    assert totals.loc["甲", ["gross_m2", "deduct_road_m2", "net_m2"]].tolist() == [
        10000.0,
        3333.3,
        6666.7,
    ]
    whole = land_totals(land)
    assert whole["net_m2"] == 13333.4
    assert whole["net_mu"] == 20.0001


def test_a_limit_with_many_vertices_is_taken_apart_without_loss():
    angle = np.linspace(0, 2 * np.pi, 5000, endpoint=False)
    radius = 900 + 300 * np.cos(17 * angle)
    star = shapely.Polygon(
        np.c_[EAST + radius * np.cos(angle), NORTH + radius * np.sin(angle)],
        [box(-50, -50, 50, 50).exterior.coords[:]],
    )
    small = halved(np.array([star], dtype=object))
    assert len(small) > 10
    assert shapely.get_num_coordinates(small).max() <= 64
    assert shapely.area(small).sum() == pytest.approx(star.area, abs=1e-4)
    wide = plots(
        *[
            box(x, y, x + 190, y + 190)
            for x in range(-1200, 1200, 200)
            for y in range(-1200, 1200, 200)
        ]
    )
    land = reclaim(wide, {"red_line": frame(star)})
    direct = shapely.area(shapely.intersection(wide.geometry.to_numpy(), star))
    assert np.abs(land["deduct_red_line_m2"] - direct).max() <= 0.01


def naive(plot, area, limits):
    """Cut one plot with one limit after another, in plain shapely."""
    left, parts = plot, []
    for layer in limits.values():
        union = shapely.union_all(layer.geometry.to_numpy())
        parts.append(left.intersection(union).area / plot.area * area)
        left = left.difference(union)
    return [left.area / plot.area * area, *parts]


def test_an_independent_loop_agrees_within_a_tenth_of_a_square_metre():
    rng = np.random.default_rng(5)

    def scattered(count, size):
        x, y = rng.uniform(0, 1500, (2, count))
        turned = shapely.buffer(
            shapely.points(EAST + x, NORTH + y), rng.uniform(10, size, count), quad_segs=3
        )
        return frame(*turned)

    limits = {name: scattered(60, 90) for name in ("farm", "river", "road")}
    given_ = scattered(80, 120)
    land = reclaim(given_, limits)
    columns = ["net_m2", *deduction_columns(land).values()]
    for at in range(len(given_)):
        expected = naive(given_.geometry.iloc[at], land["gross_m2"].iloc[at], limits)
        assert np.abs(land[columns].iloc[at].to_numpy(dtype=float) - expected).max() <= 0.1


coordinate = st.integers(0, 40)


@st.composite
def boxes(draw, least=0, most=6):
    shapes = []
    for _ in range(draw(st.integers(least, most))):
        x, y = draw(coordinate), draw(coordinate)
        shapes.append(
            box(
                x * 10,
                y * 10,
                x * 10 + draw(st.integers(1, 25)) * 7.3,
                y * 10 + draw(st.integers(1, 25)) * 6.1,
            )
        )
    return shapes


@settings(max_examples=40, deadline=None)
@given(boxes(least=1), boxes(), boxes(), st.randoms())
def test_the_whole_is_its_parts_and_the_order_of_features_does_not_matter(
    areas, first, second, random
):
    given_ = plots(*areas)
    limits = {"a": frame(*first), "b": frame(*second)}
    land = reclaim(given_, limits)
    cents = np.rint(
        land[["gross_m2", "net_m2", "deduct_a_m2", "deduct_b_m2"]].to_numpy() * 100
    ).astype(int)
    assert (cents[:, 0] == cents[:, 1:].sum(axis=1)).all()
    order = list(range(len(areas)))
    random.shuffle(order)
    random.shuffle(first)
    shuffled = reclaim(given_.iloc[order], {"a": frame(*first), "b": frame(*second)}).sort_index()
    assert (
        np.abs(shuffled[["net_m2", "deduct_a_m2"]] - land[["net_m2", "deduct_a_m2"]]).max(axis=None)
        <= 0.0101
    )


@settings(max_examples=40, deadline=None)
@given(boxes(least=1, most=3), boxes(), boxes())
def test_a_further_limit_never_raises_the_net(areas, first, second):
    given_ = plots(*areas)
    one = reclaim(given_, {"a": frame(*first)})
    two = reclaim(given_, {"a": frame(*first), "b": frame(*second)})
    assert (two["net_m2"] <= one["net_m2"] + 0.0101).all()


@settings(max_examples=40, deadline=None)
@given(boxes(least=1, most=1), boxes(), st.integers(1, 9))
def test_splitting_a_plot_keeps_the_sum(areas, limits, tenth):
    [whole] = areas
    west, south, east, north = whole.bounds
    cut = west + (east - west) * tenth / 10
    halves = [shapely.box(west, south, cut, north), shapely.box(cut, south, east, north)]
    layers = {"a": frame(*limits)}
    one = reclaim(plots(whole), layers)
    two = reclaim(plots(*halves), layers)
    assert abs(two["net_m2"].sum() - one["net_m2"].sum()) <= 0.0401


def test_a_whole_and_its_halves_count_once_in_sums_and_whole_on_their_own():
    halves = box(0, 0, 50, 100), box(50, 0, 100, 100)
    land = reclaim(
        plots(SQUARE, *halves, town=["a", "b", "c"]), {"river": frame(box(0, 0, 100, 10))}
    )
    assert land["net_m2"].tolist() == [9000.0, 4500.0, 4500.0]
    assert land["net_overlap_m2"].tolist() == [0.0, 4500.0, 4500.0]
    total = land_totals(land)
    assert total["net_m2"] == 18000.0
    assert (total["overlap_m2"], total["net_once_m2"], total["net_once_mu"]) == (9000, 9000, 13.5)
    towns = land_by(land, "town")
    assert towns["net_m2"].tolist() == [9000.0, 4500.0, 4500.0]
    assert towns["net_once_m2"].tolist() == [9000.0, 0.0, 0.0]


def test_plots_of_another_verdict_are_in_another_sum():
    land = reclaim(plots(SQUARE, SQUARE, SQUARE, verdict=["not", "low", "low"]), {})
    assert land["net_overlap_m2"].tolist() == [0.0, 0.0, 10000.0]


def test_a_plot_without_known_net_land_hides_none_of_another():
    land = reclaim(plots(SQUARE, box(50, 0, 150, 100)).assign(area_m2=[np.nan, 10000.0]), {})
    assert land_totals(land)["net_once_m2"] == 10000.0
    assert land_totals(land)["unknown"] == 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 8)] * 2), min_size=1, max_size=7
    ),
    st.lists(st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 8)] * 2), max_size=3),
)
def test_net_land_once_is_that_of_the_union(plot_boxes, river_boxes):
    whole, rivers = (
        [box(10 * x, 10 * y, 10 * (x + w), 10 * (y + h)) for x, y, w, h in boxes]
        for boxes in (plot_boxes, river_boxes)
    )
    land = reclaim(plots(*whole), {"river": frame(*rivers)} if rivers else {})
    left = shapely.difference(shapely.union_all(whole), shapely.union_all(rivers))
    assert land_totals(land)["net_once_m2"] == pytest.approx(shapely.area(left), abs=0.05)
    assert (land["net_overlap_m2"] <= land["net_m2"]).all()
