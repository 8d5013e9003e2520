"""Each page runs on the 乐清 example. Components have no browser here: what they get is tested."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app import opened, state
from platforms.app.plots.shelf import Shelf
from platforms.app.plots.upload import Upload

SCRIPT = state.__file__.replace("state.py", "script.py")
PAGES = ("overview", "parks", "plots", "rules", "targets", "exports")


def _html(app: AppTest) -> str:
    return "\n".join(part.proto.body for part in app.get("html"))


def _page(name: str) -> AppTest:
    code = f"from platforms.app.views import {name}\n{name}.page()\n"
    return AppTest.from_string(code, default_timeout=60)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_runs_and_shows_the_fingerprint_of_its_data(name):
    app = _page(name).run()
    assert not app.exception
    assert "ip-error" not in _html(app)
    captions = [caption.value for caption in app.caption]
    assert any(state.scene_job().result().id in caption for caption in captions)


def test_the_app_opens_on_the_map_with_figures_marks_and_tables():
    app = AppTest.from_file(SCRIPT, default_timeout=60).run()
    assert not app.exception
    page, figures = _html(app), state.scene_job().result().run.figures
    assert "乐清市工业用地规划一张图" in page
    assert "示例数据" in page
    assert f"{figures['reclaimable_mu']:,.2f}" in page
    assert [len(table.value) for table in app.dataframe] == [figures["plots"], 27]


def test_the_language_is_switched_for_this_session_only():
    app = AppTest.from_file(SCRIPT, default_timeout=60).run()
    app.get("button_group")[0].set_value("en").run()
    assert not app.exception
    assert "industrial land on one map" in _html(app)
    assert app.query_params["lang"] == "en"
    assert "工业用地规划一张图" in _html(AppTest.from_file(SCRIPT, default_timeout=60).run())


def test_a_link_opens_on_its_feature_and_language():
    app = AppTest.from_file(SCRIPT, default_timeout=60)
    app.query_params["lang"] = "en"
    app.query_params["at"] = "platforms:YQ-P07"
    app.run()
    assert "Keep and upgrade" in _html(app)
    assert "提升电子电器" in _html(app)


def test_a_plot_is_explained_by_the_rules_with_their_clause():
    app = _page("overview")
    plots = state.scene_job().result().run.plots
    app.query_params["at"] = (
        f"plots:{plots[plots['verdict'].eq('low_efficiency')].iloc[0]['plot_id']}"
    )
    app.run()
    assert "ip-verdict ip-low_efficiency" in _html(app)
    assert "<details>" in _html(app)
    trace = _html(app).split('"ip-trace"')[1]
    assert "第" in trace
    city = opened.workspace()
    titles = {document.id: document.title for document in city.plan.documents}
    assert titles["yq2022"] in trace
    assert "yq2022" not in trace


def test_the_row_of_the_selected_feature_is_selected_in_its_table():
    app = _page("overview")
    app.query_params["at"] = "platforms:YQ-P07"
    app.run()
    scene = state.scene_job().result().id
    rows = app.session_state[f"table-platforms-{scene}-0"]["selection"]["rows"]
    assert app.dataframe[1].value.index[rows[0]] == "YQ-P07"
    assert app.session_state[f"table-plots-{scene}-0"]["selection"]["rows"] == []


@pytest.mark.parametrize("name", ["overview", "plots"])
def test_a_drawing_is_shown_with_its_areas_and_edges(name):
    app = _page(name)
    ring = [[120.96, 28.13], [120.961, 28.13], [120.961, 28.131], [120.96, 28.131]]
    app.session_state["drawing"] = {"id": "a", "ring": ring}
    app.run()
    assert not app.exception
    drawn = ip.measure_ring(ring, opened.workspace())
    page = _html(app)
    assert f"{drawn.area_m2:,.2f} m²" in page
    assert f"{drawn.planar_m2:,.2f} m²" in page
    assert drawn.plane_name in page
    edges = next(table.value for table in app.dataframe if "plane_m" in table.value)
    assert edges["plane_m"].tolist() == drawn.edges["plane_m"].tolist()


@pytest.mark.parametrize(
    "ring", [[["<img src=x>", 1]], [[1, 2], [3, 4]], "abc", 7, [[120, 28]] * 20_000]
)
def test_a_ring_that_is_none_is_a_message(ring):
    app = _page("overview")
    app.session_state["drawing"] = {"id": "a", "ring": ring}
    app.run()
    assert not app.exception
    assert "ip-warning" in _html(app)
    assert "<img" not in _html(app)


@pytest.mark.parametrize(
    ("name", "query"),
    [("targets", "target"), ("moves", "part"), ("parks", "list"), ("parks", "show")],
)
def test_an_address_that_names_nothing_is_told(name, query):
    app = _page(name)
    app.query_params[query] = "<b>none"
    page = _html(app.run())
    assert not app.exception
    assert f"地址中的 {query}=&lt;b&gt;none 在当前数据中没有" in page


def test_a_feature_that_is_gone_is_said_to_be_gone():
    app = _page("overview")
    app.query_params["at"] = "plots:<img src=x>"
    app.run()
    assert not app.exception
    assert "原来选中的对象在当前数据中没有" in _html(app)
    assert "<img" not in _html(app)


def test_every_list_can_be_chosen():
    app = _page("parks")
    for name, rows in {"projects": 32, "firms": 38, "by_town": 25}.items():
        app.query_params["list"] = name
        app.session_state["list"] = name
        app.run()
        assert len(app.dataframe[0].value) >= rows


def test_a_workspace_that_cannot_be_opened_is_a_message(monkeypatch):
    monkeypatch.setenv("PLATFORMS_WORKSPACE", "nowhere<b>")
    monkeypatch.setattr(opened, "_OPEN", {})
    app = AppTest.from_file(SCRIPT, default_timeout=60).run()
    assert not app.exception
    assert "nowhere&lt;b&gt;" in _html(app)


def test_a_fault_of_the_program_is_a_number_and_never_a_traceback(monkeypatch, caplog):
    def broken():
        raise RuntimeError("secret path /srv/data")

    monkeypatch.setattr(opened, "workspace", broken)
    app = AppTest.from_file(SCRIPT, default_timeout=60).run()
    assert not app.exception
    assert "secret" not in _html(app)
    assert "Traceback" not in _html(app)
    (record,) = [r for r in caplog.records if r.exc_info]
    assert record.args[0] in _html(app)


def test_sessions_share_what_is_no_visitors_own(monkeypatch):
    own = Shelf(1)
    monkeypatch.setattr(state, "_own", lambda _name, above=None: own if above is None else above)
    monkeypatch.setattr(state, "looked_at", lambda: None)
    assert state._common("land") is state._common("land") is not own
    assert state._common("land-trials", alone=True) is own
    monkeypatch.setattr(state, "looked_at", lambda: Upload("a.zip", b""))
    assert state._common("land") is own


def test_a_file_that_cannot_be_read_takes_nothing_away():
    bad = Upload("kaputt.zip", b"not a zip")
    app = _page("plots")
    app.session_state["upload"] = bad
    app.run()
    assert "ip-error" in _html(app)
    # the other pages go on showing what they showed
    for name in ("overview", "exports"):
        other = _page(name)
        other.session_state["upload"] = bad
        other.run()
        assert not other.exception
        assert "ip-error" not in _html(other)


def test_a_target_is_shown_with_its_plots_citation_and_what_other_plans_say():
    app = _page("targets")
    app.query_params["target"] = "yq2023-42a"
    app.run()
    assert not app.exception
    page, result = _html(app), state.scene_job().result().run
    assert "整治低效工业用地（2023）" in page
    assert "附件第 42 行 · 2023-01-28" in page
    assert "潜力，不是已完成" in page
    # the same matter in two other documents, each with its own words
    assert "腾出工业用地（2022） 300 亩" in page
    assert "盘活存量建设用地（2025） 3,000 亩" in page
    everything, behind = (part.value for part in app.dataframe)
    assert len(everything) == len(result.targets)
    assert len(behind) == len(ip.target_plots(result, "yq2023-42a"))


def test_a_plot_behind_a_target_leads_to_the_map():
    app = _page("targets")
    app.query_params["target"] = "yq2022-10"
    app.query_params["at"] = "plots:SP-0001"
    app.run()
    assert not app.exception
    assert "点一行" in _html(app)


@pytest.mark.parametrize(
    ("name", "wanted", "document"),
    [
        ("documents", ["yq2023"], "yq2023"),
        ("years", [2022], "yq2022"),
        ("units", ["市人行"], "yq2023"),
    ],
)
def test_targets_are_filtered(name, wanted, document):
    app = _page("targets").run()
    app.multiselect(key=f"target-{name}").set_value(wanted).run()
    assert not app.exception
    targets = state.scene_job().result().run.targets.set_index("target_id")
    shown = targets.loc[app.dataframe[0].value.index]
    assert 0 < len(shown) < len(targets)
    assert set(shown["doc"]) == {document}


def test_filters_of_targets_stand_in_the_address():
    app = _page("targets").run()
    app.multiselect(key="target-years").set_value([2022]).run()
    app.multiselect(key="target-states").set_value(["unknown"]).run()
    assert (app.query_params["year"], app.query_params["state"]) == ("2022", "unknown")
    shown = list(app.dataframe[0].value.index)
    other = _page("targets")
    other.query_params["year"], other.query_params["state"] = "2022", ["unknown", "late"]
    other.run()
    assert not other.exception
    assert list(other.dataframe[0].value.index) == shown
    assert other.multiselect(key="target-years").value == [2022]
    # what the targets do not have is said
    assert "state=late" in _html(other)
    other.multiselect(key="target-years").set_value([]).run()
    assert "year" not in other.query_params
    assert len(other.dataframe[0].value) > len(shown)


def test_a_filter_that_leaves_nothing_is_no_error():
    app = _page("targets").run()
    app.multiselect(key="target-years").set_value([2016 + 4]).run()
    app.multiselect(key="target-units").set_value(["市经信局"]).run()
    assert not app.exception
    assert len(app.dataframe[0].value) == 0


def test_a_target_that_is_gone_gives_way_to_another():
    app = _page("targets")
    app.query_params["target"] = "<img src=x>"
    app.run()
    assert not app.exception
    assert "<img" not in _html(app)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ({"at": "nonsense"}, "at=nonsense"),
        ({"view": "1,2"}, "view=1,2"),
        ({"view": "120.9,28.1,99"}, "view=120.9,28.1,99"),
        ({"view": "120.9,28.1,12.0", "at": "platforms:YQ-P07"}, None),
    ],
)
def test_what_the_address_of_the_map_cannot_mean_is_told(address, told):
    app = _page("overview")
    app.query_params.update(address)
    page = _html(app.run())
    assert not app.exception
    assert (f"地址中的 {told}" in page) if told else ("地址中的" not in page)


@pytest.mark.parametrize(("page", "marked"), [("parks", True), ("plans", False)])
def test_figures_of_documents_are_not_marked_as_made_up(page, marked):
    app = AppTest.from_string(
        "from types import SimpleNamespace\nfrom platforms.app import main\n"
        f"main._show_title(SimpleNamespace(title='页', url_path={page!r}))\n",
        default_timeout=60,
    ).run()
    assert not app.exception
    assert ("示例数据" in _html(app), "示意位置" in _html(app)) == (marked, marked)
    assert "内部资料" in _html(app)
