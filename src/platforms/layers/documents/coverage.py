"""Coverage: of each table of the documents, how many rows it has and how many the data hold.

The layer ``document_tables`` lists the tables, with the layers that hold their rows and the
reason where they hold fewer. Rows are counted in the layers by what they cite, so that the
report cannot say more than the data have.
"""

from __future__ import annotations

import pandas as pd

from platforms.layers.documents.citing import cell_text
from platforms.layers.documents.folding import fold_section
from platforms.layers.workspace import Workspace

__all__ = ["COVERAGE_COLUMNS", "coverage_faults", "document_coverage"]

COVERAGE_COLUMNS = (
    "table_id", "doc", "section", "title", "rows", "layers", "taken", "missing", "reason",
    "reason_en", "note",
)  # fmt: skip
_TABLES = "document_tables"


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


def coverage_faults(workspace: Workspace) -> list[tuple[int, str, dict[str, object]]]:
    """Return what is wrong with the list of tables: row, kind and values.

    Returns
    -------
    faults
        ``table_reason`` for rows that are not taken and no reason why in both languages;
        ``table_more`` for more rows than the document has.
    """
    found: list[tuple[int, str, dict[str, object]]] = []
    for number, one in enumerate(document_coverage(workspace).to_dict("records"), 2):
        said = {"title": one["title"], "rows": one["rows"], "taken": one["taken"]}
        if one["taken"] > one["rows"]:
            found.append((number, "table_more", said))
        elif one["missing"] and not (one["reason"] and one["reason_en"]):
            found.append((number, "table_reason", said))
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
