"""Looking at plots of a store: those of now or of a moment, all or of a place."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from platforms.store.moments import utc_text
from platforms.store.plots.records import CRS, columns_of, shapes_of
from platforms.store.schema import plot, plot_version

__all__ = ["Box", "acts_table", "counted", "each_plot", "near", "plots_digest", "plots_now"]
__all__ += ["plots_then"]

# west, south, east, north in degrees
Box = tuple[float, float, float, float]
_ADDED = {"version": "store_version", "changed_by": "store_by", "changed_at": "store_at"}
_AT_ONCE = 20_000
_ACTS = ("act", "at", "what", "who", "why", "plots", "undoes")


def plots_now(
    connection: sa.Connection, workspace: str, box: Box | None, limit: int | None
) -> gpd.GeoDataFrame:
    """Return the plots of now, in the order they came."""
    asked = sa.select(plot).where(near(connection, workspace, box)).order_by(plot.c.id)
    rows = connection.execute(asked.limit(limit)).mappings()
    return _frame([dict(row) for row in rows], "shape", box)


def each_plot(connection: sa.Connection, workspace: str, size: int) -> Iterator[Sequence[Any]]:
    """Yield the plots of now in parts: ``plot_id``, ``shape`` (WKB), ``attributes``."""
    asked = sa.select(plot.c.plot_id, plot.c.shape, plot.c.attributes)
    rows = asked.where(plot.c.workspace == workspace).order_by(plot.c.id)
    yield from connection.execution_options(yield_per=size).execute(rows).partitions()


def plots_digest(connection: sa.Connection, workspace: str) -> str:
    """Return the SHA-256 over ids and hashes of the plots of now, hexadecimal."""
    # in the order of the signs, which is that of their bytes in UTF-8
    plain = "C" if connection.dialect.name == "postgresql" else "BINARY"
    asked = sa.select(plot.c.plot_id, plot.c.sha256).where(plot.c.workspace == workspace)
    rows = asked.order_by(sa.collate(plot.c.plot_id, plain))
    told = hashlib.sha256()
    before = ""
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(rows):
        told.update(f"{before}{row.plot_id}\t{row.sha256}".encode())
        before = "\n"
    return told.hexdigest()


def counted(connection: sa.Connection, workspace: str, box: Box | None) -> int:
    """Return how many plots there are, or whose boxes reach a box."""
    asked = sa.select(sa.func.count()).select_from(plot).where(near(connection, workspace, box))
    return int(connection.execute(asked).scalar_one())


def plots_then(
    connection: sa.Connection, workspace: str, at: dt.datetime, box: Box | None, limit: int | None
) -> gpd.GeoDataFrame:
    """Return the plots as they were at a moment."""
    past = plot_version
    mine = sa.and_(past.c.workspace == workspace, past.c.at <= utc_text(at))
    # by their time: of two stores that were settled either may have been numbered first
    latest = sa.func.row_number().over(
        partition_by=past.c.plot_id, order_by=(past.c.at.desc(), past.c.number.desc())
    )
    last = sa.select(past.c.id, latest.label("back")).where(mine).subquery()
    both = sa.and_(past.c.id == last.c.id, last.c.back == 1)
    asked = (
        sa.select(
            past.c.plot_id, past.c.number.label("version"), past.c.wkb, past.c.attributes,
            past.c.who.label("changed_by"), past.c.at.label("changed_at"),
        )
        .select_from(past.join(last, both))
        .where(past.c.workspace == workspace, past.c.sha256.is_not(None))
        .order_by(past.c.plot_id)
    )  # fmt: skip
    if box is None:
        asked = asked.limit(limit)
    rows = [dict(row) for row in connection.execute(asked).mappings()]
    frame = _frame(rows, "wkb", box)
    return frame if limit is None else frame.iloc[:limit]


def near(connection: sa.Connection, workspace: str, box: Box | None) -> sa.ColumnElement[bool]:
    """Return what picks plots by the index in space.

    Parameters
    ----------
    connection
        To the store.
    workspace
        Name of the workspace.
    box
        West, south, east, north in degrees; all plots without one.
    """
    mine = plot.c.workspace == workspace
    if box is None:
        return mine
    west, south, east, north = box
    if connection.dialect.name == "postgresql":
        area = sa.func.ST_MakeEnvelope(west, south, east, north, 4490)
        return sa.and_(mine, sa.type_coerce(plot.c.shape, sa.LargeBinary).op("&&")(area))
    index = sa.table("rtree_plot_shape", *map(sa.column, ("id", "minx", "maxx", "miny", "maxy")))
    near = sa.select(index.c.id).where(
        index.c.maxx >= west, index.c.minx <= east, index.c.maxy >= south, index.c.miny <= north
    )
    return sa.and_(mine, plot.c.id.in_(near))


def _frame(
    rows: Sequence[Mapping[str, Any]], shape: str, box: Box | None
) -> gpd.GeoDataFrame:  # fmt: skip
    shapes = shapes_of([row[shape] for row in rows])
    if box is not None:
        # the index rounds outwards
        west, south, east, north = box
        x0, y0, x1, y1 = shapely.bounds(shapes).T if len(shapes) else np.empty((4, 0))
        there = (x1 >= west) & (x0 <= east) & (y1 >= south) & (y0 <= north)
        rows, shapes = [row for row, near in zip(rows, there, strict=True) if near], shapes[there]
    table = pd.DataFrame({"plot_id": pd.Series([row["plot_id"] for row in rows], dtype="str")})
    told = columns_of([row["attributes"] for row in rows])
    kept = {name: pd.Series([row[name] for row in rows]) for name in _ADDED}
    own = pd.DataFrame({_ADDED[name]: column for name, column in kept.items()}).astype(
        {"store_version": "int64", "store_by": "str", "store_at": "str"}
    )
    whole = pd.concat([table, told.drop(columns="geometry", errors="ignore"), own], axis=1)
    return gpd.GeoDataFrame(whole, geometry=shapes, crs=CRS)


def acts_table(connection: sa.Connection, workspace: str, limit: int | None) -> pd.DataFrame:
    """Return what was done together, the newest first."""
    past = plot_version
    asked = (
        sa.select(
            past.c.act, sa.func.min(past.c.at).label("at"), past.c.what, past.c.who, past.c.why,
            sa.func.count().label("plots"), past.c.undoes, sa.func.max(past.c.id).label("last"),
        )
        .where(past.c.workspace == workspace)
        .group_by(past.c.act, past.c.what, past.c.who, past.c.why, past.c.undoes)
        .order_by(sa.desc("last"))
        .limit(limit)
    )  # fmt: skip
    rows = [dict(row) for row in connection.execute(asked).mappings()]
    table = pd.DataFrame(rows, columns=list(_ACTS))
    table["at"] = pd.to_datetime(table["at"], utc=True, format="ISO8601")
    return table
