"""No command writes over what it reads: the survey would be lost with the first mistake.

Files are compared as the system knows them, so that a link, another spelling of the path or a
member of the folder or archive that is read counts as the file itself.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from platforms.errors import OutputError

__all__ = ["refuse_own_input"]

# a folder that is one file to its readers
_DATABASE = ".gdb"


def refuse_own_input(
    outputs: Iterable[str | os.PathLike[str] | None],
    inputs: Iterable[str | os.PathLike[str] | None],
) -> None:
    """Refuse outputs that are inputs.

    Parameters
    ----------
    outputs
        Files and folders to be written; None is left out.
    inputs
        Files and folders that are read; None, and what is no path, is left out.

    Raises
    ------
    OutputError
        Names the output and the input that it would replace.
    """
    read = [Path(one) for one in inputs if one is not None]
    for output in (Path(one) for one in outputs if one is not None):
        for source in read:
            if _touches(output, source):
                raise OutputError("cli.own_input", output=str(output), source=str(source))


def _touches(output: Path, source: Path) -> bool:
    # the input may be a member of an archive, and the output may be the archive
    if any(_same(output, one) for one in (source, *source.parents) if not one.is_dir()):
        return True
    if source.is_dir():
        inside = _within(output, source)
        database = any(p.suffix.lower() == _DATABASE for p in (source, *output.resolve().parents))
        return inside and (database or output.is_file())
    # a folder of results is replaced with what lies in it
    return output.is_dir() and _within(source, output)


def _same(one: Path, other: Path) -> bool:
    if one.absolute() == other.absolute():
        return True
    with contextlib.suppress(OSError, ValueError):
        return one.samefile(other)
    return False


def _within(inner: Path, outer: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return any(_same(parent, outer) for parent in inner.resolve().parents) or _linked(
            inner, outer
        )
    return False


def _linked(inner: Path, outer: Path) -> bool:
    """Say whether a file is also, under another name, a member of a folder."""
    members = outer.rglob("*") if outer.is_dir() else ()
    return inner.is_file() and any(_same(inner, member) for member in members if member.is_file())
