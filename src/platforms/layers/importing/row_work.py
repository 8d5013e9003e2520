"""The rows of an import, from columns that are filled to those that fit.

Names are looked up, the citation is put in, each row is judged by the card, numbered and placed.
A row is in one place only: it fits, the layer has it already, or it is set aside with its reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from platforms.errors import WorkspaceError
from platforms.issues import IssueTable
from platforms.layers.cards import Card
from platforms.layers.firm_identity import name_key
from platforms.layers.importing.checking import (
    Reasons,
    compare_existing,
    outside_faults,
    reference_faults,
    row_faults,
)
from platforms.layers.importing.filling import Filled
from platforms.layers.importing.finding import FoundTable
from platforms.layers.importing.ids import id_prefix, numbered
from platforms.layers.importing.placing import seat_places
from platforms.layers.importing.preview import ImportChoice
from platforms.layers.importing.references import resolve_places, resolve_references

if TYPE_CHECKING:
    from platforms.layers.workspace import Workspace

__all__ = ["RowWork"]


class RowWork:
    """The rows of an import on their way from filled columns to those that fit.

    Parameters
    ----------
    card, workspace
        The layer's card, and the city.
    choice
        What the user says about the file.
    found, filled
        The table of the file, and the card's columns as far as it gives them; these are filled
        further.
    file
        Name of the file for messages.
    """

    def __init__(
        self,
        card: Card,
        workspace: Workspace,
        choice: ImportChoice,
        found: FoundTable,
        filled: Filled,
        file: str,
    ) -> None:
        self.card, self.workspace, self.choice = card, workspace, choice
        self.found, self.filled, self.file = found, filled, file
        self.reasons = Reasons(found.lines)
        self.same: dict[int, str] = {}
        self.places: list[dict[str, str]] = []

    @property
    def _count(self) -> int:
        return len(self.found.rows)

    def run(self, doubled: Mapping[str, Sequence[str]]) -> None:
        """Look up, cite, judge, number and place."""
        card, cells, how = self.card, self.filled.cells, self.filled.how
        resolve_references(card, self.workspace, cells, how, self.filled.issues)
        resolve_places(card, self.workspace, cells, how, self.filled.issues)
        self._cite()
        key = str(card.key)
        generated = key not in cells and key not in doubled
        place = card.column("place_id")
        needed = place is not None and place.required and "place_id" in cells
        absent = {c.name for c in card.columns if c.required and c.name not in cells}
        later = {*absent, key} if generated else absent
        placed = self.choice.places == "town" and "place_id" in cells
        row_faults(card, cells, self.reasons, skipped={*later, *(("place_id",) if needed else ())})
        reference_faults(card, self.workspace, cells, self.reasons)
        outside_faults(card, self.workspace, cells, self.reasons)
        existing = self._existing()
        if not self.choice.replace:
            self.same = compare_existing(card, existing, cells, self.reasons, generated=generated)
        if generated:
            self._number(existing)
        if placed:
            cells["place_id"] = list(cells["place_id"])
            self.places = seat_places(card, self.workspace, cells, self.good(), self.file)
        if needed:
            self._without_place()

    def good(self) -> list[int]:
        """Return the rows that are to be written."""
        return [r for r in range(self._count) if r not in self.reasons and r not in self.same]

    def _cite(self) -> None:
        """Say where the rows are written, as far as the user says it and the card asks."""
        cells, how = self.filled.cells, self.filled.how
        for name in ("doc", "section"):
            told = getattr(self.choice, name)
            if told is not None and self.card.column(name) is not None:
                cells[name] = [told] * self._count
                how[name] = "option"
        if "doc" in cells:
            titles = {name_key(d.title): d.id for d in self.workspace.plan.documents}
            cells["doc"] = [titles.get(name_key(t.strip("《》")), t) for t in cells["doc"]]
        if self.card.column("row") is not None and "row" not in cells and "doc" in cells:
            cells["row"] = [str(row + 1) for row in range(self._count)]
            how["row"] = "order"

    def _existing(self) -> pd.DataFrame:
        """Return the layer's rows as text; a table that is to be replaced may be broken."""
        path = self.workspace.path(self.card.layer)
        none = pd.DataFrame(columns=[c.name for c in self.card.columns], dtype="str")
        try:
            self.workspace.table(self.card.layer)
        except WorkspaceError:
            if path.is_file() and not self.choice.replace:
                raise
            return none
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")

    def _number(self, existing: pd.DataFrame) -> None:
        key = str(self.card.key)
        taken = list(existing[key]) if key in existing else []
        prefix = self.choice.prefix or id_prefix(self.card.layer, taken)
        cells = self.filled.cells
        kept: dict[int, str] = {}
        if self.choice.replace and "name" in existing and "name" in cells:
            before = dict(zip(map(name_key, existing["name"]), existing[key], strict=True))
            for row in self.good():
                old = before.pop(name_key(cells["name"][row]), None)
                kept |= {row: old} if old else {}
        made = numbered(self.good(), prefix, taken, kept=kept)
        cells[key] = [made.get(row, "") for row in range(self._count)]
        self.filled.how[key] = "generated"

    def _without_place(self) -> None:
        cells = self.filled.cells
        for row in self.good():
            if not cells["place_id"][row]:
                name = cells.get("name", cells["place_id"])[row]
                self.reasons.add(row, "importing.no_place", name=name)

    def tell_rows(self, issues: IssueTable) -> None:
        """Name each row that is set aside, and the places that are open or made."""
        if not self._count:
            issues.add("import_no_rows", "error", file=self.file, table=self.found.name)
        for row, told in sorted(self.reasons.by_row.items()):
            line = str(self.found.lines[row])
            words: dict[str, Any] = {"line": line, "reason": " ".join(told)}
            issues.add("import_row_set_aside", "error", feature=line, file=self.file, **words)
        if self.places:
            issues.add("import_places_made", "info", file=self.file, count=len(self.places))
        places = self.filled.cells.get("place_id")
        if places is not None and self.workspace.has("gazetteer"):
            count = sum(not places[row] for row in self.good())
            if count:
                issues.add("import_place_open", "warning", file=self.file, count=count)

    def ids(self) -> dict[int, str]:
        """Return the id of each row that fits or is there, by its line."""
        keys = self.filled.cells.get(str(self.card.key), [])
        good = {row: keys[row] for row in self.good() if keys}
        return {self.found.lines[row]: key for row, key in sorted({**good, **self.same}.items())}

    def frame(self) -> pd.DataFrame:
        """Return the rows that fit, in stored form."""
        cells, good = self.filled.cells, self.good()
        columns = {
            c.name: [cells[c.name][row] if c.name in cells else "" for row in good]
            for c in self.card.columns
        }
        return pd.DataFrame(columns, dtype="str")

    def set_aside(self, names: Sequence[str]) -> pd.DataFrame:
        """Return the rows that do not fit, with their reasons."""
        heads = [name or f"#{at + 1}" for at, name in enumerate(names)]
        rows = [
            [str(self.found.lines[row]), " ".join(told), *self.found.rows[row]]
            for row, told in sorted(self.reasons.by_row.items())
        ]
        return pd.DataFrame(rows, columns=["line", "reason", *heads], dtype="str")
