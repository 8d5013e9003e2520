"""The decisions of belonging: town, platform, layout unit, and how sure each of them is.

Each writes its columns and gives back the positions that it chose. The rules of the ways and
of sureness stand in :mod:`platforms.planning.belonging.membership`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from platforms.planning.belonging.exactness import Doubt, area_room, reach_room, unit_room
from platforms.planning.belonging.holding import largest
from platforms.planning.belonging.nearness import nearest, to_others
from platforms.planning.belonging.places import NONE, Floats, Index, Places, Shapes, only
from platforms.units import half_up

__all__ = ["Reach", "decide_layout", "decide_platform", "decide_town", "drawn_unit"]

# shapes that stand in for a place whose own position is not known
_STAND_INS = ("town_fallback", "county_fallback")
# shapes that somebody measured or declared; all others are schematic
_MEASURED = ("surveyed", "declared")
_DERIVED = "derived"
_HALF = 0.5
_OUTSIDE, _UNKNOWN, _OVERLAP, _WITHIN, _NEAREST, _MEMBER, _ITSELF = range(7)
_WAYS = np.array(
    [
        "outside", "unknown", "overlap", "within", "nearest", "member", "itself",
        "schematic_within", "schematic_overlap",
    ],
    dtype=object,
)  # fmt: skip

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Reach:
    """How far is near enough, and how exact the derived areas are.

    Attributes
    ----------
    town_m
        A feature outside all towns belongs to the nearest within this distance (reclaimed
        coast lies outside a generalised outline), metres.
    platform_m
        A feature belongs to a platform's point within this distance, metres; the default is
        the worst accuracy of a platform's point.
    uncertainty_m
        Derived town areas are taken to be this inexact, metres.
    margin_m
        Borders farther away than this are not looked for, metres.
    margins
        Whether the distance to the next town is measured for every town; it decides nothing
        where the town is not derived, and a million of them take longer than all the rest.
    plane
        Survey plane; default that of the towns' zone.
    """

    town_m: float = 2000.0
    platform_m: float = 5000.0
    uncertainty_m: float = 1500.0
    margin_m: float = 20_000.0
    margins: bool = False
    plane: object = None


def decide_town(
    out: pd.DataFrame, shapes: Shapes, towns: Places, far: Reach, doubt: Doubt
) -> Index:
    """Write the town of each feature.

    Parameters
    ----------
    out
        Takes the columns that begin with ``town``.
    shapes
        Features in the plane; None has no town.
    towns
        The towns; where one is ``derived`` its borders are not sure.
    far
        Distances.
    doubt
        What is known of the features' accuracy; takes the decision ``town``.

    Returns
    -------
    at
        Position of the town, ``NONE`` outside.
    """
    at, share = largest(shapes, towns)
    way = _ways(doubt.missing, at, share)
    lost = np.flatnonzero(at == NONE)
    near, _ = nearest(shapes[lost], towns, within_m=far.town_m)
    at[lost] = near
    way[lost[near != NONE]] = _NEAREST
    derived = np.append(towns.basis == _DERIVED, False)[at]
    asked = derived | far.margins
    margin = to_others(shapes, np.where(asked, at, NONE), towns, within_m=far.margin_m)
    clear = np.isnan(margin) | (margin >= far.uncertainty_m + doubt.accuracy_m)
    inside = way == _WITHIN
    most = (way == _OVERLAP) & (share > _HALF)
    short = doubt.ask("town", lambda few: area_room(few, at[doubt.rows], towns, reach_m=far.town_m))
    out["town"] = _text(towns.names, at)
    out["town_way"] = _text(_WAYS, way)
    out["town_share"] = _rounded(share, 4)
    out["town_margin_m"] = _rounded(margin, 1)
    out["town_sure"] = np.where(derived, inside & clear, inside | most) & ~short
    out["town_id"] = _text(towns.ids, at)
    return at


def decide_platform(
    out: pd.DataFrame, shapes: Shapes, sites: Places, far: Reach, doubt: Doubt, itself: Index
) -> Index:
    """Write the platform of each feature: the area that holds it, else the nearest point.

    A platform with a boundary takes what reaches into it, and nothing by distance.

    Parameters
    ----------
    out
        Takes the columns that begin with ``platform``.
    shapes
        Features in the plane; None has no platform.
    sites
        Platforms, points or polygons.
    far
        Distances.
    doubt
        What is known of the features' accuracy; takes the decision ``platform``.
    itself
        Position of the platform that a feature is itself, ``NONE`` for all others.

    Returns
    -------
    at
        Position of the platform, ``NONE`` outside.
    """
    # a point that only says "somewhere in the county" is near nothing
    sites = sites.where(sites.basis != "county_fallback")
    own = itself != NONE
    if shapely.is_missing(sites.shapes).all() and not own.any():
        return _no_platform(out, doubt)
    at, share = largest(shapes, sites)
    way = _ways(doubt.missing, at, share)
    near, km, gap = _nearest_point(shapes, at, sites, far)
    by_distance = (near != NONE) & ~own
    at[by_distance], at[own] = near[by_distance], itself[own]
    way[by_distance], way[own] = _NEAREST, _ITSELF
    own_place = np.append(~np.isin(sites.basis, _STAND_INS), True)[at]
    accuracy = np.append(sites.accuracy_m, np.nan)[at]
    held = (way == _WITHIN) | ((way == _OVERLAP) & (share > _HALF))
    held = held & _well_inside(shapes, at, held, sites)
    # both distances may change by as much as the point may move
    leads = by_distance & (accuracy + 2 * doubt.accuracy_m < gap)
    sure = own_place & (held | (leads & ~_at_edge(shapes, by_distance, sites)))
    asked = doubt.rows
    short = doubt.ask(
        "platform",
        lambda few: np.where(
            own[asked], np.inf, _site_room(few, at[asked], gap[asked], sites, far)
        ),
    )
    out["platform"] = _text(sites.names, at)
    out["platform_way"] = _text(_WAYS, way)
    out["platform_km"] = _rounded(np.where(own, 0.0, km), 3)
    out["platform_sure"] = own | (sure & ~short)
    out["platform_tied"] = _tied(sites, at, by_distance & (gap <= 0))
    out["platform_id"] = _text(sites.ids, at)
    return at


def _well_inside(shapes: Shapes, at: Index, held: Bools, sites: Places) -> Bools:
    """Say which features stay mostly inside their area wherever its true edge may be.

    The edge of a boundary that is good to 50 m may lie 50 m farther in.
    """
    inside = held.copy()
    loose = sites.is_area & (sites.accuracy_m > 0)
    rows = np.flatnonzero(held & np.append(loose, False)[at])
    if len(rows) == 0:
        return inside
    core = only(sites.shapes, loose)
    core[loose] = shapely.buffer(core[loose], -sites.accuracy_m[loose])
    core = only(core, ~shapely.is_empty(core))
    place, share = largest(shapes[rows], replace(sites, shapes=core))
    inside[rows] = (place == at[rows]) & (share > _HALF)
    return inside


def _at_edge(shapes: Shapes, asked: Bools, sites: Places) -> Bools:
    """Say which features outside all areas may reach into one whose true edge is farther out."""
    reached = np.zeros(len(shapes), dtype=bool)
    loose = sites.is_area & (sites.accuracy_m > 0)
    rows = np.flatnonzero(asked)
    if len(rows) and loose.any():
        wide = only(sites.shapes, loose)
        wide[loose] = shapely.buffer(wide[loose], sites.accuracy_m[loose])
        place, _ = largest(shapes[rows], replace(sites, shapes=wide))
        reached[rows] = place != NONE
    return reached


def _nearest_point(
    shapes: Shapes, at: Index, sites: Places, far: Reach
) -> tuple[Index, Floats, Floats]:
    """Return the nearest point of features that no area holds, how far it is, and its lead."""
    points = sites.where(~sites.is_area)
    near = np.full(len(at), NONE, dtype=np.intp)
    km, gap = np.where(at == NONE, np.nan, 0.0), np.full(len(at), np.nan)
    lost = np.flatnonzero(at == NONE)
    near[lost], away = nearest(shapes[lost], points, within_m=far.platform_m)
    second = to_others(shapes[lost], near[lost], points, within_m=far.margin_m)
    km[lost] = away / 1000
    gap[lost] = np.where(np.isnan(second), np.inf, second - away)
    return near, km, gap


def _no_platform(out: pd.DataFrame, doubt: Doubt) -> Index:
    at = np.full(len(doubt.missing), NONE, dtype=np.intp)
    nothing = np.full(len(at), np.nan)
    doubt.ask("platform", lambda few: np.full(len(few), np.inf))
    names = _text(_WAYS[:0], at)
    out["platform"], out["platform_id"] = names, names
    out["platform_way"] = _text(_WAYS, _ways(doubt.missing, at, nothing))
    out["platform_km"] = nothing
    out["platform_sure"] = np.zeros(len(at), dtype=bool)
    out["platform_tied"] = _text(np.array([""], dtype=object), np.zeros_like(at))
    return at


def _site_room(few: Shapes, at: Index, gap: Floats, sites: Places, far: Reach) -> Floats:
    """Return how far points may move before another platform is nearer, or none is."""
    points = sites.where(~sites.is_area)
    by_point = np.fmin(gap / 2, reach_room(few, points, reach_m=far.platform_m))
    areas = sites.where(sites.is_area)
    in_area = np.append(sites.is_area, False)[at] & np.isnan(gap)
    to_border = unit_room(few, np.where(in_area, at, NONE), areas, areas.is_area)
    return np.where(in_area, to_border, np.fmin(by_point, to_border))


def _tied(sites: Places, at: Index, tied: Bools) -> ExtensionArray:
    """Name the platforms that stand on the same point as the one that was taken."""
    same = np.full(len(sites.ids) + 1, "", dtype=object)
    for one in np.unique(at[tied]):
        others = np.flatnonzero(shapely.equals(sites.shapes, sites.shapes[one]))
        same[one] = ";".join(str(sites.names[other]) for other in others if other != one)
    return _text(same, np.where(tied, at, len(sites.ids)))


def drawn_unit(shapes: Shapes, units: Places, belt: Bools) -> tuple[Index, Floats]:
    """Return the unit that holds a feature: ports and cities lie inside the belts' reach.

    Parameters
    ----------
    shapes
        Features in the plane.
    units
        The units.
    belt
        Which of them are belts.

    Returns
    -------
    at, share
        As :func:`platforms.planning.belonging.holding.largest`.
    """
    core, core_share = largest(shapes, units.where(~belt))
    if not belt.any():
        return core, core_share
    wide, wide_share = largest(shapes, units.where(belt))
    more = np.nan_to_num(wide_share) > np.nan_to_num(core_share)
    return np.where(more, wide, core), np.where(more, wide_share, core_share)


def decide_layout(
    out: pd.DataFrame, missing: Bools, units: Places, at: Index, share: Floats
) -> None:
    """Write the layout unit of each feature.

    Parameters
    ----------
    out
        Takes the columns that begin with ``layout``.
    missing
        Which features have no shape.
    units
        The units; those that nobody measured are schematic.
    at
        Position of the unit, ``NONE`` outside.
    share
        Share of the feature in it; NaN for one that the plan names a member.
    """
    way = _ways(missing, at, share)
    way[(at != NONE) & np.isnan(share)] = _MEMBER
    schematic = np.append(~np.isin(units.basis, _MEASURED), True)[at]
    for drawn, told in ((_WITHIN, "schematic_within"), (_OVERLAP, "schematic_overlap")):
        way[schematic & (way == drawn)] = list(_WAYS).index(told)
    out["layout_unit"] = _text(units.names, at)
    out["layout_way"] = _text(_WAYS, way)
    out["layout_unit_id"] = _text(units.ids, at)


def _ways(missing: Bools, at: Index, share: Floats) -> Index:
    way = np.full(len(missing), _OUTSIDE, dtype=np.intp)
    way[missing] = _UNKNOWN
    way[at != NONE] = _OVERLAP
    way[share == 1.0] = _WITHIN
    return way


def _text(values: NDArray[np.object_], at: Index) -> ExtensionArray:
    """Return a name for each feature, missing where there is none."""
    return pd.array(values, dtype="str").take(at, allow_fill=True)


def _rounded(values: Floats, digits: int) -> Floats:
    """Round what is known and no whole share; of a million, most are not or are."""
    out = values.copy()
    some = np.isfinite(values) & (values != 1.0)
    out[some] = half_up(values[some], digits)
    return out
