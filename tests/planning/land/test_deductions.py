"""Deductions against plain shapely, one plot at a time, and what limits do not know."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from level_plots import EAST, NORTH, PLANE, SQUARE, box, frame, plots, row
from pyproj import CRS, Geod, Transformer

import platforms as ip
from platforms.errors import CRSError
from platforms.issues import IssueTable
from platforms.planning.land import cutting
from platforms.planning.land.cutting import deduct
from platforms.planning.land.pieces import Pieces, difference, halved
from platforms.planning.land.reclaim import deduction_columns, land_totals, reclaim


def array(*shapes):
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


class Cells:
    """Claims given land; does not know what touches other land. Counts what it is asked."""

    def __init__(self, claimed, unknown=None):
        self.claimed = claimed
        self.unknown = shapely.Polygon() if unknown is None else unknown
        self.asked = 0
        self.cut = 0

    def shares(self, areas, plane):
        assert isinstance(plane, CRS)
        self.asked += len(areas)
        share = shapely.area(shapely.intersection(areas, self.claimed)) / shapely.area(areas)
        lost = shapely.area(shapely.intersection(areas, self.unknown)) > 0
        return np.where(lost, np.nan, share)

    def shapes(self, areas, _plane):
        self.cut += len(areas)
        return shapely.get_parts(self.claimed)


# --- limits that tell shares


def test_the_last_limit_gives_shares_and_is_not_cut():
    cells = Cells(box(0, 0, 100, 25))
    land = reclaim(plots(SQUARE), {"road": frame(box(0, 0, 50, 100)), "slope": cells})
    assert row(land) == [3750.0, 5000.0, 1250.0]
    assert cells.cut == 0


def test_an_earlier_limit_that_tells_shares_is_cut_so_that_no_land_counts_twice():
    cells = Cells(box(0, 0, 100, 25))
    land = reclaim(plots(SQUARE), {"slope": cells, "road": frame(box(0, 0, 50, 100))})
    assert row(land) == [3750.0, 2500.0, 3750.0]
    assert cells.cut == 1


def test_plots_that_are_claimed_whole_or_not_at_all_are_not_cut():
    cells = Cells(box(0, 0, 100, 100))
    given_ = plots(SQUARE, box(200, 0, 300, 100))
    land = reclaim(given_, {"slope": cells, "road": frame(box(0, 0, 300, 10))})
    assert row(land, 0) == [0.0, 10000.0, 0.0]
    assert row(land, 1) == [9000.0, 0.0, 1000.0]
    assert cells.cut == 0


def test_two_limits_that_tell_shares_follow_each_other():
    limits = {"steep": Cells(box(0, 0, 60, 100)), "water": Cells(box(40, 0, 80, 100))}
    assert row(reclaim(plots(SQUARE), limits)) == [2000.0, 6000.0, 2000.0]
    assert row(reclaim(plots(SQUARE), limits, order=["water", "steep"])) == [2000.0, 4000.0, 4000.0]


def test_a_plot_that_a_limit_does_not_know_is_unknown_from_there_and_said_once():
    cells = Cells(box(0, 0, 10, 100), unknown=box(200, 0, 900, 100))
    given_ = plots(*(box(x, 0, x + 100, 100) for x in range(0, 900, 100)))
    issues = IssueTable()
    road = frame(box(0, 0, 900, 20))
    land = reclaim(given_, {"road": road, "dem": cells, "river": road}, issues=issues)
    assert row(land, 0) == [7200.0, 2000.0, 800.0, 0.0]
    assert row(land, 1) == [8000.0, 2000.0, 0.0, 0.0]
    for at in range(2, 9):
        net, first, *later = row(land, at)
        assert first == 2000.0
        assert np.isnan([net, *later]).all()
    assert land["gross_m2"].eq(10000.0).all()
    [issue] = issues
    assert (issue.kind, issue.layer) == ("limit_unknown_for_plot", "dem")
    assert issue.values == {"count": 7, "plots": ["P2", "P3", "P4", "P5", "P6"]}
    assert "P2、P3、P4、P5、P6" in issue.message("zh_CN")
    assert land_totals(land)["unknown"] == 7


def test_a_plot_that_earlier_limits_took_whole_is_known_whatever_comes_later():
    cells = Cells(box(0, 0, 1, 1), unknown=SQUARE)
    limits = {"farm": frame(box(-1, -1, 101, 101)), "dem": cells, "river": frame(SQUARE, crs=None)}
    issues = IssueTable()
    assert row(reclaim(plots(SQUARE), limits, issues=issues)) == [0.0, 10000.0, 0.0, 0.0]
    assert cells.asked == 0
    assert issues.by_kind() == {"constraint_without_crs": 1}


# --- layers as users have them


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_users_own_layer_and_retained_buildings_stand_anywhere_in_the_order(place):
    own = frame(box(0, 0, 100, 10), box(90, 0, 100, 100), building_id=["B1", "B2"])
    names = ["farm", "river"]
    limits = {"farm": frame(box(0, 0, 30, 100)), "river": frame(box(20, 0, 50, 100))}
    names.insert(place, "保留建筑 2")
    land = reclaim(plots(SQUARE), {**limits, "保留建筑 2": own}, order=names)
    assert list(deduction_columns(land)) == names
    # union of all three is 50 x 100 + 50 x 10 + 10 x 90
    expected = {0: 1900.0, 1: 1600.0, 2: 1400.0}
    assert land["net_m2"].tolist() == [3600.0]
    assert land["deduct_保留建筑 2_m2"].tolist() == [expected[place]]
    assert land_totals(land)["deductions"]["保留建筑 2"] == expected[place]


def test_plots_over_each_other_are_each_taken_whole():
    land = reclaim(plots(SQUARE, SQUARE), {"road": frame(box(0, 0, 100, 10))})
    assert land["net_m2"].tolist() == [9000.0, 9000.0]
    assert land_totals(land)["gross_m2"] == 20000.0


def test_a_hole_is_not_claimed_and_a_claim_may_leave_a_hole():
    ring = SQUARE.difference(box(25, 25, 75, 75))
    land = reclaim(plots(SQUARE, ring), {"water": frame(box(40, 40, 60, 60)), "green": frame(ring)})
    assert row(land, 0) == [2100.0, 400.0, 7500.0]
    assert row(land, 1) == [0.0, 0.0, 7500.0]


def test_many_claims_on_one_plot_are_all_taken():
    strips = [box(10 * i, -5, 10 * i + 6, 50) for i in range(10)]
    crosswise = [box(-5, 10 * i, 105, 10 * i + 1) for i in range(10)]
    land = reclaim(plots(SQUARE), {"pipes": frame(*strips, *crosswise)})
    union = shapely.union_all([*strips, *crosswise]).intersection(SQUARE).area
    assert row(land) == [10000 - union, union]


def test_heights_in_a_layer_change_nothing():
    flat, tall = box(0, 0, 10, 100), shapely.force_3d(box(0, 0, 10, 100), 42.0)
    for limit in (flat, tall):
        for shape in (SQUARE, shapely.force_3d(SQUARE, 7.0)):
            assert row(reclaim(plots(shape), {"road": frame(limit)})) == [9000.0, 1000.0]


def test_another_system_is_said_and_what_is_stored_is_not():
    limit = frame(box(0, 40, 100, 60))
    for crs, said in ((PLANE, 0), (4490, 0), (4549, 1), (4326, 1)):
        issues = IssueTable()
        land = reclaim(plots(SQUARE), {"road": limit.to_crs(crs)}, issues=issues)
        assert row(land) == [8000.0, 2000.0]
        assert issues.by_kind() == ({"constraint_transformed": 1} if said else {})


@pytest.mark.parametrize("crs", [2364, 2437, 4610, 4214])
def test_a_layer_of_an_old_datum_is_refused_by_name(crs):
    limit = frame(box(0, 0, 9, 9), crs=None).set_crs(crs)
    with pytest.raises(CRSError, match="蓝线"):
        reclaim(plots(SQUARE), {"蓝线": limit})


def test_a_layer_that_overlaps_itself_is_said_and_seams_are_not():
    issues = IssueTable()
    limits = {
        "road": frame(box(0, 0, 50, 10), box(40, 0, 100, 10), box(40, 0, 100, 10)),
        "river": frame(box(0, 20, 50, 30), box(50, 20, 100, 30), box(50, 29.999, 60, 40)),
    }
    reclaim(plots(SQUARE), limits, issues=issues)
    [issue] = issues
    assert (issue.kind, issue.layer, issue.severity) == (
        "constraint_overlaps_itself",
        "road",
        "info",
    )
    assert issue.values["count"] == 3


# --- the same by plain shapely


@st.composite
def stars(draw, most=7):
    """Ragged polygons, some with a hole."""
    shapes = []
    for _ in range(draw(st.integers(1, most))):
        x, y, size = draw(st.integers(0, 200)), draw(st.integers(0, 200)), draw(st.integers(5, 90))
        corners = draw(st.integers(3, 9))
        reach = [draw(st.integers(4, 10)) / 10 * size for _ in range(corners)]
        turn = np.arange(corners) * 2 * np.pi / corners
        ring = np.c_[EAST + x + reach * np.cos(turn), NORTH + y + reach * np.sin(turn)]
        star = shapely.Polygon(ring)
        if draw(st.booleans()):
            star = star.difference(shapely.Point(EAST + x, NORTH + y).buffer(size / 5))
        shapes.append(star)
    return shapes


def one_by_one(areas, layers):
    """Cut each plot with each polygon in turn; m² left and taken, plots by 1 + layers."""
    table = []
    for area in areas:
        left, taken = area, []
        for layer in layers:
            before = left.area
            for limit in layer:
                left = left.difference(limit)
            taken.append(before - left.area)
        table.append([left.area, *taken])
    return np.array(table)


@settings(max_examples=60, deadline=None)
@given(stars(), st.lists(stars(most=12), min_size=1, max_size=3))
def test_bundled_cutting_is_that_of_one_plot_and_one_polygon_at_a_time(areas, layers):
    pieces = [Pieces(halved(array(*layer))) for layer in layers]
    parts = deduct(array(*areas), pieces, CRS(PLANE))
    together = np.column_stack([parts.left_m2, parts.claimed_m2])
    assert np.abs(together - one_by_one(areas, layers)).max() < 1e-4
    assert (parts.known == len(layers)).all()


def test_batches_and_threads_change_nothing(monkeypatch):
    rng = np.random.default_rng(3)

    def scattered(count):
        centre = np.c_[EAST + rng.uniform(0, 900, count), NORTH + rng.uniform(0, 900, count)]
        return shapely.buffer(shapely.points(centre), rng.uniform(5, 40, count), quad_segs=3)

    areas = scattered(300)
    areas[[3, 200]] = None
    layers = [Pieces(scattered(150)) for _ in range(3)]
    whole = deduct(areas, layers, CRS(PLANE))
    monkeypatch.setattr(cutting, "_BATCH", 37)
    monkeypatch.setattr("platforms.planning.land.pieces._SHORT", 5)
    cut = deduct(areas, layers, CRS(PLANE))
    np.testing.assert_array_equal(whole.left_m2, cut.left_m2)
    np.testing.assert_array_equal(whole.claimed_m2, cut.claimed_m2)
    assert np.isnan(whole.left_m2[[3, 200]]).all()


def test_what_nothing_touches_stays_the_same_object():
    areas = array(SQUARE, box(500, 0, 600, 100))
    rest = difference(areas, array(box(0, 0, 10, 10)))
    assert rest[1] is areas[1]
    assert rest[0].area == 9900.0


@settings(max_examples=40, deadline=None)
@given(stars(), stars(), stars(), st.floats(0, np.pi))
def test_a_further_limit_never_adds_and_the_parts_of_a_split_plot_sum_to_it(
    areas, first, second, angle
):
    one = {"a": frame(*first)}
    two = {**one, "b": frame(*second)}
    given_ = plots(*areas)
    land, less = reclaim(given_, one), reclaim(given_, two)
    assert (less["net_m2"] <= land["net_m2"] + 0.0101).all()
    cents = np.rint(less[["gross_m2", "net_m2", "deduct_a_m2", "deduct_b_m2"]].to_numpy() * 100)
    assert (cents[:, 0] == cents[:, 1:].sum(axis=1)).all()
    # official areas of whole and parts are measured each on its own; a metre is cut near it
    whole = array(areas[0])
    middle = whole[0].representative_point()
    along = np.array([np.cos(angle), np.sin(angle)]) * 1e3
    across = np.array([-along[1], along[0]])
    at = np.array(middle.coords[0])
    side = shapely.Polygon([at - along, at + along, at + along + across, at - along + across])
    halves = [whole[0].intersection(side), whole[0].difference(side)]
    single = reclaim(frame(whole[0]), two)
    split = reclaim(frame(*halves), two)
    assert abs(split["net_m2"].sum() - single["net_m2"].sum()) <= 0.02 + 1e-9


# --- the sample county, worked out another way


def geodesic_m2(shapes, plane):
    """Return true areas by PROJ's geodesics of edges divided to 25 m in the plane."""
    to_degrees = Transformer.from_crs(plane, "EPSG:4490", always_xy=True)
    lonlat = shapely.transform(
        shapely.segmentize(shapes, 25.0), lambda xy: np.column_stack(to_degrees.transform(*xy.T))
    )
    geod = Geod(a=6378137.0, rf=298.257222101)
    return np.array(
        [abs(geod.geometry_area_perimeter(shapely.orient_polygons(one))[0]) for one in lonlat]
    )


def test_the_sample_county_agrees_with_overlay_and_geodesics_within_a_tenth_of_a_square_metre():
    city = ip.Workspace.open("yueqing")
    plane = city.plan.crs
    land = ip.reclaim(city.layer("plots"), city.constraints, plane=plane)
    left = city.layer("plots")[["plot_id", "geometry"]].to_crs(plane)
    for name in city.constraints:
        layer = city.constraints[name].to_crs(plane)[["geometry"]]
        left = left.overlay(layer, how="difference", keep_geom_type=True)
    rest = left.set_index("plot_id").geometry
    # a plot with nothing left is no row of an overlay
    other = land["plot_id"].map(
        dict(zip(rest.index, geodesic_m2(rest.to_numpy(), plane), strict=True))
    )
    assert len(land) == 1251
    assert np.abs(land["net_m2"] - other.fillna(0.0)).max() <= 0.1


def test_a_raster_leaves_the_same_land_wherever_it_stands_in_the_order():
    city = ip.Workspace.open("yueqing")
    high = ip.RasterLimit(ip.open_raster(city.path("dem")), "value>4")
    plots_ = city.layer("plots").iloc[::3]
    first = ip.reclaim(plots_, {"high": high, **city.constraints}, plane=city.plan.crs)
    last = ip.reclaim(plots_, {**city.constraints, "high": high}, plane=city.plan.crs)
    assert last["deduct_high_m2"].sum() > 1e4
    assert first["deduct_high_m2"].sum() > last["deduct_high_m2"].sum()
    assert np.abs(first["net_m2"] - last["net_m2"]).max() <= 0.0101
