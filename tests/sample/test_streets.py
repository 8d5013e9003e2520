import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from platforms.sample.recipe import load_recipe
from platforms.sample.streets import inset_quad, lay_streets

RECIPE = load_recipe("yueqing")
SQUARE = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])


def test_inset_moves_each_edge_by_its_own_distance():
    inner = inset_quad(SQUARE, np.array([1.0, 2.0, 3.0, 0.5]))
    assert inner == pytest.approx(np.array([[0.5, 1.0], [8.0, 1.0], [8.0, 7.0], [0.5, 7.0]]))


@given(st.integers(0, 2**32 - 1))
def test_land_lies_within_its_cell_and_cells_do_not_overlap(seed):
    block = RECIPE.blocks[0]
    grid = lay_streets(block, RECIPE.styles[block.style], np.random.default_rng(seed))
    cells = [Polygon(grid.outline(i, j)) for i, j in np.ndindex(grid.built.shape)]
    for (i, j), cell in zip(np.ndindex(grid.built.shape), cells, strict=True):
        assert cell.is_valid
        assert cell.covers(Polygon(grid.land(i, j)))
    whole = Polygon(
        np.vstack(
            [grid.nodes[:, 0], grid.nodes[-1, 1:], grid.nodes[-2::-1, -1], grid.nodes[0, -2:0:-1]]
        )
    )
    assert sum(cell.area for cell in cells) == pytest.approx(whole.area)
