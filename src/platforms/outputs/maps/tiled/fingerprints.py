"""The fingerprint of a large layer that is at hand: of all that is sent of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from platforms.outputs.maps.map_parts import Column

__all__ = ["frame_fingerprint"]

_CHUNK = 50_000


def frame_fingerprint(
    frame: gpd.GeoDataFrame, columns: Sequence[Column], said: Sequence[object]
) -> str:
    """Return 16 hexadecimal digits of shapes, columns, and what else decides the answers.

    Parameters
    ----------
    frame
        All plots.
    columns
        Those that are sent.
    said
        Key, classes, bounds, words.
    """
    told = hashlib.sha256(repr((tuple(columns), *said)).encode())
    shapes: npt.NDArray[np.object_] = frame.geometry.to_numpy()
    for start in range(0, len(shapes), _CHUNK):
        for one in shapely.to_wkb(shapes[start : start + _CHUNK]):
            told.update(one)
    for column in columns:
        if column.name in frame:
            words = frame[column.name].astype("str")
            told.update(pd.util.hash_pandas_object(words, index=False).to_numpy().tobytes())
    return told.hexdigest()[:16]
