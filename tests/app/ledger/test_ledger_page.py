"""The page 台账: filled from the run, edited, conflicts shown, undone; a link reopens the same."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import json
import re

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app import state
from platforms.app.plots.upload import Upload

PAGE = "from platforms.app.views import ledger\nledger.page()\n"


@pytest.fixture
def ledger(yueqing, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    return ip.open_store(yueqing).ledger


@pytest.fixture
def filled(example_ledger, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    return example_ledger(tmp_path)


@pytest.fixture
def page():
    return AppTest.from_string(PAGE, default_timeout=90)


def body(app):
    assert not app.exception
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


def named(app, name="李"):
    return app.text_input("ledger-who").set_value(name).run()


def opened(page, plot):
    page.query_params["plot"] = plot
    return named(page.run())


def box(app, kind, name):
    (found,) = [one for one in getattr(app, kind) if str(one.key).startswith(f"ledger-{name}-")]
    return found


def save(app):
    return box(app, "button", "save").click().run()


def take_box(app):
    """Open the box that tells what taking the run in would do."""
    known = "ledger-turn" in app.session_state
    turn = app.session_state["ledger-turn"] if known else 0
    app.session_state[f"ledger-take-{turn}"] = True
    return app.run()


def test_an_empty_ledger_says_how_it_is_filled_and_is_filled(ledger, page, example):
    app = take_box(page.run())
    assert "台账还是空的" in body(app)
    assert app.button("ledger-take-do").disabled
    low = int(example.figures["low_efficiency"])
    assert "本次测算：乐清市的示例地块" in body(app)
    assert f"新入账 {low} 宗" in body(app)
    assert ledger.plots().empty
    app = named(app)
    app.button("ledger-take-do").click().run()
    assert f"新入账 {low} 宗，更新 0 宗" in body(app)
    assert "台账由示例地块生成" in body(app)
    assert len(ledger.plots()) == low
    assert set(ledger.history()["who"]) == {"李"}
    # what the page looks at is what it took
    run = state.scene_job().result().run
    assert set(ledger.plots()["plot_id"]) <= set(run.plots["plot_id"])


def test_a_file_of_other_plots_is_told_before_and_touches_none(filled, page):
    given = {
        "type": "Feature",
        "properties": {"plot_id": "HTS-1"},
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[120.96, 28.1], [120.961, 28.1], [120.961, 28.101], [120.96, 28.1]]],
        },
    }
    upload = Upload("north.geojson", json.dumps(given).encode())
    page.session_state["upload"] = page.session_state["upload-read"] = upload
    past, count = filled.history(), len(filled.plots())
    app = take_box(named(page.run()))
    told = body(app)
    assert "本次测算：north.geojson" in told
    assert "新入账 0 宗" in told
    assert f"账上另有 {count} 宗不在本次测算中，不会改动" in told
    assert "账上没有一宗与本次测算的编号相同" in told
    assert app.button("ledger-take-do").disabled
    app.checkbox("ledger-take-survey").set_value(True).run()
    app = take_box(app)
    app.button("ledger-take-do").click().run()
    assert "新入账 1 宗，更新 0 宗，没有变化 0 宗" in body(app)
    assert f"未改动 {count} 宗" in body(app)
    assert set(filled.history().iloc[len(past) :]["plot_id"]) == {"HTS-1"}


def test_an_update_is_undone_as_one(filled, page):
    first = filled.plots()["plot_id"].iloc[0]
    run = state.scene_job().result().run
    plots = run.plots.assign(reason="另一结论")
    filled.take(dataclasses.replace(run, plots=plots), by="赵")
    count = len(filled.plots())
    app = take_box(named(page.run()))
    assert f"更新已在账的 {count} 宗" in body(app)
    app = app.button("ledger-take-do").click().run()
    assert f"新入账 0 宗，更新 {count} 宗" in body(app)
    app = take_box(app)
    assert not app.button("ledger-take-undo").disabled
    app = app.button("ledger-take-undo").click().run()
    assert f"已撤销，{count} 宗恢复" in body(app)
    assert set(filled.plots()["reason"]) == {"另一结论"}
    assert filled.history(first)["what"].tolist()[-1] == "undo"


def test_nothing_is_written_before_a_name_is_given(filled, page):
    page.query_params["plot"] = "SP-0003"
    app = page.run()
    assert box(app, "button", "save").disabled
    assert "单用户模式" in body(app)
    assert not box(named(app), "button", "save").disabled


def test_a_plot_is_edited_and_its_history_shown(filled, page):
    app = opened(page, "SP-0003")
    box(app, "selectbox", "step").set_value("plan")
    box(app, "text_input", "unit").set_value("市经信局")
    box(app, "text_input", "due").set_value("2026-03-01")
    app = save(app)
    assert "已保存，1 宗有改动" in body(app)
    row = filled.plots().set_index("plot_id").loc["SP-0003"]
    assert (row["step"], row["unit"], row["due"], row["overdue"]) == (
        "plan", "市经信局", "2026-03-01", True,
    )  # fmt: skip
    past = next(t.value for t in app.dataframe if "原值" in t.value)
    assert past["操作人"].tolist() == ["李"] * 3 + ["王"]
    assert {"认定", "方案"} <= set(past["原值"]) | set(past["新值"])
    assert "逾期 1 宗" in body(app)


def test_what_somebody_else_changed_is_shown_and_not_overwritten(filled, page):
    app = opened(page, "SP-0003")
    filled.set(ip.LedgerEdit("SP-0003", {"unit": "乐成街道"}), by="赵", why="移交")
    box(app, "text_input", "unit").set_value("市经信局")
    app = save(app)
    shown = body(app)
    assert "有人先改了，未写入" in shown
    assert "乐成街道" in shown
    assert "市经信局" in shown
    assert "赵，" in shown
    assert "移交" in shown
    assert filled.plots().set_index("plot_id").loc["SP-0003", "unit"] == "乐成街道"
    # having seen it, one may write all the same; both stay in the history
    app.button("ledger-insist").click().run()
    assert filled.plots().set_index("plot_id").loc["SP-0003", "unit"] == "市经信局"
    assert filled.history("SP-0003")["who"].tolist()[-2:] == ["赵", "李"]
    assert "有人先改了" not in body(app)


def test_letting_go_of_a_conflict_shows_what_stands_now(filled, page):
    app = opened(page, "SP-0003")
    filled.set(ip.LedgerEdit("SP-0003", {"unit": "乐成街道"}), by="赵")
    box(app, "text_input", "unit").set_value("市经信局")
    app = save(app)
    app = app.button("ledger-drop").click().run()
    assert "有人先改了" not in body(app)
    assert box(app, "text_input", "unit").value == "乐成街道"


def test_a_change_by_others_is_told_before_saving(filled, page):
    app = opened(page, "SP-0003")
    filled.set(ip.LedgerEdit("SP-0003", {"unit": "乐成街道"}), by="赵")
    app = app.run()
    assert "已被 赵 改动" in body(app)
    app = app.button("ledger-reload").click().run()
    assert box(app, "text_input", "unit").value == "乐成街道"


def test_a_step_back_wants_a_reason(filled, page):
    app = opened(page, "SP-0003")
    box(app, "selectbox", "step").set_value("survey")
    app = save(app)
    assert "请写明原因" in body(app)
    assert filled.plots().set_index("plot_id").loc["SP-0003", "step"] == "identify"
    box(app, "selectbox", "step").set_value("survey")
    box(app, "text_input", "why").set_value("资料不全")
    save(app)
    assert filled.plots().set_index("plot_id").loc["SP-0003", "step"] == "survey"


def test_the_last_change_is_undone_as_a_new_entry(filled, page):
    filled.set(ip.LedgerEdit("SP-0003", {"unit": "乐成街道"}), by="赵")
    app = opened(page, "SP-0003")
    box(app, "button", "undo-do").click().run()
    assert filled.plots().set_index("plot_id").loc["SP-0003", "unit"] == ""
    assert filled.history("SP-0003")["what"].tolist()[-2:] == ["set", "undo"]


def test_what_was_typed_is_kept_while_another_plot_is_chosen(filled, page):
    app = opened(page, "SP-0003")
    other = next(one for one in filled.plots()["plot_id"] if one != "SP-0003")
    app = box(app, "text_area", "note").set_value("已约谈").run()
    assert "未保存的修改：SP-0003" in body(app)
    app.session_state["ledger-picked"] = [other]
    app.session_state["ledger-turn"] = 1
    app = app.run()
    assert box(app, "text_area", "note").value == ""
    assert "未保存的修改：SP-0003" in body(app)
    app = app.button("ledger-draft-back-0").click().run()
    assert box(app, "text_area", "note").value == "已约谈"
    assert "未保存的修改" not in body(save(app))
    assert filled.plots().set_index("plot_id").loc["SP-0003", "note"] == "已约谈"


def test_what_was_typed_is_let_go_of_when_asked(filled, page):
    app = box(opened(page, "SP-0003"), "text_area", "note").set_value("已约谈").run()
    app = app.button("ledger-draft-drop-0").click().run()
    assert box(app, "text_area", "note").value == ""
    assert "未保存的修改" not in body(app)


def test_a_kept_draft_does_not_write_over_what_came_after_it(filled, page):
    app = box(opened(page, "SP-0003"), "text_area", "note").set_value("已约谈").run()
    app.session_state["ledger-picked"] = []
    app.session_state["ledger-turn"] = 1
    app = app.run()
    filled.set(ip.LedgerEdit("SP-0003", {"note": "已发函"}), by="赵")
    app = app.button("ledger-draft-back-0").click().run()
    assert "有人先改了，未写入" in body(save(app))
    assert filled.plots().set_index("plot_id").loc["SP-0003", "note"] == "已发函"


def test_an_address_that_names_nothing_is_not_repaired_in_silence(filled, page):
    page.query_params["plot"] = "ZZZ"
    page.query_params["town"] = "bogus"
    app = page.run()
    assert "plot=ZZZ、town=bogus 在当前数据中没有" in body(app)
    # and still after the page has written its own address
    assert "ZZZ" in body(app.run())
    fine = AppTest.from_string(PAGE, default_timeout=90)
    assert "在当前数据中没有" not in body(opened(fine, "SP-0003"))


def test_filters_stand_in_the_address(filled, page):
    filled.set(ip.LedgerEdit("SP-0003", {"step": "plan", "due": "2020-01-01"}), by="赵")
    page.query_params["step"] = ["plan"]
    app = page.run()
    assert app.dataframe[0].value["地块编号"].tolist() == ["SP-0003"]
    app.multiselect("ledger-step").set_value([]).run()
    assert "step" not in app.query_params
    assert len(app.dataframe[0].value) == len(filled.plots())
    app.toggle("ledger-overdue").set_value(True).run()
    assert app.query_params["overdue"] in ("1", ["1"])
    assert app.dataframe[0].value["地块编号"].tolist() == ["SP-0003"]


def test_a_milestone_is_set_and_its_progress_shown(filled, page):
    app = named(page.run())
    app.text_input("goal-0-period").set_value("2030-Q1")
    app.number_input("goal-0-plots").set_value(5)
    app.selectbox("goal-0-step-zh_CN").set_value("identify")
    next(b for b in app.button if b.key == "goal-0-do").click().run()
    assert filled.milestones(day=None)["state"].tolist() == ["reached"]
    table = next(t.value for t in app.dataframe if "截止日" in t.value)
    assert table["截止日"].tolist() == ["2030-03-31"]


def table_with(app, column):
    return next(one.value for one in app.dataframe if column in one.value)


def test_targets_of_the_plans_stand_beside_what_is_closed(filled, page):
    filled.set(ip.LedgerEdit("SP-0003", {"step": "close"}), by="赵")
    app = page.run()
    row = filled.plots().set_index("plot_id").loc["SP-0003"]
    targets = table_with(app, "达到销号").set_index("目标编号")
    # a ledger of today says nothing of 2022, and what is done today does not count for it
    assert targets.loc["yq2022-10", ["达到销号", "进展"]].tolist() == ["情况不明"] * 2
    net = ip.target_number(row["reclaimable_mu"])
    assert f"目标期以外完成 {net} 亩，不计入" in targets.loc["yq2022-10", "说明"]
    shares = table_with(app, "台账宗数").set_index("乡镇街道")
    assert shares.loc[row["town"], ["完成宗数", "可腾退净面积（亩）"]].tolist() == [1, net]
    others = table_with(app, "原因")
    assert "台账没有对应的口径" in set(others["原因"])
    assert not set(others["目标编号"]) & set(targets.index)
    app = app.selectbox("ledger-shares-of-zh_CN").set_value("quarter").run()
    assert table_with(app, "季度")["完成宗数"].tolist() == [1]


def test_a_target_of_this_year_counts_what_is_closed_in_it(filled, page, monkeypatch, yueqing):
    year = dt.datetime.now(dt.UTC).astimezone().year
    table = yueqing.table("targets")
    table.loc[table["target_id"].eq("yq2022-10"), ["year", "value"]] = [year, 5.0]
    monkeypatch.setattr("platforms.planning.recorded.planned_targets", lambda _: table.copy())
    # what was reckoned from the targets as they are is not looked up, nor is this kept
    monkeypatch.setattr("platforms.store.ledger.recording._KEPT", [])
    filled.set(ip.LedgerEdit("SP-0003", {"step": "close"}), by="赵")
    app = page.run()
    row = filled.plots().set_index("plot_id").loc["SP-0003"]
    shown = table_with(app, "达到销号").set_index("目标编号").loc["yq2022-10"]
    assert shown["达到销号"] == ip.target_number(row["reclaimable_mu"])
    assert (shown["进展"], shown["完成宗数"]) == ("已达到", 1)


def test_hostile_words_are_shown_as_text(filled, page):
    hostile = "<img src=x onerror=alert(1)>"
    filled.set(ip.LedgerEdit("SP-0003", {"unit": hostile, "note": hostile}), by=hostile)
    app = opened(page, "SP-0003")
    filled.set(ip.LedgerEdit("SP-0003", {"unit": hostile + "2"}), by=hostile)
    box(app, "text_input", "unit").set_value("x")
    app = save(app)
    raw = "\n".join(part.proto.body for part in app.get("html"))
    assert "<img" not in raw
    assert "&lt;img" in raw


def test_english_has_no_chinese_but_data(filled, page):
    code = f"import platforms as ip\nip.set_language('en')\n{PAGE}"
    filled.set(ip.LedgerEdit("SP-0003", {"due": "2020-01-01"}), by="Li")
    shown = body(AppTest.from_string(code, default_timeout=90).run())
    assert "Plots at each step" in shown
    assert not re.search(r"[\u4e00-\u9fff]", shown)


def test_a_fault_and_the_steps_follow_the_language(filled, page):
    code = f"import streamlit as st\nimport platforms as ip\nip.set_language(st.session_state.get('tongue', 'zh_CN'))\n{PAGE}"
    app = opened(AppTest.from_string(code, default_timeout=90), "SP-0003")
    box(app, "text_input", "due").set_value("2026-02-30")
    app = save(app)
    assert "“2026-02-30”不是日期" in body(app)
    app.session_state["tongue"] = "en"
    app = app.run()
    assert "“2026-02-30” is no day" in body(app)
    assert "不是日期" not in body(app)
    assert box(app, "selectbox", "step").options[1] == "Identified"
    # what was typed is still there
    assert box(app, "text_input", "due").value == "2026-02-30"
    tables = [str(table.value.to_dict()) for table in app.dataframe]
    assert any("Needed a month" in told and "'mu'" in told for told in tables)
