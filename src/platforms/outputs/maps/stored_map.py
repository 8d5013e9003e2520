"""The map of the plots that a store keeps, as they are kept: nothing is assessed for it.

Each plot is as its row says it; the official area of one whose row says none is measured of its
shape. More plots than one map carries are summed, and read from the store by extent and zoom.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from platforms import messages
from platforms.layers.workspace import Workspace
from platforms.outputs.maps.card_layers import layer_from_card
from platforms.outputs.maps.city_sheet import city_sheet, town_ground
from platforms.outputs.maps.extent_map import ExtentMap, map_of_extent
from platforms.outputs.maps.map_document import MapDocument, map_document
from platforms.outputs.maps.map_parts import Column, Figure, MapLayer
from platforms.outputs.maps.map_sheet import plot_column
from platforms.outputs.maps.map_styles import style_of
from platforms.outputs.maps.tiled.kept_tiles import Gathering, KeptRows, KeptTiles, PlotFacts
from platforms.outputs.maps.tiled.large_layer import most_plots, most_singly, sum_words
from platforms.outputs.maps.tiled.plot_index import Box
from platforms.outputs.maps.tiled.plot_tiles import COUNT, NAME
from platforms.units import half_up, m2_to_mu, printed

__all__ = ["StoreMap", "plots_gathering", "stored_document", "stored_tiles"]

# what the map of a run tells of a plot, in the same order
_KNOWN = (
    "plot_id", "name", "firm_name", "credit_code", "industry", "scale", "status", "verdict",
    "reason", "measure_suggested", "area_mu", "area_m2", "planar_m2", "declared_m2",
    "reclaimable_mu", "net_mu", "town", "town_sure", "platform_group", "layout_unit", "basis",
    "accuracy_m",
)  # fmt: skip
_ALWAYS = {"plot_id", "area_mu", "area_m2"}
_UNDER = ("layout_units", "platforms")
_STYLE = "plots"
# by what the plots of a store may be filtered
_FACETS = ("verdict", "town")
_LAYER = "plots"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"sheet.stored.{entry}", None, **fields)


@dataclass(frozen=True, eq=False)
class StoreMap:
    """The plots of a store as they were when it was looked at.

    Attributes
    ----------
    document
        The map of all of them: singly, or in sums where there are more than one map carries.
    tiles
        What answers for them by extent and zoom.
    workspace
        The city.
    """

    document: MapDocument
    tiles: KeptTiles
    workspace: Workspace

    def current(self) -> bool:
        """Say whether these still are the plots of the store."""
        return self.tiles.source.current()

    def spoken(self) -> StoreMap:
        """Return the same in the current language, without looking anew."""
        held = self.tiles
        tiles = stored_tiles(self.workspace, held.source, held.facts)
        document = stored_document(self.workspace, tiles)
        return StoreMap(document, tiles, self.workspace)

    @property
    def lang(self) -> str:
        """Language of the map's words."""
        return str(self.document.content["lang"]).replace("-", "_")

    def row(self, plot_id: str) -> gpd.GeoDataFrame:
        """Return a plot as its row says it, or no row.

        Raises
        ------
        ConflictError
            When the store was written since.
        """
        row = self.tiles.source.row(plot_id)
        return self.tiles.frame if row < 0 else self.tiles.taken(np.array([row]))

    @property
    def facets(self) -> Mapping[str, Sequence[str]]:
        """Values by which one may choose, by column: ``verdict``, ``town``."""
        return {name: words for name, (_, words) in self.tiles.facts.words.items()}

    def passing(self, chosen: Mapping[str, Sequence[str]]) -> npt.NDArray[np.bool_]:
        """Return which plots have one of the chosen values of each column, one a plot."""
        mask = np.ones(len(self.tiles), dtype=bool)
        for name, values in chosen.items():
            codes, words = self.tiles.facts.words[name]
            mask &= np.isin(codes, [words.index(value) for value in values])
        return mask

    def figures(self, mask: npt.NDArray[np.bool_] | None = None) -> Sequence[Figure]:
        """Return how many plots pass, and their official area together, as they are printed."""
        return _figures(self.tiles, mask)

    def extent(
        self, box: Box, mask: npt.NDArray[np.bool_] | None = None
    ) -> ExtentMap:  # fmt: skip
        """Return the map of an extent with all plots that reach into it, singly.

        Parameters
        ----------
        box
            West, south, east, north in degrees (EPSG:4490).
        mask
            Which plots pass; default all.

        Raises
        ------
        ConflictError
            When the store was written since.
        InputError
            When the box is none, no plot lies in it, or more than a page can hold.
        """
        document, tiles = self.document, self.tiles
        if not document.tiles:
            document = stored_document(self.workspace, tiles, summed=True)
        if mask is not None:
            tiles = tiles.only(mask, "extent")
        return map_of_extent(document, box, tiles={_LAYER: tiles})


def plots_gathering(workspace: Workspace) -> Gathering:
    """Return what finds out of each plot what its map holds of it."""
    style = style_of(_STYLE)
    return Gathering(str(style.column), list(style.classes), workspace.plan.crs, words=_FACETS)


def stored_tiles(
    workspace: Workspace, source: KeptRows, facts: PlotFacts
) -> KeptTiles:  # fmt: skip
    """Return the tiles of all plots of a store, their sums in the current language.

    Parameters
    ----------
    workspace
        Gives the plane of official areas.
    source, facts
        The plots.
    """
    style = style_of(_STYLE)
    present = _ALWAYS | set(facts.columns)
    columns: list[Column] = [plot_column(name) for name in _KNOWN if name in present]
    by = style.column if style.column in facts.columns else None
    return KeptTiles.kept(
        source,
        facts,
        columns,
        style=(by, list(style.classes) if by else []),
        named=sum_words(messages.language()),
        bound=(most_singly(), workspace.plan.crs),
    )


def stored_document(
    workspace: Workspace,
    tiles: KeptTiles,
    *,
    summed: bool | None = None,
    day: dt.date | None = None,
) -> MapDocument:
    """Make the map of the plots of a store, in the current language.

    Parameters
    ----------
    workspace
        The city: its towns, layout units and platforms lie under the plots.
    tiles
        The plots; read here where one map carries them all.
    summed
        Whether sums stand for them; default where there are more than one map carries.
    day
        Date printed on the sheet; default today.

    Raises
    ------
    ConflictError
        When the store was written meanwhile.
    """
    facts = tiles.facts
    summed = len(tiles) > most_plots() if summed is None else summed
    layer = MapLayer(
        name=_LAYER,
        title=_t("layer"),
        frame=tiles.frame if summed else _whole(tiles),
        key=tiles.key,
        columns=[one for one in tiles.columns if one.name not in {COUNT, NAME}],
        style=_STYLE,
        source=_t("source"),
        sample=facts.sample > 0,
        note=_t("unplaced", n=f"{facts.unplaced:,}") if facts.unplaced else "",
        tiled=True,
        kept=tiles if summed else None,
    )
    under = [
        layer_from_card(workspace.card(name), workspace.layer(name), schematic=name in _UNDER[:1])
        for name in _UNDER
        if workspace.has(name)
    ]
    sheet = city_sheet(
        workspace,
        title=_t("title", name=str(workspace.plan.name)),
        subtitle=_t("subtitle"),
        day=day,
        figures=_figures(tiles),
        notes=[_t("note")],
        focus=tiles.index.box,
    )
    return map_document([*town_ground(workspace), *under, layer], sheet)


def _whole(tiles: KeptTiles) -> gpd.GeoDataFrame:
    """Return all plots, read at once."""
    return tiles.taken(np.arange(len(tiles)), tiles.index.box)


def _figures(tiles: KeptTiles, mask: npt.NDArray[np.bool_] | None = None) -> Sequence[Figure]:
    kept = slice(None) if mask is None else mask
    cents = tiles.facts.cents[kept]
    mu = float(half_up(m2_to_mu(np.nansum(cents) / 100), 2))
    plain = messages.catalogue(messages.language(), "sheet")
    return [
        Figure(
            key="plots", label=plain["figure.plots"], value=f"{len(cents):,}",
            unit=plain["plots_unit"],
        ),
        Figure(
            key="area_mu", label=plain["figure.area_mu"], value=printed(mu), unit=plain["mu"]
        ),
    ]  # fmt: skip
