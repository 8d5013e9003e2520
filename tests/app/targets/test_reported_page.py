"""A visitor's reported values stand beside the targets, or are refused with the row at fault."""

from __future__ import annotations

import hashlib
import html
import io

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app import opened, state
from platforms.app.plots.upload import Upload
from platforms.app.targets.target_board import make_board
from platforms.app.targets.target_intake import template
from platforms.errors import TableError

HEAD = "target_id,value,unit,date,source,author\n"
GOOD = HEAD + "yq2022-10,150,亩,2022-06,快报,甲\n"


def _html(app):
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


def _page(name):
    code = f"from platforms.app.views import {name}\n{name}.page()\n"
    return AppTest.from_string(code, default_timeout=60)


def _give(app, text, name="上报.csv"):
    app.file_uploader[0].upload(name, text.encode(), "text/csv")
    return app.run()


def test_reports_are_those_that_the_library_reads(scene, tmp_path):
    path = tmp_path / "上报.csv"
    path.write_text(GOOD, encoding="utf-8")
    city = scene.run.workspace
    told = ip.target_standing(scene.run, reported=ip.read_reported(path, city))
    board = make_board(city, scene, Upload("上报.csv", GOOD.encode()))
    pd.testing.assert_frame_equal(board.status, told)
    assert board.id != scene.id
    assert scene.run.targets["reported"].isna().all()


def test_a_file_is_taken_and_taken_back():
    app = _page("targets")
    app.query_params["target"] = "yq2022-10"
    app = _give(app.run(), GOOD)
    assert not app.exception
    assert "2022-06：150.0 亩（快报，甲）" in _html(app)
    assert r"正在使用 上报\.csv" in app.expander[0].label
    assert app.dataframe[0].value.loc["yq2022-10", "上报值"] == 150
    app.button(key="reports-forget").click().run()
    assert "快报" not in _html(app)
    assert pd.isna(app.dataframe[0].value.loc["yq2022-10", "上报值"])


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "yq2022-10,150,公顷,2022-06,快报,甲\n", "第 2 行"),
        (HEAD + "没有,150,亩,2022-06,快报,甲\n", "没有"),
        (HEAD + "yq2022-10,十五,亩,2022-06,快报,甲\n", "不是数字"),
        (HEAD + "yq2022-10,150,亩,2022-06,,甲\n", "为空"),
        ("a,b\n1,2\n", "缺少列"),
        ("", "空文件"),
    ],
)
def test_a_file_with_a_fault_is_refused_kindly_and_takes_nothing_away(text, said):
    app = _give(_page("targets").run(), text)
    assert not app.exception
    page = _html(app)
    assert "ip-error" in page
    assert said in page
    assert "这个文件没有采用" in page
    assert "现在没有使用上传的上报值" in page
    assert len(app.dataframe[0].value) == len(state.scene_job().result().run.targets)
    assert app.dataframe[0].value["上报值"].isna().all()


def test_a_bad_file_leaves_the_good_one_before_it():
    app = _give(_page("targets").run(), GOOD)
    app.session_state["reports"] = Upload("坏.csv", b"a,b\n1,2\n")
    app.run()
    assert "ip-error" in _html(app)
    assert "正在使用 上报.csv" in _html(app)
    assert app.dataframe[0].value.loc["yq2022-10", "上报值"] == 150


def test_a_box_that_a_browser_empties_before_it_fills_it_takes_nothing_away():
    app = _give(_page("targets").run(), GOOD)
    app.file_uploader[0].clear()
    app.run()
    assert "正在使用 上报.csv" in _html(app) or r"正在使用 上报\.csv" in app.expander[0].label
    assert app.dataframe[0].value.loc["yq2022-10", "上报值"] == 150
    app = _give(app, "a,b\n1,2\n", "坏.csv")
    assert "ip-error" in _html(app)
    assert app.dataframe[0].value.loc["yq2022-10", "上报值"] == 150


def test_the_row_of_the_target_beside_the_table_is_ticked():
    asked = str(_page("targets").run().dataframe[0].value.index[3])
    app = _page("targets")
    app.query_params["target"] = asked
    table = app.run().dataframe[0]
    mark = hashlib.sha256("\n".join(map(str, table.value.index)).encode()).hexdigest()[:10]
    key = f"targets-{state.scene_job().result().id}-{mark}"
    assert table.value.index[3] == asked
    assert app.session_state[key]["selection"]["rows"] == [3]


def test_the_map_and_the_ledger_say_what_the_targets_page_says():
    given = Upload("上报.csv", GOOD.encode())
    for name, told in {
        "overview": "150.00 / 300",
        "exports": "含本次上传的上报值（上报.csv）",
    }.items():
        app = _page(name)
        app.session_state["reports-read"] = given
        app.run()
        assert not app.exception
        assert told in _html(app)


def test_the_form_is_read_once_it_is_filled(board, tmp_path):
    rows = pd.read_csv(io.BytesIO(template(board.status)), dtype="str")
    assert len(rows) == len(board.status)
    filled = rows[rows["target_id"].eq("yq2022-10")].assign(
        value="150", date="2022-06", source="快报", author="甲"
    )
    path = tmp_path / "filled.csv"
    filled.to_csv(path, index=False, encoding="utf-8-sig")
    assert ip.read_reported(path, board.workspace)["value"].tolist() == [150.0]
    # a form that nobody filled is refused, not read as zeros
    path.write_bytes(template(board.status))
    with pytest.raises(TableError):
        ip.read_reported(path, board.workspace)


@pytest.fixture
def outline(monkeypatch, bare):
    """The app opened on a workspace that has targets and no plots."""
    monkeypatch.setenv("PLATFORMS_WORKSPACE", bare)
    monkeypatch.setattr(opened, "_OPEN", {})


@pytest.mark.usefixtures("outline")
@pytest.mark.parametrize("name", ["overview", "parks", "plots", "rules", "exports"])
def test_a_workspace_without_plots_says_so_kindly(name):
    app = _page(name).run()
    assert not app.exception
    assert "台州市的工作区没有地块" in _html(app)
    assert "ip-error" not in _html(app)


@pytest.mark.usefixtures("outline")
def test_targets_without_plots_are_listed_filtered_and_reported():
    app = _page("targets").run()
    assert not app.exception
    assert "ip-error" not in _html(app)
    city = opened.workspace()
    assert len(app.dataframe[0].value) == len(ip.target_standing(city)) == 22
    first = str(app.dataframe[0].value.index[0])
    row = ip.target_standing(city).set_index("target_id").loc[first]
    unit = "" if pd.isna(row["unit"]) else row["unit"]
    app = _give(app, f"{HEAD}{first},1,{unit},2022,年报,乙\n")
    assert not app.exception
    assert "ip-error" not in _html(app)
    assert app.dataframe[0].value.loc[first, "上报值"] == 1


@pytest.mark.usefixtures("outline")
def test_the_server_warms_nothing_where_there_are_no_plots(caplog):
    state.warm()
    assert not [record for record in caplog.records if record.name == state.__name__]


@pytest.mark.usefixtures("outline")
def test_the_whole_app_opens_without_plots():
    app = AppTest.from_file(state.__file__.replace("state.py", "script.py"), default_timeout=60)
    app.run()
    assert not app.exception
    assert "台州市工业用地规划一张图" in _html(app)
    assert "没有地块" in _html(app)


def test_a_tick_that_was_taken_away_takes_its_details_with_it():
    page = "from platforms.app.views import targets\ntargets.page()\n"
    app = AppTest.from_string(page, default_timeout=60).run()
    assert "在表格中选一行" not in _html(app)
    # as the table's callback leaves it
    app.session_state["target-none"] = True
    app.run()
    assert not app.exception
    assert "在表格中选一行" in _html(app)
    # a link still opens its target
    app.query_params["target"] = "yq2023-42a"
    assert "附件第 42 行" in _html(app.run())
