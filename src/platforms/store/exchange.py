"""A scenario as one zip file, to hand on and to bring back.

``scenario.json`` holds the record, ``tables/*.parquet`` the tables exactly; for readers without
this program ``tables.gpkg`` has those with shapes and ``*.csv`` the others. ``SHA256SUMS`` has
the hash of each file (``sha256sum -c`` checks it too). Bringing one back checks those, then the
hash of each table's content, then the scenario's own id, then that the copies for other readers
hold the same as the tables. None of this is a signature: who changes a name, a note or the
history and writes the hashes anew is not found out, so those count as stated by the file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from platforms.errors import StoreError
from platforms.geo.write import atomic_path, write_geopackage
from platforms.planning.scenarios.fingerprint import settled, table_hash
from platforms.planning.scenarios.record import Kept
from platforms.store.frames import record_text, scenario_from, to_bytes

__all__ = ["read_zip", "write_zip"]

_FORMAT = 1
_SUMS, _RECORD, _SHAPES = "SHA256SUMS", "scenario.json", "tables.gpkg"
_DATE = (2000, 1, 1, 0, 0, 0)
_BROKEN = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError)
# what an opened file may hold
_MOST_BYTES = 4_000_000_000


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
    with tempfile.TemporaryDirectory(prefix="platforms-") as folder:
        path = Path(folder) / "tables.gpkg"
        write_geopackage(tables, path, descriptions=dict.fromkeys(tables, title))
        return path.read_bytes()


def read_zip(path: str | os.PathLike[str]) -> Kept:
    """Read what :func:`write_zip` wrote, every hash checked.

    Returns
    -------
    kept
        Not locked; ``key`` and ``parent`` are those of the store it came from.

    Raises
    ------
    StoreError
        When the file is none of ours, is broken, or something in it was changed.
    """
    name = Path(path).name
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _MOST_BYTES:
                raise StoreError("store.zip_too_large", path=name)
            files = {entry.filename: packed.read(entry) for entry in packed.infolist()}
    except FileNotFoundError:
        raise StoreError("store.no_file", path=name) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise StoreError("store.not_exported", path=name) from None
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError("store.unreadable", path=name, reason=error.strerror or error) from None
    if _RECORD not in files or _SUMS not in files:
        raise StoreError("store.not_exported", path=name)
    _check_sums(files, name)
    return _kept(files, name)


def _check_sums(files: dict[str, bytes], name: str) -> None:
    lines = files[_SUMS].decode("utf-8", "replace").splitlines()
    said = {file: sha256 for sha256, _, file in (line.partition("  ") for line in lines)}
    there = {
        file: hashlib.sha256(data).hexdigest() for file, data in files.items() if file != _SUMS
    }
    wrong = sorted(file for file in {*said, *there} if said.get(file) != there.get(file))
    if wrong:
        raise StoreError("store.tampered", names=wrong, path=name)


def _check_copies(tables: dict[str, pd.DataFrame], files: dict[str, bytes], name: str) -> None:
    """Check that what is there for other readers is what the tables hold."""
    known = {_RECORD, _SUMS, *(f"tables/{title}.parquet" for title in tables)}
    shaped = {t: one for t, one in tables.items() if isinstance(one, gpd.GeoDataFrame)}
    wrong = []
    for title, table in tables.items():
        if title in shaped:
            continue
        file = f"{title}.csv"
        known.add(file)
        own = table.to_csv(index=False).encode("utf-8-sig")
        if file in files and not _rows(files[file]).equals(_rows(own)):
            wrong.append(file)
    if shaped:
        known.add(_SHAPES)
        if _SHAPES in files and _layers(files[_SHAPES]) != _layers(_geopackage(shaped, "")):
            wrong.append(_SHAPES)
    wrong += sorted(set(files) - known)
    if wrong:
        raise StoreError("store.tampered", names=wrong, path=name)


def _rows(data: bytes) -> pd.DataFrame:
    try:
        return pd.read_csv(io.BytesIO(data), dtype="str", encoding="utf-8-sig")
    except (ValueError, UnicodeDecodeError):
        return pd.DataFrame()


def _layers(data: bytes) -> dict[str, str]:
    """Return the hash of what each layer of a GeoPackage holds; nothing of one that is broken."""
    with tempfile.TemporaryDirectory(prefix="platforms-") as folder:
        path = Path(folder) / _SHAPES
        path.write_bytes(data)
        try:
            titles = sorted(str(one) for one in pyogrio.list_layers(path)[:, 0])
            return {
                title: table_hash(settled(gpd.read_file(path, layer=title))) for title in titles
            }
        except (*_BROKEN, ValueError, TypeError):
            return {}


def _kept(files: dict[str, bytes], name: str) -> Kept:
    try:
        told: dict[str, Any] = json.loads(files[_RECORD])
        version, about, record = int(told["format"]), told["kept"], told["scenario"]
        at = dt.datetime.fromisoformat(about["created_at"])
    except (ValueError, KeyError, TypeError):
        raise StoreError("store.not_exported", path=name) from None
    if version > _FORMAT:
        raise StoreError("store.newer", path=name, version=version, known=_FORMAT)
    tables = {
        file.removeprefix("tables/").removesuffix(".parquet"): data
        for file, data in files.items()
        if file.endswith(".parquet")
    }
    scenario = scenario_from(json.dumps(record), tables, path=name)
    _check_copies(dict(scenario.tables.items()), files, name)
    words = {word: str(about.get(word) or "") for word in ("name", "note", "author", "key")}
    return Kept(
        scenario, words["name"], words["note"], words["author"], at, locked=False,
        parent=about.get("parent"), key=words["key"],
    )  # fmt: skip
