"""What the content of a file must show before a reader for its kind meets it.

Every kind has a mark, and markers that no honest parcel file holds (a virtual data set, a
pipeline, an address as a coordinate system, a document type declaration) refuse it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

from platforms.errors import FormatError
from platforms.geo.ingest.encoding import WIDE_MARKS, Choice, choose_of_text

__all__ = ["BLANK", "BOM", "GEOJSON_HOSTILE", "GEOJSON_LINK", "GEOJSON_TYPE", "check_content"]

_HEAD = 1 << 16
GEOJSON_TYPE = re.compile(
    rb'"type"\s*:\s*"(FeatureCollection|Feature|(Multi)?Polygon|GeometryCollection)"'
)
GEOJSON_HOSTILE = re.compile(
    rb'"(gdal_streamed_alg|esriGeometry\w+|esriFieldType\w+|Topology)"', re.IGNORECASE
)
GEOJSON_LINK = re.compile(rb'"(crs|href)"\s*:\s*(\{[^{}]{0,2000}"href"|"https?:)', re.IGNORECASE)
_XML_HOSTILE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_XML_ROOT = re.compile(rb"<\s*([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_XML_ENCODING = re.compile(rb'^(\s*<\?xml[^>]*?encoding\s*=\s*["\'])([\w-]+)(["\'])')
_HTML_TABLE = re.compile(rb"<\s*table\b", re.IGNORECASE)
_DXF_START = re.compile(rb"^\s*(999\s*\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION", re.IGNORECASE)
_BOUNDARY = re.compile("[\\[【]\\s*(地块坐标|属性描述)\\s*[\\]】]")
# how files begin that are none of ours, whatever they are called → entry that says what to bring
_FOREIGN = {
    b"%PDF-": "read.foreign_pdf",
    b"{\\rtf": "read.foreign_rtf",
    b"\xff\xd8\xff": "read.foreign_picture",
    b"\x89PNG\r\n": "read.foreign_picture",
    b"GIF8": "read.foreign_picture",
    b"II*\x00": "read.foreign_picture",
    b"MM\x00*": "read.foreign_picture",
}
BLANK = b" \t\r\n"
BOM = b"\xef\xbb\xbf"


def _head(path: Path, size: int = _HEAD) -> bytes:
    with path.open("rb") as handle:
        return handle.read(size)


def _not(kind: str, file: str, head: bytes) -> FormatError:
    if not head:
        return FormatError("read.empty_file", file=file)
    if re.match(rb"AC10\d\d", head):
        return FormatError("read.convert_dwg", file=file)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return FormatError("read.convert_xls", file=file)
    return FormatError("read.not_this_kind", file=file, kind=kind)


def check_content(kind: str, path: Path, file: str) -> str | Choice | None:
    """Check that a file shows the mark of its kind and none that no honest one has.

    Parameters
    ----------
    kind
        A value of ``KINDS`` or ``TABLE_KINDS`` of :mod:`platforms.geo.ingest.sniff`.
    path
        The file, a folder for FileGDB. A text whose format asks for UTF-8 is rewritten in it.
    file
        Its name for messages.

    Returns
    -------
    found
        The kind that a text turned out to be, the encoding that it was rewritten from, or None.

    Raises
    ------
    FormatError
        When it is not what it says it is.
    """
    _refuse_foreign(path, file)
    return _CHECKS[kind](path, file)


def _refuse_foreign(path: Path, file: str) -> None:
    """Refuse what is known by its first bytes to be no data, in words of its own."""
    head = b"" if path.is_dir() else _head(path, 8)
    for mark, key in _FOREIGN.items():
        if head.startswith(mark):
            raise FormatError(key, file=file)


def _shapefile(path: Path, file: str) -> None:
    head = _head(path, 100)
    if head[:4] != b"\x00\x00\x27\x0a":
        raise _not("Shapefile", file, head)


def _geojson(path: Path, file: str) -> Choice | None:
    """Check GeoJSON, rewriting it as UTF-8 where it is not."""
    data, choice = _as_utf8(path.read_bytes(), file)
    body = data.lstrip(BLANK)
    if b"\x00" in body[:_HEAD]:
        raise FormatError("read.text_utf16", file=file)
    if not body.startswith(b"{") or not GEOJSON_TYPE.search(body):
        raise _not("GeoJSON", file, body[:_HEAD])
    if GEOJSON_HOSTILE.search(body):
        raise _not("GeoJSON", file, body[:_HEAD])
    if GEOJSON_LINK.search(body):
        raise FormatError("read.geojson_link", file=file)
    path.write_bytes(body)
    return choice


def _as_utf8(data: bytes, file: str, declared: str = "") -> tuple[bytes, Choice | None]:
    """Return a text in UTF-8 without a mark, and what it was in where that is another."""
    body = data.removeprefix(BOM)
    with contextlib.suppress(UnicodeDecodeError):
        body.decode("utf-8")
        return body, None
    try:
        body, choice = choose_of_text(data, file=file, declared=declared)
    except FormatError as error:
        if error.key == "read.text_utf16":
            raise
        # such a file has one encoding by its standard, so none is asked for
        raise FormatError("read.encoding_unsure", file=file) from None
    return body.decode(choice.name).removeprefix("\ufeff").encode(), choice


def _kml(path: Path, file: str) -> Choice | None:
    data = path.read_bytes()
    said = _XML_ENCODING.match(data.removeprefix(BOM).lstrip(BLANK))
    declared = said[2].decode("ascii", "replace") if said else ""
    body, choice = _as_utf8(data, file, declared)
    data = body.lstrip(BLANK)
    if b"\x00" in data[:_HEAD]:
        raise FormatError("read.text_utf16", file=file)
    if _XML_HOSTILE.search(data):
        raise FormatError("read.xml_declaration", file=file)
    plain = re.sub(rb"<\?.*?\?>|<!--.*?-->", b"", data[:_HEAD], flags=re.DOTALL)
    root = _XML_ROOT.match(plain.lstrip(BLANK))
    if root is None or root.group(2).lower() != b"kml":
        raise _not("KML", file, data[:_HEAD])
    # the parser knows no GBK; the text is rewritten and says so
    path.write_bytes(_XML_ENCODING.sub(rb"\1UTF-8\3", data, count=1))
    return choice


def _dxf(path: Path, file: str) -> None:
    head = _head(path)
    if head.startswith(b"AutoCAD Binary DXF"):
        raise FormatError("read.convert_binary_dxf", file=file)
    if not _DXF_START.match(head.removeprefix(BOM)):
        raise _not("DXF", file, head)


def _geopackage(path: Path, file: str) -> None:
    head = _head(path, 100)
    if not head.startswith(b"SQLite format 3\x00") or len(head) < 100:  # noqa: PLR2004
        raise _not("GeoPackage", file, head)


def _flatgeobuf(path: Path, file: str) -> None:
    head = _head(path, 8)
    if head[:3] != b"fgb" or head[4:7] != b"fgb":
        raise _not("FlatGeobuf", file, head)


def _geoparquet(path: Path, file: str) -> None:
    head = _head(path, 4)
    if head != b"PAR1":
        raise _not("GeoParquet", file, head)


def _filegdb(path: Path, file: str) -> None:
    tables = {p.stem for p in path.glob("*.gdbtable")} if path.is_dir() else set()
    missing = [t for t in tables if not (path / f"{t}.gdbtablx").is_file()]
    if not tables or missing:
        raise FormatError("read.gdb_parts", file=file)


def _text(path: Path, file: str) -> str | None:
    """Check a .txt or .csv; either may turn out to be the boundary-point exchange file."""
    head = _head(path)
    wide = head[:2] in WIDE_MARKS
    if wide:
        head = head[: len(head) // 2 * 2].decode("utf-16", "ignore").encode()
    if not head.removeprefix(BOM).strip():
        raise FormatError("read.empty_file", file=file)
    if b"\x00" in head or head.lstrip(BOM + BLANK).startswith((b"<", b"{")):
        raise _not("TXT/CSV", file, head)
    for encoding in ("utf-8-sig", "gb18030"):
        if _BOUNDARY.search(head.decode(encoding, errors="ignore")):
            return "boundary"
    return "table"


def _workbook(path: Path, file: str) -> None:
    head = _head(path, 8)
    if not head.startswith(b"PK"):
        raise _not("Excel (.xlsx)", file, head)


def _document(path: Path, file: str) -> None:
    head = _head(path, 8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise FormatError("read.convert_doc", file=file)
    if not head.startswith(b"PK"):
        raise _not("Word (.docx)", file, head)


def _page(path: Path, file: str) -> None:
    data = path.read_bytes()
    if data[:2] in WIDE_MARKS:
        data = data.decode("utf-16", "ignore").encode()
    if b"\x00" in data[:_HEAD] or not _HTML_TABLE.search(data):
        raise _not("HTML", file, data[:_HEAD])


_CHECKS: dict[str, Callable[[Path, str], str | Choice | None]] = {
    "shapefile": _shapefile,
    "geojson": _geojson,
    "geopackage": _geopackage,
    "filegdb": _filegdb,
    "kml": _kml,
    "dxf": _dxf,
    "flatgeobuf": _flatgeobuf,
    "geoparquet": _geoparquet,
    "boundary": _text,
    "table": _text,
    "workbook": _workbook,
    "document": _document,
    "page": _page,
}
