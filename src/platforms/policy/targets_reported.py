"""Reported values: what units say they have reached, each with date, source and author.

Every report is kept and the newest of a target counts. A report is taken as it stands or not
at all: in the target's own unit (for growth also the unit of its base, at the end of a
year), of a day that has come, and once a day. Units are compared as they are written,
because 亩 reported as 公顷 would be wrong by fifteen times and look right.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from platforms import messages
from platforms.geo.ingest.limits import refuse_long_text
from platforms.layers.cards import Card, Column, Text
from platforms.layers.given_table import read_given
from platforms.layers.tables import Faults
from platforms.layers.workspace import Workspace
from platforms.policy.targets_pace import moment

__all__ = ["COLUMNS", "newest", "read_reported", "reported_values"]

COLUMNS = ("target_id", "value", "unit", "date", "source", "author")

_TYPES = {"value": "number", "date": "date"}
# a unit without a name, as of an index, is reported without one
_OPTIONAL = {"unit"}
_NO_UNIT = ("-", "–", "—", "－", "无", "无单位")


def _card(file: str) -> Card:
    """Return the card of a file that a user gives: the headings are the columns' names."""
    columns = [
        Column.model_validate(
            {
                "name": name,
                "title": Text(zh=name, en=name),
                "type": _TYPES.get(name, "string"),
                "required": name not in _OPTIONAL,
            }
        )
        for name in COLUMNS
    ]
    title = Text(zh=file, en=file)
    return Card(
        layer="reported", file=file, title=title, description=title, geometry="none",
        key="target_id", source=file, date="", columns=tuple(columns),
    )  # fmt: skip


def reported_values(workspace: Workspace, *, today: dt.date | None = None) -> pd.DataFrame:
    """Return the reports that the workspace holds.

    Parameters
    ----------
    workspace
        The city; without a layer ``reported`` there are none.
    today
        Default the day on which this runs.

    Returns
    -------
    reported
        ``target_id``, ``value`` (target's unit), ``unit``, ``date``, ``source``, ``author``.

    Raises
    ------
    TableError
        Names file, row and what is wrong.
    """
    if not (workspace.has("reported") and workspace.has("targets")):
        return pd.DataFrame(columns=list(COLUMNS)).astype({"value": "float64"})
    rows = _without_dashes(workspace.table("reported"))
    _check(rows, workspace.table("targets"), workspace.path("reported").name, today)
    return rows


def read_reported(
    path: str | os.PathLike[str], workspace: Workspace, *, today: dt.date | None = None
) -> pd.DataFrame:
    """Read a file of reports and put it after those of the workspace.

    Parameters
    ----------
    path
        CSV, text parted by tabs, or a sheet of Excel, with the columns ``target_id``,
        ``value``, ``unit``, ``date`` (YYYY, YYYY-MM or YYYY-MM-DD), ``source``, ``author``.
    workspace
        The city whose targets they are about.
    today
        Default the day on which this runs.

    Returns
    -------
    reported
        All reports, those of the workspace first, columns as in the file;
        ``attrs["issues"]`` has what was seen while reading it.

    Raises
    ------
    TableError
        Names file, row and what is wrong: a target that the workspace lacks, another unit,
        a day that has not come, a second report of one day. Nothing is taken in part.
    FormatError, InputError, LimitError
        When the file is no such table, is empty or too large, or its encoding or sheet is open.
    """
    file = Path(path)
    if file.is_file():
        refuse_long_text(file)
    held = reported_values(workspace, today=today)
    read, lines, issues = read_given(_card(file.name), file)
    rows = _without_dashes(read)
    _check(rows, workspace.table("targets"), file.name, today, held=held, lines=lines)
    told = pd.concat([held, rows], ignore_index=True) if len(held) else rows
    told.attrs["issues"] = issues
    return told


def _without_dashes(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the reports with an empty unit where a dash, or nothing, says that there is none."""
    unit = rows["unit"].astype("object").where(rows["unit"].notna(), "")
    return rows.assign(unit=unit.map(str).str.strip().replace(dict.fromkeys(_NO_UNIT, "")))


def newest(reported: pd.DataFrame | None, targets: pd.Series) -> pd.DataFrame:
    """Return the newest report of each target.

    Parameters
    ----------
    reported
        Reports; None is as good as none.
    targets
        Ids of the targets.

    Returns
    -------
    told
        ``value``, ``unit``, ``date``, ``source``, ``author`` on the index of ``targets``.
    """
    names = [name for name in COLUMNS if name != "target_id"]
    if reported is None or reported.empty:
        empty = pd.DataFrame(index=targets.index, columns=names, dtype="object")
        return empty.astype({"value": "float64"})
    at = moment(reported["date"])
    last = reported.assign(at=at).sort_values("at", kind="stable")
    last = last.drop_duplicates("target_id", keep="last").set_index("target_id")[names]
    told = last.reindex(targets).set_index(targets.index)
    return told.astype({"value": "float64"})


def _check(
    rows: pd.DataFrame,
    targets: pd.DataFrame,
    file: str,
    today: dt.date | None,
    *,
    held: pd.DataFrame | None = None,
    lines: Sequence[int] | None = None,
) -> None:
    """Refuse reports that would be compared wrongly."""
    faults = Faults(file, lines)
    none = messages.text("layers.reported_no_unit")
    known = targets.set_index("target_id")
    lacking = ~rows["target_id"].isin(known.index)
    for row in np.flatnonzero(lacking):
        faults.add("reported_target", row=int(row) + 2, target=rows["target_id"].iloc[row])
    asked = known.reindex(rows["target_id"]).set_index(rows.index)
    given = rows["unit"]
    as_target = given.eq(asked["unit"].fillna(""))
    level = asked["operator"].eq("growth") & asked["base_unit"].notna()
    as_base = level & given.eq(asked["base_unit"].fillna("")) & ~as_target
    for row in np.flatnonzero(~lacking & ~as_target & ~as_base):
        faults.add(
            "reported_unit", row=int(row) + 2, target=rows["target_id"].iloc[row],
            unit=given.iloc[row] or none, expected=asked["unit"].fillna(none).iloc[row],
        )  # fmt: skip
    at = moment(rows["date"])
    for row in np.flatnonzero(as_base & (at % 1 != 0)):
        faults.add("reported_level", row=int(row) + 2, date=rows["date"].iloc[row])
    day = today or dt.datetime.now().astimezone().date()
    begun = pd.to_datetime(rows["date"], errors="coerce", format="mixed")
    for row in np.flatnonzero(begun > pd.Timestamp(day)):
        faults.add("reported_future", row=int(row) + 2, date=rows["date"].iloc[row], today=str(day))
    _check_twice(rows, at, held, faults)
    faults.raise_any()


def _check_twice(
    rows: pd.DataFrame, at: pd.Series, held: pd.DataFrame | None, faults: Faults
) -> None:
    seen = set()
    if held is not None and len(held):
        seen = set(zip(held["target_id"], moment(held["date"]), strict=True))
    for row, key in enumerate(zip(rows["target_id"], at, strict=True)):
        if key in seen:
            faults.add("reported_twice", row=row + 2, target=key[0], date=rows["date"].iloc[row])
        seen.add(key)
