"""选址 in the app: the ranks of the library, taken apart, with reasons; a link reopens it."""

from __future__ import annotations

import html
import io
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app import opened
from platforms.app.siting.sites import siting_file
from platforms.app.siting.wish import Wish, make_siting, read_wish

PAGE = """
from platforms.app import opened
from platforms.app.guard import guard
from platforms.app.siting.sites import show_siting
with guard():
    show_siting(opened.workspace())
"""
PROJECT = Path(__file__).parents[3] / "docs" / "project.yaml"
FIELDS = (("name", "<b>项目</b>"), ("industry", "C38"), ("land_mu", "60"))


@pytest.fixture
def page():
    return AppTest.from_string(PAGE, default_timeout=60)


def _html(app):
    assert not app.exception
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


def test_without_a_project_there_is_a_form_and_no_ranks(page):
    app = page.run()
    assert "ip-error" not in _html(app)
    assert not app.dataframe
    labels = {one.label for one in app.number_input}
    assert {"用地（亩）", "年能耗（吨标准煤）", "年税收（万元）"} <= labels


def test_a_project_is_typed_ranked_and_stands_in_the_address(page):
    app = page.run()
    app.selectbox(key="siting-industry-0-zh_CN").set_value("C38")
    app.number_input(key="siting-land_mu-0").set_value(60)
    app.selectbox(key="siting-among-0-zh_CN").set_value("none")
    app = next(b for b in app.button if b.label == "排名").click().run()
    shown = _html(app)
    assert "ip-error" not in shown
    assert app.query_params["industry"] == "C38"
    assert app.query_params["land"] == "60"
    told = ip.site({"industry": "C38", "land_mu": 60}, workspace=opened.workspace())
    table = app.dataframe[0].value
    assert table["编号"].tolist() == [one.site_id for one in told.ranked]
    assert table["名次"].tolist() == [one.rank for one in told.ranked]
    assert "退二进三" in " ".join(app.dataframe[1].value["不能用的原因"])
    assert "示例数据" in shown
    assert "附件二" in shown
    assert "不是任何文件规定" in shown
    assert "取自图层 sample_parks" in shown
    # a term that is not known is a range, and one that is not asked for is nothing
    assert set(table["工业用地控制线"]) == {"0.00–1.00"}
    assert set(table["与配套企业的距离"]) == {""}


def test_a_link_reopens_the_ranks_and_the_site(page):
    for key, value in {"industry": "C38", "land": "60", "plots": "none"}.items():
        page.query_params[key] = value
    page.query_params["at"] = "site_points:park:YQ-P26"
    shown = _html(page.run())
    assert "芙蓉镇工业区" in shown
    assert "不能用，不排名" in shown
    assert "退二进三" in shown


def test_the_standards_are_those_of_the_day(page):
    given = {"industry": "C38", "energy": "900", "value_added": "12000", "plots": "none"}
    page.query_params.update({**given, "date": "2030-01-01"})
    shown = _html(page.run())
    assert "ip-error" not in shown
    assert "2030-01-01" in shown


def test_a_number_that_cannot_be_is_refused_by_name(page):
    page.query_params["industry"] = "C38"
    page.query_params["land"] = "many"
    shown = _html(page.run())
    assert "ip-error" in shown
    assert "land_mu" in shown


def test_what_is_typed_is_text(page):
    page.query_params["industry"] = "<img src=x>"
    page.query_params["project"] = "<b>x</b>"
    page.query_params["plots"] = "none"
    raw = "\n".join(part.proto.body for part in page.run().get("html"))
    assert "<img" not in raw
    assert "<b>x</b>" not in raw


def test_the_form_is_emptied(page):
    page.query_params["industry"] = "C38"
    app = page.run()
    app = app.button(key="siting-clear").click().run()
    assert "industry" not in app.query_params
    assert not app.dataframe


@pytest.mark.long
def test_low_efficiency_plots_are_looked_at_unless_all_are_asked_for(scene, yueqing):
    low = make_siting(yueqing, scene, Wish(FIELDS))
    every = make_siting(yueqing, scene, Wish(FIELDS, "all"))
    parks = make_siting(yueqing, scene, Wish(FIELDS, "none"))
    judged = scene.run.figures["low_efficiency"]
    counts = [len([s for s in one.siting.sites if s.kind == "plot"]) for one in (low, every, parks)]
    assert counts == [judged, scene.run.figures["plots"], 0]
    assert low.sample
    layers = {one["id"]: one for one in low.document.content["layers"]}
    assert layers["site_areas"]["sample"]


def test_the_file_of_the_command_line_fills_the_form(monkeypatch):
    monkeypatch.setattr("streamlit.session_state", {})
    wish = read_wish("project.yaml", PROJECT.read_bytes(), "low")
    assert wish.project() == ip.read_project(PROJECT)
    assert wish.text("land_mu") == "60"


def test_a_file_that_is_refused_is_named_and_refused_for_as_long_as_it_lies_there(page):
    app = page.run()
    app.file_uploader[0].upload("新项目.csv", b"industry,land_mu\nC38,many\n")
    for _ in range(2):
        shown = _html(app.run())
        assert "新项目.csv：land_mu 不能用（应为数）" in shown
    assert "industry" not in app.query_params


def test_suppliers_with_a_chinese_semicolon_are_read():
    wish = Wish((("industry", "C38"), ("suppliers", "120.9 28.05 甲 厂；120.8 28")))
    named = [(one.lon, one.lat, one.name) for one in wish.project().suppliers]
    assert named == [(120.9, 28.05, "甲 厂"), (120.8, 28.0, None)]


@pytest.mark.parametrize("ending", ["xlsx", "csv", "gpkg", "html"])
def test_files_are_those_of_the_library(scene, yueqing, ending):
    sited = make_siting(yueqing, scene, Wish(FIELDS, "none"))
    data = siting_file(sited, ending, "zh_CN")
    assert len(data) > 1000
    if ending == "csv":
        table = pd.read_csv(io.BytesIO(data))
        assert table["编号"].tolist() == [one.site_id for one in sited.siting.sites]


def test_english_has_all_words():
    english = "from platforms import messages\nmessages.set_language('en')\n" + PAGE
    app = AppTest.from_string(english, default_timeout=60)
    app.query_params["industry"] = "C38"
    app.query_params["plots"] = "none"
    shown = _html(app.run())
    assert "What the score is made of" in shown
    assert "ip-error" not in shown


def test_a_city_without_plots_ranks_its_parks(page, monkeypatch, bare):
    monkeypatch.setenv("PLATFORMS_WORKSPACE", bare)
    monkeypatch.setattr(opened, "_OPEN", {})
    page.query_params["industry"] = "C38"
    assert not page.run().exception
