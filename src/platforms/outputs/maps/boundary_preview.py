"""A boundary that is not stored yet, on the map as it is: seen before it is put in.

The layer is no part of what is known of the county, so its title says that it is not stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from platforms import messages
from platforms.outputs.maps.map_document import map_document
from platforms.outputs.maps.map_parts import Column, MapLayer, Sheet
from platforms.outputs.maps.map_seal import MapDocument, sealed

__all__ = ["GIVEN", "with_given_boundary"]

# the layer of the boundary; its one feature has the id of the place
GIVEN = "given_boundary"


def with_given_boundary(
    document: MapDocument, shape: BaseGeometry, *, feature_id: str, compress: bool = True
) -> MapDocument:
    """Return a map with a boundary that is looked at before it is stored.

    Parameters
    ----------
    document
        Not changed.
    shape
        The boundary, polygon or multipolygon, EPSG:4490.
    feature_id
        Id of the place that it is given for.
    compress
        Compress the packed parts.

    Returns
    -------
    document
        With a layer ``given_boundary`` of one feature, and an id of its own.
    """
    lang = "en" if document.content["lang"] == "en" else "zh_CN"
    frame = gpd.GeoDataFrame({"id": [feature_id]}, geometry=[shape], crs=4490)
    title = messages.text("map.given_boundary", lang, place=feature_id)
    layer = MapLayer(
        name=GIVEN,
        title=title,
        frame=frame,
        key="id",
        columns=[Column(name="id", title=title, role="title")],
        style=GIVEN,
        visible=True,
    )
    made = map_document([layer], Sheet(title="", county=frame), lang=lang, compress=compress)
    layers = cast("Sequence[object]", document.content["layers"])
    own = cast("Sequence[object]", made.content["layers"])
    return sealed({**document.content, "layers": [*layers, *own]}, compress=compress)
