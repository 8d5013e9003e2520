"""Trying other rules: the figures are those of the library, and nothing else changes."""

from __future__ import annotations

import html
import re

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app import opened, state
from platforms.app.rules.rule_book import Book, make_trial
from platforms.app.rules.rule_effect import effect_table, flips
from platforms.app.rules.rule_settings import typed

PAGE = "from platforms.app.views import rules\nrules.page()\n"


def _html(app):
    return "\n".join(part.proto.body for part in app.get("html"))


@pytest.fixture
def page():
    return AppTest.from_string(PAGE, default_timeout=60)


@pytest.mark.parametrize("pack", ["yueqing-2022", "yueqing-electric-145", "yueqing-two-high",
                                  "idle-land-53"])  # fmt: skip
def test_every_pack_is_judged_and_named_in_its_own_words(scene, pack):
    trial = make_trial(scene, Book(pack))
    judged = ip.evaluate(scene.run.plots, scene.run.workspace.rules(pack))
    table = effect_table(trial)
    assert table["plots_after"].to_dict() == judged.totals()
    assert table["verdict"].to_dict() == {n: judged.verdict_title(n) for n in judged.totals()}
    assert table["mu_after"].sum() == pytest.approx(scene.run.figures["area_mu"], abs=0.02)
    assert flips(trial).empty


def test_the_shipped_rules_give_the_figures_of_the_run(scene):
    table = effect_table(make_trial(scene, Book("yueqing-2022")))
    for name in ("low_efficiency", "not", "unknown"):
        assert table.loc[name, "plots_before"] == scene.run.figures[name]
        assert table.loc[name, "mu_before"] == scene.run.figures[f"{name}_mu"]


def test_another_reading_flips_plots_as_policy_diff_says(scene):
    pack = scene.run.pack
    told = ip.policy_diff(scene.run.plots, pack, pack.choose(mean_share="below_10_percent"))
    trial = make_trial(scene, Book(pack.pack, settings=("mean_share=below_10_percent",)))
    assert trial.diff.to_json() == told.to_json()
    pairs = flips(trial)
    assert pairs["plots"].sum() == len(told.changed)
    assert set(pairs["change"]) == {"now_not", "now_unknown"}
    # the map and its plots are those of the trial; the session's own run is not touched
    assert trial.scene.id != scene.id
    assert trial.scene.run.plots["verdict"].tolist() == told.frame["right"].tolist()
    assert scene.run.plots["verdict"].tolist() == told.frame["left"].tolist()
    assert scene.run.pack == pack


@pytest.mark.parametrize("setting", ["tax_floor=5", "tax_floor=8", "mean_share=below_10_percent"])
def test_what_comes_to_a_verdict_is_what_flips_to_it_to_the_last_digit(scene, setting):
    trial = make_trial(scene, Book("yueqing-2022", settings=(setting,)))
    table, totals = effect_table(trial), trial.diff.totals
    moved = totals[totals["plots"].gt(0) & totals["left"].ne(totals["right"])]
    for name, row in table.iterrows():
        ways = moved[moved["left"].eq(name) | moved["right"].eq(name)]
        if len(ways) == 1:
            sign = 1 if ways["right"].iloc[0] == name else -1
            assert row["mu_change"] == sign * ways["area_mu"].iloc[0]


def test_packs_with_different_outcomes_stand_side_by_side(scene):
    table = effect_table(make_trial(scene, Book("idle-land-53", against="yueqing-2022")))
    assert table.index.tolist() == ["low_efficiency", "idle", "not", "unknown"]
    assert table.loc["low_efficiency", ["plots_after", "mu_after"]].isna().all()
    assert table.loc["not", "verdict"] == "非低效 / 不符合"


def test_a_trial_does_not_run_the_stages_anew(scene, monkeypatch):
    def again(*_, **__):
        raise AssertionError("the plots are judged anew, not measured anew")

    for name in ("run", "survey", "reclaim", "assign", "run_document"):
        monkeypatch.setattr(ip, name, again)
    assert len(effect_table(make_trial(scene, Book("yueqing-2022", settings=("tax_floor=5",)))))


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (0.9, "0.9"), (10, "10"), (("C", "D"), "[C, D]"), (True, "true"), (1 / 3, "0.3333333333")],
)  # fmt: skip
def test_values_are_written_as_they_are_typed(value, text):
    assert typed(value) == text


def test_the_page_lists_every_parameter_with_document_unit_and_confidence(page):
    app = page.run()
    assert not app.exception
    shown, pack = html.unescape(_html(app)), opened.workspace().rules()
    for parameter in pack.settled:
        assert str(parameter.title) in shown
        for reading in parameter.readings:
            assert str(reading.title) in shown
        if parameter.source is not None and parameter.source.quote:
            assert parameter.source.quote in shown
    assert "《乐清市新一轮制造业" in shown
    assert "（万元/亩）" in shown
    assert "有歧义或自定" in shown
    assert "没有地块的结论因此变化" in shown


def test_a_parameter_is_changed_and_taken_back(page):
    app = page.run()
    box = next(one for one in app.text_input if one.label == "规下企业亩均税收下限")
    app = box.set_value("3").run()
    assert not app.exception
    assert app.query_params["set"] == "tax_floor=3"
    assert "已改，原为：10" in _html(app)
    pack = opened.workspace().rules()
    told = ip.policy_diff(state.scene_job().result().run.plots, pack, pack.choose(tax_floor=3))
    assert f"结论变化的地块：{len(told.changed)} 宗" in _html(app)
    assert len(app.dataframe[0].value) == len(told.changed)
    app.button(key="rules-reset").click().run()
    assert "set" not in app.query_params
    assert "已改" not in _html(app)


def test_another_reading_is_chosen(page):
    app = page.run()
    box = next(one for one in app.selectbox if one.label == "行业平均值的比例")
    app = box.set_value("below_10_percent").run()
    assert not app.exception
    assert app.query_params["set"] == "mean_share=below_10_percent"
    assert "低效 → 非低效：132 宗，1,968.07 亩" in html.unescape(_html(app))


def test_what_is_no_number_is_a_kind_message_and_leaves_no_map(page):
    app = page.run()
    box = next(one for one in app.text_input if one.label == "规下企业亩均税收下限")
    app = box.set_value("十元").run()
    assert not app.exception
    told = "“规下企业亩均税收下限”应为数字（单位：万元/亩），填的是“十元”"
    assert told in html.unescape(_html(app))
    # neither figures nor a list of older rules stand on the page
    assert not app.dataframe
    assert "ip-effect" not in _html(app)


def test_a_link_reopens_pack_comparison_and_settings(page):
    page.query_params["pack"] = "idle-land-53"
    page.query_params["against"] = "yueqing-2022"
    page.query_params["set"] = ["years_stopped=2"]
    app = page.run()
    assert not app.exception
    assert app.selectbox(key="rules-pack").value == "idle-land-53"
    assert "已改，原为：1" in _html(app)
    assert "闲置" in _html(app)


@pytest.mark.parametrize(
    "given", [{"pack": "<b>"}, {"against": "<b>"}, {"pack": "idle-land-53", "set": ["<img>=1"]}]
)
def test_an_odd_address_is_no_fault(page, given):
    for name, value in {"pack": "yueqing-2022", **given}.items():
        page.query_params[name] = value
    app = page.run()
    assert not app.exception
    assert "<img>" not in _html(app)


def test_a_plot_is_explained_by_the_rules_that_are_tried(page):
    page.query_params["pack"] = "idle-land-53"
    page.query_params["at"] = "plots:SP-0003"
    shown = html.unescape(_html(page.run()))
    assert "闲置土地认定（国土资源部令第 53 号）" in shown.split('"ip-trace"')[1]
    assert re.search(r'class="ip-verdict ip-\w+">(闲置|不符合|情况不明)<', shown)


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("mean_years=999", "“平均值的年数”不能取 999；允许的是：≤ 20"),
        ("mean_years=许多", "“平均值的年数”应为数字（单位：年），填的是“许多”"),
    ],
)
def test_a_value_that_does_not_fit_is_told_in_the_words_of_the_page(page, setting, told):
    page.query_params["pack"], page.query_params["set"] = "yueqing-2022", setting
    shown = html.unescape(_html(page.run()))
    assert told in shown
    assert "mean_years" not in shown
