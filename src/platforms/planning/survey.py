"""Check and measure plots: the same way in the app, on the command line and in the run.

The plots that come in are the plots that come out, with areas beside them and every fault as
a row. A total counts land that two plots claim once in ``net`` and twice in ``gross``, and
says both.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from platforms.geo.area import measure_frame
from platforms.geo.crs import describe, parse_crs, reproject
from platforms.geo.declared import compare_declared
from platforms.geo.overlap import gross_net_area
from platforms.geo.placed import OUTLINE_ACCURACY_M, Placed, place
from platforms.geo.read import Plots, Source
from platforms.geo.topology import check as check_topology
from platforms.geo.topology import repair as repair_shapes
from platforms.issues import IssueTable
from platforms.layers.workspace import Workspace
from platforms.units import half_up, m2_to_mu

__all__ = [
    "Survey",
    "checked_shapes",
    "measured",
    "name_plane",
    "named_plots",
    "stored",
    "survey",
    "told_once",
]

_STORED = 4490
_AT_ONCE = 4_096
_MEMORY = "memory"
_STORE = "store"
_MEASURED = ("area_m2", "area_mu", "area_ha", "geodesic_m2", "planar_m2")
_AREAS = ("area_m2", "area_mu", "area_ha", "geodesic_m2", "planar_m2", "declared_m2")


@dataclass(frozen=True)
class Survey:
    """Plots that were checked and measured.

    Attributes
    ----------
    frame
        EPSG:4490; the plots' own columns, then area_m2, area_mu, area_ha, geodesic_m2,
        planar_m2 and declared_m2 (NaN where the file declares none).
    issues
        Faults of the file and of the shapes.
    source
        What the file is.
    overlap_m2
        Square metres that plots share, counted twice in a plain sum.
    """

    frame: gpd.GeoDataFrame
    issues: IssueTable
    source: Source
    overlap_m2: float

    def total(self) -> dict[str, float]:
        """Return the sums, gross and with shared land counted once.

        Returns
        -------
        total
            ``plots``; ``area_m2`` (Σ of the printed areas) and ``area_mu``; ``overlap_m2``;
            ``net_area_m2`` and ``net_area_mu``; ``unmeasured`` (plots without an area).
        """
        area_m2 = half_up(float((self.frame["area_m2"].dropna() * 100).round().sum()) / 100, 2)
        net_m2 = half_up(area_m2 - self.overlap_m2, 2)
        return {
            "plots": len(self.frame),
            "area_m2": area_m2,
            "area_mu": half_up(m2_to_mu(area_m2), 6),
            "overlap_m2": self.overlap_m2,
            "net_area_m2": net_m2,
            "net_area_mu": half_up(m2_to_mu(net_m2), 6),
            "unmeasured": int(self.frame["area_m2"].isna().sum()),
        }

    def known_total(self) -> dict[str, float | None]:
        """Return the sums with None, not 0, for areas where no plot has one."""
        total = self.total()
        if not total["plots"] or total["unmeasured"] < total["plots"]:
            return {**total}
        return {name: None if "area" in name else value for name, value in total.items()}

    @property
    def complete(self) -> bool:
        """Whether every record of the source became a plot whose area is known."""
        every = len(self.frame) == self.source.features
        return every and not bool(self.frame["area_m2"].isna().any())

    def to_json(self) -> dict[str, object]:
        """Return what ``platforms measure --json`` prints."""
        names = ("plot_id", *_AREAS)
        cells = (_cells(self.frame[name]) for name in names)
        return {
            "source": self.source.to_dict(),
            "plots": [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)],
            "total": self.known_total(),
            "issues": [
                {
                    name: record[name]
                    for name in ("feature", "kind", "severity", "message", "action", "delta_m2")
                }
                for record in self.issues.to_records()
            ],
        }


def survey(
    plots: Plots | gpd.GeoDataFrame,
    *,
    workspace: Workspace,
    strict: bool = False,
    repair: bool = False,
) -> Survey:
    """Check and measure plots.

    Parameters
    ----------
    plots
        What :func:`platforms.read_plots` gave, or a GeoDataFrame with a CRS.
    workspace
        Gives the survey plane where the plots name none, and the county's outline.
    strict
        Refuse warnings too.
    repair
        Make plots that cross themselves valid, each with a row that says what that changed.

    Returns
    -------
    survey
        The plots with their areas, and the faults.

    Raises
    ------
    CRSError
        When the coordinates cannot be measured.
    InputError
        With ``strict``, for the first warning.
    """
    given = plots if isinstance(plots, Plots) else named_plots(plots)
    plane = given.source.plane or workspace.plan.crs
    if repair:
        given = _repaired(given, plane)
    placed = place(given.frame, plane, laid=given.laid)
    # the door has named the shapes of a file; nobody has yet in a frame or a store
    unnamed = not isinstance(plots, Plots) or plots.source.driver in {_MEMORY, _STORE}
    checked = checked_shapes(given.frame, placed, workspace=workspace, shapes=unnamed)
    crossed = {issue.feature for issue in checked if issue.kind == "shape_crossed"}
    issues = told_once(given.issues, checked, crossed)
    name_plane(plane, workspace.plan.crs, issues)
    if strict:
        issues.raise_errors(strict=True)
    frame = measured(given.frame, placed, plane)
    issues = _with_declared(issues, compare_declared(frame))
    if strict:
        issues.raise_errors(strict=True)
    overlap_m2 = gross_net_area(frame, plane=placed).overlap_m2
    return Survey(stored(frame), issues, given.source, overlap_m2)


def checked_shapes(
    frame: gpd.GeoDataFrame, placed: Placed, *, workspace: Workspace, shapes: bool = True
) -> IssueTable:
    """Check plots, or a part of them, against each other and the county.

    Parameters
    ----------
    frame
        The plots.
    placed
        The same in the plane in which they are compared.
    workspace
        Gives the county's outline.
    shapes
        Whether to name shapes that are no polygons.
    """
    return check_topology(
        frame,
        county=workspace.county,
        plane=placed,
        shapes=shapes,
        county_accuracy_m=OUTLINE_ACCURACY_M,
    )


def measured(frame: gpd.GeoDataFrame, placed: Placed, plane: object) -> gpd.GeoDataFrame:
    """Return plots, or a part of them, with their areas, in the system in which they came.

    Parameters
    ----------
    frame
        The plots.
    placed
        The same in the plane in which they are compared.
    plane
        The plane to measure in.

    Returns
    -------
    frame
        With the areas of :func:`platforms.geo.area.measure_frame` and ``declared_m2``. A shape
        that crosses itself has no certain area: unknown, and never 0.
    """
    # plots far from the plane were laid in another one to be compared, not to be measured
    same = placed.plane == parse_crs(plane)
    out = measure_frame(frame, plane=placed if same else plane)
    shapes = placed.shapes
    area = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    if (crossed := area & ~placed.usable).any():
        out.loc[crossed, list(_MEASURED)] = float("nan")
    if "declared_m2" not in out:
        out["declared_m2"] = float("nan")
    return out


def stored(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return plots that were measured where they were given as everything is kept: EPSG:4490."""
    if frame.crs is None or frame.crs.to_epsg() != _STORED:
        return reproject(frame)
    return frame


def told_once(door: IssueTable, checked: IssueTable, crossed: set[str | None]) -> IssueTable:
    """Return the faults that the door and the check found, each of them once."""
    lost = {issue.feature for issue in door if issue.kind == "shape_unrepaired"}
    # the door only names what lies outside and what is invalid; the check says how much
    said = {("geometry_invalid", feature) for feature in crossed}
    said |= {("shape_crossed", feature) for feature in lost}
    both = (*door, *checked)
    return IssueTable(
        issue
        for issue in both
        if issue.kind != "outside_county" and (issue.kind, issue.feature) not in said
    )


def _with_declared(issues: IssueTable, declared: IssueTable) -> IssueTable:
    """Add what declared areas differ by; the door of one format has said some of it."""
    said = {issue.feature for issue in declared if issue.kind == "declared_differs"}
    kept = (i for i in issues if i.kind != "txt_area_differs" or i.feature not in said)
    return IssueTable([*kept, *declared])


def name_plane(plane: object, ours: object, issues: IssueTable) -> None:
    """Say so where plots are measured on another meridian than the county's."""
    used, county = describe(plane), describe(ours)
    if used.central_meridian != county.central_meridian:
        issues.add("plane_not_county", "info", plane=used.label(), county=county.label())


def _repaired(plots: Plots, plane: object) -> Plots:
    frame, done = repair_shapes(plots.frame, plane=plane)
    whole = {issue.feature for issue in done if issue.kind == "shape_repaired"}
    # the door said of these that they were kept as they are
    kept = [i for i in plots.issues if i.kind != "geometry_invalid" or i.feature not in whole]
    return Plots(frame, IssueTable([*kept, *done]), plots.source)


def named_plots(frame: gpd.GeoDataFrame, *, name: str = "GeoDataFrame") -> Plots:
    """Return a GeoDataFrame as plots: each with an id, and with what is known of its source.

    Parameters
    ----------
    frame
        Polygons with a CRS; without the column ``plot_id`` the 1-based position names them.
    name
        What to call the source.
    """
    if "plot_id" not in frame:
        ids = [str(number) for number in range(1, len(frame) + 1)]
        frame = frame.assign(plot_id=pd.Series(ids, index=frame.index, dtype="str"))
    crs = describe(frame.crs)
    shapes = shapely.to_wkb(frame.geometry.to_numpy(), byte_order=1)
    digest = hashlib.sha256()
    # a join of a million shapes would hold them all once more
    for start in range(0, len(shapes), _AT_ONCE):
        digest.update(b"".join(filter(None, shapes[start : start + _AT_ONCE].tolist())))
    source = Source(
        name=name,
        driver=_MEMORY,
        layer=None,
        encoding="UTF-8",
        encoding_basis="given",
        crs="" if frame.crs is None else frame.crs.to_string(),
        crs_basis="given",
        features=len(frame),
        sha256=digest.hexdigest(),
        plane=frame.crs.to_string() if crs.is_plane else "",
    )
    return Plots(frame=frame, issues=IssueTable(), source=source)


def _cells(column: pd.Series) -> list[object]:
    cells = column.astype(object)
    return cells.where(column.notna(), None).tolist()
