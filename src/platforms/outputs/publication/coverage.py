"""How much ground lies together under the detailed layers of a map.

Features that are nearer to each other than a stated gap, in the survey plane, cover the ground
together, as a union after a buffer of half the gap would join them. The size of such a
coverage is the official area of the union of its own shapes: the gaps are not counted, ground
that two layers cover is counted once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from platforms.geo.area import measure_frame
from platforms.geo.crs import plane_for
from platforms.geo.transform import reproject
from platforms.outputs.publication.profile import Contiguous

__all__ = ["Coverage", "detailed_layers", "largest_coverage"]

_M2 = 1e6


@dataclass(frozen=True)
class Coverage:
    """Ground that lies together.

    Attributes
    ----------
    km2
        Official area, km².
    features
        How many features cover it.
    layers
        Titles of the layers that they belong to.
    """

    km2: float
    features: int
    layers: tuple[str, ...]


def detailed_layers(
    layers: Sequence[Mapping[str, object]], rule: Contiguous
) -> list[Mapping[str, object]]:
    """Return the layers that show areas in detail.

    Areas that are schematic or stated as less accurate are none, nor are synthetic ones where
    the rule leaves them out.
    """
    found = []
    for layer in layers:
        known = cast("Sequence[float] | None", layer.get("accuracy"))
        coarse = known is not None and known[0] > rule.accuracy_m
        left_out = bool(layer["sample"]) and not rule.count_sample
        if layer["kind"] == "polygon" and not (layer["schematic"] or coarse or left_out):
            found.append(layer)
    return found


def largest_coverage(frames: Mapping[str, gpd.GeoDataFrame], rule: Contiguous) -> Coverage | None:
    """Return the largest contiguous coverage over the limit; None where none is.

    Parameters
    ----------
    frames
        Areas by the title of their layer, EPSG:4490.
    rule
        Limit and gap.
    """
    shapes = np.concatenate([np.empty(0, dtype=object), *(f.geometry for f in frames.values())])
    titles = np.repeat([*frames], [len(frame) for frame in frames.values()])
    known = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    shapes, titles = shapes[known], titles[known]
    if not len(shapes):
        return None
    ground = gpd.GeoDataFrame(geometry=shapes, crs=4490)
    flat = reproject(ground, plane_for(ground)).geometry.to_numpy()
    label = _joined(flat, rule.gap_m)
    upper = np.bincount(label, weights=shapely.area(flat))
    found: list[Coverage] = []
    # the sum is never less than the union: few are worth a union
    for group in np.flatnonzero(upper > rule.limit_km2 * _M2 * 0.99):
        inside = label == group
        km2 = _official_km2(shapes[inside])
        if km2 > rule.limit_km2:
            named = tuple(dict.fromkeys(titles[inside].tolist()))
            found.append(Coverage(km2, int(inside.sum()), named))
    return max(found, key=lambda one: one.km2, default=None)


def _joined(shapes: npt.NDArray[np.object_], gap_m: float) -> npt.NDArray[np.int64]:
    one, two = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap_m)
    links = coo_array((np.ones(len(one), dtype=np.int8), (one, two)), shape=(len(shapes),) * 2)
    return connected_components(links, directed=False)[1].astype(np.int64)


def _official_km2(shapes: npt.NDArray[np.object_]) -> float:
    bad = ~shapely.is_valid(shapes)
    if bad.any():
        mended = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
        shapes = np.where(bad, mended, shapes)
    land = gpd.GeoDataFrame(geometry=[shapely.union_all(shapes)], crs=4490)
    return float(measure_frame(land)["area_m2"].iloc[0]) / _M2
