"""What the plan asks of relocation: who receives nobody, and which blocks go where.

Data of a workspace, ``moves/directions.yaml``, each entry with document, section and row: which
directions of platforms send firms away or are preferred, and which blocks the plan moves to
which platforms. It reaches the tables as columns, so that a table that says otherwise is
believed. A block that the plan names without saying where it is takes no firm by its place,
only one whose own row names the block; a park that is none of the plan's platforms has no
direction, and nothing is barred there.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, model_validator

from platforms.issues import IssueTable
from platforms.layers.cards import Text
from platforms.layers.workspace import Workspace
from platforms.layers.yaml_file import read_model
from platforms.planning.moves.relocation_admission import sending

__all__ = ["PlanDirections", "TransferRule", "plan_directions", "with_directions", "with_transfers"]

TransferRule = Literal["only", "prefer"]

_DIRECTION = ("direction", "direction_text", "doc", "section", "row")
_FILE = ("moves", "directions.yaml")


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class _Source(_Written):
    doc: str
    """Document."""
    section: str
    """Section."""
    row: str = ""
    """Row of its table."""
    page: str = ""
    """Page, where the text lets it be told."""
    quote: str = ""
    """The words."""


class _Role(_Written):
    direction: str
    """Direction, as in the layer of platforms."""
    words: str
    """The words of the document."""
    sends: bool
    """Whether its firms should leave."""
    receives: Literal["none", "preferred"]
    """Whether it receives nobody, or rather than others."""
    source: _Source
    """Where it is written."""
    note: str = ""
    """What a reader should know."""


class _Place(_Written):
    name: str
    """Name, as the document has it."""
    platform: str = ""
    """Platform of this name; empty where the document does not say where it is."""
    note: str = ""
    """How the name was understood."""


class _Transfer(_Written):
    id: str
    """Name of the entry."""
    title: Text
    """Name that users read."""
    rule: TransferRule
    """``only``: firms of the blocks go to the targets or nowhere; ``prefer``: rather there."""
    blocks: tuple[_Place, ...]
    """Blocks that move."""
    targets: tuple[_Place, ...]
    """Where they go."""
    source: _Source
    """Where it is written."""
    note: str = ""
    """What a reader should know."""

    @model_validator(mode="after")
    def _sound(self) -> _Transfer:
        if not all(one.platform for one in self.targets) or not self.targets:
            raise ValueError("each target names its platform")
        return self


class PlanDirections(_Written):
    """What the plan asks of relocation."""

    title: Text
    """Name that users read."""
    date: dt.date | str
    """Day, or month, of the plan."""
    documents: tuple[str, ...]
    """Documents that are cited."""
    roles: tuple[_Role, ...] = ()
    """What directions of platforms mean for firms that move."""
    transfers: tuple[_Transfer, ...] = ()
    """Blocks that the plan moves."""


def plan_directions(workspace: Workspace) -> PlanDirections | None:
    """Read what a workspace's plan asks of relocation; None where it has no such file.

    Raises
    ------
    CardError
        Names file, line and key of what is wrong.
    """
    path = workspace.layers_dir.joinpath(*_FILE)
    return read_model(path, PlanDirections) if path.is_file() else None


def with_directions(
    parks: pd.DataFrame, workspace: Workspace, issues: IssueTable | None = None
) -> pd.DataFrame:
    """Bring the plan's directions to the parks that are its platforms.

    Returns
    -------
    parks
        With ``direction``, ``direction_text``, ``doc``, ``section``, ``row`` of the platform
        of the same id, and ``receives`` (``none``, ``preferred``, ``open``; missing for a park
        that is no platform of the plan); unchanged where the parks have a ``direction``, or
        the workspace no platforms with one.
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
    directions = plan_directions(workspace)
    if directions is not None and "receives" not in out:
        means = {role.direction: role.receives for role in directions.roles}
        kind = out["direction"].astype("object").map(lambda one: means.get(one, "open"))
        out["receives"] = kind.where(known.to_numpy(), None)
    sent = sending(out)
    names = out.loc[sent, "park_id"].astype("str").tolist()
    if issues is not None and names:
        issues.add("move_directions", "info", layer="parks", field="direction",
                   count=int(known.sum()), sending=len(names), parks=names)  # fmt: skip
    return out


def with_transfers(
    firms: pd.DataFrame, workspace: Workspace, issues: IssueTable, rule: TransferRule | None = None
) -> pd.DataFrame:
    """Bring to firms of blocks that the plan moves where it has them go.

    Parameters
    ----------
    firms
        ``platform_id`` or ``block`` say where a firm stands; of a firm that has neither it is
        not known, and the plan is not held against it.
    workspace
        The city.
    issues
        Table to which is added how many firms that concerns.
    rule
        Instead of the plan's own.

    Returns
    -------
    firms
        With ``plan_parks`` (ids by ``;``), ``plan_rule``, ``plan_quote``, ``plan_doc``,
        ``plan_section``; unchanged where the firms have ``plan_parks``, or the plan moves nobody.
    """
    directions = plan_directions(workspace)
    placed = [name for name in ("platform_id", "block") if name in firms]
    if directions is None or not directions.transfers or "plan_parks" in firms:
        return firms
    columns = ("plan_parks", "plan_rule", "plan_quote", "plan_doc", "plan_section")
    out = firms.assign(**dict.fromkeys(columns))
    words = {name: _words(firms[name]) for name in placed}
    for one in directions.transfers:
        own = pd.Series(data=False, index=firms.index)
        if "platform_id" in words:
            own |= words["platform_id"].isin({block.platform for block in one.blocks} - {""})
        if "block" in words:
            own |= words["block"].isin({block.name for block in one.blocks})
        parks = ";".join(dict.fromkeys(target.platform for target in one.targets))
        source = one.source
        told = (parks, rule or one.rule, source.quote, source.doc, source.section)
        for column, value in zip(columns, told, strict=True):
            out[column] = out[column].astype("object").where(~own, value)
        unknown = _unplaced(words, len(firms))
        if not placed:
            continue
        issues.add("move_transfers", "info", layer="firms", field="platform_id",
                   title=str(one.title), count=int(own.sum()), unknown=unknown,
                   targets=[target.name for target in one.targets],
                   doc=source.doc, section=source.section)  # fmt: skip
    return out


def _words(values: pd.Series) -> pd.Series:
    return values.astype("object").where(values.notna(), "").map(lambda one: str(one).strip())


def _unplaced(words: dict[str, pd.Series], count: int) -> int:
    """Return how many firms do not say where they stand."""
    if not words:
        return count
    return int(pd.concat([one.eq("") for one in words.values()], axis=1).all(axis=1).sum())
