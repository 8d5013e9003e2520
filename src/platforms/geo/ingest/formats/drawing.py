"""DXF: the closed outlines of a drawing.

A closed polyline is a plot, also where it is only closed because it ends where it began; an
open one is set aside with its row. Arcs become chords of the stated step. Texts, points and
the like are no plots and are counted, not listed; a text alone in an outline names it. A
block that repeats itself thousands of times is refused before it is drawn.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely

from platforms.errors import FormatError, LimitError
from platforms.geo.ingest.encoding import choose_encoding
from platforms.geo.ingest.formats.features import layers_of, read_layer
from platforms.geo.ingest.formats.labels import label_plots, texts_of
from platforms.geo.ingest.raw import ROW, Fault

if TYPE_CHECKING:
    from platforms.geo.ingest.raw import RawTable
    from platforms.geo.ingest.worker import Job

__all__ = ["read"]

_CODEPAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+([\w ]+)")
_VERSION = re.compile(rb"\$ACADVER\s+1\s+AC(\d+)")
_HEADER = re.compile(rb"\n\s*HEADER\s")
_UNICODE_FROM = 1021
_COPIES = 10_000
_DRAWN = {"LineString", "MultiLineString"}
_COLUMNS = {"Layer", "Text", "EntityHandle", "plot_id"}
# entities that bend, and bulges (code 42) that are not nothing
_ARCS = re.compile(
    rb"\n\s*0\s*\n\s*(ARC|CIRCLE|ELLIPSE|SPLINE)\s|\n\s*42\s*\n\s*-?[0.]*[1-9]", re.IGNORECASE
)


def read(job: Job) -> RawTable:
    """Read a drawing.

    Raises
    ------
    FormatError, LimitError
        When its text cannot be decoded, it does not open, or it multiplies its blocks.
    """
    data = job.path.read_bytes()
    _refuse_copies(data, job)
    declared = _declared(data)
    lines = sorted({line for line in data.splitlines() if not line.isascii()})
    choice = choose_encoding(lines, file=job.name, given=job.encoding, declared=declared)
    pyogrio.set_gdal_config_options({"DXF_ENCODING": choice.name.upper()})
    layers = [name for name, _ in layers_of(job.path, job.name)]
    if not layers:
        raise FormatError("read.no_rows", file=job.name)
    given: list[list[bytes | None]] = []

    def closed(wkb: list[bytes | None]) -> list[bytes | None]:
        given.append(wkb)
        return _closed_lines(wkb)

    curved = _ARCS.search(data) is not None
    raw = read_layer(job, job.path, layers[0], reshape=closed, curved=curved)
    if not _HEADER.search(data):
        _decode(raw, choice.name)
    words = raw.table["Text"].to_pylist() if "Text" in raw.table.column_names else []
    texts = texts_of(given[-1], words) if any(words) else {}
    _name_lines(raw, given[-1])
    _count_others(raw, len(texts))
    label_plots(raw, texts)
    dropped = [c for c in raw.table.column_names[2:] if c not in _COLUMNS]
    raw.table = raw.table.drop_columns(dropped)
    raw.layer = None
    raw.encoding, raw.encoding_basis = choice.name, choice.basis
    raw.faults += choice.faults()
    return raw


def _decode(raw: RawTable, encoding: str) -> None:
    """Read texts anew: without a header GDAL takes every drawing for Latin 1."""
    for at, name in enumerate(raw.table.column_names):
        column = raw.table[name]
        if not pa.types.is_string(column.type):
            continue
        words = [
            w and w.encode("latin-1", "replace").decode(encoding, "replace")
            for w in column.to_pylist()
        ]
        raw.table = raw.table.set_column(at, name, pa.array(words, pa.string()))


def _declared(data: bytes) -> str:
    version = _VERSION.search(data)
    if version and int(version.group(1)) >= _UNICODE_FROM:
        return "utf-8"
    page = _CODEPAGE.search(data)
    return page.group(1).decode("ascii").replace("_", " ").strip() if page else ""


def _refuse_copies(data: bytes, job: Job) -> None:
    """Refuse an insert that draws its block in more rows and columns than any plan has."""
    lines = data.splitlines()
    inserting, copies = False, 1
    for code, value in zip(lines[::2], lines[1::2], strict=False):
        mark = code.strip()
        if mark == b"0":
            inserting, copies = value.strip() == b"INSERT", 1
        elif inserting and mark in {b"70", b"71"} and value.strip().isdigit():
            copies *= max(int(value), 1)
            if copies > _COPIES:
                raise LimitError("read.dxf_copies", file=job.name, allowed=_COPIES)


def _closed_lines(wkb: list[bytes | None]) -> list[bytes | None]:
    """Turn lines that end where they began into polygons."""
    shapes = shapely.from_wkb(np.array(wkb, dtype=object), on_invalid="ignore")
    ring = np.asarray(shapely.is_closed(shapes)) & (shapely.get_type_id(shapes) == 1)
    ring &= np.asarray(shapely.get_num_coordinates(shapes)) > 3  # noqa: PLR2004
    closed = [shapely.to_wkb(shapely.polygons(shapely.get_coordinates(s))) for s in shapes[ring]]
    out = list(wkb)
    for at, shape in zip(np.flatnonzero(ring), closed, strict=True):
        out[at] = bytes(shape)
    return out


def _name_lines(raw: RawTable, wkb: list[bytes | None]) -> None:
    """Say of lines that are no outline where they are: a drawing has no rows to look up."""
    rows = raw.table[ROW].to_pylist()
    layers = raw.table["Layer"].to_pylist() if "Layer" in raw.table.column_names else []
    for number, fault in enumerate(raw.faults):
        if fault.kind != "not_polygon" or fault.told["type"] not in _DRAWN:
            continue
        at = rows.index(fault.row)
        x, y = shapely.get_coordinates(shapely.from_wkb(wkb[at]))[0]
        layer = str(layers[at] or "") if layers else ""
        told = {"row": fault.row, "drawn_on": layer, "place": f"{x:.3f}, {y:.3f}"}
        raw.faults[number] = dataclasses.replace(fault, kind="drawing_line_open", told=told)


def _count_others(raw: RawTable, texts: int) -> None:
    """Leave out texts and points, say how many there were, and number the outlines anew."""
    others = {
        f.row
        for f in raw.faults
        if f.kind == "geometry_missing"
        or (f.kind == "not_polygon" and f.told["type"] not in _DRAWN)
    }
    if not others:
        return
    raw.faults = [f for f in raw.faults if f.row not in others]
    keep = pc.invert(pc.is_in(raw.table[ROW], value_set=pa.array(list(others), pa.int64())))
    raw.table = raw.table.filter(keep)
    new = {row: at for at, row in enumerate(raw.table[ROW].to_pylist(), start=1)}
    place = raw.table.column_names.index(ROW)
    raw.table = raw.table.set_column(place, ROW, pa.array(list(new.values()), pa.int64()))
    raw.faults = [_renumbered(fault, new.get(fault.row, 0)) for fault in raw.faults]
    raw.fault("drawing_others", "info", texts=texts, others=len(others) - texts)


def _renumbered(fault: Fault, row: int) -> Fault:
    told = {**fault.told, "row": row} if "row" in fault.told else fault.told
    return dataclasses.replace(fault, row=row, told=told)
