"""The limits of a run: made ready once, and read by each part where its plots lie.

A province has limits by the million. One worker places, mends and halves them while the others
survey, and leaves the pieces in a file; a part takes those that its plots can meet. Pieces cut in
their own order, so that few of them cut as all do.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

from platforms.engine.batches import GEOMETRY
from platforms.engine.job import Job
from platforms.engine.shuffle import BOX, read_ipc
from platforms.geo.transform import reproject
from platforms.issues import IssueTable
from platforms.planning.land.limits import ReadyLimit, ShareLimit
from platforms.planning.land.pieces import Pieces
from platforms.planning.land.reclaim import ready_limits

__all__ = ["Limits", "leave_limits", "limits_near"]

_FILE = "limits"
# an edge of the box of the plots is cut so fine that it is straight in the plane, but for this
_STEP_DEG, _SEAM_M = 0.02, 100.0
# plots that lie further apart than this are held against all pieces
_WIDE_DEG = 12.0


@dataclass(frozen=True)
class Limits:
    """What the whole must know of the limits.

    Attributes
    ----------
    names
        In the order in which they are cut away.
    issues
        What is wrong with them.
    """

    names: tuple[str, ...]
    issues: IssueTable


def leave_limits(job: Job) -> Limits:
    """Make the limits of a job ready and leave them in its work folder.

    Raises
    ------
    CRSError
        For a layer of another datum.
    """
    issues = IssueTable()
    # a workspace of its own: the layers as they were read are let go of with it
    taken = replace(job.workspace, _read={}).constraints if job.limits is None else job.limits
    left: list[tuple[str, Path | ShareLimit | None]] = []
    for number, (name, limit) in enumerate(taken.items()):
        layer = ready_limits({name: limit}, job.ground.cut, issues)[name].layer
        if isinstance(layer, Pieces):
            file = job.work / f"{_FILE}-{number:05d}.arrow"
            _write(layer, file)
            left.append((name, file))
        else:
            left.append((name, layer))
    file = job.work / f"{_FILE}.pickle"
    tmp = file.with_suffix(".tmp")
    tmp.write_bytes(pickle.dumps(left))
    tmp.replace(file)
    return Limits(tuple(taken), issues)


def limits_near(job: Job, plots: gpd.GeoDataFrame) -> dict[str, ReadyLimit]:
    """Return the limits of a job, each with the pieces that plots can meet.

    Parameters
    ----------
    job
        Its limits were left.
    plots
        EPSG:4490.
    """
    left = pickle.loads((job.work / f"{_FILE}.pickle").read_bytes())  # noqa: S301 of this run
    land = _land(plots, job)
    return {
        name: ReadyLimit(_read(layer, land) if isinstance(layer, Path) else layer)
        for name, layer in left
    }


def _land(plots: gpd.GeoDataFrame, job: Job) -> tuple[float, float, float, float]:
    """Return the box in the plane, west, south, east, north, beyond which no plot lies."""
    west, south, east, north = plots.total_bounds
    if max(east - west, north - south) > _WIDE_DEG:
        return -np.inf, -np.inf, np.inf, np.inf
    if not np.isfinite(west):
        return np.inf, np.inf, -np.inf, -np.inf
    rim = shapely.segmentize(shapely.box(west, south, east, north), _STEP_DEG)
    there = reproject(gpd.GeoDataFrame(geometry=[rim], crs=plots.crs), job.ground.cut)
    west, south, east, north = there.total_bounds
    return west - _SEAM_M, south - _SEAM_M, east + _SEAM_M, north + _SEAM_M


def _write(layer: Pieces, path: Path) -> None:
    sides = zip(BOX, layer.boxes.T, strict=True)
    columns = {name: pa.array(np.ascontiguousarray(side)) for name, side in sides}
    columns[GEOMETRY] = pa.array(shapely.to_wkb(layer.shapes), pa.large_binary())
    table = pa.table(columns)
    tmp = path.with_suffix(".tmp")
    with pa.OSFile(str(tmp), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    tmp.replace(path)


def _read(path: Path, land: tuple[float, float, float, float]) -> Pieces:
    table = read_ipc(path)
    west, south, east, north = (table[name].to_numpy() for name in BOX)
    near = (west <= land[2]) & (south <= land[3]) & (east >= land[0]) & (north >= land[1])
    wkb = table[GEOMETRY].take(pa.array(np.flatnonzero(near)))
    return Pieces(shapely.from_wkb(np.asarray(wkb.to_pylist(), dtype=object)))
