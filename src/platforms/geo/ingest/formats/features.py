"""Formats that GDAL reads whole: GeoJSON, KML, FlatGeobuf, FileGDB, and GeoPackage's rows.

Layers are listed before one is chosen: the one that the user named, else the only one that
can hold polygons; where there are several, the user is asked. Columns and cells are counted
before a row is read. Attributes come as Arrow arrays, so that whole numbers beside empty
cells stay whole numbers.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyogrio
import pyogrio.raw
import shapely

from platforms.errors import FormatError, InputError, LimitError
from platforms.geo.ingest.formats.curves import Reshape, chord_loss, read_finer, without_joints
from platforms.geo.ingest.formats.domains import coded_column, words_for_codes
from platforms.geo.ingest.formats.entries import refuse_strange_entries
from platforms.geo.ingest.formats.placemarks import Places, refuse_lost_places
from platforms.geo.ingest.formats.repeated_keys import tell_repeated_keys
from platforms.geo.ingest.raw import ROW, WKB, Fault, RawTable
from platforms.geo.ingest.shapes import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from platforms.geo.ingest.worker import Job

__all__ = ["choose_layer", "layers_of", "read", "read_layer"]

# ISO codes of curves, which GEOS does not know: circular string to multi surface
_CURVES = range(8, 13)
_ISO_STEP = 1000
_KML_EMPTY = {
    "timestamp",
    "begin",
    "end",
    "altitudeMode",
    "tessellate",
    "extrude",
    "visibility",
    "drawOrder",
    "icon",
    "snippet",
    "description",
}


def read(job: Job) -> RawTable:
    """Read a file through GDAL.

    Raises
    ------
    FormatError, InputError, LimitError
        When it does not open, a layer must be chosen, or it is too large.
    """
    places = refuse_lost_places(job.path, name=job.name) if job.kind == "kml" else Places()
    given = layers_of(job.path, job.name)
    # what has no name of its own is called as our copy is: shown by its sender's name
    own = _own_name(job, {name for name, _ in given})
    layer, others = choose_layer(job, [(own.get(n, n), kind) for n, kind in given])
    raw = read_layer(job, job.path, next(n for n, _ in given if own.get(n, n) == layer))
    raw.layer = layer
    if len(given) == 1 and (read := raw.table.num_rows) < places.shaped:
        raise FormatError("read.kml_places", file=job.name, count=places.shaped, read=read)
    if others:
        raw.fault("layers_passed_over", "info", layer=layer, others=others)
    if (places.pictures or places.links) and not raw.table.num_rows:
        told = {"pictures": places.pictures, "links": places.links}
        raise FormatError("read.kml_no_places", file=job.name, **told)
    if job.kind == "kml":
        raw.table = _without_empty(raw.table, _KML_EMPTY)
        # KML is in WGS84 by definition
        raw.crs, raw.crs_from = "EPSG:4326", "KML"
        if places.pictures:
            raw.fault("kml_pictures", "warning", count=places.pictures)
        if places.links:
            raw.fault("kml_links", "warning", count=places.links)
    if job.kind == "geojson":
        refuse_strange_entries(job.path, raw.table.num_rows, name=job.name)
        tell_repeated_keys(job.path, raw, name=job.name)
        raw.layer = None if layer in {"OGRGeoJSON", *own.values()} else layer
    return raw


def _own_name(job: Job, names: set[str]) -> dict[str, str]:
    ours, theirs = job.path.stem, PurePath(job.name).stem
    return {ours: theirs} if ours in names and theirs not in names else {}


def layers_of(path: Path, name: str) -> list[tuple[str, str]]:
    """Return the names of a file's layers and their types of shapes."""
    try:
        return [(str(n), str(t or "")) for n, t in pyogrio.list_layers(path)]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise FormatError("read.not_opened", file=name) from error


def choose_layer(job: Job, layers: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
    """Choose the layer to read.

    Parameters
    ----------
    job
        Names a layer, or does not.
    layers
        Names and types.

    Returns
    -------
    layer, others
        The layer, and those that were passed over.

    Raises
    ------
    FormatError
        When no layer can hold polygons.
    InputError
        When there are several, or none of the name given; lists them.
    """
    names = [name for name, _ in layers]
    if job.layer is not None and len(names) > 1:
        if job.layer not in names:
            raise InputError("read.layer_unknown", file=job.name, layer=job.layer, layers=names)
        return job.layer, []
    able = [n for n, kind in layers if _may_hold_polygons(kind)]
    if not able:
        types = sorted({kind or "–" for _, kind in layers}) or ["–"]
        raise FormatError("read.no_polygon_layer", file=job.name, types=types)
    if len(able) > 1:
        raise InputError("read.layer_open", file=job.name, layers=able)
    return able[0], [n for n in names if n != able[0]]


def _may_hold_polygons(kind: str) -> bool:
    plain = kind.replace("2.5D ", "").replace("3D ", "").replace("Measured ", "").split(" ")[0]
    vague = {"Unknown", "GeometryCollection", "Geometry", "CurvePolygon", "MultiSurface"}
    return plain in {"Polygon", "MultiPolygon", "Surface", *vague}


def read_layer(
    job: Job,
    path: Path,
    layer: str,
    *,
    where: str | None = None,
    reshape: Reshape | None = None,
    curved: bool = False,
) -> RawTable:
    """Read one layer with all its rows.

    Parameters
    ----------
    job
        For limits and messages.
    path
        The file.
    layer
        Its layer.
    where
        A constant filter of ours.
    reshape
        Changes shapes before they are judged.
    curved
        The file may have arcs that GDAL gives as chords without a word.

    Raises
    ------
    FormatError, LimitError
        When it breaks while it is read, or is too large.
    """
    try:
        info = pyogrio.read_info(path, layer=layer, force_feature_count=True)
        _check_size(job, len(info["fields"]), int(info["features"]))
        meta, table = pyogrio.raw.read_arrow(path, layer=layer, where=where)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise FormatError("read.not_opened", file=job.name) from error
    except (pa.ArrowException, UnicodeDecodeError, RuntimeError) as error:
        raise FormatError("read.rows_broken", file=job.name, layer=layer) from error
    # with a filter of ours the caller counts by another way
    if where is None and table.num_rows != int(info["features"]):
        told = {"read": table.num_rows, "stated": int(info["features"])}
        raise FormatError("read.rows_lost", file=job.name, layer=layer, **told)
    geometry = meta["geometry_name"] or "wkb_geometry"
    wkb, curves = _shapes(path, layer, where, table, geometry)
    lost: Fault | None = None
    if curves or curved:
        step = job.limits.arc_step_degrees
        fine = read_finer(path, layer, where, step_degrees=step)
        both = [reshape(w) if reshape else w for w in (wkb, fine)]
        lost = chord_loss(*both, step_degrees=step)
        wkb = without_joints(*both)
    elif reshape:
        wkb = reshape(wkb)
    rows = np.arange(1, table.num_rows + 1)
    shapes, faults = judge(wkb, rows, name=job.name, limits=job.limits)
    columns: dict[str, Any] = {
        ROW: pa.array(rows),
        WKB: pa.array(shapely.to_wkb(shapes), pa.binary()),
    }
    words: dict[str, dict[str, str]] = {}
    for name in table.column_names:
        if pa.types.is_dictionary(table[name].type):
            columns[name], words[name] = coded_column(table[name])
        elif name != geometry:
            columns[name] = plain_column(table[name])
    raw = RawTable(pa.table(columns), str(info["driver"]), layer)
    raw.faults = [*faults, lost] if lost else faults
    words_for_codes(raw, job, words)
    raw.encoding, raw.encoding_basis = "utf-8", "format"
    raw.crs = str(meta["crs"] or "")
    raw.crs_from = raw.driver if raw.crs else ""
    return raw


def _check_size(job: Job, fields: int, features: int) -> None:
    if features > job.limits.rows:
        raise LimitError("read.rows_many", file=job.name, allowed=job.limits.rows)
    if fields > job.limits.fields or fields * max(features, 0) > job.limits.cells:
        raise LimitError("read.fields_many", file=job.name, allowed=job.limits.fields)


def _shapes(
    path: Path, layer: str, where: str | None, table: pa.Table, geometry: str
) -> tuple[list[bytes | None], bool]:
    """Return shapes as WKB that GEOS knows, and whether there were curves."""
    if geometry not in table.column_names:
        return [None] * table.num_rows, False
    wkb: list[bytes | None] = table[geometry].to_pylist()
    # few kinds of shape are in a layer, so their heads are looked at, not each shape
    heads = {head for head in {w[:5] for w in wkb if w is not None} if _is_curve(head)}
    if heads:
        # without arrow, curves come as chords of the step set for the worker
        read = pyogrio.raw.read(path, layer=layer, where=where, columns=[])
        wkb = list(read[2])
    return wkb, bool(heads)


def _is_curve(wkb: bytes) -> bool:
    order = "little" if wkb[:1] == b"\x01" else "big"
    kind = int.from_bytes(wkb[1:5], order) & 0xFFFF  # type: ignore[arg-type]
    return kind % _ISO_STEP in _CURVES


def plain_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of a type that a table of plots can have: lists become text."""
    kind = column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        words = [None if v is None else ";".join(map(str, v)) for v in column.to_pylist()]
        return pa.chunked_array([pa.array(words, pa.string())])
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.chunked_array([pa.nulls(len(column), pa.string())])
    return column


def _without_empty(table: pa.Table, names: Iterable[str]) -> pa.Table:
    empty = [
        name
        for name in names
        if name in table.column_names
        and all(v in {None, "", -1, 0} for v in table[name].unique().to_pylist())
    ]
    return table.drop_columns(empty)
