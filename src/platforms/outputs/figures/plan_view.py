"""What part of the land lies on the sheet, and at which scale.

The plane is the Gauss plane of the 3-degree zone of CGCS2000 in which the middle of the map
lies, so that north is up and lengths are true to about 1 in 3000. The printed scale is a round
number and holds for the sheet's own millimetres; the bar is as long as the geodesic that it
names, at the middle of the map.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Geod, Transformer

from platforms.errors import InputError
from platforms.geo.transform import transformer
from platforms.geo.zones import CGCS2000, MAX_ZONE_3, MIN_ZONE_3, gauss_plane, zone_of
from platforms.units import half_up

__all__ = ["Box", "View", "bar_length", "degrees_text", "view_of"]

Box = tuple[float, float, float, float]
Floats = npt.NDArray[np.float64]

_MARGIN = 0.05
_ROUND = (
    1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8,
    3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 8, 9, 10,
)  # fmt: skip
_LEAST_SCALE = 200
_STEPS_MINUTES = (
    1 / 60, 1 / 12, 1 / 6, 0.25, 0.5, 1, 2, 3, 5, 6, 10, 12, 15, 20, 30, 60, 120, 300,
)  # fmt: skip
_GEOD = Geod(ellps="GRS80")
# web mercator: metres of a pixel at zoom 0 on the equator
_ZOOM_0 = 156_543.033_928
_EDGE = 256


@dataclass(frozen=True)
class View:
    """A part of the land on a part of the sheet.

    Attributes
    ----------
    crs
        The plane.
    meridian
        Its central meridian, degrees.
    frame
        Left, top, right, bottom on the sheet, millimetres.
    middle
        Easting and northing of the frame's middle, metres.
    scale
        Denominator of the scale.
    pixel
        Millimetres for a pixel of the styles.
    """

    crs: CRS
    meridian: int
    frame: Box
    middle: tuple[float, float]
    scale: float
    pixel: float

    @cached_property
    def _onto(self) -> Transformer:
        return transformer(CGCS2000, self.crs)

    @property
    def metres(self) -> float:
        """Metres of the plane in a millimetre of the sheet."""
        return self.scale / 1000

    def project(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Return places (degrees) as millimetres of the sheet."""
        east, north = self._onto.transform(np.asarray(lon, float), np.asarray(lat, float))
        left, top, right, bottom = self.frame
        x = (left + right) / 2 + (np.asarray(east) - self.middle[0]) / self.metres
        y = (top + bottom) / 2 - (np.asarray(north) - self.middle[1]) / self.metres
        return x, y

    def unproject(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Return places of the sheet as longitude and latitude."""
        left, top, right, bottom = self.frame
        east = (np.asarray(x, float) - (left + right) / 2) * self.metres + self.middle[0]
        north = ((top + bottom) / 2 - np.asarray(y, float)) * self.metres + self.middle[1]
        lon, lat = self._onto.transform(east, north, direction="INVERSE")
        return np.asarray(lon), np.asarray(lat)

    def on_sheet(self, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
        """Return geometries (degrees) in millimetres of the sheet."""

        def placed(points: Floats) -> Floats:
            return np.column_stack(self.project(points[:, 0], points[:, 1]))

        return np.asarray(shapely.transform(shapes, placed), dtype=object)

    @cached_property
    def bounds(self) -> Box:
        """West, south, east, north of what lies in the frame, degrees."""
        left, top, right, bottom = self.frame
        along = np.linspace(0, 1, _EDGE)
        x = np.concatenate([left + (right - left) * along] * 2 + [[left] * _EDGE, [right] * _EDGE])
        y = np.concatenate([[top] * _EDGE, [bottom] * _EDGE] + [top + (bottom - top) * along] * 2)
        lon, lat = self.unproject(x, y)
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    @property
    def zoom(self) -> float:
        """Zoom of the app's map that has this many metres for a pixel of the styles."""
        _, south, _, north = self.bounds
        metres = self.metres * self.pixel
        return math.log2(_ZOOM_0 * math.cos(math.radians((south + north) / 2)) / metres)

    def bar_mm(self, metres: float) -> float:
        """Return how long a geodesic to the east is on the sheet, at the map's middle."""
        left, top, right, bottom = self.frame
        lon, lat = self.unproject((left + right) / 2, (top + bottom) / 2)
        start, first, _ = _GEOD.fwd(float(lon), float(lat), -90, metres / 2)
        end, last, _ = _GEOD.fwd(float(lon), float(lat), 90, metres / 2)
        x, y = self.project([start, end], [first, last])
        return float(np.hypot(x[1] - x[0], y[1] - y[0]))

    def graticule(self, apart: float) -> dict[str, list[tuple[float, float]]]:
        """Return where meridians and parallels meet the edges of the frame.

        Parameters
        ----------
        apart
            Least distance between two of them, millimetres.

        Returns
        -------
        crossings
            For ``top``, ``bottom`` (meridians: minutes, x) and ``left``, ``right`` (parallels:
            minutes, y).
        """
        left, top, right, bottom = self.frame
        west, south, east, north = self.bounds
        per_minute = min((right - left) / (east - west), (bottom - top) / (north - south)) / 60
        fine = [step for step in _STEPS_MINUTES if step * per_minute >= apart]
        step = fine[0] if fine else _STEPS_MINUTES[-1]
        x, y = np.linspace(left, right, _EDGE), np.linspace(bottom, top, _EDGE)
        edges = {
            "top": (self.unproject(x, np.full_like(x, top))[0], x),
            "bottom": (self.unproject(x, np.full_like(x, bottom))[0], x),
            "left": (self.unproject(np.full_like(y, left), y)[1], y),
            "right": (self.unproject(np.full_like(y, right), y)[1], y),
        }
        found = {}
        for name, (degrees, along) in edges.items():
            minutes = degrees * 60
            at = np.arange(math.ceil(minutes[0] / step), math.floor(minutes[-1] / step) + 1) * step
            places = np.interp(at, minutes, along)
            found[name] = list(zip(at.tolist(), places.tolist(), strict=True))
        return found


def view_of(extent: Sequence[float], frame: Box, *, pixel: float, margin: float = _MARGIN) -> View:
    """Return the view that shows an extent as large as a round scale allows.

    Parameters
    ----------
    extent
        West, south, east, north in degrees.
    frame
        Left, top, right, bottom on the sheet, millimetres.
    pixel
        Millimetres for a pixel of the styles.
    margin
        Share of the frame that stays free on each side.

    Raises
    ------
    InputError
        When the extent is not one, or lies outside the zones of CGCS2000.
    """
    values = [float(v) for v in extent]
    if len(values) != 4 or not all(map(math.isfinite, values)):  # noqa: PLR2004
        raise InputError("figures.extent", extent=values)
    west, south, east, north = values
    if not (west <= east and south <= north and south >= -90 and north <= 90):  # noqa: PLR2004
        raise InputError("figures.extent", extent=values)
    zone = zone_of((west + east) / 2)
    if not MIN_ZONE_3 <= zone <= MAX_ZONE_3:
        raise InputError("figures.extent", extent=values)
    crs = gauss_plane(zone * 3)
    box = shapely.segmentize(shapely.box(west, south, east, north), (east - west) / 16 or 1)
    plane = gpd.GeoSeries([box], crs=4490).to_crs(crs).total_bounds
    wide, high = plane[2] - plane[0], plane[3] - plane[1]
    left, top, right, bottom = frame
    room = 1 - 2 * margin
    least = 1000 * max(wide / ((right - left) * room), high / ((bottom - top) * room))
    return View(
        crs,
        zone * 3,
        frame,
        (float(plane[0] + plane[2]) / 2, float(plane[1] + plane[3]) / 2),
        _round_up(max(least, _LEAST_SCALE)),
        pixel,
    )


def _round_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    head = next(h for h in _ROUND if h * power >= value * (1 - 1e-12))
    return float(half_up(head * power, 0))


def bar_length(view: View, most: float) -> tuple[float, int]:
    """Return metres of the scale bar, and how many blocks it has.

    Parameters
    ----------
    view
        The map.
    most
        Greatest length on the sheet, millimetres.
    """
    metres = most * view.metres
    power = 10.0 ** math.floor(math.log10(metres))
    for head, blocks in ((5, 5), (4, 4), (2, 4), (1, 5)):
        if head * power <= metres:
            return head * power, blocks
    return power, 5


def degrees_text(minutes: float) -> str:
    """Return minutes of arc as degrees, minutes and, where there are any, seconds."""
    seconds = round(minutes * 60)
    degrees, rest = divmod(seconds, 3600)
    minute, second = divmod(rest, 60)
    return f"{degrees}°{minute:02d}′" + (f"{second:02d}″" if second else "")
