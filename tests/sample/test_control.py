"""The sample's control line and land changes give every answer that a check can give."""

from __future__ import annotations

import pandas as pd
import pytest

from platforms.layers.workspace import Workspace
from platforms.planning.land.balance import land_balance
from platforms.planning.land.control_line import control_line
from platforms.sample import load_recipe


@pytest.fixture(scope="module")
def ws():
    return Workspace.open("yueqing")


def test_the_line_leaves_some_plots_out_and_cuts_some(ws):
    placed = control_line(ws.layer("plots"), ws.layer("control_line"), plane=ws.plane)
    counts = placed["control_line"].value_counts()
    left_out = placed[placed["block"].isin(load_recipe("yueqing").control.outside)]
    assert set(counts.index) == {"inside", "outside", "across"}
    assert counts["inside"] > counts["outside"] > 0
    assert left_out["control_line"].eq("outside").all()
    assert len(left_out) > 0


def test_land_leaves_early_only_in_the_towns_that_the_recipe_names(ws):
    changes = ws.table("land_changes")
    balance = land_balance(changes, ratio=1.0, share=0.3)
    early = set(load_recipe("yueqing").control.early_towns)
    assert set(balance.breaches["town"]) == early
    assert balance.unknown.empty
    assert set(balance.towns.loc[balance.towns["kept"].eq(other=False), "town"]) == early
    sold = changes[changes["kind"].eq("supply")]
    assert pd.isna(sold["plot_id"]).all()
    assert set(changes["plot_id"].dropna()) <= set(ws.layer("plots")["plot_id"])
