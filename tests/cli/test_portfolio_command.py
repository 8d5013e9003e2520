"""``platforms portfolio``: text, JSON, files, limits and what happens when nothing fits."""

from __future__ import annotations

import json
import math

import geopandas as gpd
import openpyxl
import pytest

from platforms import messages
from platforms.cli import main
from platforms.units import half_up


@pytest.fixture
def call(capsys):
    def called(*arguments, status=0):
        found = main(["portfolio", *map(str, arguments)])
        out = capsys.readouterr()
        assert found == status, out.err
        return out

    return called


def test_the_target_of_the_plan_is_reached_and_proved(call):
    told = json.loads(call("--target", "yq2023-42a", "--curve", 4, "--json").out)
    assert (told["status"], told["target"], told["target_mu"]) == ("optimal", "yq2023-42a", 1800)
    assert told["land_mu"] >= 1800
    assert told["bound"] <= told["objective"]
    assert told["gap"] <= 1e-4
    assert told["sample"] is True
    counted = math.fsum(plot["counted_mu"] for plot in told["plots"])
    assert half_up(counted, 6) == told["land_mu"]
    assert all(plot["counted_mu"] <= plot["net_mu"] for plot in told["plots"])
    terms = {row["term"]: row for row in told["terms"]}
    assert {row["basis"] for row in terms.values()} == {"tool"}
    assert terms["cost_wan"]["unused"] == "no_column"
    points = sum(row["points"] or 0 for row in terms.values())
    assert points == pytest.approx(told["objective"], abs=1e-5)
    assert [row["target_mu"] for row in told["curve"]] == [900, 1800, 2700, 3600]
    assert told["curve"][1]["objective"] == pytest.approx(told["objective"], rel=1e-4)
    assert told["curve"][3]["status"] == "infeasible"
    assert told["last"]["low"] <= told["last"]["points"] <= told["last"]["high"]


@pytest.mark.long
def test_text_says_terms_towns_plots_and_curve(call, yueqing):
    out = call("--mu", 300, "--within", 50, "--curve", 2, "--quota", "柳市镇=50..120").out
    for entry in ("terms", "towns", "chosen", "curve_head", "sample"):
        assert messages.text(f"portfolio.cli.{entry}") in out
    assert "柳市镇" in out
    assert messages.text("portfolio.unused.no_column") in out
    messages.set_language("en")
    english = call("--mu", 300, "--curve", 0).out
    assert "Optimal" in english


def test_quotas_and_locks_are_kept(call, tmp_path, example):
    low = example.plots.query("verdict == 'low_efficiency'")
    inside, outside = low["plot_id"].iloc[:2], low.sort_values("net_mu")["plot_id"].iloc[-3:]
    table = tmp_path / "locks.csv"
    lines = [*(f"{name},in" for name in inside), *(f"{name},排除" for name in outside)]
    table.write_text("地块编号,锁定\n" + "\n".join(lines) + "\n", encoding="utf-8")
    told = json.loads(
        call("--mu", 600, "--lock", table, "--quota", "虹桥镇=100..150", "--quota", "柳市镇=..80",
             "--curve", 0, "--json").out
    )  # fmt: skip
    names = {plot["plot_id"] for plot in told["plots"]}
    assert names >= set(inside)
    assert not names & set(outside)
    towns = {row["town"]: row["chosen_mu"] for row in told["towns"]}
    assert 100 <= towns["虹桥镇"] <= 150
    assert towns["柳市镇"] <= 80
    assert told["curve"] is told["last"] is None
    assert told["counts"]["locked_out"] == 3


def test_nothing_fits_is_told_with_the_least_that_gives(call):
    out = call("--mu", 9000, status=1).out
    assert messages.text("portfolio.relax.head") in out
    assert "3,414.2" in out
    told = json.loads(call("--mu", 9000, "--json", status=1).out)
    assert told["status"] == "infeasible"
    assert told["objective"] is None
    assert told["plots"] == []
    assert [one["kind"] for one in told["relaxations"]] == ["target"]


def test_files_hold_the_flag_and_the_answer(call, tmp_path):
    plots, book = tmp_path / "out.gpkg", tmp_path / "out.xlsx"
    call("--mu", 300, "--curve", 0, "-o", plots)
    frame = gpd.read_file(plots)
    assert len(frame) == 1251
    chosen = frame[frame["chosen"].astype(bool)]
    assert chosen["net_mu"].sum() >= 300
    assert set(chosen["choice"]) == {"chosen"}
    call("--mu", 300, "--curve", 2, "-o", book)
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == [
        messages.text(f"portfolio.sheet.{name}")
        for name in ("answer", "chosen", "towns", "terms", "curve")
    ]
    assert sheets[messages.text("portfolio.sheet.chosen")].max_row == len(chosen) + 1
    assert sheets[messages.text("portfolio.sheet.answer")]["A2"].value == messages.text(
        "portfolio.sheet.sample"
    )
    assert main(["portfolio", "--mu", "300", "--curve", "0", "-o", str(book)]) == 1


def test_costs_of_a_file_count(call, tmp_path, example):
    plots = example.workspace.layer("plots").copy()
    plots["cost_wan"] = [100.0 + at % 7 for at in range(len(plots))]
    path = tmp_path / "plots.gpkg"
    plots.to_file(path)
    told = json.loads(call(path, "--mu", 200, "--budget", 5000, "--curve", 0, "--json").out)
    terms = {row["term"]: row for row in told["terms"]}
    assert terms["cost_wan"]["amount"] == sum(plot["cost_wan"] for plot in told["plots"])
    assert terms["cost_wan"]["unused"] is None
    dear = call(path, "--mu", 200, "--budget", 5, "--curve", 0, "--json", status=1)
    assert [one["kind"] for one in json.loads(dear.out)["relaxations"]] == ["budget"]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--mu", "5", "--target", "yq2023-42a"],
        ["--mu", "0"],
        ["--mu", "5", "--quota", "柳市镇"],
        ["--mu", "5", "--quota", "柳市镇=a..b"],
        ["--mu", "5", "--quota", "柳市镇=1..2", "--quota", "柳市镇=1..3"],
        ["--mu", "5", "--weight", "firms"],
        ["--mu", "5", "--crs", "4528"],
    ],
)
def test_wrong_usage_is_told(call, words):
    assert call(*words, status=2).err


def test_a_table_of_locks_that_cannot_be_read_is_named(call, tmp_path):
    table = tmp_path / "locks.csv"
    table.write_text("地块编号,锁定\nSP-0001,也许\n", encoding="utf-8")
    assert "也许" in call("--mu", 5, "--lock", table, status=1).err
    table.write_text("地块,意见\nSP-0001,好\n", encoding="utf-8")
    assert "locks.csv" in call("--mu", 5, "--lock", table, status=1).err
