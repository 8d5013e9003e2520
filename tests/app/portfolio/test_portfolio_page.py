"""年度组合 in the app: what the library chooses, its reasons, the curve; a link solves again."""

from __future__ import annotations

import html
import io

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app import opened
from platforms.app.portfolio.asked import Asked
from platforms.app.portfolio.attainment import curve_chart, curve_table
from platforms.app.portfolio.choice import work
from platforms.app.portfolio.choice_result import Priced, choice_file, figures_of
from platforms.app.scene import Scene

PAGE = """
from platforms.app import opened
from platforms.app.guard import guard
from platforms.app.portfolio.choice import show_portfolio
with guard():
    show_portfolio(opened.workspace())
"""


@pytest.fixture
def page():
    return AppTest.from_string(PAGE, default_timeout=90)


@pytest.fixture(scope="module")
def answer(example):
    return ip.portfolio(example.plots, 600)


def _html(app):
    assert not app.exception
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


def _settled(app):
    """Wait for the search and for the curve, as the browser does."""
    for name in ("portfolio", "portfolio-curve"):
        key = f"search-{name}"
        if key in app.session_state:
            app.session_state[key].job.wait(60)
        app = app.run()
    return app


def _tables(app):
    return {next(iter(one.value.columns)): one.value for one in app.dataframe}


def test_before_a_start_nothing_is_solved(page):
    app = page.run()
    shown = _html(app)
    assert "ip-error" not in shown
    assert "示例数据" in shown
    assert "search-portfolio" not in app.session_state
    assert app.selectbox(key="portfolio-target-id").value == "yq2023-42a"
    assert "没有整治成本、涉及岗位数据" in shown


def test_the_target_of_a_plan_is_reached_and_explained(page, example):
    page.query_params["time"] = "4"
    app = page.run()
    app = app.selectbox(key="portfolio-target-id").set_value("yq2023-42a").run()
    app = _settled(app.button(key="portfolio-start").click().run())
    shown = _html(app)
    assert "ip-error" not in shown
    told = ip.portfolio(example.plots, 1800)
    assert f"{told.land_mu:,.2f}" in shown
    assert "没有数据" in shown
    assert "最后 100 亩的代价" in shown
    assert app.query_params["target"] == "yq2023-42a"
    tables = _tables(app)
    plots = tables["地块编号"]
    chosen = plots[plots["取舍"].eq("入选")]
    assert set(chosen["地块编号"]) == set(told.chosen["plot_id"])
    assert chosen["理由"].str.startswith("入选：去掉它可省").all()
    assert len(plots) == 249
    curve = tables["目标（亩）"]
    assert len(curve) == 10
    assert curve["目标函数（分）"].dropna().is_monotonic_increasing


def test_a_link_solves_what_it_says(page):
    for key, value in {
        "mu": "600",
        "solve": "1",
        "time": "4",
        "quota": "柳市镇=100..200",
        "out": "SP-0003",
    }.items():
        page.query_params[key] = value
    app = _settled(page.run())
    shown = _html(app)
    assert "ip-error" not in shown
    towns = _tables(app)["乡镇"].set_index("乡镇")
    assert 100 <= towns.loc["柳市镇", "入选（亩）"] <= 200.01
    assert towns.loc["柳市镇", "上限（亩）"] == 200


@pytest.mark.long
def test_changed_settings_are_said_to_be_newer_than_the_result(page):
    page.query_params.update({"mu": "300", "solve": "1", "time": "4"})
    app = _settled(page.run())
    assert "设置已经改变" not in _html(app)
    app = app.number_input(key="portfolio-w-firms").set_value(50.0).run()
    assert "设置已经改变" in _html(app)
    assert app.query_params["weight"] == "firms:50"
    app = app.button(key="portfolio-reset").click().run()
    assert "weight" not in app.query_params


def test_what_cannot_be_reached_says_why_and_what_gives(page):
    page.query_params.update({"mu": "5000", "solve": "1", "time": "4"})
    shown = _html(_settled(page.run()))
    assert "候选地块合计只有" in shown
    assert "目标由 5,000.00 亩降到" in shown


def test_a_lock_that_cannot_be_meant_is_named(page):
    page.query_params.update({"mu": "300", "solve": "1", "time": "4"})
    page.query_params["in"] = "<b>no</b>"
    app = _settled(page.run())
    assert "锁定了不存在的地块" in _html(app)
    assert "<b>no" not in "\n".join(part.proto.body for part in app.get("html"))


@pytest.mark.long
def test_a_plot_that_is_looked_at_is_locked_in(page):
    page.query_params.update({"mu": "300", "solve": "1", "time": "4"})
    app = _settled(page.run())
    left = _tables(app)["地块编号"].query("取舍 == '未入选'")["地块编号"].iloc[-1]
    app.query_params["at"] = f"plots:{left}"
    app = app.run().button(key="portfolio-lock-in").click().run()
    assert app.query_params["in"] == left
    app = _settled(app.button(key="portfolio-start").click().run())
    assert "ip-error" not in _html(app)
    plots = _tables(app)["地块编号"].set_index("地块编号")
    assert plots.loc[left, "取舍"] == "锁定入选"


def test_a_search_is_stopped_with_its_best(scene, yueqing):
    import threading

    told, stop = [], threading.Event()
    solve = work(yueqing, scene, Asked(mu=1800.0, gap_percent=0.0, seconds=30.0))
    stop.set()
    answer = solve(told.append, stop)
    assert answer.status in {"stopped", "nothing", "optimal"}


def test_figures_say_what_has_no_data(answer):
    rows = {row["label"]: row for row in figures_of(answer)}
    assert rows["整治成本"]["value"] == "没有数据"
    assert rows["达到"]["value"] == f"{answer.land_mu:,.2f}"
    assert rows["入选地块"]["value"] == str(len(answer.chosen))


def test_the_curve_is_told_in_per_cent_and_without_a_cost_that_there_is_not(answer):
    curve = answer.curve(targets=[300, 600, 9000])
    table = curve_table(curve)
    assert "成本（万元）" not in table
    assert table["状态"].tolist()[-1] == "无解"
    assert table["差距（%）"].iloc[0] == pytest.approx(100 * curve["gap"].iloc[0], abs=1e-4)
    chart = curve_chart(600)
    assert {layer["mark"]["type"] for layer in chart["layer"]} == {"line", "rule", "point", "text"}


@pytest.mark.parametrize("ending", ["xlsx", "csv", "gpkg", "html"])
def test_files_are_those_of_the_library(scene, answer, ending):
    run = scene.run
    shown = Scene(run, ip.portfolio_document(run, answer), "zh_CN")
    data = choice_file(shown, answer, Priced(answer.curve(targets=[600]), None), ending)
    if ending == "xlsx":
        sheets = pd.read_excel(io.BytesIO(data), sheet_name=None)
        assert "达标曲线" in sheets
        assert len(sheets["入选地块"]) == len(answer.chosen)
    if ending == "csv":
        table = pd.read_csv(io.BytesIO(data), low_memory=False)
        assert table["chosen"].sum() == len(answer.chosen)
        assert table["sample"].all()
    assert len(data) > 1000


def test_english_has_all_words():
    english = "from platforms import messages\nmessages.set_language('en')\n" + PAGE
    app = AppTest.from_string(english, default_timeout=90)
    app.query_params.update({"mu": "300", "solve": "1", "time": "4"})
    # the test reads the boxes outside the page
    ip.set_language("en")
    try:
        shown = _html(_settled(app.run()))
    finally:
        ip.set_language("zh_CN")
    assert "ip-error" not in shown
    assert "Price of the last" in shown


def test_a_city_without_plots_says_so_kindly(page, monkeypatch, bare):
    monkeypatch.setenv("PLATFORMS_WORKSPACE", bare)
    monkeypatch.setattr(opened, "_OPEN", {})
    assert "台州市的工作区没有地块" in _html(page.run())


CURVE_PAGE = """
import threading
import platforms as ip
import streamlit as st
from platforms.app.portfolio.attainment import show_curve, show_last
answer = st.session_state["answer"]
stop = threading.Event()
stop.set()
show_last(answer.last(stop=stop))
show_curve(answer.curve(targets=st.session_state["targets"], stop=stop), 600, key="c")
"""


@pytest.mark.parametrize(
    ("targets", "word"), [([900, 1200], "曲线的计算已停止"), ([300, 1200], "1 个没有求出")]
)
def test_a_curve_that_was_stopped_is_not_said_to_have_no_solution(answer, targets, word):
    app = AppTest.from_string(CURVE_PAGE, default_timeout=60)
    app.session_state["answer"], app.session_state["targets"] = answer, targets
    shown = _html(app.run())
    assert "没有可行的组合" not in shown
    assert word in shown


def test_points_that_are_not_proved_are_marked_in_the_chart():
    layers = curve_chart(600)["layer"]
    marked = [one for one in layers if one.get("transform")]
    assert [one["mark"]["type"] for one in marked] == ["rule", "point"]
    assert marked[0]["encoding"]["y"]["field"] == "bound"
