from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from platforms.errors import InputError, PlatformsError
from platforms.layers.making.boundary import UNIT_COLUMNS, Units, find_boundary, read_units

# three counties side by side, and one far off
BOXES = {
    "330302": ("鹿城区", shapely.box(120.4, 28.0, 120.6, 28.2)),
    "330303": ("龙湾区", shapely.box(120.6, 28.0, 120.8, 28.2)),
    "330304": ("瓯海区", shapely.box(120.4, 27.8, 120.8, 28.0)),
    "331082": ("临海市", shapely.box(122.5, 28.0, 122.7, 28.2)),
}


def frame(**columns) -> gpd.GeoDataFrame:
    shapes = [shape for _, shape in BOXES.values()]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4490")


def units(**more) -> Units:
    given = {
        "adcode": list(BOXES),
        "name": [name for name, _ in BOXES.values()],
        "basis": "declared",
        "accuracy_m": np.nan,
    }
    return Units(frame(**(given | more)), "all.geojson")


def test_a_county_is_found_by_code_and_the_others_around_it_are_its_neighbours():
    found = find_boundary(units(), "330302")
    assert found.name == "鹿城区"
    assert found.checked
    assert list(found.county.columns) == list(UNIT_COLUMNS)
    assert found.county.geometry.iloc[0].equals(BOXES["330302"][1])
    # the far one is no neighbour
    assert found.neighbours["adcode"].tolist() == ["330303", "330304"]


def test_a_prefecture_takes_its_counties():
    found = find_boundary(units(), "330300")
    assert found.county["adcode"].tolist() == ["330302", "330303", "330304"]
    assert found.name is None
    assert found.neighbours.empty


def test_a_file_without_codes_is_searched_by_name():
    found = find_boundary(units(adcode=None), "330302", name="鹿城")
    assert found.county["name"].tolist() == ["鹿城区"]
    assert found.county["adcode"].tolist() == ["330302"]
    assert found.checked


@pytest.mark.parametrize(
    ("code", "name", "key", "told"),
    [
        ("330382", None, "city.not_in_file", "330302 鹿城区"),
        ("330382", "鹿城区", "city.not_in_file", "330382"),
        ("330303", "鹿城区", "city.other_name", "龙湾区"),
    ],
)
def test_a_county_that_is_not_there_or_another_is_refused(code, name, key, told):
    with pytest.raises(InputError) as caught:
        find_boundary(units(), code, name=name)
    assert caught.value.key == key
    for lang in ("zh_CN", "en"):
        assert told in caught.value.message(lang)


def nameless(shape: shapely.Polygon) -> Units:
    one = {"adcode": [None], "name": [None], "basis": ["declared"], "accuracy_m": [np.nan]}
    return Units(gpd.GeoDataFrame(one, geometry=[shape], crs="EPSG:4490"), "one.shp")


def test_a_nameless_outline_is_taken_and_compared_with_what_is_known():
    found = find_boundary(nameless(BOXES["330302"][1]), "330302", name="鹿城区", others=[units()])
    assert not found.checked
    assert found.county["name"].tolist() == ["鹿城区"]
    # nobody knows where this one is
    assert not find_boundary(nameless(BOXES["330302"][1]), "330305", others=[units()]).checked


def test_a_nameless_outline_of_another_county_is_refused():
    with pytest.raises(InputError) as caught:
        find_boundary(nameless(BOXES["331082"][1]), "330302", others=[units()])
    assert caught.value.key == "city.elsewhere"
    assert "鹿城区" in caught.value.message("en")


@pytest.mark.parametrize("column", ["adcode", "PAC", "gb", "区划代码"])
def test_the_columns_of_a_file_may_be_called_anything(tmp_path, column):
    codes = [f"156{code}" if column == "gb" else code for code in BOXES]
    names = [name for name, _ in BOXES.values()]
    path = tmp_path / "all.gpkg"
    frame(**{column: codes, "省": ["浙江省"] * 4, "XZQMC": names}).to_file(path)
    found = find_boundary(read_units(path), "330303")
    assert found.county["name"].tolist() == ["龙湾区"]
    assert found.county["basis"].tolist() == ["declared"]
    assert np.isnan(found.county["accuracy_m"].iloc[0])


def test_a_shipped_city_gives_its_neighbours_with_their_source():
    found = find_boundary(read_units("yueqing"), "330302", name="鹿城区")
    assert found.county["basis"].tolist() == ["real"]
    assert found.county["accuracy_m"].tolist() == [80.0]
    assert "天地图" in str(found.units.source)
    assert {"330382", "330303", "330304"} <= set(found.neighbours["adcode"])


def test_what_is_no_file_of_outlines_is_refused(tmp_path):
    path = tmp_path / "broken.geojson"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(PlatformsError) as caught:
        read_units(path)
    assert "broken.geojson" in str(caught.value)
    with pytest.raises(PlatformsError, match=r"nowhere\.shp"):
        read_units(tmp_path / "nowhere.shp")
