"""``platforms relocate``: tables in, one JSON object or words out, and files."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest

from platforms.cli import main

FIRMS = """firm_id,lon,lat,industry,demand_mu
A,121.00,28.00,甲,4
B,121.01,28.00,甲,4
C,121.02,28.00,乙,4
"""
PARKS = """park_id,lon,lat,capacity_mu,admits
P,121.00,28.01,6,甲;乙
Q,121.02,28.01,6,*
"""


@pytest.fixture
def tables(tmp_path):
    for name, text in {"firms": FIRMS, "parks": PARKS}.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return ["--firms", str(tmp_path / "firms.csv"), "--parks", str(tmp_path / "parks.csv")]


@pytest.fixture
def call(capsys):
    def called(*words, status=0):
        found = main(["relocate", *map(str, words)])
        out = capsys.readouterr()
        assert found == status, out.err
        return out

    return called


def test_json_holds_the_answer_and_its_proof(call, tables):
    told = json.loads(call(*tables, "--json").out)
    assert list(told)[:7] == [
        "status", "objective", "bound", "gap", "assignments", "unassigned", "relaxations",
    ]  # fmt: skip
    assert told["status"] == "optimal"
    assert told["gap"] == 0
    assert not told["sample"]
    assert [row["reason"] for row in told["unassigned"]] == ["fragmentation"]
    moved = told["assignments"]
    assert {"firm_id", "park_id", "km", "mu"} <= set(moved[0])
    total = sum(row["km"] * row["mu"] for row in moved) + 1000 * 4
    assert told["objective"] == pytest.approx(total, abs=1e-5)


def test_words_tell_terms_parks_and_reasons(call, tables):
    out = call(*tables, "--weights", "distance=2,fit=1", "--weights", "tax=3").out
    assert "最优" in out
    assert "直线距离" in out
    assert "不能拆分" in out
    assert "权重 2" in out
    assert "示例" not in out


def test_options_limit_the_answer(call, tables, tmp_path):
    far = json.loads(call(*tables, "--max-km", "1.5", "--json").out)
    assert max(row["km"] for row in far["assignments"]) <= 1.5
    locks = tmp_path / "locks.csv"
    locks.write_text("firm_id,park_id,lock\nC,P,in\nA,Q,in\n", encoding="utf-8")
    held = json.loads(call(*tables, "--locks", locks, "--json").out)
    assert {row["firm_id"]: row["park_id"] for row in held["assignments"]} == {"A": "Q", "C": "P"}


def test_locks_that_contradict_end_with_one(call, tables, tmp_path):
    locks = tmp_path / "locks.csv"
    locks.write_text("firm_id,park_id\nA,P\nB,P\n", encoding="utf-8")
    out = call(*tables, "--locks", locks, "--json", status=1)
    told = json.loads(out.out)
    assert told["status"] == "infeasible"
    assert told["objective"] is None
    assert [row["reason"] for row in told["relaxations"]] == ["room"]
    assert "须放弃" in call(*tables, "--locks", locks, status=1).out
    relaxed = json.loads(call(*tables, "--locks", locks, "--relax", "--json").out)
    assert relaxed["status"] == "optimal"


def test_faults_of_the_tables_end_with_one(call, tables, tmp_path):
    (tmp_path / "firms.csv").write_text(FIRMS + "D,121,28,甲,很多\n", encoding="utf-8")
    out = call(*tables, "--json", status=1)
    told = json.loads(out.out)
    assert [row["kind"] for row in told["issues"]] == ["move_no_demand"]
    assert {"firm_id": "D", "reason": "data"}.items() <= told["unassigned"][-1].items()


@pytest.mark.parametrize("word", ["distance", "fit=viel", "=3"])
def test_weights_are_names_with_numbers(call, tables, word):
    # a name that is no term is refused with the list of those that are
    status = 2
    assert call(*tables, "--weights", word, status=status).err


def test_titles_of_the_cards_are_columns_too(call, tables, tmp_path):
    titles = "企业编号,经度,纬度,行业,用地需求"
    text = FIRMS.replace("firm_id,lon,lat,industry,demand_mu", titles)
    (tmp_path / "firms.csv").write_text(text, encoding="utf-8")
    assert len(json.loads(call(*tables, "--json").out)["assignments"]) == 2


def test_a_table_without_our_columns_is_refused(call, tables, tmp_path):
    (tmp_path / "firms.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert "firms.csv" in call(*tables, "--json", status=1).err


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "csv"])
def test_answers_are_written(call, tables, tmp_path, ending):
    path = tmp_path / f"moves.{ending}"
    call(*tables, "-o", path)
    if ending == "csv":
        rows = pd.read_csv(path)
        assert len(rows) == 3
        assert rows["reason"].notna().sum() == 1
    else:
        flows = gpd.read_file(path, layer="flows") if ending == "gpkg" else gpd.read_file(path)
        assert len(flows) == 2
        assert not flows["sample"].any()
        assert flows.crs.to_epsg() == 4490
    assert path.name in call(*tables, "-o", path, status=1).err
    assert call(*tables, "-o", tmp_path / "moves.doc", status=1).err


def test_a_city_without_tables_says_which_to_give(call, bare):
    assert "--firms" in call("--workspace", bare, status=1).err
