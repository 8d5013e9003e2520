"""A layer beside the others: what its cells refer to, where its places are, inside the county.

Positions are checked against the county, with what their own accuracy explains.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from platforms.layers.cards import Card, Text
from platforms.layers.tables import STORED_CRS, Faults

__all__ = ["Outline", "check_inside", "check_references", "placed"]

# positions are checked against the county with at least this allowance: its outline is
# generalised to about 80 m
_COUNTY_TOLERANCE_M = 500.0
_FAR_DEGREES = 2.0
_METRES_PER_DEGREE = 111_000.0


class Outline(NamedTuple):
    """The county: its name, its outline in EPSG:4490 and in the survey plane, and the plane."""

    name: Text
    stored: BaseGeometry
    in_plane: BaseGeometry
    plane: pyproj.CRS


def check_references(
    frame: pd.DataFrame, card: Card, layer: Callable[[str], pd.DataFrame], faults: Faults
) -> None:
    """Name cells that refer to a row that another layer does not have."""
    for column in card.columns:
        if column.refers_to is None:
            continue
        name, _, key = column.refers_to.partition(".")
        target = layer(name)[key]
        wrong = frame[column.name].notna() & ~frame[column.name].isin(target)
        for row in wrong.to_numpy().nonzero()[0]:
            faults.add(
                "cell_unknown_reference",
                row=int(row) + 2,
                column=str(column.title),
                value=frame[column.name].iloc[row],
                target=column.refers_to,
            )


def placed(frame: pd.DataFrame, gazetteer: pd.DataFrame) -> gpd.GeoDataFrame:
    """Give each row the position that the gazetteer has for its place."""
    found = gazetteer.set_index("place_id").reindex(frame["place_id"])
    frame = frame.assign(basis=found["basis"].to_numpy(), accuracy_m=found["accuracy_m"].to_numpy())
    return gpd.GeoDataFrame(frame, geometry=found["geometry"].to_numpy(), crs=STORED_CRS)


def check_inside(frame: gpd.GeoDataFrame, card: Card, county: Outline, faults: Faults) -> None:
    """Refuse a feature further outside the county than its own accuracy explains."""
    shapes = frame.geometry[frame.geometry.notna()]
    # far off, perhaps with longitude and latitude swapped, the plane has no meaning
    degrees = pd.Series(shapely.distance(shapes.to_numpy(), county.stored), index=shapes.index)
    near = degrees < _FAR_DEGREES
    away = degrees * _METRES_PER_DEGREE
    away[near] = shapes[near].to_crs(county.plane).distance(county.in_plane)
    allowed = pd.Series(_COUNTY_TOLERANCE_M, index=away.index)
    if "accuracy_m" in frame:
        accuracy = frame.loc[shapes.index, "accuracy_m"].astype("float64").fillna(0.0)
        allowed = allowed.clip(lower=accuracy)
    for row in away.index[away > allowed]:
        faults.add(
            "geometry_outside",
            row=int(frame.index.get_loc(row)) + 2,
            feature=frame.loc[row, card.key] if card.key else row,
            county=str(county.name),
            distance_km=round(float(away[row]) / 1000, 1),
            accuracy_m=round(float(allowed[row])),
        )
