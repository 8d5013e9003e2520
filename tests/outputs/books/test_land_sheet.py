"""The sheets on land say what the review says; unknown is empty, and numbers are numbers."""

from __future__ import annotations

import dataclasses

import numpy as np
import openpyxl
import pandas as pd
import pytest

from platforms import messages
from platforms.geo.read import Source
from platforms.outputs.books.book_sheets import sample_mark
from platforms.outputs.books.land_sheet import land_sheets
from platforms.outputs.books.workbook import save_workbook


@pytest.fixture(scope="module")
def book(example_book):
    return example_book


def _rows(sheet, top=3):
    heads = [cell.value for cell in sheet[top]]
    rows = sheet.iter_rows(min_row=top + 1, values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def _block(sheet, title):
    """Return the rows of one of several tables, up to the blank line below it."""
    values = list(sheet.iter_rows(values_only=True))
    at = [row[0] for row in values].index(title)
    found = []
    for row in values[at + 2 :]:
        if row[0] is None:
            break
        found.append(dict(zip(values[at + 1], row, strict=True)))
    return found


def test_the_waterfall_of_each_low_plot_adds_up(book, example):
    rows = _rows(book["可腾退用地"])
    chosen = example.land.chosen()
    assert [row["地块编号"] for row in rows] == chosen["plot_id"].tolist()
    for row in rows:
        taken = [value for name, value in row.items() if name.startswith("扣除：")]
        assert len(taken) == 4
        gross = row["扣除前（m²）"]
        assert round(gross * 100) == round((row["扣除后净面积（m²）"] + sum(taken)) * 100)
        assert row["估算方法"] == "工具自定"
    assert all(isinstance(row["扣除后净面积（亩）"], float) for row in rows)
    # no source gives a target floor area ratio: unknown, so empty
    assert {row["可增建筑面积（m²）"] for row in rows} == {None}
    assert "空格为不明" in " ".join(str(cell.value) for cell in book["可腾退用地"][2])


def test_square_metres_add_up_to_the_cent_and_of_mu_it_is_said_that_they_may_not(book):
    off = []
    for title in ("分乡镇街道", "分产业平台"):
        rows = _block(book["用地汇总"], title)
        for name in rows[0]:
            if name.endswith("（m²）"):
                cents = [round(one[name] * 100) for one in rows]
                assert sum(cents[:-1]) == cents[-1], name
        printed = [round(float(f"{one['扣除后净面积（亩）']:.2f}") * 100) for one in rows]
        off.append(abs(sum(printed[:-1]) - printed[-1]))
    # were there no difference, there would be nothing to say
    assert 0 < max(off) < 10
    for name in ("用地汇总", "分乡镇", "分平台", "分片区"):
        assert "各自四舍五入" in " ".join(str(cell.value) for cell in book[name][2]), name


def test_sums_end_with_the_headline_figure_beside_the_targets(book, example):
    sheet = book["用地汇总"]
    assert {row["目标值"] for row in _block(sheet, "目标与计算值")} == {300, 1800, 3000}
    for title in ("分乡镇街道", "分产业平台", "分片区", "分整治方式", "分行业"):
        *groups, total = _block(sheet, title)
        assert next(iter(total.values())) == "合计"
        assert total["地块（宗）"] == example.figures["low_efficiency"]
        assert round(total["扣除后净面积（亩）"], 2) == example.figures["reclaimable_mu"]
        parts = sum(round(row["扣除后净面积（m²）"] * 100) for row in groups)
        assert parts == round(total["扣除后净面积（m²）"] * 100)
    merge = next(r for r in _block(sheet, "按整治方式的潜力") if r["整治方式"] == "兼并重组")
    assert merge["可腾退土地（m²）"] is None
    assert merge["土地不明（宗）"] == merge["地块（宗）"]


@pytest.mark.long
def test_a_plot_given_twice_adds_to_the_plain_sums_alone(book, doubled, example, tmp_path):
    save_workbook(doubled, tmp_path / "twice.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "twice.xlsx")["用地汇总"]
    copy = doubled.plots.set_index("plot_id").loc["TWICE"]
    for title in ("分乡镇街道", "分整治方式"):
        *groups, total = _block(sheet, title)
        assert total["其中重复计算（m²）"] == copy["net_m2"] > 0
        once = total["扣除后净面积（m²）"] - copy["net_m2"]
        assert total["净面积，重叠计一次（m²）"] == pytest.approx(once, abs=0.001)
        assert round(total["净面积，重叠计一次（亩）"], 2) == example.figures["reclaimable_mu"]
        assert sum(row["其中重复计算（m²）"] > 0 for row in groups) == 1
    heads = {row["整治方式"]: row for row in _block(sheet, "按整治方式的潜力")}
    plain = {row["整治方式"]: row for row in _block(book["用地汇总"], "按整治方式的潜力")}
    assert heads["整体腾退"]["可腾退土地（m²）"] == plain["整体腾退"]["可腾退土地（m²）"]
    assert heads["整体腾退"]["重叠，不重复计入（m²）"] == copy["net_m2"]
    # without such land the sheet has no such columns
    assert not any("重叠" in str(name) for name in plain["整体腾退"])


def test_areas_breaches_overlaps_and_numbers_are_those_of_the_review(book, example):
    review = example.land
    areas = _rows(book["连片区块"])
    assert [row["连片区块"] for row in areas] == review.areas.areas.index.tolist()
    assert sum(row["地块（宗）"] for row in areas) == len(review.chosen())
    breaches = _block(book["占补平衡"], "先占后补的用地")
    assert [row["地块编号"] for row in breaches] == review.balance.breaches["plot_id"].tolist()
    overlap = _rows(book["限制重叠"])
    shown = [[v for k, v in row.items() if k != "限制要素"] for row in overlap]
    assert np.array_equal(np.array(shown, dtype=float), review.overlap.to_numpy())
    numbers = {row["编号"]: row for row in _block(book["测算参数"], "测算参数")}
    assert numbers["sliver_m"]["依据"] == "工具自定"
    assert numbers["priority_mu"]["文件"]
    assert numbers["target_far"]["数值"] is None
    assert numbers["far_tolerance"]["数值"] == 0.05


def test_the_sheets_are_set_up_for_print(book):
    for name in ("可腾退用地", "用地汇总", "连片区块", "占补平衡", "限制重叠", "测算参数"):
        sheet = book[name]
        assert sheet.freeze_panes is not None
        assert sheet.page_setup.orientation == "landscape"
        if name != "可腾退用地":
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "示例数据" in sheet.oddFooter.left.text
        widths = [one.width for one in sheet.column_dimensions.values()]
        assert min(widths) >= 6


def test_the_main_columns_are_on_the_first_printed_page(book):
    sheet = book["可腾退用地"]
    heads = [cell.value for cell in sheet[3]]
    (cut,) = [one.id for one in sheet.col_breaks.brk]
    assert heads[:5] == ["序号", "地块编号", "乡镇街道", "建议整治方式", "扣除前（m²）"]
    assert heads[cut - 1] == "说明"
    assert {"扣除后净面积（m²）", "扣除后净面积（亩）", "可腾退土地（m²）"} <= set(heads[:cut])
    assert sheet.print_title_cols == "$A:$B"
    # all columns on one page would be half as large
    assert sheet.page_setup.scale >= 75


def test_text_stands_apart_from_the_number_before_it(book):
    sheet = book["可腾退用地"]
    heads = [cell.value for cell in sheet[3]]
    assert sheet.cell(4, heads.index("说明") + 1).alignment.indent == 1


def test_unknown_net_is_empty(example):
    plots = example.plots.copy()
    low = plots.index[plots["verdict"].eq("low_efficiency")][0]
    plots.loc[low, ["net_m2", "net_mu", "deduct_road_m2"]] = np.nan
    changed = dataclasses.replace(example, plots=plots)
    sheets = {one.name: one for one in land_sheets(changed)}
    fields = {one.name: one.cells for one in sheets["land_plots"].blocks[0].fields}
    assert pd.isna(fields["net_m2"][0])
    assert pd.isna(fields["deduct_road_m2"][0])
    assert fields["gross_m2"][0] > 0


@pytest.mark.long
def test_real_plots_beside_sample_layers_are_marked(example, tmp_path):
    real = dataclasses.replace(example, sample_layers=())
    path = save_workbook(real, tmp_path / "real.xlsx")
    sheet = openpyxl.load_workbook(path)["可腾退用地"]
    assert "示例数据" in sheet.oddFooter.left.text


def test_rules_of_another_kind_have_no_sheets_on_land(example):
    pack = example.workspace.rules("idle-land-53")
    assert land_sheets(dataclasses.replace(example, pack=pack)) == []


def test_plots_that_a_file_marks_are_not_said_to_be_made_here(example):
    marked = sample_mark(dataclasses.replace(example, source=None))
    assert marked == messages.text("sheet.book.mark_sample")
    given = Source.__new__(Source)
    of_file = sample_mark(dataclasses.replace(example, source=given))
    assert of_file == messages.text("sheet.book.mark_sample_file") != marked
