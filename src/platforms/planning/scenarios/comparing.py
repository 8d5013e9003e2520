"""Two scenarios of one kind, side by side: figures, rows, what went in, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from platforms import messages
from platforms.errors import InputError
from platforms.planning.land.reclaim import deduction_columns
from platforms.planning.moves.relocation_reasons import reason_sentences
from platforms.planning.scenarios.change import ScenarioChange, waterfall
from platforms.planning.scenarios.pairing import Pairs, paired, table_change
from platforms.planning.scenarios.record import Scenario
from platforms.planning.scenarios.steps import (
    STEPS,
    TOTALS,
    UNITS,
    firm_cost,
    plot_land,
    reclaimable_mu,
)
from platforms.planning.scenarios.titles import input_title, parameter_title
from platforms.policy.schema import Pack
from platforms.policy.workspace import Workspace

__all__ = ["compare_scenarios"]

# by kind and table: key, what is told, what is compared (the main one first)
_Layout = tuple[Sequence[str], Sequence[str], Sequence[str]]
_SUMS = ("reclaimable_mu", "low_efficiency", "low_efficiency_mu", "unknown", "plots", "area_mu")
_TABLES: Mapping[str, Mapping[str, _Layout]] = {
    "run": {
        "plots": (
            ["plot_id"], ["name", "firm_name", "town", "platform"],
            ["reclaimable_mu", "verdict", "area_m2", "net_m2", "net_overlap_m2"],
        ),
        "towns": (["town"], [], _SUMS),
        "parks": (["platform_group"], [], _SUMS),
        "layout_units": (["layout_unit"], [], _SUMS),
    },
    "relocation": {
        "firms": (["firm_id"], ["name", "industry"], ["cost", "park_id", "km", "mu", "reason"]),
        "parks": (
            ["park_id"], ["name"], ["used_mu", "firms", "free_mu", "capacity_mu", "km_mean"],
        ),
    },
    "portfolio": {
        "plots": (
            ["plot_id"], ["name", "firm_name", "town"],
            ["taken_mu", "chosen", "choice", "land_mu"],
        ),
        "towns": (["town"], [], ["chosen_mu", "chosen", "candidates_mu", "candidates"]),
    },
    "siting": {
        "sites": (
            ["kind", "site_id"], ["name"],
            ["score_low", "score_high", "rank", "excluded", "plan_low", "room_low",
             "control_line_low", "energy_low", "shape_low", "suppliers_low"],
        ),
    },
}  # fmt: skip
# scores are printed with four digits, so their parts may be this far off together
_ROUNDED = {"siting": 3e-4}


def compare_scenarios(
    a: Scenario, b: Scenario, *, workspace: Workspace | None = None
) -> ScenarioChange:
    """Say what differs between two scenarios of a kind, and why the total moved.

    Parameters
    ----------
    a, b
        The one before and the one after.
    workspace
        The city, whose rule packs have words for their parameters.

    Returns
    -------
    change
        Figures, waterfall, tables, inputs and parameters; words in the current language.

    Raises
    ------
    InputError
        For scenarios of different kinds.

    Examples
    --------
    >>> import platforms as ip
    >>> ws = ip.Workspace.open("yueqing")
    >>> strict = ip.with_settings(ws.rules("2022"), ["tax_floor=20"])
    >>> first, second = (
    ...     ip.scenario_of(ip.run(ws, rules=pack), workspace=ws) for pack in (None, strict)
    ... )
    >>> steps = ip.compare_scenarios(first, second).waterfall
    >>> bool(abs(steps["value_from"].iloc[0] + steps["change"].sum()
    ...          - steps["value_to"].iloc[-1]) < 1e-6)
    True
    """
    if a.kind != b.kind:
        kinds = [messages.text(f"store.kind.{one.kind}") for one in (a, b)]
        raise InputError("scenario.kinds_differ", a=kinds[0], b=kinds[1])
    inputs, parameters = _inputs(a, b), _parameters(a, b)
    changed = _parameter_notes(parameters, a.kind, _pack(b, workspace))
    notes = {**_input_notes(inputs), **changed}
    why = _why(a, b, inputs, list(changed.values()))
    steps = waterfall(
        TOTALS[a.kind](a, b), STEPS[a.kind](a, b), notes=notes, why=why,
        rounded=_ROUNDED.get(a.kind, 0.0),
    )  # fmt: skip
    return ScenarioChange(
        a=a.scenario_id, b=b.scenario_id, kind=a.kind, unit=UNITS[a.kind],
        figures=_figures(a, b), waterfall=steps, tables=_tables(a, b), inputs=inputs,
        parameters=parameters, why=why, sample=a.sample or b.sample,
    )  # fmt: skip


def _figures(a: Scenario, b: Scenario) -> pd.DataFrame:
    names = list(dict.fromkeys((*a.figures, *b.figures)))
    table = pd.DataFrame({"figure": pd.Series(names, dtype="str")})
    for title, one in (("a", a), ("b", b)):
        values = [one.figures.get(name) for name in names]
        table[title] = pd.Series(values, dtype="float64")
    # differences of printed figures are printed figures
    table["change"] = (table["b"] - table["a"]).round(6) + 0.0
    return table


def _tables(a: Scenario, b: Scenario) -> dict[str, pd.DataFrame]:
    found = {}
    for name, (keys, about, columns) in _TABLES[a.kind].items():
        left, right = (_with_main(one, name) for one in (a, b))
        every = [one for one in columns if one in left.columns or one in right.columns]
        if a.kind == "run" and name == "plots":
            cut = {**deduction_columns(left), **deduction_columns(right)}
            every += [one for one in cut.values() if one in left.columns or one in right.columns]
        pairs = paired(left, right, keys)
        found[name] = table_change(pairs, keys, every, main=columns[0], about=about)
        if (a.kind, name) == ("relocation", "firms"):
            found[name] = _with_sentences(found[name], pairs)
    return found


def _with_sentences(table: pd.DataFrame, pairs: Pairs) -> pd.DataFrame:
    """Say beside the kind of a reason what bars, where a side keeps it."""
    sides = (("a", pairs.a, pairs.at_a), ("b", pairs.b, pairs.at_b))
    for side, firms, at in sides:
        told = pd.Series(None, index=range(len(firms)), dtype="object")
        stays = firms["reason"].notna().to_numpy()
        told[stays] = reason_sentences(firms[stays])
        table[f"message_{side}"] = told.reindex(at).to_numpy()
    return table


def _with_main(scenario: Scenario, name: str) -> pd.DataFrame:
    """Return a table with the column that the total is made of."""
    table = scenario[name]
    if (scenario.kind, name) == ("run", "plots"):
        return table.assign(reclaimable_mu=reclaimable_mu(table))
    if (scenario.kind, name) == ("relocation", "firms"):
        return table.assign(cost=np.round(firm_cost(scenario), 6))
    if (scenario.kind, name) == ("portfolio", "plots"):
        return table.assign(taken_mu=plot_land(table))
    return table


def _inputs(a: Scenario, b: Scenario) -> pd.DataFrame:
    sides = [{one.name: one for one in scenario.inputs} for scenario in (a, b)]
    rows = []
    for name in sorted({*sides[0], *sides[1]}):
        before, after = (side.get(name) for side in sides)
        shas = [None if one is None else one.sha256 for one in (before, after)]
        sources = [None if one is None else one.source for one in (before, after)]
        rows.append((name, *sources, *shas, shas[0] == shas[1]))
    columns = ["name", "source_a", "source_b", "a_sha", "b_sha", "same"]
    return pd.DataFrame(rows, columns=columns)


def _parameters(a: Scenario, b: Scenario) -> pd.DataFrame:
    rows = []
    for key in sorted({*a.parameters, *b.parameters}):
        told = [
            None if (value := one.parameters.get(key)) is None else _told(value) for one in (a, b)
        ]
        rows.append((key, *told, told[0] == told[1]))
    return pd.DataFrame(rows, columns=["key", "a", "b", "same"])


def _told(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _input_notes(inputs: pd.DataFrame) -> dict[str, str]:
    names = inputs.loc[~inputs["same"].astype(bool), "name"]
    return {
        name: messages.text("scenario.input_differs", None, name=input_title(name))
        for name in names
    }


def _pack(scenario: Scenario, workspace: Workspace | None) -> Pack | None:
    named = str(scenario.parameters.get("rules"))
    return None if workspace is None else workspace.packs.get(named)


def _parameter_notes(parameters: pd.DataFrame, kind: str, pack: Pack | None) -> dict[str, str]:
    rows = parameters[~parameters["same"].astype(bool)]
    nothing = messages.text("scenario.nothing")
    return {
        key: messages.text(
            "scenario.parameter_differs", None, key=parameter_title(key, kind, pack),
            a=nothing if pd.isna(a) else a, b=nothing if pd.isna(b) else b,
        )
        for key, a, b in zip(rows["key"], rows["a"], rows["b"], strict=True)
    }  # fmt: skip


def _why(a: Scenario, b: Scenario, inputs: pd.DataFrame, changed: list[str]) -> str:
    """Say what went in differently."""
    differ = inputs.loc[~inputs["same"].astype(bool), "name"]
    names = [input_title(str(name)) for name in differ]
    if names and changed:
        return messages.text("scenario.why.both", None, names=names, changes=changed)
    if names:
        return messages.text("scenario.why.inputs", None, names=names)
    if changed:
        return messages.text("scenario.why.parameters", None, changes=changed)
    if a.version != b.version:
        return messages.text("scenario.why.version", None, a=a.version, b=b.version)
    return messages.text("scenario.why.nothing")
