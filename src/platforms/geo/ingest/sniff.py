"""What an upload is: the data sets among its files, each of a kind by its ending and its content.

The extension only says what a file ought to be; :mod:`platforms.geo.ingest.content` looks at what
it is. Kinds that are not on the list are refused with a word on how to convert them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from platforms.errors import FormatError
from platforms.geo.ingest.columns import FIELD_MAP
from platforms.geo.ingest.content import check_content
from platforms.geo.ingest.encoding import Choice

if TYPE_CHECKING:
    from platforms.geo.ingest.archive import Member
    from platforms.geo.ingest.raw import RawTable

__all__ = ["KINDS", "TABLE_KINDS", "Dataset", "datasets"]

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
        real = check_content(kind, member.path, name)
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
