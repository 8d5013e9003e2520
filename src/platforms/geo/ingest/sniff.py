"""What an upload is, by its content; the extension only says what it ought to be.

Every kind has a mark that its content must show before a reader for that kind meets it, and
markers that no honest parcel file holds (a virtual data set, a pipeline, an address as a
coordinate system, a document type declaration) refuse it. Kinds that are not on the list are
refused with a word on how to convert them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from platforms.errors import FormatError
from platforms.geo.ingest.columns import FIELD_MAP
from platforms.geo.ingest.encoding import WIDE_MARKS, Choice, choose_of_text

if TYPE_CHECKING:
    from platforms.geo.ingest.archive import Member
    from platforms.geo.ingest.raw import RawTable

__all__ = [
    "BLANK", "BOM", "GEOJSON_HOSTILE", "GEOJSON_LINK", "GEOJSON_TYPE", "KINDS", "TABLE_KINDS",
    "Dataset", "datasets",
]  # fmt: skip

# extension → kind; the list is the whole of what is read
KINDS: dict[str, str] = {
    ".shp": "shapefile",
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "geopackage",
    ".gdb": "filegdb",
    ".kml": "kml",
    ".dxf": "dxf",
    ".fgb": "flatgeobuf",
    ".parquet": "geoparquet",
    ".geoparquet": "geoparquet",
    ".txt": "boundary",
    ".csv": "table",
    ".tsv": "table",
    ".xlsx": "workbook",
}
# documents with tables in them: read by `platforms.geo.read_tables` alone
TABLE_KINDS: dict[str, str] = {".docx": "document", ".htm": "page", ".html": "page"}
# what a text beside a shapefile is: a note, not a data set
_SECOND = {"boundary", "table", "workbook", "document", "page"}
_ADVICE = {
    ".dwg": "dwg",
    ".rar": "archive",
    ".7z": "archive",
    ".gz": "archive",
    ".tar": "archive",
    ".zip": "archive",
    ".doc": "doc",
    ".xls": "xls",
    ".et": "xls",
    ".xlsm": "xls",
    ".mdb": "mdb",
    ".wps": "xls",
}

_SHP_PARTS = {".dbf", ".shx"}
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


@dataclasses.dataclass(frozen=True)
class Dataset:
    """One data set that was found.

    Attributes
    ----------
    kind
        A value of ``KINDS``.
    name
        The sender's name of it, without folders and extension.
    path
        The main file (a folder for FileGDB).
    parts
        Its other files by extension, and the table of whole names by its own name.
    file
        The whole name of the main file, for messages.
    encoding
        That of a text which was written anew in UTF-8, since the format asks for it; else None.
    """

    kind: str
    name: str
    path: Path
    parts: Mapping[str, Path] = dataclasses.field(default_factory=dict)
    file: str = ""
    encoding: Choice | None = None

    def tell_encoding(self, raw: RawTable) -> None:
        """Name the encoding that the file had, where what was read is a copy in UTF-8."""
        if self.encoding is not None:
            raw.encoding, raw.encoding_basis = self.encoding.name, self.encoding.basis
            raw.faults += self.encoding.faults()


def datasets(
    members: tuple[Member, ...], *, file: str, kinds: Mapping[str, str] = KINDS
) -> tuple[list[Dataset], list[str]]:
    """Find the data sets among staged files.

    Parameters
    ----------
    members
        The files.
    file
        Name of the upload for messages.
    kinds
        What is read, by ending.

    Returns
    -------
    found, passed_over
        Data sets, and the names of archives that were not looked into.

    Raises
    ------
    FormatError
        When there is none, or one is not what it says it is.
    """
    by_stem: dict[str, dict[str, Member]] = {}
    for member in members:
        key = f"{member.folder}/{member.stem}".casefold()
        by_stem.setdefault(key, {})[member.suffix] = member
    found = [
        (kinds[suffix], member, group)
        for group in by_stem.values()
        for suffix, member in group.items()
        if suffix in kinds
    ]
    first = [f for f in found if f[0] not in _SECOND]
    archives = [m.name for m in members if _ADVICE.get(m.suffix) == "archive"]
    chosen = first or found
    if not chosen:
        raise _no_dataset(members, file, archives, allowed=sorted({*kinds, ".zip", ".kmz"}))
    maps = {m.folder: m.path for m in members if m.name.rsplit("/", 1)[-1] == FIELD_MAP}
    made: list[Dataset] = []
    for kind, member, group in chosen:
        parts = {s: m.path for s, m in group.items() if m is not member}
        if member.folder in maps:
            parts[FIELD_MAP] = maps[member.folder]
        name = member.name.rsplit("/", 1)[-1]
        _refuse_foreign(member.path, name)
        real = _CHECKS[kind](member.path, name)
        changed = real if isinstance(real, Choice) else None
        sort = real if isinstance(real, str) else kind
        made.append(Dataset(sort, member.stem, member.path, parts, name, changed))
    return made, archives


def _no_dataset(
    members: tuple[Member, ...], file: str, archives: list[str], *, allowed: list[str]
) -> FormatError:
    """Say why nothing was found, and what to do with what was sent."""
    if any(m.suffix in _SHP_PARTS for m in members):
        return FormatError("read.shp_parts", file=file, missing=".shp")
    if len(members) == 1:
        only = members[0]
        if not only.path.is_dir() and not only.path.stat().st_size:
            return FormatError("read.empty_file", file=file)
        if only.suffix in _ADVICE and only.name.rsplit("/", 1)[-1] == file:
            return FormatError(f"read.convert_{_ADVICE[only.suffix]}", file=file)
        if not archives:
            suffix = only.suffix or "–"
            return FormatError("read.kind_unknown", file=file, suffix=suffix, allowed=allowed)
    key = "read.zip_nested" if archives else "read.no_dataset"
    return FormatError(key, file=file, allowed=allowed)


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
