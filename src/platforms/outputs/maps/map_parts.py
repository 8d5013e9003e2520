"""The parts of a map document, as plain values.

A map shows what these say and nothing else: text is text (never markup or a template),
numbers that a reader sees are already formatted, and a layer that is sample or schematic
says so itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd

__all__ = [
    "Bar",
    "Chart",
    "Column",
    "Figure",
    "MapLayer",
    "Sheet",
    "SourceNote",
    "Table",
]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a layer as readers see it.

    ``doc``, ``section``, ``row``, ``page``, ``basis`` and ``accuracy_m`` are known by their
    name and shown as the citation and the position.
    """

    name: str
    title: str
    unit: str = ""
    type: str = "string"
    """string, integer, number, boolean, date, category or list (``;`` between values)."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Text of each value of a category."""
    digits: int | None = None
    """Decimals that are kept and shown; None keeps six."""
    role: str = ""
    """``title`` names the feature, ``quote`` is verbatim text, ``hidden`` is not shown."""


@dataclass(frozen=True, kw_only=True)
class MapLayer:
    """One layer: features, what their columns mean, where they come from."""

    name: str
    title: str
    frame: gpd.GeoDataFrame
    """EPSG:4490 or EPSG:4326; rows without geometry are left off the map."""
    key: str
    """Column with the id of a feature, unique."""
    columns: Sequence[Column] = ()
    style: str = ""
    """Entry of styles.yaml; default ``name``."""
    source: str = ""
    date: str = ""
    sample: bool = False
    """Synthetic: marked 示例数据 wherever it is shown."""
    schematic: bool = False
    """Drawn without a surveyed boundary: marked 示意."""
    visible: bool | None = None
    """Switched on at first; None leaves it to the style."""
    note: str = ""
    tiled: bool = False
    """Plots: of more than one map carries the sums are drawn, the plots asked for by tile."""
    kept: Any = None
    """``PlotTiles`` of plots that lie in a store; ``frame`` is empty then."""
    places: bool = False
    """Points; a boundary that is known is drawn as a layer of its own."""
    packed: dict[str, Any] | None = None
    """By language, how it was packed before, where a map packs it as it is; None keeps nothing."""


@dataclass(frozen=True, kw_only=True)
class SourceNote:
    """A document that features cite by ``id``."""

    id: str
    title: str
    issuer: str = ""
    number: str = ""
    date: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A key figure; ``value`` is the text that is printed."""

    key: str
    label: str
    value: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: its length, and the text beside it."""

    label: str
    value: float
    text: str
    color: str = ""
    start: float | None = None
    """Where a step of a waterfall begins; None begins at 0."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A bar chart."""

    id: str
    title: str
    unit: str = ""
    bars: Sequence[Bar] = ()


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table over the features of a layer; ``columns`` are names of its columns."""

    id: str
    title: str
    layer: str
    columns: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What surrounds the layers: title block, base map, figures, notes."""

    title: str
    county: gpd.GeoDataFrame
    neighbours: gpd.GeoDataFrame | None = None
    """With a column ``name``."""
    subtitle: str = ""
    date: str = ""
    waters: Sequence[tuple[str, float, float]] = ()
    """Names of waters: text, longitude, latitude in degrees."""
    sources: Sequence[SourceNote] = ()
    figures: Sequence[Figure] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    internal: bool = False
    """Marked 内部资料."""
    focus: Sequence[float] | None = None
    """What the map opens on, (west, south, east, north) in degrees; default the county."""
