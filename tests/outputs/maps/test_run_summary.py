from __future__ import annotations

import math
from dataclasses import replace

import platforms as ip
from platforms.outputs.maps.map_sheet import run_document
from platforms.outputs.verdict_words import rounding


def test_parts_that_miss_the_total_by_rounding_are_told(example):
    parts = {"low_efficiency_mu": 1.004, "not_mu": 1.004, "unknown_mu": 1.004}
    thirds = replace(example, figures={**example.figures, **parts, "area_mu": 3.012})
    assert "3.00" in rounding(thirds)
    assert "3.01" in rounding(thirds)
    assert rounding(thirds) in run_document(thirds).content["notes"]
    even = replace(thirds, figures={**thirds.figures, "area_mu": 3.0})
    assert rounding(even) == ""
    silent = replace(thirds, figures={**thirds.figures, "not_mu": math.nan})
    assert rounding(silent) == ""


def test_all_plots_have_the_figures_and_charts_of_the_sheet(example):
    figures, charts = ip.run_summary(example)
    again, same = ip.run_summary(example, example.plots)
    content = ip.run_document(example).content
    assert [one.value for one in figures] == [one["value"] for one in content["figures"]]
    assert again == figures
    assert [bar.text for bar in same[0].bars] == [bar.text for bar in charts[0].bars]


def test_some_plots_have_their_own(example):
    low = example.plots[example.plots["verdict"].eq("low_efficiency")]
    figures, charts = ip.run_summary(example, low)
    values = {one.key: one.value for one in figures}
    assert values["plots"] == f"{len(low):,}"
    assert values["area_mu"] == values["low_efficiency_mu"]
    assert values["reclaimable_mu"] == f"{example.figures['reclaimable_mu']:,.2f}"
    assert [bar.value for bar in charts[0].bars[1:]] == [0.0, 0.0]


def test_no_plots_have_figures_of_nothing(example):
    figures, charts = ip.run_summary(example, example.plots.iloc[:0])
    assert [one.value for one in figures] == ["0", "0.00", "0.00", "0.00"]
    assert list(charts[1].bars) == []
