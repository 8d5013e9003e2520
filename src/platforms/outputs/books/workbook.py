"""The ledger as an Excel workbook (台账).

The sheet that a county office keeps: one row a plot in the usual layout, sums by town,
platform and layout unit as formulas over that sheet (with the computed value beside them, so
that a viewer which does not calculate shows the same), targets, rules with their clause,
faults and sources. Text is always written as text: a cell that begins with ``=`` is no
formula, and codes keep their digits. Areas are those that the run printed.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from platforms import messages
from platforms.layers.cards import Column
from platforms.layers.citations import citations
from platforms.outputs.books.book_columns import row_heights, widest
from platforms.outputs.books.book_pages import A3, EITHER, LINE, Field, Pages, width_of
from platforms.outputs.books.book_sheets import (
    detail_fields,
    issue_table,
    ledger_fields,
    overview_rows,
    rule_table,
    sample_mark,
    source_table,
    target_table,
)
from platforms.outputs.books.dictionary_sheet import dictionary_table
from platforms.outputs.books.evidence_sheet import evidence_fields
from platforms.outputs.books.land_sheet import LandSheet, land_sheets
from platforms.outputs.books.relocation_book import moves_sheet
from platforms.outputs.books.sheet_rows import SheetRows
from platforms.outputs.books.table_file import book_file
from platforms.outputs.verdict_words import count_title, verdict_words
from platforms.planning.run import Run
from platforms.units import printed

if TYPE_CHECKING:
    # the answer brings the solver with it, which a run without one does not need
    from platforms.planning.moves.relocation_answer import Relocation

__all__ = ["save_workbook"]

_GROUPS = (("towns", "town"), ("platforms", "platform_group"), ("layout_units", "layout_unit"))
_GROUP_WIDE = 36
_LISTS = (("platform_list", "platforms"), ("project_list", "projects"), ("firm_list", "firms"))


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"sheet.{entry}", None, **fields)


def save_workbook(
    run: Run,
    path: str | os.PathLike[str],
    *,
    relocation: Relocation | None = None,
    overwrite: bool = True,
    day: dt.date | None = None,
) -> Path:
    """Write the ledger of a run.

    Parameters
    ----------
    run
        What :func:`platforms.run` gave.
    path
        The ``.xlsx`` file; it appears whole or not at all.
    relocation
        An answer that gets a sheet of its own.
    overwrite
        Replace a file that is there.
    day
        Date printed on the first sheet; default today.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    OutputError
        When the file exists, the folder is read-only or the disk is full.
    """
    day = day or dt.datetime.now(tz=dt.UTC).astimezone().date()
    rows: dict[int, SheetRows] = {}
    with book_file(path, overwrite=overwrite, rows=rows) as book:
        book.set_properties({"title": _t("title", name=str(run.workspace.plan.name))})
        writer = _Writer(book, run, rows)
        writer.overview(overview_rows(run, day))
        writer.plots("ledger", ledger_fields(run))
        writer.plots("details", detail_fields(run))
        writer.listing("evidence", *evidence_fields(run))
        for sheet, column in _GROUPS:
            writer.summary(sheet, column)
        for one in land_sheets(run):
            writer.land(one)
        if relocation is not None:
            writer.land(moves_sheet(relocation, run.workspace))
        writer.table("targets", target_table(run))
        for sheet, layer in _LISTS:
            if layer in run.layers:
                writer.plan_layer(sheet, layer)
        writer.table("rules", rule_table(run))
        writer.table("issues", issue_table(run))
        writer.table("sources", source_table(run))
        writer.dictionary()
    return Path(path)


class _Writer(Pages):
    """Puts the tables of a run on sheets."""

    def __init__(
        self,
        book: Any,  # noqa: ANN401 xlsxwriter is untyped
        run: Run,
        rows: dict[int, SheetRows],
    ) -> None:
        foot = _t("book.foot", digest=str(run.input["sha256"])[:12], version=run.version)
        mark = sample_mark(run) or _t("book.mark_internal")
        super().__init__(book, mark, foot=foot, late=rows)
        self.run = run
        # where each column of the plots stands: sheet and letter
        self.columns: dict[str, tuple[str, str]] = {}
        self.first_row = self.last_row = 0
        self.described: dict[str, Sequence[Field]] = {}

    def overview(self, rows: Sequence[tuple[str, object, str]]) -> None:
        """Write the first sheet: what this is, and the key figures."""
        sheet = self.sheet("overview", landscape=False)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 30)
        sheet.set_column(2, 2, 56)
        self._heading(sheet)
        for column, name in enumerate(("item", "value", "note")):
            sheet.write_string(2, column, _t(f"book.{name}"), self.formats.head)
        for row, (name, value, note) in enumerate(rows, start=3):
            sheet.write_string(row, 0, name, self.formats.text)
            self.cell(sheet, row, 1, value, 2 if isinstance(value, float) else 0)
            sheet.write_string(row, 2, note, self.formats.text)
            lines = max(-(-width_of(note) // 54), -(-width_of(value) // 30), 1)
            sheet.set_row(row, LINE * lines)

    def _heading(self, sheet: Any) -> None:  # noqa: ANN401
        sheet.write_string(
            0, 0, _t("title", name=str(self.run.workspace.plan.name)), self.formats.title
        )
        sheet.write_string(1, 0, sample_mark(self.run), self.formats.mark)

    def plots(self, name: str, fields: Sequence[Field]) -> None:
        """Write one row a plot; the sums refer to these columns."""
        sheet = self.sheet(name)
        self.paper(sheet, fields)
        self.described[name] = fields
        self._heading(sheet)
        self.first_row, self.last_row = self.write(sheet, fields)
        for column, field in enumerate(fields):
            self.columns.setdefault(field.name, (_t(f"book.{name}"), xl_col_to_name(column)))

    def listing(self, name: str, fields: Sequence[Field], note: str) -> None:
        """Write a long list on wide paper, with a sentence above it."""
        sheet = self.sheet(name)
        sheet.set_paper(A3)
        self._heading(sheet)
        sheet.write_string(1, 3, note, self.formats.note)
        self.write(sheet, fields)

    def land(self, one: LandSheet) -> None:
        """Write a sheet on land: one table to be filtered, or several below each other."""
        sheet = self.sheet(one.name)
        sheet.set_paper(A3)
        self._heading(sheet)
        if one.mark and not sample_mark(self.run):
            # real plots, but what they were compared with is synthetic
            self.footer(sheet, one.mark)
        sheet.write_string(1, one.note_column, one.note, self.formats.note)
        if len(one.blocks) == 1:
            self.write(sheet, one.blocks[0].fields)
        else:
            self.stack(sheet, one.blocks)
        if one.main:
            self.two_pages(sheet, one.blocks[0].fields, one.main)

    def _range(self, name: str) -> str:
        sheet, letter = self.columns[name]
        return f"'{sheet}'!${letter}${self.first_row}:${letter}${self.last_row}"

    def summary(self, name: str, by: str) -> None:
        """Write sums by a column of the ledger as formulas, with their values."""
        sheet = self.sheet(name)
        table: pd.DataFrame = getattr(self.run, name)
        self._heading(sheet)
        sheet.write_string(1, 3, _t("book.rounded"), self.formats.note)
        columns = list(table.columns)
        for column, field in enumerate(columns):
            title = count_title(self.run.pack, str(field))
            unit = f"（{_t('mu')}）" if field.endswith("_mu") else ""
            sheet.write_string(2, column, f"{title}{unit}", self.formats.head)
            sheet.set_column(column, column, _GROUP_WIDE if column == 0 else 15)
        for row, record in enumerate(table.to_dict("records"), start=3):
            shown = str(record[by]) or _t("book.none")
            sheet.write_string(row, 0, shown, self.formats.text)
            for column, field in enumerate(columns[1:], start=1):
                digits = 2 if field.endswith("_mu") else 0
                formula = self._formula(str(field), by, str(record[by]), f"$A{row + 1}")
                self._sum(
                    sheet, (row, column), formula, self.formats.numbers[digits], record[field]
                )
        named = Field(by, "", [str(one) for one in table[by]], _GROUP_WIDE)
        for row, height in enumerate(row_heights([named]), start=3):
            sheet.set_row(row, height)
        self._totals(sheet, len(table), columns)
        sheet.freeze_panes(3, 1)
        sheet.repeat_rows(2)
        # the total below stays where the groups are filtered
        sheet.autofilter(2, 0, len(table) + 2, len(columns) - 1)

    def _totals(self, sheet: Any, rows: int, columns: Sequence[str]) -> None:  # noqa: ANN401
        bottom = rows + 3
        sheet.write_string(bottom, 0, _t("book.total"), self.formats.total)
        for column, field in enumerate(columns[1:], start=1):
            digits = 2 if field.endswith("_mu") else 0
            value = self.run.figures[field]
            formula = self._formula(str(field), None, "", "")
            self._sum(sheet, (bottom, column), formula, self.formats.totals[digits], value)

    def _sum(self, sheet: Any, at: tuple[int, int], formula: str, look: Any, value: float) -> None:  # noqa: ANN401
        """Write a sum as a formula; one that is not known is a dash, which no formula gives."""
        if pd.isna(value):
            sheet.write_string(*at, printed(None), look)
        else:
            sheet.write_formula(*at, formula, look, value)

    def _formula(self, field: str, by: str | None, group: str, cell: str) -> str:
        """Return the formula of one sum; the empty group is matched as empty text."""
        conditions = []
        if by is not None:
            conditions.append((self._range(by), _criterion(group, cell)))
        verdict = "low_efficiency" if field == "reclaimable_mu" else field.removesuffix("_mu")
        shown = verdict_words(self.run.pack).get(verdict)
        if shown is not None:
            conditions.append((self._range("verdict"), f'"{shown}"'))
        tests = ",".join(f"{area},{value}" for area, value in conditions)
        if field.endswith("_mu"):
            summed = self._range("net_m2" if field == "reclaimable_mu" else "area_m2")
            inner = f"SUMIFS({summed},{tests})" if tests else f"SUM({summed})"
            if field == "reclaimable_mu" and "net_overlap_m2" in self.columns:
                # land that two plots have counts once
                inner = f"({inner}-SUMIFS({self._range('net_overlap_m2')},{tests}))"
            return f"=ROUND({inner}*0.0015,2)"
        if not tests:
            return f"=COUNTA({self._range('plot_id')})"
        if any(value == '""' for _, value in conditions):
            # some programs do not count cells without text at the end of a range
            both = "*".join(f"({area}={value})" for area, value in conditions)
            return f"=SUMPRODUCT(1*{both})"
        return f"=COUNTIFS({tests})"

    def table(self, name: str, table: pd.DataFrame) -> None:
        """Write a plain table whose headings are already for readers."""
        sheet = self.sheet(name)
        self._heading(sheet)
        self._frame(sheet, table.columns, table)

    def dictionary(self) -> None:
        """Write what each column of the plots and of the plan's lists means."""
        lists = {sheet: layer for sheet, layer in _LISTS if layer in self.run.layers}
        self.table("dictionary", dictionary_table(self.run, self.described, lists))

    def plan_layer(self, name: str, layer: str) -> None:
        """Write a layer of the plan under the headings of its card, with citations."""
        card = self.run.workspace.card(layer)
        frame = self.run.layers[layer]
        columns = {
            column.name: self._shown(column, frame[column.name])
            for column in card.columns
            if column.name not in {"doc", "section", "row", "page", "place_id"}
        }
        table = pd.DataFrame(columns)
        titles = [
            f"{c.title}（{c.unit}）" if c.unit else str(c.title)
            for c in card.columns
            if c.name in columns
        ]
        if "doc" in frame:
            table["citation"] = citations(frame, self.run.workspace.plan).to_numpy()
            titles.append(_t("column.citation"))
        sheet = self.sheet(name)
        self._heading(sheet)
        self._frame(sheet, titles, table)

    def _shown(self, column: Column, values: pd.Series) -> list[object]:
        """Return what a column of the plan says to readers: labels of codes, names of ids."""
        shown: list[object] = values.tolist()
        if column.labels:
            shown = [column.label(v) if pd.notna(v) else None for v in values]
        layer, _, key = (column.refers_to or "").partition(".")
        if layer and "name" in (other := self.run.workspace.table(layer)):
            names = dict(zip(other[key], other["name"], strict=True))
            shown = [names.get(value, value) for value in shown]
        return shown

    def _frame(self, sheet: Any, titles: Iterable[str], table: pd.DataFrame) -> None:  # noqa: ANN401
        fields = [
            Field(str(name), title, table[name].tolist(), _fitting(title, table[name]), EITHER)
            for title, name in zip(titles, table.columns, strict=True)
        ]
        if fields:
            self.write(sheet, fields, frozen=1)
            self.paper(sheet, fields, repeated=1)


def _criterion(group: str, cell: str) -> str:
    """Return what a sum compares a group's column with: the name in a cell, and no more."""
    if not group:
        return '""'
    if not set(group) & set("*?~") and group[0] not in "<>=":
        return cell
    # a name is compared with, never taken as a pattern or a condition
    for character in "~*?":
        cell = f'SUBSTITUTE({cell},"{character}","~{character}")'
    return f'"="&{cell}'


def _fitting(title: str, values: pd.Series) -> float:
    """Return a width that holds a heading and its values, up to a limit."""
    return min(max(width_of(title) + 2, widest(values) + 2, 8), 60)
