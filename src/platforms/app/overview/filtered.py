"""What a filter leaves of a scene: rows, figures, charts, and the bits that the map is sent.

The document stays the same one, so the browser keeps it; only one bit a feature travels.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

import platforms as ip
from platforms import messages
from platforms.app.overview.facets import Bools, Facets, digest
from platforms.app.scene import Scene

__all__ = ["Filtered", "filtered"]


@dataclass(frozen=True)
class Filtered:
    """A scene under a filter; without one, the scene as it is.

    Attributes
    ----------
    scene
        All of it.
    key
        Tells one filter from another; empty without one.
    passing
        Which rows of each restricted layer pass.
    """

    scene: Scene
    key: str
    passing: Mapping[str, Bools] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Fingerprint of the data, filtered or not."""
        return self.scene.id

    @property
    def workspace(self) -> ip.Workspace:
        """The city."""
        return self.scene.workspace

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The document as JSON values, with the figures and charts of the plots that pass."""
        if "plots" not in self.passing:
            return self.scene.content
        run = self.scene.run
        figures, charts = ip.run_summary(run, run.plots[self.passing["plots"]])
        whole = {one["key"]: one for one in self.scene.content["figures"]}
        return {
            **self.scene.content,
            "figures": [
                {
                    "label": one.label,
                    "value": one.value,
                    "unit": messages.text(
                        "overview_page.of_all", unit=one.unit, all=whole[one.key]["value"]
                    ),
                    "note": one.note,
                }
                for one in figures
            ],
            "charts": [
                {
                    "title": chart.title,
                    "unit": chart.unit,
                    "bars": [
                        {"label": b.label, "value": b.value, "text": b.text, "color": b.color}
                        for b in chart.bars
                    ],
                }
                for chart in charts
            ],
        }

    def layer(self, name: str) -> Mapping[str, Any] | None:
        """Return a layer of the document, or None."""
        return self.scene.layer(name)

    def frame(self, name: str) -> gpd.GeoDataFrame | None:
        """Return the rows of a layer that pass, or None."""
        frame = self.scene.frame(name)
        return frame if frame is None or name not in self.passing else frame[self.passing[name]]

    def counts(self, layer: str) -> tuple[int, int] | None:
        """Return how many features of a layer pass, of how many; None where all do."""
        mask = self.passing.get(layer)
        return None if mask is None else (int(mask.sum()), len(mask))

    def leaves(self, layer: str, feature: str) -> bool:
        """Say whether a feature passes; what no filter restricts does."""
        described, frame = self.scene.layer(layer), self.scene.frame(layer)
        if layer not in self.passing or described is None or frame is None:
            return True
        rows = frame[described["key"]].astype(str).eq(feature).to_numpy()
        return not rows.any() or bool((rows & self.passing[layer]).any())

    @property
    def _large(self) -> Mapping[str, Any]:
        held: Mapping[str, Any] = getattr(self.scene.document, "tiles", {})
        return held

    @cached_property
    def masks(self) -> Mapping[str, Bools]:
        """What passes of each layer whose plots the map asks for by tile, row by row."""
        frames = {name: self.scene.frame(name) for name in self.passing if name in self._large}
        return {
            name: _drawn(frame, self.passing[name])
            for name, frame in frames.items()
            if frame is not None
        }

    def for_map(self) -> dict[str, Any] | None:
        """Return the bits for the map, of the features that the document carries."""
        if not self.key:
            return None
        layers = {}
        for name, mask in self.passing.items():
            frame = self.scene.frame(name)
            # of a layer that the map asks for by tile, the tiles are filtered
            if frame is None or self.scene.layer(name) is None or name in self._large:
                continue
            drawn = _drawn(frame, mask)
            bits = np.packbits(drawn, bitorder="little").tobytes()
            layers[name] = {"features": len(drawn), "bits": base64.b64encode(bits).decode("ascii")}
        return {"of": self.id, "key": f"{self.id}:{self.key}", "layers": layers}


def _drawn(frame: gpd.GeoDataFrame, mask: Bools) -> Bools:
    """Return the part of a mask that is of rows with a place."""
    shapes = frame.geometry.to_numpy()
    placed: Bools = mask[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    return placed


def filtered(scene: Scene, facets: Facets, chosen: Mapping[str, Sequence[str]]) -> Filtered:
    """Return what a filter leaves of a scene.

    Parameters
    ----------
    scene
        All of it.
    facets
        What the scene can be filtered by.
    chosen
        Values by facet.
    """
    key = digest(chosen)
    return Filtered(scene, key, facets.passing(chosen) if key else {})
