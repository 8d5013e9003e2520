"""The map of an extent: every plot that reaches into it, singly, to be opened without a server.

It says how many plots lie inside and how many were left out. Figures and charts still speak of
all plots, and a note says so. More plots than a page can hold are refused, never thinned out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from platforms import messages
from platforms.errors import InputError
from platforms.outputs.maps.map_encoding import pack_attributes, pack_geometry
from platforms.outputs.maps.map_seal import MapDocument, sealed
from platforms.outputs.maps.slides import opening_slides
from platforms.outputs.maps.tiled.large_layer import most_plots
from platforms.outputs.maps.tiled.plot_index import Box
from platforms.outputs.maps.tiled.plot_tiles import COUNT, NAME, PlotTiles

__all__ = ["ExtentMap", "extent_counts", "map_of_extent"]

_SUMMED = "summed"


@dataclass(frozen=True)
class ExtentMap:
    """A map of an extent.

    Attributes
    ----------
    document
        For :func:`platforms.save_html`.
    inside
        Plots on it, each singly.
    left_out
        Plots of the layer that do not reach into the extent.
    """

    document: MapDocument
    inside: int
    left_out: int


def extent_counts(tiles: Mapping[str, PlotTiles], box: Box) -> tuple[int, int]:
    """Return how many plots reach into an extent, and how many do not."""
    inside = sum(len(one.index.reaching(box)) for one in tiles.values())
    return inside, sum(map(len, tiles.values())) - inside


def map_of_extent(
    document: MapDocument, box: Box, *, tiles: Mapping[str, PlotTiles] | None = None
) -> ExtentMap:
    """Return the map of an extent of a map with more plots than it carries.

    Parameters
    ----------
    document
        As it was made, with its plots.
    box
        West, south, east, north in degrees (EPSG:4490).
    tiles
        What a filter left of the plots, by layer; default all.

    Returns
    -------
    found
        The map; plots are whole wherever the extent cuts them.

    Raises
    ------
    ConflictError
        When the plots lie in a store that was written meanwhile.
    InputError
        When the box is none, no plot lies in it, or more than a page can hold.
    """
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 degrees
        raise InputError("map.errors.no_extent", box=",".join(f"{side:g}" for side in box))
    held = dict(tiles or document.tiles)
    inside, left = extent_counts(held, box)
    if not inside:
        raise InputError("map.errors.empty_extent", left=f"{left:,}")
    if inside > most_plots():
        raise InputError("map.errors.wide_extent", inside=f"{inside:,}", most=f"{most_plots():,}")
    content: dict[str, Any] = dict(document.content)
    layers: Sequence[Mapping[str, Any]] = content["layers"]
    lang = str(content["lang"]).replace("-", "_")
    content["layers"] = [
        _single(layer, held[layer["id"]], box) if layer["id"] in held else layer for layer in layers
    ]
    told = {"inside": f"{inside:,}", "left": f"{left:,}"}
    part = messages.text("map.extent.note", lang, **told)
    # the note on sums is of a map that has them
    content["notes"] = [part, *content["notes"][len(document.tiles) :]]
    content["subtitle"] = " · ".join(
        filter(None, [content["subtitle"], messages.text("map.extent.subtitle", lang, **told)])
    )
    content["figures"] = [
        one | {"label": messages.text("map.extent.figure", lang, label=one["label"])}
        for one in content["figures"]
    ]
    content["focus"] = [float(side) for side in box]
    content["slides"] = opening_slides(content)
    return ExtentMap(sealed(content), inside, left)


def _single(layer: Mapping[str, Any], tiles: PlotTiles, box: Box) -> dict[str, Any]:
    """Return a layer with the plots that reach into a box instead of sums."""
    frame = tiles.taken(tiles.index.reaching(box), box)
    own = {COUNT, NAME}
    columns = [one for one in tiles.columns if one.name not in own]
    told = {key: value for key, value in layer.items() if key != _SUMMED}
    return told | {
        "columns": [one for one in layer["columns"] if one["name"] not in own],
        "features": len(frame),
        "bounds": [round(float(side), 4) for side in frame.total_bounds],
        "geometry": pack_geometry(frame.geometry.to_numpy(), "polygon"),
        "attributes": pack_attributes(frame, columns),
    }
