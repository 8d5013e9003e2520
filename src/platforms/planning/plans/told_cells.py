"""Cells of the documents' tables as text: what is missing is empty, a list is its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from platforms.layers.citations import citation
from platforms.layers.workspace import Workspace

__all__ = ["cell", "parts", "records", "side"]

_PLACE = ("doc", "section", "row", "page")


def cell(value: object) -> str:
    """Return a cell as text, a list by ``;``; empty for what is missing."""
    if isinstance(value, (list, tuple)):
        return ";".join(str(one) for one in value)
    return "" if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124 NaN


def parts(value: object) -> list[str]:
    """Return the parts of a cell that joins them by semicolons."""
    return [part.strip() for part in cell(value).split(";") if part.strip()]


def records(
    workspace: Workspace, layer: str, names: Sequence[str], *, cited: bool = True
) -> list[dict[str, str]]:
    """Return a table of the documents as text, with its citations; none where there is none.

    Parameters
    ----------
    workspace
        The city.
    layer
        A layer without geometry.
    names
        Columns wanted; one that the layer lacks is empty.
    cited
        Whether the citations are wanted.

    Returns
    -------
    records
        The columns, ``id`` (the layer's key), and ``citation`` where it is wanted.
    """
    if not workspace.has(layer):
        return []
    key, plan = str(workspace.card(layer).key), workspace.plan
    told = []
    for row in workspace.table(layer).to_dict("records"):
        words = {str(name): cell(value) for name, value in row.items()}
        kept = {name: words.get(name, "") for name in names}
        told.append({**kept, "id": words[key]})
        if cited:
            told[-1]["citation"] = citation(words, plan)
    return told


def side(row: Mapping[str, str], end: str) -> dict[str, str]:
    """Return the place of one side of a row that cites two, such as ``doc_a``, ``section_a``."""
    return {name: row.get(f"{name}_{end}", "") for name in _PLACE}
