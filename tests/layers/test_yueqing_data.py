"""The digitised documents of 乐清: counts, sums, citations, places, and rows read by eye."""

import json
import re
import runpy
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from platforms.layers.cards import read_card, read_plan

ROOT = Path(__file__).resolve().parents[2]
GEO = ROOT / "geo" / "yueqing"
LAYERS = ROOT / "layers" / "yueqing"
TABLES = {
    "platforms": 27,
    "projects": 32,
    "firms": 38,
    "industries": 5,
    "industry_places": 19,
    "layout_members": 46,
    "micro_parks": 6,
    "special_towns": 11,
    "logistics_parks": 9,
    "targets": 262,
}
SHAPES = {
    GEO / "county.geojson": 1,
    GEO / "neighbours.geojson": 39,
    GEO / "towns.geojson": 25,
    LAYERS / "layout_units.geojson": 5,
}
CARDS = [GEO / "gazetteer.yaml", *(path.with_suffix(".yaml") for path in SHAPES)]
CARDS += [LAYERS / f"{name}.yaml" for name in TABLES]
PLANE = "EPSG:4528"


def table(name):
    return pd.read_csv(LAYERS / f"{name}.csv", dtype=str, keep_default_na=False)


def row(name, **wanted):
    frame = table(name)
    for column, value in wanted.items():
        frame = frame[frame[column].eq(value)]
    assert len(frame) == 1, wanted
    return frame.iloc[0].to_dict()


@pytest.fixture(scope="module")
def gazetteer():
    return pd.read_csv(GEO / "gazetteer.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def towns():
    return gpd.read_file(GEO / "towns.geojson")


@pytest.fixture(scope="module")
def county():
    return gpd.read_file(GEO / "county.geojson")


@pytest.mark.parametrize(("name", "count"), TABLES.items())
def test_counts_of_tables(name, count):
    assert len(table(name)) == count


@pytest.mark.parametrize(("path", "count"), SHAPES.items(), ids=lambda value: str(value)[-24:])
def test_shapes_are_valid_placed_and_honest(path, count):
    frame = gpd.read_file(path)
    assert len(frame) == count
    assert frame.crs.to_epsg() == 4490
    assert frame.geometry.is_valid.all()
    assert frame["basis"].ne("").all()
    assert frame["accuracy_m"].gt(0).all()


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_card_describes_its_file(path):
    card = read_card(path)
    data = path.parent / card.file
    if data.suffix == ".csv":
        found = pd.read_csv(data, dtype=str, keep_default_na=False)
    else:
        found = pd.DataFrame(gpd.read_file(data).drop(columns="geometry")).astype(object)
        found = found.fillna("").astype(str)
    assert list(found.columns) == [column.name for column in card.columns]
    for column in card.columns:
        values = found[column.name]
        filled = values[values.ne("")]
        if column.required:
            assert len(filled) == len(values), column.name
        if column.unique:
            assert filled.is_unique, column.name
        if column.type == "category":
            assert set(filled) <= set(column.allowed), column.name
        if column.type in {"number", "integer"}:
            numbers = pd.to_numeric(filled)
            if column.minimum is not None:
                assert numbers.ge(column.minimum).all(), column.name


@pytest.mark.parametrize("name", TABLES)
def test_each_row_says_where_it_is_written(name):
    frame = table(name)
    documents = {document.id for document in read_plan(LAYERS / "plan.yaml").documents}
    assert set(frame["doc"]) <= documents
    assert set(frame["doc"]) <= set(read_card(LAYERS / f"{name}.yaml").documents)
    assert frame["section"].ne("").all()


@pytest.mark.parametrize("name", ["platforms", "projects", "firms"])
def test_annex_rows_stand_once_and_in_order(name):
    frame = table(name)
    for _, part in frame.groupby("section"):
        assert part["row"].astype(int).tolist() == list(range(1, len(part) + 1))


@pytest.mark.parametrize("name", TABLES)
def test_places_are_in_the_gazetteer(name, gazetteer):
    frame = table(name)
    known = set(gazetteer["place_id"])
    for column in {"place_id", "town_id", "target_place_ids"} & set(frame.columns):
        used = {place for cell in frame[column] for place in cell.split(";") if place}
        assert used <= known


def test_gazetteer_is_unique_and_near_the_county(gazetteer, county):
    assert gazetteer["place_id"].is_unique
    assert gazetteer["source"].ne("").all()
    assert gazetteer["type"].value_counts()["town_seat"] == 25
    points = gpd.GeoSeries(
        gpd.points_from_xy(gazetteer["lon"].astype(float), gazetteer["lat"].astype(float)),
        crs="EPSG:4490",
    ).to_crs(PLANE)
    away = points.distance(county.to_crs(PLANE).geometry.iloc[0])
    assert (away.to_numpy() <= gazetteer["accuracy_m"].astype(float).to_numpy()).all()
    assert away.max() < 50


def test_project_sums_are_those_of_the_document():
    frame = table("projects")
    sums = {
        group: sum(Decimal(value) for value in part["investment_yi"])
        for group, part in frame.groupby("group")
    }
    assert sums == {"manufacturing": Decimal("376.4"), "infrastructure": Decimal("320.9")}
    assert frame["group"].value_counts().to_dict() == {"manufacturing": 21, "infrastructure": 11}


def test_merged_directions_cover_the_rows_that_they_span():
    frame = table("platforms")
    spans = frame.drop_duplicates("direction_span")["direction_span"].tolist()
    covered = []
    for span in spans:
        first, _, last = span.partition("-")
        rows = range(int(first), int(last or first) + 1)
        covered += rows
        part = frame[frame["direction_span"].eq(span)]
        assert part["row"].astype(int).tolist() == list(rows)
        assert len(set(part["direction_text"])) == 1
    assert covered == list(range(1, 28))
    assert [span for span in spans if "-" in span] == [
        "2-3", "8-9", "10-11", "14-17", "18-19", "20-25",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "name", "town", "direction", "text"),
    [
        (1, "磐石特色工业园区", "磐石镇", "keep_upgrade", "保留现状，通过改造提升引导无污染的工业发展"),
        (3, "乐清白石街道东泮橡胶工业园区", "白石街道", "retreat_to_tertiary", "退二进三，发展现代服务和旅游服务功能"),
        (4, "温州大桥工业区", "北白象镇", "integrate_upgrade", "整合提升，重点发展工业电气、电子信息和新材料等产业"),
        (5, "乐清市旺林坂塘工业区", "北白象镇", "keep_upgrade", "保留现状，提升发展，推动旺林创业园建设"),
        (9, "大荆镇肖包周工业园区", "大荆镇", "tourism", "发展休闲旅游业，引导工业适度发展，严格控制污染产业发展"),
        (11, "蒲岐特色工业园区", "蒲岐镇", "retreat_to_tertiary", "退二进三，发展生产性服务业"),
        (13, "浙江乐清经济开发区", "盐盆、翁垟", "key_development", "重点发展，以高端装备制造业和高新技术产业为主导，吸引高新企业、新兴产业聚集"),
        (17, "镇东电子信息产业园", "虹桥镇", "integrate_develop", "整合发展，拓展建设虹桥电子信息产业园，形成以电子信息产业为主导的特色产业园区"),
        (19, "石帆街道霞雪工业园区", "石帆街道", "integrate_upgrade", "整合提升，适当控制，综合发展电子元器件、汽摩配、环保机械等产业"),
        (25, "柳市镇湖头工业区", "柳市镇", "integrate_upgrade", "整合提升，建设以现代工业电气产业集群为主导的产业平台。促进现有低效工业用地提高利用效率，引导低端产业转型升级发展"),
        (27, "乐清湾港区乐商创业园", "乐清湾港区", "key_development", "重点发展，加快新型电子信息产业园建设步伐"),
    ],
)  # fmt: skip
def test_platforms_as_printed(number, name, town, direction, text):
    found = row("platforms", row=str(number))
    assert found["name"] == name
    assert found["town"] == town
    assert found["direction"] == direction
    assert found["direction_text"] == text


@pytest.mark.parametrize(
    ("number", "stage", "start", "end", "investment", "level", "land", "floor"),
    [
        (1, "continued", 2015, 2018, 35, "provincial", 335, 450_000),
        (2, "under_way", 2011, 2016, 43.9, "wenzhou", 216.3, 693_734),
        (3, "under_way", 2016, 2020, 20, "yueqing", 497, 410_000),
        (8, "under_way", 2016, 2020, 12, "municipal", 418, None),
        (12, "prepared", 2017, 2020, 25, "municipal", 1000, None),
        (14, "under_way", 2014, 2016, 19, "provincial", 400, 551_000),
        (18, "under_way", 2017, 2019, 30, "national", None, None),
        (21, "prepared", 2019, 2023, 2.5, "municipal", 97, 160_000),
        (22, "under_way", 2008, 2022, 14.9, "provincial", None, None),
        (24, "prepared", 2016, 2020, 23, "national", 6300, None),
        (27, "prepared", 2019, 2025, 200, "provincial", None, None),
        (32, "under_way", 2016, 2018, 5, "municipal", 66.6, 74_264),
    ],
)
def test_projects_as_printed(number, stage, start, end, investment, level, land, floor):
    found = row("projects", project_id=f"YQ-J{number:02d}")
    assert found["stage"] == stage
    assert (int(found["period_start"]), int(found["period_end"])) == (start, end)
    assert float(found["investment_yi"]) == investment
    assert found["level"] == level
    assert (float(found["land_mu"]) if found["land_mu"] else None) == land
    assert (float(found["floor_area_m2"]) if found["floor_area_m2"] else None) == floor


def test_numbers_of_land_and_floor_stand_in_the_content():
    for record in table("projects").to_dict("records"):
        content = record["content"].replace(" ", "")
        for number in re.findall(r"\d[\d.]*", record["land_text"] + record["floor_text"]):
            assert number in content, record["project_id"]


@pytest.mark.parametrize(
    ("number", "name", "band_2015", "band_2020", "town"),
    [
        (1, "浙江正泰电器股份有限公司", ">100亿", ">100亿", "北白象镇"),
        (2, "浙江浙能乐清发电有限责任公司", "50-100亿", ">100亿", "虹桥镇"),
        (4, "乐清市供电局", "20-50亿", "50-100亿", "乐成街道"),
        (7, "人民电器集团有限公司", "20-50亿", "50-100亿", "经济开发区"),
        (8, "浙江天正电气股份有限公司", "10-20亿", "20-50亿", "柳市镇"),
        (14, "浙江浙能温州发电有限公司", "10-20亿", "20-50亿", "磐石镇"),
        (19, "常安集团有限公司", "10-20亿", "20-50亿", "经济开发区"),
        (20, "华仪风能有限公司", "5-10亿", "10-20亿", "经济开发区"),
        (25, "跃华控股集团有限公司", "5-10亿", "10-20亿", "乐成镇"),
        (38, "沪光集团有限公司", "5-10亿", "10-20亿", "柳市镇"),
    ],
)
def test_firms_as_printed(number, name, band_2015, band_2020, town):
    found = row("firms", row=str(number))
    assert (found["name"], found["town"]) == (name, town)
    assert (found["band_2015"], found["band_2020"]) == (band_2015, band_2020)


def test_bands_have_the_bounds_that_they_name():
    for record in table("firms").to_dict("records"):
        for year in ("2015", "2020"):
            band = record[f"band_{year}"]
            bounds = [record[f"band_{year}_min_yi"], record[f"band_{year}_max_yi"]]
            assert bounds == (["100", ""] if band == ">100亿" else band[:-1].split("-"))
    counts = table("firms")["band_2015"].value_counts().to_dict()
    assert counts == {"5-10亿": 19, "10-20亿": 12, "20-50亿": 4, "50-100亿": 2, ">100亿": 1}


@pytest.mark.parametrize(
    ("industry", "base", "target", "places"),
    [
        ("electrical", "1110", "2000", "柳白新城;乐清经济开发区;智能电气小镇"),
        ("information", "430", "1250", "电子产业基地;电子信息小镇;创富港湾小镇"),
        ("equipment", "90", "270", "柳市镇;北白象镇;虹桥镇;乐清经济开发区;乐清湾港区;智慧小镇"),
        ("health", "50", "260", "虹桥港口新城;乐清经济开发区;医岛小镇"),
        ("materials", "75", "200", "柳市和北白象;乐清经济开发区;乐清湾港区"),
    ],
)
def test_industries_as_printed(industry, base, target, places):
    found = row("industries", industry_id=industry)
    assert (found["base_2015_yi"], found["target_2020_yi"]) == (base, target)
    assert found["places"] == places


def test_named_blocks_go_where_the_plan_says():
    members = table("layout_members")
    moved = members[members["role"].eq("to_be_moved")]
    assert set(moved["name"]) == {"樟湾", "白塔王", "桥下", "金炉", "智广", "长虹", "上池"}
    assert set(moved["target"]) == {"乐清经济开发区;乐清湾港区"}
    joined = members[members["role"].eq("to_be_integrated")].groupby("target")["name"].agg(set)
    assert joined.to_dict() == {
        "柳市电工电器产业园": {"东风", "后街", "苏吕", "新光", "湖头"},
        "北白象智能电器和新材料产业园": {"磐石服装工业区"},
        "浙江乐清工业园区": {"健康生命产业园", "信岙工业园", "镇东电子信息产业园", "南塘小东塘工业园区"},
    }  # fmt: skip
    assert {"芙蓉镇工业区", "清江工业区", "高新技术产业园", "乐清湾临港产业园"} <= set(
        members["name"]
    )
    quotes = dict(zip(members["name"], members["quote"], strict=True))
    assert all(block in quotes[block] for block in [*moved["name"], *joined.explode()])


def test_layout_has_one_port_two_belts_two_cities():
    units = gpd.read_file(LAYERS / "layout_units.geojson")
    kinds = units.set_index("unit_id")["kind"].to_dict()
    assert kinds == {
        "port": "port",
        "north_belt": "belt",
        "south_belt": "belt",
        "main_city": "city",
        "liubai_city": "city",
    }
    assert set(table("layout_members")["unit_id"]) == set(kinds)
    assert set(units["basis"]) == {"drawn"}


def test_layout_units_overlap_only_where_a_city_lies_in_a_belt(county):
    units = gpd.read_file(LAYERS / "layout_units.geojson").to_crs(PLANE).set_index("unit_id")
    for first in units.index:
        for second in units.index:
            shared = units.geometry[first].intersection(units.geometry[second]).area
            if first < second and {first, second} != {"south_belt", "liubai_city"}:
                assert shared < 100, (first, second)
    land = county.to_crs(PLANE).geometry.iloc[0]
    for name, shape in units.geometry.items():
        reach = 1250 if name == "port" else 1
        assert land.buffer(reach).contains(shape), name


def test_towns_tile_the_county(towns, county):
    assert shapely.coverage_is_valid(towns.geometry.to_numpy())
    parts = towns.to_crs(PLANE)
    whole = county.to_crs(PLANE).geometry.iloc[0]
    assert parts.area.sum() == pytest.approx(whole.area, rel=1e-6)
    # the stored limits are on a grid of 1e-7 degrees: about a centimetre along the outline
    missed = parts.union_all().symmetric_difference(whole).area
    assert missed < 0.05 * whole.length


def test_each_town_is_what_is_nearest_to_its_seat(towns):
    seats = gpd.GeoSeries(
        gpd.points_from_xy(towns["seat_lon"], towns["seat_lat"]), crs=towns.crs
    ).to_crs(PLANE)
    parts = towns.to_crs(PLANE)
    assert parts.contains(seats).all()
    spots = parts.sample_points(20, rng=7).explode(index_parts=False)
    nearest = shapely.STRtree(seats.to_numpy()).nearest(spots.to_numpy())
    assert (nearest == spots.index.to_numpy()).all()
    assert towns["kind"].value_counts().to_dict() == {"镇": 14, "街道": 8, "乡": 3}


def test_derived_files_are_what_the_script_makes():
    script = runpy.run_path(str(ROOT / "tools" / "derive_yueqing.py"))
    for path, derive in [
        (GEO / "towns.geojson", script["derive_towns"]),
        (LAYERS / "layout_units.geojson", script["derive_units"]),
    ]:
        stored = json.loads(path.read_text(encoding="utf-8"))["features"]
        made = json.loads(json.dumps(derive()))
        assert [f["properties"] for f in made] == [f["properties"] for f in stored]
        for new, old in zip(made, stored, strict=True):
            shapes = [shapely.geometry.shape(f["geometry"]) for f in (new, old)]
            assert shapes[0].symmetric_difference(shapes[1]).area < 1e-9


@pytest.mark.parametrize(
    ("target", "indicator", "year", "value", "unit", "operator", "computed"),
    [
        ("yq2022-01", "规上工业亩均税收", 2022, 56, "万元/亩", "equals", "tax_wan_per_mu"),
        ("yq2022-02", "规上工业亩均增加值", 2022, 275, "万元/亩", "equals", ""),
        ("yq2022-09", "整治提升高耗低效企业", 2022, 150, "家", "equals", "low_efficiency_firms"),
        ("yq2022-10", "腾出工业用地", 2022, 300, "亩", "equals", "reclaimable_mu"),
        ("yq2022-13", "新培育三星级以上小微企业园", 2022, 2, "个", "equals", ""),
        ("yq2022-14", "新培育四星级以上小微企业园", 2022, 1, "个", "equals", ""),
        ("yq2022-59", "出让土地总量中工业用地比例", 2022, 30, "%", "at_least", ""),
        ("yq2023-34a", "小微企业园开工", 2023, 2, "个", "equals", ""),
        ("yq2023-34b", "小微企业园建成", 2023, 2, "个", "equals", ""),
        ("yq2023-41", "新增工业用地出让", 2023, 1500, "亩", "equals", "industrial_supply_mu"),
        ("yq2023-42a", "整治低效工业用地", 2023, 1800, "亩", "equals", "low_efficiency_mu"),
        ("yq2023-42b", "启动老旧厂房改造", 2023, 50, "个", "at_least", ""),
        ("yq145-01", "新增工业供地", 2025, 5000, "亩", "equals", "industrial_supply_mu"),
        ("yq145-02", "旧厂房改造项目", 2025, 250, "个", "equals", ""),
        ("yq145-03", "旧厂房改造新增面积", 2025, 150, "万平方米", "equals", ""),
        ("yq145-04", "新规划建设小微园", 2025, 12, "个", "at_least", ""),
        ("yq145-06", "盘活存量建设用地", 2025, 3000, "亩", "equals", "reclaimable_mu"),
        ("yq145-10", "亩均税收", 2025, 80, "万元/亩", "equals", "electrical_tax_wan_per_mu"),
        ("yq145-11", "亩均增加值", 2025, 290, "万元/亩", "at_least", ""),
        ("yq2016-01", "工业增加值", 2020, 500, "亿元", "equals", ""),
        ("yq2016-12", "装备数控化率", 2020, 50, "%", "above", ""),
        ("yq2023-01a", "规上工业产值", 2023, 2200, "亿元", "above", ""),
        ("yq145-15", "集群电气工业总产值", 2025, 2000, "亿元", "above", ""),
    ],
)
def test_targets_as_printed(target, indicator, year, value, unit, operator, computed):
    found = row("targets", target_id=target)
    assert found["indicator"] == indicator
    assert (int(found["year"]), float(found["value"])) == (year, value)
    assert (found["unit"], found["operator"]) == (unit, operator)
    assert found["computed_by"] == computed


def test_targets_cover_every_row_of_the_annexes():
    frame = table("targets")
    for doc, section, last in [
        ("yq2022", "附件", 61),
        ("yq2023", "附件", 50),
        ("yq2016", "表2-1", 17),
    ]:
        part = frame[frame["doc"].eq(doc) & frame["section"].eq(section)]
        assert set(part["row"].astype(int)) == set(range(1, last + 1))
    numbers = frame[frame["value"].ne("")]
    spoken = {"yq2022-34a": "三分之一", "yq2023-08": "百亿"}
    for record in numbers.to_dict("records"):
        wanted = spoken.get(record["target_id"], record["value"])
        assert wanted in record["text"], record["target_id"]


def test_places_without_a_stated_position_stay_without_one():
    members = table("layout_members").set_index("name")["place_id"]
    assert members[["樟湾", "桥下", "智广", "长虹", "上池"]].eq("").all()
    special = table("special_towns").set_index("name")["place_id"]
    assert special[["电子信息小镇", "创富港湾小镇", "智能装备小镇", "蝴蝶文创小镇"]].eq("").all()
