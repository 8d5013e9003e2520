"""Belonging: inside, largest share, nearest, outside; ties, borders, and how sure it is."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms import messages
from platforms.issues import IssueTable
from platforms.planning.belonging.membership import MEMBERSHIP_COLUMNS, Reach, assign, membership
from platforms.policy.workspace import Workspace

PLANE = 4528
EAST, NORTH = 40_590_000.0, 3_110_000.0
KM = 1000.0


def box(x0, y0, x1, y1):
    """A box, in kilometres from a corner of the county."""
    return shapely.box(EAST + x0 * KM, NORTH + y0 * KM, EAST + x1 * KM, NORTH + y1 * KM)


def at(x, y):
    return shapely.Point(EAST + x * KM, NORTH + y * KM)


def frame(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=PLANE)


# three towns side by side, 10 km wide each; the sea lies south of them
TOWNS = frame(
    [box(0, 0, 10, 10), box(10, 0, 20, 10), box(20, 0, 30, 10)],
    town_id=["t1", "t2", "t3"],
    name=["甲镇", "乙镇", "丙镇"],
    basis="derived",
)
PLATFORMS = frame(
    [at(5, 5), at(8, 5), at(25, 5), at(25, 5), at(15, 5)],
    platform_id=["p1", "p2", "p4", "p3", "p5"],
    name=["一园", "二园", "四园", "三园", "五园"],
    basis=["name_anchor", "name_anchor", "town_fallback", "town_fallback", "county_fallback"],
    accuracy_m=[1000.0, 1000.0, 4000.0, 4000.0, 30000.0],
    place_id=["x1", "x2", "x4", "x3", "x5"],
)
UNITS = frame(
    [box(0, 0, 20, 4), box(4, 0, 8, 8)],
    unit_id=["belt", "city"],
    name=["南带", "主城"],
    kind=["belt", "city"],
    basis="drawn",
)


def belong(shapes, **changes):
    given_ = frame(shapes)
    layers = {"towns": TOWNS, "platforms": PLATFORMS, "layout_units": UNITS} | changes
    return membership(given_, **layers)


def first(shape, **changes):
    return belong([shape], **changes).iloc[0]


@pytest.mark.parametrize(
    ("shape", "town", "way", "share"),
    [
        (box(1, 1, 2, 2), "甲镇", "within", 1.0),
        (box(7, 1, 11, 2), "甲镇", "overlap", 0.75),
        (box(9, 1, 13, 2), "乙镇", "overlap", 0.75),
        (box(9, 1, 11, 2), "甲镇", "overlap", 0.5),
        (box(9, -1, 10, 1), "甲镇", "overlap", 0.5),
        (box(1, -2, 2, -1), "甲镇", "nearest", None),
        (box(1, -1, 2, 0), "甲镇", "nearest", None),
        (box(1, -4, 2, -3), None, "outside", None),
        (at(10, 5), "甲镇", "within", 1.0),
        (at(5, -2), "甲镇", "nearest", None),
        (at(5, -2.001), None, "outside", None),
        (shapely.LineString([at(7, 5), at(11, 5)]), "甲镇", "overlap", 0.75),
        (None, None, "unknown", None),
        (shapely.Polygon(), None, "unknown", None),
    ],
)
def test_town(shape, town, way, share):
    found = first(shape)
    assert found["town"] == town if town else pd.isna(found["town"])
    assert found["town_way"] == way
    assert found["town_share"] == share if share else pd.isna(found["town_share"])


@pytest.mark.parametrize(
    ("shape", "margin", "sure"),
    [
        (box(1, 1, 2, 2), 8000.0, True),
        (box(8, 1, 8.5, 2), 1500.0, True),
        (box(8, 1, 8.51, 2), 1490.0, False),
        (box(9.5, 1, 10.2, 2), 0.0, False),
        (box(4, -1, 5, -0.5), 5025.0, False),
        (at(15, 5), 5000.0, True),
    ],
)
def test_a_derived_town_is_sure_only_away_from_the_others(shape, margin, sure):
    found = first(shape)
    assert found["town_margin_m"] == pytest.approx(margin, abs=0.5)
    assert found["town_sure"] == sure


def test_a_surveyed_town_is_sure_up_to_its_border():
    surveyed = TOWNS.assign(basis="surveyed")
    shapes = [box(9, 1, 9.99, 2), box(7, 1, 11, 2), box(9, 1, 11, 2), box(1, -2, 2, -1)]
    assert belong(shapes, towns=surveyed)["town_sure"].tolist() == [True, True, False, False]


def test_the_uncertainty_and_the_distances_can_be_set():
    wide = Reach(uncertainty_m=9000.0, town_m=5000.0, platform_m=100.0)
    found = belong([box(1, 1, 2, 2), box(1, -4, 2, -3)], reach=wide)
    assert found["town_sure"].tolist() == [False, False]
    assert found["town_way"].tolist() == ["within", "nearest"]
    assert found["platform_way"].tolist() == ["outside", "outside"]


@pytest.mark.parametrize(
    ("shape", "name", "km", "sure"),
    [
        (at(4, 5), "一园", 1.0, True),  # the second is 4 km away: 3 km farther
        (at(6, 5), "一园", 1.0, False),  # 1 and 2 km: the gap is the accuracy
        (at(6.5, 5), "一园", 1.5, False),  # a tie: the first id
        (at(5.9, 5), "一园", 0.9, True),
        (at(5, 10), "一园", 5.0, False),
        (at(5, 10.001), None, None, False),
        (at(25, 6), "三园", 1.0, False),  # a stand-in, and shared
        (box(4.5, 4.5, 5.5, 5.5), "一园", 0.0, True),
        (at(15, 5), None, None, False),  # "somewhere in the county" is near nothing
    ],
)
def test_the_nearest_platform_and_how_sure_it_is(shape, name, km, sure):
    found = first(shape)
    assert found["platform"] == name if name else pd.isna(found["platform"])
    assert found["platform_way"] == ("nearest" if name else "outside")
    assert found["platform_km"] == km if name else pd.isna(found["platform_km"])
    assert found["platform_sure"] == sure


def test_platforms_on_the_same_point_are_named():
    assert first(at(25, 6))["platform_tied"] == "四园"
    assert first(at(4, 5))["platform_tied"] == ""


def test_a_platform_with_a_boundary_goes_before_a_nearer_point():
    shapes = [box(0, 0, 3, 10), *PLATFORMS.geometry.iloc[1:]]
    drawn = PLATFORMS.set_geometry(gpd.GeoSeries(shapes, crs=PLANE)).assign(basis="surveyed")
    found = belong([box(1, 1, 2, 2), box(2, 1, 3.5, 2)], platforms=drawn)
    assert found["platform_way"].tolist() == ["within", "overlap"]
    assert found["platform"].tolist() == ["一园"] * 2
    assert found["platform_km"].tolist() == [0.0, 0.0]
    # a third of the second lies where the edge, good to 1 km, may still be
    assert found["platform_sure"].tolist() == [True, False]
    exact = drawn.assign(accuracy_m=[5.0, *PLATFORMS["accuracy_m"].iloc[1:]])
    told = belong([box(2, 1, 3.5, 2)], platforms=exact)
    assert told["platform_sure"].tolist() == [True]


def test_a_platform_with_a_boundary_takes_nothing_by_distance():
    shapes = [box(0, 0, 3, 10), *PLATFORMS.geometry.iloc[1:]]
    drawn = PLATFORMS.set_geometry(gpd.GeoSeries(shapes, crs=PLANE)).assign(basis="drawn")
    # beside the boundary; farther than its 1 km; out of the reach of every point
    found = belong([at(3.5, 5), at(4.5, 5), at(3.1, 9.9)], platforms=drawn)
    assert found["platform_way"].tolist() == ["nearest", "nearest", "outside"]
    assert found["platform"].iloc[:2].tolist() == ["二园", "二园"]
    assert found["platform"].iloc[2:].isna().all()
    assert found["platform_id"].iloc[2:].isna().all()
    assert found["platform_km"].iloc[:2].tolist() == [4.5, 3.5]
    # the true edge may lie farther out and hold the first
    assert found["platform_sure"].tolist() == [False, True, False]
    alone = drawn.iloc[:1]
    told = belong([at(2, 5), at(3.1, 5), box(3.1, 4, 4, 5)], platforms=alone)
    assert told["platform_way"].tolist() == ["within", "outside", "outside"]


@pytest.mark.parametrize(
    ("shape", "unit", "way"),
    [
        (box(5, 1, 6, 2), "主城", "schematic_within"),  # in the belt too: the city goes first
        (box(1, 1, 2, 2), "南带", "schematic_within"),
        (box(3, 1, 5, 2), "南带", "schematic_within"),  # half in the city, wholly in the belt
        (box(5, 6, 6, 9), "主城", "schematic_overlap"),
        (at(25, 8), None, "outside"),
    ],
)
def test_ports_and_cities_go_before_belts_and_the_way_says_schematic(shape, unit, way):
    found = first(shape)
    assert found["layout_unit"] == unit if unit else pd.isna(found["layout_unit"])
    assert found["layout_way"] == way


def test_a_surveyed_unit_is_not_called_schematic():
    units = UNITS.assign(basis="surveyed")
    assert first(box(1, 1, 2, 2), layout_units=units)["layout_way"] == "within"


def test_a_sure_platform_or_town_that_the_plan_names_gives_the_unit():
    members = pd.DataFrame(
        {
            "unit_id": ["belt", "city", "city", "belt"],
            "place_id": ["x1", "x1", "t3", None],
        }
    )
    shapes = [at(4.0, 8.5), at(6.4, 8.5), at(25, 8), at(20.5, 8)]
    found = belong(shapes, layout_members=members)
    # the first is sure of 一园, which both name; the second is not; the town of the last is open
    assert found["platform_sure"].tolist() == [True, False, False, False]
    assert found["layout_way"].tolist() == ["member", "outside", "member", "outside"]
    assert found["layout_unit"].tolist()[0] == "主城"
    assert found["layout_unit_id"].tolist()[2] == "city"


def test_degrees_and_the_plane_give_the_same():
    given_ = frame([box(1, 1, 2, 2), box(9, 1, 13, 2), at(25, 6)])
    layers = {"towns": TOWNS, "platforms": PLATFORMS, "layout_units": UNITS}
    plane = membership(given_, **layers)
    turned = {name: layer.to_crs(4490) for name, layer in layers.items()}
    degrees = membership(given_.to_crs(4490), **turned, reach=Reach(plane="EPSG:4528"))
    pd.testing.assert_frame_equal(plane, degrees, atol=0.2)


def test_index_columns_and_input_are_kept():
    given_ = frame([box(1, 1, 2, 2), at(25, 6)])
    given_.index = [5, 5]
    before = given_.copy()
    found = membership(given_, towns=TOWNS, platforms=PLATFORMS, layout_units=UNITS)
    assert found.index.tolist() == [5, 5]
    assert tuple(found.columns) == MEMBERSHIP_COLUMNS
    assert given_.equals(before)
    assert membership(given_.iloc[:0], towns=TOWNS, platforms=PLATFORMS, layout_units=UNITS).empty


def inexact(shapes, accuracy_m, **changes):
    points = frame(shapes).assign(accuracy_m=accuracy_m)
    layers = {"towns": TOWNS, "platforms": PLATFORMS, "layout_units": UNITS} | changes
    issues = IssueTable()
    return membership(points, **layers, issues=issues), issues


@pytest.mark.parametrize(
    ("shape", "accuracy_m", "short"),
    [
        (at(1, 9), 500.0, ""),
        (at(3, 3), 999.9, ""),
        (at(3, 3), 1000.0, "layout_unit"),  # the border is as far as the point is inexact
        (at(1, 1), 700.0, "platform"),  # 657 m out of the reach of the nearest
        (at(9, 6), 999.0, ""),
        (at(9, 6), 1000.0, "town;layout_unit"),
        (at(9, 6), 1355.0, "town;platform;layout_unit"),  # half of what the second is farther
        (at(5, 9), 4000.0, "town;platform;layout_unit"),
        (at(6, 6), 2000.0, "platform;layout_unit"),
        (box(9.5, 1, 9.9, 2), 4000.0, ""),  # a polygon is taken as drawn
        (None, 4000.0, ""),
    ],
)
def test_an_accuracy_that_a_decision_cannot_use_is_named(shape, accuracy_m, short):
    found, issues = inexact([shape, at(1, 9)], [accuracy_m, 10.0])
    assert found["accuracy_short"].tolist() == [short, ""]
    for decision in ("town", "platform"):
        if decision in short:
            assert not found[f"{decision}_sure"].iloc[0]
    assert issues.by_kind() == {f"accuracy_short_{one}": 1 for one in short.split(";") if one}
    for issue in issues:
        assert issue.values["count"] == 1  # noqa: PD011
        assert issue.message()
        assert issue.action()


@pytest.mark.parametrize("accuracy_m", [np.nan, -5.0, 0.0])
@pytest.mark.parametrize("others", [[], [10.0]])
def test_a_point_of_unknown_accuracy_is_sure_of_nothing_and_named(accuracy_m, others):
    found, issues = inexact([at(2, 9), *[at(1, 9) for _ in others]], [accuracy_m, *others])
    assert found["accuracy_short"].tolist() == ["unknown", *["" for _ in others]]
    assert not found["town_sure"].iloc[0]
    assert not found["platform_sure"].iloc[0]
    assert issues.by_kind() == {"accuracy_unclear": 1}


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0.1, 29.9), st.floats(0.1, 9.9), st.floats(10, 6000),
    st.floats(0, 6.28), st.floats(0, 0.999),
)  # fmt: skip
def test_what_is_not_short_stays_the_same_wherever_the_point_may_be(x, y, accuracy_m, turn, part):
    far = accuracy_m * part / KM
    moved = at(x + far * np.cos(turn), y + far * np.sin(turn))
    found, _ = inexact([at(x, y), moved], accuracy_m, layout_units=UNITS.iloc[:1])
    first_, second = found.iloc[0], found.iloc[1]
    for decision in ("town", "platform", "layout_unit"):
        if decision not in first_["accuracy_short"].split(";"):
            assert str(first_[f"{decision}_id"]) == str(second[f"{decision}_id"])


def test_only_what_states_an_accuracy_has_the_column():
    assert "accuracy_short" not in belong([at(1, 1)])
    assert "accuracy_short" not in inexact([box(1, 1, 2, 2)], 100.0)[0]


def test_margins_of_measured_towns_are_taken_when_asked():
    surveyed = TOWNS.assign(basis="surveyed")
    assert np.isnan(first(box(1, 1, 2, 2), towns=surveyed)["town_margin_m"])
    asked = first(box(1, 1, 2, 2), towns=surveyed, reach=Reach(margins=True))
    assert asked["town_margin_m"] == 8000.0


def test_layers_of_the_workspace_are_placed_by_their_name():
    city = Workspace.open("yueqing")
    for layer in ("firms", "projects", "platforms", "micro_parks"):
        issues = IssueTable()
        found = assign(layer, city, issues=issues)
        assert len(found) == len(city.layer(layer))
        short = found["accuracy_short"].str.split(";")
        counted = [one.values["count"] for one in issues if one.field == "accuracy_short"]  # noqa: PD011
        assert sum(counted) == sum(len([one for one in row if one]) for row in short)
        assert not (found["town_sure"] & short.map(lambda row: "town" in row)).any()


def test_every_way_has_words_in_both_languages():
    for lang in messages.LANGUAGES:
        entries = messages.catalogue(lang, "planning")
        for way in ("within", "overlap", "nearest", "outside", "unknown", "member", "itself"):
            assert entries[f"way.{way}"]
        assert entries["way.schematic_within"] != entries["way.schematic_overlap"]


coordinate = st.floats(-3, 33).map(lambda value: round(value, 2))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=12), st.randoms())
def test_the_order_of_features_and_places_does_not_matter(corners, random):
    shapes = [box(x, y, x + 1.5, y + 1.2) for x, y in corners]
    straight = belong(shapes)
    order = list(range(len(shapes)))
    random.shuffle(order)
    places = {
        "towns": TOWNS.sample(frac=1, random_state=random.randint(0, 99)),
        "platforms": PLATFORMS.sample(frac=1, random_state=random.randint(0, 99)),
        "layout_units": UNITS.iloc[::-1],
    }
    shuffled = belong([shapes[i] for i in order], **places)
    shuffled.index = order
    pd.testing.assert_frame_equal(shuffled.sort_index(), straight)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=8))
def test_it_agrees_with_a_plain_loop(corners):
    shapes = [box(x, y, x + 1.5, y + 1.2) for x, y in corners]
    found = belong(shapes)
    for shape, row in zip(shapes, found.itertuples(), strict=True):
        shares = [shape.intersection(town).area / shape.area for town in TOWNS.geometry]
        distances = [shape.distance(town) for town in TOWNS.geometry]
        best = int(np.argmax(np.round(shares, 9)))
        if shares[best] > 1e-9:
            assert row.town == TOWNS["name"].iloc[best]
            assert row.town_share == pytest.approx(shares[best], abs=1e-4)
        elif min(distances) <= 2000:
            assert row.town == TOWNS["name"].iloc[int(np.argmin(np.round(distances, 6)))]
        else:
            assert pd.isna(row.town)
        if not pd.isna(row.town):
            others = [
                d for d, name in zip(distances, TOWNS["name"], strict=True) if name != row.town
            ]
            expected = min(others)
            if pd.isna(row.town_margin_m):
                assert expected > 20_000
            else:
                assert row.town_margin_m == pytest.approx(expected, abs=0.1)


def test_every_feature_has_one_membership_duplicates_and_nothing_among_them():
    twice = box(9, 1, 11, 2)
    shapes = [twice, twice, at(10, 5), at(10, 5), None, shapely.Point(), shapely.Polygon()]
    shapes += [box(0, 0, 30, 10), box(29, 9, 31, 11), at(40, 40)]
    found = belong(shapes)
    assert len(found) == len(shapes)
    for place in ("town", "platform", "layout_unit"):
        assert found[place].value_counts(dropna=False).sum() == len(shapes)
    # the same shape has the same answer, and what is nowhere has none
    assert found.iloc[0].equals(found.iloc[1])
    assert found.iloc[2].equals(found.iloc[3])
    assert found["town_way"].tolist()[4:7] == ["unknown"] * 3
    assert found["town"].iloc[[4, 5, 6, 9]].isna().all()
    assert not found["town_sure"].iloc[[4, 5, 6, 9]].any()
    # three towns hold a third each: the first
    assert found["town_id"].iloc[7] == "t1"


@pytest.mark.parametrize("basis", ["real", "name_anchor", "town_fallback", "county_fallback"])
def test_the_accuracy_of_a_point_decides_whatever_it_stands_for(basis):
    towns = TOWNS.assign(basis="surveyed")
    points = frame([at(9, 5), at(9, 5)], basis=basis, accuracy_m=[999.0, 1000.0])
    layers = {"towns": towns, "platforms": PLATFORMS, "layout_units": UNITS}
    found = membership(points, **layers)
    assert ["town" in row.split(";") for row in found["accuracy_short"]] == [False, True]
    assert found["town_sure"].tolist() == [True, False]


def test_the_city_as_it_is_shipped():
    city = Workspace.open("yueqing")
    seats = city.layer("gazetteer").query("type == 'town_seat'")
    found = assign(seats, city)
    assert found["town"].tolist() == seats["name"].tolist()
    assert (found["town_way"] == "within").all()
    # all but seven platforms stand on a point that is not their own
    parks = assign(city.layer("platforms").drop(columns="platform_id"), city)
    shared = parks["basis"].eq("town_fallback")
    assert not parks.loc[shared, "platform_sure"].any()
    assert set(parks["layout_way"]) <= {
        "schematic_within",
        "schematic_overlap",
        "member",
        "outside",
    }


def test_a_city_without_places_leaves_belonging_unknown(bare):
    city = Workspace.open(bare)
    assert not city.has("towns")
    square = gpd.GeoDataFrame({"plot_id": ["a"]}, geometry=[box(0, 0, 1, 1)], crs=PLANE)
    found = assign(square, city).iloc[0]
    for name in ("town", "platform", "layout"):
        assert found[f"{name}_way"] == "unknown"
    assert not found["town_sure"]
    assert pd.isna(found["town"])
    assert pd.isna(found["platform"])


@pytest.mark.parametrize(
    ("shape", "sure"),
    [
        (at(2, 2), True),
        (at(0.2, 2), False),
        (box(1, 1, 2, 2), True),
        # more than half of it lies farther in than the edge may be wrong
        (box(0.3, 1, 2, 2), True),
        (box(0, 1, 0.8, 2), False),
        (box(0, 1, 0.8, 1.1).union(box(0.7, 1, 4, 2)), True),
    ],
)
def test_a_feature_near_an_edge_that_is_not_exact_is_not_sure(shape, sure):
    area = frame(
        [box(0, 0, 4, 4)], platform_id=["p1"], name=["一园"], basis="drawn", accuracy_m=500.0
    )
    found = belong([shape], platforms=area)
    assert found["platform"].tolist() == ["一园"]
    assert found["platform_way"].tolist() == ["within"]
    assert found["platform_sure"].tolist() == [sure]
    exact = belong([shape], platforms=area.assign(accuracy_m=np.nan))
    assert exact["platform_sure"].tolist() == [True]


def test_an_area_that_is_less_exact_than_wide_is_sure_of_nothing():
    area = frame(
        [box(0, 0, 1, 1)], platform_id=["p1"], name=["一园"], basis="drawn", accuracy_m=600.0
    )
    assert belong([at(0.5, 0.5)], platforms=area)["platform_sure"].tolist() == [False]
