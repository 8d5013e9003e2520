"""Coverage: of each table of the documents, how many rows it has and how many the data hold.

The layer ``document_tables`` lists the tables, with the layers that hold their rows and the
reason where they hold fewer. Rows are counted in the layers by what they cite, so that the
report cannot say more than the data have.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from platforms import messages
from platforms.layers.documents.citing import cell_text, cited, shown_path
from platforms.layers.documents.figures import figures, number_stands, unit_stands
from platforms.layers.documents.folding import fold, fold_section
from platforms.layers.workspace import Workspace

__all__ = [
    "COVERAGE_COLUMNS",
    "DocumentFault",
    "document_coverage",
    "document_faults",
    "figure_faults",
]

COVERAGE_COLUMNS = (
    "table_id", "doc", "section", "title", "rows", "layers", "taken", "missing", "reason",
    "reason_en", "note",
)  # fmt: skip
_TABLES = "document_tables"
_SHOWN = 80


def document_coverage(workspace: Workspace) -> pd.DataFrame:
    """Return the tables of the documents with what the data hold of each.

    Returns
    -------
    coverage
        ``COVERAGE_COLUMNS``, a row a table in the order of the documents: ``rows`` in the
        document, ``taken`` rows of it in the ``layers`` (joined by ``;``), ``missing`` how many
        are not taken, and the reason in both languages. Empty where the workspace lists none.
    """
    if not workspace.has(_TABLES):
        return pd.DataFrame(columns=list(COVERAGE_COLUMNS))
    rows = []
    for record in workspace.table(_TABLES).to_dict("records"):
        cells = {str(name): cell_text(value) for name, value in record.items()}
        layers = [name.strip() for name in cells["layer"].split(";") if name.strip()]
        sections = cells["match"].split(";") if cells["match"] else [cells["section"]]
        taken = _taken(workspace, layers, cells["doc"], sections, cells["counted"] or "row")
        count = int(record["rows"])
        rows.append(
            {
                **{name: cells[name] for name in ("table_id", "doc", "section", "title")},
                "rows": count,
                "layers": ";".join(layers),
                "taken": taken,
                "missing": max(count - taken, 0),
                **{name: cells[name] for name in ("reason", "reason_en", "note")},
            }
        )
    return pd.DataFrame(rows, columns=list(COVERAGE_COLUMNS))


@dataclass(frozen=True)
class DocumentFault:
    """A row that says of a document what its tables do not allow.

    Attributes
    ----------
    layer, file, line
        Where: the layer, its file as ``layers/<city>/targets.csv``, and the row there, the
        heading being row 1.
    kind
        ``row_beyond``, ``table_more`` or ``table_reason``; ``figure_words`` or ``unit_words``
        where a number or its unit does not stand in the words that its own row keeps.
    values
        Values that the message names.
    """

    layer: str
    file: str
    line: int
    kind: str
    values: Mapping[str, object]

    def message(self, lang: str | None = None) -> str:
        """Say what is wrong and where."""
        return messages.text(
            f"documents.{self.kind}", lang, file=self.file, line=self.line, **self.values
        )


def document_faults(
    workspace: Workspace, *, readable: Collection[str] | None = None
) -> list[DocumentFault]:
    """Return what contradicts the list of the documents' tables, without any full text.

    Parameters
    ----------
    workspace
        The city.
    readable
        Names of the layers that can be read, where some cannot: the others are left out, and no
        table is said to hold too few rows or too many. Default all.

    Returns
    -------
    faults
        ``row_beyond`` for a cited row that the table does not have; ``table_more`` for a table
        of which the data hold more rows than it has; ``table_reason`` for one of which they
        hold fewer and the list does not say why in both languages. Empty where the workspace
        lists no tables.
    """
    held = set(workspace.cards) if readable is None else set(readable)
    if not {_TABLES} <= held & set(workspace.cards):
        return []
    whole = held >= set(workspace.cards)
    listed = workspace.table(_TABLES) if not whole else document_coverage(workspace)
    coverage = listed.to_dict("records")
    # rows of a box are numbered on from the box before
    tables = {
        (one["doc"], fold_section(one["section"])): one
        for one in coverage
        if one["section"].startswith(("表", "附件"))
    }
    found = []
    for one in cited(workspace, layers=held):
        table = tables.get((one.doc, fold_section(one.section)))
        last = fold(one.row).rpartition("-")[2]
        if table is None or not last.isdecimal() or not table["rows"]:
            continue
        if int(last) > int(table["rows"]):
            said = {"title": table["title"], "rows": table["rows"], "row": one.row}
            found.append(DocumentFault(one.layer, one.file, one.line, "row_beyond", said))
    file = shown_path(workspace, workspace.path(_TABLES))
    for number, row in enumerate(coverage if whole else (), 2):
        said = {"title": row["title"], "rows": row["rows"], "taken": row["taken"]}
        # a text without rows may be taken as one record
        if row["rows"] and row["taken"] > row["rows"]:
            found.append(DocumentFault(_TABLES, file, number, "table_more", said))
        elif row["missing"] and not (row["reason"] and row["reason_en"]):
            found.append(DocumentFault(_TABLES, file, number, "table_reason", said))
    return found


def figure_faults(
    workspace: Workspace, *, readable: Collection[str] | None = None
) -> list[DocumentFault]:
    """Return the numbers that do not stand in the words their rows keep, without any full text.

    Parameters
    ----------
    workspace
        The city.
    readable
        Names of the layers that can be read; default all.

    Returns
    -------
    faults
        ``figure_words`` for a number, ``unit_words`` for a unit where another one is printed
        behind the number. What a row marks as computed is not looked for.
    """
    held = list(figures(workspace, readable=readable))
    units = {one.unit for one in held}
    found = []
    for one in held:
        if not one.words:
            continue
        said = {"column": one.column, "words": one.words[:_SHOWN]}
        if not number_stands(one.value, one.unit, one.words):
            said["value"] = f"{one.value:.12g}"
            found.append(DocumentFault(one.layer, one.file, one.line, "figure_words", said))
        elif not unit_stands(one.value, one.unit, one.words, units):
            said["value"] = one.unit
            found.append(DocumentFault(one.layer, one.file, one.line, "unit_words", said))
    return found


def _taken(
    workspace: Workspace, layers: list[str], doc: str, sections: list[str], counted: str
) -> int:
    """Count the rows of a table in the layers that hold them."""
    held: set[object] = set()
    for layer in layers:
        if not workspace.has(layer):
            continue
        frame = workspace.table(layer)
        for number, record in enumerate(frame.to_dict("records")):
            # of several documents, section and row are those of the last
            last = cell_text(record.get("doc")).split(";")[-1].strip()
            section = cell_text(record.get("section"))
            if last != doc or not _in_section(section, sections):
                continue
            by = {"row": cell_text(record.get("row")), "section": fold_section(section)}
            held.add(by.get(counted, (layer, number)))
    return len(held)


def _in_section(section: str, wanted: list[str]) -> bool:
    own = fold_section(section)
    return any(
        own.startswith(fold_section(one.strip().removesuffix("*")))
        if one.strip().endswith("*")
        else own == fold_section(one)
        for one in wanted
    )
