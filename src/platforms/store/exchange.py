"""A scenario as one zip file, to hand on and to bring back.

``scenario.json`` holds the record, ``tables/*.parquet`` the tables exactly; for readers without
this program ``tables.gpkg`` has those with shapes and ``*.csv`` the others. ``SHA256SUMS`` has
the hash of each file (``sha256sum -c`` checks it too). Bringing one back checks those, then the
hash of each table's content, then the scenario's own id, then that the copies for other readers
hold the same as the tables. None of this is a signature: who changes a name, a note or the
history and writes the hashes anew is not found out, so those count as stated by the file.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely

from platforms.errors import FormatError, PlatformsError, StoreError
from platforms.geo.hidden_folder import temporary_folder
from platforms.geo.ingest.limits import refuse_long_text
from platforms.geo.ingest.preflight import Upload, staged
from platforms.geo.ingest.sandbox import reading
from platforms.geo.ingest.sniff import Dataset
from platforms.geo.write import atomic_path, write_geopackage
from platforms.planning.scenarios.fingerprint import settled, table_hash
from platforms.planning.scenarios.record import Kept
from platforms.store.frames import record_text, scenario_from, to_bytes

__all__ = ["read_zip", "write_zip"]

_FORMAT = 1
_SUMS, _RECORD, _SHAPES = "SHA256SUMS", "scenario.json", "tables.gpkg"
_DATE = (2000, 1, 1, 0, 0, 0)
# a byte order mark, and an end of line
_SLACK = 16
_SHAPE = "geometry"
_TABLES, _PARQUET = "tables/", ".parquet"
# faults of a container that only say that it is none of ours
_NOT_OURS = {"read.zip_broken", "read.empty_file", "read.zip_encrypted", "read.zip_method"}


def write_zip(
    kept: Kept, history: pd.DataFrame, path: str | os.PathLike[str], *, overwrite: bool = False
) -> Path:
    """Write what is kept into a zip file.

    Parameters
    ----------
    kept, history
        As the store gives them.
    path
        The file.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    OutputError
        When it cannot be written; nothing half-written is left.
    """
    target = Path(path)
    tables = dict(kept.scenario.tables.items())
    hashes = {name: table_hash(table) for name, table in tables.items()}
    told = {
        "format": _FORMAT,
        "kept": {
            "key": kept.key, "name": kept.name, "note": kept.note, "author": kept.author,
            "created_at": kept.created_at.isoformat(), "parent": kept.parent,
        },
        "history": json.loads(history.to_json(orient="records", date_format="iso")),
        "scenario": json.loads(record_text(kept.scenario, hashes)),
    }  # fmt: skip
    files = {_RECORD: json.dumps(told, ensure_ascii=False, indent=1).encode()}
    for name, table in tables.items():
        files[f"tables/{name}.parquet"] = to_bytes(table)
        if not isinstance(table, gpd.GeoDataFrame):
            files[f"{name}.csv"] = table.to_csv(index=False).encode("utf-8-sig")
    shaped = {name: table for name, table in tables.items() if isinstance(table, gpd.GeoDataFrame)}
    if shaped:
        files[_SHAPES] = _geopackage(shaped, kept.name)
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    with atomic_path(target, overwrite=overwrite) as tmp, zipfile.ZipFile(tmp, "w") as out:
        for name, data in {**files, _SUMS: sums.encode()}.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = 0o644 << 16
            packed = name.endswith(".parquet")
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            out.writestr(entry, data)
    return target


def _geopackage(tables: dict[str, gpd.GeoDataFrame], title: str) -> bytes:
    with temporary_folder() as folder:
        path = folder / "tables.gpkg"
        write_geopackage(tables, path, descriptions=dict.fromkeys(tables, title))
        return path.read_bytes()


def read_zip(path: str | os.PathLike[str]) -> Kept:
    """Read what :func:`write_zip` wrote, every hash checked.

    The container is unpacked by the one door of files, and its tables are opened in the worker.

    Parameters
    ----------
    path
        The zip file.

    Returns
    -------
    kept
        Not locked; ``key`` and ``parent`` are those of the store it came from.

    Raises
    ------
    StoreError
        When the file is none of ours, is broken, or something in it was changed.
    FormatError, LimitError
        When it is packed as no honest program does, or costs too much.
    """
    name = Path(path).name
    try:
        # a container is told by its ending, and this file is one whatever it is called
        called = name if name.lower().endswith(".zip") else f"{name}.zip"
        with Path(path).open("rb") as file, staged(Upload(called, file)) as stage:
            files = {member.name: member.path for member in stage.members}
            if _RECORD not in files or _SUMS not in files:
                raise StoreError("store.not_exported", path=name)
            _check_sums(files, name)
            return _kept(files, name)
    except FileNotFoundError:
        raise StoreError("store.no_file", path=name) from None
    except FormatError as error:
        if error.key in _NOT_OURS:
            raise StoreError("store.not_exported", path=name) from None
        raise
    except OSError as error:
        if isinstance(error, PlatformsError):
            raise
        raise StoreError("store.unreadable", path=name, reason=error.strerror or error) from None


def _check_sums(files: Mapping[str, Path], name: str) -> None:
    lines = _text(files[_SUMS], name).splitlines()
    said = {file: sha256 for sha256, _, file in (line.partition("  ") for line in lines)}
    there = {file: _sha256(path) for file, path in files.items() if file != _SUMS}
    wrong = sorted(file for file in {*said, *there} if said.get(file) != there.get(file))
    if wrong:
        raise StoreError("store.tampered", names=wrong, path=name)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _text(path: Path, name: str) -> str:
    """Return a text of the file, no longer than texts may be."""
    refuse_long_text(path, name=name)
    return path.read_bytes().decode("utf-8", "replace")


def _check_copies(tables: dict[str, pd.DataFrame], files: Mapping[str, Path], name: str) -> None:
    """Check that what is there for other readers is what the tables hold."""
    known = {_RECORD, _SUMS, *(f"{_TABLES}{title}{_PARQUET}" for title in tables)}
    shaped = {t: one for t, one in tables.items() if isinstance(one, gpd.GeoDataFrame)}
    wrong = []
    for title, table in tables.items():
        if title in shaped:
            continue
        file = f"{title}.csv"
        known.add(file)
        if file in files and not _same_rows(files[file], table):
            wrong.append(file)
    if shaped:
        known.add(_SHAPES)
        if _SHAPES in files and not _same_layers(files[_SHAPES], shaped):
            wrong.append(_SHAPES)
    wrong += sorted(set(files) - known)
    if wrong:
        raise StoreError("store.tampered", names=wrong, path=name)


def _same_rows(path: Path, table: pd.DataFrame) -> bool:
    """Say whether a CSV holds a table; how its cells are quoted does not count."""
    own = table.to_csv(index=False).encode("utf-8-sig")
    # quotes and ends of lines at most double what is written
    if path.stat().st_size > 2 * len(own) + _SLACK:
        return False
    data = path.read_bytes()
    return data == own or _cells(data) == _cells(own)


def _cells(data: bytes) -> list[list[str]] | None:
    try:
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except (csv.Error, UnicodeDecodeError):
        return None


def _same_layers(path: Path, shaped: dict[str, gpd.GeoDataFrame]) -> bool:
    """Say whether a GeoPackage holds the tables; one that is broken or runs programs does not."""
    with temporary_folder() as folder:
        own = folder / _SHAPES
        own.write_bytes(_geopackage(shaped, ""))
        try:
            rows = _opened("geopackage_tables", {"given": path, "own": own}, _SHAPES)
        except FormatError:
            return False
    hashes: dict[str, dict[str, str]] = {"given": {}, "own": {}}
    for row in rows:
        told = f"{row['crs']} {table_hash(settled(_frame(row['data'])))}"
        hashes[row["file"]][row["name"]] = told
    return hashes["given"] == hashes["own"]


def _frame(data: bytes) -> pd.DataFrame:
    """Return a layer as the worker handed it on; its shapes were opened there once."""
    table = pa.ipc.open_stream(data).read_all()
    made: pd.DataFrame = table.to_pandas()
    if _SHAPE in made:
        shaped: pd.DataFrame = gpd.GeoDataFrame(
            made, geometry=shapely.from_wkb(made[_SHAPE].to_numpy())
        )
        return shaped
    return made


def _opened(kind: str, parts: dict[str, Path], name: str) -> list[dict[str, Any]]:
    """Return what the worker reads of tables that came with the file."""
    first = next(iter(parts.values()))
    with reading(Dataset(kind, name, first, parts, name)) as result:
        rows: list[dict[str, Any]] = result().table.to_pylist()
    return rows


def _kept(files: Mapping[str, Path], name: str) -> Kept:
    try:
        told: dict[str, Any] = json.loads(_text(files[_RECORD], name))
        version, about, record = int(told["format"]), told["kept"], told["scenario"]
        at = dt.datetime.fromisoformat(about["created_at"])
        text = json.dumps(record)
        words = {word: str(about.get(word) or "") for word in ("name", "note", "author", "key")}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise StoreError("store.not_exported", path=name) from None
    if version > _FORMAT:
        raise StoreError("store.newer", path=name, version=version, known=_FORMAT)
    scenario = scenario_from(text, _tables(files, name), path=name)
    _check_copies(dict(scenario.tables.items()), files, name)
    return Kept(
        scenario, words["name"], words["note"], words["author"], at, locked=False,
        parent=about.get("parent"), key=words["key"],
    )  # fmt: skip


def _tables(files: Mapping[str, Path], name: str) -> dict[str, bytes]:
    """Return the tables as the worker wrote them anew, by their titles."""
    parts = {
        file.removeprefix(_TABLES).removesuffix(_PARQUET): path
        for file, path in files.items()
        if file.endswith(_PARQUET)
    }
    if not parts:
        return {}
    try:
        rows = _opened("parquet_tables", parts, name)
    except FormatError:
        raise StoreError("store.record_broken", path=name) from None
    return {row["file"]: row["data"] for row in rows}
