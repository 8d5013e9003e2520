"""Where a plot, firm, project or park belongs: town, platform, layout unit.

The way is always said. ``within`` is wholly inside an area, ``overlap`` the area that holds
the largest share, ``nearest`` the nearest within a stated distance, ``outside`` none of
these, ``unknown`` a feature without a shape. A boundary case is counted once, and ties go to
the first id.

How sure it is, is said too. Town areas are derived from town seats (nearest seat, right for
about 69 % of the county's area) until official ones are put in: a town is sure only where the
feature lies inside and farther from the next town than the stated uncertainty. A platform
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
from platforms.geo.transform import reproject
from platforms.layers.tables import STORED_CRS
from platforms.planning.places import (
    NONE,
    Places,
    Shapes,
    largest,
    nearest,
    only,
    places_of,
    taken,
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

Bools = NDArray[np.bool_]
Index = NDArray[np.intp]
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
    plane
        Survey plane; default that of the towns' zone.
    """

    town_m: float = 2000.0
    platform_m: float = 5000.0
    uncertainty_m: float = 1500.0
    margin_m: float = 20_000.0
    plane: object = None


def membership(
    features: gpd.GeoDataFrame,
    *,
    towns: gpd.GeoDataFrame,
    platforms: gpd.GeoDataFrame,
    layout_units: gpd.GeoDataFrame,
    layout_members: pd.DataFrame | None = None,
    reach: Reach | None = None,
) -> pd.DataFrame:
    """Say where features belong.

    Parameters
    ----------
    features
        Points, lines or polygons with a CRS; not changed.
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

    Returns
    -------
    membership
        Index of the features and the columns of ``MEMBERSHIP_COLUMNS``: names (missing where
        there is none), ways, ``town_share`` (0 to 1), ``town_margin_m`` (metres to the
        nearest other town, NaN beyond ``margin_m``), ``platform_km`` (0 inside an area),
        ``platform_tied`` (names of platforms exactly as near, by ``;``), and ids.

    Raises
    ------
    CRSError
        For a layer without a coordinate system, or one of another datum.
    """
    far = reach or Reach()
    plane = plane_for(towns, default=far.plane)
    shapes = reproject(features[[features.geometry.name]], plane).geometry.to_numpy()
    shapes = only(shapes, ~shapely.is_empty(shapes))
    out = pd.DataFrame(index=features.index)
    town_at = _towns(out, shapes, places_of(towns, "town_id", plane), far)
    sites = places_of(platforms, "platform_id", plane)
    platform_at = _platforms(out, shapes, sites, far)
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
    return out[list(MEMBERSHIP_COLUMNS)]


def assign(
    frame: gpd.GeoDataFrame, workspace: Workspace, *, reach: Reach | None = None
) -> gpd.GeoDataFrame:
    """Add where features belong in a workspace.

    Parameters
    ----------
    frame
        Points, lines or polygons with a CRS; not changed.
    workspace
        The city: its towns, platforms and layout units. Where it does not have one of these
        layers, the way is ``unknown``.
    reach
        Distances; the survey plane is the workspace's unless one stands here.

    Returns
    -------
    assigned
        The features, same index, with ``MEMBERSHIP_COLUMNS``; columns of these names that
        were there are replaced.
    """
    far = reach or Reach(plane=workspace.plane)
    held = {name: _held(workspace, name, columns) for name, (_, columns) in _PLACES.items()}
    found = membership(
        frame,
        **held,
        layout_members=(
            workspace.table("layout_members") if workspace.has("layout_members") else None
        ),
        reach=far,
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


def _towns(out: pd.DataFrame, shapes: Shapes, towns: Places, far: Reach) -> Index:
    at, share = largest(shapes, towns)
    way = _ways(shapes, at, share)
    lost = at == NONE
    near, _ = nearest(only(shapes, lost), towns, within_m=far.town_m)
    at[lost] = near[lost]
    way[lost & (near != NONE)] = "nearest"
    margin = to_others(shapes, at, towns, within_m=far.margin_m)
    derived = taken(towns.basis, at) == _DERIVED
    clear = np.isnan(margin) | (margin >= far.uncertainty_m)
    inside = way == "within"
    most = (way == "overlap") & (share > _HALF)
    out["town"] = _text(towns.names, at)
    out["town_way"] = pd.Series(way, index=out.index, dtype="str")
    out["town_share"] = half_up(share, 4)
    out["town_margin_m"] = half_up(margin, 1)
    out["town_sure"] = np.where(derived, inside & clear, inside | most)
    out["town_id"] = _text(towns.ids, at)
    return at


def _platforms(out: pd.DataFrame, shapes: Shapes, sites: Places, far: Reach) -> Index:
    # a point that only says "somewhere in the county" is near nothing
    sites = sites.where(sites.basis != "county_fallback")
    at, share = largest(shapes, sites)
    way = _ways(shapes, at, share)
    lost = at == NONE
    near, away = nearest(only(shapes, lost), sites, within_m=far.platform_m)
    at[lost] = near[lost]
    by_distance = lost & (near != NONE)
    way[by_distance] = "nearest"
    second = to_others(only(shapes, by_distance), at, sites, within_m=far.margin_m)
    gap = np.where(np.isnan(second), np.inf, second - away)
    own_place = ~np.isin(taken(sites.basis, at), _STAND_INS)
    accuracy = np.append(sites.accuracy_m, np.nan)[at]
    held = (way == "within") | ((way == "overlap") & (share > _HALF))
    out["platform"] = _text(sites.names, at)
    out["platform_way"] = pd.Series(way, index=out.index, dtype="str")
    out["platform_km"] = half_up(
        np.where(by_distance, away, np.where(at != NONE, 0.0, np.nan)) / 1000, 3
    )
    out["platform_sure"] = own_place & (held | (by_distance & (accuracy < gap)))
    out["platform_tied"] = _tied(out, sites, at, by_distance & (gap <= 0))
    out["platform_id"] = _text(sites.ids, at)
    return at


def _tied(out: pd.DataFrame, sites: Places, at: Index, tied: Bools) -> pd.Series[str]:
    """Name the platforms that stand on the same point as the one that was taken."""
    same = {
        one: ";".join(
            str(sites.names[other])
            for other in np.flatnonzero(shapely.equals(sites.shapes, sites.shapes[one]))
            if other != one
        )
        for one in np.unique(at[tied])
    }
    names = [same[one] if yes else "" for one, yes in zip(at, tied, strict=True)]
    return pd.Series(names, index=out.index, dtype="str")


def _drawn_unit(shapes: Shapes, units: Places, belt: Bools) -> tuple[Index, Floats]:
    """Return the unit that holds a feature: ports and cities lie inside the belts' reach."""
    core, core_share = largest(shapes, units.where(~belt))
    wide, wide_share = largest(shapes, units.where(belt))
    more = np.nan_to_num(wide_share) > np.nan_to_num(core_share)
    return np.where(more, wide, core), np.where(more, wide_share, core_share)


def _layout(out: pd.DataFrame, shapes: Shapes, units: Places, at: Index, share: Floats) -> None:
    way = _ways(shapes, at, share)
    way[(at != NONE) & np.isnan(share)] = "member"
    schematic = ~np.isin(taken(units.basis, at), _MEASURED)
    drawn = schematic & np.isin(way, ["within", "overlap"])
    way[drawn] = [f"schematic_{one}" for one in way[drawn]]
    out["layout_unit"] = _text(units.names, at)
    out["layout_way"] = pd.Series(way, index=out.index, dtype="str")
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


def _ways(shapes: Shapes, at: Index, share: Floats) -> NDArray[np.object_]:
    way: NDArray[np.object_] = np.full(len(shapes), "outside", dtype=object)
    way[shapely.is_missing(shapes)] = "unknown"
    way[at != NONE] = "overlap"
    way[share == 1.0] = "within"
    return way


def _text(values: NDArray[np.object_], at: Index) -> ExtensionArray:
    """Return a name for each feature, missing where there is none."""
    return pd.array(taken(values, at), dtype="str")
