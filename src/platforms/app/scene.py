"""A scene: one run and the map made of it, in one language.

What the map, the tables, the figures and the exports show comes from here, so they cannot
differ. The document's id is the fingerprint of all of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import geopandas as gpd
import pandas as pd

import platforms as ip
from platforms.app.plots.shelf import Progress

__all__ = ["Scene", "Shown", "make_scene"]


class Shown(Protocol):
    """What the map, the tables and the panel show: a document and the rows behind it."""

    @property
    def id(self) -> str:
        """Fingerprint of what is shown."""

    @property
    def content(self) -> Mapping[str, Any]:
        """The document as JSON values."""

    @property
    def workspace(self) -> ip.Workspace:
        """The city."""

    def layer(self, name: str) -> Mapping[str, Any] | None:
        """Return a layer of the document, or None."""

    def frame(self, name: str) -> pd.DataFrame | None:
        """Return the rows of a layer, or None."""


@dataclass(frozen=True)
class Scene:
    """A run as it is shown.

    Attributes
    ----------
    run
        All that was computed; shared between sessions, so never changed.
    document
        The map document of the run.
    lang
        Language of its texts.
    """

    run: ip.Run
    document: Any
    lang: str

    @property
    def id(self) -> str:
        """Fingerprint of what is shown."""
        return str(self.document.id)

    @property
    def content(self) -> Mapping[str, Any]:
        """The document as JSON values: figures, charts, layers with their titles."""
        content: Mapping[str, Any] = self.document.content
        return content

    @property
    def workspace(self) -> ip.Workspace:
        """The city."""
        return self.run.workspace

    @cached_property
    def tables(self) -> dict[Hashable, pd.DataFrame]:
        """Tables that were made of it, for all who look at it; none is changed."""
        return {}

    def frame(self, name: str) -> gpd.GeoDataFrame | None:
        """Return the rows of a layer as the run holds them, or None."""
        if name == "plots":
            return self.run.plots
        held = self.run.layers.get(name)
        if held is None and self.workspace.has(name) and self.layer(name):
            return self.workspace.layer(name)
        return held

    def layer(self, name: str) -> Mapping[str, Any] | None:
        """Return a layer of the document, or None."""
        return next((one for one in self.content["layers"] if one["id"] == name), None)


def make_scene(
    workspace: ip.Workspace,
    plots: ip.Plots | None = None,
    *,
    repair: bool = False,
    progress: Progress | None = None,
) -> Scene:
    """Run all stages and make the map of them, in the current language.

    Parameters
    ----------
    workspace
        The city.
    plots
        Plots that a user gave; default those of the workspace.
    repair
        Make plots that cross themselves valid.
    progress
        Called with the stage and the share done.

    Raises
    ------
    PlatformsError
        When workspace, rules or plots cannot be used.
    """
    result = ip.run(workspace, plots=plots, repair=repair, progress=progress)
    if progress:
        progress("map", 1.0)
    return Scene(result, ip.run_document(result), ip.language())
