"""Tables as files: what users wrote stays text, a file appears whole, columns hold their words."""

from __future__ import annotations

import csv

import numpy as np
import openpyxl
import pandas as pd
import pytest

from platforms.errors import OutputError
from platforms.outputs.books.table_file import ending_of, save_sheets, save_table

HOSTILE = ["=1+1", "+A1", "@SUM(A1)", "https://example.com/", "-3", "柳市镇"]


def table():
    return pd.DataFrame({"名称": HOSTILE, "亩": [1.5, np.nan, np.inf, 0.0, -2.0, 1800.25]})


def test_a_workbook_keeps_text_text_and_numbers_numbers(tmp_path):
    made = save_table(table(), tmp_path / "land.XLSX", sheet="用地", frozen=2)
    sheet = openpyxl.load_workbook(made)["用地"]
    cells = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [cell[0] for cell in cells] == HOSTILE
    assert {sheet.cell(row, 1).data_type for row in range(2, 8)} == {"s"}
    assert all(sheet.cell(row, 1).hyperlink is None for row in range(2, 8))
    assert [cell[1] for cell in cells][::3] == [1.5, 0]
    assert cells[1][1] is None
    assert sheet.freeze_panes == "C2"


def test_a_text_file_starts_no_formula(tmp_path):
    made = save_table(table(), tmp_path / "land.csv", sheet="用地")
    assert made.read_bytes().startswith(b"\xef\xbb\xbf")
    with made.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["名称", "亩"]
    assert [row[0] for row in rows[1:4]] == ["'=1+1", "'+A1", "'@SUM(A1)"]
    # a number stays one
    assert rows[5][0] == "-3"


def test_sheets_stand_in_their_order_and_are_as_wide_as_their_words(tmp_path):
    wide = pd.DataFrame({"长": ["很" * 80], "中": ["低效用地十字以内"], "短": [1]})
    made = save_sheets({"乙": table(), "甲": wide}, tmp_path / "two.xlsx")
    book = openpyxl.load_workbook(made)
    assert book.sheetnames == ["乙", "甲"]
    widths = {name: round(column.width) for name, column in book["甲"].column_dimensions.items()}
    assert widths["A"] == pytest.approx(60, abs=1)
    assert widths["B"] == pytest.approx(18, abs=1)
    assert widths["C"] == pytest.approx(8, abs=1)


def test_an_empty_table_is_its_headings(tmp_path):
    made = save_table(table().iloc[:0], tmp_path / "none.xlsx", sheet="用地")
    assert list(openpyxl.load_workbook(made)["用地"].values) == [("名称", "亩")]


@pytest.mark.parametrize("name", ["land.xls", "land", "land.csv.zip"])
def test_another_ending_is_refused_and_nothing_is_written(tmp_path, name):
    with pytest.raises(OutputError) as told:
        save_table(table(), tmp_path / name, sheet="用地")
    assert told.value.key == "sheet.ending_unknown"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays_unless_it_may_go(tmp_path):
    path = tmp_path / "land.csv"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(OutputError):
        save_table(table(), path, sheet="用地")
    assert path.read_text(encoding="utf-8") == "old"
    save_table(table(), path, sheet="用地", overwrite=True)
    assert "柳市镇" in path.read_text(encoding="utf-8-sig")


def test_the_ending_is_read_without_regard_to_case():
    assert ending_of("plan.GPKG", (".gpkg",)) == ".gpkg"
