"""What the boxes of the page 台账 say: beside the button that was pressed, and why one is shut."""

from __future__ import annotations

import html

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app.ledger import plot_list
from platforms.errors import InputError

PAGE = "from platforms.app.views import ledger\nledger.page()\n"
PDF = b"%PDF-1.4\n"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def filled(example_ledger, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    return example_ledger(tmp_path)


@pytest.fixture
def page():
    app = AppTest.from_string(PAGE, default_timeout=90)
    app.query_params["plot"] = "SP-0003"
    return app


def named(app, name="李"):
    return app.text_input("ledger-who").set_value(name).run()


def words(block):
    return html.unescape("\n".join(part.proto.body for part in block.get("html")))


def box(app, part):
    """Return the words of the box whose button has a label."""
    assert not app.exception
    (found,) = [one for one in app.get("popover") if part in one.proto.popover.label]
    return words(found)


def button(app, part):
    (found,) = [one for one in app.button if part in str(one.key)]
    return found


def attach(app, name, data):
    (file,) = [one for one in app.file_uploader if "ledger-attach" in str(one.key)]
    file.set_value((name, data, "application/pdf")).run()
    return button(app, "ledger-attach-do").click().run()


def test_a_wrong_period_is_said_in_its_box_as_it_was_typed(filled, page):
    app = named(page.run())
    app.text_input("goal-0-period").set_value("<b>x</b>")
    app.number_input("goal-0-plots").set_value(5)
    app = button(app, "goal-0-do").click().run()
    assert "“<b>x</b>”不是月份或季度" in box(app, "定里程碑")
    assert words(app).count("不是月份或季度") == 1
    # it stands there until something else is done
    assert "不是月份或季度" in box(app.run(), "定里程碑")


def test_a_file_that_is_refused_is_said_in_its_box(filled, page):
    app = attach(named(page.run()), "页.pdf", b"<html>")
    assert "不属于可附的种类" in box(app, "添加附件")
    assert words(app).count("不属于可附的种类") == 1


def test_an_undo_that_is_refused_is_said_in_its_box(filled, page, monkeypatch):
    filled.set(ip.LedgerEdit("SP-0003", {"unit": "乐成街道"}), by="赵")
    app = named(page.run())

    def refused(*_, **__):
        raise InputError("ledger.act_unknown", act="x")

    monkeypatch.setattr(ip.Ledger, "undo", refused)
    app = button(app, "ledger-undo-do").click().run()
    assert "历史中没有操作 x" in box(app, "撤销最近一次改动")


def test_an_undo_of_what_is_not_the_last_any_more_is_said_beside_the_box(filled, page):
    filled.set(ip.LedgerEdit("SP-0003", {"unit": "乐成街道"}), by="赵")
    app = named(page.run())
    filled.set(ip.LedgerEdit("SP-0003", {"unit": "市经信局"}), by="赵")
    app = button(app, "ledger-undo-do").click().run()
    # the box is that of another act, and shut
    assert "不能直接撤销" not in box(app, "撤销最近一次改动")
    assert words(app).count("不能直接撤销") >= 1


def test_a_workbook_that_cannot_be_read_is_said_in_its_box(filled, page):
    app = named(page.run())
    (file,) = [one for one in app.file_uploader if str(one.key).startswith("ledger-file-")]
    file.set_value(("x.csv", "地块,数\nA,1\n".encode(), "text/csv")).run()
    app = button(app, "ledger-file-do").click().run()
    assert "没有台账表" in box(app, "导入")


def test_a_workbook_that_comes_back_says_which_of_its_parts_were_not_read(filled, page, tmp_path):
    path = filled.export(tmp_path / "ledger.xlsx", name="乐清市")
    book = openpyxl.load_workbook(path)
    book.worksheets[0].cell(4, _column(book.worksheets[0], "责任单位")).value = "市经信局"
    book["里程碑"].append([1, "2027-Q1", None, "销号", None, 50])
    book.save(path)
    app = named(page.run())
    assert "其余工作表也不读入" in box(app, "导入")
    (file,) = [one for one in app.file_uploader if str(one.key).startswith("ledger-file-")]
    file.set_value((path.name, path.read_bytes(), _XLSX)).run()
    app = button(app, "ledger-file-do").click().run()
    assert "改动 1 宗" in words(app)
    assert "里程碑等其余工作表也未读入" in words(app)
    assert filled.milestones().empty


def _column(sheet, title):
    return next(cell.column for cell in sheet[3] if cell.value == title)


@pytest.mark.parametrize("label", ["定里程碑", "导入", "撤销最近一次改动", "添加附件"])
def test_a_shut_button_says_that_a_name_is_asked_for(filled, page, label):
    filled.set(ip.LedgerEdit("SP-0003", {"unit": "乐成街道"}), by="赵")
    app = page.run()
    assert "请先在上方填写姓名" in box(app, label)
    assert "请先在上方填写姓名" not in box(named(app), label)


def test_a_file_is_told_under_the_name_that_it_is_kept_by(filled, page):
    app = attach(named(page.run()), "pass\u202egnp.pdf", PDF)
    [kept] = filled.attachments("SP-0003")["name"]
    assert f"{kept} 已附上" in words(app)
    assert "\u202e" not in words(app)


def test_one_size_is_said_in_the_box_of_files(filled, page):
    app = page.run()
    (file,) = [one for one in app.file_uploader if "ledger-attach" in str(one.key)]
    assert file.proto.max_upload_size_mb == filled.file_kinds.most_mb


def test_a_name_is_asked_for_once_a_visit(filled, page):
    app = named(page.run(), "李敏")

    def elsewhere():
        from platforms.app.scenarios.keeping import store
        from platforms.app.scenarios.kept_list import show_arrival

        show_arrival(store())

    other = AppTest.from_function(elsewhere, default_timeout=60)
    for key in ("ledger-name", "scenario-author"):
        if key in app.session_state:
            other.session_state[key] = app.session_state[key]
    assert other.run().text_input("scenario-who").value == "李敏"


def test_what_was_not_touched_is_not_said_to_be_wanted(filled, page):
    app = named(page.run())
    (unit,) = [one for one in app.text_input if str(one.key).startswith("ledger-unit-")]
    filled.set(ip.LedgerEdit("SP-0003", {"unit": "乐成街道", "note": "已发函"}), by="赵")
    unit.set_value("市经信局")
    (save,) = [one for one in app.button if str(one.key).startswith("ledger-save-")]
    told = words(save.click().run())
    rows = {row.split("</td>")[0]: row for row in told.split("<tr><td>")[1:]}
    assert rows["责任单位"].split("<td>")[-1].startswith("<b>市经信局</b>")
    assert rows["备注"].split("<td>")[-1].startswith("<span>不改</span>")


def test_filters_that_leave_nothing_say_so(filled, page):
    page.query_params["overdue"] = "1"
    app = page.run()
    assert "没有符合筛选条件的地块" in words(app)
    assert not [one for one in app.dataframe if one.value.empty]


def test_a_step_that_is_none_is_named(filled, page):
    page.query_params["step"] = "zzz"
    assert "step=zzz 在当前数据中没有" in words(page.run())


def test_the_way_back_undoes_choosing_a_plot(filled, page, monkeypatch):
    app = page.run()
    assert app.session_state["ledger-picked"] == ["SP-0003"]
    monkeypatch.setattr(plot_list, "went_back", lambda: True)
    del app.query_params["plot"]
    app.run()
    assert app.session_state["ledger-picked"] == []
    assert "plot" not in app.query_params
    app.query_params["plot"] = "SP-0003"
    app.run()
    assert app.session_state["ledger-picked"] == ["SP-0003"]


def test_the_way_back_of_a_filter_leaves_several_plots_chosen(filled, page, monkeypatch):
    del page.query_params["plot"]
    both = ["SP-0003", "SP-0035"]
    page.session_state["ledger-picked"] = both
    page.run()
    monkeypatch.setattr(plot_list, "went_back", lambda: True)
    assert page.run().session_state["ledger-picked"] == both


def test_one_overdue_plot_colours_its_share_of_a_bar(filled, page):
    filled.set(ip.LedgerEdit("SP-0003", {"due": "2020-01-01"}), by="赵")
    bars = words(page.run())
    share = 100 / len(filled.plots())
    assert (
        f"background:#1f4e79;background-image:linear-gradient(90deg,#b3541e max(2px,{share:.1f}%)"
        in bars
    )


def test_taking_back_a_milestone_is_said_as_that(filled, page):
    filled.set_milestone("2099-Q1", "close", plots=5, by="王")
    app = named(page.run())
    app.text_input("goal-0-period").set_value("2099-Q1")
    app = button(app, "goal-0-do").click().run()
    assert "里程碑已取消" in words(app)
    assert filled.milestones().empty
