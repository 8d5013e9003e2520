"""Plots as a file for other programs; the ending of the name decides the format."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal

import geopandas as gpd

from platforms.errors import OutputError
from platforms.geo.write import atomic_path, write_boundary_txt, write_geopackage
from platforms.geo.writers.excel import write_excel
from platforms.geo.writers.shapefile import write_shapefile
from platforms.issues import IssueTable

__all__ = ["ENDINGS", "harmless", "write_plots"]

ENDINGS = (".gpkg", ".geojson", ".parquet", ".csv", ".xlsx", ".zip", ".txt")


def write_plots(
    frame: gpd.GeoDataFrame,
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    encoding: Literal["gbk", "utf-8"] = "gbk",
    issues: IssueTable | None = None,
) -> Path:
    """Write plots to a file.

    Parameters
    ----------
    frame
        Plots in EPSG:4490.
    path
        ``.gpkg``; ``.geojson`` (all digits, the system stated); ``.parquet`` (GeoParquet);
        ``.zip`` (Shapefile with a table of its short field names); ``.txt`` (national
        boundary-point file in the survey plane: ids, names, uses and points only);
        ``.xlsx`` (attributes and the outline as WKT); ``.csv`` (attributes only, UTF-8 with
        a mark, for Excel).
    overwrite
        Replace a file that is there.
    encoding
        Of the texts in ``.zip`` and ``.txt``.
    issues
        Table to which is added what the format could not hold whole.

    Returns
    -------
    path
        The file written; it appears whole or not at all.

    Raises
    ------
    OutputError
        For another ending, a file that exists, a read-only folder or a full disk.
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise OutputError("sheet.ending_unknown", path=target.name, allowed=list(ENDINGS))
    told = IssueTable()
    if ending == ".gpkg":
        write_geopackage({"plots": frame}, target, overwrite=overwrite)
    elif ending == ".zip":
        code: Literal["GBK", "UTF-8"] = "UTF-8" if encoding == "utf-8" else "GBK"
        told = write_shapefile(frame, target, encoding=code, overwrite=overwrite)
    elif ending == ".xlsx":
        told = write_excel(frame, target, overwrite=overwrite)
    elif ending == ".txt":
        plane = frame.attrs.get("plane")
        wide = "utf-8" if encoding == "utf-8" else "gb18030"
        write_boundary_txt(frame, target, plane=plane, encoding=wide, overwrite=overwrite)
    else:
        _write_open(frame, target, overwrite=overwrite)
    if issues is not None:
        issues.extend(told)
    return target


def _write_open(frame: gpd.GeoDataFrame, target: Path, *, overwrite: bool) -> None:
    """Write the formats that geopandas and pandas write well themselves."""
    ending = target.suffix.lower()
    with atomic_path(target, overwrite=overwrite) as tmp:
        if ending == ".parquet":
            frame.to_parquet(tmp, index=False)
        elif ending == ".geojson":
            tmp.write_text(_geojson(frame), encoding="utf-8")
        else:
            table = frame.drop(columns=frame.geometry.name).map(harmless)
            table.to_csv(tmp, index=False, encoding="utf-8-sig")


def _geojson(frame: gpd.GeoDataFrame) -> str:
    """Return GeoJSON with the system as a member.

    RFC 7946 would ask for WGS84; the frame is named so that nobody has to guess.
    """
    tree = json.loads(frame.to_json(drop_id=True, show_bbox=False, to_wgs84=False))
    code = 4490 if frame.crs is None else frame.crs.to_epsg()
    name = f"urn:ogc:def:crs:EPSG::{code}"
    tree = {"type": tree.pop("type"), "crs": {"type": "name", "properties": {"name": name}}, **tree}
    # a crs member that geopandas wrote stands behind ours in the same tree: ours wins
    tree["crs"] = {"type": "name", "properties": {"name": name}}
    return json.dumps(tree, ensure_ascii=False, allow_nan=False)


def harmless(value: object) -> object:
    """Keep text from being taken as a formula by a spreadsheet."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        try:
            float(value)
        except ValueError:
            return f"'{value}"
    return value
