"""The drivers of GDAL: the few that a kind of file needs, and all that are known.

A worker is told which drivers to leave out before it loads GDAL. To ask GDAL itself for the
list would cost the parent half a second before the worker can start, so the list stands
here. It may grow old without harm: a worker that finds a driver it was not told to leave out
reads nothing, and is started again with GDAL's own list.
"""

from __future__ import annotations

__all__ = ["DRIVERS", "KNOWN", "drivers_here"]

# kind → the GDAL drivers that it needs; the others are text that we read ourselves
DRIVERS: dict[str, frozenset[str]] = {
    "shapefile": frozenset({"ESRI Shapefile"}),
    "geojson": frozenset({"GeoJSON"}),
    "geopackage": frozenset({"GPKG"}),
    "kml": frozenset({"LIBKML", "KML"}),
    "dxf": frozenset({"DXF"}),
    "filegdb": frozenset({"OpenFileGDB"}),
    "flatgeobuf": frozenset({"FlatGeobuf"}),
    "geopackage_tables": frozenset({"GPKG"}),
    "raster": frozenset({"GTiff", "AAIGrid"}),
}

# vector drivers of GDAL 3.12 in the wheel of pyogrio 0.13
_VECTOR = frozenset(
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
# what the GDAL 3.10 in the wheel of rasterio 1.4 has beside those
_RASTER = """
AAIGrid ACE2 ADRG AIG AirSAR BAG BIGGIF BLX BMP BSB BT BYN CALS CEOS COASP COG COSAR CPG CTG
CTable2 DAAS DERIVED DIMAP DIPEx DOQ1 DOQ2 DTED ECRGTOC EEDAI EHdr EIR ELAS ENVI ERS ESAT ESRIC
FAST FIT GFF GIF GNMDatabase GNMFile GRASSASCIIGrid GRIB GS7BG GSAG GSBG GSC GTI GTX GTiff GXF
GenBin HDF5 HDF5Image HF2 HFA ILWIS IRIS ISCE ISG ISIS2 ISIS3 JAXAPALSAR JDEM JP2OpenJPEG JPEG
KMLSUPEROVERLAY KRO L1B LAN LCP LOSLAS Leveller MAP MFF MFF2 MRF MSGN Memory NDF NGSGEOID NITF
NOAA_B NSIDCbin NTv2 NWT_GRC NWT_GRD OZI PAux PCRaster PDS PLMOSAIC PNG PNM PRF R RIK RMF
ROI_PAC RPFTOC RRASTER RS2 RST Rasterlite S102 S104 S111 SAFE SAGA SAR_CEOS SDTS SENTINEL2 SGI
SIGDEM SNAP_TIFF SNODAS SRP SRTMHGT STACIT STACTA TGA TIL TSX Terragen USGSDEM VRT WCS WEBP WMS
WMTS XPM XYZ ZMap Zarr netCDF
"""

KNOWN = _VECTOR.union(_RASTER.split())
"""All that either GDAL has."""


def drivers_here(kind: str) -> frozenset[str]:
    """Return the drivers that the GDAL of this process has, of the one that reads a kind.

    Parameters
    ----------
    kind
        Of the file; ``raster`` is read by another GDAL than the rest.
    """
    if kind == "raster":
        import rasterio

        with rasterio.Env() as env:
            return frozenset(env.drivers())
    import pyogrio

    return frozenset(pyogrio.list_drivers())
