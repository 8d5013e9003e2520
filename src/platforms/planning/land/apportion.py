"""Share out a printed whole so that the printed parts sum to it exactly.

Official areas are printed to 0.01 m². When a whole is cut into parts, rounding each part
would leave a cent too many or too few; here the cents are whole numbers, each part gets what
is surely its own, and the few that remain go to the largest remainders. On equal remainders
the earlier part wins, so the answer is always the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["apportion_m2", "largest_remainder", "near_a_tie"]


def largest_remainder(total: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Share whole units by weight.

    Parameters
    ----------
    total
        Units to share out, one number a row, not negative.
    weights
        Rows by parts, not negative; a row of zeros gives all to its first part.

    Returns
    -------
    units
        Rows by parts; each row sums to its total, and a part without weight gets nothing.
    """
    sums = weights.sum(axis=1)
    lost = sums <= 0
    shares = np.divide(weights, sums[:, None], out=np.zeros_like(weights), where=~lost[:, None])
    shares[lost, 0] = 1.0
    exact = shares * total[:, None]
    units = np.floor(exact).astype(np.int64)
    left = total - units.sum(axis=1)
    # rank of each part by remainder, largest first, earlier first on ties
    order = np.argsort(-(exact - units), axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(weights.shape[1])[None, :], axis=1)
    shared: NDArray[np.int64] = units + (rank < left[:, None])
    return shared


def apportion_m2(whole_m2: NDArray[np.float64], parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share printed areas among parts, in steps of 0.01 m².

    Parameters
    ----------
    whole_m2
        Areas with two decimals, m²; NaN gives NaN parts.
    parts
        Rows by parts: areas in any one measure, for example in a plane; NaN gives NaN.

    Returns
    -------
    shares_m2
        Rows by parts, m², two decimals; each row sums to its whole to the cent.
    """
    known = np.isfinite(whole_m2) & np.isfinite(parts).all(axis=1)
    cents = np.rint(np.where(known, whole_m2, 0.0) * 100).astype(np.int64)
    units = largest_remainder(cents, np.where(known[:, None], np.maximum(parts, 0.0), 0.0))
    return np.where(known[:, None], units / 100, np.nan)


def near_a_tie(
    whole_m2: NDArray[np.float64], parts: NDArray[np.float64], exact_m2: float
) -> NDArray[np.bool_]:
    """Say where :func:`apportion_m2` may give other cents if parts are a little off.

    Parameters
    ----------
    whole_m2, parts
        As for :func:`apportion_m2`.
    exact_m2
        How far a part may be off.

    Returns
    -------
    near
        Where a part is nearly nothing, or its cents are nearly whole, or two remainders are
        nearly the same; nowhere where one part has all.
    """
    near = np.zeros(len(parts), dtype=bool)
    several = (parts > 0).sum(axis=1) > 1
    rows = np.flatnonzero(several & np.isfinite(whole_m2) & np.isfinite(parts).all(axis=1))
    part, sums = parts[rows], parts[rows].sum(axis=1, keepdims=True)
    cents = part / sums * np.rint(whole_m2[rows] * 100)[:, None]
    # how far the cents may be off, which all parts together can move
    off = 2 * parts.shape[1] * exact_m2 * 100 * whole_m2[rows] / sums[:, 0]
    some = part > 0
    remainder = cents - np.floor(cents)
    whole = np.minimum(remainder, 1 - remainder) < off[:, None]
    order = np.sort(np.where(some, remainder, np.inf), axis=1)
    with np.errstate(invalid="ignore"):
        same = np.diff(order, axis=1) < off[:, None]
    near[rows] = (some & whole).any(axis=1) | same.any(axis=1)
    near[rows] |= (some & (part < 2 * exact_m2)).any(axis=1)
    return near
