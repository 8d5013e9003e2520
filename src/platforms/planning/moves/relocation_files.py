"""The tables of a relocation: files of a user, or those of a workspace.

A workspace without tables of its own to decide on lends its sample ones, and the answer is
marked as sample. What the plan says of a platform (退二进三, 重点发展) is brought to the parks
of the same id as columns, with document, section and row, unless the parks' own table says a
direction; and where it moves the block that a firm stands in, to the firm.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from platforms.errors import InputError
from platforms.geo.read_rows import read_rows
from platforms.issues import IssueTable
from platforms.layers.workspace import Workspace
from platforms.planning.moves.relocation_data import FIRM_COLUMNS, PARK_COLUMNS
from platforms.planning.moves.relocation_plan import (
    TransferRule,
    plan_directions,
    with_directions,
    with_transfers,
)

__all__ = ["RelocationData", "relocation_data", "with_directions"]

_Path = str | os.PathLike[str]
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
    transfers
        How blocks that the plan moves are held to it: ``only``, ``prefer`` or ``off``; None
        where there is no plan of them, or it is not known.
    """

    firms: pd.DataFrame
    parks: pd.DataFrame
    locks: pd.DataFrame | None
    sample: bool
    issues: IssueTable
    transfers: str | None = None


def relocation_data(
    workspace: Workspace,
    *,
    firms: _Path | None = None,
    parks: _Path | None = None,
    locks: _Path | None = None,
    transfers: TransferRule | Literal["off"] | None = None,
) -> RelocationData:
    """Read the tables of a relocation.

    Parameters
    ----------
    workspace
        Lends what is not given, and the plan's directions.
    firms, parks, locks
        CSV or Excel files; the first row names the columns, by our names or by the titles of
        the sample tables' cards (企业编号, 经度 …).
    transfers
        How blocks that the plan moves are held to where it has them go: ``only`` there,
        ``prefer``, or ``off``; default as the plan's file says.

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
    if firms is None:
        tables["firms"] = _with_blocks(tables["firms"], workspace)
    if transfers != "off":
        tables["firms"] = with_transfers(tables["firms"], workspace, issues, transfers)
    held = None if locks is None else _read(locks, _LOCK_COLUMNS[:2], {}, issues)
    directed = with_directions(tables["parks"], workspace, issues)
    rule = transfers or _plan_rule(workspace)
    return RelocationData(tables["firms"], directed, held, sample, issues, rule)


def _plan_rule(workspace: Workspace) -> str | None:
    """Return how the plan's own file holds blocks to it; None where it moves none."""
    directions = plan_directions(workspace)
    if directions is None or not directions.transfers:
        return None
    return ";".join(sorted({one.rule for one in directions.transfers}))


def _with_blocks(firms: pd.DataFrame, workspace: Workspace) -> pd.DataFrame:
    """Bring the block of the plot on which a sample firm stands."""
    if "block" in firms or "plot_id" not in firms or not workspace.has("plots"):
        return firms
    plots = pd.DataFrame(workspace.table("plots"))
    if "block" not in plots:
        return firms
    return firms.assign(block=firms["plot_id"].map(plots.set_index("plot_id")["block"]))


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
