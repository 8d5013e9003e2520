"""Rows that are put into the file are the rows that the library would have written."""

from __future__ import annotations

import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.outputs.books.book_columns import AS_IT_IS, EITHER, Field, row_heights
from platforms.outputs.books.book_pages import Pages
from platforms.outputs.books.table_file import book_file

FIELDS = [
    Field("id", "编号", ["007", "=1+1", "＠a\tb", None], 8),
    Field("mu", "亩", [0.1 + 0.2, 1234.5, float("nan"), float("inf")], 13, 4),
    Field("count", "数", [1, 0, -3, 10**12], 8, 0),
    Field("any", "值", [1.5, "多行\n文字" * 9, pd.NA, 2.0], 10, EITHER),
    Field("raw", "原值", [True, 0.30000000000000004, " 前后 ", "<&>\"'"], 10, AS_IT_IS),
]


def _book(path, fields, *, late):
    rows = {}
    with book_file(path, overwrite=True, rows=rows) as book:
        pages = Pages(book, "标记 & 甲", foot="数据 1", late=rows if late else None)
        pages.write(pages.sheet("ledger"), fields)
        pages.write(pages.sheet("details"), fields[:2], frozen=1)
    return openpyxl.load_workbook(path)


def _told(sheet):
    return [
        [(c.value, c.number_format, c.data_type if c.value is not None else "") for c in row]
        for row in sheet.iter_rows(min_row=4, max_row=7)
    ]


def test_both_ways_give_the_same_cells_formats_heights_and_print(tmp_path):
    finite = [*FIELDS[:1], Field("mu", "亩", [0.1 + 0.2, 1234.5, None, None], 13, 4), *FIELDS[2:]]
    one = _book(tmp_path / "a.xlsx", finite, late=False)
    two = _book(tmp_path / "b.xlsx", FIELDS, late=True)
    for name in one.sheetnames:
        by_library, ours = one[name], two[name]
        assert ours.dimensions == by_library.dimensions == by_library.calculate_dimension()
        for row, other in zip(_told(ours), _told(by_library), strict=True):
            for cell, library in zip(row, other, strict=True):
                assert cell[1:] == library[1:]
                # the library writes sixteen digits of a number, we all of them
                same = pytest.approx(library[0]) if cell[2] == "n" else library[0]
                assert cell[0] == same
        for row in range(4, 8):
            # 15 is what a row has where nothing is said
            assert ours.row_dimensions[row].height == (by_library.row_dimensions[row].height or 15)
        assert ours.freeze_panes == by_library.freeze_panes
        assert ours.auto_filter.ref == by_library.auto_filter.ref
        assert ours.print_title_rows == "$3:$3"
        assert ours.oddFooter.left.text == "标记 && 甲"
        assert ours.oddFooter.center.text == "数据 1"
        assert ours.oddFooter.right.text == "&P / &N"


def test_every_digit_and_every_character_comes_back(tmp_path):
    sheet = _book(tmp_path / "a.xlsx", FIELDS, late=True).worksheets[0]
    assert [sheet.cell(row, 1).value for row in range(4, 8)] == FIELDS[0].cells
    assert {sheet.cell(row, 1).data_type for row in range(4, 7)} == {"s"}
    assert sheet.cell(4, 2).value == 0.1 + 0.2
    assert [sheet.cell(row, 2).value for row in (6, 7)] == [None, None]
    assert sheet.cell(6, 5).value == " 前后 "
    assert sheet.cell(4, 5).value == "True"


@given(st.lists(st.text(st.characters(exclude_categories=[]), max_size=40), min_size=1, max_size=9))
def test_any_text_makes_a_file_that_opens_and_text_that_is_text(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("any") / "a.xlsx"
    fields = [Field("a", "a", texts, 9), Field("b", "b", texts, 9)]
    sheet = _book(path, fields, late=True).worksheets[0]
    cells = [sheet.cell(row, 1) for row in range(4, 4 + len(texts))]
    assert {cell.data_type for cell in cells} == {"s"} if any(texts) else {"n"}
    for cell, text in zip(cells, texts, strict=True):
        # a line that ends as on Windows is read as one line's end; surrogates stand escaped
        if text.isprintable():
            assert (cell.value or "") == text


def test_what_looks_escaped_is_escaped_once_more(tmp_path):
    field = Field("a", "a", ["a_x000D_b", "\x07"], 9)
    _book(tmp_path / "a.xlsx", [field, field], late=True)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        markup = book.read("xl/worksheets/sheet1.xml").decode()
    assert ">a_x005F_x000D_b</t>" in markup
    assert ">_x0007_</t>" in markup


def test_a_chunk_more_than_one_is_written_in_order(tmp_path, monkeypatch):
    from platforms.outputs.books import sheet_rows

    monkeypatch.setattr(sheet_rows, "_ROWS_AT_A_TIME", 3)
    numbers = list(range(1, 11))
    fields = [Field("n", "n", numbers, 9, 0), Field("m", "m", [n / 3 for n in numbers], 9)]
    sheet = _book(tmp_path / "a.xlsx", fields, late=True).worksheets[0]
    assert [sheet.cell(row, 1).value for row in range(4, 14)] == numbers
    assert [sheet.cell(row, 2).value for row in range(4, 14)] == [n / 3 for n in numbers]


def test_a_row_is_as_high_as_its_longest_text():
    fields = [
        Field("a", "a", ["字" * 8, "x", 10**40, "一\n二"], 10),
        Field("b", "b", [1, 2, 3, 4], 4),
    ]
    assert row_heights(fields) == [30, 15, 15, 30]


def test_an_empty_table_keeps_its_headings(tmp_path):
    sheet = _book(
        tmp_path / "a.xlsx", [Field("a", "甲", [], 9), Field("b", "乙", [], 9)], late=True
    )
    assert [cell.value for cell in sheet.worksheets[0][3]] == ["甲", "乙"]
