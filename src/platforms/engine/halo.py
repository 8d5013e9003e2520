"""A part's plots with the neighbours that decide something about them.

A plot shares land with plots of other parts, and of two the later one in the source counts what
the earlier one has already. So a part is read with all earlier plots whose boxes meet one of its
own, and with every copy of a plot that it holds, since copies are counted. Nothing else of the
others matters to it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from platforms.engine.shuffle import BOX, ROW, Shuffled, read_ipc

__all__ = ["with_neighbours"]

Floats = NDArray[np.float64]

# an edge that is straight in a plane leaves the box of its ends in degrees: by less than this
# share of the squared size of the box, in degrees; and never by more than a seam
_BULGE, _SEAM_DEG, _SEAM_M = 0.01, 1e-8, 1e-3


def with_neighbours(
    shuffled: Shuffled, number: int, *, degrees: bool
) -> tuple[pa.Table, NDArray[np.bool_]]:
    """Return the plots of a part and their neighbours, in the order of the source.

    Parameters
    ----------
    shuffled
        All parts.
    number
        Which part.
    degrees
        Whether the plots lie in degrees.

    Returns
    -------
    plots, own
        The rows, and which of them are the part's own.
    """
    table = read_ipc(shuffled.parts[number])
    tables = [table, *_neighbours(shuffled, number, table, degrees=degrees)]
    own = np.repeat([True, False], [len(table), sum(map(len, tables[1:]))])
    every = pa.concat_tables(tables).combine_chunks()
    order = np.argsort(every[ROW].to_numpy(), kind="stable")
    return every.take(pa.array(order)), own[order]


def _neighbours(shuffled: Shuffled, number: int, own: pa.Table, *, degrees: bool) -> list[pa.Table]:
    boxes, rows = _boxes(own), own[ROW].to_numpy()
    wide = _wide(boxes, degrees=degrees)
    extents = _wide(shuffled.extents, degrees=degrees)
    some = np.flatnonzero(np.isfinite(wide).all(axis=1))
    if not len(some):
        return []
    tree = shapely.STRtree(np.asarray(shapely.box(*wide[some].T)))
    land = extents[number]
    found = []
    for other in np.flatnonzero(_meets(extents, land)):
        if other == number:
            continue
        table = read_ipc(shuffled.parts[other])
        theirs = _boxes(table)
        near = np.flatnonzero(_meets(_wide(theirs, degrees=degrees), land))
        reach = _wide(theirs[near], degrees=degrees)
        at, by = tree.query(shapely.box(*reach.T))
        found.append((table, theirs, near[at], some[by]))
    earlier = [np.unique(at[table[ROW].to_numpy()[at] < rows[by]]) for table, _, at, by in found]
    # copies have the same box; those that come later are needed for their number
    known = np.concatenate(
        [boxes[some], *(theirs[at] for (_, theirs, _, _), at in zip(found, earlier, strict=True))]
    )
    taken = []
    for (table, theirs, at, _), before in zip(found, earlier, strict=True):
        met = np.unique(at)
        copies = met[_among(theirs[met], known)]
        taken.append(table.take(pa.array(np.union1d(before, copies))))
    return taken


def _boxes(table: pa.Table) -> Floats:
    return np.column_stack([table[name].to_numpy() for name in BOX])


def _wide(boxes: Floats, *, degrees: bool) -> Floats:
    """Return boxes that hold their shapes also in a plane."""
    by = np.full(len(boxes), _SEAM_M)
    if degrees:
        width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        by = _SEAM_DEG + _BULGE * (width * width + height * height)
    wide: Floats = boxes + by[:, None] * np.array([-1.0, -1.0, 1.0, 1.0])
    return wide


def _meets(boxes: Floats, land: Floats) -> NDArray[np.bool_]:
    inside = (boxes[:, :2] <= land[2:]).all(axis=1) & (boxes[:, 2:] >= land[:2]).all(axis=1)
    return np.asarray(inside, dtype=bool)


def _among(boxes: Floats, known: Floats) -> NDArray[np.bool_]:
    """Say which boxes are among known ones, to the last digit."""
    index = pd.MultiIndex.from_arrays(list(boxes.T))
    return np.asarray(index.isin(pd.MultiIndex.from_arrays(list(known.T))), dtype=bool)
