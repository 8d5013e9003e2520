"""What is doubtful about a boundary before it is put in: told, so that a person decides.

A boundary that crosses itself or lies in another county cannot be put in. One that reaches out
of the county, overlaps the boundary of a neighbour, is far from where the feature stood before
or has an unlikely size can, and whoever puts it in has read so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from platforms.errors import InputError
from platforms.geo.area import official_area_m2
from platforms.geo.topology import check
from platforms.geo.transform import reproject
from platforms.issues import IssueTable, Severity
from platforms.layers.cards import Card
from platforms.layers.positions import Position, PositionSet
from platforms.layers.tables import STORED_CRS
from platforms.layers.workspace import Workspace
from platforms.units import half_up, m2_to_mu, printed

__all__ = ["check_position", "check_positions", "correctable_layers", "one_boundary"]

# the outline of the county is generalised to about 80 m
_OUTLINE_M = 100.0
_LEAST_SHARED_M2 = 1.0
# 园区 are larger than a yard and smaller than a county
_SMALL_M2, _LARGE_M2 = 1_000.0, 200e6
_FAR_M = 1_000.0
_DRAWN = ("drawn",)
_KINDS: Mapping[str, Severity] = {
    "shape_missing": "error", "shape_empty": "error", "shape_not_polygon": "error",
    "shape_crossed": "error", "shape_outside": "error", "shape_partly_outside": "warning",
    "shape_spike": "warning", "shape_sliver": "warning",
}  # fmt: skip


def correctable_layers(workspace: Workspace) -> list[str]:
    """Return the layers whose features have no boundary in the plans, in their own order.

    Parameters
    ----------
    workspace
        The city. Its places are points of the gazetteer, and its layout units are drawn by
        those: the card allows no other basis than ``drawn``.
    """
    return [name for name, card in workspace.cards.items() if card.key and _stands_in(card)]


def _stands_in(card: Card) -> bool:
    """Say whether what a layer draws stands in for boundaries that nobody published."""
    if card.geometry == "place":
        return True
    basis = card.column("basis")
    drawn = basis is not None and basis.allowed == _DRAWN
    return card.geometry == "polygon" and drawn and not card.sample


def one_boundary(frame: gpd.GeoDataFrame) -> BaseGeometry:
    """Return the polygons of a file as one boundary, EPSG:4490.

    Parameters
    ----------
    frame
        What was read, with a CRS. Several polygons are the parts of one boundary.

    Raises
    ------
    InputError
        When there is no polygon.
    """
    stored = reproject(frame) if frame.crs is None or frame.crs.to_epsg() != 4490 else frame  # noqa: PLR2004
    shapes = shapely.force_2d(stored.geometry.to_numpy())
    usable = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    shapes = shapes[usable & np.isin(shapely.get_type_id(shapes), (3, 6))]
    if not len(shapes):
        raise InputError("positions.no_polygon")
    valid = bool(shapely.is_valid(shapes).all())
    # a ring that crosses itself is kept as it came, so that the check can say where
    whole = shapely.union_all(shapes) if valid else shapely.MultiPolygon(shapely.get_parts(shapes))
    parts: list[BaseGeometry] = shapely.get_parts(whole).tolist()
    return parts[0] if len(parts) == 1 else whole


def check_position(
    workspace: Workspace, layer: str, feature_id: str, shape: BaseGeometry
) -> IssueTable:
    """Say what is wrong or doubtful about a boundary before it is put in.

    Parameters
    ----------
    workspace
        With the positions that hold now.
    layer, feature_id
        Whose boundary it is.
    shape
        Polygon or multipolygon, EPSG:4490.

    Returns
    -------
    issues
        Errors keep the boundary out: ``position_crossed``, ``position_outside`` and what is
        no polygon. Warnings: ``position_partly_outside``, ``position_spike``,
        ``position_sliver``,
        ``position_overlaps`` (another boundary of the layer, with the m² shared),
        ``position_far`` (from where the feature was, farther than that position's accuracy),
        ``position_size``.

    Raises
    ------
    WorkspaceError
        For a layer that is not there.
    InputError
        For a feature that is not there, or a layer with boundaries of its own.
    """
    if layer not in correctable_layers(workspace):
        known = correctable_layers(workspace)
        raise InputError("positions.layer", layer=layer, known=known)
    key = str(workspace.card(layer).key)
    now = workspace.layer(layer)
    if feature_id not in set(now[key].astype(str)):
        raise InputError("positions.feature", layer=layer, feature=feature_id)
    given = gpd.GeoDataFrame({"plot_id": [feature_id]}, geometry=[shape], crs=STORED_CRS)
    found = IssueTable()
    for issue in check(
        given, county=workspace.county, plane=workspace.plane, county_accuracy_m=_OUTLINE_M
    ):
        severity = _KINDS.get(issue.kind)
        if severity is not None:
            kind = issue.kind.replace("shape_", "position_")
            found.extend([replace(issue, kind=kind, severity=severity, layer=layer)])
    if found.worst() == "error":
        return found
    flat = reproject(given, workspace.plane).geometry.iloc[0]
    _tell_size(float(official_area_m2(flat, workspace.plane)[0]), layer, feature_id, found)
    places = reproject(now, workspace.plane)
    others = places[places[key].astype(str).ne(feature_id)]
    if workspace.card(layer).geometry == "polygon":
        # shapes that stand in overlap nothing for certain
        given_by = others.get("position_author")
        others = others.iloc[:0] if given_by is None else others[given_by.notna()]
    _tell_overlaps(flat, others, layer, feature_id, found)
    own = reproject(workspace.corrected(None).layer(layer), workspace.plane)
    _tell_distance(flat, own[own[key].astype(str).eq(feature_id)], layer, feature_id, found)
    return found


def check_positions(workspace: Workspace, positions: PositionSet) -> IssueTable:
    """Check a change set as :func:`check_position` does, each also against the others of it."""
    beside = workspace.corrected(
        PositionSet(positions.workspace, _joined(workspace.positions, positions))
    )
    found = IssueTable()
    for one in positions:
        found.extend(check_position(beside, *one.key, one.shape))
    return found


def _joined(held: PositionSet | None, came: PositionSet) -> tuple[Position, ...]:
    now = {one.key: one for one in (*(held or ()), *came)}
    return tuple(now.values())


def _tell_size(area_m2: float, layer: str, feature: str, issues: IssueTable) -> None:
    if not _SMALL_M2 <= area_m2 <= _LARGE_M2:
        issues.add(
            "position_size", "warning", feature=feature, layer=layer,
            area_mu=printed(m2_to_mu(area_m2)),
        )  # fmt: skip


def _tell_overlaps(
    flat: BaseGeometry, others: gpd.GeoDataFrame, layer: str, feature: str, issues: IssueTable
) -> None:
    shapes = others.geometry.to_numpy()
    areas = np.flatnonzero(np.isin(shapely.get_type_id(shapes), (3, 6)))
    shared = shapely.intersection(shapes[areas], flat)
    # no line or point that both have in common beside the land
    shared = np.nan_to_num(official_area_m2(shapely.buffer(shared, 0.0), others.crs))
    for row, m2 in zip(areas, shared, strict=True):
        if m2 > _LEAST_SHARED_M2:
            issues.add(
                "position_overlaps", "warning", feature=feature, layer=layer,
                other=str(others["name"].iloc[row]), shared_mu=printed(m2_to_mu(float(m2))),
            )  # fmt: skip


def _tell_distance(
    flat: BaseGeometry, own: gpd.GeoDataFrame, layer: str, feature: str, issues: IssueTable
) -> None:
    row = own.iloc[0]
    if row.geometry is None or row.geometry.is_empty:
        return
    away = float(flat.distance(row.geometry))
    accuracy = row.get("accuracy_m")
    allowed = _FAR_M if accuracy is None or np.isnan(accuracy) else max(_FAR_M, float(accuracy))
    if away > allowed:
        issues.add(
            "position_far", "warning", feature=feature, layer=layer,
            km=f"{half_up(away / 1000, 1):.1f}", allowed_km=f"{half_up(allowed / 1000, 1):.1f}",
        )  # fmt: skip
