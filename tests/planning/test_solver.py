"""Programs that can be watched: the same answer either way, stops, and what is raised."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from platforms.planning import solver
from platforms.planning.effort import Progress, Watch
from platforms.planning.solver import Program, solve_program


def knapsack(count=40, rows=4, seed=0):
    draw = np.random.default_rng(seed)
    table = draw.integers(1, 100, (rows, count)).astype(float)
    worth = -draw.integers(1, 100, count).astype(float)
    half = table.sum(axis=1) / 2
    return Program(worth, np.ones(count, dtype=np.int64), table, np.full(rows, -np.inf), half)


def impossible():
    one = np.ones(1)
    return Program(one, one.astype(np.int64), np.ones((1, 1)), 2 * one, 3 * one)


@pytest.fixture(params=["watched", "stretches"])
def way(request, monkeypatch):
    """SciPy's HiGHS asked from inside, and SciPy's own call again and again."""
    if request.param == "stretches":
        monkeypatch.setattr(solver, "_core", lambda: None)
    elif solver._core() is None:
        pytest.skip("SciPy's HiGHS is not as expected")
    return request.param


def test_looking_on_changes_nothing(way):
    program = knapsack()
    alone = solve_program(program, gap=0, watch=Watch())
    watched = solve_program(program, gap=0, watch=Watch(stop=threading.Event()))
    assert program.costs @ watched.values == pytest.approx(program.costs @ alone.values)
    assert watched.bound == pytest.approx(alone.bound)
    assert watched.bound == pytest.approx(program.costs @ watched.values)


def test_what_has_no_answer_has_none(way):
    found = solve_program(impossible(), gap=0, watch=Watch(stop=threading.Event()))
    assert found.values is None
    assert np.isinf(found.bound)


def test_a_stop_ends_it_with_a_bound_that_holds(way):
    program = knapsack(count=300, rows=12)
    stop = threading.Event()
    stop.set()
    watch = Watch(600, stop=stop)
    found = solve_program(program, gap=0, watch=watch)
    assert watch.ended == "stopped"
    if found.values is not None:
        assert found.bound <= program.costs @ found.values + 1e-6


def test_upper_bounds_and_parts_of_variables(way):
    program = Program(
        np.array([-1.0, -1.0]), np.array([1, 0]), np.ones((1, 2)), np.array([-np.inf]),
        np.array([4.5]), np.array([3.0, 10.0]),
    )  # fmt: skip
    found = solve_program(program, gap=0, watch=Watch(stop=threading.Event()))
    assert found.values.sum() == pytest.approx(4.5)
    assert found.values[0] == pytest.approx(round(found.values[0]))
    assert found.values[0] <= 3


def test_what_the_watcher_raises_is_raised():
    if solver._core() is None:
        pytest.skip("SciPy's HiGHS is not as expected")

    def look(_best, _bound):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve_program(knapsack(300, 12), gap=0, watch=Watch(600), tell=look)


def test_a_watch_is_over_by_clock_or_person_and_says_which():
    now = [0.0]
    watch = Watch(10, clock=lambda: now[0])
    assert not watch.over()
    assert watch.left() == 10
    now[0] = 10.5
    assert watch.over()
    assert watch.ended == "seconds"
    # a new one has its own time
    assert not watch.again(0.5).over()
    assert watch.again(0.5).seconds == 5
    stop = threading.Event()
    held = Watch(stop=stop)
    assert held.left() is None
    stop.set()
    assert held.over()
    assert held.ended == "stopped"
    assert held.again().over()


def test_progress_leaves_out_what_is_not_known():
    told = []
    watch = Watch(progress=told.append)
    watch.tell("bound", None, None)
    watch.tell("start", np.inf, 5.0)
    watch.tell("search", 10.0, 8.0, 3, 9)
    watch.tell("proof", 0.0, 0.0)
    assert [one.gap for one in told] == [None, None, 0.2, 0.0]
    assert (told[1].best, told[1].bound) == (None, 5.0)
    assert (told[2].done, told[2].most) == (3, 9)
    assert isinstance(told[0], Progress)
