"""Where a feature really is, said by a user: boundaries that take the place of stand-ins.

The plans name parks and platforms and draw none of them. Whoever knows a boundary says where
it is, who says so, when and by what source; from then on every reader of the workspace sees
the boundary, its basis and its accuracy in the place of the stand-in. The files of the
workspace are not changed: a set of positions is laid over them, and its hash is part of the
workspace's fingerprint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

__all__ = ["BASES", "POSITION_COLUMNS", "Position", "PositionSet", "laid_over"]

# traced on a map, or measured
BASES = ("drawn", "surveyed")
# what a corrected layer has beside basis and accuracy_m
POSITION_COLUMNS = ("position_author", "position_date", "position_source")


@dataclass(frozen=True, kw_only=True)
class Position:
    """A boundary as somebody gave it.

    Attributes
    ----------
    layer, feature_id
        Layer of the workspace, and the id of the feature there.
    shape
        Polygon or multipolygon in EPSG:4490.
    basis
        ``drawn`` or ``surveyed``.
    accuracy_m
        Accuracy in metres; None where nobody knows it.
    author, source
        Who says so, and by what: a map sheet, a survey, a file.
    stated
        Day of the drawing or survey, ISO 8601.
    """

    layer: str
    feature_id: str
    shape: BaseGeometry
    basis: str
    accuracy_m: float | None
    author: str
    source: str
    stated: str

    @property
    def key(self) -> tuple[str, str]:
        """Layer and id."""
        return self.layer, self.feature_id

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of all that it says, hexadecimal."""
        words = {
            "layer": self.layer, "feature_id": self.feature_id, "basis": self.basis,
            "accuracy_m": self.accuracy_m, "author": self.author, "source": self.source,
            "stated": self.stated, "shape": shapely.to_wkb(self.shape, hex=True, byte_order=1),
        }  # fmt: skip
        return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class PositionSet:
    """Positions of a workspace, one a feature.

    Attributes
    ----------
    workspace
        Name of the workspace.
    positions
        In the order of layer and id.
    follows
        By layer and id: hashes of the earlier positions of a feature that whoever gives these
        has known, its own as well; they say which is the newer of two.
    """

    workspace: str
    positions: tuple[Position, ...] = ()
    follows: Mapping[tuple[str, str], frozenset[str]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Keep one order, so that the same positions have the same hash."""
        ordered = tuple(sorted(self.positions, key=lambda one: one.key))
        object.__setattr__(self, "positions", ordered)

    def __len__(self) -> int:
        """Return the number of positions."""
        return len(self.positions)

    def __iter__(self) -> Iterator[Position]:
        """Go through the positions."""
        return iter(self.positions)

    def of(self, layer: str) -> tuple[Position, ...]:
        """Return the positions of a layer."""
        return tuple(one for one in self.positions if one.layer == layer)

    def get(self, layer: str, feature_id: str) -> Position | None:
        """Return the position of a feature, or None."""
        return next((one for one in self.positions if one.key == (layer, feature_id)), None)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of what all of them say, hexadecimal; that of no text for none."""
        return hashlib.sha256("".join(one.sha256 for one in self.positions).encode()).hexdigest()

    def frame(self) -> gpd.GeoDataFrame:
        """Return the positions as a table.

        Returns
        -------
        frame
            layer, feature_id, basis, accuracy_m (metres, NaN unknown), author, stated, source,
            geometry; EPSG:4490.
        """
        names = ("layer", "feature_id", "basis", "accuracy_m", "author", "stated", "source")
        table = {name: [getattr(one, name) for one in self.positions] for name in names}
        table["accuracy_m"] = [np.nan if v is None else v for v in table["accuracy_m"]]
        shapes = [one.shape for one in self.positions]
        return gpd.GeoDataFrame(table, geometry=shapes, crs=4490)


def laid_over(frame: gpd.GeoDataFrame, key: str, given: tuple[Position, ...]) -> gpd.GeoDataFrame:
    """Return a layer with positions in the place of its own.

    Parameters
    ----------
    frame
        Layer in EPSG:4490; not changed.
    key
        Column that names a row.
    given
        Positions of this layer; one whose feature is not there changes nothing.

    Returns
    -------
    corrected
        ``geometry``, ``basis`` and ``accuracy_m`` (metres) as they were given, and the
        columns of ``POSITION_COLUMNS``, missing where the position is the layer's own.
    """
    known = {one.feature_id: one for one in given}
    found = [known.get(str(one)) for one in frame[key]]
    if not any(found):
        return frame
    own = frame.geometry.to_numpy()
    shapes = [own[at] if one is None else one.shape for at, one in enumerate(found)]
    told = frame.copy()
    for name in ("basis", "accuracy_m"):
        before = frame[name].tolist() if name in frame else [None] * len(frame)
        values = [
            old if one is None else getattr(one, name)
            for old, one in zip(before, found, strict=True)
        ]
        told[name] = pd.array(values, dtype=frame[name].dtype) if name in frame else values
    for name, said in zip(POSITION_COLUMNS, ("author", "stated", "source"), strict=True):
        words = [None if one is None else getattr(one, said) for one in found]
        told[name] = pd.array(words, dtype="str")
    return told.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
