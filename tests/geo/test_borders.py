"""Pairs that are called apart share no land, whatever the shapes; plain neighbours are found."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms.geo import overlap
from platforms.geo.borders import surely_apart
from platforms.geo.crs import parse_crs
from platforms.geo.overlap import placed_pairs
from platforms.geo.placed import Placed

EAST, NORTH = 40_590_000.0, 3_110_000.0
PLANE = parse_crs("EPSG:4528")


def polygon(*points, holes=()):
    def ring(some):
        return np.array(some, dtype=float) + np.array([EAST, NORTH])

    return shapely.Polygon(ring(points), [ring(hole) for hole in holes])


def every_pair(shapes):
    return np.triu_indices(len(shapes), 1)


def net(rng, side, *, bend):
    """Neighbours with bent borders, which share every corner."""
    knots = {
        (i, j): 60.0 * np.array([i, j]) + rng.uniform(-9, 9, 2)
        for i in range(side + 1)
        for j in range(side + 1)
    }
    lines = {}

    def line(a, b):
        if (b, a) in lines:
            return lines[b, a][::-1]
        if (a, b) not in lines:
            inner = [
                knots[a] + (knots[b] - knots[a]) * part + rng.uniform(-bend, bend, 2)
                for part in np.arange(1, int(rng.integers(1, 4))) / 3
            ]
            lines[a, b] = [knots[a], *inner, knots[b]]
        return lines[a, b]

    made = []
    for i in range(side):
        for j in range(side):
            around = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)]
            ring = [p for a, b in pairwise(around) for p in line(a, b)[:-1]]
            made.append(polygon(*ring))
    return made


def closed(rng, shape):
    """Begin somewhere else, and go the other way round at times."""
    ring = shapely.get_coordinates(shape.exterior)[:-1]
    ring = np.roll(ring, int(rng.integers(len(ring))), axis=0)
    turned = shapely.Polygon(ring[::-1] if rng.integers(2) else ring, shape.interiors)
    return turned if turned.is_valid else shape


def stars(rng, count):
    made = []
    for _ in range(count):
        turn = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 9))))
        away = rng.uniform(5, 40, len(turn))
        x, y = rng.uniform(0, 120, 2)
        made.append(polygon(*np.column_stack([x + away * np.cos(turn), y + away * np.sin(turn)])))
    return [shape for shape in made if shape.is_valid]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_what_is_called_apart_shares_nothing(seed):
    rng = np.random.default_rng(seed)
    # a line that is cut out of others leaves borders in common of every make
    pieces = shapely.get_parts(
        shapely.polygonize(
            list(
                shapely.get_parts(
                    shapely.union_all([shapely.boundary(one) for one in stars(rng, 8)])
                )
            )
        )
    )
    some = [closed(rng, one) for one in pieces if one.area > 1e-3]
    merged = [shapely.union(*rng.choice(pieces, 2)) for _ in range(6)]
    shapes = np.array([*some, *stars(rng, 4), *merged, *some[:2]], dtype=object)
    shapes = shapes[shapely.is_valid(shapes)]
    left, right = every_pair(shapes)
    apart = surely_apart(shapes, left, right)
    shared = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    assert shared[apart].max(initial=0.0) < 1e-4


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_plain_neighbours_are_told(seed):
    rng = np.random.default_rng(seed)
    shapes = np.array([closed(rng, one) for one in net(rng, 4, bend=0.0)], dtype=object)
    left, right = every_pair(shapes)
    assert surely_apart(shapes, left, right).mean() > 0.9


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_pairs_are_those_of_the_slow_way(seed):
    rng = np.random.default_rng(seed)
    made = [closed(rng, one) for one in net(rng, 5, bend=6.0)]
    made += [shapely.transform(one, lambda xy: xy + rng.uniform(-3, 3, 2)) for one in made[::7]]
    made += [made[3], made[8].difference(made[8].centroid.buffer(4)), made[8].centroid.buffer(3)]
    shapes = np.array(made, dtype=object)
    quick = placed_pairs(Placed(shapes, PLANE))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlap, "surely_apart", lambda _, left, __: np.zeros(len(left), dtype=bool))
        slow = placed_pairs(Placed(shapes, PLANE))
    assert quick.equals(slow)


# a bulge of the large one holds the small one, and both go along the bulge's edge
BULGE = [(0, 0), (40, 0), (40, 40), (0, 40), (0, 30), (-20, 30), (-20, 10), (0, 10)]
IN_BULGE = [(0, 30), (-20, 30), (-20, 10), (0, 10), (-5, 12), (-5, 28)]
SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (SQUARE, [(10, 0), (20, 0), (20, 10), (10, 10)], True),
        (SQUARE, [(10, 10), (20, 10), (20, 0), (10, 0)], True),
        (SQUARE, [(10, 10), (20, 10), (20, 20), (10, 20)], True),
        (SQUARE, SQUARE, False),
        (SQUARE, [(0, 0), (10, 0), (10, 5), (0, 5)], False),
        (SQUARE, [(2, 2), (8, 2), (8, 8), (2, 8)], False),
        (BULGE, IN_BULGE, False),
        (BULGE, IN_BULGE[::-1], False),
        # a wedge in a notch
        ([(0, 0), (10, 0), (10, 10), (5, 5), (0, 10)], [(10, 10), (5, 5), (0, 10)], True),
    ],
)
def test_known_pairs(one, other, told):
    shapes = np.array([polygon(*one), polygon(*other)], dtype=object)
    pair = np.array([0]), np.array([1])
    assert surely_apart(shapes, *pair).tolist() == [told]
    assert surely_apart(shapes[::-1], *pair).tolist() == [told]


def test_holes_and_parts_are_left_to_be_measured():
    ring = polygon((0, 0), (10, 0), (10, 10), (0, 10), holes=[[(2, 2), (4, 2), (4, 4), (2, 4)]])
    two = shapely.MultiPolygon([polygon((10, 0), (20, 0), (20, 10), (10, 10))])
    plain = polygon((10, 0), (20, 0), (20, 10), (10, 10))
    shapes = np.array([ring, two, plain, None], dtype=object)
    left, right = np.array([0, 0, 1, 2]), np.array([1, 2, 2, 3])
    assert not surely_apart(shapes, left, right).any()


def test_no_pairs():
    none = np.empty(0, dtype=np.intp)
    assert surely_apart(np.array([polygon(*SQUARE)]), none, none).shape == (0,)
