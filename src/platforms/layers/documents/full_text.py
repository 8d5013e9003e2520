"""The full text of a document, as lines of cells, out of the file that a user has.

A line is a paragraph or a row of a table; its cells are what the file parts them into, by tabs,
by the cells of a Word table or of a page's. A file is read for its words only: nothing it names
is fetched or opened, and a declaration of entities is refused.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

from platforms.errors import FormatError, LimitError

__all__ = ["read_lines"]

_MEMBER = "word/document.xml"
_BYTES = 50 << 20
_DECLARED = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODINGS = ("utf-8-sig", "gb18030")
_SILENT = frozenset({"script", "style", "template", "noscript", "head"})
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "table", *(f"h{n}" for n in range(1, 7))})


def read_lines(path: Path) -> list[tuple[str, ...]]:
    """Read the full text of a document.

    Parameters
    ----------
    path
        A text (UTF-8 or GB 18030), Word (.docx) or HTML file; at most 50 MB.

    Returns
    -------
    lines
        The lines in their order, each with its cells; page breaks are line breaks.

    Raises
    ------
    FormatError
        For a file of another kind, or one that cannot be read.
    LimitError
        For a larger one.
    """
    ending = path.suffix.lower()
    try:
        if path.stat().st_size > _BYTES:
            raise LimitError("documents.large", file=path.name, allowed=_BYTES >> 20)
        data = path.read_bytes()
    except FileNotFoundError:
        raise FormatError("documents.no_file", file=path.name) from None
    except OSError:
        raise FormatError("documents.unreadable", file=path.name) from None
    if data.startswith(b"%PDF") or ending == ".pdf":
        raise FormatError("documents.pdf", file=path.name)
    if ending == ".docx":
        try:
            return list(_word(path))
        except RecursionError:
            raise FormatError("documents.unreadable", file=path.name) from None
    if ending in {".doc", ".wps", ".rtf"} or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FormatError("documents.old_word", file=path.name)
    text = _decoded(data, path)
    return _page(text) if ending in {".html", ".htm"} else _plain(text)


def _decoded(data: bytes, path: Path) -> str:
    for name in _ENCODINGS:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FormatError("documents.unreadable", file=path.name)


def _plain(text: str) -> list[tuple[str, ...]]:
    """Return lines parted at tabs; ``str.splitlines`` knows page breaks too."""
    return [tuple(line.split("\t")) for line in text.splitlines()]


class _Page(HTMLParser):
    """The lines of a page: paragraphs, and rows with their cells."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[str, ...]] = []
        self._cells: list[str] = [""]
        self._within = 0
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 as the library has it
        if tag in _SILENT:
            self._silent += 1
        elif tag in {"td", "th"}:
            self._within += 1
            self._cells.append("")
        elif tag in _BREAKS:
            self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in {"td", "th"}:
            self._within = max(self._within - 1, 0)
        elif tag in _BREAKS:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._cells[-1] += data

    def _break(self, tag: str) -> None:
        # a paragraph within a cell does not end its row
        if self._within and tag not in {"tr", "table"}:
            self._cells[-1] += "\n"
            return
        self._within = 0
        self.lines.append(tuple(self._cells))
        self._cells = [""]


def _page(text: str) -> list[tuple[str, ...]]:
    parser = _Page()
    parser.feed(text)
    parser.close()
    parser._break("tr")  # noqa: SLF001 what the page leaves open ends with it
    return parser.lines


def _word(path: Path) -> Iterator[tuple[str, ...]]:
    """Yield paragraphs and rows of a Word document in their order."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = archive.getinfo(_MEMBER).file_size
            data = archive.read(_MEMBER) if size <= _BYTES else b""
    except (KeyError, OSError, RuntimeError, zipfile.BadZipFile):
        raise FormatError("documents.unreadable", file=path.name) from None
    if size > _BYTES:
        raise LimitError("documents.large", file=path.name, allowed=_BYTES >> 20)
    # a text of two bytes a sign would hide a declaration from the pattern
    if b"\x00" in data or _DECLARED.search(data):
        raise FormatError("documents.unreadable", file=path.name)
    try:
        root = ET.fromstring(data)  # noqa: S314 declarations are refused
    except (ET.ParseError, LookupError, ValueError):
        raise FormatError("documents.unreadable", file=path.name) from None
    yield from _blocks(root)


def _blocks(element: ET.Element) -> Iterator[tuple[str, ...]]:
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "p":
            yield from _plain("".join(_texts(child)) or "\n")
        elif name == "tr":
            yield tuple("".join(_texts(cell)) for cell in _cells(child))
        else:
            yield from _blocks(child)


def _cells(row: ET.Element) -> Iterator[ET.Element]:
    """Yield the cells of a row, also within a content control; not those of a table within."""
    for child in row:
        name = child.tag.rpartition("}")[2]
        if name == "tc":
            yield child
        elif name in {"sdt", "sdtContent", "customXml"}:
            yield from _cells(child)


def _texts(element: ET.Element) -> Iterator[str]:
    """Yield the text below an element, without what was deleted or stands in as a copy."""
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            yield child.text or ""
        elif name in {"tab", "br", "cr"}:
            yield "\t" if name == "tab" else "\n"
        elif name not in {"del", "moveFrom", "Fallback", "pPr", "rPr", "tcPr"}:
            yield from _texts(child)
