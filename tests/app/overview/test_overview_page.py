"""The page 一张图: filters, what follows them, the address."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from platforms.app import state

CODE = "from platforms.app.views import overview\noverview.page()\n"


def _html(app: AppTest) -> str:
    return "\n".join(part.proto.body for part in app.get("html"))


@pytest.fixture
def app():
    """The page before it is opened."""
    return AppTest.from_string(CODE, default_timeout=60)


def _rows():
    plots = state.scene_job().result().run.plots
    return plots[plots["town_id"].eq("yq-town-liushi") & plots["verdict"].eq("low_efficiency")]


def test_figures_table_and_address_follow_the_filter(app):
    app.run()
    app.multiselect(key="filter-town").set_value(["yq-town-liushi"]).run()
    app.multiselect(key="filter-verdict").set_value(["low_efficiency"]).run()
    assert not app.exception
    rows = _rows()
    table = app.dataframe[0].value
    assert table.index.tolist() == rows["plot_id"].tolist()
    assert f"<b>{len(rows)}</b>" in _html(app)
    assert f"地块 {len(rows)} / 1,251" in _html(app)
    assert app.query_params["town"] == "yq-town-liushi"
    assert app.query_params["verdict"] == "low_efficiency"
    # the county's target is no target of a town
    assert "年腾出目标" not in _html(app)


def test_a_link_reopens_the_filter_and_clearing_it_clears_the_address(app):
    app.query_params["town"] = ["yq-town-liushi", "<img src=x>"]
    app.query_params["verdict"] = "low_efficiency"
    app.run()
    assert not app.exception
    assert app.multiselect(key="filter-town").value == ["yq-town-liushi"]
    assert len(app.dataframe[0].value) == len(_rows())
    assert "<img" not in _html(app)
    app.button(key="filters-clear").click().run()
    assert len(app.dataframe[0].value) == 1251
    assert "town" not in app.query_params
    assert "年腾出目标" in _html(app)


def test_a_filter_lasts_while_other_pages_are_looked_at(app):
    app.session_state["filters-kept"] = {"unit": ["port"]}
    app.run()
    assert app.multiselect(key="filter-unit").value == ["port"]
    assert app.query_params["unit"] == "port"


def test_two_visitors_filter_for_themselves(app):
    app.run()
    app.multiselect(key="filter-verdict").set_value(["not"]).run()
    other = AppTest.from_string(CODE, default_timeout=60).run()
    assert len(other.dataframe[0].value) == 1251
    assert len(app.dataframe[0].value) < 1251


def test_what_is_selected_outside_the_filter_is_said_to_be(app):
    app.query_params["town"] = "yq-town-liushi"
    app.query_params["at"] = "platforms:YQ-P07"
    app.run()
    assert "选中的对象不在筛选结果内" in _html(app)
    assert "提升电子电器" in _html(app)


def test_a_filter_that_leaves_no_plot_is_no_error(app):
    # a town with firms and without plots
    plots = state.scene_job().result().run.plots
    empty = "yq-town-yuecheng"
    assert not plots["town_id"].eq(empty).any()
    app.query_params["town"] = empty
    app.run()
    assert not app.exception
    assert len(app.dataframe[0].value) == 0
    assert "没有符合条件的地块" in _html(app)


def test_the_filter_is_kept_when_the_language_changes():
    script = state.__file__.replace("state.py", "script.py")
    app = AppTest.from_file(script, default_timeout=60)
    app.query_params["verdict"] = "unknown"
    app.run()
    rows = len(app.dataframe[0].value)
    app.get("button_group")[0].set_value("en").run()
    assert not app.exception
    labels = {box.label for box in app.multiselect}
    assert {"Town", "Verdict", "Platform direction", "Industry"} <= labels
    assert app.multiselect(key="filter-verdict").value == ["unknown"]
    assert len(app.dataframe[0].value) == rows < 1251


def test_a_passage_opens_with_document_place_and_words(app):
    app.query_params["at"] = "platforms:YQ-P07"
    app.run()
    app.button(key="passages-open").click().run()
    assert not app.exception
    page = _html(app)
    told = page.split("ip-passage")[1]
    assert "乐清市工业和信息化“十三五”发展规划" in told
    assert "乐清市经济和信息化局、浙江省工业和信息化研究院" in told
    assert "2016-10" in told
    assert "附件二 · 第 7 行 · 第 58 页" in told
    assert "提升电子电器" in told
    assert "yq2016.pdf" in page
