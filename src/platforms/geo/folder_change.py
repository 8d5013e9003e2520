"""A new folder in the place of an old one, in one step where the system can.

Linux exchanges two folders at once (``renameat2``), so that nobody ever sees files of both.
Where it cannot, or where the old folder holds files that are not ours and have to stay where
they are, the files move one by one: the manifest is taken away first and put in last, and a
mark is left in between, so that a folder that was broken off is never taken for a whole one.
"""

from __future__ import annotations

import contextlib
import ctypes
import fnmatch
import json
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from platforms.errors import OutputError

__all__ = ["broken_off", "change_folder", "flush", "listed_by_mark"]

_MARK = ".platforms-replacing.json"
# what SQLite keeps beside a file belongs to that file and to no later one of its name
_BESIDE = ("-wal", "-shm", "-journal")
_HERE = -100
_EXCHANGE = 2


def change_folder(
    made: Path, target: Path, *, manifest: Sequence[str] = (), own: Sequence[str] = ()
) -> None:
    """Put what was made into a folder that holds files already.

    Parameters
    ----------
    made
        Flushed to the disk, in a hidden folder beside ``target``. Afterwards it, or what it
        holds then, may be thrown away.
    target
        The folder to change. Files that are neither made anew nor ``own`` stay in it.
    manifest
        Names of files without which nobody takes the folder for a whole one.
    own
        Names, with ``/`` and ``*``, of files of ours that go even where none is made anew.

    Raises
    ------
    OutputError
        When the files stopped moving in the middle: the folder then has no manifest.
    OSError
        When nothing was moved; ``target`` is then as it was.
    """
    new = set(_names(made))

    def ours(name: str) -> bool:
        names = [name, *(name.removesuffix(end) for end in _BESIDE if name.endswith(end))]
        return name == _MARK or any(
            one in new or any(fnmatch.fnmatchcase(one, like) for like in own) for one in names
        )

    old = list(_names(target))
    if all(map(ours, old)) and _dressed(made, target):
        for folder in _folders(made):
            flush(folder)
        if _exchange(made, target):
            flush(target.parent)
            # who wrote into the old folder at that very moment keeps the file
            _bring(made, target, [name for name in _names(made) if not ours(name)])
            return
    gone = [name for name in old if name not in new and ours(name) and name != _MARK]
    _one_by_one(made, target, _Moves(sorted(new), gone, list(manifest)))


def broken_off(folder: Path, manifest: str) -> bool:
    """Say whether files were being replaced in a folder and not all of them came."""
    return not (folder / manifest).exists() and (folder / _MARK).exists()


def listed_by_mark(folder: Path) -> list[str]:
    """Return the names of ours, old and new, that a change that was broken off moved."""
    try:
        told = json.loads((folder / _MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [name for name in told if isinstance(name, str)] if isinstance(told, list) else []


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Moves:
    """Which files move, in which order."""

    def __init__(self, new: list[str], gone: list[str], manifest: list[str]) -> None:
        self.gone, self.manifest = [name for name in gone if name not in manifest], manifest
        self.files = [name for name in new if name not in manifest and not name.endswith("/")]
        self.last = [name for name in reversed(manifest) if name in new]


def _one_by_one(made: Path, target: Path, moves: _Moves) -> None:
    """Take the manifest away, move the files, put the manifest in last."""
    _refuse_clash(target, [*moves.files, *moves.last])
    away = made.parent / "away"
    away.mkdir()
    begun = False
    try:
        if moves.manifest:
            _mark(away, target, [*moves.gone, *moves.files, *moves.manifest])
        _bring(target, away, [name for name in moves.manifest if (target / name).exists()])
        flush(target)
        for name in moves.gone:
            begun = True
            _remove(target, name)
        for name in moves.files:
            _bring(made, target, [name])
            begun = True
        for folder in {target, *((target / name).parent for name in moves.files)}:
            flush(folder)
        _bring(made, target, moves.last)
        flush(target)
    except OSError as error:
        if begun and moves.manifest:
            raise OutputError("write.mixed", path=target.name) from error
        with contextlib.suppress(OSError):
            _bring(away, target, [name for name in moves.manifest if (away / name).exists()])
            (target / _MARK).unlink(missing_ok=True)
        raise
    (target / _MARK).unlink(missing_ok=True)


def _mark(away: Path, target: Path, names: list[str]) -> None:
    """Say in the folder that its files are being replaced, and which."""
    # also those of a change that was broken off before
    told = sorted({*names, *listed_by_mark(target)})
    file = away / _MARK
    file.write_text(json.dumps(told, ensure_ascii=False) + "\n", encoding="utf-8")
    flush(file)
    file.replace(target / _MARK)
    flush(target)


def _bring(source: Path, target: Path, names: Sequence[str]) -> None:
    for name in names:
        place = target / name
        if name.endswith("/"):
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            (source / name).replace(place)


def _remove(target: Path, name: str) -> None:
    if not name.endswith("/"):
        (target / name).unlink(missing_ok=True)
    for folder in [*(target / name).parents][: name.count("/")]:
        with contextlib.suppress(OSError):
            # only one that is empty now
            folder.rmdir()


def _refuse_clash(target: Path, names: list[str]) -> None:
    """Refuse a folder where a file has to be, or a file where a folder has to be."""
    for name in names:
        if (target / name).is_dir():
            raise IsADirectoryError(21, os.strerror(21), name)
        for above in [*(target / name).parents][: name.count("/")]:
            if above.exists() and not above.is_dir():
                raise NotADirectoryError(20, os.strerror(20), above.name)


def _names(folder: Path) -> Iterator[str]:
    """Give the files below a folder, and with a ``/`` behind them the folders that are empty."""
    for above, folders, files in os.walk(folder):
        place = Path(above).relative_to(folder)
        links = [name for name in folders if (Path(above) / name).is_symlink()]
        yield from ((place / name).as_posix() for name in (*files, *links))
        if not files and not folders and place.name:
            yield f"{place.as_posix()}/"


def _folders(folder: Path) -> list[Path]:
    return [Path(above) for above, _, _ in os.walk(folder, topdown=False)]


def _dressed(made: Path, target: Path) -> bool:
    """Give the new folder owner and rights of the old one; say whether it may take its place."""
    if target.is_symlink() or Path.cwd().is_relative_to(target.resolve()):
        # who stands in the folder would stand in the one that is thrown away
        return False
    then, now = target.stat(), made.stat()
    try:
        if (then.st_uid, then.st_gid) != (now.st_uid, now.st_gid):
            os.chown(made, then.st_uid, then.st_gid)
        made.chmod(stat.S_IMODE(then.st_mode))
        return _marks_of(made) == _marks_of(target)
    except (OSError, AttributeError):
        return False


def _marks_of(folder: Path) -> dict[str, bytes]:
    """Return the further rights and marks of a folder."""
    return {name: os.getxattr(folder, name) for name in os.listxattr(folder)}


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system has no such step."""
    rename = _renameat2()
    if rename is None:
        return False
    return rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


def _renameat2() -> Callable[[int, bytes, int, bytes, int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    found = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if found is None:
        return None
    found.argtypes = [
        ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint,
    ]  # fmt: skip
    return lambda *given: int(found(*given))
