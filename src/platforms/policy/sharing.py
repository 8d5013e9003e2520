"""Share a firm's figures out over its plots, to the last bit.

The parts of one firm sum to its total exactly, in whatever order they are added: every part
is a whole number of the total's smallest step, so no partial sum is rounded. What has no
weight that is known has no part that is known.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["share_out", "weights"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_WHOLE = 1e-6


def weights(
    firm: Ints, share: Floats, size: Floats, *, firms: int
) -> tuple[Floats, NDArray[np.object_]]:
    """Return the part of its firm that each pair has.

    Parameters
    ----------
    firm
        Firm of each pair.
    share
        Stated share of the firm, 0 to 1, NaN where none is stated.
    size
        What the firm is shared by where a share is missing: area of the plot in any unit,
        NaN where it is unknown.
    firms
        Number of firms.

    Returns
    -------
    weight
        Sums to 1 for each firm; NaN for all pairs of a firm that cannot be shared out.
    basis
        Of each firm: ``share``, ``share_scaled`` (stated shares that did not sum to 1),
        ``area``, ``one``, ``open``, or empty without a pair.
    """
    count = np.bincount(firm, minlength=firms)
    stated = np.bincount(firm, np.isfinite(share), minlength=firms) == count
    sums = np.bincount(firm, np.nan_to_num(share), minlength=firms)
    areas = np.bincount(firm, size, minlength=firms)
    by_share = stated & (sums > 0)
    by_area = ~by_share & np.isfinite(areas) & (areas > 0)
    one = (count == 1) & ~by_share
    basis = np.select(
        [count == 0, by_share & (np.abs(sums - 1) <= _WHOLE), by_share, one, by_area],
        ["", "share", "share_scaled", "one", "area"],
        "open",
    ).astype(object)
    with np.errstate(invalid="ignore", divide="ignore"):
        shared, sized = share / sums[firm], size / areas[firm]
    weight = np.where(by_share[firm], shared, np.where(by_area[firm], sized, np.nan))
    return np.where(one[firm], 1.0, weight), basis


def share_out(total: Floats, firm: Ints, weight: Floats) -> Floats:
    """Return each pair's part of its firm's figure.

    Parameters
    ----------
    total
        One figure a firm; NaN where it is unknown.
    firm
        Firm of each pair.
    weight
        Part of the firm, summing to 1 for each; NaN where it is unknown.

    Returns
    -------
    parts
        One a pair; NaN where the figure or the weight is unknown. The parts of a firm sum to
        its figure exactly.

    Examples
    --------
    >>> parts = share_out(np.array([0.1]), np.array([0, 0, 0]), np.full(3, 1 / 3))
    >>> float(sum(parts))
    0.1
    """
    if not len(firm):
        return np.empty(0)
    known = np.isfinite(total) & ~np.isnan(np.bincount(firm, weight, minlength=len(total)))
    # a firm with one pair has it all there
    shared: Floats = np.where(known[firm], total[firm], np.nan)
    several = np.flatnonzero(known[firm] & (np.bincount(firm, minlength=len(total))[firm] > 1))
    if not len(several):
        return shared
    mine = firm[several]
    size = np.abs(np.where(known, total, 0.0))
    step = np.spacing(size)
    # between 2^52 and 2^53 steps, or none: whole numbers that a float holds
    steps = (size / step).astype(np.int64)
    part = np.floor(weight[several] * steps[mine]).astype(np.int64)
    left = steps.copy()
    np.subtract.at(left, mine, part)
    # what rounding down left goes to the largest part, the first of equals
    order = np.lexsort((np.arange(len(mine)), -part, mine))
    first = order[np.flatnonzero(np.r_[True, np.diff(mine[order]) != 0])]
    part[first] += left[mine[first]]
    shared[several] = np.copysign(part * step[mine], total[mine])
    return shared
