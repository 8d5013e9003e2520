"""Which features a slide speaks of, and where most of them lie together.

A plot is a speck on the map of a county. Its verdict and what of it is reclaimable are read from
the layer as it is packed; nothing is computed but how many there are and where.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt
import shapely

from platforms.outputs.maps.map_encoding import Packed, unpack_geometry

__all__ = ["Hits", "hits_of"]

# about 1 km; what lies in three by three of these is seen together
_CELL_DEG = 0.01
# cells on a side: plots that are strewn over the world make coarser ones
_MOST_CELLS = 400
# reading more for a view would take longer than the map is worth
_MOST_FEATURES = 20_000

Box = tuple[float, float, float, float]


class Hits(NamedTuple):
    """Features that a slide speaks of."""

    number: int
    box: Box | None
    """Where most of them lie together: west, south, east, north in degrees; None for none."""


def hits_of(layer: Mapping[str, object], name: str) -> Hits | None:
    """Return the plots of a layer that a chapter speaks of.

    Parameters
    ----------
    layer
        A packed layer of a map document, polygons with ``verdict`` or ``reclaimable_mu``.
    name
        ``low_efficiency``: plots of that verdict; ``reclaimable``: those of which something is.

    Returns
    -------
    hits
        None where the layer does not tell, or holds more than is read for a view.
    """
    if cast("int", layer["features"]) > _MOST_FEATURES or layer["kind"] != "polygon":
        return None
    columns = json.loads(_raw(layer["attributes"]))
    column = columns.get("verdict" if name == "low_efficiency" else "reclaimable_mu")
    if column is None:
        return None
    if name == "low_efficiency":
        values = _words(column)
        hit = np.array([value == "low_efficiency" for value in values], dtype=bool)
    else:
        hit = np.array([(value or 0) > 0 for value in column["values"]], dtype=bool)
    if not hit.any():
        return Hits(0, None)
    shapes = unpack_geometry(_raw(layer["geometry"]), "polygon")
    return Hits(int(hit.sum()), _together(shapely.bounds(shapes[hit])))


def _raw(part: object) -> bytes:
    # a document that is being made holds bytes, one that was made text
    return part.raw if isinstance(part, Packed) else Packed.from_json(cast("dict", part)).raw  # type: ignore[type-arg]


def _words(column: Mapping[str, list[object]]) -> list[object]:
    words = column.get("dict")
    if words is None:
        return column["values"]
    return [words[code] if code >= 0 else None for code in cast("list[int]", column["values"])]


def _together(boxes: npt.NDArray[np.float64]) -> Box:
    """Return the box of what lies in the three by three cells that hold most."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    low = centres.min(axis=0)
    cell = max(_CELL_DEG, float(np.ptp(centres, axis=0).max()) / _MOST_CELLS)
    places = np.floor((centres - low) / cell).astype(int)
    held = np.zeros(places.max(axis=0) + 3, dtype=int)
    np.add.at(held, (places[:, 0] + 1, places[:, 1] + 1), 1)
    wide, high = held.shape
    sums = sum(held[i : wide - 2 + i, j : high - 2 + j] for i in range(3) for j in range(3))
    # of equals the first: the same plots give the same view
    middle = np.array(np.unravel_index(np.argmax(sums), (wide - 2, high - 2)))
    seen = boxes[(np.abs(places - middle) <= 1).all(axis=1)]
    west, south = (round(float(v), 4) for v in seen[:, :2].min(axis=0))
    east, north = (round(float(v), 4) for v in seen[:, 2:].max(axis=0))
    return (west, south, east, north)
