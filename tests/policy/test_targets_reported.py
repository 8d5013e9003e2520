from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from platforms.errors import FormatError, InputError, TableError
from platforms.layers.copying import copy_workspace
from platforms.policy.targets_reported import COLUMNS, newest, read_reported, reported_values
from platforms.policy.workspace import Workspace

DAY = dt.date(2023, 2, 1)
HEAD = ",".join(COLUMNS)


@pytest.fixture
def told(tmp_path):
    def write(*lines, head=HEAD):
        file = tmp_path / "told.csv"
        file.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
        return file

    return write


def test_no_report_is_shipped(yueqing):
    for city in (yueqing, Workspace.open("taizhou")):
        assert len(reported_values(city)) == 0
        assert city.card("reported").columns


def test_reports_are_kept_and_the_newest_counts(told, yueqing):
    file = told(
        "yq2022-10,100,亩,2022-06,快报,甲",
        "yq2022-10,320,亩,2022-12-31,年报,乙",
        "yq2022-10,180,亩,2022-09,快报,甲",
        "yq2016-14,99,,2020,年报,乙",
        "yq145-16,1300,亿元,2022,年报,乙",
    )
    rows = read_reported(file, yueqing, today=DAY)
    assert rows["value"].tolist() == [100, 320, 180, 99, 1300]
    last = newest(rows, yueqing.table("targets")["target_id"])
    assert last["value"].notna().sum() == 3
    assert last.loc[last["date"].eq("2022-12-31"), "author"].tolist() == ["乙"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nothing,1,亩,2022,s,a", ("第 2 行", "nothing")),
        ("yq2022-10,20,公顷,2022,s,a", ("第 2 行", "公顷", "亩")),
        ("yq2022-10,20,,2022,s,a", ("yq2022-10", "亩", "无单位")),
        ("yq2016-14,20,亩,2020,s,a", ("亩", "“无单位”")),
        ("yq2022-10,20,亩,2023-02-02,s,a", ("2023-02-02", "2023-02-01")),
        ("yq145-16,1300,亿元,2022-06,s,a", ("2022-06", "年末")),
        ("yq145-16,1300,亩,2022,s,a", ("亩", "%")),
        ("yq2022-10,20,亩,June,s,a", ("June",)),
        ("yq2022-10,many,亩,2022,s,a", ("many",)),
        ("yq2022-10,20,亩,2022,,a", ("source",)),
        ("yq2022-10,20,亩,2022,s,", ("author",)),
        ("yq2022-10,20,亩,2022-12,s,a\nyq2022-10,21,亩,2022,s,b", ("第 3 行", "2022", "yq2022-10")),
    ],
)
def test_a_report_that_would_mislead_is_refused_with_its_row(told, yueqing, line, words):
    with pytest.raises(TableError) as caught:
        read_reported(told(line), yueqing, today=DAY)
    message = caught.value.message("zh_CN")
    assert "told.csv" in message
    assert all(word in message for word in words), message


@pytest.mark.parametrize("unit", ["", "-", "–", "—", "无单位"])
def test_a_unit_that_is_none_may_be_written_as_a_dash(told, yueqing, unit):
    rows = read_reported(told(f"yq2016-14,99,{unit},2020,s,a"), yueqing, today=DAY)
    assert rows["unit"].tolist() == [""]


def test_a_report_of_the_day_is_taken(told, yueqing):
    assert len(read_reported(told("yq2022-10,20,亩,2023-02-01,s,a"), yueqing, today=DAY)) == 1


def test_a_wrong_heading_is_named(told, yueqing):
    with pytest.raises(TableError, match="author"):
        read_reported(told("T,1,亩,2022,s", head="target_id,value,unit,date,source"), yueqing)


def test_the_reports_of_a_workspace_come_first_and_are_checked(told, tmp_path):
    folder = copy_workspace("taizhou", tmp_path / "city")
    held = tmp_path / "city" / "layers" / "reported.csv"
    held.write_text(f"{HEAD}\ntz145-06,22,万元/亩,2021,年报,甲\n", encoding="utf-8")
    city = Workspace.open(tmp_path / "city")
    rows = read_reported(told("tz145-06,24,万元/亩,2022,年报,乙"), city, today=DAY)
    assert rows["value"].tolist() == [22, 24]
    with pytest.raises(TableError, match="2021"):
        read_reported(told("tz145-06,25,万元/亩,2021-12-31,年报,乙"), city, today=DAY)
    held.write_text(f"{HEAD}\ntz145-06,22,公顷,2021,年报,甲\n", encoding="utf-8")
    with pytest.raises(TableError, match="公顷"):
        reported_values(Workspace.open(tmp_path / "city"), today=DAY)
    assert folder is None or folder


ROW = "yq2022-10,100,亩,2022-06,快报,甲"


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_reports_are_read_as_offices_save_them(encoding, mark, tmp_path, yueqing):
    file = tmp_path / "a.csv"
    file.write_bytes(f"{HEAD}\n{ROW}\n".replace(",", mark).encode(encoding))
    rows = read_reported(file, yueqing, today=DAY)
    assert rows[list(COLUMNS)].to_numpy().tolist() == [
        ["yq2022-10", 100.0, "亩", "2022-06", "快报", "甲"]
    ]
    assert len(rows.attrs["issues"]) == 0


def test_reports_of_a_workbook_are_read_and_several_sheets_are_asked_for(tmp_path, yueqing):
    book = openpyxl.Workbook()
    for cells in (COLUMNS, ("yq2022-10", 100, "亩", dt.date(2022, 6, 30), "快报", "甲")):
        book.active.append(cells)
    book.save(tmp_path / "a.xlsx")
    rows = read_reported(tmp_path / "a.xlsx", yueqing, today=DAY)
    assert rows[["value", "date"]].to_numpy().tolist() == [[100.0, "2022-06-30"]]
    book.create_sheet("别的").append(["甲"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="别的") as asked:
        read_reported(tmp_path / "a.xlsx", yueqing, today=DAY)
    assert "--layer" not in asked.value.message("zh_CN")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "read.empty_file"),
        ("\n,,\n", "read.no_cells"),
        (f"{HEAD}\n{ROW},多一格\n", "layers.cell_beyond"),
        (f"{HEAD},date\n{ROW},2022\n", "layers.columns_twice"),
        (f"{HEAD}\n{ROW.replace('甲', chr(34) + '甲')}\n{ROW}\n", "read.quote_open"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_as_what_it_is(text, key, tmp_path, yueqing):
    (tmp_path / "a.csv").write_bytes(text.encode("gbk"))
    with pytest.raises((FormatError, TableError)) as told:
        read_reported(tmp_path / "a.csv", yueqing, today=DAY)
    assert told.value.key == key
    assert "UTF-8" not in told.value.message("zh_CN")


def test_a_fault_is_told_with_its_line_below_empty_ones(tmp_path, yueqing):
    text = f"{HEAD}\n\n,,,,,\n{ROW.replace('亩', '公顷')}\n"
    (tmp_path / "a.csv").write_text(text, "utf-8")
    with pytest.raises(TableError, match="第 4 行"):
        read_reported(tmp_path / "a.csv", yueqing, today=DAY)


def test_what_was_seen_of_a_file_of_reports_is_kept(tmp_path, yueqing):
    text = f"{HEAD}\nyq2016-14,99,,2020,a,Café Müller\n"
    (tmp_path / "a.csv").write_text(text, "utf-8")
    rows = read_reported(tmp_path / "a.csv", yueqing, today=DAY)
    assert rows["author"].tolist() == ["Café Müller"]
    assert [issue.kind for issue in rows.attrs["issues"]] == ["encoding_letters"]
