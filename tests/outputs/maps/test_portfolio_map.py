"""The portfolio on the map: what is taken on, and why the others are not."""

from __future__ import annotations

import pytest

import platforms as ip
from platforms.outputs.maps.map_styles import style_of
from platforms.planning.choice.portfolio_input import WAYS


@pytest.fixture(scope="module")
def answer(example):
    return ip.portfolio(example.plots, 600)


def test_plots_are_coloured_by_what_became_of_them(example, answer):
    document = ip.portfolio_document(example, answer)
    layer = next(one for one in document.content["layers"] if one["id"] == "plots")
    assert layer["style"]["column"] == "choice"
    titles = {one["value"]: one["title"] for one in layer["style"]["classes"]}
    assert titles["chosen"] == "入选"
    assert titles["verdict_unknown"] == "低效与否无法判定"
    assert layer["sample"]
    (chart,) = document.content["charts"]
    assert sum(bar["value"] for bar in chart["bars"]) == pytest.approx(answer.land_mu)
    assert f"{answer.land_mu:,.2f}" in document.content["subtitle"]


def test_without_a_choice_the_map_shows_why_and_no_sums(example):
    document = ip.portfolio_document(example, ip.portfolio(example.plots, 5000))
    assert document.content["charts"] == []
    assert "—" in document.content["subtitle"]


def test_every_way_has_a_look():
    assert set(style_of("portfolio_plots").classes) == set(WAYS)


def test_another_choice_is_another_map(example, answer):
    other = ip.portfolio(example.plots, 900)
    ids = {ip.portfolio_document(example, one).id for one in (answer, answer, other)}
    assert len(ids) == 2
    assert "choice" not in example.plots
