"""Ids for rows that come without one: the layer's own manner, counted on.

The letters before the number are those that most of the layer's ids have. A row whose name the
layer had keeps its id where the whole table is replaced, so that what points to it stays right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

__all__ = ["id_prefix", "numbered"]

_NUMBERED = re.compile(r"(.*?)(\d+)")
_FEWEST_DIGITS = 2


def id_prefix(layer: str, existing: Collection[str]) -> str:
    """Return what stands before the number of a layer's ids.

    Examples
    --------
    >>> id_prefix("platforms", ["YQ-P01", "YQ-P02"]), id_prefix("micro_parks", [])
    ('YQ-P', 'MP')
    """
    heads = Counter(m[1] for text in existing if (m := _NUMBERED.fullmatch(text)))
    if heads:
        return heads.most_common(1)[0][0]
    return "".join(part[0] for part in layer.split("_") if part).upper()


def numbered(
    rows: Sequence[int],
    prefix: str,
    existing: Collection[str],
    *,
    kept: Mapping[int, str] | None = None,
) -> dict[int, str]:
    """Return an id for each row.

    Parameters
    ----------
    rows
        The rows, in their order.
    prefix
        What stands before the number.
    existing
        Ids that are taken.
    kept
        Rows that have an id already.

    Examples
    --------
    >>> numbered([0, 2], "P", ["P07", "Q9"])
    {0: 'P08', 2: 'P09'}
    """
    made = dict(kept or {})
    taken = {*existing, *made.values()}
    own = [m for t in taken if (m := _NUMBERED.fullmatch(t)) and m[1] == prefix]
    number = max((int(m[2]) for m in own), default=0)
    digits = max((len(m[2]) for m in own), default=_FEWEST_DIGITS)
    for row in rows:
        if row not in made:
            number += 1
            made[row] = f"{prefix}{number:0{digits}d}"
    return {row: made[row] for row in rows}
