"""The flows of a kept relocation, drawn as those of a fresh one.

A scenario holds what the answer decided and not how it was searched for; of a firm that stays
it holds the kind of the reason and not the sums behind it.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from platforms import messages
from platforms.issues import IssueTable
from platforms.layers.workspace import Workspace
from platforms.outputs.maps.map_parts import Column, MapLayer
from platforms.outputs.maps.relocation_layers import relocation_layers
from platforms.planning.moves.relocation_answer import Relocation
from platforms.planning.scenarios.record import Scenario

__all__ = ["flow_layers", "reason_titles"]

_STAYS = "staying_firms"
_OWN = ("mu", "park_id", "km", "reason", "locked")


def reason_titles() -> dict[str, str]:
    """Return what users read for each kind of reason why a firm stays."""
    room = messages.catalogue(messages.language(), "flows")
    return {k.removeprefix("reason."): v for k, v in room.items() if k.startswith("reason.")}


def flow_layers(workspace: Workspace, scenario: Scenario) -> list[MapLayer]:
    """Return flows, parks and firms that stay.

    Parameters
    ----------
    workspace
        The city; its towns sum the flows.
    scenario
        Of the kind ``relocation``.
    """
    return [*relocation_layers(workspace, _again(scenario)), *_stays(scenario)]


def _again(scenario: Scenario) -> Relocation:
    """Return the answer that the tables tell of, without the firms that stay."""
    firms, parks = scenario["firms"], scenario["parks"]
    moved = firms[firms["park_id"].notna()]
    rest: dict[str, Any] = {
        "status": "feasible", "ended": "settled", "terms": {}, "weights": {}, "relaxations": [],
        "bound": None, "gap": None, "nearest": None, "max_km": None, "seconds": 0.0, "rounds": 0,
    }  # fmt: skip
    return Relocation(
        objective=scenario.figures.get("objective"),
        assignments=moved[["firm_id", "park_id", "km", "mu", "locked"]].reset_index(drop=True),
        unassigned=pd.DataFrame(columns=["firm_id", "mu", "reason"]),
        firms=firms.drop(columns=[name for name in _OWN if name in firms]),
        parks=parks.drop(columns=["firms", "used_mu", "free_mu", "km_mean"], errors="ignore"),
        issues=IssueTable(),
        sample=scenario.sample,
        **rest,
    )


def _stays(scenario: Scenario) -> list[MapLayer]:
    firms = scenario["firms"]
    stays = firms[firms["park_id"].isna() & firms["lon"].notna()]
    if stays.empty:
        return []
    shown = [name for name in ("firm_id", "name", "mu", "reason") if name in stays]
    points = gpd.points_from_xy(stays["lon"], stays["lat"])
    titles = {name: messages.text(f"flows.column.{name}") for name in shown}
    columns = {
        "mu": Column(name="mu", title=titles["mu"], unit="亩", type="number", digits=2),
        "reason": Column(
            name="reason", title=titles["reason"], type="category", labels=reason_titles()
        ),
    }
    named = "name" if "name" in shown else "firm_id"
    return [
        MapLayer(
            name=_STAYS, title=messages.text(f"flows.layer.{_STAYS}"), key="firm_id",
            frame=gpd.GeoDataFrame(stays[shown], geometry=points, crs=4490),
            columns=[
                columns.get(one, Column(name=one, title=titles[one],
                                        role="title" if one == named else ""))
                for one in shown
            ],
            sample=scenario.sample,
        )
    ]  # fmt: skip
