"""A run's folder in the formats of other programs, read back."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, box

from platforms.errors import InputError, OutputError
from platforms.geo.read import read_plots
from platforms.geo.writers.geodatabase import write_geodatabase
from platforms.issues import IssueTable
from platforms.outputs.desktop.kml import write_kml
from platforms.outputs.desktop.run_layers import RunLayer
from platforms.outputs.export import ExportChoice, export_run
from platforms.outputs.folder import save_run
from platforms.outputs.maps.map_reading import read_page

HOSTILE = "</name><script>alert(1)</script>]]>${7*7}{{7*7}}' \" ;--\x00\x1b\u202e=1+1"
CLEAN = HOSTILE.replace("\x00", "").replace("\x1b", "")
SPACE = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="module")
def folder(example, tmp_path_factory):
    few = replace(example, plots=example.plots.head(40))
    target = tmp_path_factory.mktemp("given") / "out"
    save_run(few, target)
    return target


@pytest.fixture(scope="module")
def plots(example):
    return example.plots.head(40)


def _tree(path):
    return ET.parse(path).getroot()  # noqa: S314 our own text


@pytest.mark.long
def test_a_geodatabase_holds_every_layer_with_aliases(folder, plots, tmp_path):
    path = export_run(folder, "gdb", tmp_path / "plan.gdb.zip")
    layers = {name for name, _ in pyogrio.list_layers(path)}
    stored = {name for name, _ in pyogrio.list_layers(folder / "plan.gpkg")}
    assert layers == stored - {"layer_styles", "plots_issues", "land_areas_plots"}
    frame = pyogrio.read_dataframe(path, layer="plots")
    assert frame.crs.to_epsg() == 4490
    assert frame["area_m2"].tolist() == plots["area_m2"].tolist()
    assert frame["plot_id"].tolist() == plots["plot_id"].tolist()
    # yes and no are 1 and 0, and unknown stays empty
    assert frame["town_sure"].tolist() == plots["town_sure"].astype(int).tolist()
    shapes = [shapely.area(one.geometry.to_numpy()) for one in (frame, plots)]
    assert shapes[0] == pytest.approx(shapes[1], rel=1e-4)
    with pyogrio.open_arrow(path, layer="plots", use_pyarrow=True) as (_, reader):
        alias = reader.schema.field("area_mu").metadata[b"GDAL:OGR:alternative_name"]
    assert alias.decode() == "椭球面积（亩）"
    assert {name.split("/")[0] for name in zipfile.ZipFile(path).namelist()} == {"plan.gdb"}


def test_the_program_reads_the_geodatabase_that_it_wrote(folder, plots, yueqing, tmp_path):
    path = export_run(folder, "gdb", tmp_path / "plan.gdb.zip")
    read = read_plots(path, workspace=yueqing, layer="plots")
    assert read.frame["plot_id"].tolist() == plots["plot_id"].tolist()


def test_a_geodatabase_takes_hostile_names_and_long_numbers(tmp_path):
    frame = gpd.GeoDataFrame(
        {
            "select": [1, 2],
            "a b;--": [2**40, None],
            HOSTILE: [HOSTILE, None],
            "flag": pd.array([True, None], dtype="boolean"),
        },
        geometry=[box(120, 28, 120.1, 28.1), MultiPolygon([box(121, 28, 121.1, 28.1)])],
        crs=4490,
    ).astype({"a b;--": "Int64"})
    path = write_geodatabase(
        {"plots": (frame, "polygon", {"select": HOSTILE})}, tmp_path / "x.gdb.zip"
    )
    back = pyogrio.read_dataframe(path, layer="plots")
    assert len(back) == 2
    assert back.iloc[0, 1] == 2**40
    assert sorted(back["flag"].dropna()) == [1]


def test_kml_is_named_coloured_and_says_what_its_coordinates_are(folder, plots, tmp_path):
    told = IssueTable()
    path = export_run(folder, "kml", tmp_path / "plan.kml", issues=told)
    assert "kml_no_shapes" in {issue.kind for issue in told}
    tree = _tree(path)
    assert "CGCS2000" in tree.find(f"{SPACE}Document/{SPACE}description").text
    folders = {f.find(f"{SPACE}name").text: f for f in tree.iter(f"{SPACE}Folder")}
    own = folders["工业地块（示例数据）"]
    assert "示例数据" in own.find(f"{SPACE}description").text
    marks = own.findall(f"{SPACE}Placemark")
    assert [m.find(f"{SPACE}name").text for m in marks] == plots["name"].tolist()
    styles = {f"#{s.get('id')}" for s in tree.iter(f"{SPACE}Style")}
    assert {m.find(f"{SPACE}styleUrl").text for m in marks} <= styles
    titles = {f.get("name"): f[0].text for f in tree.iter(f"{SPACE}SimpleField")}
    assert titles["area_m2"] == "椭球面积（m²）"
    frame = pyogrio.read_dataframe(path, layer="工业地块（示例数据）")
    assert frame["area_m2"].tolist() == plots["area_m2"].tolist()
    assert frame["verdict"].tolist() == plots["verdict"].tolist()


def test_hostile_text_stays_text_in_kml(tmp_path):
    frame = gpd.GeoDataFrame(
        {"name": [HOSTILE, None], HOSTILE: [HOSTILE, "b"]},
        geometry=[Point(120, 28), None],
        crs=4490,
    )
    layer = RunLayer(
        name="plots", frame=frame, kind="point", title=HOSTILE, titles={HOSTILE: HOSTILE},
        notes={}, about={"SOURCE": HOSTILE},
    )  # fmt: skip
    told = write_kml([layer], tmp_path / "x.kml", title=HOSTILE)
    assert [issue.kind for issue in told] == ["kml_rows_left"]
    tree = _tree(tmp_path / "x.kml")
    assert not [one for one in tree.iter() if one.tag.endswith("}script")]
    assert tree.find(f".//{SPACE}Placemark/{SPACE}name").text == CLEAN
    assert [one.text for one in tree.iter(f"{SPACE}SimpleData")] == [CLEAN]
    assert b"<![CDATA[" not in (tmp_path / "x.kml").read_bytes()


def test_parquet_is_the_plots_or_every_layer(folder, plots, tmp_path):
    one = gpd.read_parquet(export_run(folder, "parquet", tmp_path / "plots.parquet"))
    assert one["area_m2"].tolist() == plots["area_m2"].tolist()
    assert one.crs.to_epsg() == 4490
    many = export_run(folder, "parquet", tmp_path / "layers")
    towns = gpd.read_parquet(many / "towns.parquet")
    assert len(towns) == 25
    assert len(pd.read_parquet(many / "issues.parquet")) == len(
        pyogrio.read_dataframe(folder / "plan.gpkg", layer="issues")
    )


def test_a_shapefile_of_some_plots_has_its_field_map(folder, plots, tmp_path):
    path = export_run(folder, "shp", tmp_path / "p.zip", plot_ids=[plots["plot_id"].iloc[1]])
    assert "field_map.csv" in zipfile.ZipFile(path).namelist()
    frame = pyogrio.read_dataframe(f"/vsizip/{path}/p.shp")
    assert frame["area_m2"].tolist() == [plots["area_m2"].iloc[1]]


def test_a_package_describes_every_file_and_column(folder, plots, tmp_path):
    place = export_run(folder, "package", tmp_path / "all")
    told = json.loads((place / "datapackage.json").read_text(encoding="utf-8"))
    assert told["$schema"].endswith("2.0/datapackage.json")
    assert "示例数据" in told["description"]
    paths = {one["path"] for one in told["resources"]}
    found = {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()}
    assert paths == found - {"datapackage.json"}
    assert {"plan.gpkg", "ledger.xlsx", "map.html", "run.json", "layers/plots.parquet"} <= paths
    for one in told["resources"]:
        data = (place / one["path"]).read_bytes()
        assert one["bytes"] == len(data)
        assert one["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    names = [one["name"] for one in told["resources"]]
    assert len(set(names)) == len(names)
    own = next(one for one in told["resources"] if one["name"] == "plots")
    fields = {field["name"]: field for field in own["schema"]["fields"]}
    stored = gpd.read_parquet(place / "layers" / "plots.parquet")
    assert list(fields) == list(stored.columns)
    assert fields["area_mu"] == {
        "name": "area_mu", "type": "number", "title": "椭球面积（亩）", "unit": "亩",
        "description": "单位 亩。",
    }  # fmt: skip
    assert fields["town_sure"]["type"] == "boolean"
    assert "low_efficiency=低效" in fields["verdict"]["description"]


def test_a_package_does_not_tell_where_it_was_made(folder, tmp_path):
    path = export_run(folder, "package", tmp_path / "all.zip")
    with zipfile.ZipFile(path) as archive:
        record = json.loads(archive.read("run.json"))
        texts = [archive.read(n) for n in archive.namelist() if n.endswith((".json", ".gpkg"))]
    assert record["outputs"] == {
        "gpkg": "plan.gpkg", "xlsx": "ledger.xlsx", "html": "map.html", "json": "run.json",
    }  # fmt: skip
    assert not [text for text in texts if str(folder.parent).encode() in text]
    again = export_run(folder, "package", tmp_path / "again.zip")
    assert again.read_bytes() == path.read_bytes()


def test_a_map_leaves_under_a_profile_with_slides(folder, tmp_path):
    slides = tmp_path / "slides.yaml"
    slides.write_text("slides:\n  - {id: one, title: 开头, text: 一句话}\n", encoding="utf-8")
    told = IssueTable()
    choice = ExportChoice(profile="public", slides=slides)
    path = export_run(folder, "html", tmp_path / "m.html", choice=choice, issues=told)
    document = read_page(path)
    assert document.content["publication"]["profile"] == "public"
    assert [slide["id"] for slide in document.content["slides"]] == ["one"]
    assert "publication_no_review" in {issue.kind for issue in told}
    numbered = replace(choice, review_number="浙S(2026)1号")
    told = IssueTable()
    export_run(folder, "html", path, choice=numbered, issues=told, overwrite=True)
    assert "publication_no_review" not in {issue.kind for issue in told}
    assert read_page(path).content["publication"]["review_number"] == "浙S(2026)1号"


@pytest.mark.long
def test_the_map_becomes_a_sheet_or_slides(folder, tmp_path):
    choice = ExportChoice(paper="A3", profile="public", review_number="浙S(2026)1号")
    sheet = export_run(folder, "figure", tmp_path / "f.svg", choice=choice)
    head = sheet.read_text(encoding="utf-8")
    assert "浙S(2026)1号" in head
    assert 'width="420' in head
    slides = export_run(folder, "figure", tmp_path / "f.pptx")
    assert "ppt/slides/slide1.xml" in zipfile.ZipFile(slides).namelist()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("figure", "map.jpg"), ("gdb", "plan.gdb"), ("kml", "plan.kmz"), ("shp", "plots.shp"),
        ("html", "map.txt"), ("xlsx", "ledger.xls"), ("gpkg", "plan.shp"), ("txt", "plots.pdf"),
        ("package", "all.rar"), ("parquet", "plots.csv"),
    ],
)  # fmt: skip
def test_a_name_that_is_not_of_the_kind_is_refused(folder, tmp_path, kind, name):
    with pytest.raises(OutputError):
        export_run(folder, kind, tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("gdb", "a.gdb.zip"), ("kml", "a.kml"), ("parquet", "a.parquet"), ("package", "a.zip"),
        ("shp", "a.zip"), ("html", "a.html"),
    ],
)  # fmt: skip
def test_a_file_that_is_there_is_left_alone(folder, tmp_path, kind, name):
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError):
        export_run(folder, kind, tmp_path / name)
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_the_runs_own_folder_is_left_as_it_is(folder, tmp_path):
    own = tmp_path / "run"
    shutil.copytree(folder, own)
    before = {file.name: file.read_bytes() for file in own.iterdir()}
    wrong = (("package", ""), ("parquet", ""), ("html", "map.html"), ("gpkg", "plan.gpkg"))
    for kind, name in wrong:
        with pytest.raises(OutputError, match="自己的文件夹"):
            export_run(own, kind, own / name, overwrite=True)
    # nor does reading leave anything beside what it reads
    for kind, name in (("kml", "a.kml"), ("shp", "a.zip")):
        export_run(own, kind, tmp_path / name)
    assert {file.name: file.read_bytes() for file in own.iterdir()} == before


def test_a_run_without_its_layers_gives_no_layers(folder, tmp_path):
    broken = tmp_path / "run"
    shutil.copytree(folder, broken)
    (broken / "plan.gpkg").write_bytes(b"nothing")
    for kind, name in (("gdb", "a.gdb.zip"), ("kml", "a.kml"), ("package", "a")):
        with pytest.raises(InputError):
            export_run(broken, kind, tmp_path / name)
        assert not Path(tmp_path / name).exists()
