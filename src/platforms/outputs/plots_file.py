"""Plots as a file for other programs; the ending of the name decides the format."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd

from platforms.errors import OutputError
from platforms.geo.write import atomic_path, write_geopackage

__all__ = ["ENDINGS", "write_plots"]

ENDINGS = (".gpkg", ".geojson", ".parquet", ".csv")


def write_plots(
    frame: gpd.GeoDataFrame, path: str | os.PathLike[str], *, overwrite: bool = False
) -> Path:
    """Write plots to a file.

    Parameters
    ----------
    frame
        Plots in EPSG:4490.
    path
        ``.gpkg``, ``.geojson``, ``.parquet`` (GeoParquet) or ``.csv`` (attributes only,
        UTF-8 with a mark, for Excel).
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
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise OutputError("sheet.ending_unknown", path=target.name, allowed=list(ENDINGS))
    if ending == ".gpkg":
        return write_geopackage({"plots": frame}, target, overwrite=overwrite)
    with atomic_path(target, overwrite=overwrite) as tmp:
        if ending == ".parquet":
            frame.to_parquet(tmp, index=False)
        elif ending == ".geojson":
            # RFC 7946 would ask for WGS84; the frame is named so that nobody has to guess
            text = frame.to_json(drop_id=True, show_bbox=False, to_wgs84=False)
            crs = '"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}, '
            if '"crs"' not in text[:200]:
                text = text.replace("{", "{" + crs, 1)
            tmp.write_text(text, encoding="utf-8")
        else:
            table = frame.drop(columns=frame.geometry.name).map(_harmless)
            table.to_csv(tmp, index=False, encoding="utf-8-sig")
    return target


def _harmless(value: object) -> object:
    """Keep text from being taken as a formula by a spreadsheet."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        try:
            float(value)
        except ValueError:
            return f"'{value}"
    return value
