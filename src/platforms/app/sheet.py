"""A map document on its own: what it carries is read back for the tables and the panel.

So a page that shows a document of the library needs nothing beside it, and its tables say what
its map says.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

import platforms as ip

__all__ = ["Sheet"]


@dataclass(frozen=True)
class Sheet:
    """A document as it is shown.

    Attributes
    ----------
    document
        The map document.
    workspace
        The city, whose documents are cited.
    """

    document: ip.MapDocument
    workspace: ip.Workspace

    @property
    def id(self) -> str:
        """Fingerprint of what is shown."""
        return self.document.id

    @property
    def content(self) -> Mapping[str, Any]:
        """The document as JSON values: figures, charts, layers with their titles."""
        return self.document.content

    def layer(self, name: str) -> Mapping[str, Any] | None:
        """Return a layer of the document, or None."""
        return next((one for one in self.content["layers"] if one["id"] == name), None)

    def frame(self, name: str) -> pd.DataFrame | None:
        """Return the rows that a layer of the document carries, or None."""
        return self._frames.get(name)

    @cached_property
    def _frames(self) -> dict[str, pd.DataFrame]:
        return {one["id"]: _rows(one["attributes"]) for one in self.content["layers"]}


def _rows(packed: Mapping[str, str]) -> pd.DataFrame:
    """Read attributes back; what is missing is None or NaN."""
    raw = base64.b64decode(packed["data"])
    if packed["encoding"].startswith("gzip"):
        raw = gzip.decompress(raw)
    columns = {
        name: _column(column["values"], column.get("dict"))
        for name, column in json.loads(raw).items()
    }
    return pd.DataFrame(columns)


def _column(values: list[Any], known: list[str] | None) -> pd.Series:
    told = values if known is None else [known[code] if code >= 0 else None for code in values]
    column = pd.Series(told, dtype="object")
    # what is text stays as it was with a dictionary: objects, None where it is missing
    if any(isinstance(value, str) for value in told):
        return column
    return column if known is not None else column.infer_objects()
