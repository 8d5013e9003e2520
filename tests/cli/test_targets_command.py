from __future__ import annotations

import json

import openpyxl
import pandas as pd
import pytest

from platforms.cli import main

HEAD = "target_id,value,unit,date,source,author\n"


@pytest.fixture
def call(capsys):
    def run(*arguments):
        status = main(["targets", *map(str, arguments)])
        out, err = capsys.readouterr()
        return status, out, err

    return run


def rows_of(call, *arguments):
    status, out, err = call(*arguments, "--json")
    assert status == 0, err
    return {row["id"]: row for row in json.loads(out)["targets"]}


def test_targets_are_chosen_by_document_year_and_unit(call):
    rows = rows_of(call, "--document", "yq2022", "--unit", "市科技局", "--year", 2022)
    assert rows
    assert all("市科技局" in row["responsible"] for row in rows.values())
    assert {row["doc"] for row in rows.values()} == {"yq2022"}
    both = rows_of(call, "--document", "yq2022", "--document", "yq2023")
    assert len(both) == 63 + 98


@pytest.mark.parametrize(
    ("option", "name", "allowed"),
    [("--document", "yq1999", "yq2023"), ("--unit", "市发改", "市发改局")],
)
def test_a_name_that_no_target_bears_is_refused_with_those_that_are(call, option, name, allowed):
    status, out, err = call(option, name)
    assert status == 2
    assert name in err
    assert allowed in err
    assert out == ""


def test_a_city_without_plots_or_maps_has_targets(call, bare):
    rows = rows_of(call, "--workspace", bare)
    assert len(rows) == 22
    assert rows["tz145-06"]["pace_per_year"] == pytest.approx(2.26)
    status, _, err = call("--workspace", bare, "--plots", "tz145-06")
    assert status == 1
    assert "taizhou" in err


def test_reported_values_of_a_file_stand_beside_the_targets(call, tmp_path):
    told = tmp_path / "told.csv"
    told.write_text(HEAD + "yq2022-10,260,亩,2022-09,季报,甲\n", encoding="utf-8")
    row = rows_of(call, "--reported", told)["yq2022-10"]
    assert (row["reported"], row["gap"], row["state"]) == (260, 40, "open")
    assert row["pace_per_month"] == pytest.approx(40 / 3, rel=0.01)
    assert row["reported_author"] == "甲"
    told.write_text(HEAD + "yq2022-10,26,公顷,2022-09,季报,甲\n", encoding="utf-8")
    status, out, err = call("--reported", told)
    assert (status, out) == (1, "")
    assert "公顷" in err


def test_the_plots_behind_a_figure_are_listed_and_written(call, tmp_path):
    status, out, err = call("--plots", "yq2022-10", "--json")
    assert status == 0, err
    found = json.loads(out)
    parts = [plot["part"] for plot in found["plots"] if plot["part"] is not None]
    assert sum(parts) == pytest.approx(found["target"]["computed"], abs=0.01)
    file = tmp_path / "plots.csv"
    assert call("--plots", "yq2022-10", "-o", file)[0] == 0
    assert len(pd.read_csv(file)) == len(found["plots"])
    status, _, err = call("--plots", "yq2022-60")
    assert status == 1
    assert "降本减负" in err


def test_the_records_behind_a_figure_are_listed_and_are_no_plots(call, tmp_path):
    status, out, err = call("--plots", "yq145-01", "--json")
    assert status == 0, err
    found = json.loads(out)
    assert sum(one["part"] for one in found["land_changes"]) == pytest.approx(456.62)
    status, out, _ = call("--plots", "yq145-01")
    assert found["land_changes"][0]["change_id"] in out
    assert "2021 年，新供工业用地" in out
    status, _, err = call("--plots", "yq145-01", "-o", tmp_path / "out.gpkg")
    assert status == 2
    assert "land_changes" in err


def test_the_text_says_what_does_not_count_and_rounds_for_reading(call, tmp_path):
    told = tmp_path / "told.csv"
    rows = [
        "yq2022-10,300,亩,2019,年报,甲",
        "yq145-m12a,25,个,2022,年报,甲",
        "yq2016-15,3,%,2020,年报,甲",
        "yq2016-01,400,亿元,2018-03,年报,甲",
    ]
    told.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    status, out, err = call("--reported", told)
    assert status == 0, err
    lines = {line.split(" ")[0]: line for line in out.splitlines()}
    assert "报告期不符，未计入：2019 上报 300 亩，应为 2022 年" in lines["yq2022-10"]
    assert "情况不明" in lines["yq2022-10"]
    assert "5 年中 1 年已达到（已达到：2022；" in lines["yq145-m12a"]
    assert "，未达到" in lines["yq145-m12a"]
    assert "上报 3，无数值目标" in lines["yq2016-15"]
    assert "未达到" not in lines["yq2016-15"]
    assert "没有 2023 年的数据（现有数据为 2019–2021 年），不是 0" in lines["yq2023-41"]
    assert "规上企业，电气机械和器材制造业" in lines["yq145-10"]
    assert "2021 年，规上企业，全部行业" in lines["yq2022-01"]
    # 100 亿元 in the time left after March 2018
    assert "每年须推进 36.32，" in lines["yq2016-01"]
    json_row = rows_of(call, "--reported", told)["yq2016-01"]
    assert json_row["pace_per_year"] == pytest.approx(36.32, abs=0.01)
    assert json_row["pace_per_year"] != 36.32


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_targets_are_written_as_a_table(call, tmp_path, ending):
    file = tmp_path / f"targets.{ending}"
    status, out, err = call("--document", "yq2022", "-o", file)
    assert status == 0, err
    assert str(file) in out
    if ending == "csv":
        table = pd.read_csv(file, dtype=str, encoding="utf-8-sig")
    else:
        sheet = openpyxl.load_workbook(file)["目标对账"]
        head, *rows = sheet.iter_rows(values_only=True)
        table = pd.DataFrame(rows, columns=head)
    assert len(table) == 63
    land = table.set_index("目标编号").loc["yq2022-10"]
    assert float(land["目标值"]) == 300
    assert land["状态"] == "情况不明"
    assert "潜力" in land["计算值的含义"]
    assert "示例" in land["计算值的含义"]
    assert land["牵头单位"] == "市经信局"
    # a file that is there stays unless asked
    assert call("--document", "yq2022", "-o", file)[0] == 1
    assert call("--document", "yq2022", "-o", file, "--overwrite")[0] == 0


def test_another_ending_is_refused(call, tmp_path):
    status, _, err = call("-o", tmp_path / "targets.docx")
    assert status == 1
    assert ".xlsx" in err
