"""Rules that ask something else than low efficiency: the four outputs speak their words."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3

import openpyxl
import pytest

from platforms import messages
from platforms.outputs.folder import save_run
from platforms.outputs.maps.map_sheet import run_document
from platforms.outputs.verdict_words import count_title, verdict_words
from platforms.planning.run import run

WORDS = {
    "idle-land-53": {"idle": "闲置", "not": "不符合", "unknown": "情况不明"},
    "yueqing-two-high": {
        "review_province": "须省级审查",
        "review_city": "须市级审查",
        "not": "不符合",
        "unknown": "情况不明",
    },
}


@pytest.fixture(scope="module", params=WORDS)
def saved(request, yueqing, tmp_path_factory):
    made = run(yueqing, rules=request.param)
    folder = tmp_path_factory.mktemp("other") / "out"
    return made, save_run(made, folder), folder


def _cells(sheet):
    return {row[0]: row[1] for row in sheet.iter_rows(min_row=4, max_col=2, values_only=True)}


def test_the_words_are_those_of_the_pack(yueqing):
    for name, words in WORDS.items():
        assert verdict_words(yueqing.rules(name)) == words
    low = yueqing.rules("2022")
    assert verdict_words(low)["low_efficiency"] == messages.text("sheet.verdict.low_efficiency")
    assert count_title(low, "low_efficiency_mu") == "低效面积"
    assert count_title(yueqing.rules("idle-land-53"), "not") == "不符合地块数"


@pytest.mark.long
def test_the_record_counts_every_verdict_of_the_pack(saved):
    made, record, folder = saved
    assert list(record["verdicts"]) == list(WORDS[made.pack.pack])
    assert sum(record["verdicts"].values()) == len(made.plots)
    assert record["verdicts"] == {
        name: int(made.plots["verdict"].eq(name).sum()) for name in record["verdicts"]
    }
    hits = made.pack.outcomes
    assert all(record["verdicts"][name] > 0 for name in hits)
    assert record["low_efficiency_mu"] is None
    assert record["reclaimable_mu"] is None
    assert json.loads((folder / "run.json").read_text("utf-8"))["verdicts"] == record["verdicts"]


def test_targets_on_low_efficiency_land_stay_open(saved):
    made = saved[0]
    land = made.targets[made.targets["computed_by"].isin(["reclaimable_mu", "low_efficiency_mu"])]
    assert len(land)
    assert land["computed"].isna().all()


@pytest.mark.long
def test_the_sheet_says_the_words_and_its_sums_are_those_of_the_record(saved):
    made, record, folder = saved
    words = WORDS[made.pack.pack]
    values = openpyxl.load_workbook(folder / "ledger.xlsx", data_only=True)
    overview = _cells(values["概况"])
    for name, word in words.items():
        assert overview[f"{word}（宗）"] == record["verdicts"][name]
        assert overview[f"{word}（亩）"] == record["verdicts_mu"][name]
    assert not any("低效" in str(key) for key in overview)
    heads = [cell.value for cell in values["地块台账"][3]]
    shown = [
        row[heads.index("认定结果")] for row in values["地块台账"].iter_rows(4, values_only=True)
    ]
    assert shown == [words[name] for name in made.plots["verdict"]]
    formulas = openpyxl.load_workbook(folder / "ledger.xlsx")["分乡镇"]
    heads = [cell.value for cell in formulas[3]]
    assert not any("低效" in head or "腾退" in head for head in heads)
    hit = words[made.pack.outcomes[0]]
    column = heads.index(f"{hit}地块数")
    assert f'"{hit}"' in formulas.cell(4, column + 1).value
    sums = list(values["分乡镇"].iter_rows(4, values_only=True))
    assert sums[-1][column] == record["verdicts"][made.pack.outcomes[0]]


def test_the_map_says_the_words_and_draws_the_classes(saved):
    made = saved[0]
    words = WORDS[made.pack.pack]
    document = run_document(made, day=dt.date(2026, 1, 2)).content
    layer = next(layer for layer in document["layers"] if layer["id"] == "plots")
    column = next(column for column in layer["columns"] if column["name"] == "verdict")
    assert column["labels"] == words
    drawn = {look["value"]: look for look in layer["style"]["classes"]}
    looks = {(drawn[name]["fill"], drawn[name]["hatch"]) for name in words}
    assert len(looks) == len(words)
    chart = next(chart for chart in document["charts"] if chart["id"] == "verdicts")
    assert [bar["label"] for bar in chart["bars"]] == list(words.values())
    figures = {figure["key"]: figure["label"] for figure in document["figures"]}
    assert "reclaimable_mu" not in figures
    assert figures[f"{made.pack.outcomes[0]}_mu"] == words[made.pack.outcomes[0]]
    assert str(made.pack.title) in document["subtitle"]


def test_the_geopackage_holds_the_verdicts(saved):
    _, record, folder = saved
    with sqlite3.connect(folder / "plan.gpkg") as base:
        rows = dict(base.execute("select verdict, count(*) from plots group by verdict"))
    assert rows == {name: count for name, count in record["verdicts"].items() if count}
