"""Paths of this disk, handed to a driver as they stand.

pyogrio takes a path for an address: of ``图!新/plan.gpkg`` it opens the part behind the mark,
and of ``图;新.gpkg`` the part before it. A path that a user chose is never an address.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from platforms.geo.hidden_folder import temporary_folder

__all__ = ["driver_path", "driver_place"]

# what an address is parsed at, and what is dropped from one
_SIGNS = frozenset("!;?\t\r\n")


class _Raw(str):
    """A text that pyogrio leaves alone, as it does those that begin with ``/vsi``."""

    __slots__ = ()

    def __str__(self) -> str:
        # the plain text would be parsed again
        return self

    def startswith(self, prefix: str | tuple[str, ...], *span: int) -> bool:  # type: ignore[override]
        return prefix == "/vsi" or super().startswith(prefix, *span)


def driver_path(path: str | os.PathLike[str]) -> str:
    """Return a path as pyogrio hands it unchanged to a driver that reads.

    Parameters
    ----------
    path
        A file or folder of this disk; never an address or a file inside a zip.

    Returns
    -------
    path
        Absolute.
    """
    return _Raw(Path(path).absolute())


@contextlib.contextmanager
def driver_place(path: Path) -> Iterator[Path]:
    """Give a path that a driver may write to, and move there what it wrote.

    Parameters
    ----------
    path
        The file to make.

    Yields
    ------
    place
        ``path`` itself, unless pyogrio would read an address in it.
    """
    if not _SIGNS & set(str(path)):
        yield path
        return
    with temporary_folder() as folder:
        made = folder / f"made{path.suffix}"
        yield made
        if made.is_file():
            shutil.move(made, path)
