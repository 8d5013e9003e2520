"""The ledger with its statuses as a workbook, in the usual layout of a county office.

The first columns are those of the ledger of a run; responsible unit, due date and status are
filled in, and the row's version stands last, so that the file can be edited and read back.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from platforms import messages
from platforms.geo.write import atomic_path
from platforms.outputs.books.book_pages import A3, Field, Pages
from platforms.outputs.books.recorded_sheet import RecordedTables, recorded_fields
from platforms.outputs.books.table_file import TABLE_ENDINGS, book_file, ending_of, write_csv
from platforms.units import half_up, printed

__all__ = ["LedgerSheets", "ledger_words", "save_ledger_sheets"]

# column → width, decimals and unit of the sheet of plots
_PLOTS: Mapping[str, tuple[float, int, str]] = {
    "plot_id": (12, 2, ""), "town": (11, 2, ""), "firm_name": (15, 2, ""),
    "industry": (18, 2, ""), "area_mu": (13, 4, "mu"), "area_m2": (13, 2, "m2"),
    "verdict": (10, 2, ""), "reason": (40, 2, ""), "measure": (10, 2, ""),
    "reclaimable_m2": (13, 2, "m2"), "reclaimable_mu": (13, 4, "mu"), "unit": (15, 2, ""),
    "due": (12, 2, ""), "step": (9, 2, ""), "note": (28, 2, ""), "days_over": (9, 0, "days"),
    "absent": (10, 2, ""), "sample": (7, 2, ""), "changed_by": (11, 2, ""),
    "changed_at": (17, 2, ""), "version": (7, 0, ""),
}  # fmt: skip
_COUNTS: Mapping[str, tuple[float, int, str]] = {
    "step": (14, 2, ""), "plots": (10, 0, "plots"), "area_mu": (14, 2, "mu"),
    "reclaimable_mu": (18, 2, "mu"), "overdue": (10, 0, "plots"), "reached": (12, 0, "plots"),
    "reached_mu": (16, 2, "mu"),
}  # fmt: skip
_MILESTONES: Mapping[str, tuple[float, int, str]] = {
    "period": (10, 2, ""), "ends": (12, 2, ""), "step": (10, 2, ""), "unit": (18, 2, ""),
    "target": (12, 0, "plots"), "reached": (12, 0, "plots"), "target_mu": (14, 2, "mu"),
    "reached_mu": (14, 2, "mu"), "state": (10, 2, ""),
}  # fmt: skip
_HISTORY: Mapping[str, tuple[float, int, str]] = {
    "at": (17, 2, ""), "plot_id": (12, 2, ""), "what": (10, 2, ""), "who": (12, 2, ""),
    "field": (14, 2, ""), "was": (22, 2, ""), "became": (22, 2, ""), "why": (28, 2, ""),
    "act": (15, 2, ""), "undoes": (15, 2, ""), "version": (7, 0, ""),
}  # fmt: skip
_MEASURED = {name for name, (_, _, unit) in _PLOTS.items() if unit in {"mu", "m2"}}
# fields whose values are names
_NAMES = {"verdict", "measure", "what", "state", "field"}
# days that a spreadsheet can sort and reckon with
_DAYS = {"due", "ends"}
_WHEN = "%Y-%m-%d %H:%M"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"ledger.{entry}", None, **fields)


@dataclass(frozen=True)
class LedgerSheets:
    """What the workbook shows; columns as :class:`platforms.Ledger` gives them.

    Attributes
    ----------
    title
        Above each table.
    marks
        Sentences that mark what this is.
    plots, counts, milestones, history
        The tables.
    steps
        Title of each step.
    recorded
        The targets of the documents beside what is done; None leaves them out.
    """

    title: str
    marks: tuple[str, ...]
    plots: pd.DataFrame
    counts: pd.DataFrame
    milestones: pd.DataFrame
    history: pd.DataFrame
    steps: Mapping[str, str]
    recorded: RecordedTables | None = None


def ledger_words(field: str, value: object, steps: Mapping[str, str]) -> str:
    """Return a value of the ledger as users read it: rounded as in its table; nothing is empty.

    Parameters
    ----------
    field
        Its field.
    value
        As the ledger has it.
    steps
        Title of each step.
    """
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 nan
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value.to_pydatetime().astimezone():{_WHEN}}"
    if isinstance(value, bool) or field in {"sample", "absent"}:
        return _t("yes") if value in {True, "yes"} else ""
    if field in _MEASURED:
        # the history has numbers as they were written
        return printed(float(str(value)), _PLOTS[field][1])
    return _words(field, steps).get(str(value), str(value))


def _words(field: str, steps: Mapping[str, str]) -> Mapping[str, str]:
    """Return what users read for the values of a field, where they are names."""
    if field == "step":
        return steps
    return _named(field, messages.language()) if field in _NAMES else {}


@cache
def _named(field: str, lang: str) -> Mapping[str, str]:
    """Return the words of a field that are names in a language; each cell asks for them."""
    rooms = {"verdict": ("planning", "sheet"), "measure": ("planning", "sheet")}
    entry = "column" if field == "field" else field
    known: dict[str, str] = {}
    for room in rooms.get(field, ("ledger",)):
        known |= messages.catalogue(lang, room)
    start = f"{entry}."
    words = {k.removeprefix(start): v for k, v in known.items() if k.startswith(start)}
    if field != "field":
        return words
    return {name: _headed(name, title, lang) for name, title in words.items()}


def _headed(name: str, title: str, lang: str) -> str:
    """Return the title of a column with its unit."""
    unit = _PLOTS[name][2] if name in _PLOTS else ""
    return f"{title}（{messages.text(f'ledger.unit.{unit}', lang)}）" if unit else title


def save_ledger_sheets(
    sheets: LedgerSheets, path: str | os.PathLike[str], *, overwrite: bool = False
) -> Path:
    """Write the ledger.

    Parameters
    ----------
    sheets
        What to write.
    path
        ``.xlsx``: plots, steps, milestones, overdue plots and history; ``.csv``: the plots.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written; it appears whole or not at all.

    Raises
    ------
    OutputError
        For another ending, a file that exists, a read-only folder or a full disk.
    """
    if ending_of(path, TABLE_ENDINGS) == ".csv":
        with atomic_path(path, overwrite=overwrite) as tmp:
            cells = {f.title: _rounded(f) for f in _fields(sheets.plots, _PLOTS, sheets.steps)}
            write_csv(pd.DataFrame(cells, dtype="object"), tmp)
        return Path(path)
    with book_file(path, overwrite=overwrite) as book:
        book.set_properties({"title": sheets.title})
        pages = Pages(book, " · ".join(sheets.marks))
        overdue = sheets.plots[sheets.plots["overdue"]]
        late = overdue.sort_values("days_over", ascending=False, kind="stable")
        milestones = sheets.milestones.rename(columns={"plots": "target", "area_mu": "target_mu"})
        # a blank would read as a unit that was forgotten
        milestones["unit"] = milestones["unit"].replace("", _t("all_units"))
        for name, table, columns in (
            ("plots", sheets.plots, _PLOTS),
            ("counts", sheets.counts, _COUNTS),
            ("milestones", milestones, _MILESTONES),
            ("overdue", late, _PLOTS),
            ("history", sheets.history, _HISTORY),
        ):
            sheet = pages.sheet(f"ledger.sheet.{name}")
            sheet.set_paper(A3)
            sheet.write_string(0, 0, sheets.title, pages.formats.title)
            sheet.write_string(1, 0, " · ".join(sheets.marks), pages.formats.mark)
            pages.write(sheet, _fields(table, columns, sheets.steps))
            if name == "milestones" and sheets.recorded is not None:
                _beside_targets(pages, sheets.title, sheets.recorded)
    return Path(path)


def _beside_targets(pages: Pages, title: str, recorded: RecordedTables) -> None:
    """Add the sheets of the targets; one without a row is left out."""
    for name in ("targets", "unanswered", "shares", "parts"):
        table: pd.DataFrame = getattr(recorded, name)
        if table.empty:
            continue
        sheet = pages.sheet(f"recorded.sheet.{name}")
        sheet.set_paper(A3)
        sheet.write_string(0, 0, title, pages.formats.title)
        sheet.write_string(1, 0, f"{recorded.about} {pages.mark}", pages.formats.mark)
        pages.write(sheet, recorded_fields(table))


def _rounded(field: Field) -> list[object]:
    """Return the cells with the decimals that the workbook shows, half up."""
    return [
        half_up(cell, field.digits) if isinstance(cell, float) else cell for cell in field.cells
    ]


def _fields(
    table: pd.DataFrame, columns: Mapping[str, tuple[float, int, str]], steps: Mapping[str, str]
) -> list[Field]:
    fields = [Field("number", _t("column.number"), list(range(1, len(table) + 1)), 6, 0)]
    for name, (width, digits, unit) in columns.items():
        title = _t(f"column.{name}")
        if unit:
            title = f"{title}（{_t(f'unit.{unit}')}）"
        if pd.api.types.is_numeric_dtype(table[name]) and table[name].dtype != "bool":
            cells: list[object] = [None if pd.isna(v) else v for v in table[name].tolist()]
        elif name in _DAYS:
            cells = [dt.date.fromisoformat(day) if day else None for day in table[name]]
        elif name in {"was", "became"}:
            pairs = zip(table["field"], table[name], strict=True)
            cells = [ledger_words(str(field), value, steps) or None for field, value in pairs]
        else:
            told = {value: ledger_words(name, value, steps) or None for value in set(table[name])}
            cells = [told[value] for value in table[name]]
        fields.append(Field(name, title, cells, width, digits))
    return fields
