"""Where a plot, firm, project or park belongs: town, platform, layout unit.

The way is always said. ``within`` is wholly inside an area, ``overlap`` the area that holds
the largest share, ``nearest`` the nearest within a stated distance, ``outside`` none of
these, ``unknown`` a feature without a shape; ``itself`` is a platform asked for its platform.
A boundary case is counted once, and ties go to the first id.

A platform with a boundary takes nothing by distance: whoever drew where it ends has said that
what lies outside is not in it. ``nearest`` is for platforms that are still points.

How sure it is, is said too. Derived town areas (nearest seat) are right for about 69 % of the
county: a town is sure only inside and farther from the next town than the uncertainty. A platform
without a boundary is a point: the nearest is sure only where it is nearer than the second by
more than its accuracy, and where the point is its own and not a stand-in that it shares with
its town. One with a boundary is sure where more than half of the feature lies farther inside
than the boundary is inexact. Layout units have no surveyed limits at all, so their way says
``schematic``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.geo.crs import plane_for
from platforms.issues import IssueTable
from platforms.layers.tables import STORED_CRS
from platforms.planning.belonging.decisions import (
    Reach,
    decide_layout,
    decide_platform,
    decide_town,
    drawn_unit,
)
from platforms.planning.belonging.exactness import SHORT_COLUMN, Doubt, unit_room
from platforms.planning.belonging.places import (
    NONE,
    Floats,
    Index,
    Places,
    Shapes,
    land_around,
    places_of,
    shapes_of,
)
from platforms.planning.belonging.statements import itself, keep_given, tell_contradictions
from platforms.planning.belonging.within_reach import in_reach

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
        is held against what each decision needs. One with the ``platform_id`` and ``name``
        of a platform is that platform (way ``itself``).
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
    shapes = _laid(features, plane, far, towns, platforms, layout_units)
    out = pd.DataFrame(index=features.index)
    doubt = Doubt(features, shapes)
    land = _land(shapes, plane, far, doubt, platforms)
    town_at = decide_town(out, shapes, places_of(towns, "town_id", plane, land=land), far, doubt)
    sites = places_of(platforms, "platform_id", plane, land=land)
    platform_at = decide_platform(out, shapes, sites, far, doubt, itself(features, sites))
    units = places_of(layout_units, "unit_id", plane, land=land)
    belt = layout_units.sort_values("unit_id", kind="stable")["kind"].eq("belt").to_numpy()
    at, share = drawn_unit(shapes, units, belt)
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
    decide_layout(out, doubt.missing, units, at, share)
    if len(doubt.rows) == 0 and len(doubt.unclear) == 0:
        return out[list(MEMBERSHIP_COLUMNS)]
    doubt.ask("layout_unit", lambda few: unit_room(few, at[doubt.rows], units, ~belt))
    out[SHORT_COLUMN] = pd.Series(doubt.words(), index=out.index, dtype="str")
    if issues is not None:
        doubt.tell(issues)
    return out[[*MEMBERSHIP_COLUMNS, SHORT_COLUMN]]


def _laid(features: gpd.GeoDataFrame, plane: CRS, far: Reach, *layers: gpd.GeoDataFrame) -> Shapes:
    """Return features in the plane; None also for those that no place can reach."""
    # the room of inexact points is asked of every place
    if "accuracy_m" in features:
        return shapes_of(features, plane)
    towns, platforms, units = layers
    area = shapely.get_dimensions(platforms.geometry.to_numpy()) > 1
    reach_m = (
        np.full(len(towns), far.town_m),
        np.where(area, 0.0, far.platform_m),
        np.zeros(len(units)),
    )
    reached = in_reach(features, list(zip(layers, reach_m, strict=True)))
    if reached.all():
        return shapes_of(features, plane)
    shapes: Shapes = np.full(len(features), None, dtype=object)
    shapes[reached] = shapes_of(features[[features.geometry.name]][reached], plane)
    return shapes


def _land(
    shapes: Shapes, plane: CRS, far: Reach, doubt: Doubt, platforms: gpd.GeoDataFrame
) -> Floats | None:
    """Return where places lie that decide anything; None for all of them."""
    # how far an inexact point may move is asked of every place
    reach_m = max(far.town_m, far.platform_m, far.margin_m) if len(doubt.rows) == 0 else np.inf
    if "accuracy_m" in platforms:
        loose = platforms["accuracy_m"].to_numpy(dtype=np.float64, na_value=0.0)
        reach_m += float(np.nan_to_num(loose).max(initial=0.0))
    return land_around(shapes, plane, reach_m)


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
        layers, or nothing in it, the way is ``unknown``.
    reach
        Distances; the survey plane is the workspace's unless one stands here.
    issues
        As for :func:`membership`, and a row for each feature whose document says another
        town than its position (``town_contradicts``; ``town_undecided`` where the position
        is not sure).

    Returns
    -------
    assigned
        The features, same index, with the columns of :func:`membership`. What a document
        said in columns of these names (town, platform, layout unit, and their ids) stays
        under the same name with ``_given``; an earlier answer is replaced.
    """
    key = "plot_id"
    if isinstance(frame, str):
        key, frame = workspace.card(frame).key or key, workspace.layer(frame)
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
        if held[name].empty:
            found[f"{prefix}_way"] = "unknown"
    assigned = keep_given(frame)
    for column in found.columns:
        assigned[column] = found[column].array
    if issues is not None and len(held["towns"]):
        tell_contradictions(assigned, held["towns"], key, issues)
    return assigned


def _held(workspace: Workspace, name: str, columns: Sequence[str]) -> gpd.GeoDataFrame:
    """Return a layer, without rows where the workspace does not have it."""
    if workspace.has(name):
        return workspace.layer(name)
    bare = pd.DataFrame({column: pd.Series(dtype="str") for column in columns})
    return gpd.GeoDataFrame(bare, geometry=gpd.GeoSeries(crs=STORED_CRS))


def _unit_by_place(members: pd.DataFrame, units: Places, belt: NDArray[np.bool_]) -> dict[str, int]:
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
