"""The flows of a kept relocation, drawn as those of a fresh one.

A scenario holds what the answer decided and with what it was asked, not how it was searched
for.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from platforms import messages
from platforms.issues import IssueTable
from platforms.layers.workspace import Workspace
from platforms.outputs.maps.map_parts import MapLayer
from platforms.outputs.maps.relocation_layers import relocation_layers
from platforms.planning.moves.relocation_answer import PART, Relocation
from platforms.planning.moves.relocation_reasons import REASON_COLUMNS
from platforms.planning.scenarios.record import Scenario
from platforms.planning.scenarios.steps import weights_of

__all__ = ["flow_layers", "reason_titles"]

_OWN = ("mu", "park_id", "km", "locked")


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
    return relocation_layers(workspace, _again(scenario))


def _again(scenario: Scenario) -> Relocation:
    """Return the answer that the tables tell of."""
    firms, parks = scenario["firms"], scenario["parks"]
    moved = firms[firms["park_id"].notna()]
    parts = [str(name) for name in firms if str(name).startswith(PART)]
    told = firms[["firm_id", *parts]].rename(columns=lambda name: str(name).removeprefix(PART))
    rest: dict[str, Any] = {
        "status": "feasible", "ended": "settled", "terms": {}, "relaxations": [],
        "bound": None, "gap": None, "nearest": None, "max_km": None, "seconds": 0.0, "rounds": 0,
    }  # fmt: skip
    own = {*_OWN, *REASON_COLUMNS, *parts}
    return Relocation(
        objective=scenario.figures.get("objective"),
        weights=weights_of(scenario),
        assignments=moved[["firm_id", "park_id", "km", "mu", "locked"]].reset_index(drop=True),
        unassigned=_stays(firms),
        firms=firms.drop(columns=[name for name in firms if name in own]),
        parks=parks.drop(columns=["firms", "used_mu", "free_mu", "km_mean"], errors="ignore"),
        issues=IssueTable(),
        sample=scenario.sample,
        parts=told if parts else None,
        **rest,
    )


def _stays(firms: pd.DataFrame) -> pd.DataFrame:
    """Return the firms that stay with all that their reason speaks of, as far as it was kept."""
    rows = firms[firms["park_id"].isna() & firms["reason"].notna()]
    known = ["firm_id", "mu", *(name for name in REASON_COLUMNS if name in rows)]
    found = pd.DataFrame(rows[known]).reset_index(drop=True)
    counts = {name: "int64" for name in ("admitting", "reachable") if name in found}
    return found.astype(counts)
