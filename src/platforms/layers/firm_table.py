"""A county's 亩均 evaluation table, read as it comes.

Titles, headers of two or three rows, units in the header, text numbers, sums and remarks, a
column group for each year or a file for each year: what comes out is one row a firm with our
columns. A column whose unit is not told or not known is not used, and is named; nor is a
figure without a year given one that nobody wrote.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Sequence

import pandas as pd

from platforms.errors import FormatError
from platforms.geo.ingest.formats.header import Table, tabulate
from platforms.geo.ingest.preflight import Upload
from platforms.geo.read import Source
from platforms.geo.read_rows import Rows, read_rows
from platforms.issues import IssueTable
from platforms.layers.firm_cells import read_cells
from platforms.layers.firm_columns import catalogue_order, firm_column, plain
from platforms.layers.firm_header import (
    Meaning,
    count_known,
    read_header,
    table_unit,
    table_years,
)
from platforms.layers.firm_identity import code_key, name_key
from platforms.layers.firm_sheet import SheetMarks, sheet_marks

__all__ = ["FirmTable", "read_firms"]

# columns of ours while files are joined; no name of the catalogue begins so
_ROW_YEAR, _FILE, _KEY, _TURN, _PLACE = (f"\x01{n}" for n in ("year", "file", "key", "turn", "at"))
_IDENTITY = {"name", "credit_code", "firm_id", "town", "industry", "industry_code", "scale"}
_TOTAL = re.compile(r".{0,12}(合计|总计|小计|共计|累计)([:(].*)?|总和|汇总|平均(值|数)?")
_NUMBERING = ("序号", "编号", "No", "No.")
_ABOVE = ("规上", "规模以上")
_BELOW = ("规下", "规模以下")


@dataclasses.dataclass(frozen=True)
class FirmTable:
    """Firms that were read.

    Attributes
    ----------
    frame
        One row a firm, index 0..n-1: name, credit_code, town, industry_code, scale
        (above, below), area_mu, tax_wan_<year> and what else the table has of the catalogue.
        Text is None and numbers are NaN where the table says nothing.
    issues
        Faults: units that are not told, cells that cannot be read, rows that were left out.
    sources
        The files, in the order in which they were given.
    columns
        Our columns to the files' names of them.
    """

    frame: pd.DataFrame
    issues: IssueTable
    sources: tuple[Source, ...]
    columns: dict[str, str]

    @property
    def source(self) -> Source:
        """The first file."""
        return self.sources[0]


def read_firms(
    path: str | os.PathLike[str] | Upload | Sequence[str | os.PathLike[str] | Upload],
    *,
    year: int | None = None,
    layer: str | None = None,
    encoding: str | None = None,
) -> FirmTable:
    """Read a county's firm table from Excel or CSV, or one such file for each year.

    Parameters
    ----------
    path
        A file or upload, or several that are joined by credit code, else by name.
    year
        Year of the figures, where neither header, column nor title says it.
    layer
        Sheet, where several have cells.
    encoding
        Encoding of the text, where the file's content does not tell.

    Returns
    -------
    firms
        Frame, issues and sources.

    Raises
    ------
    FormatError, LimitError, InputError
        When a file cannot be read, or has no header that names firms.
    """
    one = isinstance(path, (str, os.PathLike, Upload))
    given: list[str | os.PathLike[str] | Upload] = [path] if one else list(path)  # type: ignore[list-item, arg-type]
    issues = IssueTable()
    frames, sources = [], []
    names: dict[str, str] = {}
    for file in given:
        rows = read_rows(file, layer=layer, encoding=encoding)
        marks = sheet_marks(file, rows.source.layer)
        frame, columns = _firms(rows, marks, year, issues)
        frames.append(frame)
        sources.append(rows.source)
        names |= columns
    frame = _one_row_a_firm(frames, issues)
    return FirmTable(_ordered(frame), issues, tuple(sources), names)


def _firms(
    rows: Rows, marks: SheetMarks, year: int | None, issues: IssueTable
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the rows of one file with our columns; ``_ROW_YEAR`` tells their year."""
    file = rows.source.name
    table = tabulate(rows.cells, score=count_known, lines=rows.lines)
    if table is None:
        raise FormatError("layers.no_firm_table", file=file)
    # formulas without a result are named below, by the names of the columns that are read
    found = IssueTable(one for one in rows.issues if one.kind != "formula_unreckoned")
    for note in table.notes:
        found.add("firm_row_left_out", "info", **note.told)
    meanings = read_header(table.columns)
    _fill_merged(table, meanings, marks, found)
    _drop_totals(table, meanings, found)
    _tell_formulas(table, meanings, marks, found)
    known = {m.at for m in meanings}
    others = [
        "".join(column.label.split())
        for at, column in enumerate(table.columns)
        if column.name not in {"", *_NUMBERING} and at not in known
    ]
    if others:
        found.add("firm_columns_unknown", "info", names="、".join(others))
    dated = next((m for m in meanings if m.column.kind == "year"), None)
    table_year = _table_year(rows, table, year, found) if dated is None else None
    frame, names = _columns(table, [m for m in meanings if m is not dated], table_year, found)
    if dated is None:
        frame[_ROW_YEAR] = pd.array([table_year] * len(frame), dtype="Int64")
    else:
        cells = [row[dated.at] for row in table.rows]
        frame[_ROW_YEAR] = read_cells(cells, dated.column, "", dated.source, found)
        frame, names = _by_row_year(frame, names)
    _scale_by_title(rows, table, frame, found)
    frame = _named(frame, table, found)
    issues.extend(dataclasses.replace(issue, file=file) for issue in found)
    return frame, names


def _fill_merged(
    table: Table, meanings: Sequence[Meaning], marks: SheetMarks, issues: IssueTable
) -> None:
    """Write what names a firm into each row that a merged cell spans."""
    names = {m.at: m.source for m in meanings if m.column.column in _IDENTITY}
    place = {line: at for at, line in enumerate(table.lines)}
    filled: dict[str, int] = {}
    for column, top, bottom in marks.merged:
        if column not in names or top not in place:
            continue
        text = table.rows[place[top]][column]
        for line in range(top + 1, bottom + 1):
            if line in place and not table.rows[place[line]][column]:
                table.rows[place[line]][column] = text
                filled[names[column]] = filled.get(names[column], 0) + 1
    for source, count in filled.items():
        issues.add("firm_cells_merged", "info", field=source, count=count)


def _drop_totals(table: Table, meanings: Sequence[Meaning], issues: IssueTable) -> None:
    """Leave out the rows whose firm is a word for a sum."""
    names = [m.at for m in meanings if m.column.column == "name"]
    codes = [m.at for m in meanings if m.column.column == "credit_code"]
    kept = []
    for at, row in enumerate(table.rows):
        total = any(_TOTAL.fullmatch(plain(row[name])) for name in names)
        if total and not any(row[code] for code in codes):
            text = " ".join(cell for cell in row if cell)[:40]
            issues.add("firm_row_left_out", "info", line=table.lines[at], text=text)
        else:
            kept.append(at)
    table.rows[:] = [table.rows[at] for at in kept]
    table.lines[:] = [table.lines[at] for at in kept]


def _tell_formulas(
    table: Table, meanings: Sequence[Meaning], marks: SheetMarks, issues: IssueTable
) -> None:
    """Name the columns whose formulas were saved without a value."""
    lines = set(table.lines)
    for meaning in meanings:
        count = sum(at == meaning.at and line in lines for at, line in marks.formulas)
        if count:
            issues.add("firm_formula_empty", "warning", field=meaning.source, count=count)


def _columns(
    table: Table, meanings: Sequence[Meaning], year: int | None, issues: IssueTable
) -> tuple[pd.DataFrame, dict[str, str]]:
    data: dict[str, pd.Series] = {}
    names: dict[str, str] = {}
    whole = table_unit(table.above)
    for meaning in meanings:
        name = meaning.named(year)
        if name in data:
            first = names[name]
            issues.add("firm_column_double", "warning", field=meaning.source, first=first)
            continue
        unit = _unit(meaning, whole, issues)
        if unit is None:
            continue
        cells = [row[meaning.at] for row in table.rows]
        data[name] = read_cells(cells, meaning.column, unit, meaning.source, issues)
        names[name] = meaning.source
    return pd.DataFrame(data, index=range(len(table.rows))), names


def _unit(meaning: Meaning, whole: str, issues: IssueTable) -> str | None:
    """Return the unit of a column, None where it is open and the column is of no use."""
    units = meaning.column.units
    if meaning.column.kind != "number":
        return ""
    if meaning.own:
        return plain(meaning.column.unit)
    if meaning.unit in units:
        return meaning.unit
    if not meaning.unit and whole in units:
        return whole
    known = "、".join(unit for unit in units if unit)
    kind = "firm_unit_unknown" if meaning.unit else "firm_unit_open"
    issues.add(kind, "warning", field=meaning.source, unit=meaning.unit, known=known)
    return None


def _table_year(rows: Rows, table: Table, year: int | None, issues: IssueTable) -> int | None:
    """Return the year of figures whose header tells none: given, or named by a title."""
    open_ones = [m.source for m in read_header(table.columns) if m.column.yearly and m.year is None]
    if year is not None or not open_ones:
        return year
    for where in (table.above, [rows.source.layer or ""], [rows.source.name]):
        years = table_years(where)
        if len(years) == 1:
            (told,) = years
            issues.add("firm_year_by_title", "info", year=told, text=" ".join(where)[:60])
            return told
    issues.add("firm_year_open", "warning", names="、".join(open_ones))
    return None


def _by_row_year(frame: pd.DataFrame, names: dict[str, str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Give each yearly column the year of its row."""
    out = frame.copy()
    told = dict(names)
    for name in frame.columns:
        known = firm_column(f"{name}_2000")
        if name == _ROW_YEAR or known is None or known[1] is None:
            continue
        out = out.drop(columns=name)
        source = told.pop(name)
        for year in sorted(int(y) for y in frame[_ROW_YEAR].dropna().unique()):
            rows = frame[_ROW_YEAR].eq(year).fillna(value=False)
            out[known[0].named(year)] = frame[name].where(rows)
            told[known[0].named(year)] = source
    return out, told


def _scale_by_title(rows: Rows, table: Table, frame: pd.DataFrame, issues: IssueTable) -> None:
    """Take the size class from the title, where no column has it and the title one word."""
    if "scale" in frame:
        return
    text = " ".join([*table.above, rows.source.layer or "", rows.source.name])
    above, below = (any(word in text for word in words) for words in (_ABOVE, _BELOW))
    if above != below:
        frame["scale"] = pd.Series("above" if above else "below", index=frame.index, dtype="str")
        issues.add("firm_scale_by_title", "info", scale="规上" if above else "规下")


def _named(frame: pd.DataFrame, table: Table, issues: IssueTable) -> pd.DataFrame:
    """Set aside the rows that name no firm."""
    named = pd.Series(data=False, index=frame.index)
    for column in ("name", "credit_code", "firm_id"):
        if column in frame:
            named |= frame[column].notna()
    for at in frame.index[~named]:
        issues.add("firm_without_name", "error", line=table.lines[at])
    return frame[named]


def _one_row_a_firm(frames: Sequence[pd.DataFrame], issues: IssueTable) -> pd.DataFrame:
    """Join the rows of one firm: figures by year, words from the last year that has them."""
    rows = pd.concat(frames, keys=range(len(frames)), names=[_FILE]).reset_index(level=_FILE)
    rows = rows.reset_index(drop=True)
    if len(frames) == 1 and rows[_ROW_YEAR].dropna().nunique() < 2:  # noqa: PLR2004 several years
        return rows.drop(columns=[_ROW_YEAR, _FILE])
    rows[_KEY] = _keys(rows)
    # a firm that stands twice in one file and year stays twice: which row is right is open
    rows[_TURN] = rows.groupby([_KEY, _FILE, _ROW_YEAR], dropna=False).cumcount()
    rows[_PLACE] = range(len(rows))
    latest = rows.sort_values(_ROW_YEAR, ascending=False, kind="stable", na_position="last")
    groups = latest.groupby([_KEY, _TURN], sort=False)
    joined = groups.first()
    joined[_PLACE] = groups[_PLACE].min()
    for name in joined.columns:
        found = firm_column(str(name))
        if found is None or found[1] is None:
            continue
        differ = groups[name].nunique() > 1  # noqa: PD101 of each group, and its missing left out
        for key, _ in joined.index[differ]:
            told = key.partition(":")[2]
            issues.add("firm_figures_differ", "warning", feature=told, field=str(name))
        joined[name] = joined[name].mask(differ)
    joined = joined.sort_values(_PLACE).reset_index(drop=True)
    return joined.drop(columns=[_ROW_YEAR, _FILE, _PLACE])


def _keys(rows: pd.DataFrame) -> list[str]:
    """Return what each row's firm is known by: its code, else its id, else its name."""
    empty: list[object] = [None] * len(rows)
    codes, ids, names = (
        rows[name].tolist() if name in rows else empty
        for name in ("credit_code", "firm_id", "name")
    )
    return [
        f"code:{code}"
        if (code := code_key(c))
        else f"id:{key}"
        if (key := name_key(i))
        else f"name:{name_key(n)}"
        for c, i, n in zip(codes, ids, names, strict=True)
    ]


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Put the columns in the order of the catalogue, years ascending."""
    return frame[sorted(frame.columns, key=lambda name: catalogue_order(str(name)))].reset_index(
        drop=True
    )
