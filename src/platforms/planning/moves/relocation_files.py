"""The tables of a relocation: files of a user, or those of a workspace.

A workspace without tables of its own to decide on lends its sample ones, and the answer is
marked as sample. What the plan says of a platform (退二进三, 重点发展) is brought to the parks
of the same id as columns, with document, section and row, unless the parks' own table says a
direction.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import pandas as pd

from platforms.errors import InputError
from platforms.geo.read_rows import read_rows
from platforms.issues import IssueTable
from platforms.layers.workspace import Workspace
from platforms.planning.moves.relocation_admission import sending
from platforms.planning.moves.relocation_data import FIRM_COLUMNS, PARK_COLUMNS

__all__ = ["RelocationData", "relocation_data", "with_directions"]

_Path = str | os.PathLike[str]
_DIRECTION = ("direction", "direction_text", "doc", "section", "row")
_LOCK_COLUMNS = ("firm_id", "park_id", "lock")
_SAMPLES = {"firms": "sample_firms", "parks": "sample_parks"}


@dataclass(frozen=True)
class RelocationData:
    """What `relocate` takes.

    Attributes
    ----------
    firms, parks, locks
        Tables; locks may be None.
    sample
        Whether one of the tables is sample data.
    issues
        What was seen while reading.
    """

    firms: pd.DataFrame
    parks: pd.DataFrame
    locks: pd.DataFrame | None
    sample: bool
    issues: IssueTable


def relocation_data(
    workspace: Workspace,
    *,
    firms: _Path | None = None,
    parks: _Path | None = None,
    locks: _Path | None = None,
) -> RelocationData:
    """Read the tables of a relocation.

    Parameters
    ----------
    workspace
        Lends what is not given, and the plan's directions.
    firms, parks, locks
        CSV or Excel files; the first row names the columns, by our names or by the titles of
        the sample tables' cards (企业编号, 经度 …).

    Returns
    -------
    data
        Tables, and whether they are sample data.

    Raises
    ------
    InputError
        When a file has no header, or the workspace has no table to lend.
    FormatError, LimitError
        When a file cannot be read.
    """
    issues = IssueTable()
    given = {"firms": firms, "parks": parks}
    needed = {"firms": FIRM_COLUMNS, "parks": PARK_COLUMNS}
    tables: dict[str, pd.DataFrame] = {}
    sample = False
    for name, layer in _SAMPLES.items():
        path = given[name]
        if path is not None:
            tables[name] = _read(path, needed[name], _titles(workspace, layer), issues)
            continue
        if not workspace.has(layer):
            raise InputError("moves.no_table", workspace=workspace.name, layer=layer)
        tables[name] = pd.DataFrame(workspace.table(layer))
        sample |= workspace.card(layer).sample
    held = None if locks is None else _read(locks, _LOCK_COLUMNS[:2], {}, issues)
    directed = with_directions(tables["parks"], workspace, issues)
    return RelocationData(tables["firms"], directed, held, sample, issues)


def with_directions(
    parks: pd.DataFrame, workspace: Workspace, issues: IssueTable | None = None
) -> pd.DataFrame:
    """Bring the plan's directions to the parks that are its platforms.

    Returns
    -------
    parks
        With ``direction``, ``direction_text``, ``doc``, ``section``, ``row`` of the platform
        of the same id; unchanged where the parks have a ``direction``, or the workspace no
        platforms with one.
    """
    if "direction" in parks or "park_id" not in parks or not workspace.has("platforms"):
        return parks
    plan = pd.DataFrame(workspace.table("platforms"))
    columns = [name for name in _DIRECTION if name in plan]
    known = parks["park_id"].astype("str").isin(plan["platform_id"])
    if "direction" not in columns or not known.any():
        return parks
    told = plan.set_index("platform_id")[columns].reindex(parks["park_id"].astype("str"))
    out = parks.assign(**{name: told[name].to_numpy() for name in columns})
    sent = sending(out)
    if issues is not None:
        names = out.loc[sent, "park_id"].astype("str").tolist()
        issues.add("move_directions", "info", layer="parks", field="direction",
                   count=int(known.sum()), sending=len(names), parks=names)  # fmt: skip
    return out


def _titles(workspace: Workspace, layer: str) -> dict[str, str]:
    """Return our names by the titles of a layer's card."""
    if not workspace.has(layer):
        return {}
    card = workspace.card(layer)
    return {title: c.name for c in card.columns for title in (c.title.zh, c.title.en)}


def _read(
    path: _Path, needed: tuple[str, ...], titles: dict[str, str], issues: IssueTable
) -> pd.DataFrame:
    """Read a table whose first row names its columns."""
    rows = read_rows(path)
    issues.extend(rows.issues)
    if not rows.cells:
        raise InputError("moves.no_header", file=rows.source.name, needed=needed)
    header = [titles.get(cell.strip(), cell.strip()) for cell in rows.cells[0]]
    if not set(header) & set(needed):
        raise InputError("moves.no_header", file=rows.source.name, needed=needed)
    frame = pd.DataFrame(rows.cells[1:], columns=header, dtype="object")
    frame = frame.loc[:, [bool(name) for name in header]]
    filled = frame.map(lambda cell: bool(str(cell).strip())).any(axis=1)
    return frame[filled].reset_index(drop=True).replace("", None)
