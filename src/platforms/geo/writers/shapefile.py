"""Plots as a zipped Shapefile that old programs read too.

A DBF holds ten bytes of a field's name and 254 of a text. Names and texts are cut here,
between characters, and never by the driver, which cuts in the middle of one and then cannot
read its own file. What was cut is told: a table inside the zip maps short names to whole
ones, and each loss is an issue.
"""

from __future__ import annotations

import csv
import errno
import io
import os
import struct
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from platforms.errors import OutputError
from platforms.geo.hidden_folder import temporary_folder
from platforms.geo.ingest.columns import FIELD_MAP
from platforms.geo.write import atomic_path
from platforms.geo.writers.geopackage import driver_errors, first_line
from platforms.issues import IssueTable

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["FIELD_MAP", "short_names", "write_shapefile"]

Encoding = Literal["GBK", "UTF-8"]

_NAME_BYTES = 10
_TEXT_BYTES = 254
# a number has 24 characters; the driver writes another one where it does not fit
_LARGEST = 1e22
# so much stands before the first shape, and before the names of a table's fields
_SHAPE_HEAD, _TABLE_HEAD = 100, 32
# a plain name for the driver, the asked one in the zip
_MADE = "made.shp"
# a zip keeps no date of ours: the same data give the same bytes
_DATE = (2000, 1, 1, 0, 0, 0)


def write_shapefile(
    frame: gpd.GeoDataFrame,
    path: str | os.PathLike[str],
    *,
    encoding: Encoding = "GBK",
    overwrite: bool = False,
) -> IssueTable:
    """Write plots as a Shapefile inside a zip.

    Parameters
    ----------
    frame
        Polygons in any system; written in that system.
    path
        The ``.zip`` file. The parts inside have its name without the ending; with them
        stands ``field_map.csv`` (UTF-8 with a mark): field, name, values_cut, values_lost.
    encoding
        Of names and texts; ``GBK`` is what desktop programs in offices expect.
    overwrite
        Replace a file that is there.

    Returns
    -------
    issues
        Names and texts that were cut, and characters that the encoding lacks.

    Raises
    ------
    OutputError
        When it cannot be written, or a number is too large for a DBF.
    """
    import pyogrio

    issues = IssueTable()
    names = short_names([str(c) for c in frame.columns if c != frame.geometry.name], encoding)
    plain, losses = _plain(frame, names, encoding, issues)
    target = Path(path)
    with atomic_path(target, overwrite=overwrite) as tmp, temporary_folder() as parts:
        stem = _stem(target)
        refusals: tuple[type[Exception], ...] = (*driver_errors(), ValueError)
        try:
            # the driver asks for a kind when there is no row to take it from
            pyogrio.write_dataframe(
                plain,
                parts / _MADE,
                driver="ESRI Shapefile",
                encoding=encoding,
                geometry_type="Polygon",
            )
        except refusals as error:
            reason = first_line(error)
            raise OutputError(
                "write.layer_failed", path=target.name, layer=stem, reason=reason
            ) from error
        if _cut_off(parts / _MADE, len(plain)):
            # the driver tells no fault of what it writes last
            reason = os.strerror(errno.EIO)
            raise OutputError("write.layer_failed", path=target.name, layer=stem, reason=reason)
        with zipfile.ZipFile(tmp, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(parts.iterdir()):
                _add(archive, f"{stem}{part.suffix}", _undated(part))
            _add(archive, FIELD_MAP, _field_map(names, losses))
    return issues


def _cut_off(made: Path, rows: int) -> bool:
    """Say whether a file is shorter than its own head says, or says another number of rows."""
    found = [made.with_suffix(ending) for ending in (".shp", ".shx", ".dbf")]
    sizes = [part.stat().st_size if part.exists() else 0 for part in found]
    if sizes[2] < _TABLE_HEAD or min(sizes[:2]) < _SHAPE_HEAD:
        return True
    shapes, places, table = (_begin(part) for part in found)
    told = [2 * struct.unpack(">I", one[24:28])[0] for one in (shapes, places)]
    # a disk that was full for a while may lack the head itself
    count, head, width = struct.unpack("<IHH", table[4:12])
    whole = [*told, max(sizes[2], head + count * width)]
    places_whole = sizes[1] == _SHAPE_HEAD + 8 * rows
    return (
        count != rows or min(head - _TABLE_HEAD, width) <= 0 or sizes != whole or not places_whole
    )


def _begin(part: Path) -> bytes:
    with part.open("rb") as file:
        return file.read(_SHAPE_HEAD)


def short_names(names: list[str], encoding: Encoding = "GBK") -> dict[str, str]:
    """Return names that a DBF can hold: ten bytes, cut between characters, no two alike.

    Parameters
    ----------
    names
        Whole names.
    encoding
        In which the bytes count.

    Returns
    -------
    short
        Whole name to short one; names that fit keep theirs.

    Examples
    --------
    >>> short_names(["统一社会信用代码", "统一社会信用名称", "name"])["统一社会信用名称"]
    '统一社会_1'
    """
    fit = {n: n for n in names if _cut(n, _NAME_BYTES, encoding) == n}
    taken: set[str] = set()
    short: dict[str, str] = {}
    # a name that fits goes first, so that no cut one takes it
    for name in [*fit, *(n for n in names if n not in fit)]:
        free, number = _cut(name, _NAME_BYTES, encoding) or "_", 0
        while free.casefold() in taken:
            number += 1
            tail = f"_{number}"
            free = _cut(name, _NAME_BYTES - len(tail), encoding) + tail
        taken.add(free.casefold())
        short[name] = free
    return {name: short[name] for name in names}


def _cut(text: str, size: int, encoding: Encoding) -> str:
    return text.encode(encoding, "replace")[:size].decode(encoding, "ignore")


def _plain(
    frame: gpd.GeoDataFrame, names: dict[str, str], encoding: Encoding, issues: IssueTable
) -> tuple[gpd.GeoDataFrame, dict[str, tuple[int, int]]]:
    """Return a frame that the format can hold, and by column how many values were cut or lost."""
    renamed = sum(name != short for name, short in names.items())
    if renamed:
        issues.add("shp_names_cut", "info", count=renamed, member=FIELD_MAP)
    out = frame.rename(columns=names).reset_index(drop=True)
    losses: dict[str, tuple[int, int]] = {}
    for name, short in names.items():
        _refuse_large(frame[name], name)
        out[short], cut, lost = _column(frame[name].reset_index(drop=True), encoding)
        losses[name] = (cut, lost)
        if cut:
            issues.add("shp_text_cut", "warning", field=name, count=cut)
        if lost:
            issues.add("shp_text_lost", "warning", field=name, count=lost, encoding=encoding)
    return out, losses


def _refuse_large(values: pd.Series, name: str) -> None:
    """Refuse a number that would arrive as another one."""
    if values.dtype.kind != "f":
        return
    large = values.abs().gt(_LARGEST)
    if large.any():
        raise OutputError("write.number_large", field=name, value=f"{values[large].iloc[0]:g}")


def _column(values: pd.Series, encoding: Encoding) -> tuple[pd.Series, int, int]:
    """Return a column's values as a DBF holds them, and how many were cut and lost."""
    import pandas as pd

    kind = values.dtype
    if pd.api.types.is_bool_dtype(kind) and not pd.api.types.is_object_dtype(kind):
        return values.astype("Int16"), 0, 0
    if pd.api.types.is_numeric_dtype(kind) and not isinstance(kind, pd.CategoricalDtype):
        return values, 0, 0
    missing = values.isna()
    whole = [None if m else _words(v) for v, m in zip(values, missing, strict=True)]
    coded = [None if w is None else w.encode(encoding, "replace") for w in whole]
    fitted = [
        None if c is None else c[:_TEXT_BYTES].decode(encoding, "ignore").replace("\x00", "")
        for c in coded
    ]
    cut = sum(c is not None and len(c) > _TEXT_BYTES for c in coded)
    lost = sum(
        w is not None and c is not None and c.decode(encoding) != w
        for w, c in zip(whole, coded, strict=True)
    )
    return pd.Series(pd.array(fitted, dtype="str"), index=values.index), cut, lost


def _words(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ";".join(map(str, value))
    return str(value)


def _stem(target: Path) -> str:
    """Return the name of the parts; a path separator never gets into the zip."""
    return target.name.removesuffix(".zip").removesuffix(".shp").replace("\\", "_") or "plots"


def _undated(part: Path) -> bytes:
    """Return a part's bytes; the DBF carries the day of writing in bytes 1 to 3."""
    data = part.read_bytes()
    return data[:1] + bytes((100, 1, 1)) + data[4:] if part.suffix == ".dbf" else data


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    member = zipfile.ZipInfo(name, _DATE)
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, data)


def _field_map(names: dict[str, str], losses: dict[str, tuple[int, int]]) -> bytes:
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(("field", "name", "values_cut", "values_lost"))
    for name, short in names.items():
        table.writerow((_inert(short), _inert(name), *losses[name]))
    return text.getvalue().encode("utf-8-sig")


def _inert(name: str) -> str:
    return f"'{name}" if name[:1] in {"=", "+", "-", "@", "\t", "\r"} else name
