"""The drivers of GDAL: the few that a kind of file needs, and all that are known.

A worker is told which drivers to leave out before it loads GDAL. To ask GDAL itself for the
list would cost the parent half a second before the worker can start, so the list stands
here. It may grow old without harm: a worker that finds a driver it was not told to leave out
reads nothing, and is started again with GDAL's own list.
"""

from __future__ import annotations

__all__ = ["DRIVERS", "KNOWN"]

# kind → the GDAL drivers that it needs; the others are text that we read ourselves
DRIVERS: dict[str, frozenset[str]] = {
    "shapefile": frozenset({"ESRI Shapefile"}),
    "geojson": frozenset({"GeoJSON"}),
    "geopackage": frozenset({"GPKG"}),
    "kml": frozenset({"LIBKML", "KML"}),
    "dxf": frozenset({"DXF"}),
    "filegdb": frozenset({"OpenFileGDB"}),
    "flatgeobuf": frozenset({"FlatGeobuf"}),
}

# vector drivers of GDAL 3.12 in the wheel of pyogrio 0.13
KNOWN = frozenset(
    {
        "ADBC",
        "AIVector",
        "AVCBin",
        "AVCE00",
        "AmigoCloud",
        "CSV",
        "CSW",
        "Carto",
        "DGN",
        "DXF",
        "EDIGEO",
        "EEDA",
        "ESRI Shapefile",
        "ESRIJSON",
        "Elasticsearch",
        "FlatGeobuf",
        "GDALG",
        "GML",
        "GPKG",
        "GPSBabel",
        "GPX",
        "GTFS",
        "GeoJSON",
        "GeoJSONSeq",
        "GeoRSS",
        "HTTP",
        "Idrisi",
        "JML",
        "JSONFG",
        "KML",
        "LIBKML",
        "LVBAG",
        "MBTiles",
        "MEM",
        "MVT",
        "MapInfo File",
        "MapML",
        "MiraMonVector",
        "NGW",
        "OAPIF",
        "ODS",
        "OGCAPI",
        "OGR_GMT",
        "OGR_PDS",
        "OGR_VRT",
        "OSM",
        "OpenFileGDB",
        "PCIDSK",
        "PDF",
        "PDS4",
        "PGDUMP",
        "PLSCENES",
        "PMTiles",
        "S57",
        "SQLite",
        "SXF",
        "Selafin",
        "TopoJSON",
        "VDV",
        "VFK",
        "VICAR",
        "WAsP",
        "WFS",
        "XLSX",
    }
)
