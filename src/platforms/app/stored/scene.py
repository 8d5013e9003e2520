"""What the page shows of a store: its map, a filter, and the one row that was clicked."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import platforms as ip
from platforms import messages
from platforms.app.state import Pick

__all__ = ["LAYER", "StoredScene"]

LAYER = "plots"
_DIGEST = 12


@dataclass(frozen=True)
class StoredScene:
    """The plots of a store under a filter.

    Attributes
    ----------
    looked
        All of them.
    workspace
        The city.
    chosen
        Values by column; empty for no filter.
    pick
        What is selected.
    """

    looked: ip.StoreMap
    workspace: ip.Workspace
    chosen: Mapping[str, Sequence[str]]
    pick: Pick | None

    @property
    def id(self) -> str:
        """Fingerprint of what is shown."""
        return str(self.document.id)

    @property
    def document(self) -> ip.MapDocument:
        """The map of all plots."""
        return self.looked.document

    @cached_property
    def mask(self) -> npt.NDArray[np.bool_] | None:
        """Which plots pass, row by row; None without a filter."""
        return self.looked.passing(self.chosen) if self.chosen else None

    @property
    def key(self) -> str:
        """Tells one filter from another; empty without one."""
        if not self.chosen:
            return ""
        told = json.dumps({name: sorted(self.chosen[name]) for name in sorted(self.chosen)})
        return hashlib.sha256(told.encode()).hexdigest()[:_DIGEST]

    @property
    def left(self) -> int:
        """How many plots pass."""
        return len(self.looked.tiles) if self.mask is None else int(self.mask.sum())

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The document as JSON values, with the figures of the plots that pass."""
        if self.mask is None:
            return self.document.content
        whole: Any = self.document.content["figures"]
        figures = [
            {
                "label": one.label,
                "value": one.value,
                "unit": messages.text(
                    "overview_page.of_all", unit=one.unit, all=whole[number]["value"]
                ),
                "note": one.note,
            }
            for number, one in enumerate(self.looked.figures(self.mask))
        ]
        return {**self.document.content, "figures": figures}

    def layer(self, name: str) -> Mapping[str, Any] | None:
        """Return a layer of the document, or None."""
        layers: Any = self.document.content["layers"]
        return next((one for one in layers if one["id"] == name), None)

    def frame(self, name: str) -> pd.DataFrame | None:
        """Return the rows of a layer; of the plots the one that is selected, read now.

        Raises
        ------
        ConflictError
            When the store was written since.
        """
        if name != LAYER:
            return self.workspace.layer(name) if self.workspace.has(name) else None
        here = self.pick is not None and self.pick.layer == LAYER
        return self.looked.row(self.pick.id) if here and self.pick else None

    @property
    def masks(self) -> Mapping[str, npt.NDArray[np.bool_]]:
        """What passes of the plots that the map asks for by tile."""
        return {} if self.mask is None else {LAYER: self.mask}

    def for_map(self) -> dict[str, Any] | None:
        """Return the bits for the map, where the document carries the plots singly."""
        if self.mask is None:
            return None
        layers = {}
        if not self.document.tiles:
            bits = base64.b64encode(np.packbits(self.mask, bitorder="little").tobytes())
            layers[LAYER] = {"features": len(self.mask), "bits": bits.decode("ascii")}
        return {"of": self.id, "key": f"{self.id}:{self.key}", "layers": layers}
