"""Marks that share a place lie side by side, and none on another."""

import itertools
import math

import pytest

from platforms.outputs.figures.plan_places import Mark, Occupied, hold, spread


def marks(n: int, *, layer: int = 0, rank: float = 90, at=(50.0, 50.0)) -> list[Mark]:
    return [Mark(layer, [f], *at, *at, 1.5, rank) for f in range(n)]


def apart(placed) -> bool:
    return all(
        math.hypot(a.x - b.x, a.y - b.y) >= a.r + b.r for a, b in itertools.combinations(placed, 2)
    )


def test_a_mark_alone_stays_at_its_place():
    (mark,) = spread(marks(1), Occupied(8), zoom=11, pixel=0.22)
    assert (mark.x, mark.y) == (50, 50)


def test_marks_that_share_a_place_lie_side_by_side_and_know_it():
    placed = spread(marks(7), Occupied(8), zoom=11, pixel=0.22)
    assert len(placed) == 7
    assert apart(placed)
    assert {(m.ax, m.ay) for m in placed} == {(50, 50)}


@pytest.mark.parametrize(("zoom", "shown"), [(9, 1), (13, 20)])
def test_a_crowd_turns_into_a_count_where_there_is_no_room(zoom, shown):
    placed = spread(marks(20), Occupied(8), zoom=zoom, pixel=0.22)
    assert len(placed) == shown
    assert sum(len(m.members) for m in placed) == 20


def test_a_kind_of_low_rank_is_counted_first():
    crowd = [*marks(6, layer=0, rank=90), *marks(6, layer=1, rank=10)]
    placed = spread(crowd, Occupied(8), zoom=11, pixel=0.22)
    assert [len(m.members) for m in placed if m.layer == 1] == [6]
    assert [len(m.members) for m in placed if m.layer == 0] == [1] * 6


def test_marks_that_stay_give_way_to_one_another_only():
    taken = Occupied(8)
    taken.add_box((40, 40, 60, 60))
    large, *small = hold([*marks(3), Mark(1, [9], 50, 50, 50, 50, 4.0)], taken, pixel=0.22)
    assert large.members == [9]
    assert (large.x, large.y) == (50, 50)
    assert apart([large, *small])
    assert not taken.circle_free(small[0].x, small[0].y, 0.1)
