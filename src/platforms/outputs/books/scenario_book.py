"""A comparison of two scenarios as a file: a workbook to work with, or a page to show.

Both say the same as the app: figures, why the total moved, every row that differs, what went
in and what was asked.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from platforms import messages
from platforms.outputs.books.table_file import ending_of, save_sheets
from platforms.outputs.maps.page import save_html
from platforms.outputs.maps.scenario_change_map import scenario_change_document
from platforms.outputs.scenario_tables import (
    scenario_figures,
    scenario_inputs,
    scenario_parameters,
    scenario_steps,
    scenario_table,
    scenario_why,
)
from platforms.outputs.scenario_waterfall import unit_words
from platforms.planning.scenarios.change import ScenarioChange
from platforms.policy.workspace import Workspace

__all__ = ["save_comparison"]

_ENDINGS = (".xlsx", ".html")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"scenario_sheet.{entry}", None, **fields)


def save_comparison(
    workspace: Workspace,
    change: ScenarioChange,
    path: str | os.PathLike[str],
    *,
    names: Sequence[str] = ("", ""),
    overwrite: bool = False,
) -> Path:
    """Write what two scenarios differ in.

    Parameters
    ----------
    workspace
        The city.
    change
        What :func:`platforms.compare_scenarios` gave.
    path
        ``.xlsx``: a workbook with a summary, the waterfall, a sheet a table, inputs with their
        hashes, and parameters. ``.html``: one page that opens offline, with the map of what
        differs, the waterfall and the tables of what has a place.
    names
        What the two scenarios are called.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written; it appears whole or not at all.

    Raises
    ------
    OutputError
        For another ending, a file that exists, a read-only folder or a full disk.
    """
    if ending_of(path, _ENDINGS) == ".html":
        document = scenario_change_document(workspace, change, names=names)
        return save_html(document, path, overwrite=overwrite)
    sheets = {
        _t("sheet.summary"): _summary(workspace, change, names),
        _t("sheet.waterfall"): _steps(workspace, change, names),
        **{
            _t(f"changes.{name}"): _differing_first(workspace, change, name)
            for name in change.tables
        },
        _t("sheet.inputs"): _inputs(change),
        _t("sheet.parameters"): _parameters(workspace, change),
    }
    return save_sheets(sheets, path, overwrite=overwrite)


def _summary(workspace: Workspace, change: ScenarioChange, names: Sequence[str]) -> pd.DataFrame:
    head: list[tuple[object, ...]] = []
    if change.sample:
        head.append((messages.text("sheet.note.sample"), None, None, None))
    head += [
        (_t("sheet.kind"), _t(f"kind.{change.kind}"), _t(f"kind.{change.kind}"), None),
        (_t("sheet.name"), *names, None),
        (_t("sheet.content"), change.a, change.b, None),
    ]
    figures = scenario_figures(change)[["title", "a", "b", "change"]]
    why = [(line, None, None, None) for line in scenario_why(workspace, change)]
    rows = [*head, *figures.itertuples(index=False, name=None), *why]
    columns = [_t("sheet.item"), _t("side.a"), _t("side.b"), _t("column.change")]
    return pd.DataFrame(rows, columns=columns)


def _steps(workspace: Workspace, change: ScenarioChange, names: Sequence[str]) -> pd.DataFrame:
    unit = unit_words(change)
    titles = {
        "title": _t("sheet.step"),
        "value_from": _t("heading", title=_t("sheet.from"), unit=unit),
        "change": _t("heading", title=_t("column.change"), unit=unit),
        "value_to": _t("heading", title=_t("sheet.to"), unit=unit),
        "count": _t("sheet.count"),
        "note": _t("sheet.note"),
    }
    return scenario_steps(workspace, change, names)[list(titles)].rename(columns=titles)


def _differing_first(workspace: Workspace, change: ScenarioChange, name: str) -> pd.DataFrame:
    table = change.tables[name]
    moved = -table["change"].abs().fillna(0.0).to_numpy(dtype=np.float64)
    order = np.lexsort([moved, table["state"].eq("same").to_numpy(dtype=bool)])
    return scenario_table(workspace, change, name).iloc[order]


def _inputs(change: ScenarioChange) -> pd.DataFrame:
    table = scenario_inputs(change)
    table["same"] = [_t("yes" if one else "no") for one in table["same"]]
    a, b = _t("side.a"), _t("side.b")
    titles = {
        "title": _t("sheet.input"),
        "source_a": f"{_t('sheet.source')} {a}", "source_b": f"{_t('sheet.source')} {b}",
        "a_sha": f"{_t('sheet.sha256')} {a}", "b_sha": f"{_t('sheet.sha256')} {b}",
        "same": _t("way.same"),
    }  # fmt: skip
    return table.rename(columns=titles)


def _parameters(workspace: Workspace, change: ScenarioChange) -> pd.DataFrame:
    table = scenario_parameters(workspace, change, differing=False)
    table = table.sort_values("same", kind="stable")
    table["same"] = [_t("yes" if one else "no") for one in table["same"]]
    titles = {
        "title": _t("sheet.parameter"), "a": _t("side.a"), "b": _t("side.b"),
        "same": _t("way.same"),
    }  # fmt: skip
    return table.rename(columns=titles)
