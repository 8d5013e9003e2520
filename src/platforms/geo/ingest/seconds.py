"""A second column that is as good as the one taken: where the two disagree, both are named.

A sheet may state an area in 亩 and in 公顷, or what was approved and what was surveyed. One of
them is taken, the others stay as they are; that they say something else is no small matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from platforms.geo.ingest.columns import Meaning
    from platforms.issues import IssueTable

__all__ = ["name_second_columns"]

_KINDS = {"area", "number", "share"}
# two ways to write one quantity differ by their rounding
_SHARE = 0.01


def name_second_columns(
    values: pd.Series,
    found: Sequence[Meaning],
    columns: Mapping[str, pd.Series],
    read: Callable[[Meaning, pd.Series], pd.Series],
    issues: IssueTable,
    ids: Sequence[str],
) -> None:
    """Name each column of the same meaning whose quantities are others than those taken.

    Parameters
    ----------
    values
        Of the column that was taken, the first of ``found``.
    found
        All columns that can be it.
    columns
        Cells by the names of the file.
    read
        Gives the values of a column's cells.
    issues
        Takes a warning for each.
    ids
        Plot id of each row.
    """
    first, *others = found
    if first.kind not in _KINDS:
        return
    taken = values.to_numpy(dtype="float64")
    for other in others:
        if other.source not in columns:
            continue
        cells = read(other, columns[other.source]).to_numpy(dtype="float64")
        apart = np.abs(cells - taken) > _SHARE * np.maximum(np.abs(cells), np.abs(taken))
        rows = np.flatnonzero(~np.isnan(cells) & (apart | np.isnan(taken)))
        if len(rows):
            issues.add(
                "column_second_differs", "warning", field=other.source, first=first.source,
                count=len(rows), plot=ids[int(rows[0])],
            )  # fmt: skip
