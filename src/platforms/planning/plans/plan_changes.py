"""What changed between the documents about one place, as far as their words show it.

A change is what can be read off two documents: another name, a sentence that is repeated or is
new, work that is ordered. What it means is not judged here. A contradiction is one that somebody
wrote down with both passages; none is concluded from the words.
"""

from __future__ import annotations

import unicodedata

import pandas as pd

from platforms import messages
from platforms.layers.citations import citation
from platforms.layers.workspace import Workspace
from platforms.planning.plans.plan_work import WORK_KINDS
from platforms.planning.plans.told_cells import cell, records, side

__all__ = ["CHANGE_COLUMNS", "CONTRADICTION_COLUMNS", "plan_changes", "plan_contradictions"]

CHANGE_COLUMNS = (
    "doc", "title", "date", "after", "called", "called_new", "called_gone",
    "passages", "again", "work",
)  # fmt: skip
CONTRADICTION_COLUMNS = (
    "contradiction_id", "layer", "feature_id", "name", "kind", "kind_title", "differs",
    "doc_a", "text_a", "citation_a", "doc_b", "text_b", "citation_b", "note",
)  # fmt: skip
_ENDS = ("a", "b")
_LAYER = "contradictions"
# a row of numbers is called by what they measure
_NAMES = ("name", "indicator", "title")
_PLACES = tuple(
    f"{name}_{end}" for end in _ENDS for name in ("doc", "section", "row", "page", "text")
)


def plan_changes(words: pd.DataFrame) -> pd.DataFrame:
    """Return how each document differs from the one before it that speaks of the place.

    Parameters
    ----------
    words
        What :func:`platforms.plan_words` gives of a place.

    Returns
    -------
    changes
        ``CHANGE_COLUMNS``, a row a document that speaks of the place, in their order: ``after``
        is the document before it, empty for the first; ``called`` the names there,
        ``called_new`` and ``called_gone`` against that document, joined by ``;``;
        ``passages`` how many, of which ``again`` stand word for word in an earlier document
        and ``work`` are tasks or measures.
    """
    rows: list[dict[str, object]] = []
    before, names_before, said_before = "", dict[str, str](), set[str]()
    for doc, here in words[words["citation"].ne("")].groupby("doc", sort=False):
        names = {_plain(name): name for name in here["named"] if name}
        said = [_plain(text) for text in here["text"] if text]
        new = [name for plain, name in names.items() if plain not in names_before]
        gone = [name for plain, name in names_before.items() if plain not in names]
        rows.append(
            {
                **{name: here[name].iloc[0] for name in ("title", "date")},
                "doc": doc,
                "after": before,
                "called": ";".join(names.values()),
                # where a document gives no name none has gone
                "called_new": ";".join(new) if before else "",
                "called_gone": ";".join(gone) if names else "",
                "passages": len(here),
                "again": sum(text in said_before for text in said),
                "work": int(here["kind"].isin(WORK_KINDS).sum()),
            }
        )
        before, said_before = str(doc), said_before | set(said)
        names_before = names or names_before
    return pd.DataFrame(rows, columns=list(CHANGE_COLUMNS))


def plan_contradictions(
    workspace: Workspace, layer: str | None = None, feature_id: str | None = None
) -> pd.DataFrame:
    """Return where two passages of the documents do not agree.

    Parameters
    ----------
    workspace
        The city; its layer ``contradictions``, where it has one.
    layer, feature_id
        Only of this layer, of this place.

    Returns
    -------
    contradictions
        ``CONTRADICTION_COLUMNS``, all text: whose (``name`` as its layer has it), of what
        ``kind`` (``kind_title`` and ``differs`` in the current language), and both passages
        with their clause.
    """
    plan = workspace.plan
    rows = []
    wanted = ("layer", "feature_id", "kind", "differs", "differs_en", "note", *_PLACES)
    for row in records(workspace, _LAYER, wanted, cited=False):
        if layer not in (None, row["layer"]) or feature_id not in (None, row["feature_id"]):
            continue
        cited = {f"citation_{end}": citation(side(row, end), plan) for end in _ENDS}
        english = messages.language() == "en" and row["differs_en"]
        rows.append(
            {
                **row,
                **cited,
                "contradiction_id": row["id"],
                "name": _name(workspace, row["layer"], row["feature_id"]),
                "kind_title": _kind(workspace, row["kind"]),
                "differs": row["differs_en"] if english else row["differs"],
            }
        )
    return pd.DataFrame(rows, columns=list(CONTRADICTION_COLUMNS), dtype="str")


def _name(workspace: Workspace, layer: str, feature: str) -> str:
    """Return what a layer calls a row; its id where the layer has no name of it."""
    if not workspace.has(layer):
        return feature
    key, table = str(workspace.card(layer).key), workspace.table(layer)
    own = table[table[key].astype(str).eq(feature)]
    named = [cell(own[name].iloc[0]) for name in _NAMES if name in own and len(own)]
    return next((name for name in named if name), feature)


def _kind(workspace: Workspace, kind: str) -> str:
    column = workspace.card(_LAYER).column("kind")
    return column.label(kind) if column is not None and kind else kind


def _plain(text: str) -> str:
    """Return a text without what only printing changes: width of signs, spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())
