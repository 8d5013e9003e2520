"""Where a plot, firm, project or park belongs: town, platform, layout unit.

The way is always said. ``within`` is wholly inside an area, ``overlap`` the area that holds
the largest share, ``nearest`` the nearest within a stated distance, ``outside`` none of
these, ``unknown`` a feature without a shape. A boundary case is counted once, and ties go to
the first id.

How sure it is, is said too. Derived town areas (nearest seat) are right for about 69 % of the
county: a town is sure only inside and farther from the next town than the uncertainty. A platform
without a boundary is a point: the nearest is sure only where it is nearer than the second by
more than its accuracy, and where the point is its own and not a stand-in that it shares with
its town. Layout units have no surveyed limits at all, so their way says ``schematic``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from platforms.geo.crs import plane_for
from platforms.issues import IssueTable
from platforms.layers.tables import STORED_CRS
from platforms.planning.belonging.exactness import (
    SHORT_COLUMN,
    Doubt,
    area_room,
    reach_room,
    unit_room,
)
from platforms.planning.belonging.places import (
    NONE,
    Index,
    Places,
    Shapes,
    largest,
    nearest,
    places_of,
    shapes_of,
    to_others,
)
from platforms.units import half_up

if TYPE_CHECKING:
    from platforms.layers.workspace import Workspace

__all__ = ["MEMBERSHIP_COLUMNS", "Reach", "assign", "membership"]

MEMBERSHIP_COLUMNS = (
    "town",
    "town_way",
    "town_share",
    "town_margin_m",
    "town_sure",
    "platform",
    "platform_way",
    "platform_km",
    "platform_sure",
    "platform_tied",
    "layout_unit",
    "layout_way",
    "town_id",
    "platform_id",
    "layout_unit_id",
)

# layers of places: how their columns begin, and what a table without rows must have
_PLACES = {
    "towns": ("town", ("town_id", "name", "basis")),
    "platforms": ("platform", ("platform_id", "name", "basis")),
    "layout_units": ("layout", ("unit_id", "name", "basis", "kind")),
}
# shapes that stand in for a place whose own position is not known
_STAND_INS = ("town_fallback", "county_fallback")
# shapes that somebody measured or declared; all others are schematic
_MEASURED = ("surveyed", "declared")
_DERIVED = "derived"
_HALF = 0.5
_OUTSIDE, _UNKNOWN, _OVERLAP, _WITHIN, _NEAREST, _MEMBER = range(6)
_WAYS = np.array(
    [
        "outside", "unknown", "overlap", "within", "nearest", "member",
        "schematic_within", "schematic_overlap",
    ],
    dtype=object,
)  # fmt: skip

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


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


def membership(
    features: gpd.GeoDataFrame,
    *,
    towns: gpd.GeoDataFrame,
    platforms: gpd.GeoDataFrame,
    layout_units: gpd.GeoDataFrame,
    layout_members: pd.DataFrame | None = None,
    reach: Reach | None = None,
    issues: IssueTable | None = None,
) -> pd.DataFrame:
    """Say where features belong.

    Parameters
    ----------
    features
        Points, lines or polygons with a CRS; not changed. A point's ``accuracy_m`` (metres)
        is held against what each decision needs.
    towns
        Polygons with ``town_id``, ``name`` and ``basis`` (``derived``: not sure near borders).
    platforms
        Polygons or points with ``platform_id``, ``name``, ``basis``, ``accuracy_m`` (metres).
    layout_units
        Polygons with ``unit_id``, ``name``, ``kind`` (port, city, belt) and ``basis``.
    layout_members
        Places that the plan names for a unit: ``unit_id`` and ``place_id``. A feature
        outside all units whose sure platform or town is named belongs to that unit (way
        ``member``).
    reach
        Distances.
    issues
        Takes a row for each decision that points are too inexact for.

    Returns
    -------
    membership
        Index of the features and the columns of ``MEMBERSHIP_COLUMNS``: names (missing where
        there is none), ways, ``town_share`` (0 to 1), ``town_margin_m`` (metres to the
        nearest other town, NaN beyond ``margin_m``, and where the town is not derived and
        ``margins`` is off), ``platform_km`` (0 inside an area), ``platform_tied`` (names of
        platforms exactly as near, by ``;``), and ids. Where there are points with an accuracy,
        also ``accuracy_short``: what they are too inexact for (town, platform, layout_unit,
        by ``;``; empty for none); these are not sure.

    Raises
    ------
    CRSError
        For a layer without a coordinate system, or one of another datum.
    """
    far = reach or Reach()
    plane = plane_for(towns, default=far.plane)
    shapes = shapes_of(features, plane)
    out = pd.DataFrame(index=features.index)
    doubt = Doubt(features, shapes)
    town_at = _towns(out, shapes, places_of(towns, "town_id", plane), far, doubt)
    sites = places_of(platforms, "platform_id", plane)
    platform_at = _platforms(out, shapes, sites, far, doubt)
    units = places_of(layout_units, "unit_id", plane)
    belt = layout_units.sort_values("unit_id", kind="stable")["kind"].eq("belt").to_numpy()
    at, share = _drawn_unit(shapes, units, belt)
    if layout_members is not None:
        named = _unit_by_place(layout_members, units, belt)
        by_platform = _lookup(named, _place_ids(platforms, "platform_id"))
        by_town = _lookup(named, _place_ids(towns, "town_id"))
        sure = (
            (platform_at, out["platform_sure"], by_platform),
            (town_at, out["town_sure"], by_town),
        )
        for place, certain, unit_of in sure:
            free = (at == NONE) & (place != NONE) & certain.to_numpy(dtype=bool)
            at[free] = unit_of[place[free]]
    _layout(out, shapes, units, at, share)
    if len(doubt.rows) == 0:
        return out[list(MEMBERSHIP_COLUMNS)]
    doubt.ask("layout_unit", lambda few: unit_room(few, at[doubt.rows], units, ~belt))
    out[SHORT_COLUMN] = pd.Series(doubt.words(), index=out.index, dtype="str")
    if issues is not None:
        doubt.tell(issues)
    return out[[*MEMBERSHIP_COLUMNS, SHORT_COLUMN]]


def assign(
    frame: gpd.GeoDataFrame | str,
    workspace: Workspace,
    *,
    reach: Reach | None = None,
    issues: IssueTable | None = None,
) -> gpd.GeoDataFrame:
    """Add where features belong in a workspace.

    Parameters
    ----------
    frame
        Points, lines or polygons with a CRS, or the name of a layer of the workspace; not
        changed. Firms, projects and parks are points with an ``accuracy_m``.
    workspace
        The city: its towns, platforms and layout units. Where it does not have one of these
        layers, the way is ``unknown``.
    reach
        Distances; the survey plane is the workspace's unless one stands here.
    issues
        As for :func:`membership`.

    Returns
    -------
    assigned
        The features, same index, with the columns of :func:`membership`; columns of these
        names that were there are replaced.
    """
    if isinstance(frame, str):
        frame = workspace.layer(frame)
    far = reach or Reach(plane=workspace.plane)
    held = {name: _held(workspace, name, columns) for name, (_, columns) in _PLACES.items()}
    found = membership(
        frame,
        **held,
        layout_members=(
            workspace.table("layout_members") if workspace.has("layout_members") else None
        ),
        reach=far,
        issues=issues,
    )
    for name, (prefix, _) in _PLACES.items():
        # nobody is outside of what nobody has drawn
        if not workspace.has(name):
            found[f"{prefix}_way"] = "unknown"
    assigned = frame.copy()
    for column in found.columns:
        assigned[column] = found[column].array
    return assigned


def _held(workspace: Workspace, name: str, columns: Sequence[str]) -> gpd.GeoDataFrame:
    """Return a layer, without rows where the workspace does not have it."""
    if workspace.has(name):
        return workspace.layer(name)
    bare = pd.DataFrame({column: pd.Series(dtype="str") for column in columns})
    return gpd.GeoDataFrame(bare, geometry=gpd.GeoSeries(crs=STORED_CRS))


def _towns(out: pd.DataFrame, shapes: Shapes, towns: Places, far: Reach, doubt: Doubt) -> Index:
    at, share = largest(shapes, towns)
    way = _ways(shapes, at, share)
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


def _platforms(out: pd.DataFrame, shapes: Shapes, sites: Places, far: Reach, doubt: Doubt) -> Index:
    # a point that only says "somewhere in the county" is near nothing
    sites = sites.where(sites.basis != "county_fallback")
    at, share = largest(shapes, sites)
    way = _ways(shapes, at, share)
    lost = np.flatnonzero(at == NONE)
    km, gap = np.where(at == NONE, np.nan, 0.0), np.full(len(at), np.nan)
    near, away = nearest(shapes[lost], sites, within_m=far.platform_m)
    at[lost], km[lost] = near, away / 1000
    second = to_others(shapes[lost], near, sites, within_m=far.margin_m)
    gap[lost] = np.where(np.isnan(second), np.inf, second - away)
    by_distance = np.zeros(len(at), dtype=bool)
    by_distance[lost[near != NONE]] = True
    way[by_distance] = _NEAREST
    own_place = np.append(~np.isin(sites.basis, _STAND_INS), True)[at]
    accuracy = np.append(sites.accuracy_m, np.nan)[at]
    held = (way == _WITHIN) | ((way == _OVERLAP) & (share > _HALF))
    # both distances may change by as much as the point may move
    sure = own_place & (held | (by_distance & (accuracy + 2 * doubt.accuracy_m < gap)))
    short = doubt.ask(
        "platform", lambda few: _site_room(few, at[doubt.rows], gap[doubt.rows], sites, far)
    )
    out["platform"] = _text(sites.names, at)
    out["platform_way"] = _text(_WAYS, way)
    out["platform_km"] = _rounded(km, 3)
    out["platform_sure"] = sure & ~short
    out["platform_tied"] = _tied(sites, at, by_distance & (gap <= 0))
    out["platform_id"] = _text(sites.ids, at)
    return at


def _site_room(few: Shapes, at: Index, gap: Floats, sites: Places, far: Reach) -> Floats:
    """Return how far points may move before another platform is nearer, or none is."""
    by_point = np.fmin(gap / 2, reach_room(few, sites, reach_m=far.platform_m))
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


def _drawn_unit(shapes: Shapes, units: Places, belt: Bools) -> tuple[Index, Floats]:
    """Return the unit that holds a feature: ports and cities lie inside the belts' reach."""
    core, core_share = largest(shapes, units.where(~belt))
    wide, wide_share = largest(shapes, units.where(belt))
    more = np.nan_to_num(wide_share) > np.nan_to_num(core_share)
    return np.where(more, wide, core), np.where(more, wide_share, core_share)


def _layout(out: pd.DataFrame, shapes: Shapes, units: Places, at: Index, share: Floats) -> None:
    way = _ways(shapes, at, share)
    way[(at != NONE) & np.isnan(share)] = _MEMBER
    schematic = np.append(~np.isin(units.basis, _MEASURED), True)[at]
    for drawn, told in ((_WITHIN, "schematic_within"), (_OVERLAP, "schematic_overlap")):
        way[schematic & (way == drawn)] = list(_WAYS).index(told)
    out["layout_unit"] = _text(units.names, at)
    out["layout_way"] = _text(_WAYS, way)
    out["layout_unit_id"] = _text(units.ids, at)


def _unit_by_place(members: pd.DataFrame, units: Places, belt: Bools) -> dict[str, int]:
    """Return the unit that names each place; ports and cities go before belts."""
    position = {str(one): number for number, one in enumerate(units.ids)}
    named = members[members["place_id"].notna() & members["unit_id"].isin(list(position))]
    pairs = zip(named["place_id"].astype(str), named["unit_id"].astype(str), strict=True)
    ranked = sorted((place, bool(belt[position[unit]]), position[unit]) for place, unit in pairs)
    return {place: unit for place, _, unit in reversed(ranked)}


def _place_ids(frame: gpd.GeoDataFrame, key: str) -> NDArray[np.object_]:
    """Return the gazetteer's ids of places, in the order of their own ids."""
    ordered = frame.sort_values(key, kind="stable")
    ids: NDArray[np.object_] = ordered["place_id" if "place_id" in ordered else key].to_numpy(
        dtype=object
    )
    return ids


def _lookup(units: dict[str, int], places: NDArray[np.object_]) -> Index:
    return np.array([units.get(str(place), NONE) for place in places], dtype=np.intp)


def _ways(shapes: Shapes, at: Index, share: Floats) -> Index:
    way = np.full(len(shapes), _OUTSIDE, dtype=np.intp)
    way[shapely.is_missing(shapes)] = _UNKNOWN
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
