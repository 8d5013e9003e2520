"""Plots of a store read for a map: by place, by number, by text; never all of them at once.

Rows are numbered once, in the order of the ids, whatever order the database gives them in. A
reading that meets a store which was written since is refused: the numbers are of older plots.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects.postgresql import JSONB

from platforms.errors import ConflictError
from platforms.outputs.maps.tiled.kept_tiles import Gathering, PlotFacts
from platforms.store.plots.records import CRS, columns_of, shapes_of
from platforms.store.plots.versions import has_plots, in_parts
from platforms.store.schema import plot, plot_version

__all__ = ["StoredRows", "gather_plots"]

_PART, _KEYS = 20_000, 500
_Ints = NDArray[np.int64]
_Box = tuple[float, float, float, float]
_Turn = Callable[[], AbstractContextManager[sa.Connection]]
_HELD = (plot.c.id, plot.c.plot_id, plot.c.shape, plot.c.attributes)


def _stamp(connection: sa.Connection) -> int:
    """Return a number that grows with whatever is written of plots; 0 for none."""
    return int(connection.execute(sa.select(sa.func.max(plot_version.c.id))).scalar() or 0)


def gather_plots(
    reading: _Turn, workspace: str, gathering: Gathering, progress: Callable[[float], None]
) -> tuple[StoredRows, PlotFacts]:
    """Look once at all plots and hold numbers of each.

    Parameters
    ----------
    reading
        Opens a connection that sees one moment.
    workspace
        Name of the workspace.
    gathering
        What is found out of each.
    progress
        Called with the share done.
    """
    mine = plot.c.workspace == workspace
    keys: list[int] = []
    names: list[tuple[str, str]] = []
    with reading() as connection:
        there = has_plots(connection)
        stamp = _stamp(connection) if there else 0
        asked = sa.select(sa.func.count()).select_from(plot).where(mine)
        count = int(connection.execute(asked).scalar_one()) if there else 0
        rows = sa.select(*_HELD, plot.c.sha256).where(mine).order_by(plot.c.id)
        stream = connection.execution_options(yield_per=_PART).execute(rows) if there else None
        done = 0
        for part in stream.partitions() if stream is not None else ():
            attributes = [json.loads(row.attributes) for row in part]
            placed = gathering.add(shapes_of([row.shape for row in part]), attributes)
            held = [row for row, there in zip(part, placed, strict=True) if there]
            keys += [row.id for row in held]
            names += [(row.plot_id, row.sha256) for row in held]
            done += len(part)
            progress(done / max(count, 1))
    # bytes of UTF-8, as neither database's own order need be
    order = sorted(range(len(names)), key=lambda n: names[n][0].encode())
    told = hashlib.sha256()
    for number in order:
        told.update("\t".join(names[number]).encode() + b"\n")
    numbers = np.array(order, dtype=np.int64)
    facts = gathering.facts(numbers, told.hexdigest())
    return StoredRows(reading, workspace, stamp, np.array(keys, dtype=np.int64)[numbers]), facts


@dataclass(frozen=True, eq=False)
class StoredRows:
    """Plots that have a shape, by their place in the order of the ids.

    Attributes
    ----------
    reading
        Opens a connection that sees one moment.
    workspace
        Name of the workspace.
    stamp
        What the store was when the rows were numbered.
    keys
        Number of each in the database.
    """

    reading: _Turn
    workspace: str
    stamp: int
    keys: _Ints

    @cached_property
    def _places(self) -> tuple[_Ints, _Ints]:
        order = np.argsort(self.keys)
        return order, self.keys[order]

    def _rows(self, keys: Sequence[int]) -> _Ints:
        """Return rows of numbers of the database; -1 for what is not among them."""
        order, ascending = self._places
        asked = np.asarray(keys, dtype=np.int64)
        if not len(ascending):
            return np.full(len(asked), -1)
        at = np.minimum(np.searchsorted(ascending, asked), len(ascending) - 1)
        return np.where(ascending[at] == asked, order[at], -1)

    def current(self) -> bool:
        """Say whether nothing was written of these plots since they were numbered."""
        with self.reading() as connection:
            return not self._written(connection)

    def _written(self, connection: sa.Connection) -> bool:
        if _stamp(connection) == self.stamp:
            return False
        # what came after, of whichever workspace: no index on the workspace is asked
        later = sa.select(plot_version.c.workspace).where(plot_version.c.id > self.stamp)
        return self.workspace in connection.execute(later.distinct()).scalars().all()

    def _refuse_newer(self, connection: sa.Connection) -> None:
        if self._written(connection):
            raise ConflictError("map.errors.newer", workspace=self.workspace)

    def read(self, rows: _Ints, box: _Box | None) -> gpd.GeoDataFrame:
        """Return plots as they are kept; see :class:`KeptRows`."""
        if not len(rows):
            return gpd.GeoDataFrame({"plot_id": []}, geometry=[], crs=CRS)
        with self.reading() as connection:
            self._refuse_newer(connection)
            found = self._near(connection, box) if box else self._numbered(connection, rows)
        place = {row: n for n, row in enumerate(self._rows([one.id for one in found]).tolist())}
        held = [found[place[row]] for row in rows.tolist()]
        told = columns_of([one.attributes for one in held]).drop(
            columns=["geometry", "plot_id"], errors="ignore"
        )
        ids = pd.DataFrame({"plot_id": pd.Series([one.plot_id for one in held], dtype="str")})
        shapes = shapes_of([one.shape for one in held])
        return gpd.GeoDataFrame(pd.concat([ids, told], axis=1), geometry=shapes, crs=CRS)

    def _near(self, connection: sa.Connection, box: _Box) -> list[Any]:
        """Return what the index in space finds; it rounds outwards."""
        west, south, east, north = box
        if connection.dialect.name == "postgresql":
            area = sa.func.ST_MakeEnvelope(west, south, east, north, 4490)
            near = sa.type_coerce(plot.c.shape, sa.LargeBinary).op("&&")(area)
        else:
            index = sa.table(
                "rtree_plot_shape", *map(sa.column, ("id", "minx", "maxx", "miny", "maxy"))
            )
            near = plot.c.id.in_(
                sa.select(index.c.id).where(
                    index.c.maxx >= west, index.c.minx <= east,
                    index.c.maxy >= south, index.c.miny <= north,
                )
            )  # fmt: skip
        return list(connection.execute(sa.select(*_HELD).where(self._mine, near)))

    def _numbered(self, connection: sa.Connection, rows: _Ints) -> list[Any]:
        found: list[Any] = []
        for part in in_parts(np.unique(self.keys[rows]).tolist(), _KEYS):
            found += connection.execute(sa.select(*_HELD).where(plot.c.id.in_(part))).all()
        return found

    @property
    def _mine(self) -> sa.ColumnElement[bool]:
        return plot.c.workspace == self.workspace

    def row(self, plot_id: str) -> int:
        """Return the row of a plot; -1 for none."""
        asked = sa.select(plot.c.id).where(self._mine, plot.c.plot_id == plot_id)
        with self.reading() as connection:
            self._refuse_newer(connection)
            keys = connection.execute(asked).scalars().all()
        return int(self._rows(keys)[0]) if keys else -1

    def found(self, text: str, column: str, kept: NDArray[np.bool_], most: int) -> list[int]:
        """Return the first rows, among those kept, whose column holds a text."""
        with self.reading() as connection:
            self._refuse_newer(connection)
            held = _column(connection, column)
            inside = held.icontains(text, autoescape=True)
            # words of the whole row first: they need not be taken apart
            words = json.dumps(text, ensure_ascii=False)[1:-1]
            if column != "plot_id":
                inside = sa.and_(plot.c.attributes.icontains(words, autoescape=True), inside)
            keys = connection.execute(sa.select(plot.c.id).where(self._mine, inside))
            rows = self._rows(keys.scalars().all())
        rows = np.sort(rows[rows >= 0])
        return [int(row) for row in rows[kept[rows]][:most]]


def _column(connection: sa.Connection, name: str) -> sa.ColumnElement[str]:
    if name == "plot_id":
        return plot.c.plot_id
    if connection.dialect.name == "postgresql":
        words: sa.ColumnElement[str] = sa.cast(plot.c.attributes, JSONB)[name].astext
        return words
    path = '$."' + name.replace('"', "") + '"'
    return sa.func.json_extract(plot.c.attributes, path, type_=sa.Text)
