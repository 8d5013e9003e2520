"""The same answer gives the same scenario, and nobody changes it."""

from __future__ import annotations

import copy
import math
import pickle

import pandas as pd
import pytest

import platforms as ip
from platforms import messages
from platforms.planning.moves.relocation_reasons import reason_sentences
from platforms.planning.scenarios.making import scenario_of
from platforms.planning.scenarios.record import Input, content_id


@pytest.fixture(scope="module")
def made(example):
    return scenario_of(example, workspace="yueqing")


def test_a_run_is_kept_with_all_that_went_in(made, example):
    assert len(made.scenario_id) == 16
    assert content_id(made) == made.scenario_id
    assert {one.name for one in made.inputs} >= {"plots", "rules", "workspace", "limit.river"}
    assert made.parameters["rules"] == example.pack.pack
    assert made.parameters["rules.tax_floor"] == 10
    assert made.figures["reclaimable_mu"] == example.figures["reclaimable_mu"]
    assert len(made["plots"]) == len(example.plots)
    assert made.sample


def test_the_language_and_the_clock_are_no_part_of_the_id(made, yueqing):
    messages.set_language("en")
    again = scenario_of(ip.run(yueqing), workspace=yueqing)
    assert again == made
    assert not again["plots"]["reason"].equals(made["plots"]["reason"])


def test_other_parameters_and_inputs_make_another_scenario(made, example):
    told = scenario_of(example, workspace="yueqing", parameters={"why": "trial"})
    locks = Input("locks", "0" * 64, 2, "locks.csv", sample=False)
    named = scenario_of(example, workspace="yueqing", inputs=[locks])
    ids = {made.scenario_id, told.scenario_id, named.scenario_id}
    ids.add(scenario_of(example, workspace="elsewhere").scenario_id)
    assert len(ids) == 4


def test_what_is_given_out_is_a_copy(made):
    plots = made["plots"]
    plots.loc[0, "verdict"] = "changed"
    plots["new"] = 1
    made.parameters["limits"].append("sea")
    assert made["plots"].loc[0, "verdict"] != "changed"
    assert "new" not in made["plots"]
    assert "sea" not in made.parameters["limits"]
    with pytest.raises(AttributeError):
        made.kind = "siting"
    with pytest.raises(TypeError):
        made.figures["plots"] = 0.0
    assert content_id(made) == made.scenario_id
    assert pickle.loads(pickle.dumps(made)) == copy.copy(made) == made  # noqa: S301 our own


def test_sitings_and_portfolios_have_their_tables(example, yueqing):
    siting = scenario_of(
        ip.site({"industry": "C38", "land_mu": 20}, workspace=yueqing), workspace=yueqing
    )
    assert siting.kind == "siting"
    assert siting.figures["best_score"] == siting["sites"]["score_low"].iloc[0]
    answer = ip.portfolio(example.plots, 50.0)
    chosen = scenario_of(answer, workspace=yueqing)
    taken = chosen["plots"].loc[chosen["plots"]["chosen"].astype(bool), "land_mu"].sum()
    assert chosen.figures["land_mu"] == pytest.approx(taken)
    assert chosen.parameters["target_mu"] == 50.0


def test_a_relocation_has_firms_parks_and_flows(yueqing):
    data = ip.relocation_data(yueqing)
    answer = ip.relocate(data, effort=ip.SearchEffort(seconds=1.0))
    made = scenario_of(answer, workspace=yueqing)
    firms = made["firms"]
    assert firms["park_id"].notna().sum() == made.figures["moved_firms"] == len(made["flows"])
    assert made["parks"]["used_mu"].sum() == pytest.approx(made.figures["moved_mu"])
    assert firms.crs == made["flows"].crs == "EPSG:4490"
    change = ip.compare_scenarios(made, made)
    assert change.waterfall["step"].tolist() == ["total_a", "total_b"]


def test_a_relocation_keeps_what_it_was_asked_with(yueqing):
    data = ip.relocation_data(yueqing, transfers="only")
    locks = pd.DataFrame({"firm_id": ["SF-0002", "SF-0001"], "park_id": [None, None],
                          "lock": ["out", "out"]})  # fmt: skip
    effort = ip.SearchEffort(seconds=60.0, rounds=0)
    answer = ip.relocate(data, locks=locks, relax=True, max_km=9, effort=effort)
    made = scenario_of(answer, workspace=yueqing)
    asked = {"relax": True, "transfers": "only", "max_km": 9, "effort.seconds": 60.0}
    assert asked.items() <= made.parameters.items()
    assert made["locks"]["firm_id"].tolist() == ["SF-0001", "SF-0002"]
    assert {one.name: one.rows for one in made.inputs}["locks"] == 2
    turned = ip.relocate(data, locks=locks.iloc[::-1], relax=True, max_km=9, effort=effort)
    assert scenario_of(turned, workspace=yueqing) == made
    # the parts of the firms are those of the answer, and the reasons can be said again
    parts = made["firms"].filter(like="part_").to_numpy(dtype="float64")
    assert round(math.fsum(parts.ravel()), 6) == answer.objective
    stays = made["firms"][made["firms"]["reason"].notna()]
    assert sorted(reason_sentences(stays)) == sorted(answer.why_unassigned())
    assert len(stays) == len(answer.unassigned) > 2


def test_nothing_else_is_a_scenario():
    with pytest.raises(TypeError):
        scenario_of("a run", workspace="yueqing")
