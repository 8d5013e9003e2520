"""The page 可腾退用地: its figures are those of the library, a trial is marked, links reopen it."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from platforms import messages
from platforms.app import opened, state
from platforms.app.land.land_trial import make_base, make_trial
from platforms.app.views import land
from platforms.issues import IssueTable

PAGE = "from platforms.app.views import land\nland.page()\n"


@pytest.fixture
def page():
    return AppTest.from_string(PAGE, default_timeout=60)


def _html(app):
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


def _ids(app):
    """The fingerprints that the page prints under map and table."""
    return {found for c in app.caption for found in re.findall(r"数据指纹 (\w{16})", c.value)}


def _shown(app):
    assert not app.exception
    shown = _html(app)
    assert "ip-error" not in shown
    return shown


def test_the_page_shows_gross_deductions_net_and_targets(page):
    app = page.run()
    shown, run = _shown(app), state.scene_job().result().run
    totals = {"gross": run.figures["low_efficiency_mu"], "net": run.figures["reclaimable_mu"]}
    for value in totals.values():
        assert f"{value:,.2f} 亩" in shown
    for limit in ("永久基本农田", "生态保护红线", "河道蓝线", "道路红线"):
        assert f"扣{limit}" in shown
    for target in ("腾出工业用地（2022） 300 亩", "整治低效工业用地（2023） 1,800 亩",
                   "盘活存量建设用地（2025） 3,000 亩"):  # fmt: skip
        assert target in shown
    assert "附件第 42 行 · 2023-01-28" in shown
    assert "示例数据" in shown
    assert "不是已经腾出的土地" in shown
    assert "249 宗，其中净面积不明 0 宗" in shown
    assert "ip-trial" not in shown
    assert f"另有 {run.figures['unknown']} 宗情况不明，未计入。" in shown
    assert "未提供" not in shown
    towns = app.dataframe[0].value
    assert towns["净面积（亩）"].is_monotonic_decreasing
    assert towns["净面积（亩）"].sum() == pytest.approx(totals["net"], abs=0.1)


def test_a_switch_makes_a_trial_that_is_marked_and_taken_back(page):
    app = page.run()
    (before,) = _ids(app)
    app = app.toggle(key="land-0-road").set_value(False).run()
    shown = _shown(app)
    assert "试算：" in shown
    assert "不扣道路红线" in shown
    assert "3,414.27 亩 → 3,462.20 亩（+47.93 亩）" in shown
    assert app.query_params["without"] == "road"
    table = app.dataframe[0].value
    assert "道路红线（亩）" not in table
    assert table["增减（亩）"].ge(0).all()
    assert table["增减（亩）"].sum() > 0
    # map and table carry one fingerprint, and it is not that of the run
    (after,) = _ids(app)
    assert after != before
    app = app.button(key="land-reset").click().run()
    assert "ip-trial" not in _shown(app)
    assert "without" not in app.query_params
    assert all(toggle.value for toggle in app.toggle[:4])


@pytest.mark.long
def test_a_trial_of_a_plot_given_twice_changes_what_that_of_one_does(page, monkeypatch, doubled):
    scene = replace(state.scene_job().result(), run=doubled)
    monkeypatch.setattr(land, "shown_scene", lambda: scene)
    monkeypatch.setattr(state, "land_job", lambda one: _Done(make_base(one)))
    monkeypatch.setattr(state, "land_trial_job", lambda *of: _Done(make_trial(*of)))
    page.query_params["without"] = "road"
    app = page.run()
    assert "3,414.27 亩 → 3,462.20 亩（+47.93 亩）" in _shown(app)
    table = app.dataframe[0].value
    assert table["净面积，重叠计一次（亩）"].is_monotonic_decreasing
    assert table["净面积，重叠计一次（亩）"].sum() == pytest.approx(3462.20, abs=0.1)
    assert table["其中重复计算（亩）"].gt(0).sum() == 1


def _changed(monkeypatch, **columns):
    """Let the page look at the example with other plots or issues."""
    scene = state.scene_job().result()
    issues = columns.pop("issues", scene.run.issues)
    plots = scene.run.plots.assign(**columns)
    other = replace(scene, run=replace(scene.run, plots=plots, issues=issues))
    monkeypatch.setattr(land, "shown_scene", lambda: other)
    monkeypatch.setattr(state, "land_job", lambda one: _Done(make_base(one)))
    monkeypatch.setattr(state, "land_trial_job", lambda *of: _Done(make_trial(*of)))


class _Done:
    """A job that is done."""

    ready = True

    def __init__(self, made):
        self.made = made

    def result(self):
        return self.made


def test_plots_that_are_all_unknown_are_not_told_as_nothing_left(page, monkeypatch):
    _changed(monkeypatch, verdict="unknown", reclaimable_m2=float("nan"))
    shown = _shown(page.run())
    assert "宗地全部情况不明，不能得出可腾退用地" in shown
    assert "净面积不明，不能与目标对照" in shown
    assert "比目标少" not in shown
    assert ">0.00" not in shown
    assert "腾出工业用地（2022） 300 亩" in shown


def test_a_limit_that_was_not_given_is_said_above_the_figures(page, monkeypatch):
    issues = IssueTable()
    issues.add("constraint_absent", "warning", layer="road")
    _changed(monkeypatch, issues=issues)
    assert "未提供道路红线，未扣除：净面积里没有减去它" in _shown(page.run())


def test_a_link_reopens_a_trial(page):
    page.query_params["without"] = ["river", "<b>"]
    page.query_params["with"] = ["buildings", "<img>"]
    app = page.run()
    shown = _shown(app)
    assert "不扣河道蓝线；另扣保留现状建筑" in shown
    assert "<img>" not in shown
    assert app.query_params["without"] == "river"
    assert not app.toggle(key="land-0-river").value
    assert app.toggle(key="land-0-buildings").value


def test_all_limits_may_be_left_out(page):
    page.query_params["without"] = ["permanent_farmland", "ecological_redline", "river", "road"]
    shown = _shown(page.run())
    assert "3,414.27 亩 → 3,514.53 亩" in shown


@pytest.mark.parametrize("by", ["platforms", "layout_units", "measures", "industries"])
def test_land_is_summed_by_anything(page, by):
    app = page.run()
    app.session_state["land-by"] = by
    app = app.run()
    _shown(app)
    table = app.dataframe[0].value
    assert table.columns[0] == messages.text(f"sheet.land_table.{by}")
    assert table["低效地块（宗）"].sum() == 249


def test_the_distance_joins_more_plots(page):
    app = page.run()
    assert "候选 0 片" in _shown(app)
    app = app.slider(key="land-within").set_value(100).run()
    shown = _shown(app)
    assert "候选 0 片" not in shown
    assert "连片改造候选" in shown


def test_the_sections_show_method_line_balance_overlap_and_sources(page):
    app = page.run()
    shown = _shown(app)
    assert "本工具自定的方法（系数表 slope-class-2026），不是官方方法" in shown
    assert "没有先补足的变化：6 项" in shown
    assert "《工业项目建设用地控制指标》" in shown
    headings = {name for part in app.dataframe for name in part.value.columns}
    assert {"线内（亩）", "线外（亩）", "欠补（亩）", "限制", "系数"} <= headings


def test_a_plot_opens_with_its_bars_and_its_place(page):
    page.query_params["at"] = "plots:SP-0003"
    shown = _shown(page.run())
    assert "扣除前到净面积" in shown
    assert "控制线内" in shown
    assert "连片编号" in shown


def test_english_has_all_words(page):
    app = AppTest.from_string(
        "from platforms import messages\nmessages.set_language('en')\n" + PAGE, default_timeout=60
    )
    app.query_params["without"] = ["road"]
    shown = _shown(app.run())
    assert "A trial: " in shown
    assert "without Road corridor" in shown


def test_rules_that_ask_something_else_get_a_kind_word(monkeypatch):
    told = []
    scene = state.scene_job().result()
    other = scene.run.workspace.rules("idle-land-53")
    monkeypatch.setattr(
        land, "shown_scene", lambda: replace(scene, run=replace(scene.run, pack=other))
    )
    monkeypatch.setattr(land.markup, "show", lambda *parts: told.extend(parts))
    monkeypatch.setattr(land.state, "link_to", told.append)
    land.page()
    assert "不认定低效用地" in told[0]
    assert told[1] == "rules"


def test_a_workspace_without_plots_says_so_kindly(page, monkeypatch, bare):
    monkeypatch.setenv("PLATFORMS_WORKSPACE", bare)
    monkeypatch.setattr(opened, "_OPEN", {})
    shown = _shown(page.run())
    assert "台州市的工作区没有地块" in shown
