"""Plots laid in the plane in which they are measured, once for all that looks at them."""

from __future__ import annotations

import dataclasses
import operator
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.crs import CGCS2000, gauss_plane, plane_for, reproject, transformer
from platforms.geo.threads import in_threads

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from pyproj import CRS

__all__ = ["OUTLINE_ACCURACY_M", "Laid", "Placed", "outline_in", "place", "usable"]

OUTLINE_ACCURACY_M = 80.0
"""A county's outline is generalised to about this much."""

_ANYWHERE = 120.0


@dataclasses.dataclass(frozen=True)
class Placed:
    """Geometries of a frame in a Gauss plane; not to be changed.

    Attributes
    ----------
    shapes
        One a row, coordinates in ``plane``.
    plane
        Gauss plane of CGCS2000.
    pairs
        Overlapping pairs that were found, by tolerance in m².
    invalid
        Which of these very shapes the reader's worker found invalid; None where nobody has
        looked yet.
    """

    shapes: NDArray[np.object_]
    plane: CRS
    pairs: dict[float, pd.DataFrame] = dataclasses.field(default_factory=dict, compare=False)
    invalid: NDArray[np.bool_] | None = dataclasses.field(default=None, compare=False)
    _inside: list[tuple[shapely.Geometry, float, NDArray[np.bool_]]] = dataclasses.field(
        default_factory=list, repr=False, compare=False
    )

    @cached_property
    def usable(self) -> NDArray[np.bool_]:
        """Which geometries are valid polygons with an inside."""
        if self.invalid is None:
            return usable(self.shapes)
        return _with_inside(self.shapes) & ~self.invalid

    def inside(self, county: shapely.Geometry, accuracy_m: float) -> NDArray[np.bool_]:
        """Say which usable geometries lie in a county whole.

        Parameters
        ----------
        county
            Its outline, EPSG:4490. The answer for one geometry object is kept.
        accuracy_m
            How far a plot may reach out of it.
        """
        for outline, metres, answer in self._inside:
            if outline is county and metres == accuracy_m:
                return answer
        answer = self.usable.copy()
        outline = outline_in(self.plane, county, accuracy_m)
        answer[answer] = shapely.covers(outline, self.shapes[answer])
        self._inside.append((county, accuracy_m, answer))
        return answer


@dataclasses.dataclass(frozen=True)
class Laid:
    """Shapes as a file had them in its own plane, beside those that a frame got of them.

    Attributes
    ----------
    stored
        The geometries of the frame, EPSG:4490.
    placed
        The same ones in the file's plane.
    """

    stored: NDArray[np.object_]
    placed: Placed

    def serves(self, frame: gpd.GeoDataFrame, plane: CRS) -> bool:
        """Say whether a frame still holds these very geometries, and this is their plane."""
        if len(frame) != len(self.stored) or plane != self.placed.plane:
            return False
        # geometries cannot be changed, so the same objects have the same coordinates
        now = frame.geometry.to_numpy().tolist()
        return frame.crs == CGCS2000 and all(map(operator.is_, now, self.stored.tolist()))


def place(frame: gpd.GeoDataFrame, plane: object = None, *, laid: Laid | None = None) -> Placed:
    """Lay a frame's geometries in a Gauss plane.

    Parameters
    ----------
    frame
        Plots in any system that `measure_frame` takes; not changed.
    plane
        Gauss plane to work in, default as in `measure_frame`; or what this function gave for
        the same frame, which is then returned.
    laid
        What the reader had in its hands; used as it is where it serves the frame and the
        plane, so that nothing is carried there and back.

    Raises
    ------
    CRSError
        As `measure_frame`.
    """
    if isinstance(plane, Placed):
        return plane
    nothing = frame.crs is not None and not np.isfinite(frame.total_bounds).all()
    # shapes without a place are in any plane
    chosen = gauss_plane(_ANYWHERE) if nothing else plane_for(frame, default=plane)
    if laid is not None and laid.serves(frame, chosen):
        return laid.placed
    moved = frame[[frame.geometry.name]]
    moved = moved if frame.crs == chosen else reproject(moved, chosen)
    return Placed(moved.geometry.to_numpy(), chosen)


def outline_in(plane: CRS, county: shapely.Geometry, accuracy_m: float) -> shapely.Geometry:
    """Return a county's outline (EPSG:4490) in a plane, wider by its accuracy, prepared."""
    move = transformer(CGCS2000, plane)
    outline = shapely.transform(county, lambda p: np.column_stack(move.transform(*p.T)))
    outline = shapely.buffer(outline, accuracy_m) if accuracy_m > 0 else outline
    shapely.prepare(outline)
    return outline


def usable(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Say which geometries are valid polygons with an inside."""
    return np.asarray(_with_inside(shapes) & in_threads(shapely.is_valid, shapes), dtype=bool)


def _with_inside(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    kind = shapely.get_type_id(shapes)
    return np.asarray(((kind == 3) | (kind == 6)) & ~shapely.is_empty(shapes), dtype=bool)  # noqa: PLR2004 polygons
