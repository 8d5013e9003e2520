"""Words written into the outlines of a drawing.

Draughtsmen write a plot's number inside it. A text that stands inside one outline only, and
is the only text there, names that plot. Where several texts stand in one outline, or one
outline lies in another, nobody can tell which word is the number: such plots get none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from platforms.geo.ingest.raw import ROW, WKB

if TYPE_CHECKING:
    from platforms.geo.ingest.raw import RawTable

__all__ = ["label_plots", "texts_of"]

_POINT = 0
_LONGEST = 60


def texts_of(wkb: list[bytes | None], words: list[Any]) -> dict[int, tuple[str, Any]]:
    """Return the texts of a drawing and where they stand, by 1-based row.

    Parameters
    ----------
    wkb
        Shapes of all rows.
    words
        What is written there, None where nothing is.
    """
    shapes = shapely.from_wkb(np.array(wkb, dtype=object), on_invalid="ignore")
    points = shapely.get_type_id(shapes) == _POINT
    return {
        int(at) + 1: (" ".join(str(words[at]).split()), shapes[at])
        for at in np.flatnonzero(points)
        if words[at] and str(words[at]).strip()
    }


def label_plots(raw: RawTable, texts: Mapping[int, tuple[str, Any]]) -> None:
    """Give plots the ids that are written inside them, in a column ``plot_id``.

    Parameters
    ----------
    raw
        Rows of the drawing; its table and faults change.
    texts
        As :func:`texts_of` gives them.
    """
    shapes = shapely.from_wkb(np.array(raw.table[WKB].to_pylist(), dtype=object))
    if not texts or shapely.is_missing(shapes).all() or "plot_id" in raw.table.column_names:
        return
    words = [word for word, _ in texts.values()]
    at, plot = shapely.STRtree(shapes).query([p for _, p in texts.values()], predicate="within")
    homes, guests = Counter(at.tolist()), Counter(plot.tolist())
    labels: list[str | None] = [None] * len(shapes)
    for text, home in zip(at.tolist(), plot.tolist(), strict=True):
        if homes[text] == 1 and guests[home] == 1 and len(words[text]) <= _LONGEST:
            labels[home] = words[text]
    found = sum(label is not None for label in labels)
    open_ = len(guests) - found
    if found:
        raw.table = raw.table.append_column("plot_id", pa.array(labels, pa.string()))
        raw.fault("drawing_labels", "info", count=found)
    if open_:
        rows = raw.table[ROW].to_pylist()
        first = next(rows[home] for home in sorted(guests) if labels[home] is None)
        raw.fault("drawing_labels_open", "info", count=open_, row=first)
