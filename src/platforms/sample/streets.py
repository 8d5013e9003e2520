"""Street grids of industrial blocks.

A block is a grid of street cells in its own frame (u along the main direction, v across,
metres, origin at the block's centre). The street crossings stray a little from the grid
and every second street line is a main street, so cells are general quadrilaterals. A cell
inset by half the streets around it is the land that can be divided into plots.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from platforms.sample.recipe import Block, Style

__all__ = ["Grid", "inset_quad", "lay_streets"]

Floats = NDArray[np.float64]

# a corner cell is left out this often, an inner one (pond, housing, school) that often
_CORNER_GAP = 0.3
_INNER_GAP = 0.05


@dataclass(frozen=True)
class Grid:
    """Street grid of one block, in the block's frame.

    Attributes
    ----------
    nodes
        Crossings, shape (columns + 1, rows + 1, 2), metres.
    across, along
        Street reserves in metres: of the lines of constant column (columns + 1) and of
        constant row (rows + 1).
    built
        Which cells are divided into plots, shape (columns, rows).
    """

    nodes: Floats
    across: Floats
    along: Floats
    built: NDArray[np.bool_]

    def outline(self, column: int, row: int) -> Floats:
        """Return a cell's corners on the street lines, counter-clockwise, shape (4, 2)."""
        n, i, j = self.nodes, column, row
        return np.array([n[i, j], n[i + 1, j], n[i + 1, j + 1], n[i, j + 1]])

    def land(self, column: int, row: int) -> Floats:
        """Return a cell's corners within the street reserves, shape (4, 2)."""
        half = 0.5 * np.array(
            [self.along[row], self.across[column + 1], self.along[row + 1], self.across[column]]
        )
        return inset_quad(self.outline(column, row), half)


def inset_quad(corners: Floats, inset: Floats) -> Floats:
    """Move the edges of a counter-clockwise quadrilateral inwards.

    Parameters
    ----------
    corners
        Shape (4, 2), metres.
    inset
        Distance for the edge from corner k to corner k + 1, shape (4,), metres.

    Returns
    -------
    moved
        Corners of the smaller quadrilateral, shape (4, 2).
    """
    edge = np.roll(corners, -1, axis=0) - corners
    normal = np.column_stack([-edge[:, 1], edge[:, 0]]) / np.linalg.norm(edge, axis=1)[:, None]
    offset = (normal * corners).sum(axis=1) + inset
    moved = np.empty_like(corners)
    for k in range(4):
        before = k - 1
        moved[k] = np.linalg.solve(
            np.array([normal[before], normal[k]]), np.array([offset[before], offset[k]])
        )
    return moved


def lay_streets(block: Block, style: Style, rng: np.random.Generator) -> Grid:
    """Lay out a block's streets.

    Parameters
    ----------
    block
        Its grid size is used.
    style
        Sizes of cells and streets.
    rng
        Source of chance.

    Returns
    -------
    grid
        Streets and cells in the block's frame.
    """
    columns, rows = block.grid
    u = np.concatenate([[0.0], rng.uniform(*style.length, columns).cumsum()])
    v = np.concatenate([[0.0], rng.uniform(*style.depth, rows).cumsum()])
    u -= u[-1] / 2
    v -= v[-1] / 2
    nodes = np.stack(np.meshgrid(u, v, indexing="ij"), axis=-1)
    # a gentle shear and bend keep the block from looking ruled with a set square
    nodes[..., 0] += np.tan(np.radians(rng.uniform(-7, 7))) * nodes[..., 1]
    nodes[..., 1] += rng.uniform(-0.05, 0.05) * nodes[..., 0] ** 2 / max(u[-1], 1.0)
    nodes += rng.uniform(-style.jitter, style.jitter, nodes.shape)
    return Grid(
        nodes=nodes,
        across=_reserves(columns + 1, style, rng),
        along=_reserves(rows + 1, style, rng),
        built=_built(columns, rows, rng),
    )


def _reserves(lines: int, style: Style, rng: np.random.Generator) -> Floats:
    width = rng.uniform(*style.street, lines)
    width[int(rng.integers(0, 2)) :: 2] = style.main
    return width


def _built(columns: int, rows: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    chance = np.full((columns, rows), _INNER_GAP)
    for i in (0, -1):
        for j in (0, -1):
            chance[i, j] = _CORNER_GAP
    return rng.random((columns, rows)) >= chance
