"""What each document says of a place, in the order of the documents.

What a plan says is quoted with its clause. Where the data hold nothing of a document about a
place, that is said and nothing is put in its stead: it does not mean that the plan is silent.
"""

from __future__ import annotations

import re

import pandas as pd

from platforms.layers.citations import citation
from platforms.layers.workspace import Workspace

__all__ = ["WORD_COLUMNS", "plan_words"]

WORD_COLUMNS = ("doc", "title", "date", "named", "text", "citation", "note")
_NAMED = re.compile(r"([\w.\-]+):(.+?)(?::(\d+))?")


def plan_words(workspace: Workspace, layer: str, feature_id: str) -> pd.DataFrame:
    """Return what the documents say of a place.

    Parameters
    ----------
    workspace
        The city; its layer ``statements`` holds sentences of the documents.
    layer, feature_id
        The place.

    Returns
    -------
    words
        ``WORD_COLUMNS``, a row a statement, documents in the order of the plan: what the place
        is called there, the passage, and where it is written. A document of which the data
        hold nothing has one row without text. A document that only names the place in the
        column ``mentions`` has its clause and no text.

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
        rows += _rows(said[said["layer"].eq(layer) & said["feature_id"].eq(feature_id)])
    known = {(str(row["doc"]), str(row["section"])) for row in rows}
    for row in mine:
        rows += [one for one in _mentioned(row) if (one["doc"], one["section"]) not in known]
    plan = workspace.plan
    told: list[dict[str, object]] = []
    for document in plan.documents:
        head = {"doc": document.id, "title": document.title, "date": document.date or ""}
        here = [row for row in rows if row["doc"] == document.id]
        told += [
            {
                **head,
                **{name: _plain(row.get(name)) for name in ("named", "text", "note")},
                "citation": citation(row, plan),
            }
            for row in here
        ]
        if not here:
            told.append({**head, "named": "", "text": "", "citation": "", "note": ""})
    return pd.DataFrame(told, columns=list(WORD_COLUMNS))


def _rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _own(row: dict[str, object]) -> dict[str, object]:
    """Return what the place's own row says of it."""
    quotes = [_plain(value) for name, value in row.items() if str(name).endswith("_text")]
    aim = _plain(row.get("aim"))
    text = "；".join(one for one in (*quotes, aim, _plain(row.get("content"))) if one)
    return {**row, "named": row.get("name"), "text": text}


def _mentioned(row: dict[str, object]) -> list[dict[str, object]]:
    """Return the clauses of a column ``mentions``: ``doc:section`` or ``doc:section:row``."""
    found = []
    for part in _plain(row.get("mentions")).split(";"):
        match = _NAMED.fullmatch(part.strip())
        if match:
            doc, section, number = match.groups()
            found.append({"doc": doc, "section": section, "row": number, "named": row["name"]})
    return found


def _plain(value: object) -> str:
    """Return a cell as text, a list by ``;``; empty for what is missing."""
    if isinstance(value, (list, tuple)):
        return ";".join(str(one) for one in value)
    return "" if value is None or value != value else str(value)  # noqa: PLR0124 NaN
