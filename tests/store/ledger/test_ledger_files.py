"""The ledger goes out as a table and comes back: what differs is written, conflicts are shown."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pandas as pd
import pytest
from ledger_samples import a_run

from platforms import messages
from platforms.errors import CardError, ConflictError, FormatError, InputError, OutputError
from platforms.store.ledger.ledger import LedgerEdit
from platforms.store.ledger.steps import LedgerSteps, ledger_steps


def column(sheet, title):
    return [cell.value for cell in sheet[3]].index(title) + 1


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_was_exported_comes_back_as_nothing_new(filled, tmp_path, lang, ending):
    filled.set(LedgerEdit("A", {"step": "plan", "due": "2026-03-01", "note": "=1+1"}), by="李")
    messages.set_language(lang)
    path = filled.export(tmp_path / f"l.{ending}", name="某县")
    assert filled.bring(path, by="赵") == (3, 0)
    with pytest.raises(OutputError):
        filled.export(path)


def test_the_workbook_has_the_usual_columns_and_its_marks(filled, tmp_path):
    filled.set(LedgerEdit("A", {"unit": "局", "due": "2020-01-01", "note": "=1+1"}), by="李")
    book = openpyxl.load_workbook(filled.export(tmp_path / "l.xlsx", name="某县"))
    assert book.sheetnames == ["地块台账", "分步统计", "里程碑", "逾期清单", "变更历史"]
    sheet = book["地块台账"]
    titles = [cell.value for cell in sheet[3]]
    assert titles[:4] == ["序号", "地块编号", "乡镇街道", "企业名称"]
    assert titles[-1] == "版本"
    assert "工具自定" in sheet["A2"].value
    assert sheet.cell(4, column(sheet, "状态")).value == "认定"
    note = sheet.cell(4, column(sheet, "备注"))
    assert (note.value, note.data_type) == ("=1+1", "s")
    assert [row[1] for row in book["逾期清单"].iter_rows(min_row=4, values_only=True)] == ["A"]


def test_the_history_has_the_digits_of_the_plots(filled, tmp_path):
    filled.take(a_run([("A", "low_efficiency", 10.123456), ("B", "low_efficiency", 20.0),
                       ("C", "low_efficiency", 30.0)]), by="赵")  # fmt: skip
    book = openpyxl.load_workbook(filled.export(tmp_path / "l.xlsx"))
    sheet = book["变更历史"]
    titles = [cell.value for cell in sheet[3]]
    rows = [dict(zip(titles, row, strict=True))
            for row in sheet.iter_rows(min_row=4, values_only=True)]  # fmt: skip
    changed = {row["字段"]: (row["原值"], row["新值"]) for row in rows if row["原值"]}
    assert changed["面积（亩）"] == ("10.0000", "10.1235")
    assert changed["面积（m²）"] == ("6,666.67", "6,748.97")
    # what programs read keeps all digits
    assert "10.123456" in set(filled.history("A")["became"])


def test_an_edited_workbook_is_taken_and_an_old_one_refused(filled, tmp_path):
    path = filled.export(tmp_path / "l.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["地块台账"]
    sheet.cell(5, column(sheet, "责任单位")).value = "乙局"
    sheet.cell(5, column(sheet, "状态")).value = "实施"
    book.save(path)
    assert filled.bring(path, by="赵", why="月报") == (3, 1)
    last = filled.history("B").tail(2)
    assert set(last["what"]) == {"import"}
    assert set(last["became"]) == {"乙局", "act"}
    filled.set(LedgerEdit("A", {"unit": "甲局"}), by="李")
    sheet.cell(4, column(sheet, "责任单位")).value = "丙局"
    book.save(path)
    with pytest.raises(ConflictError) as caught:
        filled.bring(path, by="赵")
    assert {one["key"] for one in caught.value.fields["conflicts"]} == {"A"}


def test_a_merged_cell_says_the_same_of_each_of_its_rows(filled, tmp_path):
    path = filled.export(tmp_path / "l.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["地块台账"]
    at = column(sheet, "责任单位")
    sheet.cell(4, at).value = "经信局"
    sheet.merge_cells(start_row=4, end_row=6, start_column=at, end_column=at)
    book.save(path)
    assert filled.bring(path, by="李") == (3, 3)
    assert filled.plots()["unit"].tolist() == ["经信局"] * 3
    # ids that are merged are refused and not left out
    book = openpyxl.load_workbook(filled.export(tmp_path / "m.xlsx"))
    at = column(book["地块台账"], "地块编号")
    book["地块台账"].merge_cells(start_row=4, end_row=5, start_column=at, end_column=at)
    book.save(tmp_path / "m.xlsx")
    with pytest.raises(InputError) as caught:
        filled.bring(tmp_path / "m.xlsx", by="李")
    assert caught.value.key == "ledger.plot_twice"


def test_a_wrong_line_is_named(filled, tmp_path):
    path = tmp_path / "l.csv"
    pd.DataFrame({"地块编号": ["A", "B"], "状态": ["方案", "想象"]}).to_csv(path, index=False)
    with pytest.raises(InputError, match="第 3 行") as caught:
        filled.bring(path, by="赵")
    assert "想象" in str(caught.value)
    assert set(filled.plots()["step"]) == {"identify"}
    pd.DataFrame({"plot_id": ["Z"], "unit": ["x"]}).to_csv(path, index=False)
    with pytest.raises(InputError, match="Z"):
        filled.bring(path, by="赵")
    pd.DataFrame({"a": ["A"], "b": ["x"]}).to_csv(path, index=False)
    with pytest.raises(FormatError):
        filled.bring(path, by="赵")


def test_all_wrong_lines_are_named_at_once(filled, tmp_path):
    path = tmp_path / "l.csv"
    given = {"地块编号": ["A", "B", "C"], "完成时限": ["昨天", "2026-03-01", "0001-01-01"]}
    pd.DataFrame(given).to_csv(path, index=False)
    with pytest.raises(InputError, match="第 2 行：“昨天”") as caught:
        filled.bring(path, by="赵")
    assert "第 4 行：“0001-01-01”" in str(caught.value)
    assert set(filled.plots()["due"]) == {""}


def test_a_milestone_of_all_units_says_so_in_the_workbook(filled, tmp_path):
    filled.set_milestone("2099-Q1", "plan", plots=1, by="王")
    sheet = openpyxl.load_workbook(filled.export(tmp_path / "l.xlsx"))["里程碑"]
    assert sheet.cell(4, column(sheet, "责任单位")).value == "全部"


def test_the_shipped_steps_are_those_of_the_office():
    steps = ledger_steps()
    titles = [step.title.zh for step in steps.steps]
    assert titles == ["摸排", "认定", "方案", "实施", "验收", "销号"]
    assert steps.entry("low_efficiency") == "identify"
    assert steps.closed == {"close"}
    assert steps.named("销号") == steps.named("Closed") == steps.named("close") == "close"


def test_a_workspace_has_steps_of_its_own(tmp_path):
    city = tmp_path / "city"
    (city / "geo").mkdir(parents=True)
    (city / "layers" / "ledger").mkdir(parents=True)
    (city / "layers" / "plan.yaml").write_text("name: x\n", encoding="utf-8")
    file = city / "layers" / "ledger" / "steps.yaml"
    text = (
        "method: own\ntitle: {zh: 步骤, en: Steps}\nofficial: true\ndate: 2026-01-01\nsteps:\n"
        "  - {id: begin, title: {zh: 开始, en: Begin}, takes: [low_efficiency]}\n"
        "  - {id: end, title: {zh: 结束, en: End}, closed: true}\n"
    )
    file.write_text(text, encoding="utf-8")
    assert ledger_steps(str(city)).ids == ("begin", "end")
    file.write_text(text.replace("closed: true", "closed: false"), encoding="utf-8")
    with pytest.raises(CardError):
        ledger_steps(str(city))


def test_a_step_that_is_gone_is_still_shown(filled):
    steps = filled.steps.model_dump()
    steps["steps"] = [one for one in steps["steps"] if one["id"] != "identify"]
    filled.__dict__["steps"] = LedgerSteps.model_validate(steps)
    counts = filled.counts().set_index("step")
    assert counts.loc["identify", "plots"] == 3
    assert filled.steps.title_of("identify") == "identify"


def test_a_due_date_is_a_day_that_a_spreadsheet_reckons_with(filled, tmp_path):
    filled.set([LedgerEdit("A", {"due": "2026-03-01"})], by="李")
    filled.set_milestone("2026-Q2", "close", plots=1, by="李")
    path = filled.export(tmp_path / "l.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["地块台账"]
    cell = sheet.cell(4, column(sheet, "完成时限"))
    assert (cell.value.date(), cell.is_date) == (dt.date(2026, 3, 1), True)
    assert sheet.cell(5, cell.column).value is None
    goals = book["里程碑"]
    assert goals.cell(4, column(goals, "截止日")).value.date() == dt.date(2026, 6, 30)
    # read back it is the same day, and another when somebody writes another
    assert filled.bring(path, by="赵") == (3, 0)
    sheet.cell(5, cell.column).value = dt.date(2026, 4, 2)
    book.save(path)
    assert filled.bring(path, by="赵") == (3, 1)
    assert filled.plots()["due"].tolist() == ["2026-03-01", "2026-04-02", ""]
    assert "2026-03-01" in filled.export(tmp_path / "l.csv").read_text(encoding="utf-8-sig")
