"""A county's firm table as it comes: headers, units, years and cells."""

from __future__ import annotations

import math

import openpyxl
import pytest
import xlsxwriter

from platforms.errors import FormatError, InputError
from platforms.geo.ingest.preflight import Upload
from platforms.layers.firm_cells import convert
from platforms.layers.firm_identity import code_key, has_check_digit, name_key
from platforms.layers.firm_table import read_firms

CODE = "91350100M000100Y43"
OTHER = "91330382MA2ABCDE01"


def workbook(path, rows, merged=(), title="Sheet1"):
    """Write a sheet whose merged cells hold their text in the first cell only."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    book.save(path)
    return path


def table(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def kinds(firms):
    return dict(firms.issues.by_kind())


COUNTY = [
    ["某县2021年度工业企业“亩均论英雄”综合评价汇总表"],
    ["填报单位：某县亩均办"],
    ["序号", "企业名称", "统一社会信用代码", "乡镇(街道)", "规上/规下", "用地面积（亩）", None, None,
     "评价税收（万元）", None, "综合能耗\n（吨标煤，等价值）", "各项得分", None, "等级"],
    [None, None, None, None, None, "自有", "租赁", "合计",
     "2020年", "2021年", None, "亩均税收", "总分", None],
    [1, "甲（集团）有限责任公司", f" {CODE.lower()}", "柳市镇", "规上", "１２．５", 0, "12.5",
     "1,234.5", 1300, 56, 20, 88.5, "A类"],
    [2, "乙公司", OTHER, "柳市镇", "规下", 3, "/", 3, "约20", 18, "—", 20, 60, "C"],
    ["合计", None, None, None, None, 15.5, 0, 15.5, 1254.5, 1318, 56, None, None, None],
    ["备注：数据来自税务部门"],
]  # fmt: skip
MERGED = ["A1:N1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "F3:H3", "I3:J3", "K3:K4",
          "L3:M3", "N3:N4"]  # fmt: skip


def test_a_table_with_merged_headers_is_read(tmp_path):
    firms = read_firms(workbook(tmp_path / "表.xlsx", COUNTY, MERGED))
    frame = firms.frame
    assert list(frame) == [
        "name", "credit_code", "town", "scale", "area_mu", "area_own_mu", "area_leased_mu",
        "tax_wan_2020", "tax_wan_2021", "energy_tce_2021", "score_2021", "grade_2021",
    ]  # fmt: skip
    first = frame.iloc[0].to_dict()
    assert first == {
        "name": "甲（集团）有限责任公司", "credit_code": CODE, "town": "柳市镇", "scale": "above",
        "area_mu": 12.5, "area_own_mu": 12.5, "area_leased_mu": 0.0, "tax_wan_2020": 1234.5,
        "tax_wan_2021": 1300.0, "energy_tce_2021": 56.0, "score_2021": 88.5, "grade_2021": "A",
    }  # fmt: skip
    assert frame["scale"].tolist() == ["above", "below"]
    assert frame["tax_wan_2020"].isna().tolist() == [False, True]
    assert math.isnan(frame["energy_tce_2021"].iloc[1])
    assert kinds(firms) == {
        "firm_row_left_out": 2,  # the sum and the remark
        "firm_columns_unknown": 1,  # the score of tax per mu is not tax
        "firm_year_by_title": 1,
        "firm_cell_unreadable": 1,  # 约20
    }
    assert firms.columns["tax_wan_2021"] == "评价税收_2021年(万元)"
    assert firms.source.features == len(COUNTY)
    assert {issue.file for issue in firms.issues} == {"表.xlsx"}


def test_years_may_stand_over_groups_of_columns(tmp_path):
    path = tmp_path / "groups.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:A2", "企业名称")
        sheet.merge_range("B1:C1", "2020年度")
        sheet.merge_range("D1:F1", "2021年度")
        sheet.write_row(
            "B2",
            ["税收(元)", "工业增加值(亿元)", "税收(元)", "工业增加值(亿元)", "用电量(万千瓦时)"],
        )
        sheet.write_row("A3", ["甲", 12345600, 0.5, "１２３４", 1, 2.5])
    frame = read_firms(path).frame
    assert frame.iloc[0].to_dict() == {
        "name": "甲", "tax_wan_2020": 1234.56, "tax_wan_2021": 0.1234,
        "value_added_wan_2020": 5000.0, "value_added_wan_2021": 10000.0,
        "electricity_kwh_2021": 25000.0,
    }  # fmt: skip


def test_a_unit_for_the_whole_table_counts_where_it_fits(tmp_path):
    path = table(tmp_path / "u.csv", "单位：千元,,\n企业名称,2021年税收,用地面积\n甲,15,3\n")
    firms = read_firms(path)
    assert firms.frame["tax_wan_2021"].tolist() == [1.5]
    assert "area_mu" not in firms.frame
    assert kinds(firms) == {"firm_unit_open": 1}


@pytest.mark.parametrize(
    ("header", "kind"),
    [("2021年税收", "firm_unit_open"), ("2021年税收(万美元)", "firm_unit_unknown")],
)
def test_a_column_whose_unit_is_open_is_not_used(tmp_path, header, kind):
    firms = read_firms(table(tmp_path / "u.csv", f"企业名称,{header},2021年等级\n甲,15,B\n"))
    assert list(firms.frame) == ["name", "grade_2021"]
    assert kinds(firms) == {kind: 1}


@pytest.mark.parametrize(
    ("unit", "value", "mu"),
    [("亩", "12.5", 12.5), ("平方米", "2000", 3.0), ("㎡", "1000", 1.5), ("公顷", "2", 30.0),
     ("亩", "2公顷", 30.0)],
)  # fmt: skip
def test_land_becomes_mu(tmp_path, unit, value, mu):
    path = table(tmp_path / "a.csv", f"企业名称,用地面积（{unit}）\n甲,{value}\n乙,约\n")
    assert read_firms(path).frame["area_mu"].tolist()[0] == pytest.approx(mu, rel=1e-12)


def test_own_names_need_no_header_of_a_county(tmp_path):
    path = table(
        tmp_path / "o.csv", f"firm_id,credit_code,tax_wan_2021,scale\nF1,{CODE},15,above\n"
    )
    firms = read_firms(path)
    assert firms.frame.iloc[0].to_dict() == {
        "firm_id": "F1", "credit_code": CODE, "scale": "above", "tax_wan_2021": 15.0
    }  # fmt: skip
    assert kinds(firms) == {}


def test_a_column_of_years_becomes_columns(tmp_path):
    text = (
        "年度,企业名称,统一社会信用代码,规上/规下,税收(万元),等级\n"
        f"2020,甲,{CODE},规下,10,B\n2021年,甲公司,{CODE},规上,20,A\n2021,乙,,规下,5,C\n"
    )
    firms = read_firms(table(tmp_path / "y.csv", text))
    frame = firms.frame
    assert frame["name"].tolist() == ["甲公司", "乙"]
    assert frame["scale"].tolist() == ["above", "below"]  # the last year's word
    assert frame["tax_wan_2020"].tolist()[0] == 10.0
    assert frame["tax_wan_2021"].tolist() == [20.0, 5.0]
    assert frame["grade_2020"].tolist()[0] == "B"
    assert math.isnan(frame["tax_wan_2020"].tolist()[1])
    assert kinds(firms) == {}


def test_files_of_several_years_are_joined(tmp_path):
    paths = [
        table(tmp_path / f"{year}年.csv", f"企业名称,信用代码,税收(万元)\n甲,{CODE},{tax}\n")
        for year, tax in ((2020, 10), (2021, 20))
    ]
    firms = read_firms(paths)
    assert firms.frame.iloc[0].to_dict() == {
        "name": "甲", "credit_code": CODE, "tax_wan_2020": 10.0, "tax_wan_2021": 20.0
    }  # fmt: skip
    assert len(firms.sources) == 2
    assert kinds(firms) == {"firm_year_by_title": 2}


def test_figures_that_differ_between_files_are_unknown(tmp_path):
    paths = [
        table(tmp_path / f"{n}.csv", f"企业名称,信用代码,2021年税收(万元)\n甲,{CODE},{tax}\n")
        for n, tax in ((1, 10), (2, 20))
    ]
    firms = read_firms(paths)
    assert firms.frame["tax_wan_2021"].isna().tolist() == [True]
    assert kinds(firms) == {"firm_figures_differ": 1}


def test_a_firm_that_stands_twice_stays_twice(tmp_path):
    text = f"企业名称,信用代码,2021年税收(万元)\n甲,{CODE},1\n甲,{CODE},2\n"
    assert read_firms(table(tmp_path / "d.csv", text)).frame["tax_wan_2021"].tolist() == [1, 2]


def test_a_year_is_given_or_open_and_never_made_up(tmp_path):
    path = table(tmp_path / "open.csv", "企业名称,税收(万元),上年等级\n甲,1,B\n")
    firms = read_firms(path)
    assert list(firms.frame) == ["name", "tax_wan", "grade"]
    assert kinds(firms) == {"firm_year_open": 1}
    assert list(read_firms(path, year=2021).frame) == ["name", "tax_wan_2021", "grade_2020"]


def test_the_size_class_may_stand_in_the_title(tmp_path):
    rows = "2021年规模以上工业企业评价表,,\n企业名称,税收(万元),等级\n甲,1,B\n"
    firms = read_firms(table(tmp_path / "s.csv", rows))
    assert firms.frame["scale"].tolist() == ["above"]
    assert kinds(firms) == {"firm_year_by_title": 1, "firm_scale_by_title": 1}


def test_a_row_without_a_firm_is_set_aside(tmp_path):
    firms = read_firms(table(tmp_path / "n.csv", "企业名称,2021年等级\n甲,B\n,C\n"))
    assert firms.frame["name"].tolist() == ["甲"]
    assert [(i.kind, i.severity) for i in firms.issues] == [("firm_without_name", "error")]


def test_gbk_and_sheets_are_read_through_the_one_door(tmp_path):
    path = tmp_path / "gbk.csv"
    path.write_bytes("企业名称,2021年税收（万元）\n浙江某某电气有限公司,12\n".encode("gbk"))
    assert read_firms(path).source.encoding.lower().startswith("gb")
    book = openpyxl.load_workbook(workbook(tmp_path / "two.xlsx", COUNTY, MERGED, "规上"))
    book.create_sheet("规下").append(["企业名称"])
    book.save(tmp_path / "two.xlsx")
    with pytest.raises(InputError, match="规上"):
        read_firms(tmp_path / "two.xlsx")
    assert read_firms(tmp_path / "two.xlsx", layer="规上").source.layer == "规上"


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", "2021年税收(万元),2021年等级\n1,A\n", "企业名称\n甲\n"]
)
def test_what_is_no_firm_table_is_refused(tmp_path, text):
    with pytest.raises(FormatError, match="企业名称"):
        read_firms(table(tmp_path / "x.csv", text))


def test_a_map_is_no_table(tmp_path):
    path = table(tmp_path / "m.geojson", '{"type": "FeatureCollection", "features": []}')
    with pytest.raises(FormatError, match="Excel"):
        read_firms(path)


def test_codes_and_names_are_folded():
    assert code_key(" ９１３５０１００m000100y43 ") == CODE
    assert has_check_digit(CODE)
    assert not any(has_check_digit(CODE[:-1] + sign) for sign in "0124 SIOZV")
    assert name_key("甲【电气】有限责任公司") == name_key("甲（电气） 有限公司")
    assert name_key("甲股份有限公司") != name_key("甲有限公司")


def test_units_do_not_cost_digits():
    assert convert([12345600.0][0], 0.0001) == 1234.56


def test_a_firm_merged_over_its_years_is_read_in_each(tmp_path):
    rows = [
        ["企业名称", "年度", "税收（万元）", "信用代码"],
        ["甲", 2020, 10, CODE],
        [None, 2021, 20, None],
        ["乙", 2020, 30, OTHER],
    ]
    firms = read_firms(workbook(tmp_path / "m.xlsx", rows, ["A2:A3", "D2:D3"]))
    assert firms.frame["name"].tolist() == ["甲", "乙"]
    assert firms.frame["tax_wan_2020"].tolist() == [10.0, 30.0]
    assert firms.frame["tax_wan_2021"].tolist()[0] == 20.0
    assert kinds(firms) == {"firm_cells_merged": 2}


def test_an_empty_name_that_is_not_merged_stays_empty(tmp_path):
    rows = [["企业名称", "年度", "税收（万元）"], ["甲", 2020, 10], [None, 2021, 20]]
    firms = read_firms(workbook(tmp_path / "e.xlsx", rows))
    assert kinds(firms) == {"firm_without_name": 1}


@pytest.mark.parametrize("word", ["共计", "总计", "小 计", "全县共计", "合计：2 家"])
def test_a_sum_is_no_firm(tmp_path, word):
    text = (
        f"town,park,staff_2021,企业名称,2021年税收(万元)\n柳市,甲园,3,甲,1\n柳市,甲园,3,{word},1\n"
    )
    firms = read_firms(table(tmp_path / "t.csv", text))
    assert firms.frame["name"].tolist() == ["甲"]
    assert kinds(firms) == {"firm_row_left_out": 1}


def test_a_formula_without_a_result_is_named(tmp_path):
    rows = [["企业名称", "2021年税收（万元）", "2021年等级"], ["甲", "=1+2", "B"], ["乙", 5, "C"]]
    firms = read_firms(workbook(tmp_path / "f.xlsx", rows))
    assert firms.frame["tax_wan_2021"].isna().tolist() == [True, False]
    assert kinds(firms) == {"firm_formula_empty": 1}
    path = tmp_path / "stored.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["企业名称", "2021年税收（万元）"])
        sheet.write("A2", "甲")
        sheet.write_formula("B2", "=1+2", None, 3)
    assert kinds(read_firms(path)) == {}
    assert read_firms(Upload("s.xlsx", path.read_bytes())).frame["tax_wan_2021"].tolist() == [3.0]
