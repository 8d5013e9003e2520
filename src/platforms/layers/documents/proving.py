"""Proof by the full text: each cited section and row is there, and the kept words stand in it.

A row is proven by its words, or its name, in that row of the text; where rows have no numbers
and cannot be counted, by its words in the table. Words of a merged cell may stand in another row of
the table when the name stands in the cited one. Pages are not checked: a text does not keep
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from platforms.errors import InputError
from platforms.issues import Issue, IssueTable, Severity
from platforms.layers.cards import Document
from platforms.layers.documents.citing import Cited, cell_text, cited, shown_path
from platforms.layers.documents.coverage import document_coverage
from platforms.layers.documents.figures import Figure, figures, number_stands, unit_stands
from platforms.layers.documents.finding import find_words, nearest_words
from platforms.layers.documents.folding import fold, fold_section
from platforms.layers.documents.full_text import read_lines
from platforms.layers.documents.library import known_documents
from platforms.layers.documents.structure import Span, Structure
from platforms.layers.workspace import Workspace

__all__ = ["PROOF_COLUMNS", "DocumentProof", "check_documents"]

PROOF_COLUMNS = (
    "file", "line", "layer", "feature", "doc", "section", "row", "status", "words", "nearest",
)  # fmt: skip
_KEPT = "passages"
_TABLES = "document_tables"


@dataclass(frozen=True)
class DocumentProof:
    """What was found of the citations in the full texts given.

    Attributes
    ----------
    table
        ``PROOF_COLUMNS``, a row a citation of a document that was given. ``status`` is
        ``found``; ``named`` where the words stand there but nothing names the row;
        ``no_section``, ``no_row``, ``other_row``, ``elsewhere`` or ``differs`` where something
        is wrong, with the ``words`` in question and the ``nearest`` in the text.
    issues
        A fault for each row of the table that is wrong, and for each table listed in
        ``document_tables`` that is not in its text or has fewer rows there; a warning for each
        number, or printed unit, that does not stand in the words of its row or in the text.
    texts
        The files given, by document.
    """

    table: pd.DataFrame
    issues: IssueTable
    texts: Mapping[str, str]


@dataclass(frozen=True)
class _Found:
    status: str
    words: str = ""
    nearest: str = ""


def check_documents(workspace: Workspace, texts: Mapping[str, Path | str]) -> DocumentProof:
    """Prove the citations of a workspace by the full texts of its documents.

    Parameters
    ----------
    workspace
        The city.
    texts
        The file of each document, by its id: text, Word (.docx) or HTML.

    Returns
    -------
    proof
        One row a citation, and the faults.

    Raises
    ------
    InputError
        For a document that the workspace does not cite; FormatError and LimitError for a file
        that cannot be read.
    """
    known = sorted(known_documents(workspace))
    for doc in texts:
        if doc not in known:
            raise InputError("documents.unknown", doc=doc, known=known)
    structures = {doc: Structure(read_lines(Path(path))) for doc, path in texts.items()}
    counts = _table_rows(workspace)
    rows, issues = [], IssueTable()
    for one in [*cited(workspace), *_passages(workspace)]:
        text = structures.get(one.doc)
        if text is None:
            continue
        found = _proven(one, text, counts.get((one.doc, fold_section(one.section))))
        rows.append(
            {
                **{name: getattr(one, name) for name in PROOF_COLUMNS[:7]},
                **{name: getattr(found, name) for name in PROOF_COLUMNS[7:]},
            }
        )
        issues.extend(_fault(one, found, workspace))
    issues.extend(_short_tables(workspace, structures))
    issues.extend(_other_figures(workspace, structures, counts))
    table = pd.DataFrame(rows, columns=list(PROOF_COLUMNS))
    return DocumentProof(table, issues, {doc: Path(path).name for doc, path in texts.items()})


def _passages(workspace: Workspace) -> list[Cited]:
    """Return the passages kept, which are proven as what cites them is."""
    if not workspace.has(_KEPT):
        return []
    file = shown_path(workspace, workspace.path(_KEPT))
    title = str(workspace.card(_KEPT).title)
    found = []
    for number, row in enumerate(workspace.table(_KEPT).to_dict("records"), 2):
        cells = {str(name): cell_text(value) for name, value in row.items()}
        doc, section, place, page = (cells[name] for name in ("doc", "section", "row", "page"))
        here = (file, number, _KEPT, cells["passage_id"])
        words = ((title, cells["text"]),)
        found.append(Cited(*here, doc, section, place, page, words=words))
    return found


def _short_tables(workspace: Workspace, texts: Mapping[str, Structure]) -> Iterator[Issue]:
    """Yield a fault for each listed table that is not in its text, or has fewer rows there."""
    rows = document_coverage(workspace).to_dict("records")
    file = shown_path(workspace, workspace.path(_TABLES)) if rows else ""
    for line, one in enumerate(rows, 2):
        text = texts.get(one["doc"])
        if text is None or not one["section"].startswith(("表", "附件")):
            continue
        section = text.section(one["section"])
        found = {} if section is None else text.rows(section)
        counted = {} if section is None else text.rows(section, one["rows"])
        if section is not None and one["rows"] and not counted:
            # no way of counting rows without numbers gives as many
            values = {"line": line, "title": one["title"], "rows": one["rows"]}
            yield Issue(
                "listed_uncounted", "warning", one["table_id"], None, file, _TABLES, None, values
            )
        # a sum may be numbered as a row is
        if section is None or 0 < len(found) < one["rows"]:
            values = {"line": line, "title": one["title"], "rows": one["rows"], "found": len(found)}
            kind = "listed_table" if section is None else "listed_rows"
            yield Issue(kind, "error", one["table_id"], None, file, _TABLES, None, values)


def _table_rows(workspace: Workspace) -> dict[tuple[str, str], int]:
    """Return how many rows each table of the documents has."""
    coverage = document_coverage(workspace).to_dict("records")
    return {(one["doc"], fold_section(one["section"])): int(one["rows"]) for one in coverage}


def _other_figures(
    workspace: Workspace,
    texts: Mapping[str, Structure],
    counts: Mapping[tuple[str, str], int],
) -> Iterator[Issue]:
    """Yield a warning for each number or unit that its words, or the cited place, do not have."""
    held = list(figures(workspace))
    units = {one.unit for one in held}
    for one in held:
        text = texts.get(one.doc)
        section = text.section(one.section) if text is not None else None
        if text is None or section is None:
            continue
        count = counts.get((one.doc, fold_section(one.section)))
        words = one.words or _words_at(one, text, section, count)
        if one.before and not number_stands(one.value, one.unit, words):
            words = _lines(text, text.whole)
        values: dict[str, object] = {"line": one.line, "column": one.column, "value": one.unit}
        if not number_stands(one.value, one.unit, words):
            kind, values["value"] = "cited_figure", f"{one.value:.12g}"
        elif not one.before and not unit_stands(one.value, one.unit, words, units):
            kind = "cited_unit"
        else:
            continue
        values |= {"section": one.section, "row": one.row}
        yield Issue(kind, "warning", one.feature, None, one.file, one.layer, None, values)


def _words_at(one: Figure, text: Structure, section: Span, count: int | None) -> str:
    """Return the words of the cited row; of the section where the row cannot be told."""
    rows = text.rows(section, count) if one.row else {}
    return _lines(text, (_spanned(one.row, rows) if rows else None) or section)


def _lines(text: Structure, span: Span) -> str:
    return "\n".join("\t".join(cells) for cells in text.lines[span.first : span.end])


def _proven(one: Cited, text: Structure, count: int | None = None) -> _Found:
    """Return what is found of one citation."""
    if not one.section:
        # of several documents the first are named without a place
        return _Found("found")
    section = text.section(one.section)
    if section is None:
        return _Found("no_section", one.section)
    also = [span for place, _ in one.also if (span := text.section(place)) is not None]
    spans = [section, *also]
    wrong = next((w for _, w in one.words if not any(_stands(text, w, s) for s in spans)), None)
    if wrong is not None:
        return _wrong(wrong, text, section)
    rows = text.rows(section, count) if one.row else {}
    if rows:
        return _row(one, text, rows)
    if one.words or not one.names or any(_stands(text, n, section) for n in one.names):
        return _Found("found")
    return _Found("named", ";".join(one.names))


def _wrong(words: str, text: Structure, section: Span) -> _Found:
    """Return where words stand that are not in their section."""
    at = _place(text, words, text.whole)
    if at is not None:
        return _Found("elsewhere", words, text.named(at))
    first, end = text.bounds(section)
    return _Found("differs", words, nearest_words(text.flat[first:end], words))


def _row(one: Cited, text: Structure, rows: Mapping[str, Span]) -> _Found:
    """Return whether the cited row of a numbered table is the one that is meant."""
    span = _spanned(one.row, rows)
    if span is None:
        return _Found("no_row", one.row, str(len(rows)))
    said = [words for _, words in one.words] + list(one.names)
    if not said or any(_stands(text, words, span) for words in said):
        return _Found("found")
    for words in said:
        other = next((n for n, span in rows.items() if _stands(text, words, span)), None)
        if other is not None:
            return _Found("other_row", words, other)
    return _Found("named", ";".join(one.names))


def _spanned(row: str, rows: Mapping[str, Span]) -> Span | None:
    """Return the row, or the rows of ``14-17``; None where one of them is not there."""
    first, _, last = fold(row).partition("-")
    if first not in rows or (last or first) not in rows:
        return None
    return Span(rows[first].first, rows[last or first].end)


def _stands(text: Structure, words: str, span: Span) -> bool:
    return bool(words) and _place(text, words, span) is not None


def _place(text: Structure, words: str, span: Span) -> int | None:
    return find_words(text.flat, words, *text.bounds(span), breaks=text.breaks)


def _fault(one: Cited, found: _Found, workspace: Workspace) -> list[Issue]:
    """Return the fault of a citation that is wrong; one that nothing names is looked at."""
    if found.status == "found":
        return []
    known: Document | None = workspace.plan.document(one.doc)
    values = {
        "line": one.line,
        "document": one.doc if known is None else known.title,
        "section": one.section,
        "row": one.row,
        "words": found.words,
        "nearest": found.nearest,
    }
    severity: Severity = "warning" if found.status == "named" else "error"
    entry = f"cited_{found.status}"
    if found.status == "differs" and not found.nearest:
        entry = "cited_nowhere"
    return [Issue(entry, severity, one.feature, None, one.file, one.layer or None, None, values)]
