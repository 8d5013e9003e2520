"""How far a feature may move before it belongs elsewhere.

A point that is only good to 3 km cannot say in which of two towns it lies when their border
is 1 km away. The room of a decision is the way that the feature may move, in any direction,
before the answer could change; an accuracy that is not better than it is worse than the
decision needs. Only points with a stated accuracy are asked: a polygon is taken as drawn.
"""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.issues import IssueTable
from platforms.planning.belonging.nearness import nearest, to_others
from platforms.planning.belonging.places import NONE, Floats, Index, Places, Shapes, only

__all__ = ["SHORT_COLUMN", "Doubt", "area_room", "reach_room", "unit_room"]

SHORT_COLUMN = "accuracy_short"
_NAMED = 5

Bools = NDArray[np.bool_]

_POINT = 0


class Doubt:
    """Points whose accuracy is worse than a decision needs.

    Parameters
    ----------
    features
        The column ``accuracy_m`` (metres) is read where it is there.
    shapes
        Their shapes; only points are asked.

    Attributes
    ----------
    missing
        Which features have no shape.
    accuracy_m
        Accuracy of each point, metres; 0 where none is stated.
    rows
        Features with an accuracy.
    unclear
        Points whose stated accuracy is empty or not above 0.
    """

    def __init__(self, features: gpd.GeoDataFrame, shapes: Shapes) -> None:
        given = features.geometry.to_numpy()
        # one out of reach of all places was not laid, and yet lies somewhere
        self.missing: Bools = shapely.is_missing(given) | shapely.is_empty(given)
        self.accuracy_m = np.zeros(len(features))
        self.rows: Index = np.empty(0, dtype=np.intp)
        self.unclear: Index = np.empty(0, dtype=np.intp)
        self._ids: list[str] = []
        if "accuracy_m" in features:
            stated = features["accuracy_m"].to_numpy(dtype=np.float64, na_value=np.nan)
            point = shapely.get_type_id(shapes) == _POINT
            self.accuracy_m = np.where(point & (stated > 0), stated, 0.0)
            self.rows = np.flatnonzero(self.accuracy_m)
            # a column that says nothing of a point leaves its position unknown
            self.unclear = np.flatnonzero(point & ~(stated > 0))
            self._ids = [str(one) for one in features.index[self.unclear[:_NAMED]]]
        self._points = shapes[self.rows]
        self._short: dict[str, Bools] = {}

    def ask(self, decision: str, room: Callable[[Shapes], Floats]) -> Bools:
        """Say which features may lie elsewhere, for all that is known of their position.

        Parameters
        ----------
        decision
            Name of what is decided.
        room
            Takes the points in ``rows`` and gives the room of the decision, metres.
        """
        short = np.zeros(len(self.accuracy_m), dtype=bool)
        if len(self.rows):
            short[self.rows] = self.accuracy_m[self.rows] >= room(self._points)
        self._short[decision] = short
        # nobody knows how far a point of unknown accuracy may be off: it is sure of nothing
        unsure = short.copy()
        unsure[self.unclear] = True
        return unsure

    def words(self) -> NDArray[np.object_]:
        """Return the decisions that each feature is too inexact for, joined by ``;``."""
        told = [
            np.where(short, f";{decision}", "").astype(object)
            for decision, short in self._short.items()
        ]
        words = np.array([one.lstrip(";") for one in sum(told[1:], start=told[0])], dtype=object)
        words[self.unclear] = "unknown"
        return words

    def tell(self, issues: IssueTable) -> None:
        """Add an issue row for each decision that points are too inexact for, or may be."""
        if len(self.unclear):
            issues.add(
                "accuracy_unclear", "warning", field="accuracy_m", count=len(self.unclear),
                features=self._ids,
            )  # fmt: skip
        for decision, short in self._short.items():
            if short.any():
                worst = float(self.accuracy_m[short].max())
                issues.add(
                    f"accuracy_short_{decision}", "warning", field=SHORT_COLUMN,
                    count=int(short.sum()), points=len(self.rows), worst_m=f"{worst:.0f}",
                )  # fmt: skip


def area_room(shapes: Shapes, at: Index, places: Places, *, reach_m: float) -> Floats:
    """Return the room of belonging to a town: the way to the next one, metres.

    Parameters
    ----------
    shapes
        Features in the plane; None has all the room.
    at
        Their town, ``NONE`` outside.
    places
        The towns.
    reach_m
        How far from a town a feature still belongs to it, metres.
    """
    here = ~shapely.is_missing(shapes)
    room = np.full(len(shapes), np.inf)
    other = to_others(shapes, np.where(here, at, NONE), places, within_m=np.inf)
    room[here] = np.where(np.isnan(other[here]), np.inf, other[here])
    out = reach_room(shapes, places, reach_m=reach_m)
    inside = here & (at != NONE)
    inside[inside] = shapely.covers(places.shapes[at[inside]], shapes[inside])
    border = shapely.boundary(places.shapes[at[inside]])
    out[inside] = reach_m + shapely.distance(shapes[inside], border)
    least: Floats = np.minimum(room, out)
    return least


def reach_room(shapes: Shapes, places: Places, *, reach_m: float) -> Floats:
    """Return how far features may move before they come into, or leave, the reach of a place."""
    _, away = nearest(shapes, places, within_m=np.inf)
    room: Floats = np.where(np.isnan(away), np.inf, np.abs(away - reach_m))
    return room


def unit_room(shapes: Shapes, at: Index, places: Places, core: Bools) -> Floats:
    """Return the room of lying in a drawn area: to its border, or to a core that goes before.

    Parameters
    ----------
    shapes
        Features in the plane; None has all the room.
    at
        The area that holds them, ``NONE`` outside all.
    places
        The areas.
    core
        Which of them go before the others where both hold a feature.
    """
    room = np.full(len(shapes), np.inf)
    held = (at != NONE) & ~shapely.is_missing(shapes)
    border = shapely.boundary(places.shapes)
    room[held] = shapely.distance(shapes[held], border[at[held]])
    wide = held & ~np.append(core, False)[at]
    _, to_core = nearest(only(shapes, wide), places.where(core), within_m=np.inf)
    _, to_any = nearest(only(shapes, ~held), places, within_m=np.inf)
    for away in (to_core, to_any):
        room = np.fmin(room, away)
    return room
