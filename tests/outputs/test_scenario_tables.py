"""Comparisons in words: printed steps sum, headings are known, notes name what differs."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import platforms as ip
from platforms import messages
from platforms.outputs.scenario_tables import change_ways, main_column, note_words
from platforms.outputs.scenario_waterfall import (
    printed_waterfall,
    signed,
    waterfall_chart,
    waterfall_digits,
)
from platforms.planning.scenarios.change import ScenarioChange
from platforms.units import half_up

PARTS = st.integers(min_value=-(10**10), max_value=10**10)


def change_of(first, moves, *, kind="run", unit="mu", tables=None):
    """A comparison by hand: the first total and the steps, in millionths."""
    rows, at = [("total_a", "A", first, 0, first, 0, "")], first
    for number, move in enumerate(moves):
        rows.append((f"s{number}", f"步 {number}", at, move, at + move, 1, ""))
        at += move
    rows.append(("total_b", "B", at, 0, at, 0, ""))
    names = ["step", "title", "value_from", "change", "value_to", "count", "note"]
    steps = pd.DataFrame(rows, columns=names)
    for name in ("value_from", "change", "value_to"):
        steps[name] = steps[name] / 1e6
    figures = pd.DataFrame({"figure": [], "a": [], "b": [], "change": []})
    inputs = pd.DataFrame(
        {"name": ["plots"], "source_a": ["a"], "source_b": ["a"], "a_sha": ["1"], "b_sha": ["1"],
         "same": [True]}
    )  # fmt: skip
    parameters = pd.DataFrame(
        {"key": ["rules", "rules.tax_floor", "limits"], "a": ["yueqing-2022", "10", "river, road"],
         "b": ["yueqing-2022", "8", "river"], "same": [True, False, False]}
    )  # fmt: skip
    return ScenarioChange(
        "a" * 16, "b" * 16, kind, unit, figures, steps, tables or {}, inputs, parameters, "", False
    )


@given(first=PARTS, moves=st.lists(PARTS, max_size=6))
def test_printed_steps_lead_from_the_printed_total_to_the_other(first, moves):
    change = change_of(first, moves)
    table, digits = printed_waterfall(change), waterfall_digits(change)
    ends = change.waterfall["value_to"].iloc[[0, -1]].tolist()
    assert table["value_to"].iloc[[0, -1]].tolist() == [half_up(one, digits) for one in ends]
    total = table["value_to"].iloc[0] + table["change"].sum()
    assert total == pytest.approx(table["value_to"].iloc[-1], abs=1e-6)
    assert table["value_from"].iloc[1:-1].tolist() == table["value_to"].iloc[:-2].tolist()


@given(first=PARTS, moves=st.lists(PARTS, max_size=6))
def test_every_bar_lies_on_the_axis(first, moves):
    for bar in waterfall_chart(change_of(first, moves)).bars:
        assert bar.start >= -1e-6
        assert bar.value >= -1e-6


def test_a_small_step_of_a_large_total_begins_the_axis_nearer_and_says_so():
    chart = waterfall_chart(change_of(3_414_270_000, [-109_440_000]), ("现行", "新"))
    assert chart.title == "可腾退面积为什么变（横轴从 3,200 起）"
    assert [bar.text for bar in chart.bars] == ["3,414.27", "-109.44", "3,304.83"]
    assert [bar.label for bar in chart.bars] == ["A 现行", "步 0", "B 新"]
    assert waterfall_chart(change_of(100_000_000, [-50_000_000])).title == "可腾退面积为什么变"


def test_an_objective_that_rises_is_drawn_as_worse():
    colors = {
        kind: waterfall_chart(change_of(10**7, [10**7], kind=kind)).bars[1].color
        for kind in ("run", "relocation")
    }
    assert colors["run"] != colors["relocation"]


@pytest.mark.parametrize(
    ("value", "text"), [(0.004, "0.00"), (-0.004, "0.00"), (1.005, "+1.01"), (-2, "-2.00")]
)
def test_a_change_has_its_sign_and_nothing_has_none(value, text):
    assert signed(value) == text


def test_parameters_are_said_in_words(yueqing):
    change = change_of(0, [])
    told = ip.scenario_parameters(yueqing, change)
    assert told["title"].tolist() == ["规则参数：规下企业亩均税收下限", "扣除的限制（按先后）"]
    assert told["a"].tolist() == ["10", "河道蓝线、道路红线"]
    assert told["b"].tolist() == ["8", "河道蓝线"]
    note = note_words(yueqing, change, "可能的原因：rules.tax_floor 10 → 8")
    assert note == "可能的原因：规则参数：规下企业亩均税收下限 10 → 8"


def test_ways_say_what_became_of_a_plot():
    plots = pd.DataFrame(
        {
            "plot_id": list("12345"),
            "reclaimable_mu_a": [5.0, 0.0, 4.0, 4.0, 1.0],
            "reclaimable_mu_b": [0.0, 3.0, 3.0, 4.0, float("nan")],
            "verdict_a": ["low_efficiency", "not", "low_efficiency", "not", "low_efficiency"],
            "verdict_b": ["not", "low_efficiency", "low_efficiency", "not", None],
            "change": [-5.0, 3.0, -1.0, 0.0, -1.0],
            "state": ["changed", "changed", "changed", "same", "only_a"],
        }
    )
    change = change_of(0, [], tables={"plots": plots})
    ways = change_ways(change, "plots").tolist()
    assert ways == ["verdict_out", "verdict_in", "less", "same", "only_a"]
    assert main_column(plots) == "reclaimable_mu"


@pytest.mark.long
@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_every_table_of_two_runs_has_headings_and_words(yueqing, example, lang):
    messages.set_language(lang)
    lower = ip.with_settings(yueqing.rules(), ["tax_floor=8"])
    both = (example, ip.run(yueqing, rules=lower))
    change = ip.compare_scenarios(*(ip.scenario_of(one, workspace=yueqing) for one in both))
    for name in change.tables:
        table = ip.scenario_table(yueqing, change, name)
        assert len(table) == len(change.tables[name])
        # a heading that nobody wrote is the column's own name
        assert [one for one in table.columns if "_" in one] == []
    figures = ip.scenario_figures(change)
    assert [one for one in figures["title"] if "_" in one] == []
    row = figures.set_index("figure").loc["reclaimable_mu"]
    printed = [float(row[f"text_{side}"].replace(",", "")) for side in ("a", "b", "change")]
    assert round(printed[1] - printed[0], 2) == printed[2]
