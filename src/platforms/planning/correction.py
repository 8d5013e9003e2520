"""Corrections of plots: a boundary changed, a plot split; the plots given stay as they are.

A correction is data. The plots of a file with the corrections made to it are always made anew
from the file, so undoing one is leaving it out. What the corrected plots are called says that
they are not the file any more, and so does their fingerprint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd
import pandas as pd
import shapely

from platforms import messages
from platforms.errors import InputError, LimitError
from platforms.geo.cut import cut_polygon
from platforms.geo.joined import join_corners
from platforms.geo.read import Plots
from platforms.issues import IssueTable
from platforms.layers.workspace import Workspace
from platforms.planning.drawing import MOST_POINTS, closed_ring

__all__ = ["Line", "PlotCorrection", "Shape", "correct_plots", "plot_correction"]

Points = tuple[tuple[float, float], ...]
Shape = tuple[tuple[Points, ...], ...]
Line = Points

# the whole's; a piece has none until somebody declares it
_OF_THE_WHOLE = "declared_m2"
_FEWEST = 2


@dataclass(frozen=True)
class PlotCorrection:
    """One change to one plot.

    Attributes
    ----------
    plot_id
        The plot as it was called before.
    shape
        Its new boundary: parts of closed rings, the outline first and then the holes, each of
        longitudes and latitudes in EPSG:4490; empty when the plot is split.
    line
        Points of the line that splits it, EPSG:4490; empty when its boundary is changed.
    """

    plot_id: str
    shape: Shape = ()
    line: Line = ()

    @property
    def splits(self) -> bool:
        """Whether the plot is split."""
        return bool(self.line)

    @cached_property
    def key(self) -> str:
        """Fingerprint of the change."""
        told = repr((self.plot_id, self.shape, self.line))
        return hashlib.sha256(told.encode()).hexdigest()


def plot_correction(
    plot_id: str,
    plots: gpd.GeoDataFrame,
    workspace: Workspace,
    *,
    shape: Sequence[Sequence[Sequence[Sequence[float]]]] | None = None,
    line: Sequence[Sequence[float]] | None = None,
) -> PlotCorrection:
    """Make a correction of what was drawn on a map.

    Parameters
    ----------
    plot_id
        The plot that is corrected.
    plots
        All plots as they are now, EPSG:4490 with ``plot_id``; corners that were joined to one
        of them are put exactly there.
    workspace
        Gives the survey plane where the plots name none.
    shape
        Parts of rings of corners: longitude, latitude, and as :func:`join_corners` takes it
        whether the corner was joined.
    line
        Corners of the line that splits the plot, likewise.

    Raises
    ------
    InputError
        When corners are no longitudes and latitudes, or too few.
    LimitError
        When there are too many.
    """
    plane = plots.attrs.get("plane") or workspace.plan.crs
    if line is not None:
        if len(line) > MOST_POINTS:
            raise LimitError("planning.drawing.many", points=len(line), most=MOST_POINTS)
        points = tuple(dict.fromkeys(join_corners(_pairs(line), plots, plane)))
        if len(points) < _FEWEST:
            raise InputError("correction.line_short")
        return PlotCorrection(plot_id, line=points)
    others = plots[plots["plot_id"].astype(str) != plot_id]
    parts = tuple(
        tuple(closed_ring(join_corners(_pairs(ring), others, plane)) for ring in part)
        for part in shape or ()
        if part
    )
    if not parts:
        raise InputError("planning.drawing.few", points=0)
    return PlotCorrection(plot_id, shape=parts)


def _pairs(corners: Sequence[Sequence[float]]) -> Sequence[Sequence[float]]:
    """Return corners that begin with two numbers, or say which does not."""
    for number, corner in enumerate(corners, start=1):
        sound = isinstance(corner, Sequence) and len(corner) > 1 and not isinstance(corner, str)
        if not sound or not all(isinstance(value, int | float) for value in corner[:2]):
            raise InputError("planning.drawing.point", number=number)
        if not (abs(corner[0]) <= 180 and abs(corner[1]) <= 90):  # noqa: PLR2004 degrees
            raise InputError("planning.drawing.point", number=number)
    return corners


def correct_plots(
    plots: Plots, corrections: Iterable[PlotCorrection], workspace: Workspace
) -> Plots:
    """Return plots with corrections made to them, one after the other.

    Parameters
    ----------
    plots
        What was read; not changed.
    corrections
        The changes; each names plots as the one before left them.
    workspace
        Gives the survey plane where the plots name none.

    Returns
    -------
    plots
        Others keep their place and their numbers to the last digit. The pieces of a split
        plot stand where it stood, called ``id-1``, ``id-2`` …, with its attributes but no
        declared area. Named as corrected, with a fingerprint of their own.

    Raises
    ------
    InputError
        When a plot is not there, or its id is not its own.
    GeometryError
        When a line cuts nothing off.
    """
    frame, issues, made = plots.frame, list(plots.issues), 0
    plane = plots.source.plane or workspace.plan.crs
    digest = hashlib.sha256(plots.source.sha256.encode())
    count = 0
    for one in corrections:
        rows, split = _changed(frame, one, plane)
        made += len(rows) - 1
        at = _place(frame, one.plot_id)
        attrs = frame.attrs
        joined = pd.concat([frame.iloc[:at], rows, frame.iloc[at + 1 :]], ignore_index=True)
        frame = gpd.GeoDataFrame(joined, geometry=frame.geometry.name, crs=frame.crs)
        frame.attrs = attrs
        # what was said of the former shape
        issues = [i for i in issues if i.feature != one.plot_id or not _of_shape(i.kind)]
        told = IssueTable()
        ids = rows["plot_id"].astype(str).tolist()
        if split:
            told.add("plot_split", "info", feature=one.plot_id, pieces=ids)
        else:
            told.add("plot_changed", "info", feature=one.plot_id)
        issues.extend(told)
        digest.update(one.key.encode())
        count += 1
    if not count:
        return plots
    source = replace(
        plots.source,
        name=messages.text("correction.source", None, name=plots.source.name, count=count),
        features=plots.source.features + made,
        sha256=digest.hexdigest(),
    )
    return Plots(frame, IssueTable(issues), source)


def _of_shape(kind: str) -> bool:
    return kind.startswith(("geometry_", "shape_"))


def _place(frame: gpd.GeoDataFrame, plot_id: str) -> int:
    places = (frame["plot_id"].astype(str) == plot_id).to_numpy().nonzero()[0]
    if len(places) != 1:
        raise InputError("correction.plot_unknown", plot=plot_id, count=len(places))
    return int(places[0])


def _changed(
    frame: gpd.GeoDataFrame, one: PlotCorrection, plane: object
) -> tuple[gpd.GeoDataFrame, bool]:
    """Return the rows that take a plot's place."""
    at = _place(frame, one.plot_id)
    name = frame.geometry.name
    if not one.splits:
        row = frame.iloc[[at]].copy()
        row[name] = gpd.GeoSeries([_geometry(one.shape)], index=row.index, crs=frame.crs)
        return row, False
    whole = frame.geometry.iloc[at]
    if whole is None or whole.is_empty:
        raise InputError("correction.plot_unknown", plot=one.plot_id, count=0)
    pieces = cut_polygon(whole, shapely.LineString(one.line), plane)
    rows = frame.iloc[[at] * len(pieces)].copy()
    rows.index = pd.RangeIndex(len(pieces))
    rows[name] = gpd.GeoSeries(pieces, index=rows.index, crs=frame.crs)
    rows["plot_id"] = _new_ids(one.plot_id, len(pieces), set(frame["plot_id"].astype(str)))
    if _OF_THE_WHOLE in rows:
        rows[_OF_THE_WHOLE] = float("nan")
    return rows, True


def _new_ids(plot_id: str, count: int, taken: set[str]) -> list[str]:
    ids: list[str] = []
    number = 0
    while len(ids) < count:
        number += 1
        name = f"{plot_id}-{number}"
        if name not in taken:
            ids.append(name)
    return ids


def _geometry(shape: Shape) -> shapely.Polygon | shapely.MultiPolygon:
    parts = [shapely.Polygon(outline, holes) for outline, *holes in shape]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
