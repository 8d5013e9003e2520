from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import translate

from platforms.errors import CRSError
from platforms.geo.area import measure_frame
from platforms.geo.crs import reproject
from platforms.geo.topology import check, gross_net_area, overlaps, repair

ORIGIN = (40_598_000, 3_121_000)


def at(shape: shapely.Geometry) -> shapely.Geometry:
    return translate(shape, *ORIGIN)


def box(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    return at(shapely.box(west, south, east, north))


def frame_of(*shapes: shapely.Geometry | None, ids: list[str] | None = None) -> gpd.GeoDataFrame:
    data = {} if ids is None else {"plot_id": ids}
    return gpd.GeoDataFrame(data, geometry=list(shapes), crs="EPSG:4528")


BOWTIE = at(shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]))


def kinds(frame: gpd.GeoDataFrame, **options: object) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for issue in check(frame, **options):
        found.setdefault(issue.kind, []).append(issue.feature)
        assert issue.message("zh_CN")
        assert issue.action("en")
    return found


def test_good_neighbours_have_no_fault():
    frame = frame_of(box(0, 0, 100, 100), box(100, 0, 200, 100), box(0, 100, 100, 200))
    assert len(check(frame)) == 0
    assert len(check(reproject(frame))) == 0


def test_each_unusable_shape_is_named_once():
    frame = frame_of(
        None,
        shapely.Polygon(),
        shapely.Point(ORIGIN),
        BOWTIE,
        box(0, 50, 10, 60),
        ids=["none", "empty", "point", "bow", "good"],
    )
    assert kinds(frame) == {
        "shape_missing": ["none"],
        "shape_empty": ["empty"],
        "shape_not_polygon": ["point"],
        "shape_crossed": ["bow"],
    }
    assert kinds(frame, shapes=False) == {"shape_crossed": ["bow"]}
    severity = {i.kind: i.severity for i in check(frame)}
    assert severity["shape_crossed"] == "warning"
    assert severity["shape_missing"] == "error"


def test_points_parts_slivers_and_spikes():
    repeated = at(shapely.Polygon([(0, 0), (50, 0), (50, 0.00004), (50, 50), (50, 50), (0, 50)]))
    parts = shapely.MultiPolygon([box(100, 0, 110, 10), box(120, 0, 130, 10)])
    sliver = box(0, 100, 200, 100.4)
    spike = at(
        shapely.Polygon([(200, 0), (250, 0), (250, 25), (290, 25.1), (250, 25.2), (250, 50)])
    )
    sharp = at(shapely.Polygon([(300, 0), (350, 0), (350, 3)]))
    assert kinds(frame_of(repeated, parts, sliver, spike, sharp)) == {
        "shape_repeated_points": ["1"],
        "shape_parts": ["2"],
        "shape_sliver": ["3"],
        "shape_spike": ["4"],
    }
    counts = {i.kind: i.values.get("count") for i in check(frame_of(repeated, parts, spike))}  # noqa: PD011 an issue has values too
    assert counts == {"shape_repeated_points": 2, "shape_parts": 2, "shape_spike": 1}


def test_a_spike_at_the_first_vertex():
    ring = [(290, 25.1), (250, 25.2), (250, 50), (200, 50), (200, 0), (250, 0), (250, 25)]
    assert list(kinds(frame_of(at(shapely.Polygon(ring))))) == ["shape_spike"]


def test_overlapping_pair_with_its_area():
    frame = frame_of(box(0, 0, 100, 100), box(50, 0, 150, 100), ids=["a", "b"])
    pairs = overlaps(frame)
    assert pairs[["first", "second", "duplicate"]].to_numpy().tolist() == [[0, 1, False]]
    # 5000 m² in the plane; the scale takes 237 ppm at 98 km from the meridian
    assert pairs["shared_m2"][0] == pytest.approx(4998.81, abs=0.02)
    assert kinds(frame) == {"shape_overlap": ["b"]}
    total = gross_net_area(frame)
    assert total.gross_m2 == measure_frame(frame)["area_m2"].sum()
    assert total.overlap_m2 == pytest.approx(4998.81, abs=0.02)
    assert total.net_m2 == round(total.gross_m2 - total.overlap_m2, 2)


def test_touching_is_not_overlapping_within_the_tolerance():
    frame = frame_of(box(0, 0, 100, 100), box(99.9995, 0, 200, 100))
    assert overlaps(frame).empty
    assert overlaps(frame, tolerance_m2=0.01)["shared_m2"].tolist() == [0.05]


def test_duplicates_are_named_pair_by_pair():
    first = box(0, 0, 100, 100)
    turned = shapely.Polygon(list(first.exterior.coords)[2:] + list(first.exterior.coords)[1:3])
    frame = frame_of(first, box(300, 0, 310, 10), turned, first, ids=["a", "b", "c", "d"])
    assert kinds(frame) == {"shape_duplicate": ["c", "d", "d"]}
    total = gross_net_area(frame)
    area = measure_frame(frame)["area_m2"]
    assert total.net_m2 == round(area[0] + area[1], 2)
    assert total.pairs == 3


def test_copies_overlap_all_that_their_original_overlaps():
    # O1 lies over O2, O2 is there three times, and one copy comes before O1
    one, two = box(0, 0, 100, 100), box(50, 0, 150, 100)
    frame = frame_of(two, one, two, box(500, 0, 510, 10), two)
    pairs = overlaps(frame)
    assert pairs[["first", "second", "duplicate"]].to_numpy().tolist() == [
        [0, 1, False],
        [0, 2, True],
        [0, 4, True],
        [1, 2, False],
        [1, 4, False],
        [2, 4, True],
    ]
    half, whole = 4998.81, 9997.62
    shared = [half, whole, whole, half, half, whole]
    assert pairs["shared_m2"].tolist() == pytest.approx(shared, abs=0.02)
    total = gross_net_area(frame)
    union = frame_of(shapely.union_all([one, two]), box(500, 0, 510, 10))
    assert total.gross_m2 == round(measure_frame(frame)["area_m2"].sum(), 2)
    assert total.net_m2 == round(measure_frame(union)["area_m2"].sum(), 2)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=2, max_size=9))
def test_pairs_are_those_of_a_comparison_of_each_with_each(corners):
    shapes = [box(30 * x, 30 * y, 30 * x + 50, 30 * y + 50) for x, y in corners]
    expected = [
        [i, j]
        for i, one in enumerate(shapes)
        for j, other in enumerate(shapes)
        if i < j and one.intersection(other).area > 0.1
    ]
    assert overlaps(frame_of(*shapes))[["first", "second"]].to_numpy().tolist() == expected


def test_a_plot_that_is_there_many_times_is_paired_with_the_first():
    frame = frame_of(*[box(0, 0, 100, 100)] * 60, box(50, 0, 150, 100))
    pairs = overlaps(frame)
    assert pairs["first"].tolist() == [0] * 60
    assert pairs["second"].tolist() == list(range(1, 61))
    assert gross_net_area(frame).net_m2 == pytest.approx(14_996.43, abs=0.02)


def test_three_plots_on_one_spot_are_counted_once():
    frame = frame_of(box(0, 0, 100, 100), box(50, 0, 150, 100), box(50, 50, 150, 150))
    union = frame_of(shapely.union_all(frame.geometry.to_numpy()))
    assert gross_net_area(frame).net_m2 == measure_frame(union)["area_m2"][0]


def test_invalid_plots_are_left_out_and_counted():
    total = gross_net_area(frame_of(box(0, 0, 10, 10), BOWTIE, None))
    assert (total.left_out, total.pairs, total.overlap_m2) == (2, 0, 0.0)


def test_empty_frames():
    for crs in ("EPSG:4490", "EPSG:4528"):
        empty = gpd.GeoDataFrame(geometry=[], crs=crs)
        assert len(check(empty)) == 0
        assert gross_net_area(empty).net_m2 == 0.0
        missing = gpd.GeoDataFrame(geometry=[None], crs=crs)
        assert kinds(missing) == {"shape_missing": ["1"]}


def test_outside_the_county():
    county = reproject(frame_of(box(0, 0, 1000, 1000))).geometry.iloc[0]
    frame = frame_of(
        box(10, 10, 20, 20),
        box(990, 0, 1010, 20),
        box(2000, 0, 2010, 10),
        ids=["in", "over", "out"],
    )
    assert kinds(frame, county=county) == {
        "shape_partly_outside": ["over"],
        "shape_outside": ["out"],
    }
    outside = [float(i.values["outside_m2"]) for i in check(frame, county=county)]  # noqa: PD011 an issue has values too
    assert outside == pytest.approx([199.95, 99.98], abs=0.01)
    assert kinds(reproject(frame), county=county, county_accuracy_m=15) == {
        "shape_outside": ["out"]
    }


@pytest.mark.parametrize("crs", [None, "EPSG:3857", "EPSG:2364"])
def test_systems_that_are_refused(crs):
    frame = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=crs)
    for act in (check, gross_net_area, repair):
        with pytest.raises(CRSError):
            act(frame)


def test_repair_says_what_changed_and_touches_nothing_else():
    inner = shapely.box(20, 20, 30, 30)
    outside = shapely.box(200, 200, 202, 202)
    hole_outside = at(shapely.Polygon(shapely.box(0, 0, 100, 100).exterior, [outside.exterior]))
    good = at(shapely.Polygon(shapely.box(300, 0, 400, 100).exterior, []))
    doubled = shapely.MultiPolygon([at(inner), at(inner)])
    frame = frame_of(
        BOWTIE, good, hole_outside, doubled, None, ids=["bow", "ok", "hole", "two", "-"]
    )
    before = frame.copy()
    out, issues = repair(frame)
    pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(before))
    assert [(i.feature, i.kind) for i in issues] == [
        ("bow", "shape_repaired"),
        ("hole", "shape_repaired"),
        ("two", "shape_repaired"),
    ]
    deltas = [i.delta_m2 for i in issues]
    assert deltas == pytest.approx([49.99, 8.0, -99.98], abs=0.02)
    assert {i.severity for i in issues} == {"warning"}
    assert shapely.is_valid(out.geometry.to_numpy()[:4]).all()
    assert out.geometry.iloc[1] == good
    assert out.geometry.iloc[4] is None
    assert "49.99" in issues.to_frame("en")["message"].iloc[0]


def test_what_cannot_be_repaired_is_kept():
    flat = at(shapely.Polygon([(0, 0), (10, 0), (20, 0)]))
    out, issues = repair(frame_of(flat))
    assert [i.kind for i in issues] == ["shape_unrepaired"]
    assert issues.worst() == "error"
    assert out.geometry.iloc[0] == flat


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(*[st.integers(0, 60)] * 2, *[st.integers(1, 40)] * 2), min_size=1, max_size=12
    )
)
def test_net_is_the_union_whatever_the_order(corners):
    shapes = [box(x, y, x + w, y + h) for x, y, w, h in corners]
    total = gross_net_area(frame_of(*shapes))
    planar = shapely.area(shapely.union_all(shapes))
    # the scale at this place takes 237 ppm, the rounding of each plot half a cent
    assert total.net_m2 == pytest.approx(planar * (1 - 237e-6), abs=0.01 * len(shapes) + 0.05)
    assert total.gross_m2 == pytest.approx(total.net_m2 + total.overlap_m2, abs=0.005)
    again = gross_net_area(frame_of(*shapes[::-1]))
    assert again.net_m2 == pytest.approx(total.net_m2, abs=0.02)


def test_many_plots_are_looked_up_in_batches():
    side = np.arange(75) * 12.0
    grid = [box(x, y, x + 10, y + 10) for x in side for y in side]
    frame = frame_of(*grid, box(5, 5, 15, 15))
    pairs = overlaps(frame)
    assert pairs["second"].unique().tolist() == [len(grid)]
    assert pairs["first"].tolist() == [0, 1, 75, 76]


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4528", "EPSG:4549"])
def test_what_a_repair_would_leave_is_what_it_leaves(crs):
    # edges that are straight in degrees cross elsewhere than in the plane
    crossed = [
        at(shapely.Polygon([(0, 0), (a, 0), (0, b), (1.1 * a, 0.9 * b)]))
        for a, b in ((181, 210), (217, 273), (299, 264), (250, 97))
    ]
    frame = frame_of(*crossed).to_crs(crs)
    whole, done = repair(frame, plane="EPSG:4528")
    told = [dict(one.values)["after_m2"] for one in check(frame, plane="EPSG:4528")]
    assert told == [dict(one.values)["after_m2"] for one in done]
    measured = measure_frame(whole, plane="EPSG:4528")["area_m2"]
    assert told == [f"{area:.2f}" for area in measured]


def test_the_land_that_is_counted_twice_is_that_of_the_pairs():
    for side in (57.31, 73.79, 61.07, 88.13):
        frame = frame_of(
            box(0, 0, 100, 100), box(100 - side, side, 200, 201.7), box(9, 500, 19, 510)
        )
        listed = overlaps(frame)["shared_m2"]
        assert len(listed) == 1
        total = gross_net_area(frame)
        assert total.overlap_m2 == listed.sum()
        assert total.net_m2 == pytest.approx(total.gross_m2 - total.overlap_m2, abs=1e-6)
    # a copy shares the area that is printed for it
    plot = box(0, 0, 73.79, 111.13)
    area = measure_frame(frame_of(plot))["area_m2"].iloc[0]
    assert overlaps(frame_of(plot, plot))["shared_m2"].tolist() == [area]
    # land that three claim is counted twice, and three pairs share it
    thrice = gross_net_area(frame_of(plot, plot, plot))
    assert thrice.overlap_m2 == pytest.approx(2 * area, abs=1e-6)
