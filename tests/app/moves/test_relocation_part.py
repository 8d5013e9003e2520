"""搬迁 on the page: settings in the address, a search with its answer, locks, files."""

from __future__ import annotations

import io
import threading

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms import messages
from platforms.app.moves.move_result import FILES, Asked, inputs_of, make_file
from platforms.app.moves.move_settings import Wanted
from platforms.app.moves.move_tables import Given, locks_key, read_tables
from platforms.app.moves.relocation import work
from platforms.app.plots.upload import Upload
from platforms.app.sheet import Sheet
from platforms.errors import PlatformsError

CODE = "from platforms.app.views import moves\nmoves.page()\n"
FIRMS = (
    "firm_id,name,lon,lat,industry,demand_mu\n"
    "F1,<img src=x onerror=alert(1)>,120.90,28.10,电气,4\n"
    "F2,乙厂,120.91,28.10,电气,4\n"
    "F3,丙厂,120.92,28.10,电气,4\n"
)
PARKS = (
    "park_id,name,lon,lat,capacity_mu,admits\nP1,东园,120.90,28.11,6,*\nP2,西园,120.92,28.11,6,*\n"
)
NO_LOCKS = pd.DataFrame(columns=["firm_id", "lock", "park_id"])


def _html(app: AppTest) -> str:
    return "\n".join(part.proto.body for part in app.get("html"))


def _page(**query: object) -> AppTest:
    app = AppTest.from_string(CODE, default_timeout=60)
    app.query_params["part"] = "relocation"
    for name, value in query.items():
        app.query_params[name] = value
    return app


def _given(firms: str = FIRMS, parks: str = PARKS, locks: str | None = None) -> Given:
    files = {"firms": firms, "parks": parks, "locks": locks}
    return Given(**{k: Upload(f"{k}.csv", v.encode()) for k, v in files.items() if v is not None})


def _solved(app: AppTest) -> AppTest:
    app.button(key="move-start").click().run()
    assert not app.exception
    assert app.session_state["search-relocation"].job.wait(60)
    return app.run()


@pytest.fixture(scope="module")
def city() -> ip.Workspace:
    return ip.Workspace.open("yueqing")


def test_the_address_sets_weights_distance_and_time():
    app = _page(w=["fit:5", "sending:2.5"], km="12", s="20").run()
    assert not app.exception
    assert app.number_input(key="move-w-fit").value == 5
    assert app.number_input(key="move-w-sending").value == 2.5
    assert app.number_input(key="move-w-distance").value == 1
    assert app.number_input(key="move-km").value == 12
    assert app.number_input(key="move-seconds").value == 20


def test_a_changed_weight_stands_in_the_address_and_goes_back():
    app = _page().run()
    app.number_input(key="move-w-plan").set_value(3.0).run()
    assert app.query_params["w"] == "plan:3"
    app.button(key="move-reset").click().run()
    assert "w" not in app.query_params
    assert app.number_input(key="move-w-plan").value == 0


@pytest.mark.parametrize("word", ["fit:x", "nothing:3", "fit:-1", "fit:nan", "fit:1e99", "::"])
def test_an_address_that_cannot_be_meant_changes_nothing(word):
    app = _page(w=word, km="-3", s="0").run()
    assert not app.exception
    assert "ip-error" not in _html(app)
    assert app.number_input(key="move-w-fit").value == 0
    assert app.number_input(key="move-km").value is None
    assert app.number_input(key="move-seconds").value == 60


def test_nothing_is_solved_before_somebody_asks_and_then_all_is_shown():
    app = _page().run()
    assert "search-relocation" not in app.session_state
    assert "示例数据" in _html(app)
    app = _solved(app)
    found = app.session_state["search-relocation"].job.result()
    page = _html(app)
    assert f"<b>{len(found.assignments):,}</b>" in page
    assert f"{found.bound:,.2f}" in page
    tables = [len(table.value) for table in app.dataframe]
    assert tables[1:4] == [len(found.assignments), len(found.parks), len(found.unassigned)]
    app.number_input(key="move-w-fit").set_value(2.0).run()
    assert "设置在上次求解之后改过" in _html(app)


def test_an_answer_is_asked_for_again_where_its_address_is_opened_anew():
    asked = _solved(_page(s="5").run())
    assert asked.query_params["moved"] == "1"
    anew = _page(s="5", moved="1").run()
    assert not anew.exception
    assert anew.session_state["search-relocation"].job.wait(60)
    first, second = (app.session_state["search-relocation"].job.result() for app in (asked, anew))
    assert second.objective == first.objective


def test_an_answer_to_files_is_not_in_the_address():
    app = _page(moved="1")
    app.session_state["move-files"] = _given()
    assert "search-relocation" not in app.run().session_state


def test_what_the_address_names_and_cannot_be_is_said():
    page = _html(_page(w=["fit:5", "nonsense:3"], km="far", plan="never").run())
    assert "w=nonsense:3、plan=never、km=far" in page
    assert "fit:5" not in page


def test_files_of_the_visitor_are_solved_and_their_words_are_text():
    app = _page()
    app.session_state["move-files"] = _given()
    app = _solved(app.run())
    found = app.session_state["search-relocation"].job.result()
    assert not found.sample
    assert found.unassigned["reason"].tolist() == ["fragmentation"]
    page = _html(app)
    assert "<img" not in page
    assert "firms.csv" in page


def test_a_file_that_cannot_be_read_is_a_message_and_leaves_no_result():
    app = _page()
    app.session_state["move-files"] = _given(firms="nothing\nat all\n")
    app.run()
    assert not app.exception
    assert "ip-error" in _html(app)
    assert not [button for button in app.button if button.key == "move-start"]


def test_locks_that_contradict_are_named_and_fall_when_asked(city):
    locks = "firm_id,park_id,lock\nF1,P1,in\nF1,P1,out\n"
    app = _page()
    app.session_state["move-files"] = _given(locks=locks)
    app = _solved(app.run())
    page = _html(app)
    assert "锁定相互矛盾，没有求解" in page
    assert "与另一项锁定矛盾" in page
    app.checkbox(key="move-relax").check().run()
    assert app.query_params["relax"] == "1"
    app = _solved(app)
    assert "已放弃下列锁定" in _html(app)


def test_a_stopped_search_keeps_its_best(city):
    stop = threading.Event()
    stop.set()
    data = read_tables(city, Given())
    found = work(data, Wanted(), NO_LOCKS)(lambda _: None, stop)
    assert found.ended in {"stopped", "gap", "proved"}
    assert found.objective >= found.bound
    assert len(found.assignments) + len(found.unassigned) == len(found.firms)


def test_progress_is_reported(city):
    steps = []
    work(read_tables(city, Given()), Wanted(), NO_LOCKS)(steps.append, threading.Event())
    assert steps
    assert steps[-1].best >= steps[-1].bound - 1e-6


@pytest.mark.long
@pytest.mark.parametrize("ending", list(FILES))
def test_each_file_can_be_made_in_the_language_asked(city, ending):
    found = ip.relocate(read_tables(city, _given()), effort=ip.SearchEffort(seconds=5))
    sheet = Sheet(ip.relocation_document(city, found), city)
    data = make_file(city, found, sheet, ending, "en")
    assert ip.language() == "zh_CN"
    if ending == "xlsx":
        firms = pd.read_excel(io.BytesIO(data), sheet_name="Firms", header=None)
        (head,) = np.flatnonzero(firms[0].eq("Firm id"))
        table = firms.iloc[head + 1 :].set_axis(firms.iloc[head], axis=1)
        # firms stand in towns of the workspace
        assert set(table["Town now"]) <= set(city.layer("towns")["name"])
        assert table["Reason"].notna().equals(table["Explanation"].notna())
    if ending == "csv":
        rows = pd.read_csv(io.BytesIO(data))
        assert sorted(rows["firm_id"]) == ["F1", "F2", "F3"]
    assert len(data) > 100


def test_what_a_document_carries_is_read_back(city):
    found = ip.relocate(read_tables(city, _given()), effort=ip.SearchEffort(seconds=5))
    for compress in (True, False):
        sheet = Sheet(ip.relocation_document(city, found, compress=compress), city)
        parks = sheet.frame("moving_parks").set_index("park_id")
        assert parks["capacity_mu"].tolist() == [6, 6]
        assert sheet.frame("flows")["mu"].sum() == 8
        assert sheet.frame("nothing") is None


def test_locks_have_a_fingerprint_that_follows_them():
    one = pd.DataFrame({"firm_id": ["F1"], "lock": ["in"], "park_id": ["P1"]})
    assert locks_key(one) == locks_key(one.copy())
    assert locks_key(one) != locks_key(one.assign(park_id="P2"))
    assert locks_key(one) != locks_key(NO_LOCKS)


def test_a_workspace_without_tables_says_so(bare):
    with pytest.raises(PlatformsError):
        read_tables(ip.Workspace.open(bare), Given())


def test_what_went_in_is_named_as_the_visitor_knows_it(city):
    given = _given()
    locks = pd.DataFrame({"firm_id": ["F1"], "lock": ["in"], "park_id": ["P1"]})
    found = work(read_tables(city, given), Wanted(), locks)(lambda _: None, threading.Event())
    asked = Asked(city.fingerprint, given, Wanted(), locks_key(locks), 1)
    told = {one.name: one for one in inputs_of(city, found, asked)}
    assert told["firms"].source == "firms.csv"
    assert not told["parks"].sample
    assert told["locks"].rows == 1
    assert told["locks"].source == messages.text("moves_page.move.locks_typed")
    found = work(read_tables(city, given), Wanted(), NO_LOCKS)(lambda _: None, threading.Event())
    bare = inputs_of(city, found, Asked(city.fingerprint, given, Wanted(), locks_key(NO_LOCKS), 0))
    assert {one.name for one in bare} == {"firms", "parks"}


def test_the_plans_directions_can_be_left_out():
    app = _page(plan="off").run()
    assert app.selectbox(key="move-plan").value == "off"
    app.selectbox(key="move-plan").set_value("").run()
    assert "plan" not in app.query_params
    assert "ip-error" not in _html(app)


def test_an_answer_is_kept_as_a_scenario(city, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "store.gpkg"))
    app = _page()
    app.session_state["move-files"] = _given()
    app = _solved(app.run())
    # a form that was sent is another one afterwards
    (name,) = [one for one in app.text_input if one.key.startswith("keep-name-relocation")]
    (save,) = [one for one in app.button if one.key.startswith("keep-save-relocation")]
    name.set_value("试排")
    save.click().run()
    assert "ip-error" not in _html(app)
    kept = ip.open_store("yueqing").kept("试排")
    assert kept.scenario.kind == "relocation"
    assert {one.source for one in kept.scenario.inputs} == {"firms.csv", "parks.csv"}
