"""A large layer whose plots lie in a store: the same answers, without the shapes in memory.

Of each plot only numbers are held: its box, its class, how large it is drawn, its official area;
some 80 bytes, once for all who look at it. Shapes and words are read when a tile shows them.
Whatever the store, the same plots give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from platforms.errors import ConflictError
from platforms.geo.area import official_area_m2
from platforms.outputs.maps.map_parts import Column
from platforms.outputs.maps.tiled.cell_sums import drawn_m2
from platforms.outputs.maps.tiled.plot_index import Bools, Box, Floats, Ints, index_of
from platforms.outputs.maps.tiled.plot_tiles import (
    COUNT,
    NAME,
    PlotTiles,
    TileAnswer,
    told_columns,
)
from platforms.units import half_up, m2_to_mu

__all__ = ["Gathering", "KeptRows", "KeptTiles", "PlotFacts"]

_AREA, _MU = "area_m2", "area_mu"
_SAMPLE = "sample"
_CRS = "EPSG:4490"
_FOUND_BY = ("plot_id", "firm_name", "credit_code")
_FOUND_MOST = 12
# values of a column by which one may choose
_FEW = 500


class KeptRows(Protocol):
    """Where the plots are read; a row is a plot's place in the order of all ids."""

    def read(self, rows: Ints, box: Box | None) -> gpd.GeoDataFrame:
        """Return plots as they are kept, in the order of ``rows``; all of them reach a box.

        Raises
        ------
        ConflictError
            When the store was written since the rows were numbered.
        """

    def current(self) -> bool:
        """Say whether nothing was written since the rows were numbered."""

    def row(self, plot_id: str) -> int:
        """Return the row of a plot; -1 for none."""

    def found(self, text: str, column: str, kept: Bools, most: int) -> list[int]:
        """Return the first rows, among those kept, whose column holds a text."""


@dataclass(frozen=True)
class PlotFacts:
    """What is held of every plot, in the order of the rows.

    Attributes
    ----------
    columns
        Names of all columns that some plot has, sorted.
    boxes
        (n, 4) degrees.
    classes, cents, drawn
        As :class:`PlotTiles` has them.
    words
        Of columns with few values: a number a plot, -1 for none, and the value of each number.
    sample
        How many say that they are made up.
    unplaced
        How many more have no shape.
    digest
        Of ids and contents.
    """

    columns: tuple[str, ...]
    boxes: Floats
    classes: Ints
    cents: Floats
    drawn: Floats
    words: Mapping[str, tuple[npt.NDArray[np.int32], Sequence[str]]]
    sample: int
    unplaced: int
    digest: str


class Gathering:
    """Facts of plots that come part by part.

    Parameters
    ----------
    by
        Column that chooses the class.
    values
        Its values in their order; every other value is the last class.
    plane
        In which official areas are measured of plots that say none.
    words
        Columns by which plots may be chosen; one with more values than a few is not held.
    """

    def __init__(
        self, by: str, values: Sequence[str], plane: object, *, words: Sequence[str] = ()
    ) -> None:  # fmt: skip
        self._by, self._plane = by, plane
        self._words: dict[str, dict[str, int]] = {name: {} for name in words}
        self._codes: dict[str, list[npt.NDArray[np.int32]]] = {name: [] for name in words}
        self._class = {value: number for number, value in enumerate(values)}
        self._columns: set[str] = set()
        self._parts: list[tuple[Floats, Ints, Floats, Floats]] = []
        self._sample = self._unplaced = 0

    def add(
        self, shapes: npt.NDArray[np.object_], attributes: Sequence[Mapping[str, Any]]
    ) -> Bools:  # fmt: skip
        """Take a part; return which of its plots have a shape."""
        placed: Bools = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        self._unplaced += int((~placed).sum())
        self._columns.update(*attributes)
        rows = [one for one, there in zip(attributes, placed, strict=True) if there]
        self._sample += sum(one.get("basis") == _SAMPLE for one in rows)
        shapes = shapes[placed]
        boxes = shapely.bounds(shapes)
        last = len(self._class)
        kinds = [self._class.get(str(one.get(self._by)), last) for one in rows]
        for name, known in self._words.items():
            told = (one.get(name) for one in rows)
            codes = [-1 if v is None else known.setdefault(str(v), len(known)) for v in told]
            self._codes[name].append(np.array(codes, dtype=np.int32))
        area = official(pd.Series([one.get(_AREA) for one in rows]), shapes, self._plane)
        cents = np.rint(half_up(area, 2) * 100)
        drawn = drawn_m2(shapes, boxes)
        self._parts.append((boxes, np.array(kinds, dtype=np.int16), cents, drawn))
        return placed

    def facts(self, order: Ints, digest: str) -> PlotFacts:
        """Return all of it.

        Parameters
        ----------
        order
            Row by row, the place of the plot among those that came with a shape.
        digest
            Of ids and contents.
        """
        if self._parts:
            boxes, classes, cents, drawn = (
                np.concatenate(one) for one in zip(*self._parts, strict=True)
            )
        else:
            boxes, (classes, cents, drawn) = np.empty((0, 4)), (np.empty(0),) * 3
        self._parts.clear()
        words = {
            name: (np.concatenate(self._codes[name])[order], list(known))
            for name, known in self._words.items()
            if 0 < len(known) <= _FEW
        }
        return PlotFacts(
            tuple(sorted(self._columns)), boxes[order], classes[order], cents[order],
            drawn[order], words, self._sample, self._unplaced, digest,
        )  # fmt: skip


def official(told: pd.Series, shapes: npt.NDArray[np.object_], plane: object) -> Floats:
    """Return official areas: as the rows say them, else measured of the shape."""
    area = pd.to_numeric(told, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    open_ = np.isnan(area)
    if open_.any():
        area = area.copy()
        area[open_] = official_area_m2(shapes[open_], plane, crs=_CRS)
    return area


@dataclass(frozen=True, eq=False)
class KeptTiles(PlotTiles):
    """The plots of a store; ``frame`` has the columns and no row.

    Attributes
    ----------
    source
        Where they are read.
    facts
        What is held of them.
    plane
        In which official areas are measured.
    """

    source: KeptRows
    facts: PlotFacts
    plane: object

    @classmethod
    def kept(
        cls,
        source: KeptRows,
        facts: PlotFacts,
        columns: Sequence[Column],
        *,
        style: tuple[str | None, Sequence[str]],
        named: Mapping[str, str],
        bound: tuple[int, object],
    ) -> KeptTiles:
        """Make the tiles; see :class:`PlotTiles`.

        Parameters
        ----------
        source, facts
            The plots.
        columns
            Of the layer.
        style
            Column that chooses the class, and its values.
        named
            How a sum is called.
        bound
            How many plots a tile may show singly, and the plane of official areas.
        """
        columns = told_columns(columns)
        by, values = style
        most, plane = bound
        empty = {one.name: pd.Series(dtype="object") for one in columns}
        frame = gpd.GeoDataFrame(empty, geometry=[], crs=_CRS)
        index = index_of(facts.boxes, most=most)
        told = (facts.digest, tuple(columns), "plot_id", by, *values, most, *named.values(), plane)
        name = hashlib.sha256(repr(told).encode()).hexdigest()[:16]
        made = cls(
            frame, columns, "plot_id", by, values, named, index, name, source, facts, plane
        )  # fmt: skip
        # found out when the plots were gathered; without the column all are of one class
        classes = facts.classes if by is not None else np.zeros_like(facts.classes)
        made.__dict__.update(_classes=classes, _cents=facts.cents, _drawn=facts.drawn)
        return made

    def only(self, kept: Bools, name: str) -> KeptTiles:
        """Return the tiles of some of the plots, as :meth:`PlotTiles.only`."""
        told = hashlib.sha256(f"{self.fingerprint} {name}".encode() + np.packbits(kept).tobytes())
        parts = replace(self, index=self.index.only(kept), fingerprint=told.hexdigest()[:16])
        held = {"_classes": self._classes, "_cents": self._cents, "_drawn": self._drawn}
        parts.__dict__.update(held)
        return parts

    def tile(self, z: int, x: int, y: int) -> TileAnswer:
        """Return what a tile shows, as :meth:`PlotTiles.tile`.

        Raises
        ------
        ConflictError
            When the store was written since: sums would be of plots before.
        """
        if not self.source.current():
            raise ConflictError("map.errors.newer")
        return super().tile(z, x, y)

    def taken(self, rows: Ints, box: Box | None = None) -> gpd.GeoDataFrame:
        """Return plots with all columns, read now."""
        return self._shown(self.source.read(rows, box))

    def one(self, name: str) -> bytes | None:
        """Return a plot with all that is known of it, as it travels; None for no such plot."""
        row = self.source.row(name)
        if row < 0:
            return None
        frame = self.taken(np.array([row])).assign(**{COUNT: None, NAME: None})
        return self._sent(frame, self.columns, {})

    def find(self, text: str) -> list[dict[str, str]]:
        """Return id and name of the first plots whose id, name or firm holds a text."""
        title = next(one.name for one in self.columns if one.role == "title")
        kept = np.zeros(len(self.facts.boxes), dtype=bool)
        kept[self.index.rows] = True
        exact = self.source.row(text)
        rows: dict[int, None] = {exact: None} if exact >= 0 and kept[exact] else {}
        for name in dict.fromkeys((title, self.key, *_FOUND_BY)):
            if len(rows) < _FOUND_MOST and name not in {COUNT, NAME}:
                rows.update(dict.fromkeys(self.source.found(text, name, kept, _FOUND_MOST)))
        frame = self.taken(np.array(list(rows)[:_FOUND_MOST], dtype=np.int64))
        names = frame[title] if title in frame else [None] * len(frame)
        return [
            {"id": str(one), "name": str(one) if pd.isna(name) else str(name)}
            for one, name in zip(frame[self.key], names, strict=True)
        ]

    def _shown(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return the columns of the layer, each of one type whatever this part holds."""
        told = {}
        for one in self.columns:
            if one.name in {COUNT, NAME}:
                continue
            held = frame[one.name] if one.name in frame else pd.Series(index=frame.index)
            if one.type in {"number", "integer"}:
                told[one.name] = pd.to_numeric(held, errors="coerce").astype("float64")
            else:
                told[one.name] = held.astype("object").where(held.notna(), None)
        shapes = frame.geometry.to_numpy()
        if _AREA in told and len(frame):
            area = official(told[_AREA], shapes, self.plane)
            told[_AREA] = pd.Series(area, index=frame.index)
            if _MU in told:
                told[_MU] = told[_MU].fillna(pd.Series(m2_to_mu(area), index=frame.index))
        return gpd.GeoDataFrame(told, geometry=shapes, crs=_CRS, index=frame.index)
