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


def test_a_city_without_plots_or_maps_has_targets(call):
    rows = rows_of(call, "--workspace", "taizhou")
    assert len(rows) == 22
    assert rows["tz145-06"]["pace_per_year"] == pytest.approx(2.26)
    status, _, err = call("--workspace", "taizhou", "--plots", "tz145-06")
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
