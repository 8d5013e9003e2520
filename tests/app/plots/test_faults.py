"""What is wrong with a file stands where its figures stand, in the words of a page."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from shapely.affinity import translate
from streamlit.testing.v1 import AppTest

from platforms import messages
from platforms.app.plots.faults import issues_title
from platforms.app.plots.upload import Reading, Upload
from platforms.app.wording import ASKED, action_of, said
from platforms.errors import CRSError, InputError
from platforms.geo.gcj import OFFSETS
from platforms.issues import Issue, IssueTable
from platforms.planning.run import run
from platforms.planning.survey import named_plots

PAGE = "from platforms.app.views import plots\nplots.page()\n"
X, Y = 598000, 3121000
SQUARE = shapely.box(X, Y, X + 100, Y + 100)
OVER = translate(SQUARE, 50)
BOW = (
    f"POLYGON(({X} {Y + 200},{X + 100} {Y + 300},{X + 100} {Y + 200},{X} {Y + 300},{X} {Y + 200}))"
)
# rooms whose errors belong to commands that the app has not
_ELSEWHERE = re.compile(
    r"move_|siting_|portfolio_|target_|no_plots|adjust\.|set_aside|constraint_crs_open"
)
_OPTION = re.compile(r"(?<!\w)--[a-z]|platforms (check|measure|assess|reclaim|run|targets)")


def _html(app):
    return "\n".join(part.proto.body for part in app.get("html"))


def _page(upload):
    app = AppTest.from_string(PAGE, default_timeout=60)
    app.session_state["upload"] = upload
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def faulty(tmp_path):
    """Two plots that overlap, one that crosses itself, one row without an outline."""
    rows = [SQUARE.wkt, OVER.wkt, BOW, ""]
    lines = [f'{number},"{wkt}"' for number, wkt in enumerate(rows, start=1)]
    path = tmp_path / "faulty.csv"
    path.write_text("\n".join(["plot_id,wkt", *lines]), encoding="utf-8")
    return Upload(path.name, path.read_bytes(), Reading(crs="EPSG:4549"))


def test_what_the_figures_leave_out_stands_above_them(faulty):
    app = _page(faulty)
    page = _html(app)
    assert "1 条记录有错误被剔出、1 宗面积不明" in page
    assert page.index("1 宗面积不明") < page.index('class="ip-figures"')
    shared = re.search(
        r"互相重叠 ([\d,.]+) m²：面积合计 ([\d.]+) 亩；重叠只计一次时为 ([\d.]+)", page
    )
    assert shared.groups() == ("4,998.81", "29.99", "22.49")
    (_, issues) = app.tabs
    assert re.fullmatch(r"问题清单（[1-9]\d*）", issues.label)
    table = app.dataframe[-1].value
    assert issues.label == f"问题清单（{len(table)}）"
    assert not _OPTION.search(" ".join(table["处理"]))
    crossed = next(text for text in table.iloc[:, -3] if "相交" in str(text))
    # where it crosses itself is told in degrees, all else as it is printed
    amounts = re.sub(r"位置 \d{3}\.\d{7} \d{2}\.\d{7}", "", crossed)
    assert amounts != crossed
    assert not re.search(r"\d\.\d{3,}", amounts), crossed


def test_a_good_file_warns_of_nothing(tmp_path):
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[SQUARE], crs=4549).to_file(path)
    page = _html(_page(Upload(path.name, path.read_bytes())))
    assert "ip-warning" not in page
    assert issues_title(IssueTable()) == "问题清单"


def test_the_offset_of_a_web_map_is_told_on_top(tmp_path):
    right = shapely.box(120.96, 28.13, 120.961, 28.131)
    wrong = shapely.transform(right, OFFSETS["gcj02"])
    for name, shape in (("known", right), ("shifted", wrong)):
        frame = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[shape], crs=4490)
        frame.to_file(tmp_path / f"{name}.gpkg")
    known = Upload("known.gpkg", (tmp_path / "known.gpkg").read_bytes())
    shifted = Upload("shifted.gpkg", (tmp_path / "shifted.gpkg").read_bytes(), Reading(known=known))
    page = _html(_page(shifted))
    assert page.index("GCJ-02") < page.index('class="ip-figures"')
    assert "不出具证明" in page


def test_a_drawing_that_crosses_itself_is_told_how_to_go_on():
    app = AppTest.from_string(
        "from platforms.app.views import overview\noverview.page()\n", default_timeout=60
    )
    ring = [[120.96, 28.13], [120.961, 28.131], [120.961, 28.13], [120.96, 28.131]]
    app.session_state["drawing"] = {"id": "a", "ring": ring}
    app.run()
    told = _html(app).split('class="ip-warning"')[-1].split("</div>")[0]
    assert "重画" in _html(app)
    assert "--" not in told
    assert re.search(r"位置 120\.96\d{5} 28\.13\d{5}(?!\d)", _html(app))


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_no_action_on_a_page_names_an_option(lang):
    messages.set_language(lang)
    told = {}
    for entry, words in messages.catalogue(lang, "issues").items():
        kind, _, part = entry.rpartition(".")
        if part == "action" and _OPTION.search(words) and not _ELSEWHERE.search(kind):
            values = dict.fromkeys(re.findall(r"\{(\w+)", words), "1")
            told[kind] = action_of(Issue(kind, "info", values=values))
    assert told
    assert not [kind for kind, words in told.items() if _OPTION.search(words)]


@pytest.mark.parametrize("lang", messages.LANGUAGES)
@pytest.mark.parametrize("room", ["read", "geo", "planning", "certificate"])
def test_no_error_on_a_page_names_an_option(lang, room):
    named = {
        f"{room}.{entry}"
        for entry, words in messages.catalogue(lang, room).items()
        if _OPTION.search(words) and not _ELSEWHERE.search(entry)
    }
    assert named <= set(ASKED)
    for key in named:
        assert not _OPTION.search(messages.template(ASKED[key], lang)), key


def test_an_error_is_said_in_the_words_of_a_page():
    assert "读取设置" in said(InputError("planning.all_outside", count=2, county="甲县", name="a"))
    assert "下面" in said(CRSError("geo.missing"))
    plain = InputError("certificate.unknown_plot", plots=["A"], some=["B"])
    assert said(plain) == str(plain)


@pytest.mark.parametrize("crossed", [False, True])
def test_the_map_names_only_the_figures_that_the_page_has(crossed):
    ring = [[120.96, 28.13], [120.961, 28.13], [120.961, 28.131], [120.96, 28.131]]
    if crossed:
        ring[1], ring[2] = ring[2], ring[1]
    script = (
        "import streamlit as st\n"
        "from platforms.app.plots.drawing import drawing_for_map\n"
        "for figures in (True, False):\n"
        "    st.text(drawing_for_map(figures=figures)['note'])\n"
    )
    app = AppTest.from_string(script, default_timeout=60)
    app.session_state["drawing"] = {"id": "a", "ring": ring}
    beside, alone = (one.value for one in app.run().text)
    assert "下方" in beside
    assert alone == ("图形无效，没有面积。" if crossed else "")


def test_plots_outside_the_county_are_told_above_the_figures_with_their_number(tmp_path):
    # two where the county is, one 60 km east of it
    rows = [SQUARE, translate(SQUARE, 0, 300), translate(SQUARE, 60_000)]
    lines = [f'{number},"{shape.wkt}"' for number, shape in enumerate(rows, start=1)]
    path = tmp_path / "some.csv"
    path.write_text("\n".join(["plot_id,wkt", *lines]), encoding="utf-8")
    page = _html(_page(Upload(path.name, path.read_bytes(), Reading(crs="EPSG:4549"))))
    assert "1 宗地块整块在乐清市界线以外" in page
    assert "问题清单" in page


def test_plots_that_all_lie_elsewhere_are_refused_though_one_crosses_itself(yueqing):
    far = [
        translate(SQUARE, -390_000, 220_000),
        translate(shapely.from_wkt(BOW), -390_000, 220_000),
    ]
    frame = gpd.GeoDataFrame({"plot_id": ["1", "2"]}, geometry=far, crs="EPSG:4549").to_crs(4490)
    issues = IssueTable()
    issues.add("all_outside_county", "warning", crs="EPSG:4490")
    with pytest.raises(InputError) as refused:
        run(yueqing, plots=replace(named_plots(frame), issues=issues))
    assert refused.value.key == "planning.all_outside"


def test_a_fault_can_be_read_in_whole(faulty):
    app = _page(faulty)
    assert "选中一行，在这里读全文" in _html(app)
    problems = next(t.value["问题"] for t in app.dataframe if "问题" in t.value)
    mark = hashlib.sha256("\n".join(problems).encode()).hexdigest()[:10]
    app.session_state[f"issues-{mark}"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    app.run()
    assert not app.exception
    assert problems.iloc[1] in html.unescape(_html(app))
    assert problems.iloc[0] not in html.unescape(_html(app))
