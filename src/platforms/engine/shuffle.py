"""Plots brought into parts that lie together, never more than a batch of them in memory.

Each plot gets a place on a Hilbert curve over the whole country; sorted by that place, and by the
row in the source where places are equal, they are cut into parts of one size. That order does not
depend on how many parts there are. What is needed of all plots at once is found on the way: the
box in which they lie, the digest of their shapes, whether any is made up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.engine.batches import GEOMETRY, PlotSource
from platforms.geo.crs import describe
from platforms.geo.transform import reproject
from platforms.layers.tables import STORED_CRS

__all__ = ["BOX", "CODE", "PER_PART", "ROW", "Shuffled", "read_ipc", "shuffle"]

ROW, CODE = "__row__", "__code__"
BOX = ("__west__", "__south__", "__east__", "__north__")
"""Columns of our own in the parts: row in the source, place on the curve, box of the shape."""

PER_PART = 100_000
"""Plots of a part, where nothing else is asked for."""

_LEVEL = 16
# degrees of the country, or metres of a zone without its prefix
_DEGREES = (70.0, 0.0, 140.0, 70.0)
_METRES = (0.0, 0.0, 6_553_600.0, 6_553_600.0)
_ZONE_M = 1_000_000.0
_NOWHERE = 2**32 - 1

Floats = NDArray[np.float64]
Told = Callable[[int], None]


@dataclass(frozen=True)
class Shuffled:
    """Plots in parts.

    Attributes
    ----------
    rows
        How many plots there are.
    parts
        Files of the parts, Arrow IPC, each in the order of the source.
    extents
        Parts by west, south, east, north: the box of each part, NaN for one without shapes.
    bounds, stored
        Box of all plots in their own system, and in EPSG:4490.
    sha256
        Digest of all shapes in the order of the source, hexadecimal.
    sample
        Whether a plot says that it is made up.
    points
        Whether a plot is a point, which has an accuracy of its own.
    columns
        The source's columns, in order.
    """

    rows: int
    parts: tuple[Path, ...]
    extents: Floats
    bounds: Floats
    stored: Floats
    sha256: str
    sample: bool
    points: bool
    columns: tuple[str, ...]


def read_ipc(path: Path) -> pa.Table:
    """Return a table of a work folder; what is not looked at is not read."""
    with pa.memory_map(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


def shuffle(
    source: PlotSource, folder: Path, *, parts: int | None = None, told: Told | None = None
) -> Shuffled:
    """Write plots in parts that lie together.

    Parameters
    ----------
    source
        The plots.
    folder
        Takes the parts.
    parts
        How many; default as many as keep each at ``PER_PART`` plots.
    told
        Called with the number of rows read so far.
    """
    staged = _Staged(source.crs)
    files: list[Path] = []
    for number, table in enumerate(source.batches()):
        file = folder / f"read-{number:05d}.arrow"
        with pa.OSFile(str(file), "wb") as sink:
            ready = staged.take(table)
            with pa.ipc.new_file(sink, ready.schema) as writer:
                writer.write_table(ready)
        files.append(file)
        if told:
            told(staged.rows)
    codes = np.concatenate([np.empty(0, dtype=np.uint32), *staged.codes])
    count = max(parts or -(-len(codes) // PER_PART), 1)
    part = np.empty(len(codes), dtype=np.int32)
    # a stable sort leaves equal places in the order of the source
    part[np.argsort(codes, kind="stable")] = np.arange(len(codes)) * count // max(len(codes), 1)
    made = tuple(folder / f"part-{number:05d}.arrow" for number in range(count))
    extents = _distribute(files, part, made, staged.schema(source.schema))
    return Shuffled(
        len(codes), made, extents, staged.bounds, staged.stored, staged.digest.hexdigest(),
        staged.sample, staged.points,
        tuple(one.name for one in source.schema if one.name != GEOMETRY),
    )  # fmt: skip


class _Staged:
    """What is found of plots while they are read."""

    def __init__(self, crs: CRS) -> None:
        self.rows = 0
        self.codes: list[NDArray[np.uint32]] = []
        self.bounds, self.stored = np.full(4, np.nan), np.full(4, np.nan)
        self.digest = hashlib.sha256()
        self.sample = self.points = False
        self._crs = crs
        self._degrees = describe(crs).is_degrees
        self._kept = crs == CRS.from_user_input(STORED_CRS)

    def schema(self, source: pa.Schema) -> pa.Schema:
        """Return the schema of parts."""
        own = [pa.field(ROW, pa.int64()), pa.field(CODE, pa.uint32())]
        boxes = [pa.field(name, pa.float64()) for name in BOX]
        return pa.schema([*own, *boxes, *source])

    def take(self, table: pa.Table) -> pa.Table:
        """Return rows with the columns of our own."""
        wkb = np.asarray(table[GEOMETRY].to_pylist(), dtype=object)
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
        plain = shapely.to_wkb(shapes, byte_order=1)
        self.digest.update(b"".join(shape or b"" for shape in plain))
        point = (shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes)
        self.points = self.points or bool(point.any())
        boxes = shapely.bounds(shapes)
        self.bounds = _wider(self.bounds, boxes)
        kept = boxes
        if not self._kept:
            there = gpd.GeoDataFrame(geometry=shapes, crs=self._crs)
            kept = shapely.bounds(reproject(there).geometry.to_numpy())
        self.stored = _wider(self.stored, kept)
        codes = self._place(boxes)
        self.codes.append(codes)
        if "basis" in table.column_names:
            self.sample = self.sample or "sample" in table["basis"].unique().to_pylist()
        rows = np.arange(self.rows, self.rows + len(shapes))
        self.rows += len(shapes)
        own = [pa.array(rows), pa.array(codes), *(pa.array(side) for side in boxes.T.copy())]
        names = [ROW, CODE, *BOX]
        shaped = table.set_column(
            table.column_names.index(GEOMETRY), pa.field(GEOMETRY, pa.binary()),
            pa.array(plain, pa.binary()),
        )  # fmt: skip
        return pa.table([*own, *shaped.columns], names=[*names, *shaped.column_names])

    def _place(self, boxes: Floats) -> NDArray[np.uint32]:
        middle = np.column_stack([boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3]]) / 2
        some = np.isfinite(middle).all(axis=1)
        codes = np.full(len(boxes), _NOWHERE, dtype=np.uint32)
        if not some.any():
            return codes
        if not self._degrees:
            middle[:, 0] = np.mod(middle[:, 0], _ZONE_M)
        box = _DEGREES if self._degrees else _METRES
        inside = np.clip(middle[some], box[:2], box[2:])
        points = gpd.GeoSeries(shapely.points(inside))
        codes[some] = points.hilbert_distance(total_bounds=box, level=_LEVEL).to_numpy()
        return codes


def _wider(box: Floats, boxes: Floats) -> Floats:
    found = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(found):
        return box
    low, high = found[:, :2].min(axis=0), found[:, 2:].max(axis=0)
    return np.concatenate([np.fmin(box[:2], low), np.fmax(box[2:], high)])


def _distribute(
    files: list[Path], part: NDArray[np.int32], made: tuple[Path, ...], schema: pa.Schema
) -> Floats:
    """Write each row to its part; return the parts' boxes."""
    extents = np.full((len(made), 4), np.nan)
    sinks = [pa.OSFile(str(path), "wb") for path in made]
    writers = [pa.ipc.new_file(sink, schema) for sink in sinks]
    start = 0
    try:
        for file in files:
            table = read_ipc(file)
            own = part[start : start + len(table)]
            start += len(table)
            order = np.argsort(own, kind="stable")
            numbers, first = np.unique(own[order], return_index=True)
            for number, rows in zip(numbers, np.split(order, first[1:]), strict=True):
                piece = table.take(pa.array(rows))
                writers[number].write_table(pa.table(piece.columns, schema=schema))
                boxes = np.column_stack([piece[name].to_numpy() for name in BOX])
                extents[number] = _wider(extents[number], boxes)
            del table
            file.unlink()
    finally:
        for writer, sink in zip(writers, sinks, strict=True):
            writer.close()
            sink.close()
    return extents
