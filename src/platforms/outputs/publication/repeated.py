"""Texts beside the layers that repeat a value which was taken away.

A note, a bar or a slide may name a firm that no layer names any more. Free text of the removed
columns is looked for in them; words of a category are not, they are everybody's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import pandas as pd

from platforms.outputs.maps.map_parts import Column
from platforms.outputs.maps.map_reading import Layer, columns_of

__all__ = ["Repeated"]

# shorter ones stand in any sentence
_LEAST = 4
_FREE = {"string", "list"}


class Repeated:
    """Collects what was removed and what stayed, layer by layer."""

    def __init__(self) -> None:
        self._gone: set[str] = set()
        self._kept: set[str] = set()

    def take(self, layer: Mapping[str, object], frame: pd.DataFrame, away: set[str]) -> None:
        """Note the texts of a layer.

        Parameters
        ----------
        layer
            With its columns.
        frame
            Its features.
        away
            Names of the columns that are removed.
        """
        for column in columns_of(layer):
            if column.type in _FREE and not column.labels:
                values = _values(frame[column.name], column)
                (self._gone if column.name in away else self._kept).update(values)

    def without(self, content: Mapping[str, object]) -> tuple[dict[str, object], int]:
        """Return the content without texts that repeat what is gone, and how many those were."""
        words = sorted(self._gone - self._kept)
        texts = {text for text in _all_texts(content) if any(word in text for word in words)}
        if not texts:
            return {**content}, 0
        out = {**content}
        for name in ("notes", "figures", "charts", "slides"):
            if content.get(name):
                out[name] = _clean(content[name], texts)
        out["layers"] = [
            {**layer, "note": "" if layer["note"] in texts else layer["note"]}
            for layer in cast("Sequence[Layer]", content["layers"])
        ]
        return out, len(texts)


def _values(values: pd.Series, column: Column) -> set[str]:
    found = {str(value) for value in values.dropna().unique()}
    if column.type == "list":
        found = {one.strip() for value in found for one in value.split(";")}
    return {one for one in found if len(one) >= _LEAST}


def _all_texts(content: Mapping[str, object]) -> set[str]:
    """Return the texts beside the map that are made for this map."""
    found: set[str] = set()
    for name in ("notes", "figures", "charts", "slides"):
        _gather(content.get(name), found)
    found.update(str(one["note"]) for one in cast("Sequence[Layer]", content["layers"]))
    return {text for text in found if len(text) >= _LEAST}


def _gather(value: object, found: set[str]) -> None:
    if isinstance(value, str):
        found.add(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            _gather(inner, found)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _gather(inner, found)


def _clean(value: object, texts: set[str]) -> object:
    """Drop the items of a list that carry such a text themselves; an inner list loses its own."""
    if isinstance(value, Mapping):
        return {key: _clean(inner, texts) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(inner, texts) for inner in value if not _carries(inner, texts)]
    return value


def _carries(value: object, texts: set[str]) -> bool:
    if isinstance(value, str):
        return value in texts
    if isinstance(value, Mapping):
        return any(isinstance(inner, str) and inner in texts for inner in value.values())
    return False
