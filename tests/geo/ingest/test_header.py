"""Tables found in sheets: headers of several rows, units, sums, remarks, pages."""

from __future__ import annotations

import pytest

from platforms.geo.ingest.formats.header import Column, tabulate

KNOWN = {"企业名称", "自有", "用地面积", "X", "Y", "地块编号", "亩数"}
TOP = ["企业名称", "用地面积", "", "备注"]
LOW = ["", "自有(亩)", "租赁（亩）", ""]
FIRM = ["一厂", "3", "4", "新"]


def _score(columns: list[Column]) -> int:
    return sum(c.name in KNOWN or c.leaf in KNOWN for c in columns)


def _labels(*rows: list[str]) -> list[str]:
    table = tabulate(rows, score=_score)
    assert table is not None
    return [c.label for c in table.columns]


def test_levels_are_joined_and_units_are_kept_apart():
    table = tabulate([TOP, LOW, FIRM], score=_score)
    assert [c.name for c in table.columns] == ["企业名称", "用地面积_自有", "用地面积_租赁", "备注"]
    assert [c.unit for c in table.columns] == ["", "亩", "亩", ""]
    assert table.columns[1].levels == ("用地面积", "自有")
    assert (table.rows, table.lines, table.notes) == ([FIRM], [3], [])


def test_a_year_above_makes_a_name_that_is_known():
    top, low = ["企业名称", "2023年", "", ""], ["", "税收（万元）", "等级", "用电"]
    assert _labels(top, low, FIRM)[1:] == ["2023年税收(万元)", "2023年等级", "2023年_用电"]
    top, low = ["企业名称", "税收(万元)", ""], ["", "2022", "2023"]
    assert _labels(top, low, ["一厂", "3", "4"])[1:] == ["税收2022(万元)", "税收2023(万元)"]


def test_three_levels():
    rows = (
        ["企业名称", "用地", "", "", "", "备注"],
        ["", "自有", "", "租赁", "", ""],
        ["", "亩数", "宗数", "亩数", "宗数", ""],
        ["一厂", "1", "2", "3", "4", ""],
    )
    kinds = ["用地_自有_亩数", "用地_自有_宗数", "用地_租赁_亩数", "用地_租赁_宗数"]
    assert _labels(*rows) == ["企业名称", *kinds, "备注"]


def test_a_general_word_above_is_no_part_of_a_name():
    rows = (["基本情况", "", "用地情况", ""], ["企业名称", "代码", "自有", "出租"], FIRM)
    assert _labels(*rows) == ["企业名称", "代码", "自有", "出租"]


def test_a_header_whose_merged_cells_were_filled():
    top, low = ["企业名称", "用地面积", "用地面积"], ["企业名称", "自有", "合计"]
    assert _labels(top, low, ["一厂", "3", "4"]) == ["企业名称", "用地面积_自有", "用地面积_合计"]


def test_a_row_of_units():
    rows = (["企业名称", "用地面积", "税收"], ["", "亩", "（万元）"], ["一厂", "3", "4"])
    assert _labels(*rows) == ["企业名称", "用地面积(亩)", "税收(万元)"]


@pytest.mark.parametrize("row", [["一厂", "柳市", "东路"], ["一厂", "", "东路"]])
def test_a_row_of_words_is_no_level(row):
    # an unnamed column beside named ones looks like a group, but its row names the firm
    table = tabulate([["企业名称", "地址", ""], row], score=_score)
    assert len(table.columns) == 2
    assert table.rows == [row[:2]]
    assert table.spare == {0: 1}


def test_titles_stand_above_and_are_handed_on():
    rows = (["亩均评价表", "", ""], ["填报单位：柳市镇", "", "", "单位：亩"], TOP, LOW, FIRM)
    table = tabulate(rows, score=_score)
    assert table.above == ["亩均评价表", "填报单位：柳市镇", "单位：亩"]
    assert table.lines == [5]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["合 计", "3", "4", ""], "row_total"),
        (["", "柳市镇小计：", "4", ""], "row_total"),
        (["备注：面积含道路", "", "", ""], "row_remark"),
        (["填表人：张三", "", "审核：李四", ""], "row_remark"),
        (["企业名称", "用地面积", "", "备注"], "row_header_again"),
    ],
)
def test_rows_that_are_no_data_are_named_with_their_line(row, kind):
    table = tabulate([TOP, LOW, FIRM, row, FIRM], score=_score)
    assert table.rows == [FIRM, FIRM]
    assert table.lines == [3, 5]
    (note,) = table.notes
    assert (note.kind, note.severity, note.told["line"]) == (kind, "info", 4)


def test_columns_that_are_numbered():
    table = tabulate([TOP, LOW, ["甲", "1", "2", "3"], FIRM], score=_score)
    assert table.rows == [FIRM]
    assert [n.kind for n in table.notes] == ["row_numbering"]


def test_a_firm_may_be_called_like_a_remark():
    table = tabulate([TOP, LOW, ["统计局：一厂", "3", "4", "新"]], score=_score)
    assert len(table.rows) == 1


def test_lengths_of_rows_are_told():
    rows = [TOP, LOW, FIRM[:2], [*FIRM, "x"], [*FIRM, "", ""]]
    table = tabulate(rows, score=_score, lines=[4, 5, 7, 9, 11])
    assert table.spare == {0: -2, 1: 1}
    assert [len(row) for row in table.rows] == [4, 4, 4]
    assert table.lines == [7, 9, 11]


def test_no_header():
    assert tabulate([["a", "b"], FIRM], score=_score) is None
    assert tabulate([], score=_score) is None
