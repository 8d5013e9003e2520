"""Everything of a run in one folder or zip, described by a Data Package (version 2).

``datapackage.json`` names each file with its size and SHA-256, and each layer, written as
GeoParquet, with its columns: title, type, unit, and what their codes mean. No file holds where
the run was made: ``run.json`` names the files beside it.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from platforms import messages
from platforms.geo.driver_path import driver_path
from platforms.geo.write import atomic_folder, atomic_path
from platforms.geo.writers.geopackage import storable
from platforms.outputs.desktop.run_layers import RunLayer
from platforms.outputs.desktop.sheets import unit_of

__all__ = ["write_layers", "write_package"]

_SCHEMA = "https://datapackage.org/profiles/2.0"
_NAME = "datapackage.json"
# the files of a run: words of the catalogue, format, media type
_FILES = {
    "plan.gpkg": ("plan", "gpkg", "application/geopackage+sqlite3"),
    "ledger.xlsx": (
        "ledger", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "map.html": ("map", "html", "text/html"),
    "run.json": ("run", "json", "application/json"),
}  # fmt: skip
_OUTPUTS = {"gpkg": "plan.gpkg", "xlsx": "ledger.xlsx", "html": "map.html", "json": "run.json"}
# what no name of a file may hold, what Windows keeps for its devices, how long a name may be
_UNFIT = re.compile(r"[^\w.\-]+")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST = 50
# a zip keeps no date of ours: the same run gives the same bytes
_DATE = (2000, 1, 1, 0, 0, 0)


def write_package(
    folder: Path,
    record: Mapping[str, Any],
    layers: Sequence[RunLayer],
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
) -> Path:
    """Write a run with the description of all its parts.

    Parameters
    ----------
    folder
        Of the run.
    record
        What its run.json holds.
    layers
        Of its plan.gpkg.
    path
        A ``.zip`` file, or a folder to fill.
    overwrite
        Replace what is there.

    Returns
    -------
    path
        Where it is; it appears whole or not at all.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    target = Path(path)
    if target.suffix.lower() != ".zip":
        with atomic_folder(target, overwrite=overwrite, manifest=("run.json", _NAME)) as staging:
            _fill(staging, folder, record, layers)
        return target
    with atomic_path(target, overwrite=overwrite) as tmp:
        staging = tmp.with_name("made")
        staging.mkdir()
        _fill(staging, folder, record, layers)
        with zipfile.ZipFile(tmp, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(one for one in staging.rglob("*") if one.is_file()):
                member = zipfile.ZipInfo(file.relative_to(staging).as_posix(), _DATE)
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, file.read_bytes())
        shutil.rmtree(staging)
    return target


def write_layers(layers: Sequence[RunLayer], folder: Path) -> list[Path]:
    """Write layers as GeoParquet, tables as Parquet, a file each.

    Parameters
    ----------
    layers
        Of a run.
    folder
        Is there.

    Returns
    -------
    files
        In the order of the layers, named as they are; what a name of a file cannot hold is
        ``_``, and a name that is taken gets a number.
    """
    files: list[Path] = []
    taken: set[str] = set()
    for layer in layers:
        file = folder / f"{_stem(layer.name, taken)}.parquet"
        with file.open("wb") as opened:
            storable(layer.frame).to_parquet(opened, index=False)
        files.append(file)
    return files


def _stem(name: str, taken: set[str]) -> str:
    """Return a layer's name as that of a file: no part of a path, and once in its folder."""
    plain = _UNFIT.sub("_", name).lstrip(".-")[:_LONGEST] or "layer"
    plain = f"_{plain}" if _DEVICE.fullmatch(plain) else plain
    tries = (f"{plain}_{n}" if n else plain for n in itertools.count())
    stem = next(one for one in tries if one.casefold() not in taken)
    taken.add(stem.casefold())
    return stem


def _fill(
    staging: Path, folder: Path, record: Mapping[str, Any], layers: Sequence[RunLayer]
) -> None:
    resources = []
    for name, (entry, form, kind) in _FILES.items():
        source = folder / name
        if name == "run.json":
            told = {**record, "outputs": dict(_OUTPUTS)}
            text = json.dumps(told, ensure_ascii=False, indent=2)
            (staging / name).write_text(text + "\n", encoding="utf-8")
        elif source.is_file():
            shutil.copyfile(source, staging / name)
        else:
            continue
        title = messages.text(f"desktop.package.{entry}")
        resources.append(_resource(staging / name, name, title, form, kind))
    place = staging / "layers"
    place.mkdir()
    for layer, file in zip(layers, write_layers(layers, place), strict=True):
        kind = "application/vnd.apache.parquet"
        one = _resource(file, f"layers/{file.name}", layer.title, "parquet", kind)
        resources.append({**one, **_described(layer)})
    name = str(record.get("workspace", "run"))
    package = {
        "$schema": f"{_SCHEMA}/datapackage.json",
        "name": f"{_slug(name)}-industrial-land",
        "title": _title(folder / "plan.gpkg", layers, name),
        "description": _description(record),
        "keywords": ["industrial land", "EPSG:4490"],
        "sources": _sources(layers),
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=2, allow_nan=False)
    (staging / _NAME).write_text(text + "\n", encoding="utf-8")


def _title(file: Path, layers: Sequence[RunLayer], name: str) -> str:
    about = pyogrio.read_info(driver_path(file), layer=layers[0].name)["dataset_metadata"] or {}
    return about.get("TITLE") or messages.text("desktop.package.title", None, name=name)


def _description(record: Mapping[str, Any]) -> str:
    parts = [messages.text("desktop.package.description")]
    if record.get("sample"):
        parts.append(messages.text("desktop.marks.sample"))
    parts.append(messages.text("desktop.package.internal"))
    return "\n".join(parts)


def _sources(layers: Sequence[RunLayer]) -> list[dict[str, str]]:
    titles = dict.fromkeys(layer.about.get("SOURCE", "") for layer in layers)
    return [{"title": title} for title in titles if title]


def _resource(file: Path, path: str, title: str, form: str, kind: str) -> dict[str, object]:
    data = file.read_bytes()
    return {
        "name": _slug(file.stem if form == "parquet" else file.name),
        "path": path,
        "title": title,
        "format": form,
        "mediatype": kind,
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }


def _slug(name: str) -> str:
    plain = "".join(c if c.isalnum() or c in "-_." else "-" for c in name.lower())
    return plain or "data"


def _described(layer: RunLayer) -> dict[str, object]:
    """Return the columns of a layer, and what is known of it."""
    about = layer.about
    told: dict[str, object] = {"type": "table"}
    note = [about.get(name, "") for name in ("SAMPLE", "SCHEMATIC", "NOTE")]
    if any(note):
        told["description"] = "\n".join(part for part in note if part)
    if about.get("SOURCE"):
        told["sources"] = [{"title": about["SOURCE"]}]
    if about.get("LICENCE"):
        told["licenses"] = [{"title": about["LICENCE"]}]
    if about.get("DATE"):
        told["date"] = about["DATE"]
    shape = layer.frame.geometry.name if isinstance(layer.frame, gpd.GeoDataFrame) else None
    fields = []
    for name, dtype in layer.frame.dtypes.items():
        field: dict[str, object] = {"name": str(name), "type": _type(dtype)}
        if name == shape:
            field = {"name": str(name), "type": "any", "description": "WKB, EPSG:4490"}
        if layer.titles.get(str(name)):
            field["title"] = layer.titles[str(name)]
        if unit_of(str(name)) and pd.api.types.is_numeric_dtype(dtype):
            field["unit"] = unit_of(str(name))
        if layer.notes.get(str(name)):
            field["description"] = layer.notes[str(name)]
        fields.append(field)
    told["schema"] = {"$schema": f"{_SCHEMA}/tableschema.json", "fields": fields}
    return told


def _type(dtype: Any) -> str:  # noqa: ANN401 of numpy or pandas
    kinds = (
        (pd.api.types.is_bool_dtype, "boolean"),
        (pd.api.types.is_integer_dtype, "integer"),
        (pd.api.types.is_numeric_dtype, "number"),
        (pd.api.types.is_datetime64_any_dtype, "datetime"),
    )
    return next((name for test, name in kinds if test(dtype)), "string")
