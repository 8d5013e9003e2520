"""What each document says of a place, in the order of the documents.

What a plan says is quoted with its clause. Where the data hold nothing of a document about a
place, that is said and nothing is put in its stead: it does not mean that the plan is silent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from platforms.layers.citations import citation
from platforms.layers.workspace import Workspace
from platforms.planning.plans.plan_work import plan_work, work_naming
from platforms.planning.plans.told_cells import cell

__all__ = ["WORD_COLUMNS", "plan_words"]

WORD_COLUMNS = (
    "doc", "title", "date", "kind", "named", "text", "lead", "joint", "citation", "note",
)  # fmt: skip
_TOLD = ("kind", "named", "text", "lead", "joint", "note")
_PLACE = ("doc", "section", "row")
_NAMED = re.compile(r"([\w.\-]+):(.+?)(?::(\d+))?")

_Row = dict[str, object]


def plan_words(workspace: Workspace, layer: str, feature_id: str) -> pd.DataFrame:
    """Return what the documents say of a place.

    Parameters
    ----------
    workspace
        The city; its layer ``statements`` holds sentences of the documents, ``tasks`` and
        ``measures`` what is to be done.
    layer, feature_id
        The place.

    Returns
    -------
    words
        ``WORD_COLUMNS``, a row a passage, documents in the order of the plan: ``kind`` (``own``
        row of the place, ``statement``, ``task``, ``measure``, ``mention``), what the place is
        called there, the passage, who leads and who joins in (units joined by ``;``), and
        where it is written. A document of which the data hold nothing has one row without
        kind and text. A document that only names the place in the column ``mentions`` has its
        clause and no text.

    Raises
    ------
    WorkspaceError
        For a layer that is not there.
    """
    card = workspace.card(layer)
    frame = workspace.table(layer)
    own = frame[frame[card.key].astype(str).eq(feature_id)] if card.key else frame.iloc[:0]
    mine = _rows(own)
    rows = [_own(row) for row in mine]
    if workspace.has("statements"):
        said = workspace.table("statements")
        said = said[said["layer"].eq(layer) & said["feature_id"].eq(feature_id)]
        rows += [{**row, "kind": "statement"} for row in _rows(said)]
    ordered = work_naming(plan_work(workspace), workspace, layer, feature_id)
    rows = _with_work(rows, _rows(ordered))
    known = {(str(row["doc"]), str(row["section"])) for row in rows}
    for row in mine:
        rows += [one for one in _mentioned(row) if (one["doc"], one["section"]) not in known]
    return pd.DataFrame(_by_document(rows, workspace), columns=list(WORD_COLUMNS))


def _by_document(rows: list[_Row], workspace: Workspace) -> list[_Row]:
    """Return the passages in the order of the documents, with one row for a silent one."""
    plan = workspace.plan
    told: list[_Row] = []
    for document in plan.documents:
        head = {"doc": document.id, "title": document.title, "date": document.date or ""}
        here = [row for row in rows if row["doc"] == document.id]
        told += [
            {
                **head,
                **{name: cell(row.get(name)) for name in _TOLD},
                "citation": citation(row, plan),
            }
            for row in here
        ]
        if not here:
            told.append({**head, **dict.fromkeys((*_TOLD, "citation"), "")})
    return told


def _rows(frame: pd.DataFrame) -> list[_Row]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _own(row: _Row) -> _Row:
    """Return what the place's own row says of it."""
    quotes = [cell(value) for name, value in row.items() if name.endswith("_text")]
    aim = cell(row.get("aim"))
    text = "；".join(one for one in (*quotes, aim, cell(row.get("content"))) if one)
    return {**row, "kind": "own", "named": row.get("name"), "text": text}


def _with_work(rows: list[_Row], work: list[_Row]) -> list[_Row]:
    """Add work to what is said; a statement of the same clause tells its units and no more."""
    left = []
    for one in work:
        mine = [row for row in rows if _within(row, one)]
        units = {name: one[name] for name in ("kind", "lead", "joint")}
        for row in mine:
            row.update(units)
        if not mine:
            name, text = cell(one["name"]), cell(one["text"])
            whole = text if not name or name in text else f"{name}：{text}"
            left.append({**one, "named": "", "text": whole})
    return [*rows, *left]


def _within(row: Mapping[str, object], work: Mapping[str, object]) -> bool:
    """Say whether a statement is of the clause and row of a piece of work."""
    return row.get("kind") == "statement" and all(
        cell(row.get(name)) == cell(work[name]) for name in _PLACE
    )


def _mentioned(row: _Row) -> list[_Row]:
    """Return the clauses of a column ``mentions``: ``doc:section`` or ``doc:section:row``."""
    found: list[_Row] = []
    for part in cell(row.get("mentions")).split(";"):
        match = _NAMED.fullmatch(part.strip())
        if match:
            doc, section, number = match.groups()
            one: _Row = {"doc": doc, "section": section, "row": number, "named": row["name"]}
            found.append({**one, "kind": "mention"})
    return found
