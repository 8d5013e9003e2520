"""Cells that name something else of the workspace: towns, places, parks, by id or by name.

A name is compared without width, blanks and case, a town's also without 镇, 乡 or 街道 where
that leaves one. Nothing is matched by likeness. A place that the gazetteer has under one name
several times is taken where the town tells it, else left open and named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from platforms.issues import IssueTable
from platforms.layers.cards import Card, Column
from platforms.layers.firm_identity import name_key
from platforms.layers.importing.catalogue import ID_END

if TYPE_CHECKING:
    import pandas as pd

    from platforms.layers.workspace import Workspace

__all__ = ["Names", "resolve_places", "resolve_references", "singular"]

_TOWN = re.compile(r"(街道|镇|乡)(办事处|人民政府|政府)?$")
_SHOWN = 8


class Names:
    """Ids of a layer by name.

    Parameters
    ----------
    frame
        The layer, with a column ``name`` where it has names.
    key
        Column of ids.
    towns
        Whether names may lack 镇, 乡 or 街道.
    """

    def __init__(self, frame: pd.DataFrame, key: str, *, towns: bool = False) -> None:
        self.ids = {str(value) for value in frame[key].dropna()}
        self._by_name: dict[str, list[str]] = {}
        if "name" not in frame:
            return
        names = list(zip(frame["name"].fillna("").astype(str), frame[key].astype(str), strict=True))
        for name, value in names:
            self._by_name.setdefault(name_key(name), []).append(value)
        if towns:
            stems: dict[str, list[str]] = {}
            for name, value in names:
                stems.setdefault(name_key(_TOWN.sub("", name)), []).append(value)
            for stem, values in stems.items():
                self._by_name.setdefault(stem, values)

    def find(self, text: str) -> list[str]:
        """Return the ids that a text stands for."""
        if text in self.ids:
            return [text]
        return list(dict.fromkeys(self._by_name.get(name_key(text), ()))) if text else []


def singular(layer: str) -> str:
    """Return what one row of a layer is called, as the gazetteer has it."""
    return layer.removesuffix("s")


def resolve_references(
    card: Card,
    workspace: Workspace,
    cells: dict[str, list[str]],
    how: dict[str, str],
    issues: IssueTable,
) -> None:
    """Put ids into the columns that name rows of other layers, in place.

    A column ``x_id`` without a column of the file is taken from ``x``, and where only ``x_id``
    is in the file its text is also kept as ``x``. A text that names nothing stays where the
    column is mapped, for the check of the card to name; where it is taken from ``x`` it stays
    empty and is listed.
    """
    for column in card.columns:
        if column.refers_to is None or column.name == "place_id":
            continue
        layer, _, key = column.refers_to.partition(".")
        if not workspace.has(layer):
            continue
        names = Names(workspace.table(layer), key, towns=layer == "towns")
        stem = column.name.removesuffix(ID_END)
        if column.name in cells:
            cells[column.name] = [_one(names, text) or text for text in cells[column.name]]
            continue
        # a row that is known by the id of another is that other, by its name
        source = "name" if column.name == card.key else stem
        if source in cells and source != column.name:
            cells[column.name] = [_one(names, text) for text in cells[source]]
            how[column.name] = "reference"
            _tell_unknown(column, cells[source], cells[column.name], layer, issues)


def _one(names: Names, text: str) -> str:
    found = names.find(text)
    return found[0] if len(found) == 1 else ""


def _tell_unknown(
    column: Column, texts: Sequence[str], ids: Sequence[str], layer: str, issues: IssueTable
) -> None:
    unknown = list(dict.fromkeys(t for t, i in zip(texts, ids, strict=True) if t and not i))
    if unknown:
        kind = "import_town_unknown" if layer == "towns" else "import_name_unknown"
        told: dict[str, Any] = {"count": len(unknown), "names": unknown[:_SHOWN], "target": layer}
        issues.add(kind, "warning", field=column.title.show(), **told)


def resolve_places(
    card: Card,
    workspace: Workspace,
    cells: dict[str, list[str]],
    how: dict[str, str],
    issues: IssueTable,
) -> None:
    """Give rows the place that the gazetteer has under their name, in place.

    The places of a file's own column are looked for by id or name; without one, those of the
    column ``name``. What is not found stays empty.
    """
    if card.column("place_id") is None or not workspace.has("gazetteer"):
        return
    given = "place_id" in cells
    texts = cells.get("place_id") or cells.get("name")
    if texts is None:
        return
    places = workspace.table("gazetteer")
    names = Names(places, "place_id")
    by_id = places.set_index("place_id").to_dict("index")
    towns = cells.get("town_id") or [""] * len(texts)
    twice: list[str] = []
    out = []
    for text, town in zip(texts, towns, strict=True):
        found = _narrowed(names.find(text), by_id, singular(card.layer), town)
        if len(found) > 1:
            twice.append(text)
        out.append(found[0] if len(found) == 1 else text if given and text and not found else "")
    cells["place_id"] = out
    if not given:
        how["place_id"] = "reference"
    if twice:
        told: dict[str, Any] = {"count": len(twice), "names": list(dict.fromkeys(twice))[:_SHOWN]}
        issues.add("import_place_twice", "warning", file="gazetteer.csv", **told)


def _narrowed(
    found: Sequence[str], places: Mapping[Any, Mapping[Any, Any]], kind: str, town: str
) -> list[str]:
    """Return the places of the row's kind and town, where several bear its name."""
    kept = list(found)
    for name, value in (("type", kind), ("town_id", town)):
        own = [place for place in kept if value and places[place].get(name) == value]
        kept = own or kept
    return kept
