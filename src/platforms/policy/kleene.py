"""Three-valued logic on whole columns.

A statement about a plot is true, false, or cannot be told because something is missing.
The values are ordered false (-1) < unknown (0) < true (1), so that Kleene's "and" is the
smaller, "or" the larger and "not" the negative of its parts. Unknown is never taken for
true: a missing number does not make a plot low-efficient.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["FALSE", "TRUE", "UNKNOWN", "Truth", "conjunction", "disjunction", "negation", "truth"]

Truth = NDArray[np.int8]

FALSE = np.int8(-1)
UNKNOWN = np.int8(0)
TRUE = np.int8(1)


def truth(holds: NDArray[np.bool_], known: NDArray[np.bool_]) -> Truth:
    """Return the truth of a statement where it is known, else unknown.

    Parameters
    ----------
    holds
        Whether it holds; looked at only where it is known.
    known
        Whether it can be told.

    Returns
    -------
    truth
        int8 array of -1, 0 and 1.
    """
    return np.where(known, np.where(holds, TRUE, FALSE), UNKNOWN).astype(np.int8)


def conjunction(parts: Sequence[Truth]) -> Truth:
    """Return "all of": false as soon as one part is, unknown while one is open."""
    joined: Truth = np.minimum.reduce(list(parts))
    return joined


def disjunction(parts: Sequence[Truth]) -> Truth:
    """Return "any of": true as soon as one part is, unknown while one is open."""
    joined: Truth = np.maximum.reduce(list(parts))
    return joined


def negation(part: Truth) -> Truth:
    """Return "not": unknown stays unknown."""
    return np.negative(part)
