"""Codes of industries as GB/T 4754-2017 numbers them.

A code is a section letter (C), a division (C38), a group (C382) or a class (C3821), written
with or without its letter. A code lies within another when it begins with it. What cannot be
read, or is coarser than what is asked for, is unknown: ``C38`` does not say whether it is
C3821, and it is never taken for another industry.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["CODE_FIELD", "groups", "normal_code", "within"]

Bools = NDArray[np.bool_]

CODE_FIELD = "industry_code"
"""Id of the field whose words are read as codes unless the pack says otherwise."""

# GB/T 4754-2017: the first division of each section, and the last of all
_FIRST = {
    "A": 1, "B": 6, "C": 13, "D": 44, "E": 47, "F": 51, "G": 53, "H": 61, "I": 63, "J": 66,
    "K": 70, "L": 71, "M": 73, "N": 76, "O": 80, "P": 83, "Q": 84, "R": 86, "S": 91, "T": 97,
}  # fmt: skip
_LAST = 97
# a name may follow the code (C38 电气机械和器材制造业), but not a second code
_CODE = re.compile(r"([A-T])?[\s.-]?(\d{2,4})(?:\.0)?(?!\d)[^0-9A-Z]*")


def normal_code(text: object) -> str | None:
    """Return a code with its section letter; None where it cannot be read.

    Examples
    --------
    >>> normal_code("3821"), normal_code("c38"), normal_code("C"), normal_code("A38")
    ('C3821', 'C38', 'C', None)
    """
    folded = unicodedata.normalize("NFKC", str(text)).strip().upper()
    if folded in _FIRST:
        return folded
    found = _CODE.fullmatch(folded)
    if found is None:
        return None
    letter, digits = found.groups()
    division = int(digits[:2])
    if not 1 <= division <= _LAST:
        return None
    section = max((one for one, first in _FIRST.items() if first <= division))
    return None if letter not in {None, section} else section + digits


def within(words: NDArray[np.object_], known: Bools, wanted: Sequence[str]) -> tuple[Bools, Bools]:
    """Tell which codes are one of some codes, or lie below it.

    Parameters
    ----------
    words
        Codes as they are written.
    known
        Where they can be read.
    wanted
        The codes that are asked for.

    Returns
    -------
    holds, told
        Where a code lies within; and where that can be told.
    """
    asked = tuple(code for one in wanted if (code := normal_code(one)) is not None)
    numbers, found = pd.factorize(words)
    codes = [normal_code(word) or "" for word in found]
    inside = np.array([*(code.startswith(asked) for code in codes), False], dtype=bool)
    coarse = [any(one.startswith(code) for one in asked) for code in codes]
    holds = inside[numbers]
    return holds & known, known & (holds | ~np.array([*coarse, True], dtype=bool)[numbers])


def groups(words: NDArray[np.object_], known: Bools, digits: int) -> NDArray[np.object_]:
    """Return the group of each code, cut to so many digits; None for unknown and coarser ones.

    Examples
    --------
    >>> groups(np.array(["3821", "C38", "C"], dtype=object), np.ones(3, dtype=bool), 2).tolist()
    ['C38', 'C38', None]
    """
    numbers, found = pd.factorize(words)
    codes = [normal_code(word) or "" for word in found]
    cut = [code[: digits + 1] if len(code) > digits else None for code in codes]
    made = np.array([*cut, None], dtype=object)[numbers]
    made[~known] = None
    return made
