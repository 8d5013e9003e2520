"""When a layer is too large for one map, and what the map then carries of it.

The map itself carries sums of cells: it draws and prints without a server, and says of how many
plots it speaks. Where a server has the plots, the app's map asks it for those in view.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import geopandas as gpd

from platforms import messages
from platforms.errors import InputError
from platforms.outputs.maps.map_parts import Column, MapLayer
from platforms.outputs.maps.map_styles import Style
from platforms.outputs.maps.tiled.plot_index import DEEPEST
from platforms.outputs.maps.tiled.plot_tiles import PlotTiles

__all__ = ["large", "large_note", "most_plots", "most_singly", "sum_words", "summed"]

_SETTING = "PLATFORMS_MAP_PLOTS"
# what the canvas of a browser draws well, measured
_MOST = 500_000
_LEAST = 10
# in a small trial a tile shows fewer singly too, so that the trial shows what the large does
_SHARE = 125
_TEXTS = ("sum", "part", "count")


def most_plots() -> int:
    """Return how many plots one map carries: ``PLATFORMS_MAP_PLOTS``, default 500 000.

    Raises
    ------
    InputError
        When it is no whole number, or too small.
    """
    given = os.environ.get(_SETTING, "").strip()
    if not given:
        return _MOST
    if not (given.isascii() and given.isdigit() and int(given) >= _LEAST):
        raise InputError("map.errors.most_plots", name=_SETTING, given=given, least=_LEAST)
    return int(given)


def large(
    frame: gpd.GeoDataFrame, columns: Sequence[Column], key: str, style: Style, lang: str
) -> PlotTiles:
    """Return the plots of a layer that is too large for one map.

    Parameters
    ----------
    frame
        All plots, degrees, none without a geometry.
    columns, key, style
        Of the layer.
    lang
        Language of what a sum is called.
    """
    by = style.column if any(one.name == style.column for one in columns) else None
    return PlotTiles.of(
        frame,
        columns,
        key=key,
        by=by,
        values=list(style.classes) if by is not None else [],
        named=sum_words(lang),
        most=most_singly(),
    )


def sum_words(lang: str) -> dict[str, str]:
    """Return what sums are called in a language, as :class:`PlotTiles` takes it."""
    return {name: messages.catalogue(lang, "map")[f"summed.{name}"] for name in _TEXTS}


def most_singly() -> int:
    """Return how many plots a tile shows singly."""
    return max(1, most_plots() // _SHARE)


def large_note(layer: MapLayer, tiles: Mapping[str, PlotTiles], lang: str) -> str:
    """Return what a reader of the map has to know of a layer that it does not carry singly."""
    count = f"{len(tiles[layer.name]):,}"
    most = f"{most_plots():,}"
    return messages.text("map.summed.note", lang, title=layer.title, n=count, most=most)


def summed(tiles: PlotTiles) -> tuple[gpd.GeoDataFrame, dict[str, object]]:
    """Return what the map carries of a large layer: sums, and of what they are the sums."""
    told = {
        "plots": len(tiles),
        # by class in the order of the style, the last of all other values
        "counts": tiles.counts,
        "fingerprint": tiles.fingerprint,
        "deepest": DEEPEST,
    }
    return tiles.alone(), {"summed": told}
