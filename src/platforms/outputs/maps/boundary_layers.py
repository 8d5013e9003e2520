"""Boundaries of places that others of their layer stand in for by a point.

A layer of places has a mark for each; a place whose boundary a user put in has its mark inside
it, and the boundary itself is drawn below, solid where stand-ins are spread marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from platforms import messages
from platforms.outputs.maps.map_parts import MapLayer

__all__ = ["AREAS", "with_boundaries"]

# ends the name of a layer of boundaries; what is selected there is the place itself
AREAS = "_areas"
_POLYGONS = (3, 6)


def with_boundaries(layers: Sequence[MapLayer], lang: str) -> list[MapLayer]:
    """Give each layer of places whose boundaries are partly known a layer of these.

    Parameters
    ----------
    layers
        Layers of a map; only those that are ``places`` change.
    lang
        Language of the titles.
    """
    made: list[MapLayer] = []
    for layer in layers:
        areas = np.isin(shapely.get_type_id(layer.frame.geometry.to_numpy()), _POLYGONS)
        if not layer.places or not areas.any():
            made.append(layer)
            continue
        marks = layer.frame.copy()
        shapes = layer.frame.geometry.to_numpy().copy()
        shapes[areas] = shapely.point_on_surface(shapes[areas])
        outlined = replace(
            layer,
            name=f"{layer.name}{AREAS}",
            title=messages.text("map.boundaries", lang, title=layer.title),
            frame=layer.frame[areas],
            style="place_areas",
            schematic=False,
            places=False,
            note="",
        )
        made += [outlined, replace(layer, frame=marks.set_geometry(shapes, crs=marks.crs))]
    return made
