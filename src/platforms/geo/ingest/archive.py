"""Zip containers, checked before a byte is unpacked and unpacked by our own hand.

A reader that trusts a container writes outside its folder, follows links or fills the disk.
The table of contents is judged first (names, links, doubles, overlaps, sizes, ratio), then
each member is unpacked under a name of ours while its real bytes are counted.
"""

from __future__ import annotations

import dataclasses
import io
import itertools
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from platforms.errors import FormatError, LimitError, PlatformsError
from platforms.geo.ingest.limits import LIMITS, Limits

__all__ = ["Member", "check", "decode_member_name", "names_in", "printable", "unpack"]

_END = b"PK\x05\x06"
_END64 = b"PK\x06\x06"
_LOCAL_HEADER = 30
# in which the end of a table of contents lies, with the longest remark behind it
_TAIL = 66_000
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_CHUNK = 1 << 20
# all that the library raises for bytes that are no zip; its own OSError is kept for disks
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    struct.error,
    UnicodeDecodeError,
)
_BAD_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(^|/)\.\.(/|$)|[\x00-\x1f\x7f]")
_JUNK = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Member:
    """A file on disk under our name, with the name that its sender gave it.

    Attributes
    ----------
    name
        The sender's name with folders, for showing only.
    path
        Where it lies.
    """

    name: str
    path: Path

    @property
    def suffix(self) -> str:
        """Extension of the sender's name, lower case, with its dot."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def stem(self) -> str:
        """The sender's name without folders and extension."""
        return PurePosixPath(self.name).stem

    @property
    def folder(self) -> str:
        """Folders of the sender's name."""
        return str(PurePosixPath(self.name).parent)


def decode_member_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name as its sender wrote it.

    Python reads a name without the UTF-8 flag as code page 437; Windows in China writes
    GBK there. The bytes are taken back and read as UTF-8, else as GB 18030.
    """
    if info.flag_bits & _UTF8_FLAG:
        name = info.orig_filename
    else:
        try:
            raw = info.orig_filename.encode("cp437")
        except UnicodeEncodeError:
            return info.orig_filename
        for encoding in ("utf-8", "gb18030", "cp437"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    # windows programs write backslashes
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def unpack(path: Path, folder: Path, *, name: str, limits: Limits = LIMITS) -> list[Member]:
    """Unpack a zip into a folder, or refuse it.

    Parameters
    ----------
    path
        The zip.
    folder
        An empty folder of ours; members become ``m0000.ext`` and so on in it.
    name
        Name of the zip for messages.
    limits
        What it may cost.

    Returns
    -------
    members
        Without folders and without what operating systems leave behind.

    Raises
    ------
    FormatError
        For a broken, encrypted or hostile container; says which member.
    LimitError
        For too many or too large members.
    """
    _check_directory_size(path, name=name, limits=limits)
    try:
        with zipfile.ZipFile(path) as archive:
            named = _contents(archive, path.stat().st_size, name=name, limits=limits)
            members: list[Member] = []
            budget = limits.unpacked_bytes
            for number, (info, member) in enumerate(named):
                if _JUNK.search(member):
                    continue
                suffix = re.sub(r"[^a-z0-9.]", "", PurePosixPath(member).suffix.lower())[:16]
                place = folder / f"m{number:04d}{suffix}"
                budget -= _unpack_one(archive, info, place, budget=budget, name=name)
                members.append(Member(member, place))
            return members
    except _BROKEN as error:
        raise FormatError("read.zip_broken", file=name) from error
    except RuntimeError as error:
        raise FormatError("read.zip_encrypted", file=name) from error


def check(path: Path, *, name: str, limits: Limits = LIMITS) -> None:
    """Judge a zip that its own reader will open (a workbook), without unpacking it.

    Raises
    ------
    FormatError, LimitError
        As :func:`unpack`.
    """
    _check_directory_size(path, name=name, limits=limits)
    try:
        with zipfile.ZipFile(path) as archive:
            _contents(archive, path.stat().st_size, name=name, limits=limits)
    except _BROKEN as error:
        raise FormatError("read.zip_broken", file=name) from error


def names_in(data: bytes, *, limits: Limits = LIMITS) -> list[str] | None:
    """Return the names in a zip that is only kept and handed out, never unpacked.

    Parameters
    ----------
    data
        Its bytes.
    limits
        What its table of contents may cost.

    Returns
    -------
    names
        As they are written; None where it is no zip, or has too many.
    """
    try:
        _check_directory(data[-_TAIL:], name="", limits=limits)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except (PlatformsError, zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None


def _check_directory_size(path: Path, *, name: str, limits: Limits) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _TAIL))
        _check_directory(file.read(), name=name, limits=limits)


def _check_directory(tail: bytes, *, name: str, limits: Limits) -> None:
    """Count members before Python reads the table of contents into memory."""
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise FormatError("read.zip_broken", file=name)
    members, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    at64 = tail.rfind(_END64)
    if at64 >= 0 and len(tail) >= at64 + 48:
        members, directory = struct.unpack("<QQ", tail[at64 + 32 : at64 + 48])
    if members > limits.members or directory > limits.directory_bytes:
        raise LimitError("read.zip_many", file=name, allowed=limits.members)


def _contents(
    archive: zipfile.ZipFile, size: int, *, name: str, limits: Limits
) -> list[tuple[zipfile.ZipInfo, str]]:
    """Return the files of a zip with their names, judged."""
    named = [(i, decode_member_name(i)) for i in archive.infolist()]
    named = [(i, member) for i, member in named if not member.endswith("/")]
    if len(named) > limits.members:
        raise LimitError("read.zip_many", file=name, allowed=limits.members)
    seen: set[str] = set()
    for info, member in named:
        fault = _fault(info, member, seen, limits)
        if fault:
            wrong = LimitError if fault == "ratio" else FormatError
            raise wrong(f"read.zip_{fault}", file=name, member=printable(member))
        seen.add(member.casefold())
    if sum(info.file_size for info, _ in named) > limits.unpacked_bytes:
        raise LimitError("read.zip_large", file=name, allowed_mb=limits.unpacked_bytes >> 20)
    placed = sorted((i.header_offset, i.compress_size) for i, _ in named)
    if placed and placed[0][0] < 0:
        # a table of contents whose place is wrong moves every member before the file's start
        raise FormatError("read.zip_broken", file=name)
    for (start, length), (following, _) in itertools.pairwise([*placed, (size, 0)]):
        if start + _LOCAL_HEADER + length > following:
            raise FormatError("read.zip_overlap", file=name)
    return named


def _fault(info: zipfile.ZipInfo, member: str, seen: set[str], limits: Limits) -> str:
    """Return what is wrong with one member, empty where nothing is."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    packed = max(info.compress_size, 1)
    faults = {
        "path": _BAD_NAME.search(member) is not None or not member.strip("/ "),
        "link": kind not in {0, stat.S_IFREG},
        "double": member.casefold() in seen,
        "encrypted": bool(info.flag_bits & _ENCRYPTED_FLAG),
        "method": info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED},
        "ratio": info.file_size > limits.ratio_from_bytes
        and info.file_size / packed > limits.ratio,
    }
    return next((fault for fault, found in faults.items() if found), "")


def _unpack_one(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: Path, *, budget: int, name: str
) -> int:
    written = 0
    with archive.open(info) as source, place.open("xb") as target:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > budget or written > info.file_size:
                raise FormatError("read.zip_broken", file=name)
            target.write(chunk)
    return written


def printable(name: str) -> str:
    """Return a sender's name without characters that steer a terminal or a page, at most 80."""
    clean = "".join(c if unicodedata.category(c)[0] != "C" else "?" for c in name)
    return clean if len(clean) <= 80 else f"{clean[:60]}…{clean[-19:]}"  # noqa: PLR2004
