"""The page 方案对比: what is kept is listed, changed and compared; a link reopens the same."""

from __future__ import annotations

import html
import re

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app import state

PAGE = "from platforms.app.views import scenarios\nscenarios.page()\n"
KEEP = """
from platforms.app import state
from platforms.app.scenarios.keeping import keep_button
keep_button(state.scene_job().result().run, "run")
"""
KEEP_TRIED = """
from functools import partial
from platforms.app.scenarios.keeping import keep_button, run_again
again = partial(run_again, settings=("tax_floor=8",))
keep_button(again, "run", key="tried")
"""


@pytest.fixture(scope="module")
def two_runs(yueqing, example):
    """The example, and the same with a lower tax floor."""
    lower = ip.with_settings(yueqing.rules(), ["tax_floor=8"])
    runs = (example, ip.run(yueqing, rules=lower))
    return [ip.scenario_of(one, workspace=yueqing) for one in runs]


@pytest.fixture
def store(yueqing, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    return ip.open_store(yueqing)


@pytest.fixture
def page(store):
    return AppTest.from_string(PAGE, default_timeout=90)


@pytest.fixture
def kept(store, two_runs):
    names = ("现行口径", "底线 8 万元")
    return [
        store.keep(one, name=name, author="张三") for one, name in zip(two_runs, names, strict=True)
    ]


def _html(app):
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


def _shown(app):
    assert not app.exception
    shown = _html(app)
    assert "ip-error" not in shown
    return shown


def test_without_scenarios_the_page_says_where_they_come_from(page):
    assert "还没有保存过测算方案" in _shown(page.run())


def test_one_scenario_is_listed_and_not_compared(page, store, two_runs):
    store.keep(two_runs[0], name="现行口径")
    app = page.run()
    assert "再存一个，就能对比" in _shown(app)
    assert app.dataframe[0].value["名称"].tolist() == ["现行口径"]


def test_two_runs_are_compared_with_steps_that_sum(page, kept):
    app = page.run()
    shown = _shown(app)
    bars = re.findall(r'ip-bar-text">([^<]+)<', shown)
    first, *steps, last = [float(text.replace(",", "")) for text in bars]
    assert steps
    assert round(first + sum(steps), 2) == last
    figures = [one.scenario.figures["reclaimable_mu"] for one in kept]
    assert [first, last] == pytest.approx(figures, abs=0.01)
    assert "参数不同：规则参数：规下企业亩均税收下限，A 为 10，B 为 8。" in shown
    assert app.query_params["a"] == kept[0].key
    assert app.query_params["b"] == kept[1].key


def test_the_table_shows_what_differs_first_of_all(page, kept):
    table = page.run().dataframe[2].value
    low = [one.scenario["plots"]["verdict"].eq("low_efficiency") for one in kept]
    assert len(table) >= int((low[0] != low[1]).sum()) > 0
    assert "相同" not in set(table["差别"])
    assert set(table["差别"]) >= {"不再认定为低效"}


@pytest.mark.long
def test_swapping_turns_the_change_round(page, kept):
    app = page.run()
    app.button("scenario-swap").click().run()
    assert app.query_params["a"] == kept[1].key
    assert "A 为 8，B 为 10" in _shown(app)


def test_a_link_to_two_scenarios_opens_their_comparison(page, kept):
    page.query_params["a"], page.query_params["b"] = kept[1].key, kept[0].key
    assert "A 为 8，B 为 10" in _shown(page.run())


def test_a_side_is_read_and_drawn_once_until_it_is_called_otherwise(page, store, kept, monkeypatch):
    read, drawn = [], []
    kept_of, document_of = ip.Store.kept, ip.scenario_document

    def note_kept(self, key):
        read.append(key)
        return kept_of(self, key)

    def note_document(city, one, **chosen):
        drawn.append(one.name)
        return document_of(city, one, **chosen)

    monkeypatch.setattr(ip.Store, "kept", note_kept)
    monkeypatch.setattr(ip, "scenario_document", note_document)
    app = page.run()
    app.button("scenario-swap").click().run()
    assert "A 为 8，B 为 10" in _shown(app)
    assert sorted(read) == sorted(one.key for one in kept)
    assert sorted(drawn) == sorted(one.name for one in kept)
    store.rename(kept[0].key, "改名之后")
    app.run()
    assert drawn[2:] == ["改名之后"]
    assert read[2:] == [kept[0].key]
    # the heading of its map
    assert re.search(r'class="ip-side"[^>]*改名之后', _shown(app))


@pytest.mark.long
def test_a_link_to_a_scenario_that_was_removed_still_opens_the_page(page, kept):
    page.query_params["a"], page.query_params["b"] = "gone", kept[0].key
    _shown(page.run())


def test_hostile_names_are_shown_as_text(page, store, two_runs):
    for one, name in zip(two_runs, ("<img src=x onerror=alert(1)>", "<b>b"), strict=True):
        store.keep(one, name=name, note="<script>1</script>")
    body = "\n".join(part.proto.body for part in page.run().get("html"))
    assert "<img" not in body
    assert "&lt;img" in body


def test_english_has_no_chinese_but_names(kept):
    code = f"import platforms as ip\nip.set_language('en')\n{PAGE}"
    shown = _shown(AppTest.from_string(code, default_timeout=90).run())
    for one in kept:
        shown = shown.replace(one.name, "")
    assert "Why reclaimable land moved" in shown
    assert not re.search(r"[\u4e00-\u9fff]", shown)


def test_a_result_is_kept_under_a_name_once(store):
    app = AppTest.from_string(KEEP, default_timeout=60).run()
    app.text_input("keep-name-run-0").set_value("方案甲")
    app.text_input("keep-author-run-0").set_value("王五")
    app.button("keep-save-run-0").click().run()
    assert "已保存为方案“方案甲”" in _shown(app)
    (row,) = store.scenarios().to_dict("records")
    assert (row["name"], row["author"], row["kind"]) == ("方案甲", "王五", "run")
    run = state.scene_job().result().run
    figures = store.kept("方案甲").scenario.figures
    assert figures["reclaimable_mu"] == run.figures["reclaimable_mu"]
    app.run()
    app.text_input("keep-name-run-1").set_value("方案甲")
    app.button("keep-save-run-1").click().run()
    assert "已有方案叫“方案甲”" in _html(app)
    assert len(store.scenarios()) == 1


def test_a_name_that_was_offered_to_two_of_one_minute_gets_a_number(store):
    for name in ("测算 2026-11-22 16:48", *(f"测算 2026-11-22 16:48（{n}）" for n in (2, 3))):
        app = AppTest.from_string(KEEP, default_timeout=60)
        app.session_state["keep-offered-run-0"] = "测算 2026-11-22 16:48"
        app.run()
        app.text_input("keep-author-run-0").set_value("王五")
        app.button("keep-save-run-0").click().run()
        assert f"已保存为方案“{name}”" in _shown(app)
    assert len(store.scenarios()) == 3


def test_what_a_page_only_tried_is_run_again_before_it_is_kept(store):
    app = AppTest.from_string(KEEP_TRIED, default_timeout=90).run()
    app.text_input("keep-author-tried-0").set_value("王五")
    app.button("keep-save-tried-0").click().run()
    assert "已保存为方案" in _shown(app)
    (row,) = store.scenarios().to_dict("records")
    held = store.kept(row["key"]).scenario.figures
    assert held["low_efficiency_mu"] != state.scene_job().result().run.figures["low_efficiency_mu"]
