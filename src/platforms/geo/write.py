"""The one door for writing files.

A file appears whole or not at all: it is written into a hidden folder beside its place,
flushed to disk, opened again and counted, and only then moved over the old one. A run that
was killed leaves such a hidden folder; the next write beside it sweeps it away.
The same data give the same bytes: no clock is written into a file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from platforms.errors import OutputError, PlatformsError
from platforms.geo.driver_path import driver_place
from platforms.geo.folder_change import change_folder
from platforms.geo.folder_change import flush as _flush
from platforms.geo.hidden_folder import hidden_folder
from platforms.geo.writers.geopackage import add_layer, first_line, refuse_unfinished

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["atomic_folder", "atomic_path", "write_boundary_txt", "write_geopackage"]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SHUT = {errno.EACCES, errno.EPERM, errno.EROFS}
_HOLDS = {errno.ENOTEMPTY, errno.EEXIST}
# SQLite hides the number of the system; on a disk that is at its end it says one of these
_NO_ROOM = re.compile("full|disk i/o|unable to open", re.IGNORECASE)
# of a name that is too long, so much is shown
_MAX_NAME = 60

# no clock in a file: the same data give the same bytes
_DATE = "2000-01-01T00:00:00.000Z"


@contextlib.contextmanager
def atomic_path(dst: str | os.PathLike[str], *, overwrite: bool = True) -> Iterator[Path]:
    """Give a path to write to that becomes ``dst`` when the block ends well.

    Parameters
    ----------
    dst
        The file to make. Its folder is made too.
    overwrite
        Replace a file that is there.

    Yields
    ------
    path
        A path with the same file name in a new hidden folder beside ``dst``.

    Raises
    ------
    OutputError
        When ``dst`` exists and may not be replaced, when its folder is read-only, when the
        disk is full, or when nothing was written. An old ``dst`` is then untouched.
    """
    target = Path(dst)
    with _in_words(target):
        _refuse_existing(target, overwrite=overwrite)
    with _staging(target) as folder:
        tmp = folder / target.name
        yield tmp
        if not tmp.is_file():
            raise OutputError("write.nothing_written", path=target.name)
        _flush(tmp)
        _put(tmp, target, overwrite=overwrite)
        _flush(target.parent)


@contextlib.contextmanager
def atomic_folder(
    dst: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    manifest: Sequence[str] = (),
    own: Sequence[str] = (),
) -> Iterator[Path]:
    """Give an empty folder whose files move to ``dst`` together when the block ends well.

    Parameters
    ----------
    dst
        The folder to fill. Files in it that the block does not write stay.
    overwrite
        Allow ``dst`` to hold files already; those with the same name are replaced, in one
        step where the system can and nothing else stands there.
    manifest, own
        As :func:`platforms.geo.folder_change.change_folder`.

    Yields
    ------
    folder
        A new hidden folder beside ``dst``.

    Raises
    ------
    OutputError
        As for :func:`atomic_path`.
    """
    target = Path(dst)
    with _in_words(target):
        if target.is_symlink():
            # the folder itself, so that what is made lies on the same disk
            target = target.resolve()
        if target.exists() and not target.is_dir():
            raise OutputError("write.not_a_folder", path=target.name)
        if not overwrite and target.is_dir() and any(target.iterdir()):
            raise OutputError("write.exists", path=target.name)
    with _staging(target) as staging:
        folder = staging / "out"
        folder.mkdir()
        yield folder
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            _flush(file)
        if overwrite and target.is_dir() and any(target.iterdir()):
            change_folder(folder, target, manifest=manifest, own=own)
            return
        # a new folder appears in one step; nobody ever sees a part of it
        _put_folder(folder, target)
        _flush(target.parent)


def write_geopackage(
    layers: Mapping[str, gpd.GeoDataFrame | pd.DataFrame],
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    descriptions: Mapping[str, str] | None = None,
    finish: Callable[[Path], None] | None = None,
) -> Path:
    """Write several layers into one GeoPackage.

    Parameters
    ----------
    layers
        Layer name to frame; a DataFrame without geometry becomes a table. Columns called
        ``fid``, ``geom`` or ``ogc_fid``, and names that differ in case only, get a number
        behind them (``fid_1``); lists and dicts become text.
    path
        The file to make, usually ``*.gpkg``.
    overwrite
        Replace a file that is there.
    descriptions
        Layer name to a description that GIS programs show, for example in Chinese.
    finish
        Called with the whole file, closed, before it appears under its name.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    OutputError
        When the file exists, the folder is read-only, the disk is full, or a layer did not
        arrive whole.
    """
    import pyogrio

    with (
        atomic_path(path, overwrite=overwrite) as tmp,
        _fixed_date(),
        driver_place(tmp) as place,
    ):
        for name, frame in layers.items():
            add_layer(name, frame, place, (descriptions or {}).get(name))
        for name, frame in layers.items():
            rows = pyogrio.read_info(place, layer=name, force_feature_count=True)["features"]
            if rows != len(frame):
                raise OutputError("write.incomplete", layer=name, rows=rows, expected=len(frame))
            refuse_unfinished(name, frame, place)
        if finish is not None:
            finish(place)
    return Path(path)


def write_boundary_txt(
    frame: gpd.GeoDataFrame,
    path: str | os.PathLike[str],
    *,
    plane: object = None,
    area_column: str | None = None,
    header: Mapping[str, str] | None = None,
    encoding: str = "gb18030",
    overwrite: bool = False,
) -> Path:
    """Write plots as a national boundary-point file.

    Parameters
    ----------
    frame, plane, area_column, header
        As :func:`platforms.geo.exchange.boundary_text`.
    path
        The file to make.
    encoding
        ``gb18030`` (GBK and more, what offices expect) or ``utf-8``.
    overwrite
        Replace a file that is there.

    Raises
    ------
    OutputError
        When the file cannot be written.
    CRSError
        When no plane can be found.
    """
    from platforms.geo.exchange import boundary_text

    text = boundary_text(frame, plane=plane, area_column=area_column, header=header)
    with atomic_path(path, overwrite=overwrite) as tmp:
        tmp.write_bytes(text.encode(encoding))
    return Path(path)


def _put(made: Path, target: Path, *, overwrite: bool) -> None:
    """Give a file its name; one that another program made meanwhile stays unless it may go."""
    if not overwrite:
        try:
            target.hardlink_to(made)
        except FileExistsError:
            raise OutputError("write.exists", path=target.name) from None
        except OSError:
            # a disk without links
            _refuse_existing(target, overwrite=False)
        else:
            return
    made.replace(target)


def _put_folder(made: Path, target: Path) -> None:
    """Give a folder its name; the system refuses to put it over one that holds something."""
    try:
        made.replace(target)
    except OSError as error:
        if error.errno in _HOLDS:
            raise OutputError("write.exists", path=target.name) from None
        raise


@contextlib.contextmanager
def _fixed_date() -> Iterator[None]:
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


@contextlib.contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """Make and remove the hidden folder, and put the system's errors into words."""
    with _in_words(target):
        _refuse_place(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with hidden_folder(target.parent) as folder:
            yield folder


@contextlib.contextmanager
def _in_words(target: Path) -> Iterator[None]:
    """Put the system's errors into words, also those that a library wraps in its own."""
    try:
        yield
    except PlatformsError:
        raise
    except Exception as error:
        if isinstance(error, sqlite3.OperationalError) and _NO_ROOM.search(str(error)):
            raise OutputError("write.disk_full", path=target.name) from error
        inner = error.__cause__ or next(iter(error.args), None)
        cause = error if isinstance(error, OSError) else inner
        if not isinstance(cause, OSError):
            raise
        if cause.errno in _FULL:
            raise OutputError("write.disk_full", path=target.name) from error
        if cause.errno in _SHUT:
            raise OutputError("write.read_only", path=target.name) from error
        raise OutputError("write.failed", path=_short(target), reason=first_line(cause)) from error


def _refuse_place(target: Path) -> None:
    for folder in target.parents:
        if folder.is_dir():
            return
        if folder.exists():
            raise OutputError("write.below_a_file", path=target.name, file=_short(folder))


def _short(path: Path) -> str:
    """Return a name that a message can hold."""
    return path.name if len(path.name) <= _MAX_NAME else f"{path.name[:_MAX_NAME]}…"


def _refuse_existing(target: Path, *, overwrite: bool) -> None:
    if target.is_dir():
        raise OutputError("write.is_a_folder", path=target.name)
    if target.exists() and not target.is_file():
        # a file moved over /dev/null would take it from the whole machine
        raise OutputError("write.is_a_device", path=target.name)
    if target.exists() and not overwrite:
        raise OutputError("write.exists", path=target.name)
