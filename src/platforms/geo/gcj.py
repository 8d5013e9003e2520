"""The offsets of Chinese web maps, GCJ-02 and BD-09, taken off again.

Web maps in China show places half a kilometre (GCJ-02) to one kilometre (BD-09) away from
where they are. The true formula is not public; this is the approximation that is published
widely (among others in googollee/eviltransform), and its authors promise no accuracy. It
brings a place back to about a metre or some metres, never to survey grade: areas of such
coordinates are for a first look and are never certified. Nothing is taken off unless the
user says that it is there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.issues import IssueTable

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["OFFSETS", "known_offset", "remove_offset", "web_offset_of"]

_Degrees = NDArray[np.float64]

# constants of the published approximation
_A, _E2 = 6378245.0, 0.00669342162296594323
_BD_TURN = np.pi * 3000.0 / 180.0
_BD_LON, _BD_LAT = 0.0065, 0.006
_ROUNDS = 30
_DONE_DEG = 1e-12
# outlines that agree this well after a shift, and this much better than before, tell
_ALIKE, _BETTER = 0.5, 0.2


def web_offset_of(name: str) -> str | None:
    """Return ``gcj02`` or ``bd09`` for what users call them, None for other systems.

    Examples
    --------
    >>> web_offset_of("GCJ-02"), web_offset_of("bd09"), web_offset_of("EPSG:4528")
    ('gcj02', 'bd09', None)
    """
    plain = name.lower().replace("-", "").replace("_", "").replace(" ", "")
    alias = {"gcj2": "gcj02", "bd9": "bd09", "bd09ll": "bd09"}.get(plain, plain)
    return alias if alias in OFFSETS else None


def remove_offset(points: _Degrees, offset: str) -> _Degrees:
    """Return where points of a web map truly are.

    Parameters
    ----------
    points
        Longitude and latitude as the web map has them, degrees, one row a point.
    offset
        ``gcj02`` or ``bd09``.

    Returns
    -------
    points
        Longitude and latitude in WGS84, which is taken as CGCS2000. Found by a fixed point:
        put through the approximation again they give the web map's numbers.
    """
    forward = OFFSETS[offset]
    given = np.asarray(points, dtype=np.float64)
    true = given.copy()
    for _ in range(_ROUNDS):
        wrong = forward(true) - given
        true -= wrong
        if not wrong.size or np.abs(wrong).max() < _DONE_DEG:
            break
    return true


def _gcj02(points: _Degrees) -> _Degrees:
    """Shift true longitude and latitude as GCJ-02 does."""
    lon, lat = points[:, 0], points[:, 1]
    x, y = lon - 105.0, lat - 35.0
    waves = 20.0 * (np.sin(6 * np.pi * x) + np.sin(2 * np.pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + waves
    north += (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3
    north += (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + waves
    east += (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3
    east += (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    phi = np.radians(lat)
    magic = 1 - _E2 * np.sin(phi) ** 2
    d_lat = np.degrees(north * magic**1.5 / (_A * (1 - _E2)))
    d_lon = np.degrees(east * np.sqrt(magic) / (_A * np.cos(phi)))
    return np.column_stack([lon + d_lon, lat + d_lat])


def _bd09(points: _Degrees) -> _Degrees:
    """Shift true longitude and latitude as BD-09 does: GCJ-02, then once more."""
    lon, lat = _gcj02(points).T
    reach = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    turn = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return np.column_stack([reach * np.cos(turn) + _BD_LON, reach * np.sin(turn) + _BD_LAT])


OFFSETS: dict[str, Callable[[_Degrees], _Degrees]] = {"gcj02": _gcj02, "bd09": _bd09}
"""The offsets that are known: name → what it does to true degrees."""


def known_offset(plots: gpd.GeoDataFrame, known: gpd.GeoDataFrame) -> IssueTable:
    """Say whether plots match known outlines only once a web map's offset is taken off.

    Parameters
    ----------
    plots
        Plots in EPSG:4490, as `read_plots` gives them; not changed.
    known
        Outlines in EPSG:4490 that are known to be right and that some plots should equal.

    Returns
    -------
    issues
        One web_offset_seen with the offset and both agreements (the shared part of plot and
        outline over their union, the median of the plots); one known_unlike where neither
        with nor without an offset the plots agree, so that nothing can be said; or empty.
    """
    issues = IssueTable()
    shapes = _valid(plots.geometry.to_numpy())
    tree = shapely.STRtree(_valid(known.geometry.to_numpy()))
    if not len(shapes):
        return issues
    plain = _agreement(shapes, tree)
    scores = {
        name: _agreement(shapely.transform(shapes, partial(remove_offset, offset=name)), tree)
        for name in OFFSETS
    }
    best = max(scores, key=lambda name: scores[name])
    if scores[best] >= _ALIKE and scores[best] >= plain + _BETTER:
        label = {"gcj02": "GCJ-02", "bd09": "BD-09"}[best]
        issues.add(
            "web_offset_seen",
            "warning",
            offset=label,
            code=best,
            before=f"{plain:.0%}",
            after=f"{scores[best]:.0%}",
        )
    elif max(plain, scores[best]) < _ALIKE:
        issues.add("known_unlike", "info", agreement=f"{plain:.0%}")
    return issues


def _valid(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    good = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes) & shapely.is_valid(shapes)
    return np.asarray(shapes[good & (shapely.area(shapes) > 0)], dtype=object)


def _agreement(shapes: NDArray[np.object_], tree: shapely.STRtree) -> float:
    """Return the median over shapes of the best intersection over union with an outline."""
    mine, theirs = tree.query(shapes, predicate="intersects")
    left, right = shapes[mine], tree.geometries[theirs]
    shared = shapely.area(shapely.intersection(left, right))
    ratio = shared / (shapely.area(left) + shapely.area(right) - shared)
    best = np.zeros(len(shapes))
    np.maximum.at(best, mine, ratio)
    return float(np.median(best))
