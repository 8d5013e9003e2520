from __future__ import annotations

import re

import geopandas as gpd
import pytest
import shapely

from platforms.errors import InputError, OutputError
from platforms.layers.making.blank import TO_WRITE
from platforms.layers.making.city import make_workspace
from platforms.layers.making.plan_text import LIMITS, city_document
from platforms.layers.making.wishes import GivenDocument, NewCity
from platforms.policy.workspace import Workspace

PLAN = GivenDocument(id="lc2021", title='鹿城: "规划"', date="2021-05")


@pytest.fixture
def outlines(tmp_path):
    path = tmp_path / "all.geojson"
    gpd.GeoDataFrame(
        {"code": ["330302", "330303"], "name": ["鹿城区", "龙湾区"]},
        geometry=[shapely.box(120.4, 28.0, 120.6, 28.2), shapely.box(120.6, 28.0, 120.8, 28.2)],
        crs="EPSG:4490",
    ).to_file(path)
    return path


@pytest.fixture
def seats(tmp_path):
    path = tmp_path / "seats.csv"
    path.write_text("name,lon,lat\n甲街道,120.45,28.1\n乙镇,120.55,28.1\n", encoding="utf-8")
    return path


def test_a_new_city_opens_and_every_layer_of_it_reads(tmp_path, outlines, seats):
    wishes = NewCity(
        county_code="330302",
        boundary=str(outlines),
        seats=str(seats),
        documents=(PLAN,),
        year=2023,
    )
    made = make_workspace(tmp_path / "lucheng", wishes)
    city = Workspace.open(made.folder)
    assert city.check() == []
    assert set(made.layers) == set(city.cards)
    assert (str(city.plan.name), city.plan.county_code) == ("鹿城区", "330302")
    assert city.plan.crs == made.crs == "EPSG:4528"
    assert city.plan.central_meridian == 120
    assert city.plan.assessment_year == 2023
    assert city.plan.constraints == LIMITS
    assert city.plan.documents[0].title == PLAN.title
    rows = {name: len(city.table(name)) for name in city.cards}
    held = {name: count for name, count in rows.items() if count}
    assert held == {"county": 1, "neighbours": 1, "towns": 2, "gazetteer": 2}
    assert city.layer("gazetteer")["type"].tolist() == ["town_seat"] * 2
    assert city.card("platforms").documents == ("lc2021",)
    assert city.card("platforms").source == TO_WRITE
    # no limit is not the same as a layer without any
    assert not city.has("constraints")
    assert city.rules().pack == "idle-land-53"


@pytest.mark.parametrize(
    ("sources", "said"), [(("甲志", "乙志"), "甲志；乙志"), (("甲志", ""), "待填写")]
)
def test_the_gazetteer_is_from_where_all_its_seats_are(tmp_path, outlines, sources, said):
    seats = tmp_path / "seats.csv"
    rows = [
        f"{n},{x},28.1,{s}\n" for n, x, s in zip("甲乙", (120.45, 120.55), sources, strict=True)
    ]
    seats.write_text("name,lon,lat,source\n" + "".join(rows), encoding="utf-8")
    wishes = NewCity(county_code="330302", boundary=str(outlines), seats=str(seats))
    made = make_workspace(tmp_path / "city", wishes)
    assert Workspace.open(made.folder).card("gazetteer").source == said


@pytest.mark.parametrize(("lon", "epsg", "meridian"), [(120.5, 4528, 120), (113.2, 4526, 114)])
def test_the_plane_follows_the_longitude_of_the_county(tmp_path, lon, epsg, meridian):
    path = tmp_path / "one.gpkg"
    box = shapely.box(lon, 28, lon + 0.1, 28.1)
    gpd.GeoDataFrame({"code": ["440103"]}, geometry=[box], crs="EPSG:4490").to_file(path)
    wishes = NewCity(county_code="440103", name="荔湾区", boundary=str(path))
    made = make_workspace(tmp_path / "city", wishes)
    assert (made.crs, made.central_meridian) == (f"EPSG:{epsg}", meridian)
    assert Workspace.open(made.folder).check() == []


def test_the_cards_keep_their_comments_for_who_fills_them(tmp_path, outlines):
    wishes = NewCity(county_code="330302", boundary=str(outlines))
    folder = make_workspace(tmp_path / "city", wishes).folder
    cards = list(folder.glob("*/*.yaml"))
    assert len(cards) == 16
    for path in cards:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert re.match(r"# .*[\u4e00-\u9fff]{6}", first), path.name
    assert (folder / "layers/platforms.csv").read_text("utf-8").startswith("platform_id,name,")


@pytest.mark.parametrize(
    ("wishes", "key"),
    [
        ({"county_code": "33030"}, "city.code_unknown"),
        ({"county_code": "330382"}, "city.not_in_file"),
        ({"name": "瓯海区"}, "city.other_name"),
        ({"towns": "a", "seats": "b"}, "city.towns_and_seats"),
        ({"documents": (PLAN, PLAN)}, "city.document_twice"),
        ({"documents": (GivenDocument(id="../x", title="甲"),)}, "city.document_id"),
        ({"seats": "nowhere.csv"}, "city.seats_unreadable"),
    ],
)
def test_what_cannot_be_made_leaves_nothing(tmp_path, outlines, wishes, key):
    given = {"county_code": "330302", "boundary": str(outlines)} | wishes
    with pytest.raises(InputError) as caught:
        make_workspace(tmp_path / "new" / "city", NewCity(**given))
    assert caught.value.key == key
    assert caught.value.message("zh_CN") != caught.value.message("en")
    assert not (tmp_path / "new" / "city").exists()
    assert list(tmp_path.glob("new/.tmp*")) == []


def test_a_county_that_nobody_named_is_asked_for(tmp_path):
    path = tmp_path / "one.gpkg"
    box = shapely.box(120.4, 28.0, 120.6, 28.2)
    gpd.GeoDataFrame({"a": [1]}, geometry=[box], crs="EPSG:4490").to_file(path)
    with pytest.raises(InputError, match="--name") as caught:
        make_workspace(tmp_path / "city", NewCity(county_code="330399", boundary=str(path)))
    assert caught.value.key == "city.name_missing"


def test_a_folder_that_holds_something_is_left_alone(tmp_path, outlines):
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="city") as caught:
        make_workspace(folder, NewCity(county_code="330302", boundary=str(outlines)))
    assert caught.value.key == "city.folder_exists"
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_a_document_is_read_off_one_line():
    found = city_document("id=lc2021,title=鹿城区规划, 第一册,date=2021-05,number=鹿政〔2021〕1号")
    assert found.title == "鹿城区规划, 第一册"
    assert (found.id, found.date, found.number) == ("lc2021", "2021-05", "鹿政〔2021〕1号")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("id=a,titel=b", "city.document_key"),
        ("鹿城规划", "city.document_key"),
        ("id=a", "city.document_incomplete"),
        ("title=a", "city.document_incomplete"),
        ("id=,title=a", "city.document_incomplete"),
    ],
)
def test_a_document_that_is_not_said_whole_is_refused(text, key):
    with pytest.raises(InputError) as caught:
        city_document(text)
    assert caught.value.key == key
    assert "title" in caught.value.message("en")
