"""A map document and its id: the fingerprint of what it holds.

The id does not depend on how the parts are packed: the same data give the same id, compressed
or not, read back from a page or made anew. Whatever is changed in a document gives another id,
so that a map which shows another id shows other data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from platforms.outputs.maps.map_encoding import Packed
from platforms.outputs.maps.tiled.plot_tiles import PlotTiles

__all__ = ["MapDocument", "sealed"]

_ID_LENGTH = 16
_PACKED = {"encoding", "data"}


@dataclass(frozen=True)
class MapDocument:
    """What a map shows.

    Attributes
    ----------
    id
        16 hexadecimal digits, the fingerprint of the content.
    content
        JSON-able, ``id`` included.
    tiles
        By layer, the plots of those that are too large for one map: the content holds their
        sums. Of the document as it was made; one that was changed has none.
    """

    id: str
    content: Mapping[str, object]
    tiles: Mapping[str, PlotTiles] = field(default_factory=dict, compare=False, repr=False)

    def to_json(self) -> str:
        """Return the content as JSON text."""
        return json.dumps(self.content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def sealed(content: Mapping[str, object], *, compress: bool = True) -> MapDocument:
    """Return a document of a content, with the id that the content has.

    Parameters
    ----------
    content
        As of a document; an ``id`` in it is not looked at. Packed parts may be bytes
        (:class:`Packed`) or text, as in a document that is changed.
    compress
        Compress the packed parts; False for browsers without DecompressionStream.

    Raises
    ------
    FormatError
        When a part that is text cannot be unpacked.
    """
    opened = {key: _open(value) for key, value in content.items() if key != "id"}
    text = json.dumps(opened, ensure_ascii=False, sort_keys=True, allow_nan=False, default=_digest)
    digest = hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH]
    closed = {key: _close(value, compress=compress) for key, value in opened.items()}
    return MapDocument(digest, {"id": digest, **closed})


def _open(value: object) -> object:
    if isinstance(value, Mapping):
        if set(value) == _PACKED:
            return Packed.from_json(value)
        return {key: _open(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_open(inner) for inner in value]
    return value


def _close(value: object, *, compress: bool) -> object:
    if isinstance(value, Packed):
        return value.to_json(compress=compress)
    if isinstance(value, dict):
        return {key: _close(inner, compress=compress) for key, inner in value.items()}
    if isinstance(value, list):
        return [_close(inner, compress=compress) for inner in value]
    return value


def _digest(value: object) -> str:
    if isinstance(value, Packed):
        return value.digest
    msg = f"not for a map document: {type(value).__name__}"
    raise TypeError(msg)
