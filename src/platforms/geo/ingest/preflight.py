"""An upload, taken into a folder of ours before anything looks into it.

The sender's names never reach a reader: files are copied under our names into a folder that
only this user can enter, containers are unpacked by our own hand, and a folder or a loose
.shp brings its neighbours of the same name. The digest is taken from what was copied.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from platforms.errors import FormatError, LimitError
from platforms.geo.hidden_folder import temporary_folder
from platforms.geo.ingest.archive import Member, check, printable, unpack
from platforms.geo.ingest.limits import LIMITS, Limits

__all__ = ["Staged", "Upload", "staged"]

_ZIP = b"PK\x03\x04"
_ZIP_EMPTY = b"PK\x05\x06"
_CHUNK = 1 << 20
_SIDECARS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
_GDB = ".gdb"
# zips that their own readers open
_BOOKS = {".xlsx", ".docx"}


@dataclasses.dataclass(frozen=True)
class Upload:
    """A file that arrived as bytes, not on a disk of ours.

    Attributes
    ----------
    name
        The sender's name, for showing only.
    data
        Content, as bytes or as a binary file.
    """

    name: str
    data: bytes | BinaryIO


@dataclasses.dataclass(frozen=True)
class Staged:
    """What lies in our folder.

    Attributes
    ----------
    folder
        The folder; it goes when reading ends.
    name
        Name of the upload, for showing only.
    sha256
        Digest of what was given, hexadecimal. For several files: of their sorted names and
        digests.
    members
        The files.
    """

    folder: Path
    name: str
    sha256: str
    members: tuple[Member, ...]


Given = str | os.PathLike[str] | Upload | Sequence[Upload]


@contextlib.contextmanager
def staged(given: Given, *, limits: Limits = LIMITS) -> Iterator[Staged]:
    """Copy what was given into a private folder, unpacking containers.

    Parameters
    ----------
    given
        A file, a folder (a Shapefile's, or a ``.gdb``), an upload, or several uploads that
        belong together.
    limits
        What it may cost.

    Yields
    ------
    staged
        Valid inside the block.

    Raises
    ------
    FormatError, LimitError
        Name the file and what is allowed.
    """
    with temporary_folder() as folder:
        name, sources = _sources(given, limits=limits)
        members, sha256 = _copy(sources, folder, limits=limits)
        if len(members) == 1 and members[0].suffix in _BOOKS and _is_zip(members[0]):
            check(members[0].path, name=name, limits=limits)
        elif len(members) == 1 and _is_container(members[0]):
            inside = folder / "in"
            inside.mkdir()
            members = unpack(members[0].path, inside, name=name, limits=limits)
        yield Staged(folder, name, sha256, tuple(_with_databases(members, folder)))


def _sources(given: Given, *, limits: Limits) -> tuple[str, list[tuple[str, Path | Upload]]]:
    if isinstance(given, Upload):
        return _display(given.name), [(given.name, given)]
    if isinstance(given, Sequence) and not isinstance(given, str):
        if not given:
            raise FormatError("read.nothing_given")
        return _display(given[0].name), [(u.name, u) for u in given]
    path = Path(given)
    name = _display(path.name or str(path))
    try:
        if path.is_dir():
            files = [p for p in sorted(path.rglob("*")) if p.is_file() and not p.is_symlink()]
            if len(files) > limits.members:
                raise LimitError("read.folder_many", file=name, allowed=limits.members)
            return name, [(f"{path.name}/{p.relative_to(path).as_posix()}", p) for p in files]
        if not path.is_file():
            raise FormatError("read.not_found", file=name)
        if path.suffix.lower() in _SIDECARS:
            near = [p for p in sorted(path.parent.iterdir()) if _belongs(p, path)]
            return name, [(p.name, p) for p in near]
    except PermissionError as error:
        raise FormatError("read.not_allowed", file=name) from error
    except (OSError, ValueError) as error:
        raise FormatError("read.not_found", file=name) from error
    return name, [(path.name, path)]


def _belongs(near: Path, path: Path) -> bool:
    same = near.stem.casefold() == path.stem.casefold()
    return same and near.suffix.lower() in _SIDECARS and near.is_file()


def _display(name: str) -> str:
    """Return the last part of a sender's name, harmless to show."""
    return printable(_as_path(name).name) or "?"


def _as_path(name: str) -> PurePosixPath:
    """Return a sender's name with the folders that either system's signs tell."""
    path = PurePosixPath(name.replace("\\", "/"))
    if "\\" in name and path.name.startswith(".") and not path.suffix:
        # an ending alone: the sign before it is one of the name's own
        return PurePosixPath(name.replace("\\", "_").replace("/", "_"))
    return path


def _copy(
    sources: list[tuple[str, Path | Upload]], folder: Path, *, limits: Limits
) -> tuple[list[Member], str]:
    members: list[Member] = []
    digests: list[tuple[str, str]] = []
    budget = limits.file_bytes
    for number, (name, source) in enumerate(sources):
        suffix = _as_path(name).suffix.lower()
        safe = suffix if suffix[1:].isalnum() and suffix.isascii() else ""
        place = folder / f"s{number:04d}{safe[:16]}"
        digest = hashlib.sha256()
        try:
            with _opened(source) as reader, place.open("xb") as writer:
                while chunk := reader.read(_CHUNK):
                    budget -= len(chunk)
                    if budget < 0:
                        allowed = limits.file_bytes >> 20
                        raise LimitError("read.large", file=_display(name), allowed_mb=allowed)
                    digest.update(chunk)
                    writer.write(chunk)
        except PermissionError as error:
            raise FormatError("read.not_allowed", file=_display(name)) from error
        members.append(Member(_as_path(name).as_posix(), place))
        digests.append((name, digest.hexdigest()))
    if len(digests) == 1:
        return members, digests[0][1]
    whole = hashlib.sha256(repr(sorted(digests)).encode())
    return members, whole.hexdigest()


@contextlib.contextmanager
def _opened(source: Path | Upload) -> Iterator[BinaryIO]:
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    elif isinstance(source.data, bytes):
        yield io.BytesIO(source.data)
    else:
        source.data.seek(0)
        yield source.data


def _is_zip(member: Member) -> bool:
    with member.path.open("rb") as file:
        return file.read(4) in {_ZIP, _ZIP_EMPTY}


def _is_container(member: Member) -> bool:
    """Say whether to unpack a file; a .zip that is none is refused."""
    if member.suffix not in {".zip", ".kmz"}:
        return False
    if not member.path.stat().st_size:
        raise FormatError("read.empty_file", file=_display(member.name))
    if not _is_zip(member):
        raise FormatError("read.zip_broken", file=_display(member.name))
    return True


def _with_databases(members: list[Member], folder: Path) -> list[Member]:
    """Gather the files of each ``.gdb`` folder under one folder of ours."""
    rest: list[Member] = []
    databases: dict[str, Path] = {}
    for member in members:
        parts = PurePosixPath(member.name).parts
        depth = next((i for i, p in enumerate(parts[:-1]) if p.lower().endswith(_GDB)), None)
        inner = parts[-1].lower()
        loose = member.suffix in {".gdbtable", ".gdbtablx", ".gdbindexes"}
        if depth is None and not loose:
            rest.append(member)
            continue
        shown = "/".join(parts[: depth + 1]) if depth is not None else member.folder
        place = databases.setdefault(shown, folder / f"g{len(databases):04d}{_GDB}")
        place.mkdir(exist_ok=True)
        if inner.replace(".", "").replace("_", "").isalnum() and inner.isascii():
            member.path.replace(place / inner)
    named = (n if n.lower().endswith(_GDB) else f"{n}{_GDB}" for n in databases)
    return [*rest, *(Member(n, p) for n, p in zip(named, databases.values(), strict=True))]
