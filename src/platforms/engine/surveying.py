"""First stage of a part: its plots with their neighbours, checked and measured.

The plots carry their row in the source as id while they are worked on, so that a fault is told of
the right one where ids repeat; the ids come back with the results.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from platforms.engine.batches import GEOMETRY
from platforms.engine.faults import Fault, faults_of
from platforms.engine.halo import with_neighbours
from platforms.engine.job import Job, job_of
from platforms.engine.shuffle import BOX, CODE, ROW, read_ipc
from platforms.geo.area import AREA_COLUMNS
from platforms.geo.crs import Settled, describe
from platforms.geo.declared import compare_declared
from platforms.geo.overlap import placed_pairs
from platforms.geo.placed import Placed, place
from platforms.geo.topology import repair
from platforms.issues import IssueTable
from platforms.layers.tables import STORED_CRS
from platforms.planning.survey import checked_shapes, measured, stored, told_once
from platforms.planning.tally import cents
from platforms.policy.evaluate import MeanSums, mean_sums

__all__ = ["Members", "Surveyed", "reread", "surveyed_part"]

_OWN, _ID = "__own__", "__id__"


@dataclass(frozen=True)
class Members:
    """Plots that share land, for the total that counts it once.

    Attributes
    ----------
    pairs
        first, second (rows in the source), shared_m2.
    rows, wkb, area_m2
        Each plot that stands in a pair: its row, its shape in the plane, its printed area.
    """

    pairs: pd.DataFrame
    rows: NDArray[np.int64]
    wkb: NDArray[np.object_]
    area_m2: NDArray[np.float64]


@dataclass(frozen=True)
class Surveyed:
    """What the whole must know of a part that was surveyed.

    Attributes
    ----------
    plots, halo
        How many plots the part has, and how many neighbours were read with it.
    area_cents, unmeasured
        Sum of the printed areas, 0.01 m², and plots without one.
    faults
        What was found, by row.
    close
        The plots whose declared area is nearest to being wrong: see ``compare_declared``.
    close_count
        How many plots there are within that tolerance.
    members
        Plots that share land.
    means
        What industry means are made of.
    """

    plots: int
    halo: int
    area_cents: int
    unmeasured: int
    faults: list[Fault]
    close: pd.DataFrame
    close_count: int
    members: Members
    means: MeanSums = field(default_factory=dict)


def surveyed_part(job_file: str, number: int) -> Surveyed:
    """Survey a part and leave it in the work folder for the next stage."""
    job = job_of(job_file)
    degrees = describe(job.crs).is_degrees
    table, own = with_neighbours(job.shuffled, number, degrees=degrees)
    frame, ids = _frame(table, job)
    door = IssueTable()
    plane = Settled(job.ground.compared)
    if job.repair:
        frame, door = repair(frame, plane=plane)
    placed = place(frame, plane)
    checked = checked_shapes(frame, placed, workspace=job.workspace)
    crossed = {issue.feature for issue in checked if issue.kind == "shape_crossed"}
    found = told_once(door, checked, crossed)
    frame = measured(frame, placed, job.ground.measured)
    mine = frame[own]
    declared = compare_declared(mine)
    members = _members(frame, placed, own)
    frame = stored(frame)
    frame = job.workspace.with_facts(frame, job.pack, plane=Settled(job.ground.facts))
    means = mean_sums(pd.DataFrame(frame[own].drop(columns=GEOMETRY)), job.pack)
    _leave(frame, own, ids, table, job.work / f"surveyed-{number:05d}.arrow")
    names = dict(zip(frame["plot_id"], ids, strict=True))
    told = (i for i in (*found, *declared) if i.kind != "declared_close")
    close, count = _close(declared, mine, names)
    area = mine["area_m2"].to_numpy(dtype=np.float64)
    return Surveyed(
        plots=len(mine),
        halo=len(frame) - len(mine),
        area_cents=int(cents(area).sum()),
        unmeasured=int(np.isnan(area).sum()),
        faults=faults_of(told, names, own=set(mine["plot_id"])),
        close=close,
        close_count=count,
        members=members,
        means=means,
    )


def _frame(table: pa.Table, job: Job) -> tuple[gpd.GeoDataFrame, NDArray[np.object_]]:
    """Return plots named by their rows, and what they are called."""
    rows = table[ROW].to_numpy()
    attributes = table.select(list(job.shuffled.columns)).to_pandas(types_mapper=nullable)
    attributes.index = pd.Index(rows)
    shapes = shapely.from_wkb(np.asarray(table[GEOMETRY].to_pylist(), dtype=object))
    frame = gpd.GeoDataFrame(attributes, geometry=shapes, crs=job.crs)
    labels = pd.Series(rows, index=frame.index).astype("str")
    if "plot_id" in frame:
        ids = np.array(list(map(str, frame["plot_id"].tolist())), dtype=object)
    else:
        ids = (rows + 1).astype(str).astype(object)
    frame["plot_id"] = labels
    return frame, ids


def nullable(kind: pa.DataType) -> Any:  # noqa: ANN401 pandas has no public name for it
    """Return the type that keeps every digit and every gap, the same in each part."""
    if pa.types.is_boolean(kind):
        return pd.BooleanDtype()
    return pd.Int64Dtype() if pa.types.is_integer(kind) else None


def _members(frame: gpd.GeoDataFrame, placed: Placed, own: NDArray[np.bool_]) -> Members:
    """Return the pairs whose later plot is the part's own, and the plots in them."""
    pairs = placed_pairs(placed)
    pairs = pairs[own[pairs["second"].to_numpy()]]
    at = np.unique(np.concatenate([pairs["first"], pairs["second"]])).astype(np.intp)
    rows = frame.index.to_numpy()
    told = pd.DataFrame(
        {
            "first": rows[pairs["first"].to_numpy()],
            "second": rows[pairs["second"].to_numpy()],
            "shared_m2": pairs["shared_m2"].to_numpy(),
        }
    )
    wkb = shapely.to_wkb(placed.shapes[at])
    area = frame["area_m2"].to_numpy(dtype=np.float64)[at]
    return Members(told, rows[at].astype(np.int64), np.asarray(wkb, dtype=object), area)


def _close(
    declared: IssueTable, frame: gpd.GeoDataFrame, names: dict[str, str]
) -> tuple[pd.DataFrame, int]:
    columns = ["plot_id", "declared_m2", "area_m2", "planar_m2"]
    plain = pd.DataFrame(frame[columns])
    for issue in declared:
        told = dict(issue.values)
        if issue.kind == "declared_close":
            row = plain[plain["plot_id"].eq(str(told["plot"]))]
            named = row.assign(plot_id=row["plot_id"].map(names).astype("str"))
            return named, int(str(told["count"]))
    return plain.iloc[:0], 0


def _leave(
    frame: gpd.GeoDataFrame,
    own: NDArray[np.bool_],
    ids: NDArray[np.object_],
    table: pa.Table,
    path: Path,
) -> None:
    """Keep a surveyed part for the next stage."""
    plain = pa.Table.from_pandas(pd.DataFrame(frame.drop(columns=GEOMETRY)), preserve_index=False)
    extra = {
        GEOMETRY: pa.array(shapely.to_wkb(frame.geometry.to_numpy()), pa.binary()),
        ROW: table[ROW],
        CODE: table[CODE],
        _OWN: pa.array(own),
        _ID: pa.array(ids, pa.string()),
    }
    for name, values in extra.items():
        plain = plain.append_column(name, values)
    # a worker that is lost leaves nothing under the name that the next stage reads
    tmp = path.with_suffix(".tmp")
    with pa.OSFile(str(tmp), "wb") as sink, pa.ipc.new_file(sink, plain.schema) as writer:
        writer.write_table(plain)
    tmp.replace(path)


@dataclass(frozen=True)
class Reread:
    """A surveyed part.

    Attributes
    ----------
    frame
        Plots and neighbours, EPSG:4490, named by their rows.
    own
        Which are the part's own.
    ids
        What they are called.
    codes
        Their place on the curve.
    """

    frame: gpd.GeoDataFrame
    own: NDArray[np.bool_]
    ids: NDArray[np.object_]
    codes: NDArray[np.uint32]


def reread(path: Path, plane: str) -> Reread:
    """Return what the survey left of a part."""
    table = read_ipc(path)
    held = [ROW, CODE, _OWN, _ID, GEOMETRY, *BOX]
    plain = table.drop_columns([name for name in held if name in table.column_names])
    shapes = shapely.from_wkb(np.asarray(table[GEOMETRY].to_pylist(), dtype=object))
    attributes = plain.to_pandas(types_mapper=nullable)
    attributes.index = pd.Index(table[ROW].to_numpy())
    # areas follow the shapes, as they do where nothing was left and read again
    before = [name for name in attributes if name not in _AFTER and not _is_fact(name)]
    after = [name for name in attributes if name not in before]
    frame = gpd.GeoDataFrame(attributes[before], geometry=shapes, crs=STORED_CRS)
    for name in after:
        frame[name] = attributes[name]
    frame.attrs["plane"] = plane
    return Reread(
        frame,
        table[_OWN].to_numpy(zero_copy_only=False),
        np.asarray(table[_ID].to_pylist(), dtype=object),
        table[CODE].to_numpy(),
    )


_AFTER = frozenset(AREA_COLUMNS)


def _is_fact(name: object) -> bool:
    return str(name).startswith("fact_") and str(name).endswith("_share")
