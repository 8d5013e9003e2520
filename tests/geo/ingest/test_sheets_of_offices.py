"""Workbooks as offices keep them: nothing in them is a quietly wrong answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from test_corpus import AREA

from platforms.geo import read

E, N = 40598000, 3121000


def _box(at: int) -> str:
    e = E + 200 * at
    ring = f"{e} {N},{e + 100} {N},{e + 100} {N + 100},{e} {N + 100},{e} {N}"
    return f"POLYGON(({ring}))"


def _plots(folder, rows: list[list[object]], change: Callable[[Worksheet], object] | None = None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book.active)
    book.save(folder / "a.xlsx")
    return read.read_plots(folder / "a.xlsx", workspace=AREA)


def _told(plots: read.Plots, kind: str) -> list[str]:
    return [issue.message("zh_CN") for issue in plots.issues if issue.kind == kind]


HEAD = ["地块编号", "乡镇", "面积(亩)", "WKT"]


def test_rows_under_a_merged_cell_are_named(tmp_path):
    """Their town was lost without a word; the area of two plots is not that of each."""
    rows = [
        HEAD,
        ["A", "柳市镇", 30, _box(0)],
        ["B", None, None, _box(1)],
        ["C", "磐石镇", 15, _box(2)],
    ]

    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("B2:B3")
        sheet.merge_cells("C2:C3")

    plots = _plots(tmp_path, rows, merge)
    assert plots.frame["declared_m2"].isna().tolist() == [False, True, False]
    told = _told(plots, "cells_merged")
    assert len(told) == 2
    assert "乡镇" in told[0]
    assert "第 3 行" in told[0]
    assert _told(_plots(tmp_path, rows), "cells_merged") == []


def test_merged_headers_and_empty_merged_cells_lose_nothing(tmp_path):
    rows = [
        ["台账", None, None, None],
        ["地块编号", "乡镇", "面积(亩)", "WKT"],
        [None, None, None, None],
        ["A", None, 15, _box(0)],
        ["B", None, 15, _box(1)],
        ["合计", None, 30, None],
    ]

    def merge(sheet: Worksheet) -> None:
        for cells in ("A1:D1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "B4:B5"):
            sheet.merge_cells(cells)

    plots = _plots(tmp_path, rows, merge)
    assert plots.frame["plot_id"].tolist() == ["A", "B"]
    assert _told(plots, "cells_merged") == []
    assert len(_told(plots, "row_total")) == 1


@pytest.mark.parametrize("total", ["合计", "合 计", "总计：", "小计", "本页小计"])
def test_a_total_is_no_plot_wherever_it_stands(total, tmp_path):
    rows = [
        HEAD,
        ["A", "柳市镇", 15, _box(0)],
        [total, None, 15, None],
        ["B", "柳市镇", 15, _box(1)],
    ]
    plots = _plots(tmp_path, [*rows, [total, None, 30, None]])
    assert plots.frame["plot_id"].tolist() == ["A", "B"]
    assert len(_told(plots, "row_total")) == 2


def test_cells_as_people_fill_them(tmp_path):
    head = ["地块编号", "用地面积（亩）", "容积率", "批准日期", "统一社会信用代码", "WKT"]
    rows = [
        head,
        ["001 ", "１５．５", "１．２", dt.date(2024, 3, 1), "91330382MA2ABC1234", _box(0)],
        ["002", "1,234.5", " 1.2", "2024.3", 1.23456789012345e17, _box(1)],
        ["003", "约12", "#REF!", "待定", None, _box(2)],
    ]
    plots = _plots(tmp_path, rows)
    frame = plots.frame
    assert frame["plot_id"].tolist() == ["001", "002", "003"]
    assert frame["declared_m2"].round(2).tolist()[:2] == [10333.33, 823000.0]
    assert frame["far"].tolist()[:2] == [1.2, 1.2]
    assert frame["supply_date"].tolist()[:2] == ["2024-03-01", "2024-03"]
    # what is no number and no date is empty, and told each
    assert frame.loc[2, ["declared_m2", "far", "supply_date"]].isna().all()
    kinds = plots.issues.by_kind()
    assert kinds["value_unreadable"] + kinds.get("cell_failed", 0) == 3
    assert kinds["code_digits_lost"] == 1


def test_two_columns_of_one_meaning_that_disagree_are_named(tmp_path):
    """The second area was kept and never looked at: 2 公顷 beside 15 亩, without a word."""
    head = ["地块编号", "用地面积（亩）", "用地面积（公顷）", "容积率", "WKT"]
    rows: list[list[object]] = [
        ["A", 15, 1, 1.2, _box(0)],
        ["B", 15, 2, 1.2, _box(1)],
        ["C", None, 1, 1.2, _box(2)],
        ["D", 15.02, 1, 1.2, _box(3)],
    ]
    plots = _plots(tmp_path, [head, *rows])
    (told,) = _told(plots, "column_second_differs")
    assert all(word in told for word in ("用地面积（公顷）", "用地面积（亩）", "2 行", "地块 B"))
    assert plots.frame["declared_m2"].isna().tolist() == [False, False, True, False]
    same = [head, rows[0], rows[3]]
    assert _told(_plots(tmp_path, same), "column_second_differs") == []
