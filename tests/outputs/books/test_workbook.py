from __future__ import annotations

import dataclasses
import datetime as dt
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest

from platforms.outputs.books.workbook import _criterion, save_workbook
from platforms.planning.figures import summarise


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
        "用地汇总", "连片区块", "占补平衡", "限制重叠", "测算参数", "目标对账", "产业平台", "重点项目", "培育企业", "认定规则", "问题清单", "数据来源", "数据字典",
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


def test_sheets_for_people_name_towns_and_faults_in_words(book, example):
    towns = set(example.workspace.table("towns")["name"])
    for name in ("产业平台", "重点项目", "培育企业"):
        named = {row["乡镇"] for row in _table(book[1][name])} - {None}
        assert named
        assert named <= towns
    faults = _table(book[1]["问题清单"])
    assert len(faults) == len(example.issues)
    assert {row["程度"] for row in faults} <= {"提示", "注意", "错误"}
    codes = {issue.kind for issue in example.issues}
    assert not codes & {cell for row in faults for cell in row.values()}


def test_the_dictionary_speaks_the_readers_language(book):
    said = [row["含义"] for row in _table(book[1]["数据字典"]) if row["含义"]]
    assert not [one for one in said if not re.search("[\u4e00-\u9fff]", one)]
    assert "空置地块为空" in said or any("原文写了两个乡镇" in one for one in said)


def test_codes_keep_their_digits(book, example):
    rows = _table(book[1]["地块明细"])
    known = example.plots["credit_code"].dropna().tolist()
    assert [row["统一社会信用代码"] for row in rows if row["统一社会信用代码"]] == known


def test_the_ledger_has_the_usual_columns_in_their_order(book):
    heads = [cell.value for cell in book[1]["地块台账"][3]]
    usual = ["序号", "地块编号", "乡镇街道", "企业", "用途", "2021 年亩均评价", "椭球面积（亩）",
             "椭球面积（ha）", "椭球面积（m²）", "认定结果", "建议整治方式", "责任单位", "完成时限",
             "状态"]  # fmt: skip
    assert [head for head in heads if head in usual] == usual


def test_every_column_of_the_plots_is_in_the_dictionary_with_a_meaning_or_a_source(book):
    rows = _table(book[1]["数据字典"])
    for name in ("地块台账", "地块明细"):
        heads = [cell.value for cell in book[1][name][3]]
        own = [row for row in rows if row["工作表"] == name]
        assert [row["列名"] for row in own] == heads
        assert all(row["来源"] for row in own)
        assert not [row["列名"] for row in own if row["来源"] == "本程序计算" and not row["含义"]]
    area = next(row for row in rows if row["字段名"] == "area_mu")
    assert (area["单位"], area["含义"]) == ("亩", "图斑椭球面积，1 亩 = 2000/3 平方米")


def test_every_sheet_prints_on_few_pages_with_its_heading_and_what_it_was_made_from(book, example):
    for sheet in book[1].worksheets:
        assert sheet.page_setup.fitToHeight == 0 or sheet.page_setup.scale
        assert str(example.input["sha256"])[:12] in sheet.oddFooter.center.text
        assert sheet.oddFooter.right.text == "&P / &N"
    for name in ("地块台账", "地块明细", "分乡镇", "分平台", "目标对账", "问题清单", "数据字典"):
        assert book[1][name].print_title_rows == "$3:$3", name
        assert book[1][name].auto_filter.ref.startswith("A3:"), name
        assert book[1][name].freeze_panes.endswith("4"), name


@pytest.mark.parametrize("name", ["*", "<5", "=1", "a?b~", "柳市镇", ""])
def test_a_group_is_compared_by_its_name_and_never_as_a_pattern(name):
    told = _criterion(name, "$A4")
    if name == "":
        assert told == '""'
    elif name == "柳市镇":
        assert told == "$A4"
    else:
        assert told.startswith('"="&SUBSTITUTE(')


@pytest.mark.long
def test_a_spreadsheet_recomputes_the_sums_to_the_digit(example, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not here")
    names = ["柳市镇*", ">1", "柳市镇a", "~?x"]
    plots = example.plots.assign(town=[names[n % 4] for n in range(len(example.plots))])
    towns = summarise(plots, "town")
    run = dataclasses.replace(example, plots=plots, towns=towns)
    made = save_workbook(run, tmp_path / "ledger.xlsx")
    # without the values that we computed there is nothing but the formulas
    blank = tmp_path / "blank.xlsx"
    with zipfile.ZipFile(made) as given, zipfile.ZipFile(blank, "w") as taken:
        for entry in given.namelist():
            text = given.read(entry)
            if entry.startswith("xl/worksheets/"):
                text = re.sub(rb"</f><v>[^<]*</v>", b"</f>", text)
            taken.writestr(entry, text)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    convert = [office, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run([*convert, "--outdir", str(tmp_path / "out"), str(blank)], check=True,
                   capture_output=True, timeout=300)  # fmt: skip
    computed = openpyxl.load_workbook(tmp_path / "out" / "blank.xlsx", data_only=True)
    ours = openpyxl.load_workbook(made, data_only=True)
    for name in ("分乡镇", "分平台", "分片区"):
        told = [[c.value for c in row] for row in computed[name].iter_rows(min_row=4)]
        wanted = [[c.value for c in row] for row in ours[name].iter_rows(min_row=4)]
        assert told == wanted
        assert sum(row[1] for row in wanted[:-1]) == len(plots)
