"""Where plots lie, sorted so that each tile of a map is one run of rows.

A plot belongs to the tile that holds the middle of its box, at each zoom to exactly one; so the
plots of all tiles of a zoom add up to all plots. A tile with few enough plots shows each of
them; one with more is summed. A tile within a tile holds no more than that one, so a plot that
is shown singly stays so as one comes closer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

__all__ = [
    "DEEPEST",
    "Bools",
    "Box",
    "Floats",
    "Ints",
    "PlotIndex",
    "apart",
    "box_of_tile",
    "index_of",
    "make_index",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
# west, south, east, north in degrees
Box = tuple[float, float, float, float]

# the last zoom of tiles; cells within them are addressed as tiles of _FINEST
DEEPEST = 17
_FINEST = 22
# about 85 degrees, where the map ends
_EDGE_LAT = 85.05
_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


@dataclass(frozen=True)
class PlotIndex:
    """Plots in the order of a curve that visits tile after tile.

    Attributes
    ----------
    rows
        Position of each plot in the frame.
    codes
        Place of each on the curve, ascending.
    boxes
        (n, 4) west, south, east, north in degrees.
    levels
        First zoom at which each is shown singly; beyond the last where never.
    most
        Plots that a tile may show singly.
    """

    rows: Ints
    codes: Ints
    boxes: Floats
    levels: npt.NDArray[np.int8]
    most: int

    def run(self, z: int, x: int, y: int) -> tuple[int, int]:
        """Return first and last-but-one position of the plots that belong to a tile."""
        shift = 2 * (_FINEST - z)
        first = int(_interleave(np.array([x]), np.array([y]))[0])
        found = np.searchsorted(self.codes, [first << shift, (first + 1) << shift])
        return int(found[0]), int(found[1])

    def cells(self, run: tuple[int, int], z: int) -> Ints:
        """Return for each plot of a run the address of the tile of a zoom that it belongs to."""
        addresses: Ints = self.codes[run[0] : run[1]] >> (2 * (_FINEST - z))
        return addresses

    def strangers(self, run: tuple[int, int], z: int, x: int, y: int) -> Ints:
        """Return positions of plots that reach into a tile and belong to others near by."""
        west, south, east, north = box_of_tile(z, x, y)
        b = self.boxes
        meets = (b[:, 0] <= east) & (b[:, 2] >= west) & (b[:, 1] <= north) & (b[:, 3] >= south)
        # where its own tile is summed it is a part of that sum
        meets &= self.levels <= z
        meets[run[0] : run[1]] = False
        return np.flatnonzero(meets)

    def reaching(self, box: Box) -> Ints:
        """Return rows of the frame, ascending, of plots whose boxes reach a box of degrees."""
        west, south, east, north = box
        b = self.boxes
        meets = (b[:, 0] <= east) & (b[:, 2] >= west) & (b[:, 1] <= north) & (b[:, 3] >= south)
        rows: Ints = np.sort(self.rows[meets])
        return rows

    @property
    def box(self) -> Box | None:
        """Box of all plots; None where there is none."""
        if not len(self.boxes):
            return None
        west, south = self.boxes[:, :2].min(axis=0).tolist()
        east, north = self.boxes[:, 2:].max(axis=0).tolist()
        return west, south, east, north

    def only(self, kept: Bools) -> PlotIndex:
        """Return the index of some of the plots: rows of the frame that are True."""
        held = kept[self.rows]
        codes = self.codes[held]
        levels = _levels(codes, self.most)
        return PlotIndex(self.rows[held], codes, self.boxes[held], levels, self.most)


def make_index(shapes: npt.NDArray[np.object_], *, most: int) -> PlotIndex:
    """Sort plots along the curve.

    Parameters
    ----------
    shapes
        Longitude and latitude in degrees, none missing or empty.
    most
        Plots that a tile may show singly.
    """
    return index_of(shapely.bounds(shapes), most=most)


def index_of(boxes: Floats, *, most: int) -> PlotIndex:
    """Sort plots along the curve by their boxes, (n, 4) degrees; as :func:`make_index`."""
    lon, lat = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    codes = _interleave(*_address(lon, lat))
    rows = np.argsort(codes, kind="stable")
    codes = codes[rows]
    return PlotIndex(rows, codes, boxes[rows], _levels(codes, most), most)


def _levels(codes: Ints, most: int) -> npt.NDArray[np.int8]:
    levels = np.full(len(codes), DEEPEST + 1, dtype=np.int8)
    for z in range(DEEPEST, -1, -1):
        address = codes >> (2 * (_FINEST - z))
        begins: Ints = np.flatnonzero(np.r_[True, address[1:] != address[:-1]])[: len(codes)]
        counts = np.diff(np.r_[begins, len(codes)]).astype(np.int64)[: len(begins)]
        levels[np.repeat(counts <= most, counts)] = z
    return levels


def _address(lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    size = 1 << _FINEST
    sine = np.sin(np.radians(np.clip(lat, -_EDGE_LAT, _EDGE_LAT)))
    u, v = (lon + 180) / 360, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
    whole = [np.clip(np.floor(one * size), 0, size - 1).astype(np.int64) for one in (u, v)]
    return whole[0], whole[1]


def _interleave(x: Ints, y: Ints) -> Ints:
    """Put the bits of two numbers between one another: the order of the curve."""
    spread = []
    for one in (x, y):
        bits = one.astype(np.uint64)
        for shift, mask in _SPREAD:
            bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
        spread.append(bits)
    code: Ints = (spread[0] | (spread[1] << np.uint64(1))).astype(np.int64)
    return code


def apart(codes: Ints) -> tuple[Ints, Ints]:
    """Return column and row of addresses on the curve."""
    found = []
    for shift in (0, 1):
        bits = (codes >> shift).astype(np.uint64) & np.uint64(_SPREAD[-1][1])
        for step, mask in zip((1, 2, 4, 8, 16), _masks(), strict=True):
            bits = (bits | (bits >> np.uint64(step))) & np.uint64(mask)
        found.append(bits.astype(np.int64))
    return found[0], found[1]


def _masks() -> list[int]:
    """Return the masks of the way back, the narrowest pairs first."""
    return [*(mask for _, mask in _SPREAD[-2::-1]), 0x00000000FFFFFFFF]


def box_of_tile(z: int, x: int, y: int) -> Box:
    """Return west, south, east, north of a tile, degrees."""
    edges = [np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (y + d) / 2**z)))) for d in (1, 0)]
    west, east = (360 * (x + d) / 2**z - 180 for d in (0, 1))
    return west, float(edges[0]), east, float(edges[1])
