"""What the documents order to be done: tasks and measures, with who leads and who joins in.

The words are those of the documents. A place is named by a task where its own full name, or
another name that the data hold of it, stands in the words; a name that is only a part of a
longer name of the same list does not count. Nothing is put down to a place by its meaning.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

import pandas as pd

from platforms.layers.workspace import Workspace
from platforms.planning.plans.told_cells import cell, parts, records

__all__ = ["WORK_COLUMNS", "WORK_KINDS", "plan_work", "select_work", "work_naming", "work_units"]

WORK_COLUMNS = (
    "work_id", "kind", "name", "text", "chapter", "lead", "joint", "topic", "targets",
    "doc", "section", "row", "page", "citation", "note",
)  # fmt: skip
# layer → kind
_LAYERS = {"tasks": "task", "measures": "measure", "key_tasks": "key_task"}
WORK_KINDS = tuple(_LAYERS.values())
_FROM_LAYER = (
    "name", "text", "chapter", "initiative", "lead", "joint", "responsible", "topic", "targets",
    "doc", "section", "row", "page", "note",
)  # fmt: skip
_PLACE = ("doc", "section", "row")
_SAID = ("layer", "feature_id", *_PLACE)
# a shorter name is a word of any sentence
_LEAST = 4


def plan_work(workspace: Workspace) -> pd.DataFrame:
    """Return the tasks and measures of the documents, in the order of the documents.

    Parameters
    ----------
    workspace
        The city; its layers ``tasks``, ``measures`` and ``key_tasks``, where it has them.

    Returns
    -------
    work
        ``WORK_COLUMNS``, all text, empty where the document says nothing: ``kind`` is ``task``,
        ``measure`` or ``key_task``, ``chapter`` the heading that it stands under; ``lead`` are
        the units that the document says lead, ``joint`` all others that it names, ``targets``
        ids of targets, each joined by ``;``.
    """
    order = {document.id: at for at, document in enumerate(workspace.plan.documents)}
    rows = [
        {
            **row,
            "work_id": row["id"],
            "kind": kind,
            "chapter": row["chapter"] or row["initiative"],
            "joint": row["joint"] or row["responsible"],
        }
        for layer, kind in _LAYERS.items()
        for row in records(workspace, layer, _FROM_LAYER)
    ]
    rows.sort(key=lambda row: order.get(row["doc"], len(order)))
    return pd.DataFrame(rows, columns=list(WORK_COLUMNS), dtype="str")


def work_units(work: pd.DataFrame) -> list[str]:
    """Return the units of tasks, those that lead most first, then those named most.

    Parameters
    ----------
    work
        What :func:`plan_work` gives.
    """
    counts: dict[str, list[int]] = {}
    for at, name in enumerate(("lead", "joint")):
        for value in work[name]:
            for unit in parts(value):
                counts.setdefault(unit, [0, 0])[at] += 1
    return sorted(counts, key=lambda unit: (-counts[unit][0], -counts[unit][1]))


def select_work(
    work: pd.DataFrame,
    *,
    documents: Sequence[str] = (),
    leads: Sequence[str] = (),
    units: Sequence[str] = (),
    text: str = "",
) -> pd.DataFrame:
    """Return the work that is asked for; an empty choice leaves all.

    Parameters
    ----------
    work
        What :func:`plan_work` gives.
    documents
        Ids of documents.
    leads
        Units that lead.
    units
        Units that lead or join in.
    text
        Words that all stand in a row, in any of its texts and units; capitals do not count.
    """
    kept = pd.Series(data=True, index=work.index)
    if documents:
        kept &= work["doc"].isin(list(documents))
    for wanted, names in ((leads, ("lead",)), (units, ("lead", "joint"))):
        if wanted:
            kept &= pd.Series(
                [
                    any(unit in parts(value) for value in row for unit in wanted)
                    for row in work[list(names)].itertuples(index=False)
                ],
                index=work.index,
                dtype="bool",
            )
    searched = work[["name", "text", "lead", "joint", "topic", "chapter"]]
    whole = searched.agg("\n".join, axis=1).str.casefold() if len(work) else searched["name"]
    for word in text.casefold().split():
        kept &= whole.str.contains(word, regex=False)
    return work[kept]


def work_naming(work: pd.DataFrame, workspace: Workspace, layer: str, of: str) -> pd.DataFrame:
    """Return the work that names a place.

    Parameters
    ----------
    work
        What :func:`plan_work` gives.
    workspace
        The city.
    layer, of
        The place. It is named where its name or one of its ``aliases`` stands in the words, or
        where a statement of it is from the same clause and row.

    Raises
    ------
    WorkspaceError
        For a layer that is not there.
    """
    key = workspace.card(layer).key
    table = workspace.table(layer)
    if key is None or "name" not in table or not len(work):
        return work.iloc[:0]
    own = table[key].astype(str).eq(of)
    names = {one for row in table[own].to_dict("records") for one in _names(row)}
    others = {one for row in table[~own].to_dict("records") for one in _names(row)} - names
    said = {
        tuple(row[name] for name in _PLACE)
        for row in records(workspace, "statements", _SAID, cited=False)
        if (row["layer"], row["feature_id"]) == (layer, of)
    }
    named = [
        _stands(f"{row['name']}\n{row['text']}", names, others)
        or tuple(row[name] for name in _PLACE) in said
        for row in work[["name", "text", *_PLACE]].to_dict("records")
    ]
    return work[pd.Series(named, index=work.index, dtype="bool")]


def _names(row: Mapping[Hashable, object]) -> list[str]:
    """Return what the data call a place."""
    return [
        one for one in (cell(row.get("name")), *parts(row.get("aliases"))) if len(one) >= _LEAST
    ]


def _stands(text: str, names: Collection[str], others: Collection[str]) -> bool:
    """Say whether a name stands in a text by itself and not within a longer one of another."""
    for name in names:
        rest = text
        for other in sorted((one for one in others if name in one), key=len, reverse=True):
            rest = rest.replace(other, "\n")
        if name in rest:
            return True
    return False
