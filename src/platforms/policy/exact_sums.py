"""Sums of many numbers without any rounding, so that their order and their cuts do not matter.

A plain sum of doubles depends on the order in which it is taken: the parts of a province, summed
one by one, would come to another last digit than the whole. Here each number is taken as the
fraction that it is; only what is shown in the end is rounded, once.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

__all__ = ["exact_sums"]

_DIGITS = 53
# halves of a mantissa: sums of 2**26 of them are still whole numbers of a double
_LOW = 27


def exact_sums(
    values: NDArray[np.float64], group: NDArray[np.intp] | None = None, groups: int = 1
) -> list[Fraction]:
    """Return the exact sum of the values of each group.

    Parameters
    ----------
    values
        Finite numbers, fewer than 67 million of them.
    group
        Number of the group of each value, from 0; default all in the first.
    groups
        How many groups there are.

    Examples
    --------
    >>> import numpy as np
    >>> float(exact_sums(np.array([1e16, 1.0, -1e16]))[0])
    1.0
    """
    own = np.zeros(len(values), dtype=np.intp) if group is None else group
    mantissa, exponent = np.frexp(np.asarray(values, dtype=np.float64))
    whole = (mantissa * 2.0**_DIGITS).astype(np.int64)
    high, low = whole >> _LOW, whole & (2**_LOW - 1)
    sums = [Fraction(0)] * groups
    for power in np.unique(exponent):
        some = np.flatnonzero(exponent == power)
        unit = Fraction(2) ** (int(power) - _DIGITS)
        tops = np.bincount(own[some], high[some], groups)
        rests = np.bincount(own[some], low[some], groups)
        for at in np.unique(own[some]):
            sums[at] += (int(tops[at]) * 2**_LOW + int(rests[at])) * unit
    return sums
