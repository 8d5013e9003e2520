from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from platforms.errors import InputError
from platforms.layers.making.seats import read_seats
from platforms.layers.making.towns import TOWN_COLUMNS, derive_towns, read_towns

PLANE = CRS.from_epsg(4528)
COUNTY = shapely.box(120.4, 28.0, 120.8, 28.2)


def seats(*places: tuple[str, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(places, columns=["name", "lon", "lat"])
    return frame.assign(town_id=[f"t{n}" for n in range(len(frame))], accuracy_m=np.nan)


def test_two_seats_share_a_county_along_the_middle():
    towns = derive_towns(seats(("甲镇", 120.5, 28.1), ("乙街道", 120.7, 28.1)), COUNTY, PLANE)
    assert list(towns.columns) == list(TOWN_COLUMNS)
    assert towns["kind"].tolist() == ["镇", "街道"]
    assert towns["basis"].tolist() == ["derived", "derived"]
    west, east = towns.geometry
    assert west.contains(shapely.Point(120.59, 28.15))
    assert east.contains(shapely.Point(120.61, 28.05))
    # 31 % of a county 39.3 km wide, along its middle
    assert towns["accuracy_m"].tolist() == pytest.approx([12200, 12200], abs=200)


def test_one_seat_has_the_whole_county_and_no_limit_to_be_unsure_of():
    towns = derive_towns(seats(("甲镇", 120.5, 28.1)), COUNTY, PLANE)
    assert towns.geometry.iloc[0].symmetric_difference(COUNTY).area < 1e-8
    assert towns["accuracy_m"].isna().all()


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(41, 79), st.integers(1, 19)), min_size=2, max_size=8, unique=True
    )
)
def test_the_areas_are_the_county_and_each_holds_its_seat(places):
    given_ = seats(*[(f"{n}镇", 120 + x / 100, 28 + y / 100) for n, (x, y) in enumerate(places)])
    towns = derive_towns(given_, COUNTY, PLANE)
    points = gpd.points_from_xy(given_["lon"], given_["lat"])
    assert all(shape.intersects(point) for shape, point in zip(towns.geometry, points, strict=True))
    assert shapely.area(towns.geometry.to_numpy()).sum() == pytest.approx(COUNTY.area, rel=1e-3)
    assert shapely.union_all(towns.geometry.to_numpy()).area == pytest.approx(COUNTY.area, rel=1e-3)


def test_the_towns_of_yueqing_come_out_as_they_ship(yueqing):
    shipped = yueqing.layer("towns").set_index("town_id")
    given_ = pd.DataFrame(
        {
            "town_id": shipped.index,
            "name": shipped["name"].to_numpy(),
            "lon": shipped["seat_lon"].to_numpy(),
            "lat": shipped["seat_lat"].to_numpy(),
            "accuracy_m": shipped["seat_accuracy_m"].to_numpy(),
        }
    )
    made = derive_towns(given_, yueqing.county, yueqing.plane).set_index("town_id")
    before = shipped.geometry.to_numpy()
    both = shapely.symmetric_difference(made.geometry.to_numpy(), before)
    apart = shapely.area(both) / shapely.area(before)
    assert apart.max() < 0.01
    assert made["kind"].tolist() == shipped["kind"].tolist()
    assert (made["accuracy_m"] - shipped["accuracy_m"]).abs().max() <= 100


def written(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "seats.csv"
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_seats_are_read_under_chinese_headings(tmp_path, encoding):
    path = written(
        tmp_path, "名称,经度,纬度,精度\n甲镇,120.5,28.1,800\n乙镇,120.7,28.1,\n", encoding
    )
    found = read_seats(path, COUNTY, "330302")
    assert found["town_id"].tolist() == ["330302-001", "330302-002"]
    assert found["lon"].tolist() == [120.5, 120.7]
    assert found["accuracy_m"].iloc[0] == 800
    assert np.isnan(found["accuracy_m"].iloc[1])


def test_the_basis_of_a_seat_may_be_empty_or_a_word(tmp_path):
    text = "名称,经度,纬度,精度,依据\n甲镇,120.5,28.1,0,\n乙镇,120.7,28.1,,实测\n丙镇,120.6,28.1,,real\n"
    found = read_seats(written(tmp_path, text), COUNTY, "330302")
    assert found["basis"].tolist() == ["declared", "surveyed", "real"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("名称,经度\n甲镇,120.5\n", "seats_columns"),
        ("name,lon,lat\n", "seats_columns"),
        ("name,lon,lat\n,120.5,28.1\n", "seat_unnamed"),
        ("name,lon,lat\n甲镇,东,28.1\n", "seat_number"),
        ("name,lon,lat\n甲镇,28.1,120.5\n", "seat_outside"),
        ("name,lon,lat\n甲镇,120.5,28.1\n甲镇,120.6,28.1\n", "seat_name_twice"),
        ("name,lon,lat\n甲镇,120.5,28.1\n乙镇,120.5,28.1\n", "seat_place_twice"),
        ("town_id,name,lon,lat\n1,甲镇,120.5,28.1\n1,乙镇,120.6,28.1\n", "seat_id_twice"),
        ("name,lon,lat,accuracy_m\n甲镇,120.5,28.1,-5\n", "seat_accuracy"),
        ("name,lon,lat,accuracy_m\n甲镇,120.5,28.1,不详\n", "seat_accuracy"),
        ("name,lon,lat,basis\n甲镇,120.5,28.1,guessed\n", "seat_basis"),
        ("", "seats_unreadable"),
    ],
)
def test_a_wrong_seat_is_named_with_its_row(tmp_path, text, key):
    with pytest.raises(InputError) as caught:
        read_seats(written(tmp_path, text), COUNTY, "330302")
    assert caught.value.key == f"city.{key}"
    for lang in ("zh_CN", "en"):
        assert "seats.csv" in caught.value.message(lang)
    if key.startswith("seat_"):
        assert "第 2 行" in str(caught.value) or "第 3 行" in str(caught.value)


def official(tmp_path, **columns):
    shapes = [
        shapely.box(120.4, 28.0, 120.6, 28.2),
        shapely.box(120.6, 28.0, 120.8, 28.2),
        shapely.box(121.4, 28.0, 121.6, 28.2),
    ]
    path = tmp_path / "towns.gpkg"
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4490").to_file(path)
    return path


def test_official_towns_are_those_in_the_county(tmp_path):
    path = official(
        tmp_path,
        代码=["330302001000", "330302102000", "330382001000"],
        市=["温州市"] * 3,
        乡镇=["甲街道", "乙镇", "丙镇"],
    )
    towns = read_towns(path, COUNTY, "330302")
    assert towns["town_id"].tolist() == ["330302001", "330302102"]
    assert towns["name"].tolist() == ["甲街道", "乙镇"]
    assert towns["basis"].tolist() == ["declared", "declared"]


@pytest.mark.parametrize(
    ("columns", "county", "key"),
    [
        ({"a": [1, 2, 3]}, COUNTY, "towns_unnamed"),
        ({"name": ["甲镇", "乙镇", "丙镇"]}, shapely.box(100, 30, 101, 31), "towns_elsewhere"),
        ({"name": ["甲镇", "甲镇", "丙镇"]}, COUNTY, "town_twice"),
        ({"name": ["甲镇", None, "丙镇"]}, COUNTY, "town_unnamed"),
    ],
)
def test_towns_that_cannot_be_used_are_refused(tmp_path, columns, county, key):
    with pytest.raises(InputError) as caught:
        read_towns(official(tmp_path, **columns), county, "330302")
    assert caught.value.key == f"city.{key}"
    assert "towns.gpkg" in caught.value.message("en")
