"""What differs between two scenarios, under headings that readers know, for every output.

App, workbook and page take their tables from here, so a number is the same in all of them.
Columns of the two sides stand next to each other and end with A and B.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from platforms import messages
from platforms.outputs.maps.scenario_flows import reason_titles
from platforms.outputs.maps.scenario_layers import scenario_column
from platforms.outputs.scenario_waterfall import printed_waterfall
from platforms.outputs.scenario_words import (
    figure_text,
    figure_title,
    figure_unit,
    input_title,
    parameter_text,
    parameter_title,
    printed_figure,
)
from platforms.outputs.verdict_words import verdict_words
from platforms.planning.choice.portfolio_input import WAYS
from platforms.planning.scenarios.change import ScenarioChange
from platforms.policy.schema import Pack
from platforms.policy.workspace import Workspace

__all__ = [
    "WAYS_OF_CHANGE",
    "change_columns",
    "change_labels",
    "change_ways",
    "column_title",
    "main_column",
    "note_words",
    "packs_of",
    "scenario_figures",
    "scenario_inputs",
    "scenario_parameters",
    "scenario_steps",
    "scenario_table",
    "scenario_why",
]

# painted in this order: what stays the same lies below
WAYS_OF_CHANGE = (
    "same", "changed", "other_park", "more", "less", "verdict_in", "placed", "taken_in",
    "now_usable", "verdict_out", "not_placed", "left_out", "now_excluded", "only_a", "only_b",
)  # fmt: skip
_LOW = "low_efficiency"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"scenario_sheet.{entry}", None, **fields)


def change_ways(change: ScenarioChange, name: str) -> pd.Series[str]:
    """Return how each row of a table differs: of ``WAYS_OF_CHANGE``.

    Parameters
    ----------
    change
        What :func:`platforms.compare_scenarios` gave.
    name
        A key of its ``tables``.
    """
    table = change.tables[name]
    moved = table["change"].to_numpy(dtype="float64", na_value=np.nan)
    state = table["state"].to_numpy(dtype=object)
    own = _own_ways(change.kind, name, table)
    told = [*own.values(), moved > 0, moved < 0]
    ways = np.select(told, [*own, "more", "less"], "changed")
    ways = np.where(state == "changed", ways, state)
    return pd.Series(ways.astype(object), index=table.index, name="way")


def _own_ways(kind: str, name: str, table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return what a kind says more exactly than more and less."""
    pairs = {
        ("run", "plots"): ("verdict", "verdict_in", "verdict_out"),
        ("relocation", "firms"): ("park_id", "placed", "not_placed"),
        ("portfolio", "plots"): ("chosen", "taken_in", "left_out"),
        ("siting", "sites"): ("rank", "now_usable", "now_excluded"),
    }
    if (kind, name) not in pairs:
        return {}
    column, into, out_of = pairs[kind, name]
    was, now = (_holds(table[f"{column}_{side}"], column) for side in ("a", "b"))
    own = {into: now & ~was, out_of: was & ~now}
    if column == "park_id":
        same = table["park_id_a"].eq(table["park_id_b"]).fillna(value=False).to_numpy(dtype=bool)
        own["other_park"] = was & now & ~same
    return own


def _holds(values: pd.Series, column: str) -> npt.NDArray[np.bool_]:
    """Say of each row whether it is low-efficient, chosen, placed or ranked."""
    if column == "verdict":
        held = values.eq(_LOW)
    else:
        held = values.eq(other=True) if column == "chosen" else values.notna()
    return held.fillna(value=False).to_numpy(dtype=bool)


def change_labels(
    workspace: Workspace, change: ScenarioChange, name: str
) -> Mapping[str, Mapping[str, str]]:
    """Return the words of columns that hold names, by column without its side."""
    del name
    verdicts = {
        k: v for pack in packs_of(workspace, change) for k, v in verdict_words(pack).items()
    }
    kinds = {kind: messages.text(f"siting.table.kind.{kind}") for kind in ("park", "plot")}
    return {
        "verdict": verdicts or dict(scenario_column("verdict").labels),
        "reason": reason_titles() if change.kind == "relocation" else {},
        "choice": {way: messages.text(f"portfolio.way.{way}") for way in WAYS},
        "kind": kinds if change.kind == "siting" else {},
        "way": {way: _t(f"way.{way}") for way in WAYS_OF_CHANGE},
    }


def packs_of(workspace: Workspace, change: ScenarioChange) -> list[Pack]:
    """Return the rule packs of both sides that the workspace has."""
    rows = change.parameters[change.parameters["key"].eq("rules").to_numpy(dtype=bool)]
    named = [str(one) for one in rows[["b", "a"]].to_numpy().ravel()]
    return [workspace.packs[one] for one in dict.fromkeys(named) if one in workspace.packs]


def scenario_parameters(
    workspace: Workspace, change: ScenarioChange, *, differing: bool = True
) -> pd.DataFrame:
    """Return the parameters in words: ``title``, ``a``, ``b``, ``same``.

    Parameters
    ----------
    workspace
        The city, for the words of its rules.
    change
        What :func:`platforms.compare_scenarios` gave.
    differing
        Only those that differ.
    """
    packs = packs_of(workspace, change)
    rows = [
        (
            parameter_title(str(row["key"]), change.kind, packs[0] if packs else None),
            parameter_text(str(row["key"]), row["a"]),
            parameter_text(str(row["key"]), row["b"]),
            bool(row["same"]),
        )
        for row in change.parameters.to_dict("records")
    ]
    table = pd.DataFrame(rows, columns=["title", "a", "b", "same"])
    return table[~table["same"]].reset_index(drop=True) if differing else table


def scenario_inputs(change: ScenarioChange) -> pd.DataFrame:
    """Return what went in.

    Returns
    -------
    inputs
        ``title``, ``source_a``, ``source_b``, ``a_sha``, ``b_sha``, ``same``.
    """
    table = change.inputs.assign(title=[input_title(str(one)) for one in change.inputs["name"]])
    return table[["title", "source_a", "source_b", "a_sha", "b_sha", "same"]]


def scenario_steps(
    workspace: Workspace, change: ScenarioChange, names: Sequence[str] = ("", "")
) -> pd.DataFrame:
    """Return the printed waterfall with words: as ``change.waterfall``.

    Parameters
    ----------
    workspace
        The city, for the words of its rules.
    change
        What :func:`platforms.compare_scenarios` gave.
    names
        What the two are called.
    """
    table = printed_waterfall(change)
    if table.empty:
        return table
    ends = [f"{_t(f'side.{side}')} {name}".strip() for side, name in zip("ab", names, strict=True)]
    titles = [str(one) for one in table["title"]]
    table["title"] = [ends[0], *titles[1:-1], ends[1]]
    notes = [note_words(workspace, change, str(one)) for one in table["note"]]
    table["note"] = ["", *notes[1:-1], ""]
    return table


def scenario_why(workspace: Workspace, change: ScenarioChange) -> list[str]:
    """Say what went in differently, a sentence each."""
    differ = change.inputs.loc[~change.inputs["same"].to_numpy(dtype=bool), "name"]
    told = []
    if len(differ):
        told.append(_t("note.inputs_differ", names=[input_title(str(one)) for one in differ]))
    rows = scenario_parameters(workspace, change).to_dict("records")
    told += [_t("note.parameter", name=row["title"], a=row["a"], b=row["b"]) for row in rows]
    # two versions of the program are told by the comparison itself
    return told or [change.why]


def note_words(workspace: Workspace, change: ScenarioChange, note: str) -> str:
    """Return a note of the waterfall with what inputs and parameters are called."""
    packs = packs_of(workspace, change)
    titles = {
        str(key): parameter_title(str(key), change.kind, packs[0] if packs else None)
        for key in change.parameters["key"]
    }
    # a comparison that did not know the rules has named them by their ids
    titles |= {
        parameter_title(key, change.kind): title
        for key, title in titles.items()
        if key.startswith("rules.")
    }
    titles |= {str(name): input_title(str(name)) for name in change.inputs["name"]}
    known = sorted((one for one in titles if titles[one] != one), key=len, reverse=True)
    if not known or not note:
        return note
    # whole names only, and each place once
    names = "|".join(re.escape(one) for one in known)
    return re.sub(rf"(?<![\w.])({names})(?= )", lambda found: titles[found[1]], note)


def change_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns that are told of a table: what it is, how it differs, both values."""
    hidden = {"state", "geometry"}
    names = [str(name) for name in table.columns if name not in hidden]
    about = [name for name in names if not name.endswith(("_a", "_b")) and name != "change"]
    sides = [name for name in names if name.endswith(("_a", "_b"))]
    return [*about[:2], "way", *sides[:2], "change", *sides[2:], *about[2:]]


def scenario_table(workspace: Workspace, change: ScenarioChange, name: str) -> pd.DataFrame:
    """Return what differs in one table, under headings.

    Parameters
    ----------
    workspace
        The city, for the words of its rules.
    change
        What :func:`platforms.compare_scenarios` gave.
    name
        A key of ``change.tables``.

    Returns
    -------
    table
        One row a plot, firm, park, town or site, in the order of ``a`` and what only ``b``
        has; headings with units, words instead of ids, numbers as numbers.
    """
    given = change.tables[name]
    table = given.assign(way=change_ways(change, name))
    labels = change_labels(workspace, change, name)
    out = {}
    for column in change_columns(table):
        own = labels.get(_bare(column), {})
        values = table[column]
        if own:
            values = values.map(lambda one, own=own: own.get(one, one), na_action="ignore")
        out[_heading(column, name, change)] = values.to_numpy()
    return pd.DataFrame(out, index=table.index)


def _bare(column: str) -> str:
    return column[:-2] if column.endswith(("_a", "_b")) else column


def column_title(column: str, name: str, change: ScenarioChange) -> tuple[str, str]:
    """Return title and unit of a column of a table of differences."""
    if column == "change":
        main = main_column(change.tables[name])
        unit = scenario_column(main).unit if main else ""
        return _t("column.change"), unit
    if column == "way":
        return _t("column.way"), ""
    found = scenario_column(_bare(column))
    side = _t(f"side.{column[-1]}") if column.endswith(("_a", "_b")) else ""
    return (f"{found.title} {side}" if side else found.title), found.unit


def main_column(table: pd.DataFrame) -> str:
    """Return the column whose change is told: the one that the changes are the difference of."""
    change = table["change"].to_numpy(dtype="float64", na_value=np.nan)
    for column in map(str, table.columns):
        if not column.endswith("_a"):
            continue
        sides = [
            pd.to_numeric(table[f"{column[:-2]}_{side}"], errors="coerce").to_numpy(
                dtype="float64", na_value=np.nan
            )
            for side in ("a", "b")
        ]
        known = np.nan_to_num(sides[1]) - np.nan_to_num(sides[0])
        if np.isfinite(np.concatenate(sides)).any() and np.allclose(known, change, atol=1e-6):
            return column[:-2]
    return ""


def _heading(column: str, name: str, change: ScenarioChange) -> str:
    title, unit = column_title(column, name, change)
    return _t("heading", title=title, unit=unit) if unit else title


def scenario_figures(change: ScenarioChange) -> pd.DataFrame:
    """Return the figures of both sides.

    Returns
    -------
    figures
        ``figure`` (id), ``title`` (with the unit), ``a``, ``b``, ``change``, and as they are
        printed ``text_a``, ``text_b`` and ``text_change``.
    """
    table = change.figures.copy()
    titles = [
        _t("heading", title=figure_title(name), unit=unit)
        if (unit := figure_unit(name))
        else figure_title(name)
        for name in table["figure"].astype(str)
    ]
    table.insert(1, "title", titles)
    for side in ("a", "b"):
        table[f"text_{side}"] = [
            figure_text(str(figure), float(value))
            for figure, value in zip(table["figure"], table[side], strict=True)
        ]
    # of the printed figures, so that a reader who subtracts finds the same
    table["text_change"] = [
        figure_text(str(name), printed_figure(name, b) - printed_figure(name, a), sign=True)
        for name, a, b in zip(table["figure"], table["a"], table["b"], strict=True)
    ]
    return table
