"""The ledger as a file, and what people wrote into such a file.

A table is recognised by its headings, in either language or by the names of the fields. Where
it has the versions of its rows, a row that somebody else changed since is not overwritten.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple, NoReturn

import pandas as pd

from platforms import messages
from platforms.errors import FormatError, InputError
from platforms.geo.ingest.formats.header import Column, tabulate
from platforms.geo.ingest.preflight import Upload
from platforms.geo.read_rows import Rows, read_rows
from platforms.layers.firm_columns import plain as folded
from platforms.outputs.books.ledger_book import LedgerSheets
from platforms.outputs.plots_file import harmless
from platforms.store.ledger.fields import EDITED, checked
from platforms.store.ledger.standing import count_table
from platforms.store.ledger.steps import LedgerSteps

__all__ = ["FileRow", "ledger_sheets", "read_ledger_file"]

_READ = ("plot_id", "version", *EDITED)
_NAMED = 10


class FileRow(NamedTuple):
    """A row of a file: the plot, what is written on it, and the version that it was."""

    plot_id: str
    fields: Mapping[str, object]
    version: int | None


def ledger_sheets(
    name: str,
    steps: LedgerSteps,
    day: dt.date,
    tables: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> LedgerSheets:
    """Return what is written into a workbook.

    Parameters
    ----------
    name
        Name of the county.
    steps
        The steps.
    day
        The day that decided what is overdue.
    tables
        Plots, milestones and history.
    """
    plots, milestones, history = tables
    marks = [messages.text("ledger.day", None, day=day.isoformat())]
    if plots["sample"].any():
        marks.insert(0, messages.text("ledger.sample"))
    if not steps.official:
        marks.append(messages.text("ledger.steps_own"))
    # what a plot came in with stands on the sheet of plots
    told = history["what"].ne("add") | history["field"].eq("step")
    return LedgerSheets(
        title=messages.text("ledger.title", None, name=name),
        marks=tuple(marks),
        plots=plots,
        counts=count_table(plots, steps),
        milestones=milestones,
        history=history[told],
        steps={step.id: str(step.title) for step in steps.steps},
    )


def read_ledger_file(path: str | os.PathLike[str] | Upload, steps: LedgerSteps) -> list[FileRow]:
    """Read the rows of a ledger that was exported and edited.

    Parameters
    ----------
    path
        ``.xlsx`` or ``.csv``; of a workbook the sheet of the plots.
    steps
        The steps there are.

    Raises
    ------
    FormatError
        When the file cannot be read or has no such table.
    InputError
        Names the lines of a status, day or version that cannot be used.
    """
    rows = _sheet(path)
    for column, top, bottom in rows.merged:
        # a cell that reaches over several rows says the same of each
        for other in rows.cells[top + 1 : bottom + 1]:
            other[column : column + 1] = rows.cells[top][column : column + 1]
    table = tabulate(rows.cells, score=_score, lines=rows.lines)
    if table is None:
        raise FormatError("ledger.file_no_table", file=rows.source.name)
    names = _named(table.columns)
    found, faults = [], []
    for cells, line in zip(table.rows, table.lines, strict=True):
        row = {name: _as_written(cells[at].strip()) for at, name in enumerate(names) if name}
        key, version = row.pop("plot_id"), row.pop("version", "")
        if not key:
            continue
        try:
            fields, made_on = checked(row, steps), _version(version)
        except InputError as error:
            faults.append((line, error))
            continue
        found.append(FileRow(key, fields, made_on))
    if faults:
        _refuse(rows.source.name, faults)
    return found


def _refuse(file: str, faults: Sequence[tuple[int, InputError]]) -> NoReturn:
    """Name all lines that cannot be used: who mends them opens the file once."""
    line, error = faults[0]
    if len(faults) == 1:
        raise InputError("ledger.file_row", file=file, line=line, reason=str(error))
    told = [messages.text("ledger.file_line", None, line=line, reason=str(error))
            for line, error in faults[:_NAMED]]  # fmt: skip
    more = "" if len(faults) <= _NAMED else "\n…"
    raise InputError("ledger.file_rows", file=file, count=len(faults),
                     lines="\n".join(told) + more)  # fmt: skip


def _as_written(cell: str) -> str:
    """Return a cell without the mark that keeps a spreadsheet from reading it as a formula."""
    return cell[1:] if cell[:1] == "'" and harmless(cell[1:]) == cell else cell


def _version(said: str) -> int | None:
    if said and not said.removesuffix(".0").isdecimal():
        raise InputError("ledger.number_wrong", number=said)
    return int(float(said)) if said else None


def _sheet(path: str | os.PathLike[str] | Upload) -> Rows:
    titles = [messages.text("ledger.sheet.plots", lang) for lang in messages.LANGUAGES]
    for title in titles:
        try:
            return read_rows(path, layer=title)
        except InputError:
            continue
    return read_rows(path)


@cache
def _headings() -> dict[str, str]:
    made = {name: name for name in _READ}
    for lang in messages.LANGUAGES:
        made |= {folded(messages.text(f"ledger.column.{name}", lang)): name for name in _READ}
    return made


def _named(columns: Sequence[Column]) -> list[str | None]:
    return [_headings().get(folded(column.name)) for column in columns]


def _score(columns: Sequence[Column]) -> int:
    found = {name for name in _named(columns) if name}
    return len(found) if "plot_id" in found and found & set(EDITED) else 0
