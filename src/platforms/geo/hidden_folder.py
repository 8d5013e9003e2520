"""Hidden folders in which files are made before they get their names.

Whoever makes something holds a lock of the folder (``flock``), which ends with the process: what
a killed process left behind is known by it and swept away by the next who makes something in the
same place. What another process is still filling is never touched, however long it takes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no such lock
    fcntl = None  # type: ignore[assignment]

__all__ = ["HIDDEN", "hidden_folder", "is_hidden", "temporary_folder"]

HIDDEN = ".tmp-platforms-"
# a number that another process bears by now; where there is no lock, of another machine perhaps
_STALE_SECONDS = 3600.0


@contextlib.contextmanager
def hidden_folder(place: Path) -> Iterator[Path]:
    """Make a hidden folder, and remove it with all that is in it at the end of the block.

    Parameters
    ----------
    place
        The folder to make it in, which is there. What killed processes left in it goes.

    Yields
    ------
    folder
        Empty, and of this process alone.

    Raises
    ------
    OSError
        When the place takes no folder.
    """
    for left in place.glob(f"{HIDDEN}*"):
        with contextlib.suppress(OSError):
            _sweep(left)
    folder = _named(place)
    with _lock(folder):
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder where the system keeps temporary files, and remove it at the end of the block.

    What killed processes left there goes: nothing else would, and it may be a user's file.

    Yields
    ------
    folder
        Empty, and of this process alone.

    Raises
    ------
    OSError
        When there is no place for it.
    """
    with hidden_folder(Path(tempfile.gettempdir())) as folder:
        yield folder


def is_hidden(folder: Path) -> bool:
    """Say whether a folder is one that :func:`hidden_folder` made."""
    return folder.name.startswith(HIDDEN)


def _named(place: Path) -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix=f"{HIDDEN}{os.getpid()}-", dir=place))
    except FileNotFoundError:
        # the folder is there and takes no files: the system's own, as /proc
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from None


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[bool | None]:
    """Hold the lock of a folder; False where another does, None where there is no such lock."""
    if fcntl is None:
        yield None
        return
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            mine: bool | None = False
        except OSError:
            # some network folders have none
            mine = None
        else:
            mine = True
        yield mine
    finally:
        os.close(held)


def _sweep(left: Path) -> None:
    """Remove a hidden folder that nobody fills any more."""
    if left.is_symlink() or not left.is_dir():
        return
    pid = left.name.removeprefix(HIDDEN).partition("-")[0]
    old = time.time() - left.stat().st_mtime > _STALE_SECONDS
    with _lock(left) as mine:
        gone = not _alive(pid)
        if (mine and (old or gone)) or (mine is None and old and gone):
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: str) -> bool:
    if not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
