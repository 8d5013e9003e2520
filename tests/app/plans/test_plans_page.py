"""The page 规划文件 without a browser: tasks, figures side by side, disagreements."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app import opened

_PAGE = "from platforms.app.views import plans\nplans.page()\n"


def _html(app: AppTest) -> str:
    return "\n".join(part.proto.body for part in app.get("html"))


def _open(**query: str) -> AppTest:
    app = AppTest.from_string(_PAGE, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def test_every_task_and_measure_is_listed_and_asks_for_a_row():
    app = _open()
    assert not app.exception
    assert len(app.dataframe[0].value) == len(ip.plan_work(opened.workspace()))
    assert "在表格中选一行" in _html(app)


def test_a_task_is_shown_with_its_units_words_targets_and_clause():
    work = ip.plan_work(opened.workspace())
    task = work[work["kind"].eq("task") & work["targets"].ne("")].iloc[0]
    page = _html(_open(work=task["work_id"]))
    assert task["citation"] in page
    assert task["text"][:20] in page
    assert "对应的目标" in page


def test_a_measure_names_the_places_in_its_words():
    city = opened.workspace()
    work = ip.plan_work(city)
    named = ip.work_naming(work, city, "special_towns", "YQ-S01").iloc[0]
    assert "乐清智能电气小镇" in _html(_open(work=named["work_id"]))


def test_filters_and_words_stand_in_the_address_and_are_taken_from_it():
    app = _open()
    app.multiselect(key="work-documents").set_value(["yq2023"]).run()
    app.multiselect(key="work-leads").set_value(["市经信局"]).run()
    app.text_input(key="work-words").set_value("园区").run()
    asked = {name: app.query_params[name] for name in ("doc", "lead", "q")}
    shown = app.dataframe[0].value
    assert 0 < len(shown) < len(ip.plan_work(opened.workspace()))
    again = _open(**{n: v[0] if isinstance(v, list) else v for n, v in asked.items()})
    assert again.dataframe[0].value.equals(shown)
    again.text_input(key="work-words").set_value("").run()
    assert "q" not in again.query_params


def test_words_that_stand_nowhere_leave_no_row_and_no_fault():
    app = _open(q="<b>nirgends", work="<img src=x>")
    assert not app.exception
    assert len(app.dataframe[0].value) == 0
    assert "<img" not in _html(app)
    assert "work=&lt;img src=x&gt;" in _html(app)


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_each_table_of_figures_is_drawn_and_listed_with_its_clause(lang):
    ip.set_language(lang)
    try:
        figures = ip.plan_figures(opened.workspace())
        for doc, table in dict.fromkeys(zip(figures["doc"], figures["table"], strict=True)):
            app = _open(view="figures", table=f"{doc}:{table}")
            assert not app.exception
            here = figures[figures["doc"].eq(doc) & figures["table"].eq(table)]
            assert len(app.dataframe[0].value) == len(here)
            page = _html(app)
            for chart in ip.figure_charts(here):
                assert chart.indicator.replace("&", "&amp;") in page
    finally:
        ip.set_language("zh_CN")


def test_what_was_worked_out_is_marked_and_a_definition_told():
    figures = ip.plan_figures(opened.workspace())
    derived = figures[figures["derived"].notna()].iloc[0]
    page = _html(_open(view="figures", table=f"{derived['doc']}:{derived['table']}"))
    assert "按原文推算" in page
    other = figures[figures["subject"].eq("江宁区")].iloc[0]
    page = _html(_open(view="figures", table=f"{other['doc']}:{other['table']}"))
    assert "原文口径" in page
    assert "（规划）" in page


def test_a_table_that_is_not_there_is_told():
    app = _open(view="figures", table="nowhere")
    assert not app.exception
    assert "table=nowhere" in _html(app)


def test_disagreements_show_both_passages():
    city = opened.workspace()
    found = ip.plan_contradictions(city)
    page = _html(_open(view="differences"))
    assert page.count("<article>") == len(found)
    for row in found.to_dict("records"):
        assert row["citation_a"] in page
        assert row["citation_b"] in page


@pytest.mark.parametrize("view", ["work", "figures", "differences"])
def test_a_city_whose_plans_hold_no_such_table_says_so(view, city, monkeypatch):
    monkeypatch.setenv("PLATFORMS_WORKSPACE", str(city))
    monkeypatch.setattr(opened, "_OPEN", {})
    app = _open(view=view)
    assert not app.exception
    assert "这个工作区没有" in _html(app)
    assert "ip-error" not in _html(app)


@pytest.mark.parametrize("query", [{}, {"view": "figures"}])
def test_parts_that_the_documents_do_not_fill_are_left_out(query, monkeypatch):
    city = ip.Workspace.open("taizhou")
    monkeypatch.setattr(opened, "workspace", lambda: city)
    app = _open(**query)
    assert not app.exception
    assert app.segmented_control[0].options == ["规划清单"]
    assert len(app.dataframe) == 1
    assert "这个工作区没有" not in _html(app)


def test_a_list_that_no_other_page_shows_is_shown_whole_with_its_clauses():
    counts = opened.workspace().table("counts")
    app = _open(view="lists", list="counts")
    assert not app.exception
    shown = app.dataframe[0].value
    assert len(shown) == len(counts)
    about = shown[shown["事项"].eq("上市型领军名企")].iloc[0]
    assert (about["数"], about["口径"], about["章节"]) == (60, "左右", "专栏4-4")


@pytest.mark.parametrize("name", ["clusters", "counts", "industries", "innovation_platforms"])
def test_lists_of_another_city_are_seen(name, monkeypatch):
    city = ip.Workspace.open("taizhou")
    monkeypatch.setattr(opened, "workspace", lambda: city)
    app = _open(view="lists", list=name)
    assert not app.exception
    assert len(app.dataframe[0].value) == len(city.table(name))
