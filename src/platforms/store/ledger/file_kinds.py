"""Files that may belong to a plot: which kinds, how large, and what a file really is.

What a file is, is read off its content; a name that says something else is refused, so that
what is handed out later opens as what it was taken for. Kinds and size are data:
``layers/national/ledger/attachments.yaml``, which a workspace replaces whole with
``ledger/attachments.yaml`` of its layers folder.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, Field

from platforms.errors import InputError, LimitError, UnknownWorkspaceError
from platforms.geo.ingest.archive import names_in
from platforms.layers.cards import Text
from platforms.layers.workspace import find_workspace
from platforms.layers.yaml_file import read_model
from platforms.policy.workspace import national_folder

__all__ = ["FileKind", "FileKinds", "file_kinds", "file_name", "kind_of"]

_MEGABYTE = 1_000_000
_LONGEST = 150
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')
_BEGINS = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"AutoCAD Binary DXF\r\n\x1a\x00", "dxf"),
)
# comments may stand before the first section
_DXF = re.compile(rb"(?:\s*999[ \t]*\r?\n[^\n]*\n)*\s*0[ \t]*\r?\n[ \t]*SECTION[ \t]*\r?\n")
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_MACROS = "vbaproject.bin"


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class FileKind(_Written):
    """One kind of file."""

    id: str = Field(pattern=r"^(pdf|jpg|png|webp|docx|xlsx|dxf|zip)$")
    """One of those that can be told by their content."""
    title: str
    """Name that users read."""
    media_type: str
    """What a browser is told."""
    suffixes: tuple[str, ...] = Field(min_length=1)
    """Endings that a name may have; the first is given to a name without one."""


class FileKinds(_Written):
    """The kinds that are taken, and how large a file may be."""

    method: str
    """Name of the table."""
    title: Text
    """Name that users read."""
    official: bool
    """Whether a document says so."""
    date: dt.date
    """Day of the table."""
    note: str | None = None
    """What a reader should know."""
    most_mb: float = Field(gt=0, le=1000)
    """The largest size, in megabytes of 1,000,000 bytes."""
    kinds: tuple[FileKind, ...] = Field(min_length=1)
    """What is taken."""

    @property
    def titles(self) -> list[str]:
        """What users read for the kinds."""
        return [kind.title for kind in self.kinds]

    @property
    def suffixes(self) -> list[str]:
        """All endings, without their dots."""
        return [suffix[1:] for kind in self.kinds for suffix in kind.suffixes]

    def refuse_large(self, name: str, size: int) -> None:
        """Refuse a file of so many bytes.

        Raises
        ------
        LimitError
            For one that is too large; its size is never told as one that would do.
        """
        if size > self.most_mb * _MEGABYTE:
            told = math.ceil(size * 10 / _MEGABYTE) / 10
            raise LimitError("attachments.large", file=file_name(name), size=f"{told:.1f}",
                             most=f"{self.most_mb:g}")  # fmt: skip

    def checked(self, name: str, data: bytes) -> tuple[str, FileKind]:
        """Return a file's name as it is kept, and its kind.

        Raises
        ------
        InputError
            For an empty file, a kind that is not taken, or a name that says another.
        LimitError
            For one that is too large.
        """
        called = file_name(name)
        if not data:
            raise InputError("attachments.empty", file=called)
        self.refuse_large(called, len(data))
        found = kind_of(data)
        kind = next((one for one in self.kinds if one.id == found), None)
        if kind is None:
            raise InputError("attachments.kind", file=called, known=self.titles)
        suffix = PurePosixPath(called).suffix.lower()
        if suffix and suffix not in kind.suffixes:
            raise InputError("attachments.misnamed", file=called, kind=kind.title,
                             suffix=kind.suffixes[0])  # fmt: skip
        return (called if suffix else f"{called}{kind.suffixes[0]}"), kind


def file_name(name: str) -> str:
    """Return what a file is called, without folders and signs that nobody sees.

    A name is only ever shown; what is kept lies under its hash.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(one for one in last if not unicodedata.category(one).startswith("C"))
    said = _FORBIDDEN.sub("_", " ".join(seen.split())).strip(". ")
    stem, suffix = PurePosixPath(said).stem, PurePosixPath(said).suffix
    return f"{stem[: _LONGEST - len(suffix)]}{suffix}"[:_LONGEST] or "file"


def kind_of(data: bytes) -> str | None:
    """Return the id of what a content is; None for what is not known, or holds macros."""
    for begin, kind in _BEGINS:
        if data.startswith(begin):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[:4] == b"PK\x03\x04":
        return _packed(data)
    return "dxf" if _DXF.match(data[:4096]) and b"\x00" not in data[:4096] else None


def _packed(data: bytes) -> str | None:
    names = names_in(data)
    if names is None:
        return None
    if "[Content_Types].xml" not in names:
        return "zip"
    if any(name.lower().endswith(_MACROS) for name in names):
        return None
    # other documents of the same make are not known
    return next((kind for name, kind in _OFFICE.items() if name in names), None)


def file_kinds(workspace: str | None = None) -> FileKinds:
    """Return what a workspace takes.

    Parameters
    ----------
    workspace
        Its name or folder; one that is not known has the shipped table.

    Raises
    ------
    CardError
        Names file, line and key of what is wrong.
    """
    shipped = national_folder().parent / "ledger" / "attachments.yaml"
    try:
        own = find_workspace(workspace)[2] / "ledger" / "attachments.yaml" if workspace else None
    except UnknownWorkspaceError:
        own = None
    return read_model(own if own is not None and own.is_file() else shipped, FileKinds)
