"""Plots of which no verdict is known: what is hit is unknown everywhere, and never 0.00."""

from __future__ import annotations

import json

import openpyxl
import pytest

from platforms.outputs.books.workbook import save_workbook
from platforms.outputs.maps.map_reading import read_page
from platforms.outputs.maps.map_sheet import run_document
from platforms.outputs.maps.page import save_html
from platforms.planning.run import run

WHY = "3 宗全部情况不明，不能得出"


@pytest.fixture(scope="module")
def bare(yueqing, example):
    """Three plots as a survey gives them: shapes and nothing about their firms."""
    return run(yueqing, plots=example.plots[["plot_id", "geometry"]].iloc[:3])


def test_the_record_has_null_and_counts_the_verdicts(bare):
    record = json.loads(json.dumps(bare.to_json(), allow_nan=False))
    assert record["verdicts"] == {"low_efficiency": 0, "not": 0, "unknown": 3}
    assert record["low_efficiency_mu"] is record["reclaimable_mu"] is None
    assert record["verdicts_mu"]["low_efficiency"] is None
    assert record["unknown_mu"] == record["area_mu"] > 0
    land = bare.targets["computed_by"].isin(["reclaimable_mu", "low_efficiency_mu"])
    assert bare.targets.loc[land, "computed"].isna().all()


def test_the_page_says_unknown_and_why(bare, tmp_path):
    path = save_html(run_document(bare), tmp_path / "map.html")
    content = read_page(path).content
    shown = {one["key"]: one for one in content["figures"]}
    for key in ("low_efficiency_mu", "reclaimable_mu"):
        assert [shown[key][part] for part in ("value", "unit", "note")] == ["—", "", WHY]
    assert (shown["unknown"]["value"], shown["unknown"]["unit"]) == ("3", "宗")
    assert any(note.startswith(WHY) for note in content["notes"])
    bars = {one["label"]: one["text"] for one in content["charts"][0]["bars"]}
    assert bars["低效"] == "—"


def test_no_sheet_of_the_workbook_says_nought(bare, tmp_path):
    path = save_workbook(bare, tmp_path / "ledger.xlsx")
    book = openpyxl.load_workbook(path, data_only=True)
    rows = {row[0]: row[1:] for row in book["概况"].iter_rows(min_row=4, values_only=True)}
    assert rows["低效（亩）"] == rows["可腾退用地（亩）"] == ("—", WHY)
    assert rows["情况不明（宗）"][0] == 3
    _, _, head, *towns = book.worksheets[4].iter_rows(values_only=True)
    low = head.index("低效面积（亩）")
    assert towns[-1][low] == "—"


def test_the_sample_has_its_unknown_plots_among_the_figures(example):
    shown = {one["key"]: one["value"] for one in run_document(example).content["figures"]}
    assert shown["unknown"] == str(example.figures["unknown"])
    assert shown["low_efficiency_mu"] != "—"
