"""Rows judged by their card before anything is written: each that does not fit, with its reasons.

The check is that of reading the workspace, so that what passes here is read there. Rows that the
layer has already, with the same content, are counted and not written again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from platforms import messages
from platforms.layers.cards import Card
from platforms.layers.consistency import check_inside
from platforms.layers.firm_identity import name_key
from platforms.layers.tables import STORED_CRS, Faults, typed_cells

if TYPE_CHECKING:
    from platforms.layers.workspace import Workspace

__all__ = ["Reasons", "compare_existing", "outside_faults", "reference_faults", "row_faults"]

# as the checks of a card count: the header is row 1
_FIRST_ROW = 2
# what says where a row is written; no two files agree in it
_CITED = {"doc", "section", "row", "page"}


class Reasons:
    """Why rows are set aside: row, from 0, to sentences in the current language."""

    def __init__(self, lines: Sequence[int]) -> None:
        self.lines = lines
        self.by_row: dict[int, list[str]] = {}

    def add(self, row: int, key: str, **fields: object) -> None:
        """Note a reason; its message names the line of the file."""
        told = messages.text(key, None, row=self.lines[row], **fields)
        self.by_row.setdefault(row, []).append(told)

    def __contains__(self, row: object) -> bool:
        """Say whether a row is set aside."""
        return row in self.by_row


def row_faults(
    card: Card,
    cells: Mapping[str, Sequence[str]],
    reasons: Reasons,
    *,
    skipped: Collection[str] = (),
) -> None:
    """Note what each row has that its card does not allow.

    Parameters
    ----------
    card
        The layer's.
    cells
        Column of the card to its cells in stored form.
    reasons
        Takes the faults.
    skipped
        Columns that are not filled yet.
    """
    count = len(reasons.lines)
    for column in card.columns:
        if column.name in skipped:
            continue
        faults = Faults(card.file)
        text = pd.Series(cells.get(column.name) or [""] * count, dtype="str")
        typed_cells(text, column, faults)
        for entry, fields in faults.found:
            told = {name: value for name, value in fields.items() if name != "row"}
            if entry == "cell_not_allowed":
                told["allowed"] = [column.label(value) for value in column.allowed or ()]
            reasons.add(int(str(fields["row"])) - _FIRST_ROW, f"layers.{entry}", **told)


def reference_faults(
    card: Card, workspace: Workspace, cells: Mapping[str, Sequence[str]], reasons: Reasons
) -> None:
    """Note cells that name what the workspace lacks: rows of other layers, documents."""
    for column in card.columns:
        texts = cells.get(column.name)
        if texts is None:
            continue
        if column.name == "doc" and workspace.plan.documents:
            known = {document.id for document in workspace.plan.documents}
            told: dict[str, object] = {"allowed": sorted(known)}
            entry = "cell_unknown_document"
        elif column.refers_to:
            layer, _, key = column.refers_to.partition(".")
            if not workspace.has(layer) or layer == card.layer:
                continue
            known = {str(value) for value in workspace.table(layer)[key].dropna()}
            told = {"column": column.title.show(), "target": column.refers_to}
            entry = "cell_unknown_reference"
        else:
            continue
        for row, text in enumerate(texts):
            if text and text not in known:
                reasons.add(row, f"layers.{entry}", value=text, **told)


def outside_faults(
    card: Card, workspace: Workspace, cells: Mapping[str, Sequence[str]], reasons: Reasons
) -> None:
    """Note points further outside the county than their accuracy explains."""
    if card.geometry != "point" or not {"lon", "lat"} <= set(cells):
        return
    rows = [row for row in range(len(reasons.lines)) if row not in reasons]
    table = pd.DataFrame({name: [cells[name][row] for row in rows] for name in cells})
    for name in {"lon", "lat", "accuracy_m"} & set(table):
        table[name] = pd.to_numeric(table[name], errors="coerce")
    if str(card.key) not in table:
        table[str(card.key)] = ""
    points = gpd.points_from_xy(table["lon"], table["lat"])
    frame = gpd.GeoDataFrame(table, geometry=points, crs=STORED_CRS)
    faults = Faults(card.file)
    # the workspace's own check, so that what passes here is read there
    check_inside(frame, card, workspace.outline, faults)
    for entry, fields in faults.found:
        told = {name: value for name, value in fields.items() if name != "row"}
        reasons.add(rows[int(str(fields["row"])) - _FIRST_ROW], f"layers.{entry}", **told)


def compare_existing(
    card: Card,
    existing: pd.DataFrame,
    cells: Mapping[str, Sequence[str]],
    reasons: Reasons,
    *,
    generated: bool,
) -> dict[int, str]:
    """Return the rows that the layer has already; note those that it has with other content.

    Parameters
    ----------
    card
        The layer's.
    existing
        Its rows as text.
    cells
        The rows that come.
    reasons
        Takes rows whose key, or name where keys are generated, is there with other content.
    generated
        Whether the key is not in the file.

    Returns
    -------
    same
        Row, from 0, to its key in the layer.
    """
    by = "name" if generated else card.key
    if by is None or by not in existing or by not in cells:
        return {}
    there: dict[str, list[dict[str, str]]] = {}
    for record in existing.to_dict("records"):
        there.setdefault(name_key(record[by]), []).append({str(k): v for k, v in record.items()})
    same: dict[int, str] = {}
    compared = [name for name in cells if name not in _CITED and name != card.key]
    title = next(column.title.show() for column in card.columns if column.name == by)
    for row, text in enumerate(cells[by]):
        if row in reasons or not text or name_key(text) not in there:
            continue
        own = {name: cells[name][row] for name in compared if cells[name][row]}
        alike = [o for o in there[name_key(text)] if all(o.get(n) == v for n, v in own.items())]
        if alike:
            same[row] = alike[0][str(card.key)]
        else:
            reasons.add(row, "importing.row_there", column=title, value=text)
    _taken_elsewhere(card, existing, cells, reasons, {*same}, by)
    return same


def _taken_elsewhere(
    card: Card,
    existing: pd.DataFrame,
    cells: Mapping[str, Sequence[str]],
    reasons: Reasons,
    same: Collection[int],
    by: str,
) -> None:
    """Note new rows with a value that must stand once, and does so in the layer already."""
    for column in card.columns:
        if not column.unique or column.name == by or column.name not in cells:
            continue
        taken = set(existing[column.name]) - {""} if column.name in existing else set()
        for row, text in enumerate(cells[column.name]):
            if text in taken and row not in reasons and row not in same:
                title = column.title.show()
                reasons.add(row, "layers.cell_twice", column=title, value=text)
