"""What a desktop GIS finds in plan.gpkg beside the rows."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import box

from platforms import messages
from platforms.geo.area import measure_frame
from platforms.geo.read import read_plots
from platforms.outputs.desktop.plan_file import _with_reasons, save_geopackage
from platforms.outputs.desktop.plan_words import run_links
from platforms.outputs.desktop.qml import qml, title_of
from platforms.outputs.desktop.sheets import table_columns
from platforms.outputs.maps.map_parts import Column
from platforms.outputs.maps.map_styles import known_styles, style_of

# the corpus of hostile texts, as the name of a column, of a class, of a unit
HOSTILE = "</alias><script>alert(1)</script>${7*7}{{7*7}}' \" ;--\x00\x1b\u202e=1+1"


@pytest.fixture(scope="module")
def saved(example, tmp_path_factory):
    return save_geopackage(example, tmp_path_factory.mktemp("desktop") / "plan.gpkg")


@contextlib.contextmanager
def _opened(path):
    with contextlib.closing(sqlite3.connect(path)) as database:
        yield database


def _tree(text):
    return ET.fromstring(text)  # noqa: S314 our own text


def _styles(path):
    with _opened(path) as database:
        return dict(database.execute("SELECT f_table_name, styleQML FROM layer_styles"))


def test_every_layer_has_a_default_style_that_qgis_finds(saved, example):
    with _opened(saved) as database:
        rows = database.execute(
            "SELECT f_table_catalog, f_table_schema, f_table_name, f_geometry_column, useAsDefault"
            " FROM layer_styles"
        ).fetchall()
        shapes = dict(database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not database.execute("PRAGMA foreign_key_check").fetchall()
    assert {row[:2] for row in rows} == {("", "")}
    assert {row[2]: row[3] for row in rows} == {**shapes, "issues": ""}
    assert all(row[4] for row in rows)
    assert set(example.layers) < set(shapes)


def test_the_plots_are_drawn_by_verdict_in_the_words_of_the_map(saved):
    tree = _tree(_styles(saved)["plots"])
    renderer = tree.find("renderer-v2")
    assert renderer.get("attr") == "verdict"
    told = {c.get("value"): c.get("label") for c in renderer.iter("category")}
    assert told == {"low_efficiency": "低效", "not": "非低效", "unknown": "情况不明", "": "其他"}
    look = style_of("plots").classes["low_efficiency"]
    red, green, blue = (int(look.fill[at : at + 2], 16) for at in (1, 3, 5))
    first = tree.find("renderer-v2/symbols/symbol[@name='0']/layer[@class='SimpleFill']/Option")
    fill = {o.get("name"): o.get("value") for o in first}
    assert fill["color"] == f"{red},{green},{blue},{round(look.opacity * 255)}"
    hatched = tree.find("renderer-v2/symbols/symbol[@name='0']/layer[@class='LinePatternFill']")
    assert hatched is not None
    # what the rules hit is drawn in the last pass, over the edges of its neighbours
    assert renderer.get("symbollevels") == "1"
    passes = [int(s.find("layer").get("pass")) for s in renderer.find("symbols")]
    assert passes == sorted(passes, reverse=True)
    assert passes[0] > passes[1]


def test_columns_are_named_for_readers_and_keep_their_raw_values(saved, example):
    aliases = {a.get("field"): a.get("name") for a in _tree(_styles(saved)["plots"]).iter("alias")}
    with _opened(saved) as database:
        names = dict(
            database.execute(
                "SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'plots'"
            )
        )
        told = dict(
            database.execute(
                "SELECT column_name, description FROM gpkg_data_columns WHERE table_name = 'plots'"
            )
        )
        constraints = database.execute("SELECT * FROM gpkg_data_column_constraints").fetchall()
    assert names["area_mu"] == aliases["area_mu"] == "椭球面积（亩）"
    assert names["verdict"] == "认定结果"
    assert told["verdict"] == "取值：low_efficiency=低效；not=非低效；unknown=情况不明。"
    # every column of a run has a title
    assert set(names) == set(example.plots.columns) - {"geometry"}
    # a constraint would let other programs put words in the place of values
    assert constraints == []
    assert set(gpd.read_file(saved, layer="plots")["verdict"]) == set(example.plots["verdict"])
    with pyogrio.open_arrow(saved, layer="plots", use_pyarrow=True) as (_, reader):
        metadata = reader.schema.field("area_m2").metadata
    assert metadata[b"GDAL:OGR:alternative_name"].decode() == "椭球面积（m²）"


def test_the_file_says_where_each_layer_comes_from(saved, example):
    about = pyogrio.read_info(saved, layer="plots")
    assert about["dataset_metadata"]["INPUT_SHA256"] == example.input["sha256"]
    assert about["layer_metadata"]["SAMPLE"] == "示例数据，不代表真实情况"
    towns = pyogrio.read_info(saved, layer="towns")["layer_metadata"]
    assert "示意" in towns["SCHEMATIC"]
    assert "SAMPLE" not in towns
    with _opened(saved) as database:
        told = dict(database.execute("SELECT table_name, description FROM gpkg_contents"))
    assert example.input["sha256"] in told["plots"]


def test_faults_and_areas_are_related_to_their_plots(saved, example):
    with _opened(saved) as database:
        relations = database.execute(
            "SELECT base_table_name, related_table_name, relation_name, mapping_table_name"
            " FROM gpkgext_relations"
        ).fetchall()
        faults = database.execute(
            "SELECT p.plot_id, i.feature FROM plots_issues m JOIN plots p ON p.fid = m.base_id"
            " JOIN issues i ON i.fid = m.related_id"
        ).fetchall()
        members = database.execute(
            "SELECT a.area_group, p.plot_id FROM land_areas_plots m"
            " JOIN land_areas a ON a.fid = m.base_id JOIN plots p ON p.fid = m.related_id"
        ).fetchall()
    assert relations == [
        ("plots", "issues", "simple_attributes", "plots_issues"),
        ("land_areas", "plots", "features", "land_areas_plots"),
    ]
    assert faults
    assert all(plot == feature for plot, feature in faults)
    areas = example.land.areas.areas["plot_ids"]
    held = areas.map(lambda ids: ids.split(";") if isinstance(ids, str) else list(ids))
    assert sorted(members) == sorted((group, plot) for group in held.index for plot in held[group])


def test_an_id_that_stands_twice_is_related_to_nothing():
    plots = pd.DataFrame({"plot_id": ["A", "B", "B"]})
    issues = pd.DataFrame({"feature": ["B", "A", None]})
    assert run_links({"plots": plots, "issues": issues})[0].pairs == [(0, 1)]


def test_the_same_run_gives_the_same_bytes(saved, example, tmp_path):
    again = save_geopackage(example, tmp_path / "plan.gpkg")
    assert again.read_bytes() == saved.read_bytes()


def test_the_program_reads_its_own_file_with_the_same_areas(saved, example, yueqing):
    plots = read_plots(saved, workspace=yueqing, layer="plots")
    assert not [issue for issue in plots.issues if issue.severity == "error"]
    measured = measure_frame(plots)
    assert measured["area_m2"].tolist() == example.plots["area_m2"].tolist()
    # the codes of the file, not the words that stand beside them
    assert measured["scale"].dropna().tolist() == example.plots["scale"].dropna().tolist()


def test_english_readers_get_english_names(example, tmp_path):
    messages.set_language("en")
    aliases = {
        a.get("field"): a.get("name")
        for a in _tree(_styles(save_geopackage(example, tmp_path / "p.gpkg"))["plots"]).iter(
            "alias"
        )
    }
    assert aliases["town_share"] == "Share in the town"


@pytest.mark.parametrize("kind", ["polygon", "line", "point", "none"])
def test_hostile_text_stays_text_in_a_style(kind):
    column = Column(name=HOSTILE, title=HOSTILE, unit=HOSTILE, labels={HOSTILE: HOSTILE})
    text = qml(style_of("plots"), [column], [HOSTILE, "verdict"], kind=kind, title=HOSTILE)
    tree = _tree(text)
    assert not list(tree.iter("script"))
    clean = HOSTILE.replace("\x00", "").replace("\x1b", "")
    assert [a.get("field") for a in tree.iter("alias")] == [clean, "verdict"]
    assert tree.find("previewExpression").text == '"' + clean.replace('"', '""') + '"'


def test_qgis_reckons_nothing_that_a_label_says():
    said = "[% env('HOME') %] [\x00% 1 %] [%[% 2 %]"
    column = Column(name="verdict", title=said, labels={"not": said, "unknown": "?"})
    tree = _tree(qml(style_of("plots"), [column], ["verdict"], kind="polygon"))
    told = {c.get("value"): c.get("label") for c in tree.iter("category")}
    # as QGIS looks for them (QgsExpression::replaceExpressionText)
    assert not [one for one in told.values() if re.search(r"\[%(.*?)%\]", one, re.DOTALL)]
    assert told["not"].replace("\u2060", "") == said.replace("\x00", "")


@pytest.mark.parametrize("name", sorted(known_styles()))
@pytest.mark.parametrize("kind", ["polygon", "line", "point"])
def test_every_style_becomes_a_renderer_with_a_symbol_for_each_class(name, kind):
    style = known_styles()[name]
    fields = [name for name in (style.column, style.label and style.label.column) if name]
    tree = _tree(qml(style, [], fields, kind=kind))
    symbols = {s.get("name") for s in tree.findall("renderer-v2/symbols/symbol")}
    wanted = {c.get("symbol") for c in tree.iter("category")} or {"0"}
    assert symbols == wanted
    assert len(wanted) == (len(style.classes) + 1 if style.column else 1)
    assert (tree.find("labeling") is not None) == (style.label is not None)


def test_columns_that_nobody_named_keep_their_names():
    frame = gpd.GeoDataFrame(
        {"我的字段": [1], "area_m2": [1.0], "deduct_蓝线_m2": [0.0]},
        geometry=[box(0, 0, 1, 1)],
        crs=4490,
    )
    shown = {c.name: title_of(c) for c in table_columns(frame)}
    assert shown == {"area_m2": "椭球面积（m²）", "deduct_蓝线_m2": "扣除：蓝线（m²）"}


def test_columns_that_the_format_keeps_for_itself_are_named_all_the_same(example, tmp_path):
    from dataclasses import replace

    few = example.plots.head(3).assign(fid=[7, 8, 9], geom="x")
    path = save_geopackage(replace(example, plots=few), tmp_path / "p.gpkg")
    stored = gpd.read_file(path, layer="plots")
    assert stored["fid_1"].tolist() == [7, 8, 9]
    assert stored["area_m2"].tolist() == few["area_m2"].tolist()


def test_why_a_firm_stays_is_said_in_words():
    frame = pd.DataFrame({"firm_id": ["F"], "reason": ["no_room"], "mu": [1.0]})
    shown = {c.name: _with_reasons(c) for c in table_columns(frame, entry="moves")}
    assert shown["reason"].labels["no_room"] == "园区已满"
    # every class of the style has a word
    assert set(style_of("staying_firms").classes) == set(shown["reason"].labels)
    assert title_of(shown["mu"]) == "用地（亩）"
    assert not shown["firm_id"].labels
