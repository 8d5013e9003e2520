"""A relocation as a file for other programs and readers; the ending decides the format."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from platforms.errors import OutputError
from platforms.geo.write import atomic_path, write_geopackage
from platforms.layers.workspace import Workspace
from platforms.outputs.books.relocation_book import write_relocation_book
from platforms.outputs.books.table_file import ending_of, write_csv
from platforms.outputs.maps.page import save_html
from platforms.outputs.maps.relocation_map import relocation_document
from platforms.planning.moves.relocation_sums import firm_towns, town_flows

if TYPE_CHECKING:
    # the answer brings the solver with it, which a run without one does not need
    from platforms.planning.moves.relocation_answer import Relocation

__all__ = ["relocation_frames", "save_relocation"]

_ENDINGS = (".gpkg", ".geojson", ".csv", ".xlsx", ".html")


def save_relocation(
    relocation: Relocation,
    path: str | os.PathLike[str],
    *,
    workspace: Workspace | None = None,
    overwrite: bool = False,
) -> Path:
    """Write who moves where.

    Parameters
    ----------
    relocation
        The answer.
    path
        ``.gpkg``: layers ``flows`` and ``flows_by_town`` (lines, EPSG:4490), ``firms`` and
        ``parks`` (points); ``.geojson``: the flows; ``.csv``: a row a firm, with its park or
        the reason why not (UTF-8 with a mark, for Excel); ``.xlsx``: the answer, firms,
        parks, flows from town to park, firms that stay, weights, issues; ``.html``: the map
        as one page. All say whether they are ``sample`` data.
    workspace
        The city: the ground of the ``.html``, and the towns in which firms stand.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written; it appears whole or not at all.

    Raises
    ------
    OutputError
        For another ending, a map without a workspace, a file that exists, a read-only folder
        or a full disk.
    """
    target, ending = Path(path), ending_of(path, _ENDINGS)
    if ending == ".html":
        if workspace is None:
            raise OutputError("flows.no_workspace", path=target.name)
        return save_html(relocation_document(workspace, relocation), target, overwrite=overwrite)
    if ending == ".gpkg":
        return write_geopackage(
            relocation_frames(relocation, workspace), target, overwrite=overwrite
        )
    with atomic_path(target, overwrite=overwrite) as tmp:
        if ending == ".xlsx":
            write_relocation_book(relocation, tmp, workspace=workspace)
        elif ending == ".geojson":
            flows = relocation.flows().assign(sample=relocation.sample)
            tmp.write_text(flows.to_json(drop_id=True, to_wgs84=False), encoding="utf-8")
        else:
            write_csv(_firms(relocation).assign(sample=relocation.sample), tmp)
    return target


def relocation_frames(
    relocation: Relocation, workspace: Workspace | None = None
) -> dict[str, gpd.GeoDataFrame | pd.DataFrame]:
    """Return the answer as layers, EPSG:4490, each row saying whether it is sample data.

    Parameters
    ----------
    relocation
        The answer.
    workspace
        The city: the towns in which firms stand.

    Returns
    -------
    frames
        ``flows`` and ``flows_by_town`` (lines), ``firms`` and ``parks`` (points).
    """
    sums = town_flows(relocation, firm_towns(relocation, workspace))
    frames = {
        "flows": relocation.flows(),
        "flows_by_town": sums,
        "firms": _points(_firms(relocation), relocation.firms),
        "parks": _points(relocation.by_park(), relocation.parks),
    }
    return {name: frame.assign(sample=relocation.sample) for name, frame in frames.items()}


def _firms(relocation: Relocation) -> pd.DataFrame:
    """Return a row a firm with the sentence that says why it stays."""
    firms = relocation.by_firm()
    stays = dict(zip(relocation.unassigned["firm_id"], relocation.why_unassigned(), strict=True))
    at = list(firms.columns).index("reason") + 1
    firms.insert(at, "message", firms["firm_id"].map(stays))
    return firms


def _points(rows: pd.DataFrame, placed: pd.DataFrame) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(placed["lon"], placed["lat"])
    return gpd.GeoDataFrame(rows, geometry=points, crs="EPSG:4490")
