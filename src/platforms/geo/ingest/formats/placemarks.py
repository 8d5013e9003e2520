"""Whether a KML file has places that its reader passes over without a word.

Of several elements right under ``kml`` GDAL keeps the last; a place inside another place is
passed over; of two outlines where the format has room for one, the last is read. None of it
is told. So the elements are walked once, before GDAL reads, and nothing is kept but the way
down to the present one.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from xml.parsers import expat  # declarations are refused before, so there is nothing to expand

from platforms.errors import FormatError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Places", "refuse_lost_places"]

_PLACE = "placemark"
# its frame would be an outline to GDAL, which the worker tells it not to read
_PICTURE, _LINK = "groundoverlay", "networklink"
_HOLDERS = {"document", "folder"}
_SHAPES = {
    "point", "linestring", "linearring", "polygon", "multigeometry", "model", "track",
    "multitrack",
}  # fmt: skip
_ONE_RING = {"linearring"}
# what may stand in an element once; of several the last is read
_ONCE = {
    _PLACE: _SHAPES,
    "polygon": {"outerboundaryis"},
    "outerboundaryis": _ONE_RING,
    "innerboundaryis": _ONE_RING,
    "linearring": {"coordinates"},
}
# in it stands what others mean, under their own names
_FOREIGN = "extendeddata"
_SHOWN = 5


@dataclasses.dataclass(frozen=True)
class Places:
    """What stands in a KML file.

    Attributes
    ----------
    shaped
        Places with a shape, in all layers.
    pictures
        Pictures laid on the ground, whose frames are no plots.
    links
        Places to be fetched from elsewhere, which nobody does.
    """

    shaped: int = 0
    pictures: int = 0
    links: int = 0


@dataclasses.dataclass
class _Place:
    """A place that is being walked through."""

    number: int
    reached: bool
    root: int
    name: str = ""
    shaped: bool = False
    doubled: bool = False

    def label(self) -> str:
        return f"{self.number} ({self.name.strip()})" if self.name.strip() else str(self.number)


class _Walk:
    """Walk the elements; what it finds stands in ``shaped``, ``read`` and ``doubled``."""

    def __init__(self) -> None:
        self.shaped = self.pictures = self.links = 0
        self.doubled: list[str] = []
        self._by_root: dict[int, int] = {}
        self._roots = self._places = 0
        # local name, and how often it held each thing of which there may be one
        self._way: list[tuple[str, dict[str, int]]] = []
        self._open: list[_Place] = []
        self._foreign = self._strange = 0

    @property
    def read(self) -> int:
        """Places with a shape that GDAL reaches: those under the last root."""
        return self._by_root.get(self._roots, 0)

    def start(self, tag: str, _attributes: object) -> None:
        name = tag.rpartition(":")[2].casefold()
        self._foreign += name == _FOREIGN
        if not self._foreign:
            self._enter(name, exact=tag.endswith("Placemark"))
        self._strange += bool(self._way) and name not in _HOLDERS
        self._way.append((name, {}))

    def _enter(self, name: str, *, exact: bool) -> None:
        holder, seen = self._way[-1] if self._way else ("", {})
        self.pictures += name == _PICTURE
        self.links += name == _LINK
        if len(self._way) == 1 and name in {*_HOLDERS, _PLACE}:
            self._roots += 1
        if name == _PLACE:
            self._places += 1
            # GDAL knows no other case
            reached = exact and not self._strange
            self._open.append(_Place(self._places, reached, self._roots))
        if not self._open:
            return
        self._open[-1].shaped |= name in _SHAPES
        if name in _ONCE.get(holder, ()):
            # one count for all kinds of shape, for a place has one of any
            seen[holder] = seen.get(holder, 0) + 1
            self._open[-1].doubled |= seen[holder] > 1

    def end(self, _tag: str) -> None:
        name, _ = self._way.pop()
        self._strange -= bool(self._way) and name not in _HOLDERS
        if self._foreign:
            self._foreign -= name == _FOREIGN
        elif name == _PLACE:
            self._leave(self._open.pop())

    def _leave(self, place: _Place) -> None:
        if not place.shaped:
            return
        self.shaped += 1
        if place.reached:
            self._by_root[place.root] = self._by_root.get(place.root, 0) + 1
        if place.doubled:
            self.doubled.append(place.label())

    def text(self, words: str) -> None:
        if self._open and not self._foreign and [n for n, _ in self._way[-2:]] == [_PLACE, "name"]:
            self._open[-1].name += words


def refuse_lost_places(path: Path, *, name: str) -> Places:
    """Refuse a KML file of which GDAL would read less than stands in it.

    Parameters
    ----------
    path
        The file.
    name
        Name of the file for messages.

    Returns
    -------
    places
        How many there are.

    Raises
    ------
    FormatError
        Says how many places have a shape and how many would be read, or which places have
        several outlines where the format has room for one.
    """
    walk = _Walk()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler = walk.text
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError:
        # no XML: GDAL uses the same parser and says so
        return Places()
    if walk.shaped != walk.read:
        raise FormatError("read.kml_places", file=name, count=walk.shaped, read=walk.read)
    if walk.doubled:
        raise FormatError(
            "read.kml_outlines", file=name, count=len(walk.doubled), places=walk.doubled[:_SHOWN]
        )
    return Places(walk.read, walk.pictures, walk.links)
