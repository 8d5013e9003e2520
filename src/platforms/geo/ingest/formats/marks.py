"""What a workbook's cells do not say: which are merged, and which formulas have no value.

Merged cells and formulas are looked for in the sheet's own text, by patterns and never as XML:
nothing in it is opened or followed.
"""

from __future__ import annotations

import html
import re
import zipfile
from typing import TYPE_CHECKING

import pyarrow as pa

from platforms.geo.ingest.raw import RawTable

if TYPE_CHECKING:
    from platforms.geo.ingest.worker import Job

__all__ = ["read"]

# a sheet larger than this is not searched
_BYTES = 50_000_000
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_MERGED = re.compile(r'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_CELLS = re.compile(r"<(?:\w+:)?c\s")
_HEAD = re.compile(r'[^>]*?r="([A-Z]{1,3})(\d+)"[^>]*(?<!/)>')
_FORMULA = re.compile(r"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(r"<(?:\w+:)?(?:v|t)[^>/]*>[^<]")


def read(job: Job) -> RawTable:
    """Read the marks of the sheet that ``job.layer`` names; none for what is no workbook.

    Returns
    -------
    raw
        No rows; ``notes`` has ``merged`` (column from 0, first and last line from 1) and
        ``formulas`` (column, line).
    """
    raw = RawTable(pa.table({}), "Excel", notes={"merged": [], "formulas": []})
    try:
        with zipfile.ZipFile(job.path) as book:
            text = _sheet_text(book, job.layer)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return raw
    raw.notes["merged"], raw.notes["formulas"] = _merged(text), _formulas(text)
    return raw


def _sheet_text(book: zipfile.ZipFile, sheet: str | None) -> str:
    targets = {
        _attribute(tag, "Id"): _attribute(tag, "Target")
        for tag in _RELATION.findall(_text(book, "xl/_rels/workbook.xml.rels"))
    }
    for tag in _SHEET.findall(_text(book, "xl/workbook.xml")):
        if html.unescape(_attribute(tag, "name")) == sheet:
            target = targets[_attribute(tag, r"\w+:id")]
            inside = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return _text(book, inside)
    raise KeyError(sheet)


def _text(book: zipfile.ZipFile, name: str) -> str:
    with book.open(name) as file:
        data = file.read(_BYTES + 1)
    if len(data) > _BYTES:
        raise ValueError(name)
    return data.decode("utf-8", "replace")


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return found[1] if found else ""


def _merged(text: str) -> tuple[tuple[int, int, int], ...]:
    return tuple(
        (_column(left), int(top), int(bottom))
        for left, top, right, bottom in _MERGED.findall(text)
        if left == right and int(top) < int(bottom)
    )


def _formulas(text: str) -> tuple[tuple[int, int], ...]:
    found = []
    for part in _CELLS.split(text)[1:]:
        cell = _HEAD.match(part)
        inside = part[cell.end() :] if cell else ""
        if cell and _FORMULA.search(inside) and not _VALUE.search(_without_formula(inside)):
            found.append((_column(cell[1]), int(cell[2])))
    return tuple(found)


def _without_formula(inside: str) -> str:
    return re.sub(r"<(?:\w+:)?f[^>]*/>|<(?:\w+:)?f\b.*?</(?:\w+:)?f>", "", inside, flags=re.DOTALL)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
