"""The digitised plan of 台州: counts, citations, places, and rows read by eye."""

import runpy
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from platforms.layers.cards import read_card
from platforms.layers.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
GEO = ROOT / "geo" / "taizhou"
LAYERS = ROOT / "layers" / "taizhou"
TABLES = {
    "platforms": 20,
    "innovation_platforms": 19,
    "clusters": 42,
    "industries": 10,
    "industry_places": 16,
    "layout_members": 17,
    "statements": 39,
    "counts": 68,
    "targets": 22,
}
UNITS = {
    "331002": "椒江区", "331003": "黄岩区", "331004": "路桥区", "331022": "三门县", "331023": "天台县",
    "331024": "仙居县", "331081": "温岭市", "331082": "临海市", "331083": "玉环市",
}  # fmt: skip


@pytest.fixture(scope="module")
def city():
    return Workspace.open("taizhou")


def test_every_layer_is_sound_and_inside_the_city(city):
    # reading refuses what lies further out than its own accuracy, and what refers to nothing
    assert city.check() == []
    assert city.plan.county_code == "331000"


@pytest.mark.parametrize(("name", "count"), TABLES.items())
def test_counts_of_tables(city, name, count):
    table = city.table(name)
    assert len(table) == count
    assert table["doc"].eq("tz-145").all()
    assert table["section"].notna().all()


def test_the_nine_county_units_are_the_city(city):
    towns = city.layer("towns")
    assert dict(zip(towns["adcode"], towns["name"], strict=True)) == UNITS
    assert towns["basis"].eq("real").all()
    plane = towns.to_crs(city.plane)
    whole = city.layer("county").to_crs(city.plane).area.sum()
    assert plane.area.sum() == pytest.approx(whole)
    seats = gpd.points_from_xy(towns["seat_lon"], towns["seat_lat"])
    assert shapely.contains(towns.geometry.to_numpy(), seats).all()


def test_no_unit_of_the_city_is_its_neighbour(city):
    neighbours = city.layer("neighbours")
    named = neighbours[neighbours["name"].notna()]
    assert len(named) == 31
    assert named["basis"].eq("real").all()
    # inland beyond the counties at hand there is land, and nothing else is known of it
    beyond = neighbours[neighbours["name"].isna()]
    assert beyond["basis"].tolist() == ["drawn"]
    everything = shapely.union_all([city.county, *named.geometry])
    assert shapely.area(shapely.intersection(everything, beyond.union_all())) < 1e-6
    assert not neighbours["adcode"].str.startswith("3310").any()
    assert "330382" in set(neighbours["adcode"])


def test_a_county_that_stands_in_says_how_far_off_it_may_be(city):
    places = city.layer("gazetteer").set_index("place_id").to_crs(city.plane)
    units = city.layer("towns").set_index("town_id").to_crs(city.plane).geometry
    stands_in = places[places["basis"].eq("county_fallback")]
    assert len(stands_in) == 3
    for place in stands_in.itertuples():
        main = max(shapely.get_parts(units[place.town_id]), key=lambda part: part.area)
        corners = shapely.points(shapely.get_coordinates(main))
        farthest = shapely.distance(place.geometry, corners).max()
        assert farthest <= place.accuracy_m < farthest + 1500


def test_the_layout_is_drawn_and_says_so(city):
    units = city.layer("layout_units").set_index("unit_id")
    assert units["kind"].to_dict() == {
        "core_new_area": "core", "core_etdz": "core", "points": "points", "coastal_belt": "belt",
    }  # fmt: skip
    assert units["basis"].eq("drawn").all()
    assert units["accuracy_m"].ge(10_000).all()
    shapes = units.geometry.to_crs(city.plane).to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = left < right
    shared = shapely.area(shapely.intersection(shapes[left[pairs]], shapes[right[pairs]]))
    # what is left is the smoothing of their edges
    assert shared.max() < 20_000
    assert len(shapely.get_parts(shapes[list(units.index).index("points")])) == 9
    members = city.table("layout_members")
    assert members.groupby("unit_id").size().to_dict() == {
        "core_new_area": 1, "core_etdz": 2, "coastal_belt": 5, "points": 9,
    }  # fmt: skip


def test_the_derived_shapes_are_those_of_the_tool(city):
    made = runpy.run_path(str(ROOT / "tools" / "derive_taizhou.py"))
    for layer, folder, features in (
        ("towns", GEO, made["county_units"]()), ("layout_units", LAYERS, made["layout"]()),
    ):  # fmt: skip
        stored = gpd.read_file(folder / f"{layer}.geojson")
        again = gpd.GeoDataFrame.from_features(features, crs=4490)
        assert shapely.equals(stored.geometry.to_numpy(), again.geometry.to_numpy()).all()


def test_the_clusters_are_four_five_six_and_the_stars(city):
    clusters = city.table("clusters")
    assert clusters["group"].value_counts().to_dict() == {
        "new_star": 27, "domestic": 6, "national": 5, "international": 4,
    }  # fmt: skip
    stars = clusters[clusters["group"].eq("new_star")].groupby("section").size()
    # the plan lists them three times and differently
    assert stars.to_dict() == {"二（四）": 11, "专栏1": 11, "专栏5": 5}
    named = clusters[clusters["group"].ne("new_star")]
    assert named["aim"].notna().all()
    assert named["key_fields"].notna().all()


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("省级园区平台", 11),
        ("万亩级产业平台", 6),
        ("特色小镇", 12),
        ("示范产业链", 10),
        ("绿色工厂", 200),
    ],
)
def test_what_is_counted_without_a_name_is_a_count(city, subject, number):
    counts = city.table("counts").set_index("subject")
    assert counts.loc[subject, "number"] == number
    assert str(number) in counts.loc[subject, "text"]


def test_a_number_that_is_not_given_stays_empty(city):
    counts = city.table("counts").set_index("subject")
    assert pd.isna(counts.loc["小微企业园区", "number"])
    ranges = counts[counts["operator"].eq("range")]
    assert (ranges["number_to"] > ranges["number"]).all()
    for layer in ("micro_parks", "special_towns"):
        assert not city.has(layer)


def test_a_platform_without_a_place_is_not_on_the_map(city):
    platforms = city.layer("platforms")
    placed = platforms.geometry.notna()
    assert placed.sum() == 8
    assert (placed == platforms["place_id"].notna()).all()
    assert platforms.loc[~placed, "note"].str.contains("不上图").all()


def test_statements_name_what_is_there_and_in_the_words_of_the_plan(city):
    said = city.table("statements")
    for layer, key in (("platforms", "platform_id"), ("towns", "town_id")):
        own = said[said["layer"].eq(layer)]
        assert set(own["feature_id"]) <= set(city.table(layer)[key])
    assert set(said[said["layer"].eq("platforms")]["feature_id"]) == set(
        city.table("platforms")["platform_id"]
    )
    clauses = said[said["feature_id"].eq("TZ-P01")]["section"].tolist()
    assert clauses == ["二（二）4", "二（五）1", "二（五）1", "二（五）2"]


def test_all_sample_layers_are_marked(city):
    cards = sorted(LAYERS.glob("sample_*.yaml"))
    assert len(cards) == 10
    for path in cards:
        card = read_card(path)
        assert card.sample
        assert "示例" in card.title.zh
        if card.geometry != "raster":
            assert city.table(card.layer)["basis"].eq("sample").all()
    size = sum(path.stat().st_size for path in LAYERS.glob("sample_*"))
    assert size < 2_000_000


@pytest.mark.parametrize(
    ("subject", "number", "unit", "text"),
    [
        ("工业增加值", 1900.5, "亿元", "1900.5亿元"),
        ("规上工业企业中民营企业数量占比", 96.4, "%", "96.4%"),
        ("上市公司完成并购涉及金额较“十二五”末增长", 316.12, "%", "316.12%"),
        ("缝中设备产量占全球", 50, "%", "全球50%以上"),
    ],
)
def test_numbers_of_the_prose_are_counted(city, subject, number, unit, text):
    found = city.table("counts").set_index("subject").loc[subject]
    assert (found["number"], found["unit"]) == (number, unit)
    assert text in found["text"]
