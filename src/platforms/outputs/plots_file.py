"""Plots as a file for other programs; the ending of the name decides the format."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Literal

import geopandas as gpd

from platforms.errors import OutputError
from platforms.geo.write import atomic_path, write_boundary_txt, write_geopackage
from platforms.geo.writers.excel import OUTLINE, outlines, write_excel
from platforms.geo.writers.shapefile import write_shapefile
from platforms.issues import IssueTable

__all__ = ["ENDINGS", "Stated", "harmless", "write_boundary_file", "write_plots"]

ENDINGS = (".gpkg", ".geojson", ".parquet", ".csv", ".xlsx", ".zip", ".txt")
Stated = Literal["area_m2", "planar_m2", "declared_m2"]
# a Shapefile is several files; only together, in a zip, do they appear whole or not at all
_PARTS = {".shp", ".dbf", ".shx"}
# so much of a cell a spreadsheet shows
_MAX_CELL = 32_767
# what makes a spreadsheet read a formula, also as a Chinese keyboard types it
_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")


def write_plots(
    frame: gpd.GeoDataFrame,
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    encoding: Literal["gbk", "utf-8"] = "gbk",
    stated: Stated = "planar_m2",
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
        boundary-point file in the survey plane: ids, names, uses, points and one area);
        ``.xlsx`` and ``.csv`` (attributes and the outline as WKT; the CSV in UTF-8 with a
        mark, for Excel).
    overwrite
        Replace a file that is there.
    encoding
        Of the texts in ``.zip`` and ``.txt``.
    stated
        The area that ``.txt`` states; where the frame has no such column, that in the plane.
    issues
        Table to which is added what the format could not hold whole, and which area a
        ``.txt`` states.

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
    if ending in _PARTS:
        raise OutputError(
            "sheet.shapefile_in_zip", path=target.name, zip=target.with_suffix(".zip").name
        )
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
        told = write_boundary_file(
            frame, target, stated=stated, encoding=encoding, overwrite=overwrite
        )
    else:
        told = _write_open(frame, target, overwrite=overwrite)
    if issues is not None:
        issues.extend(told)
    return target


def write_boundary_file(
    frame: gpd.GeoDataFrame,
    path: str | os.PathLike[str],
    *,
    stated: Stated = "planar_m2",
    encoding: Literal["gbk", "utf-8"] = "gbk",
    overwrite: bool = False,
) -> IssueTable:
    """Write plots as a national boundary-point file and say which area stands in it.

    Parameters
    ----------
    frame
        Plots; ``attrs["plane"]`` names the survey plane.
    path
        The ``.txt`` file.
    stated
        The area stated, in hectares with four decimals; where the frame has no such column,
        that in the plane. A plot that has none states none.
    encoding, overwrite
        As `write_plots`.

    Returns
    -------
    issues
        Which area is stated, and how many plots state none.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    known = stated in frame
    write_boundary_txt(
        frame,
        path,
        plane=frame.attrs.get("plane"),
        area_column=stated if known else None,
        encoding="utf-8" if encoding == "utf-8" else "gb18030",
        overwrite=overwrite,
    )
    issues = IssueTable()
    issues.add("txt_area_stated", "info", area=stated if known else "planar_m2")
    missing = int(frame[stated].isna().sum()) if known else 0
    if missing:
        issues.add("txt_area_missing", "warning", area=stated, count=missing)
    return issues


def _write_open(frame: gpd.GeoDataFrame, target: Path, *, overwrite: bool) -> IssueTable:
    """Write the formats that geopandas and pandas write well themselves."""
    ending = target.suffix.lower()
    issues = IssueTable()
    with atomic_path(target, overwrite=overwrite) as tmp:
        if ending == ".parquet":
            # given a path, the library keeps a file open that a full disk did not take
            with tmp.open("wb") as file:
                frame.to_parquet(file, index=False)
        elif ending == ".geojson":
            tmp.write_text(_geojson(frame), encoding="utf-8")
        else:
            table = frame.drop(columns=frame.geometry.name).map(harmless)
            shapes = outlines(frame)
            long = sum(shape is not None and len(shape) > _MAX_CELL for shape in shapes)
            if long:
                issues.add("csv_outline_long", "warning", count=long)
            table = table.assign(**{OUTLINE: shapes}).rename(columns=harmless)
            # so that a lone carriage return in a cell is quoted and starts no row
            table.to_csv(tmp, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return issues


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
    """Keep text from being taken as a formula by a spreadsheet.

    Text that begins as if it were kept already gets one more mark, so that taking one away
    gives back what was there.
    """
    if not isinstance(value, str) or value.lstrip("'")[:1] not in _STARTS:
        return value
    return value if _NUMBER.fullmatch(value) else f"'{value}"
