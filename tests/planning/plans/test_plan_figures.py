"""Figures of the documents: never two units in one chart, what is worked out stays marked."""

from __future__ import annotations

import math

import platforms as ip


def test_a_chart_holds_one_indicator_in_one_unit(told):
    charts = ip.figure_charts(ip.plan_figures(told))
    assert [(one.table, one.indicator, one.unit, one.by) for one in charts] == [
        ("比较", "产值", "亿元", "subject"),
        ("表1", "增速", "%", "year"),
    ]
    assert charts[0].rows["figure_id"].tolist() == ["F1", "F2"]
    assert charts[1].rows["number"].tolist() == [-2.0, 3.5]


def test_what_is_worked_out_is_no_value(told):
    figures = ip.plan_figures(told).set_index("figure_id")
    assert math.isnan(figures.loc["F2", "value"])
    assert figures.loc["F2", "derived"] == 20.0
    assert figures.loc["F4", "value_text"] == "很多"
    first = ip.figure_charts(figures.reset_index())[0].rows
    assert first["number"].tolist() == [10.0, 20.0]
    assert first["value"].isna().tolist() == [False, True]


def test_every_number_of_yueqing_has_its_clause_and_is_in_one_chart_at_most(yueqing):
    figures = ip.plan_figures(yueqing)
    assert set(figures["layer"]) == {"comparisons", "indicator_history"}
    assert figures["citation"].ne("").all()
    charts = ip.figure_charts(figures)
    drawn = [one for chart in charts for one in chart.rows["figure_id"]]
    assert len(drawn) == len(set(drawn))
    for chart in charts:
        assert chart.rows["unit"].eq(chart.unit).all()
        assert chart.rows["doc"].eq(chart.doc).all()
    subjects = set(figures["subject"])
    assert {"江宁区", "许昌市", "西安市", "乐清市", "鄞州区", "滨江区", "萧山区"} <= subjects


def test_a_city_without_figures_has_no_chart(city):
    figures = ip.plan_figures(ip.Workspace.open(city))
    assert figures.empty
    assert ip.figure_charts(figures) == []
