"""Relocations as files of the command line: a page, a workbook, and all four of a run."""

from __future__ import annotations

import json

import pyogrio
import pytest
from openpyxl import load_workbook

from platforms.cli import main

MU = "迁入用地（亩）"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("moved") / "out"
    assert main(["run", "--relocate", "-o", str(target), "--json"]) == 0
    return target


def test_run_json_has_the_headline(folder, capsys):
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    found = told["relocation"]
    assert found["sample"]
    assert found["firms"] + found["unassigned"] == 500
    assert sum(found["reasons"].values()) == found["unassigned"]
    assert "relocate" in told["seconds"]
    assert main(["relocate", "--json"]) == 0
    own = json.loads(capsys.readouterr().out)
    assert found["objective"] == own["objective"]
    assert found["mu"] == pytest.approx(sum(row["mu"] for row in own["assignments"]))


@pytest.mark.long
def test_the_ledger_has_a_sheet_that_says_the_same(folder):
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))["relocation"]
    sheet = load_workbook(folder / "ledger.xlsx")["搬迁方案"]
    rows = [row for row in sheet.iter_rows(values_only=True) if any(row)]
    plan = {row[0]: row[1] for row in rows}
    assert plan["迁入企业（家）"] == told["firms"]
    assert plan[MU] == told["mu"]
    assert plan["下界"] == told["bound"]
    heads = [row for row in rows if row[0] == "企业编号"]
    assert len(heads) == 2
    assert any("示例数据" in str(cell) for cell in rows[1])


def test_the_geopackage_has_its_layers(folder):
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))["relocation"]
    path = folder / "plan.gpkg"
    flows = pyogrio.read_dataframe(path, layer="moves_flows")
    assert (len(flows), flows.crs.to_epsg()) == (told["firms"], 4490)
    sums = pyogrio.read_dataframe(path, layer="moves_flows_by_town")
    assert sums["firms"].sum() == told["firms"]
    assert {"moves_firms", "moves_parks"} <= {name for name, _ in pyogrio.list_layers(path)}


def test_the_page_has_the_flows(folder):
    page = (folder / "map.html").read_text(encoding="utf-8")
    assert '"id":"flows_by_town"' in page
    assert '"kind":"flow"' in page


@pytest.mark.long
def test_a_run_without_the_option_has_none_of_it(tmp_path, capsys):
    assert main(["run", "-o", str(tmp_path / "out"), "--json"]) == 0
    assert "relocation" not in json.loads(capsys.readouterr().out)
    names = load_workbook(tmp_path / "out" / "ledger.xlsx", read_only=True).sheetnames
    assert "搬迁方案" not in names
    assert '"kind":"flow"' not in (tmp_path / "out" / "map.html").read_text(encoding="utf-8")


def test_a_city_without_tables_is_told_before_anything_is_run(tmp_path, capsys, bare):
    assert main(["run", "--workspace", bare, "--relocate", "-o", str(tmp_path / "out")]) == 2
    assert "platforms relocate" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("ending", ["html", "xlsx"])
def test_an_answer_is_written_for_readers(tmp_path, ending):
    path = tmp_path / f"moves.{ending}"
    assert main(["relocate", "-o", str(path)]) == 0
    if ending == "xlsx":
        flows = load_workbook(path)["流向"]
        assert flows["A4"].value.endswith(("镇", "街道", "乡"))
    else:
        assert '"id":"staying_firms"' in path.read_text(encoding="utf-8")
