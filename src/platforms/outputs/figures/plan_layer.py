"""A layer of a map document as it is printed: features, their looks, their words.

A document may come from anywhere: a colour that is no colour and a number out of its range are
replaced by plain ones, as the app's map does. What is drawn is what the document says is
visible, and what its style shows at the scale of the sheet.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from platforms.errors import InputError
from platforms.outputs.figures.figure_words import clean
from platforms.outputs.maps.map_document import MapDocument
from platforms.outputs.maps.map_reading import layer_frames, layers_of
from platforms.outputs.maps.map_styles import Look

__all__ = ["PlanLayer", "colour_of", "plan_layers", "within"]

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_HATCHES = {"none", "diagonal", "back", "cross", "horizontal", "dots"}
_MANY = 600
_THINNEST = 1.1


def colour_of(value: object, otherwise: str | None) -> str | None:
    """Return a colour, or the other where it is none."""
    return value if isinstance(value, str) and _COLOUR.match(value) else otherwise


def within(value: object, low: float, high: float, otherwise: float) -> float:
    """Return a number inside its range."""
    known = isinstance(value, (int, float)) and math.isfinite(value)
    return min(high, max(low, float(cast("float", value)) if known else otherwise))


@dataclass(frozen=True)
class PlanLayer:
    """One layer.

    Attributes
    ----------
    doc
        The layer in the document.
    frame
        Its features, EPSG:4490.
    """

    doc: Mapping[str, Any]
    frame: gpd.GeoDataFrame

    @property
    def name(self) -> str:
        """Its id."""
        return str(self.doc["id"])

    @property
    def title(self) -> str:
        """Its title, as one line."""
        return clean(self.doc["title"])

    @property
    def kind(self) -> str:
        """Polygon, line, point or flow."""
        return str(self.doc["kind"])

    @property
    def style(self) -> Mapping[str, Any]:
        """How it is drawn."""
        return cast("Mapping[str, Any]", self.doc["style"])

    @cached_property
    def looks(self) -> list[Look]:
        """Looks of the classes; the last is that of every other value."""
        return [_look(one) for one in self.style["classes"]]

    @cached_property
    def class_titles(self) -> list[str]:
        """Words of the classes."""
        return [clean(one["title"]) for one in self.style["classes"]]

    @cached_property
    def class_of(self) -> npt.NDArray[np.int64]:
        """Number of the class of each feature."""
        column, last = self.style.get("column"), len(self.looks) - 1
        if column is None or column not in self.frame:
            return np.full(len(self.frame), last)
        number = {one["value"]: i for i, one in enumerate(self.style["classes"])}
        classes = [number.get(value, last) for value in self.frame[column].astype(object)]
        return np.array(classes, dtype=np.int64)

    @cached_property
    def class_counts(self) -> list[int]:
        """Features of each class."""
        return [int(n) for n in np.bincount(self.class_of, minlength=len(self.looks))]

    def look(self, feature: int) -> Look:
        """Return the look of a feature, with its tone."""
        look = self.looks[int(self.class_of[feature])]
        tone, palette = self.style.get("tone"), self.style.get("palette") or ()
        if not tone or tone not in self.frame or not palette:
            return look
        value = self._numbers(str(tone))[feature]
        chosen = colour_of(palette[int(value) % len(palette)] if value == value else None, None)  # noqa: PLR0124
        return look.model_copy(update={"fill": chosen, "stroke": chosen}) if chosen else look

    def shown_at(self, zoom: float) -> bool:
        """Say whether its style shows it at a zoom of the app's map."""
        high = self.style.get("max_zoom")
        least = within(self.style.get("min_zoom"), 0, 24, 0)
        return least <= zoom < within(high, 0, 99, 99)

    def words(self, column: str) -> list[str]:
        """Return a column as it is read on the map."""
        if column not in self.frame:
            return [""] * len(self.frame)
        doc: Mapping[str, Any] = next(
            (one for one in self.doc["columns"] if one["name"] == column), {}
        )
        labels = doc.get("labels") or {}
        return [
            "" if value is None or value is pd.NA else clean(labels.get(value, value))
            for value in self.frame[column].astype(object)
        ]

    def _numbers(self, column: str) -> npt.NDArray[np.float64]:
        if column not in self.frame:
            return np.full(len(self.frame), np.nan)
        values = pd.to_numeric(self.frame[column], errors="coerce")
        return np.asarray(values.to_numpy(dtype="float64", na_value=np.nan))

    @cached_property
    def weights(self) -> npt.NDArray[np.float64]:
        """Values that flows are wide and gauges are large by; missing ones are 0."""
        flow, gauge = self.style.get("flow"), self.style.get("gauge")
        column = flow["weight"] if flow else gauge["size"] if gauge else ""
        return np.maximum(np.nan_to_num(self._numbers(str(column))), 0.0)

    @property
    def most(self) -> float:
        """Largest of these values."""
        return float(self.weights.max(initial=0.0))

    @cached_property
    def taken(self) -> npt.NDArray[np.float64]:
        """Share of each gauge that is taken; NaN without room."""
        gauge = self.style.get("gauge")
        if not gauge:
            return np.full(len(self.frame), np.nan)
        used = np.nan_to_num(self._numbers(str(gauge["used"])))
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(self.weights > 0, used / self.weights, np.nan)
        return np.clip(share, 0, 1)

    def flow_width(self, value: float) -> float:
        """Return the width of an arrow in pixels."""
        many = min(1.0, max(0.35, math.sqrt(_MANY / (len(self.frame) or 1))))
        widest = within((self.style.get("flow") or {}).get("widest"), 1, 40, 12)
        return max(_THINNEST * many, widest * many * value / (self.most or 1))

    def radius(self, feature: int) -> float:
        """Return half the height of a mark in pixels."""
        gauge = self.style.get("gauge")
        size = within(self.style.get("size"), 2, 20, 6)
        if not gauge or not self.most:
            return size
        largest = within(gauge.get("largest"), 4, 40, 14)
        return max(3.5, largest * math.sqrt(self.weights[feature] / self.most))

    @cached_property
    def inside(self) -> npt.NDArray[np.float64]:
        """Bounds of the features, degrees."""
        return np.asarray(shapely.bounds(self.frame.geometry.to_numpy()))


def _look(raw: Mapping[str, Any]) -> Look:
    hatch = raw.get("hatch")
    dash = raw.get("dash")
    return Look(
        fill=colour_of(raw.get("fill"), None),
        stroke=colour_of(raw.get("stroke"), None),
        width=within(raw.get("width"), 0, 8, 1),
        dash=tuple(within(d, 0, 40, 4) for d in dash[:6]) if isinstance(dash, Sequence) else (),
        hatch=hatch if hatch in _HATCHES else "none",
        opacity=within(raw.get("opacity"), 0, 1, 1),
    )


def plan_layers(document: MapDocument, wanted: Collection[str] | None = None) -> list[PlanLayer]:
    """Return the layers that are printed, the lowest first.

    Parameters
    ----------
    document
        Any map document.
    wanted
        Ids of layers; default those that the map shows at first.

    Raises
    ------
    InputError
        When a layer is wanted that the document does not have.
    """
    frames = layer_frames(document)
    unknown = sorted(set(wanted or ()) - set(frames))
    if unknown:
        raise InputError("figures.layer_unknown", name=unknown[0], allowed=list(frames))
    return [
        PlanLayer(layer, frames[str(layer["id"])])
        for layer in layers_of(document)
        if (layer["visible"] if wanted is None else layer["id"] in wanted)
    ]
