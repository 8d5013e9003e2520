"""Shapes for hypothesis: rings that are right, rings that are not, all of them in China."""

from __future__ import annotations

import math

from hypothesis import strategies as st

# degrees; a shape reaches at most REACH from its middle
WEST, EAST, SOUTH, NORTH = 74.0, 134.0, 4.0, 53.0
REACH = 0.01

Ring = list[tuple[float, float]]


def middles(
    west: float = WEST, east: float = EAST, south: float = SOUTH, north: float = NORTH
) -> st.SearchStrategy[tuple[float, float]]:
    """Return middles of shapes, in a box."""
    return st.tuples(st.floats(west, east), st.floats(south, north))


@st.composite
def valid_rings(
    draw: st.DrawFn, middle: st.SearchStrategy[tuple[float, float]] | None = None
) -> Ring:
    """Return a closed ring without a crossing: corners by the angle at which its middle sees them."""
    x, y = draw(middles() if middle is None else middle)
    ring = [(x + dx, y + dy) for dx, dy in draw(_around())]
    return ring[::-1] if draw(st.booleans()) else ring


@st.composite
def _around(draw: st.DrawFn) -> Ring:
    """Return a ring around nought."""
    many = draw(st.integers(3, 12))
    # no step between neighbours is half a turn, so nought stays inside
    parts = [draw(st.floats(1.0, 1.9)) for _ in range(many)]
    turn, ring = draw(st.floats(0, math.tau)), []
    for part in parts:
        turn += math.tau * part / sum(parts)
        far = draw(st.floats(REACH / 20, REACH))
        ring.append((far * math.cos(turn), far * math.sin(turn)))
    return [*ring, ring[0]]


@st.composite
def holed(
    draw: st.DrawFn, middle: st.SearchStrategy[tuple[float, float]] | None = None
) -> list[Ring]:
    """Return a ring and a hole in it: the ring itself, a tenth to a half as large."""
    x, y = draw(middles() if middle is None else middle)
    around, small = draw(_around()), draw(st.floats(0.1, 0.5))
    rings = [[(x + n * dx, y + n * dy) for dx, dy in around] for n in (1.0, small)]
    return [ring[::-1] if draw(st.booleans()) else ring for ring in rings]


@st.composite
def wrong_rings(draw: st.DrawFn) -> Ring:
    """Return a ring with something wrong or odd: crossing, repeated, open, flat or not finite."""
    x, y = draw(middles())
    near = st.floats(-REACH, REACH)
    ring = [(x + draw(near), y + draw(near)) for _ in range(draw(st.integers(1, 10)))]
    at = draw(st.integers(0, len(ring) - 1))
    match draw(st.sampled_from(["crossing", "repeated", "open", "flat", "nan", "inf", "far"])):
        case "repeated":
            ring[at:at] = [ring[at]] * draw(st.integers(1, 3))
        case "open":
            return ring
        case "flat":
            ring = [(x, y + n * REACH / 10) for n in range(len(ring))]
        case "nan":
            ring[at] = (math.nan, y)
        case "inf":
            ring[at] = (x, math.inf)
        case "far":
            ring[at] = draw(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)))
    return [*ring, ring[0]]


def shapes() -> st.SearchStrategy[dict[str, object]]:
    """Return geometries as GeoJSON has them, right and wrong."""
    rings = st.one_of(
        valid_rings().map(lambda ring: [ring]),
        holed(),
        st.lists(wrong_rings(), min_size=1, max_size=3),
    )
    polygon = rings.map(lambda found: {"type": "Polygon", "coordinates": found})
    several = st.lists(rings, min_size=1, max_size=3).map(
        lambda found: {"type": "MultiPolygon", "coordinates": found}
    )
    return st.one_of(polygon, several, st.just({"type": "Polygon", "coordinates": []}))
