"""What can be done with a scenario that is kept: each act through the page, and in the store."""

from __future__ import annotations

import html

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip

# a table has no rows to click here, so the one that is chosen is given
ACTS = """
import platforms as ip
from platforms.app import opened
from platforms.app.scenarios.kept_list import show_actions, show_arrival, show_outcome
show_outcome()
store = ip.open_store(opened.workspace().name)
show_arrival(store)
kept = store.scenarios()
show_actions(store, kept, kept["key"].iloc[0] if len(kept) else None)
"""


@pytest.fixture
def store(yueqing, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    return ip.open_store(yueqing)


@pytest.fixture
def kept(store, yueqing, example):
    return store.keep(ip.scenario_of(example, workspace=yueqing), name="甲")


@pytest.fixture
def app(kept):
    return AppTest.from_string(ACTS, default_timeout=60).run()


def _html(app):
    assert not app.exception
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


def test_a_scenario_is_renamed_by_somebody(app, store, kept):
    app.text_input("scenario-who").set_value("李四").run()
    app.text_input(f"rename-{kept.key}-0-text").set_value("乙")
    app.button(f"rename-{kept.key}-0-do").click().run()
    assert "已改名为“乙”" in _html(app)
    assert store.scenarios()["name"].tolist() == ["乙"]
    assert store.history(kept.key)["who"].tolist() == ["", "李四"]


def test_a_copy_has_the_same_content(app, store, kept):
    app.button(f"copy-{kept.key}-0-do").click().run()
    both = store.scenarios()
    assert both["name"].tolist() == ["甲（副本）", "甲"]
    assert both["scenario_id"].nunique() == 1


def test_what_is_locked_offers_no_change(app, store, kept):
    app.button(f"lock-{kept.key}").click().run()
    assert "“甲”已锁定" in _html(app)
    assert bool(store.scenarios()["locked"].all())
    app.button(f"lock-{kept.key}").click().run()
    assert not store.scenarios()["locked"].any()


def test_a_change_that_somebody_else_locked_is_refused_in_words(app, store, kept):
    store.lock(kept.key)
    app.button(f"remove-do-{kept.key}").click().run()
    assert "请先解锁，或复制一份再改" in _html(app)
    assert len(store.scenarios()) == 1


def test_a_removed_scenario_leaves_the_list_and_not_the_history(app, store, kept):
    app.button(f"remove-do-{kept.key}").click().run()
    assert "已删除“甲”" in _html(app)
    assert store.scenarios().empty
    assert store.history(kept.key)["what"].tolist() == ["keep", "remove"]


def test_a_note_is_saved(app, store, kept):
    app.text_area(f"annotate-{kept.key}-0-text").set_value("试算")
    app.button(f"annotate-{kept.key}-0-do").click().run()
    assert store.scenarios()["note"].tolist() == ["试算"]
