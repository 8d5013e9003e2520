"""A relocation as a file for other programs; the ending of the name decides the format."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import pandas as pd

from platforms.geo.write import atomic_path, write_geopackage
from platforms.outputs.books.table_file import ending_of, write_csv
from platforms.planning.moves.relocation_answer import Relocation

__all__ = ["save_relocation"]

_ENDINGS = (".gpkg", ".geojson", ".csv")


def save_relocation(
    relocation: Relocation, path: str | os.PathLike[str], *, overwrite: bool = False
) -> Path:
    """Write who moves where.

    Parameters
    ----------
    relocation
        The answer.
    path
        ``.gpkg``: layers ``flows`` (lines, EPSG:4490), ``firms`` and ``parks`` (points);
        ``.geojson``: the flows; ``.csv``: a row a firm, with its park or the reason why not
        (UTF-8 with a mark, for Excel). Each row says whether it is ``sample`` data.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written; it appears whole or not at all.

    Raises
    ------
    OutputError
        For another ending, a file that exists, a read-only folder or a full disk.
    """
    target, ending = Path(path), ending_of(path, _ENDINGS)
    flows = relocation.flows().assign(sample=relocation.sample)
    firms = relocation.by_firm().assign(sample=relocation.sample)
    if ending == ".gpkg":
        parks = relocation.by_park().assign(sample=relocation.sample)
        layers = {
            "flows": flows,
            "firms": _points(firms, relocation.firms),
            "parks": _points(parks, relocation.parks),
        }
        return write_geopackage(layers, target, overwrite=overwrite)
    with atomic_path(target, overwrite=overwrite) as tmp:
        if ending == ".geojson":
            tmp.write_text(flows.to_json(drop_id=True, to_wgs84=False), encoding="utf-8")
        else:
            write_csv(firms, tmp)
    return target


def _points(rows: pd.DataFrame, placed: pd.DataFrame) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(placed["lon"], placed["lat"])
    return gpd.GeoDataFrame(rows, geometry=points, crs="EPSG:4490")
