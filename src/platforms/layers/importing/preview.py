"""An import, looked at before anything is written.

What each column of the file becomes and how sure that is, what stays empty, which rows do not
fit and why. The rows that fit are ready to be written as they are shown; `apply_import` writes
these and no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pandas as pd

from platforms.geo.read import Source
from platforms.issues import IssueTable
from platforms.layers.cards import Card
from platforms.layers.importing.memory import Remembered

if TYPE_CHECKING:
    from platforms.layers.workspace import Workspace

__all__ = ["ImportChoice", "ImportColumn", "ImportPreview"]


@dataclass(frozen=True, kw_only=True)
class ImportChoice:
    """What a user says about a file that is imported.

    Attributes
    ----------
    table
        Sheet, layer or number of the table, where the best header is not the one meant.
    encoding
        Of the text, where the file's content does not tell.
    doc, section
        Document of plan.yaml and section that all rows come from.
    columns
        Name in the file to the card's column; an empty one is not used.
    units
        Name in the file to the unit of its numbers.
    words
        Column of the card to words of the file and the values for which they stand.
    fixed
        Column of the card to the value of every row.
    places
        ``none``: a row whose place the gazetteer lacks has none; ``town``: it gets the seat
        of its town, as a new row of the gazetteer.
    replace
        The rows take the place of the whole table; else they are added to it.
    prefix
        What stands before the number of ids that are made.
    remembered
        Take up how the same header was read before.
    """

    table: str | None = None
    encoding: str | None = None
    doc: str | None = None
    section: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    places: Literal["none", "town"] = "none"
    replace: bool = False
    prefix: str | None = None
    remembered: bool = True


@dataclass(frozen=True)
class ImportColumn:
    """One column of the file, or one that is filled without one.

    Attributes
    ----------
    source
        Name in the file; empty for what no column of it gives.
    target, title
        Column of the card and what people call it; empty for what is not used.
    how
        ``given``, ``remembered``, ``own``, ``title``, ``known``, ``likely``; without a source
        ``fixed``, ``as_written``, ``reference``, ``option``, ``order``, ``parted``,
        ``generated`` or ``empty``; ``unused`` for what is not used.
    unit, wanted
        Unit in the file and on the card.
    samples
        Up to three cells, as ``written → stored`` where they differ.
    filled
        Number of cells that have something.
    required
        No cell may be empty.
    """

    source: str
    target: str
    title: str
    how: str
    unit: str = ""
    wanted: str = ""
    samples: tuple[str, ...] = ()
    filled: int = 0
    required: bool = False


@dataclass(frozen=True)
class ImportPreview:
    """What an import would do.

    Attributes
    ----------
    layer, card
        The layer and its card.
    source
        The file.
    table, others
        The table that is read, and further ones of the file that could be meant.
    columns
        Columns of the file in their order, then those of the card that none of them gives.
    frame
        Rows that fit, as text in stored form; columns as the card has them, index 0..n-1.
    set_aside
        Rows that do not fit: ``line``, ``reason``, then the file's columns as they are.
    same
        Number of rows that the layer has already with the same content.
    ids
        Line in the file to the id of its row, of those that fit and those that are there.
    places
        New rows of the gazetteer, as text.
    replace
        Whether the rows take the place of the whole table.
    issues
        Faults; each row that is set aside is an error there.
    mapping
        How the header is read, as it would be remembered.
    """

    layer: str
    card: Card
    source: Source
    table: str
    others: tuple[str, ...]
    columns: tuple[ImportColumn, ...]
    frame: pd.DataFrame
    set_aside: pd.DataFrame
    same: int
    ids: Mapping[int, str]
    places: pd.DataFrame
    replace: bool
    issues: IssueTable
    mapping: Remembered
    workspace: Workspace = field(repr=False)

    @property
    def rows(self) -> Mapping[str, int]:
        """Rows in the table of the file, those that fit, are there already, and do not fit."""
        good, aside = len(self.frame), len(self.set_aside)
        told = {"in": good + self.same + aside, "good": good, "same": self.same}
        return {**told, "set_aside": aside}

    @property
    def ready(self) -> bool:
        """Whether it can be written: no column is open, and a row is there to be written."""
        kinds = {i.kind for i in self.issues if i.severity == "error"} - {"import_row_set_aside"}
        return not kinds and (len(self.frame) > 0 or self.same > 0)

    def to_dict(self) -> dict[str, object]:
        """Return the preview as plain values, for JSON."""
        return {
            "layer": self.layer,
            "source": {
                key: value
                for key, value in self.source.to_dict().items()
                if key in {"name", "driver", "encoding", "encoding_basis", "sha256"}
            },
            "table": self.table,
            "others": list(self.others),
            "columns": [
                {
                    "source": c.source or None,
                    "target": c.target or None,
                    "title": c.title or None,
                    "how": c.how,
                    "unit": c.unit or None,
                    "wanted": c.wanted or None,
                    "samples": list(c.samples),
                    "filled": c.filled,
                    "required": c.required,
                }
                for c in self.columns
            ],
            "rows": dict(self.rows),
            "records": self.frame.to_dict("records"),
            "set_aside": self.set_aside.to_dict("records"),
            "places": self.places.to_dict("records"),
            "replace": self.replace,
            "ready": self.ready,
            "issues": self.issues.to_records(),
        }
