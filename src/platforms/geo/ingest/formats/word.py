"""Tables of a Word document (.docx), with their merged cells.

The document is a zip with XML in it. A type declaration, which could define entities, is
refused before anything is parsed; nothing outside the one member is opened. What was deleted
under track changes is not read, nor are field codes.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from platforms.errors import FormatError, LimitError
from platforms.geo.ingest.formats.spread import DrawnTable, Spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platforms.geo.ingest.worker import Job

__all__ = ["document_tables"]

_MEMBER = "word/document.xml"
_BYTES = 100 << 20
_DECLARED = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
# both spellings of the namespace: as Word writes it, and as the strict standard has it
_PARAGRAPH, _TABLE, _ROW, _CELL = "p", "tbl", "tr", "tc"
_CAPTION_CHARS = 200
_DIGITS = 9


def document_tables(job: Job) -> list[DrawnTable]:
    """Return the tables of a document in their order.

    Raises
    ------
    FormatError, LimitError
        When it is no document, has no table, or is too large.
    """
    try:
        return _drawn(job, _parsed(job))
    except RecursionError:
        # nested by the thousand, as no hand does it
        raise FormatError("read.not_opened", file=job.name) from None


def _drawn(job: Job, root: ET.Element) -> list[DrawnTable]:
    tables: list[DrawnTable] = []
    above: list[str] = []
    for element in _walk(root):
        if _name(element) == _PARAGRAPH:
            text = "".join(_texts(element)).strip()
            above += [text[:_CAPTION_CHARS]] if text else []
        else:
            tables.append(_table(job, element, str(len(tables) + 1), above))
            above = []
    if not tables:
        raise FormatError("read.document_no_table", file=job.name)
    return tables


def _parsed(job: Job) -> ET.Element:
    try:
        with zipfile.ZipFile(job.path) as archive:
            size = archive.getinfo(_MEMBER).file_size
            if size > _BYTES:
                raise LimitError("read.zip_large", file=job.name, allowed_mb=_BYTES >> 20)
            with archive.open(_MEMBER) as member:
                data = member.read(_BYTES + 1)
    except (KeyError, OSError, RuntimeError, zipfile.BadZipFile) as error:
        raise FormatError("read.not_opened", file=job.name) from error
    if len(data) > _BYTES:
        raise LimitError("read.zip_large", file=job.name, allowed_mb=_BYTES >> 20)
    # a text of two bytes a sign would hide a declaration from the pattern
    if b"\x00" in data or _DECLARED.search(data):
        raise FormatError("read.xml_declaration", file=job.name)
    try:
        return ET.fromstring(data)  # noqa: S314 declarations are refused, and the process is confined
    except (ET.ParseError, LookupError, ValueError) as error:
        raise FormatError("read.not_opened", file=job.name) from error


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _walk(element: ET.Element) -> Iterator[ET.Element]:
    """Go through paragraphs outside tables, and tables, also those within a cell."""
    for child in element:
        name = _name(child)
        if name == "Fallback":
            continue
        if name == _PARAGRAPH:
            yield child
        else:
            if name == _TABLE:
                yield child
            yield from (inner for inner in _walk(child) if name != _TABLE or _name(inner) == _TABLE)


def _children(element: ET.Element, name: str) -> Iterator[ET.Element]:
    """Go through rows or cells, also those within a content control or a tracked change."""
    for child in element:
        if _name(child) == name:
            yield child
        elif _name(child) in {"sdt", "sdtContent", "ins", "customXml", "smartTag"}:
            yield from _children(child, name)


def _texts(element: ET.Element) -> Iterator[str]:
    """Go through the text of a paragraph or cell, tables within left out."""
    for child in element:
        name = _name(child)
        if name == "t":
            yield child.text or ""
        elif name in {"br", "cr"}:
            yield "\n"
        elif name == "tab":
            yield " "
        elif name not in {_TABLE, "Fallback", "del", "moveFrom", "pPr", "rPr", "tcPr"}:
            yield from _texts(child)
            if name == _PARAGRAPH:
                yield "\n"


def _property(element: ET.Element, holder: str, name: str) -> str | None:
    """Return the value of a property; empty where it stands without one, None without it."""
    for properties in element:
        if _name(properties) != holder:
            continue
        for one in properties:
            if _name(one) == name:
                values = (v for k, v in one.attrib.items() if k.rpartition("}")[2] == "val")
                return next(values, "")
    return None


def _number(text: str | None, default: int) -> int:
    # more digits than Python reads would be too wide a cell in any case
    return int(text[:_DIGITS]) if text and text.isascii() and text.isdecimal() else default


def _table(job: Job, table: ET.Element, name: str, above: list[str]) -> DrawnTable:
    rows = list(_children(table, _ROW))
    places = [_placed(row) for row in rows]
    spread = Spread(job, name, above)
    deep = _depths(places)
    for number, cells in enumerate(places):
        laid = [
            (text, wide, deep[number, at]) for at, wide, text, _ in cells if (number, at) in deep
        ]
        spread.row(laid, skipped=cells[0][0] if cells else 0)
    return spread.end()


def _placed(row: ET.Element) -> list[tuple[int, int, str, str]]:
    """Return column, width, text, and ``restart``, ``continue`` or empty, of each cell."""
    at = _number(_property(row, "trPr", "gridBefore"), 0)
    out = []
    for cell in _children(row, _CELL):
        wide = max(_number(_property(cell, "tcPr", "gridSpan"), 1), 1)
        merge = _property(cell, "tcPr", "vMerge")
        state = "" if merge is None else "restart" if merge == "restart" else "continue"
        out.append((at, wide, "".join(_texts(cell)).strip(), state))
        at += wide
    return out


def _depths(places: list[list[tuple[int, int, str, str]]]) -> dict[tuple[int, int], int]:
    """Return how many rows each cell reaches down, by row and column."""
    deep: dict[tuple[int, int], int] = {}
    begun: dict[int, int] = {}
    for number, cells in enumerate(places):
        going = {at for at, _, _, merge in cells if merge == "continue"}
        begun = {at: top for at, top in begun.items() if at in going}
        for at, _, _, merge in cells:
            if merge == "continue" and at in begun:
                deep[begun[at], at] += 1
            else:
                deep[number, at] = 1
                if merge == "restart":
                    begun[at] = number
    return deep
