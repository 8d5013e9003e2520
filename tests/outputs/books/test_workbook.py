from __future__ import annotations

import dataclasses
import datetime as dt

import openpyxl
import pytest

from platforms.outputs.books.workbook import save_workbook


@pytest.fixture(scope="module")
def book(example, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "ledger.xlsx"
    save_workbook(example, path, day=dt.date(2026, 1, 2))
    return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)


def _table(sheet, top=3):
    heads = [cell.value for cell in sheet[top]]
    return [
        dict(zip(heads, [c.value for c in row], strict=True))
        for row in sheet.iter_rows(min_row=top + 1)
    ]


def test_the_sheets_are_those_of_a_county_office(book):
    assert book[0].sheetnames == [
        "概况", "地块台账", "地块明细", "认定依据", "分乡镇", "分平台", "分片区", "可腾退用地",
        "用地汇总", "连片区块", "占补平衡", "限制重叠", "测算参数", "目标对账", "产业平台", "重点项目", "培育企业", "认定规则", "问题清单", "数据来源",
    ]  # fmt: skip


def test_the_key_figures_are_those_of_the_run(book, example):
    rows = {row[0].value: row[1].value for row in book[1]["概况"].iter_rows(min_row=4)}
    assert rows["地块"] == example.figures["plots"]
    assert rows["椭球面积（亩）"] == example.figures["area_mu"]
    assert rows["可腾退用地（亩）"] == example.figures["reclaimable_mu"]
    assert rows["低效（亩）"] == example.figures["low_efficiency_mu"]


def test_one_row_a_plot_with_the_printed_area(book, example):
    rows = _table(book[1]["地块台账"])
    assert [row["地块编号"] for row in rows] == example.plots["plot_id"].tolist()
    assert [row["椭球面积（m²）"] for row in rows] == example.plots["area_m2"].tolist()
    shown = {"低效": "low_efficiency", "非低效": "not", "情况不明": "unknown"}
    assert [shown[row["认定结果"]] for row in rows] == example.plots["verdict"].tolist()


def test_sample_is_marked_on_every_sheet(book):
    for name in book[1].sheetnames:
        sheet = book[1][name]
        assert any(
            "示例数据" in str(cell.value) for row in sheet.iter_rows(max_row=2) for cell in row
        ), name
        assert "示例数据" in sheet.oddFooter.left.text


def test_sums_are_formulas_that_carry_the_value_of_the_run(book, example):
    formulas, values = _table(book[0]["分乡镇"]), _table(book[1]["分乡镇"])
    by_town = example.towns.set_index("town")
    assert len(values) == len(example.towns) + 1
    for formula, value in zip(formulas[:-1], values[:-1], strict=True):
        town = value["分组"] if "分组" in value else value["乡镇街道"]
        wanted = by_town.loc["" if town == "（未归属）" else town]
        assert str(formula["可腾退面积（亩）"]).startswith("=ROUND(SUMIFS(")
        assert value["可腾退面积（亩）"] == wanted["reclaimable_mu"]
        assert value["地块数"] == wanted["plots"]
    assert values[-1]["可腾退面积（亩）"] == example.figures["reclaimable_mu"]


def test_text_is_never_a_formula(example, tmp_path):
    plots = example.plots.copy()
    plots.loc[plots.index[0], "industry"] = '=HYPERLINK("http://127.0.0.1/","x")'
    plots.loc[plots.index[1], "firm_name"] = "@SUM(1+1)"
    hostile = dataclasses.replace(example, plots=plots)
    path = save_workbook(hostile, tmp_path / "hostile.xlsx")
    sheet = openpyxl.load_workbook(path)["地块台账"]
    cells = [cell for row in sheet.iter_rows(min_row=4, max_row=5) for cell in row]
    found = [cell for cell in cells if str(cell.value).startswith(("=HYPER", "@SUM"))]
    assert len(found) == 2
    assert {cell.data_type for cell in found} == {"s"}


def test_codes_keep_their_digits(book, example):
    rows = _table(book[1]["地块明细"])
    known = example.plots["credit_code"].dropna().tolist()
    assert [row["统一社会信用代码"] for row in rows if row["统一社会信用代码"]] == known
