"""A layer of more plots than one map carries, answered by extent and zoom.

Near by each plot is sent as it is, to the pixel; from afar a tile with too many says the sums
of cells instead. Each answer says how many plots belong to it and how many of these it shows
singly; nothing is left out without being counted. All of it depends on the data alone: the
fingerprint stands in each answer, and the same data give the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from platforms.outputs.maps.map_encoding import pack_attributes, pack_geometry
from platforms.outputs.maps.map_parts import Column
from platforms.outputs.maps.tiled.cell_sums import CellSums, drawn_m2, sum_cells
from platforms.outputs.maps.tiled.fingerprints import frame_fingerprint
from platforms.outputs.maps.tiled.plot_index import (
    DEEPEST,
    Bools,
    Box,
    Floats,
    Ints,
    PlotIndex,
    box_of_tile,
    make_index,
)
from platforms.units import half_up, m2_to_mu, printed_column

__all__ = ["COUNT", "NAME", "TILE_PLOTS", "PlotTiles", "TileAnswer", "told_columns"]

TILE_PLOTS = 4000
# columns of our own: how many plots a row stands for, and what it is called
COUNT, NAME = "summed_plots", "summed_name"

# a cell holds four plots or more on the average; at most 32 stand along the side of a tile
_PER_CELL, _WITHIN = 4, 5
# least side of a square in sides of the smallest cells: some three pixels
_LEAST = 0.2
_AREA, _MU = "area_m2", "area_mu"
# a summed map without a server: cells of some 20 m to 5 km, and so many
_ALONE, _ALONE_MOST = range(DEEPEST, 4, -1), 30_000
_FOUND_BY = ("plot_id", "firm_name", "credit_code")
_FOUND_MOST = 12
# a tile is drawn up to 725 pixels wide; shapes are thinned to less than half a pixel of these
_TILE_PX, _SLACK_PX, _FINE_ZOOM = 725, 0.4, 16


def told_columns(columns: Sequence[Column]) -> list[Column]:
    """Return the columns of a layer with those of our own that its sums need."""
    whole = [*columns, Column(name=COUNT, title=COUNT, type="integer", role="hidden")]
    if not any(one.role == "title" for one in columns):
        whole.append(Column(name=NAME, title=NAME, role="title"))
    return whole


@dataclass(frozen=True)
class TileAnswer:
    """What a tile holds.

    Attributes
    ----------
    plots
        How many belong to it.
    shown
        How many of these stand in ``frame`` singly; the others are summed.
    frame
        Single plots, or cells; and plots of other tiles that reach into it.
    """

    plots: int
    shown: int
    frame: gpd.GeoDataFrame


@dataclass(frozen=True, eq=False)
class PlotTiles:
    """The plots of a layer.

    Attributes
    ----------
    frame
        All plots, degrees, none without a geometry; not changed.
    columns
        Of the layer; with ``summed_plots``, and ``summed_name`` where no column is a title.
    key
        Column with the id.
    by
        Column that chooses the class; None for one class.
    values
        Values of the classes in their order; every other value is the last class.
    named
        How a sum is called: texts with ``{n}`` plots, ``{mu}`` and ``{unknown}``. ``sum``;
        ``part`` where of some plots no area is known; ``count`` where no area is told at all.
    index
        Where they lie.
    fingerprint
        Of all that is sent.
    """

    frame: gpd.GeoDataFrame
    columns: Sequence[Column]
    key: str
    by: str | None
    values: Sequence[str]
    named: Mapping[str, str]
    index: PlotIndex
    fingerprint: str

    @classmethod
    def of(
        cls,
        frame: gpd.GeoDataFrame,
        columns: Sequence[Column],
        *,
        key: str,
        by: str | None,
        values: Sequence[str],
        named: Mapping[str, str],
        most: int = TILE_PLOTS,
    ) -> PlotTiles:
        """Sort the plots of a layer; see the attributes. ``most`` are shown singly in a tile."""
        columns = told_columns(columns)
        shapes = frame.geometry.to_numpy()
        index = make_index(shapes, most=most)
        made = frame_fingerprint(frame, columns, (key, by, *values, most, *named.values()))
        return cls(frame, columns, key, by, values, named, index, made)

    def only(self, kept: Bools, name: str) -> PlotTiles:
        """Return the tiles of some of the plots: those whose row is True.

        Parameters
        ----------
        kept
            One a row of ``frame``.
        name
            Tells this choice from others.
        """
        told = hashlib.sha256(f"{self.fingerprint} {name}".encode() + np.packbits(kept).tobytes())
        parts = replace(self, index=self.index.only(kept), fingerprint=told.hexdigest()[:16])
        # what is known of all plots need not be found out again
        for held in ("_classes", "_cents", "_drawn", "_row_of"):
            if held in self.__dict__:
                parts.__dict__[held] = self.__dict__[held]
        return parts

    def __len__(self) -> int:
        """Return how many plots there are."""
        return len(self.index.rows)

    @cached_property
    def _classes(self) -> Ints:
        """Class of each row of the frame."""
        last = len(self.values)
        if self.by is None:
            return np.full(len(self.frame), last)
        numbers = {value: n for n, value in enumerate(self.values)}
        found = self.frame[self.by].map(numbers).fillna(last)
        classes: Ints = found.to_numpy(dtype=np.int64)
        return classes

    @cached_property
    def _cents(self) -> Floats:
        """Official area of each row in cents of a square metre, half up; NaN unknown."""
        if _AREA not in self.frame:
            return np.full(len(self.frame), np.nan)
        area = pd.to_numeric(self.frame[_AREA], errors="coerce").to_numpy(dtype=np.float64)
        cents: Floats = np.rint(half_up(area, 2) * 100)
        return cents

    @cached_property
    def _drawn(self) -> Floats:
        shapes = self.frame.geometry.to_numpy()
        return drawn_m2(shapes, shapely.bounds(shapes))

    @cached_property
    def _row_of(self) -> pd.Index[str]:
        names: pd.Index[str] = pd.Index(self.frame[self.key].astype(str))
        return names

    @property
    def _within(self) -> int:
        """Zooms from a tile to its cells."""
        return min(_WITHIN, max(1, round(math.log(self.index.most / _PER_CELL, 4))))

    @cached_property
    def counts(self) -> list[int]:
        """How many plots there are of each class."""
        classes = self._classes[self.index.rows]
        numbers: list[int] = np.bincount(classes, minlength=len(self.values) + 1).tolist()
        return numbers

    @cached_property
    def light(self) -> list[Column]:
        """Columns that travel with every plot: its name, its class, what the pointer tells."""
        own = {self.key, self.by, COUNT, NAME, "name", _AREA, _MU}
        return [one for one in self.columns if one.name in own or one.role in {"title", "tip"}]

    @staticmethod
    def has(z: int, x: int, y: int) -> bool:
        """Say whether there is such a tile."""
        return 0 <= z <= DEEPEST and 0 <= x < 2**z and 0 <= y < 2**z

    def tile(self, z: int, x: int, y: int) -> TileAnswer:
        """Return what a tile shows, ``z`` from 0 to the deepest; see :class:`TileAnswer`."""
        run = self.index.run(z, x, y)
        count = run[1] - run[0]
        strangers = self.index.strangers(run, z, x, y)
        if count > self.index.most:
            own = self._cells(run, z + self._within)
            return TileAnswer(count, 0, self._joined(own, self._plots(strangers, z)))
        # all at once: those of a store lie in one box
        both = self._plots(np.r_[np.arange(*run), strangers], z, box_of_tile(z, x, y))
        return TileAnswer(count, count, self._joined(both.iloc[:count], both.iloc[count:]))

    def _joined(self, own: gpd.GeoDataFrame, others: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return the light columns of both as objects, so that what is missing stays so."""
        columns = {
            one.name: np.r_[own[one.name].to_numpy(object), others[one.name].to_numpy(object)]
            for one in self.light
        }
        shapes = np.r_[own.geometry.to_numpy(), others.geometry.to_numpy()]
        return gpd.GeoDataFrame(columns, geometry=shapes, crs=self.frame.crs)

    def packed(self, z: int, x: int, y: int) -> bytes:
        """Return a tile as it travels: JSON, compressed."""
        found = self.tile(z, x, y)
        told = {"plots": found.plots, "shown": found.shown, "z": z, "x": x, "y": y}
        return self._sent(found.frame, self.light, told)

    def one(self, name: str) -> bytes | None:
        """Return a plot with all that is known of it, as it travels; None for no such plot."""
        rows = np.flatnonzero(self._row_of == name)
        if not len(rows):
            return None
        frame = self.frame.iloc[rows[:1]].assign(**{COUNT: None, NAME: None})
        return self._sent(frame, self.columns, {})

    def find(self, text: str) -> list[dict[str, str]]:
        """Return id and name of the first plots whose id, name or firm holds a text."""
        title = next(one.name for one in self.columns if one.role == "title")
        kept = np.zeros(len(self.frame), dtype=bool)
        kept[self.index.rows] = True
        exact = np.flatnonzero((self._row_of == text) & kept)
        rows: dict[int, None] = dict.fromkeys(exact.tolist())
        for name in (title, self.key, *_FOUND_BY):
            if name in self.frame and len(rows) < _FOUND_MOST:
                words = self.frame[name].astype("str")
                hits = words.str.contains(text, case=False, regex=False, na=False).to_numpy(bool)
                rows.update(dict.fromkeys(np.flatnonzero(hits & kept)[:_FOUND_MOST].tolist()))
        first = list(rows)[:_FOUND_MOST]
        names = self.frame[title].iloc[first] if title in self.frame else [None] * len(first)
        ids = self._row_of[first]
        return [
            {"id": str(one), "name": str(one) if pd.isna(name) else str(name)}
            for one, name in zip(ids, names, strict=True)
        ]

    def alone(self) -> gpd.GeoDataFrame:
        """Return the sums of all plots by cells of one size, for a map without a server."""
        run = (0, len(self))
        most = min(_ALONE_MOST, len(self) // _PER_CELL)
        z = next(
            (z for z in _ALONE if len(np.unique(self.index.cells(run, z))) <= most), _ALONE[-1]
        )
        return self._cells(run, z)

    def _sent(
        self, frame: gpd.GeoDataFrame, columns: Sequence[Column], told: Mapping[str, object]
    ) -> bytes:
        geometry = pack_geometry(frame.geometry.to_numpy(), "polygon").to_json(compress=False)
        attributes = pack_attributes(frame, columns).to_json(compress=False)
        body = {
            "fingerprint": self.fingerprint,
            "features": len(frame),
            **told,
            "geometry": geometry,
            "attributes": attributes,
        }
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return gzip.compress(text.encode(), compresslevel=5, mtime=0)

    def taken(self, rows: Ints, box: Box | None = None) -> gpd.GeoDataFrame:  # noqa: ARG002 for those that lie in a store
        """Return plots with all columns, in the order of ``rows``; all of them reach a box."""
        return self.frame.iloc[rows]

    def _plots(self, positions: Ints, z: int, box: Box | None = None) -> gpd.GeoDataFrame:
        frame = self.taken(self.index.rows[positions], box)
        frame = frame.assign(**{COUNT: None, NAME: None})
        columns = [*(one.name for one in self.light), frame.geometry.name]
        frame = frame[columns].reset_index(drop=True)
        if z >= _FINE_ZOOM or not len(frame):
            return frame
        thin = shapely.simplify(frame.geometry.to_numpy(), _SLACK_PX * 360 / _TILE_PX / 2**z)
        return frame.set_geometry(gpd.GeoSeries(thin, index=frame.index, crs=frame.crs))

    def _cells(self, run: tuple[int, int], z: int) -> gpd.GeoDataFrame:
        rows = self.index.rows[run[0] : run[1]]
        cells = self.index.cells(run, z)
        boxes = self.index.boxes[run[0] : run[1]]
        values = (self._classes[rows], self._cents[rows], self._drawn[rows])
        least = _LEAST / 2 ** (_WITHIN - self._within)
        sums = sum_cells(z, cells, *values, boxes, least=least)
        return self._told(sums, z)

    def _told(self, sums: CellSums, z: int) -> gpd.GeoDataFrame:
        """Return sums as features of the layer, with a name that says them."""
        area = sums.cents / 100
        mu = m2_to_mu(area)
        names = self._names(sums, mu)
        title = next(one.name for one in self.columns if one.role == "title")
        words = np.array([*self.values, None], dtype=object)[sums.classes]
        known = sums.unknown == 0
        told: dict[str, object] = {one.name: None for one in self.columns}
        told |= {title: names, COUNT: sums.plots}
        told[self.key] = [
            f"Σ{z}-{cell}-{kind}" for cell, kind in zip(sums.cells, sums.classes, strict=True)
        ]
        if self.by is not None:
            told[self.by] = words
        for name, values in ((_AREA, area), (_MU, mu)):
            if name in told:
                told[name] = np.where(known, values, np.nan)
        index = pd.RangeIndex(len(names))
        return gpd.GeoDataFrame(told, index=index, geometry=sums.shapes, crs=self.frame.crs)

    def _names(self, sums: CellSums, mu: Floats) -> list[str]:
        if _AREA not in self.frame:
            return [self.named["count"].format(n=f"{n:,}") for n in sums.plots.tolist()]
        texts = (self.named["sum"].format, self.named["part"].format)
        return [
            texts[unknown > 0](n=f"{n:,}", mu=area, unknown=f"{unknown:,}")
            for n, area, unknown in zip(
                sums.plots.tolist(), printed_column(mu), sums.unknown.tolist(), strict=True
            )
        ]
