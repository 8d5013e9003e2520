"""Bad and odd files, made on the spot, each with what must become of it.

A case is a function that makes a file in an empty folder and returns its path; beside it
stands the outcome: ``ok`` (rows that are good, kinds of issues that must be there) or
``refused`` (key of the message). Letters and numbers follow one list: Z containers, V virtual
files and addresses, S shapefile, J GeoJSON, E encoding, K KML, G GeoPackage, T boundary
points, C coordinate systems, M shapes, N names.
"""

from __future__ import annotations

import ctypes
import dataclasses
import datetime as dt
import json
import sqlite3
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import shapely
from shapely.geometry import LineString, Point, Polygon, box

from platforms.geo.writers.shapefile import write_shapefile

CANARY = "canary-7f3a-not-to-be-read"
# a plot near 乐清 in zone 40, and where it lies in degrees
EAST, NORTH = 40598000.0, 3121000.0
LON, LAT = 120.9965, 28.2011


@dataclasses.dataclass(frozen=True)
class Case:
    """One file and its outcome."""

    name: str
    make: Callable[[Path], Path]
    good: int = 0
    aside: int = 0
    kinds: frozenset[str] = frozenset()
    refused: str = ""
    options: dict[str, str] = dataclasses.field(default_factory=dict)


CASES: list[Case] = []


def ok(name: str, good: int, *kinds: str, aside: int = 0, **options: str):
    """Register a case that is read."""

    def keep(make):
        CASES.append(Case(name, make, good, aside, frozenset(kinds), "", options))
        return make

    return keep


def refused(name: str, key: str, **options: str):
    """Register a case that is refused."""

    def keep(make):
        CASES.append(Case(name, make, refused=key, options=options))
        return make

    return keep


# ---- makers of good files


def plots(n: int = 2, *, plane: bool = True) -> gpd.GeoDataFrame:
    step = 200.0 if plane else 0.002
    size = 100.0 if plane else 0.001
    x, y = (EAST, NORTH) if plane else (LON, LAT)
    shapes = [box(x + i * step, y, x + i * step + size, y + size) for i in range(n)]
    data = {"TBBH": [f"地块{i + 1}" for i in range(n)], "QYMC": ["乐清电器厂"] * n}
    return gpd.GeoDataFrame(data, geometry=shapes, crs="EPSG:4528" if plane else "EPSG:4490")


def shp(folder: Path, frame: gpd.GeoDataFrame | None = None, *, stem: str = "a", **options) -> Path:
    options.setdefault("encoding", "GBK")
    path = folder / f"{stem}.shp"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(plots() if frame is None else frame, path, **options)
    return path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def shp_bytes(folder: Path, stem: str = "a", **options) -> dict[str, bytes]:
    source = folder / "_src"
    source.mkdir(exist_ok=True)
    shp(source, stem=stem, **options)
    return {p.name: p.read_bytes() for p in sorted(source.iterdir()) if p.stem == stem}


def features(*geometries: object, properties: dict | None = None, **more: object) -> dict:
    rows = [
        {"type": "Feature", "properties": {"id": i, **(properties or {})}, "geometry": g}
        for i, g in enumerate(geometries, start=1)
    ]
    return {"type": "FeatureCollection", "features": rows, **more}


def square(x: float = LON, y: float = LAT, size: float = 0.001) -> dict:
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def geojson(folder: Path, content: object, name: str = "a.geojson") -> Path:
    path = folder / name
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def raw(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def gpkg(folder: Path, frame: gpd.GeoDataFrame | None = None, **options) -> Path:
    path = folder / "a.gpkg"
    pyogrio.write_dataframe(plots() if frame is None else frame, path, layer="a", **options)
    return path


def explain(path: Path, field: str, words: dict[str, str]) -> None:
    """Give a GeoPackage words for the codes of a field, as the standard has them."""
    database = sqlite3.connect(path)
    database.execute(
        "CREATE TABLE gpkg_data_columns (table_name TEXT, column_name TEXT, name TEXT, title TEXT,"
        " description TEXT, mime_type TEXT, constraint_name TEXT)"
    )
    database.execute(
        "CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT, constraint_type TEXT,"
        " value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC,"
        " max_is_inclusive BOOLEAN, description TEXT)"
    )
    columns = ("a", field, None, None, None, None, "words")
    database.execute("INSERT INTO gpkg_data_columns VALUES (?,?,?,?,?,?,?)", columns)
    rows = [("words", "enum", code, None, None, None, None, w) for code, w in words.items()]
    database.executemany("INSERT INTO gpkg_data_column_constraints VALUES (?,?,?,?,?,?,?,?)", rows)
    database.commit()
    database.close()


# ---- Z containers


@ok("Z11 folder in zip", 2)
def _(w):
    return zipped(w / "a.zip", {f"资料/地块/{n}": b for n, b in shp_bytes(w).items()})


@ok("Z12 __MACOSX", 2)
def _(w):
    junk = {"__MACOSX/._a.shp": b"junk", ".DS_Store": b"x"}
    return zipped(w / "a.zip", {**shp_bytes(w), **junk})


class _GbkInfo(zipfile.ZipInfo):
    """A member named as Windows in China does it: GBK, and no word about it."""

    def _encodeFilenameFlags(self):  # noqa: N802 a name of the standard library
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


@ok("Z13 names in GBK", 2)
def _(w):
    with zipfile.ZipFile(w / "a.zip", "w") as archive:
        for name, data in shp_bytes(w).items():
            archive.writestr(_GbkInfo(f"地块/柳市{Path(name).suffix}"), data)
    return w / "a.zip"


@ok("Z15 upper case", 2)
def _(w):
    return zipped(w / "A.ZIP", {n.upper(): b for n, b in shp_bytes(w).items()})


@ok("Z25 backslashes", 2)
def _(w):
    return zipped(w / "a.zip", {f"dir\\{n}": b for n, b in shp_bytes(w).items()})


@ok("Z28 archive beside data", 2, "archive_passed_over")
def _(w):
    return zipped(w / "a.zip", {**shp_bytes(w), "old.rar": b"Rar!"})


@refused("Z01 bomb", "read.zip_ratio")
def _(w):
    return zipped(w / "a.zip", {"a.dbf": bytes(40 << 20), "a.shp": b"x", "a.shx": b"x"})


@refused("Z02 overlap", "read.zip_overlap")
def _(w):
    path = zipped(w / "a.zip", {"a.shp": b"x" * 500, "b.shp": b"y" * 500})
    body = bytearray(path.read_bytes())
    first = body.index(b"PK\x01\x02")
    second = body.index(b"PK\x01\x02", first + 4)
    body[second + 42 : second + 46] = body[first + 42 : first + 46]
    path.write_bytes(bytes(body))
    return path


@refused("Z04 too many members", "read.zip_many")
def _(w):
    return zipped(w / "a.zip", {f"{i}.txt": b"" for i in range(1100)})


@refused("Z06 path out", "read.zip_path")
def _(w):
    return zipped(w / "a.zip", {**shp_bytes(w), "../../evil.txt": b"x"})


@refused("Z07 absolute path", "read.zip_path")
def _(w):
    return zipped(w / "a.zip", {**shp_bytes(w), "/etc/evil.txt": b"x"})


@refused("Z08 link", "read.zip_link")
def _(w):
    path = zipped(w / "a.zip", shp_bytes(w))
    info = zipfile.ZipInfo("link.shp")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    return path


@refused("Z10 the same name twice", "read.zip_double")
def _(w):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = zipped(w / "a.zip", shp_bytes(w))
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("A.SHP", b"other")
    return path


@refused("Z14 nested", "read.zip_nested")
def _(w):
    inner = zipped(w / "in.zip", shp_bytes(w)).read_bytes()
    return zipped(w / "a.zip", {"in.zip": inner})


@refused("Z17 two data sets", "read.layer_open")
def _(w):
    return zipped(w / "a.zip", {**shp_bytes(w, "a"), **shp_bytes(w, "b")})


@ok("Z17b two data sets, one named", 2, layer="b")
def _(w):
    return zipped(w / "a.zip", {**shp_bytes(w, "a"), **shp_bytes(w, "b")})


@refused("Z18 encrypted", "read.zip_encrypted")
def _(w):
    path = zipped(w / "a.zip", {"a.shp": b"x"})
    body = bytearray(path.read_bytes())
    body[6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(body))
    return path


@refused("Z19 cut", "read.zip_broken")
def _(w):
    path = zipped(w / "a.zip", shp_bytes(w))
    path.write_bytes(path.read_bytes()[:-60])
    return path


@refused("Z20 no zip", "read.zip_broken")
def _(w):
    return raw(w, "a.zip", b"hello" * 100)


@refused("Z21 empty", "read.empty_file")
def _(w):
    return raw(w, "a.zip", b"")


@refused("Z22 method", "read.zip_method")
def _(w):
    with zipfile.ZipFile(w / "a.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.shp", b"x" * 100)
    return w / "a.zip"


@refused("Z23 only a picture", "read.no_dataset")
def _(w):
    return zipped(w / "a.zip", {"a.png": b"x", "b.jpg": b"x"})


@refused("Z27 rar", "read.convert_archive")
def _(w):
    return raw(w, "a.rar", b"Rar!")


@refused("Z29 damaged member", "read.zip_broken")
def _(w):
    path = zipped(w / "a.zip", shp_bytes(w))
    body = bytearray(path.read_bytes())
    body[60:70] = bytes(10)
    path.write_bytes(bytes(body))
    return path


# ---- V virtual files, addresses, XML

_VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>CSV:{path}</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)


def _vrt(w: Path) -> str:
    return _VRT.format(path=w / "canary.csv")


for _suffix, _key in (
    (".geojson", "read.not_this_kind"),
    (".json", "read.not_this_kind"),
    (".kml", "read.not_this_kind"),
    (".dxf", "read.not_this_kind"),
    (".csv", "read.not_this_kind"),
    (".txt", "read.not_this_kind"),
    (".gpkg", "read.not_this_kind"),
    (".fgb", "read.not_this_kind"),
    (".vrt", "read.kind_unknown"),
    ("", "read.kind_unknown"),
):
    refused(f"V01 virtual file as {_suffix or 'nothing'}", _key)(
        lambda w, s=_suffix: raw(w, f"a{s}", _vrt(w))
    )


@refused("V09 virtual file in zip", "read.not_this_kind")
def _(w):
    return zipped(w / "a.zip", {"a.geojson": _vrt(w).encode()})


@refused("V10 pipeline", "read.not_this_kind")
def _(w):
    line = f"gdal vector pipeline ! read {w / 'canary.csv'}"
    return geojson(w, {"type": "gdal_streamed_alg", "command_line": line})


@refused("V11 pipeline beside features", "read.not_this_kind")
def _(w):
    return geojson(w, features(square(), note={"type": "gdal_streamed_alg", "command_line": ""}))


@refused("V23 address as system", "read.geojson_link")
def _(w):
    crs = {"type": "link", "properties": {"href": "http://127.0.0.1:9/crs", "type": "proj4"}}
    return geojson(w, features(square(), crs=crs))


@ok("V32 address as name of system", 1)
def _(w):
    crs = {"type": "name", "properties": {"name": "http://127.0.0.1:9/crs"}}
    return geojson(w, features(square(), crs=crs))


@refused("V33 esrijson", "read.not_this_kind")
def _(w):
    return geojson(w, {"geometryType": "esriGeometryPolygon", "features": []})


@refused("V34 topojson", "read.not_this_kind")
def _(w):
    return geojson(w, {"type": "Topology", "objects": {}, "arcs": []})


_KML = (
    '<?xml version="1.0" encoding="{encoding}"?>{dtd}'
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'
)
_PLACE = (
    "<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
    "{points}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
)


def _points(z: str = "") -> str:
    ring = square()["coordinates"][0]
    return " ".join(f"{x},{y}{z}" for x, y in ring)


def kml(body: str, *, dtd: str = "", encoding: str = "UTF-8") -> bytes:
    python = {"GBK": "gb18030"}.get(encoding, encoding)
    return _KML.format(body=body, dtd=dtd, encoding=encoding).encode(python)


@refused("V24 entity", "read.xml_declaration")
def _(w):
    dtd = f'<!DOCTYPE kml [<!ENTITY x SYSTEM "file://{w / "canary.csv"}">]>'
    return raw(w, "a.kml", kml(_PLACE.format(name="&x;", points=_points()), dtd=dtd))


@refused("V27 gml", "read.kind_unknown")
def _(w):
    return raw(w, "a.gml", "<gml/>")


@ok("V31 network link", 1, "kml_links")
def _(w):
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"
    return raw(w, "a.kml", kml(link + _PLACE.format(name="a", points=_points())))


# ---- K KML


@ok("K01 markup in a name", 1)
def _(w):
    return raw(w, "a.kml", kml(_PLACE.format(name="&lt;b&gt;x", points=_points())))


@ok("K03 GBK", 1)
def _(w):
    return raw(w, "a.kml", kml(_PLACE.format(name="地块", points=_points()), encoding="GBK"))


@refused("K05 two folders", "read.layer_open")
def _(w):
    one = "<Folder><name>{}</name>" + _PLACE.format(name="x", points=_points()) + "</Folder>"
    return raw(w, "a.kml", kml(one.format("甲") + one.format("乙")))


@ok("K06 heights", 1, "heights_dropped")
def _(w):
    return raw(w, "a.kml", kml(_PLACE.format(name="a", points=_points(",5"))))


@ok("K09 kmz", 1)
def _(w):
    return zipped(w / "a.kmz", {"other.kml": kml(_PLACE.format(name="a", points=_points()))})


# ---- S shapefile


@ok("S00 loose files", 2)
def _(w):
    return shp(w)


@ok("S00b folder", 2)
def _(w):
    (w / "in").mkdir()
    shp(w / "in")
    return w / "in"


def _edit(w: Path, suffix: str, change: Callable[[bytes], bytes]) -> Path:
    path = shp(w)
    part = path.with_suffix(suffix)
    part.write_bytes(change(part.read_bytes()))
    return path


def _without(w: Path, suffix: str) -> Path:
    path = shp(w)
    path.with_suffix(suffix).unlink()
    return path


refused("S01 shp cut", "read.shp_cut")(lambda w: _edit(w, ".shp", lambda b: b[:-20]))
refused("S02 header only", "read.shp_cut")(lambda w: _edit(w, ".shp", lambda b: b[:100]))


def _no_rows(w: Path) -> Path:
    return shp(w, plots().iloc[:0], geometry_type="Polygon")


def _no_shapes(w: Path) -> Path:
    """Make a shapefile of two rows whose shapes were emptied with their index."""
    path = shp(w)
    for suffix in (".shp", ".shx"):
        body = path.with_suffix(suffix).read_bytes()[:100]
        path.with_suffix(suffix).write_bytes(body[:24] + struct.pack(">I", 50) + body[28:])
    return path


refused("S02b no rows", "read.no_rows")(_no_rows)
refused("S02c rows without shapes", "read.shp_counts")(_no_shapes)
refused("S02d shapes without index", "read.shx_broken")(
    lambda w: _edit(w, ".shx", lambda b: b[:100])
)
refused("S03 no shx", "read.shp_parts")(lambda w: _without(w, ".shx"))
refused("S04 no dbf", "read.shp_parts")(lambda w: _without(w, ".dbf"))


@refused("S05 no shp", "read.shp_parts")
def _(w):
    shp(w).unlink()
    return w / "a.dbf"


refused("S06 shx short", "read.shp_counts")(lambda w: _edit(w, ".shx", lambda b: b[:-8]))
refused("S06b shx odd", "read.shx_broken")(lambda w: _edit(w, ".shx", lambda b: b[:-3]))


def _records(count: int) -> Callable[[bytes], bytes]:
    return lambda b: b[:4] + struct.pack("<I", count) + b[8:]


refused("S07 dbf fewer", "read.shp_counts")(lambda w: _edit(w, ".dbf", _records(1)))
refused("S08 dbf more", "read.shp_counts")(lambda w: _edit(w, ".dbf", _records(5)))
refused("S09 dbf many", "read.shp_counts")(lambda w: _edit(w, ".dbf", _records(10**9)))
refused("S22 dbf empty", "read.dbf_broken")(lambda w: _edit(w, ".dbf", lambda _: b""))
refused("S23 dbf cut", "read.dbf_cut")(lambda w: _edit(w, ".dbf", lambda b: b[:-40]))

_guessed = ok("S10 no prj", 2, "crs_by_magnitude")(lambda w: _without(w, ".prj"))
for _number, _text in (
    ("S11", b"garbage"),
    ("S14", b"+proj=pipeline +step +proj=utm"),
    ("S15", b"http://127.0.0.1:9/x.prj"),
    ("S24", b"GEOGCS[" * 5000),
    ("S13b", b"\xff\xfe\x00"),
):
    ok(f"{_number} prj {_text[:20]!r}", 2, "crs_by_magnitude")(
        lambda w, t=_text: _edit(w, ".prj", lambda _: t)
    )
ok("S12 prj in UTF-16", 2)(lambda w: _edit(w, ".prj", lambda b: b.decode().encode("utf-16")))
ok("S13 prj with a code", 2)(lambda w: _edit(w, ".prj", lambda _: b"EPSG:4528"))
refused("S16 prj large", "read.prj_large")(lambda w: _edit(w, ".prj", lambda _: b"G" * 100_000))


@ok("S17 not a number", 1, "coordinate_not_finite", aside=1)
def _(w):
    def spoil(body: bytes) -> bytes:
        # the second point of the first record: headers, box, counts, one part, one point
        at = 100 + 8 + 4 + 32 + 4 + 4 + 4 + 16
        return body[:at] + struct.pack("<d", float("nan")) + body[at + 8 :]

    return _edit(w, ".shp", spoil)


@ok("S18 many points stated", 1, "geometry_missing", aside=1)
def _(w):
    at = 100 + 8 + 4 + 32 + 4
    return _edit(w, ".shp", lambda b: b[:at] + struct.pack("<i", 10**8) + b[at + 4 :])


@ok("S20 fewer than no parts", 1, "geometry_missing", aside=1)
def _(w):
    at = 100 + 8 + 4 + 32
    return _edit(w, ".shp", lambda b: b[:at] + struct.pack("<i", -1) + b[at + 4 :])


@ok("S25 deleted row", 1, "rows_deleted")
def _(w):
    def delete(body: bytes) -> bytes:
        start = struct.unpack("<H", body[8:10])[0]
        return body[:start] + b"*" + body[start + 1 :]

    return _edit(w, ".dbf", delete)


@ok("S26 null shape", 1, "geometry_missing", aside=1)
def _(w):
    frame = plots()
    frame.loc[0, "geometry"] = None
    return shp(w, frame)


@ok("S27 heights", 2, "heights_dropped")
def _(w):
    frame = plots()
    return shp(w, frame.set_geometry(shapely.force_3d(frame.geometry, 5.0), crs=frame.crs))


@refused("S29 lines", "read.no_polygon_layer")
def _(w):
    line = LineString([(EAST, NORTH), (EAST + 9, NORTH)])
    return shp(w, gpd.GeoDataFrame({"a": [1]}, geometry=[line], crs="EPSG:4528"))


@ok("S31 text cut in a character", 1, "text_cut")
def _(w):
    path = shp(w, plots(1).assign(note="x"), encoding="GBK")
    body = path.with_suffix(".dbf").read_bytes()
    start, width = struct.unpack("<HH", body[8:12])
    # the last field, 80 bytes wide, filled with characters to its last, odd byte
    long = ("x" + "字" * 200).encode("gbk")[:80]
    path.with_suffix(".dbf").write_bytes(body[: start + width - 80] + long + body[start + width :])
    return path


def ours(w: Path, *, field_map: bool) -> Path:
    """Make a zip as we export it, names cut at ten bytes."""
    frame = plots().rename(columns={"TBBH": "plot_id", "QYMC": "firm_name"})
    frame["credit_code"], frame["declared_m2"] = "91330382MA2AAAAA1X", 10_000.0
    frame["floor_area_m2"], frame["tax_wan_2022"] = 9_000.0, 5.5
    frame["用地单位联系人姓名"] = "张三"
    path = w / "a.zip"
    write_shapefile(frame, path)
    with zipfile.ZipFile(path) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    if not field_map:
        del members["field_map.csv"]
    return zipped(path, members)


ok("S32 our own zip", 2, "names_from_map")(lambda w: ours(w, field_map=True))
ok("S32b our own zip without its names", 2, "names_completed")(lambda w: ours(w, field_map=False))


# ---- E encoding


def _encoded(encoding: str, cpg: str | None) -> Callable[[Path], Path]:
    def make(w: Path) -> Path:
        path = shp(w, encoding=encoding)
        path.with_suffix(".cpg").unlink(missing_ok=True)
        body = bytearray(path.with_suffix(".dbf").read_bytes())
        body[29] = 0
        path.with_suffix(".dbf").write_bytes(bytes(body))
        if cpg is not None:
            path.with_suffix(".cpg").write_text(cpg)
        return path

    return make


for _encoding in ("GBK", "UTF-8"):
    for _cpg in (None, _encoding, "936", "CP936", "OEM", "nonsense", '"UTF-8"'):
        ok(f"E {_encoding} declared {_cpg}", 2)(_encoded(_encoding, _cpg))
ok("E UTF-8 wrongly declared GBK", 2, "encoding_declared_wrong")(_encoded("UTF-8", "GBK"))
ok("E GBK wrongly declared UTF-8", 2, "encoding_declared_wrong")(_encoded("GBK", "UTF-8"))
refused("E unknown name given", "read.encoding_unknown", encoding="klingon")(_encoded("GBK", None))
refused("E wrong name given", "read.encoding_wrong", encoding="utf-8")(_encoded("GBK", None))


# ---- J GeoJSON


@refused("J01 many keys", "read.fields_many")
def _(w):
    body = features(*[square()] * 700)
    for i, row in enumerate(body["features"]):
        row["properties"] = {f"k{i}": 1}
    return geojson(w, body)


@refused("J03 nesting", "read.not_opened")
def _(w):
    deep = "[" * 100_000 + "]" * 100_000
    text = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
    return geojson(w, text + f'"geometry":{{"type":"Polygon","coordinates":{deep}}}}}]}}')


refused("J05 no features", "read.no_rows")(lambda w: geojson(w, features()))
ok("J06 byte order mark", 1)(
    lambda w: raw(w, "a.geojson", b"\xef\xbb\xbf" + json.dumps(features(square())).encode())
)


@ok("J07 GBK", 1)
def _(w):
    body = features(square(), properties={"企业名称": "乐清电器厂"})
    return raw(w, "a.geojson", json.dumps(body, ensure_ascii=False).encode("gbk"))


refused("J08 UTF-16", "read.text_utf16")(
    lambda w: raw(w, "a.geojson", json.dumps(features(square())).encode("utf-16-le"))
)
ok("J25 UTF-16 with its mark", 1)(
    lambda w: raw(w, "a.geojson", json.dumps(features(square())).encode("utf-16"))
)
refused("J26 Western text", "read.encoding_unsure")(
    lambda w: raw(
        w,
        "a.geojson",
        json.dumps(
            features(square(), properties={"name": "Générale Café"}), ensure_ascii=False
        ).encode("cp1252"),
    )
)
refused("J09 cut", "read.not_opened")(
    lambda w: raw(w, "a.geojson", json.dumps(features(square()))[:-30])
)


def _ring(*points: object) -> dict:
    return {"type": "Polygon", "coordinates": [list(points)]}


_A, _B, _C = [LON, LAT], [LON + 0.001, LAT], [LON + 0.001, LAT + 0.001]
ok("J10 open ring", 2, "ring_closed")(lambda w: geojson(w, features(_ring(_A, _B, _C), square())))
ok("J11 two points", 1, "geometry_flat", aside=1)(
    lambda w: geojson(w, features(_ring(_A, _B), square()))
)
ok("J12 not a number", 1, aside=1)(
    lambda w: geojson(w, json.dumps(features(_ring(_A, _B, [float("nan"), 28.0], _A), square())))
)
ok("J14 text as coordinates", 1, aside=1)(
    lambda w: geojson(w, features(_ring(["120", "28"], _B, _C, ["120", "28"]), square()))
)
ok("J15 no shape", 1, "geometry_missing", aside=1)(lambda w: geojson(w, features(None, square())))
ok("J16 empty shape", 1, "geometry_empty", aside=1)(
    lambda w: geojson(w, features({"type": "Polygon", "coordinates": []}, square()))
)
ok("J18 ids twice", 2, "id_double")(
    lambda w: geojson(w, features(square(), square(), properties={"id": 7}))
)
ok("J20 other shapes beside", 1, "not_polygon", aside=1)(
    lambda w: geojson(w, features({"type": "Point", "coordinates": _A}, square()))
)
ok("J22 bare shape", 1)(lambda w: geojson(w, square()))
ok("J23 property called geometry", 1, "field_renamed")(
    lambda w: geojson(w, features(square(), properties={"geometry": "x", "area_m2": 5}))
)
ok("J25 points and lines only in part", 1, "collection_parts")(
    lambda w: geojson(
        w,
        features(
            {
                "type": "GeometryCollection",
                "geometries": [square(), {"type": "Point", "coordinates": _A}],
            }
        ),
    )
)


@refused("J26 only points", "read.no_polygon_layer")
def _(w):
    note = {"type": "Polygon"}
    return geojson(w, features({"type": "Point", "coordinates": _A}, note=note))


# ---- G GeoPackage


def _sql(w: Path, *statements: str) -> Path:
    path = gpkg(w)
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.execute(statement)
    database.close()
    return path


ok("G00 plain", 2)(gpkg)
refused("G01 endless view", "read.gpkg_view")(
    lambda w: _sql(
        w,
        "CREATE VIEW v AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c)"
        " SELECT n FROM c",
        "INSERT INTO gpkg_contents(table_name, data_type, identifier) VALUES"
        " ('v', 'attributes', 'v')",
    )
)
refused("G04 cut", "read.gpkg_broken")(lambda w: raw(w, "a.gpkg", gpkg(w).read_bytes()[:30_000]))
refused("G05 hundred bytes", "read.gpkg_broken")(
    lambda w: raw(w, "a.gpkg", gpkg(w).read_bytes()[:100])
)


@refused("G07 two layers", "read.layer_open")
def _(w):
    path = gpkg(w)
    pyogrio.write_dataframe(plots(), path, layer="b", append=True)
    return path


@ok("G07b two layers, one named", 3, layer="b")
def _(w):
    path = gpkg(w)
    pyogrio.write_dataframe(plots(3), path, layer="b", append=True)
    return path


@ok("G07c one layer of polygons", 2, "layers_passed_over")
def _(w):
    path = gpkg(w)
    points = gpd.GeoDataFrame(geometry=[Point(EAST, NORTH)], crs="EPSG:4528")
    pyogrio.write_dataframe(points, path, layer="points", append=True)
    return path


refused("G07d layer that is not there", "read.layer_unknown", layer="c")(
    CASES[-2].make,
)
ok("G08 stale count", 2)(lambda w: _sql(w, "UPDATE gpkg_ogr_contents SET feature_count = 1"))
ok("G10 bad shape", 1, aside=1)(
    lambda w: (
        _sql(w, "DROP TRIGGER rtree_a_geom_update6", "DROP TRIGGER rtree_a_geom_update7")
        if False
        else _bad_blob(w)
    )
)
ok("G12 left open", 2, "gpkg_left_open")(lambda w: raw(w, "a.gpkg", _wal(gpkg(w).read_bytes())))


def _wal(body: bytes) -> bytes:
    return body[:18] + b"\x02\x02" + body[20:]


def _bad_blob(w: Path) -> Path:
    path = w / "a.gpkg"
    pyogrio.write_dataframe(plots(), path, layer="a", layer_options={"SPATIAL_INDEX": "NO"})
    database = sqlite3.connect(path)
    database.execute("UPDATE a SET geom = substr(geom, 1, 20) WHERE fid = 1")
    database.commit()
    database.close()
    return path


# ---- C coordinate systems


def _square_at(x: float, y: float, size: float, crs: str | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"a": [1]}, geometry=[box(x, y, x + size, y + size)], crs=crs)


def _c(name: str, key: str, x: float, y: float, crs: str | None, size: float = 100.0, **options):
    refused(name, key, **options)(lambda w: gpkg(w, _square_at(x, y, size, crs)))


_c("C01 out of range", "read.crs_contradicts", 500.0, 95.0, "EPSG:4326", 0.1)
_c("C02 degrees swapped", "read.crs_contradicts", LAT, LON, "EPSG:4490", 0.001)
_c("C03 metres as degrees", "read.crs_contradicts", EAST, NORTH, "EPSG:4490")
_c("C04 degrees as metres", "read.crs_contradicts", LON, LAT, "EPSG:4549", 0.001)
_c("C05 metres swapped", "read.crs_contradicts", NORTH, EAST, "EPSG:4528")
_c("C06 prefix under 4549", "read.crs_contradicts", EAST, NORTH, "EPSG:4549")
_c("C06b no prefix under 4528", "read.crs_contradicts", EAST - 4e7, NORTH, "EPSG:4528")
_c("C07 4549 called 4548", "read.crs_contradicts", EAST - 4e7, NORTH, "EPSG:4548")
_c("C07b 4528 called 4527", "read.crs_contradicts", EAST, NORTH, "EPSG:4527")
_c("C08 web mercator as 4549", "read.crs_contradicts", 13469000.0, 3270000.0, "EPSG:4549")
_c("C15 Xi'an 1980", "geo.datum_refused", EAST, NORTH, "EPSG:2364")
_c("C15b Beijing 1954", "geo.datum_refused", EAST, NORTH, "EPSG:2416")
ok("C17 six degrees", 1)(lambda w: gpkg(w, _square_at(21303000.0, NORTH, 100, "EPSG:4499")))
ok("C19 web mercator", 1, "web_mercator_read")(
    lambda w: gpkg(w, _square_at(13469000.0, 3270000.0, 100, "EPSG:3857"))
)
ok("C20 UTM", 1)(lambda w: gpkg(w, _square_at(303000.0, 3120000.0, 100, "EPSG:32651")))


def _bare(w: Path, x: float, y: float, size: float = 100.0) -> Path:
    path = shp(w, _square_at(x, y, size, None))
    path.with_suffix(".prj").unlink(missing_ok=True)
    return path


ok("C21 bare 4549 in the county", 1, "crs_by_magnitude")(lambda w: _bare(w, EAST - 4e7, NORTH))
ok("C22 bare degrees", 1, "crs_by_magnitude")(lambda w: _bare(w, LON, LAT, 0.001))
refused("C23 bare, swapped", "read.crs_swapped")(lambda w: _bare(w, NORTH, EAST))
ok("C23b bare, swapped, said so", 1, crs="EPSG:4528:yx")(lambda w: _bare(w, NORTH, EAST))
refused("C24 bare nonsense", "read.crs_none")(lambda w: _bare(w, 5.0, 5.0, 1.0))
refused("C25 bare, zone 41 or UTM", "read.crs_open")(lambda w: _bare(w, 303000.0, NORTH))
ok("C25b bare, said so", 1, crs="EPSG:4550")(lambda w: _bare(w, 303000.0, NORTH))
refused("C26 wrong system given", "read.crs_contradicts", crs="EPSG:4549")(
    lambda w: _bare(w, EAST, NORTH)
)
refused("C27 nonsense given", "geo.unreadable", crs="hello")(lambda w: _bare(w, EAST, NORTH))
ok("C28 another county", 1, "all_outside_county")(
    lambda w: gpkg(w, _square_at(40598000.0, 3321000.0, 100, "EPSG:4528"))
)


@ok("C29 one plot far away", 4, "outside_county", "shape_outside")
def _(w):
    frame = plots(4)
    shapes = frame.geometry.to_numpy()
    shapes[3] = shapely.transform(shapes[3], lambda p: np.add(p, (0.0, 400_000.0)))
    return gpkg(w, frame.set_geometry(shapes, crs=frame.crs))


# ---- M shapes


def _shapes(w: Path, *shapes: object) -> Path:
    return gpkg(w, gpd.GeoDataFrame({"a": range(len(shapes))}, geometry=[*shapes], crs=4528))


_BOW = Polygon([(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 9, NORTH), (EAST, NORTH + 9)])
_FLAT = Polygon([(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 18, NORTH + 18)])
ok("M02 bow-tie", 1, "geometry_invalid", "shape_crossed")(lambda w: _shapes(w, _BOW))
ok("M22 collapsed", 1, "geometry_flat", aside=1)(
    lambda w: _shapes(w, _FLAT, box(EAST, NORTH, EAST + 9, NORTH + 9))
)
refused("M23 nothing but collapsed", "read.no_usable_row")(lambda w: _shapes(w, _FLAT))
ok("M20 many vertices", 1)(lambda w: _shapes(w, Point(EAST, NORTH).buffer(500, quad_segs=50_000)))


# ---- N names


for _name in ("../../x.geojson", "a|layername=.geojson", "CSV:x.geojson", "a!b;c'.geojson"):
    _plain = _name.rsplit("/", 1)[-1]
    ok(f"N {_name}", 1)(lambda w, n=_plain: geojson(w, features(square()), n))


# ---- T boundary points

_HEADER = (
    "[属性描述]\n格式版本号=1.01\n坐标系={datum}\n几度分带={width}\n投影类型=高斯克吕格\n"
    "计量单位={unit}\n带号={zone}\n精度=0.001\n转换参数=,,,,,,\n[地块坐标]\n"
)
_CORNERS = ((100, 0), (100, 100), (0, 100), (0, 0))


def header(*, datum="2000国家大地坐标系", width="3", unit="米", zone="40") -> str:
    return _HEADER.format(datum=datum, width=width, unit=unit, zone=zone)


def txt_plot(
    first: str = "5,1.0000,1,XX工业地块1,面,,工业用地,,@",
    *,
    north=NORTH,
    east=EAST,
    close=True,
    ring=1,
    size=1.0,
) -> str:
    corners = [*_CORNERS, _CORNERS[0]] if close else list(_CORNERS)
    rows = [
        f"J{i % 4 + 1},{ring},{north + n * size:.3f},{east + e * size:.3f}"
        for i, (n, e) in enumerate(corners)
    ]
    return "\n".join([first, *rows] if first else rows) + "\n"


def _t(name: str, text: str, *kinds: str, good: int = 1, aside: int = 0, encoding="gbk"):
    ok(name, good, *kinds, aside=aside)(lambda w: raw(w, "a.txt", text.encode(encoding)))


_t("T01 GBK", header() + txt_plot())
_t("T01b UTF-8", header() + txt_plot(), encoding="utf-8")
_t("T01c byte order mark", header() + txt_plot(), encoding="utf-8-sig")
_t("T01d CRLF", (header() + txt_plot()).replace("\n", "\r\n"))
_t("T02 no system", header(datum="") + txt_plot(), "crs_by_magnitude")
refused("T03 zone against prefix", "read.txt_zone")(
    lambda w: raw(w, "a.txt", header(zone="39") + txt_plot())
)
_t("T04 no prefix", header() + txt_plot(east=EAST - 4e7))
_t("T05 turned", header() + txt_plot(north=EAST, east=NORTH), "txt_axes_turned")
_t("T06 not closed", header() + txt_plot(close=False))
_t(
    "T07 hole",
    header()
    + txt_plot("10,0.9600,1,a,面,,,,@")
    + txt_plot("", ring=2, north=NORTH + 20, east=EAST + 20, size=0.2),
    "rings_placed",
)
_t("T08 count", header() + txt_plot("9,1.0,1,a,面,,,,@"), "txt_point_count")
_t("T09 area", header() + txt_plot("5,1.5,1,a,面,,,,@"), "txt_area_differs")
_t("T10 no mark", header() + txt_plot("5,1.0,1,a,面,,工业用地,"), "txt_mark_missing")
_t(
    "T11 full width",
    (header() + txt_plot()).replace(",", "，").replace("[", "【").replace("]", "】"),
)
_t("T12 ids twice", header() + txt_plot() + txt_plot(east=EAST + 500), "id_double", good=2)
refused("T14 kilometres", "read.txt_unit")(
    lambda w: raw(w, "a.txt", header(unit="公里") + txt_plot())
)
refused("T15 width", "read.txt_width")(
    lambda w: raw(w, "a.txt", header(width="6", zone="40") + txt_plot())
)
refused("T16 no plots", "read.no_rows")(lambda w: raw(w, "a.txt", header()))
_t(
    "T17 blank coordinate",
    header() + txt_plot() + txt_plot(east=EAST + 500).replace("J2,1,", "J2,1,,"),
    "txt_point_unreadable",
    aside=1,
)
_t("T19 seven values", header() + txt_plot("5,1.0,1,a,面,,工业用地,@"))
_t("T20 twelve values", header() + txt_plot("5,1.0公顷,1,a,面,,工业,地上,3,4,备注,x,@"))
_t("T21 other blocks", "[项目信息]\n项目名称=x\n" + header() + txt_plot())
_t("T22 line", header() + txt_plot("5,1.0,1,a,线,,,,@") + txt_plot(), "not_polygon", aside=1)
refused("T23 Xi'an 1980", "geo.datum_refused")(
    lambda w: raw(w, "a.txt", header(datum="1980西安坐标系") + txt_plot())
)
_t(
    "T24 parts",
    header()
    + txt_plot("10,1.04,1,a,面,,,,@")
    + txt_plot("", ring=2, north=NORTH + 300, east=EAST, size=0.2),
    "rings_placed",
    "shape_parts",
)
_t(
    "T25 two points",
    header() + txt_plot() + "2,1.0,2,b,面,,,,@\nJ1,1,3121000,40598500\nJ2,1,3121100,40598500\n",
    "txt_ring_short",
    aside=1,
)


# ---- other formats


@ok("F01 FlatGeobuf", 2)
def _(w):
    pyogrio.write_dataframe(plots(), w / "a.fgb")
    return w / "a.fgb"


@ok("F02 GeoParquet", 2)
def _(w):
    plots().to_parquet(w / "a.parquet")
    return w / "a.parquet"


@refused("F03 parquet without shapes", "read.not_this_kind")
def _(w):
    plots().drop(columns="geometry").to_parquet(w / "a.parquet")
    return w / "a.parquet"


def gdb(w: Path) -> Path:
    pyogrio.write_dataframe(plots(), w / "a.gdb", layer="DK", driver="OpenFileGDB")
    return w / "a.gdb"


ok("G14 FileGDB folder", 2)(gdb)


def _gdb_zip(w: Path, prefix: str) -> Path:
    return zipped(w / "a.zip", {f"{prefix}{p.name}": p.read_bytes() for p in gdb(w).iterdir()})


ok("G14b FileGDB in zip", 2)(lambda w: _gdb_zip(w, "a.gdb/"))
ok("G14c FileGDB deep in zip", 2)(lambda w: _gdb_zip(w, "资料/x/a.gdb/"))
ok("G14d FileGDB loose in zip", 2)(lambda w: _gdb_zip(w, ""))


@refused("G15 FileGDB in parts", "read.gdb_parts")
def _(w):
    path = gdb(w)
    for part in path.glob("*.gdbtablx"):
        part.unlink()
    return path


class _Coded(ctypes.Structure):
    """One code of a domain, as GDAL's C interface has it."""

    _fields_ = (("code", ctypes.c_char_p), ("word", ctypes.c_char_p))


def _gdal(name: str, kind: object, *values: object) -> object:
    """Call GDAL inside pyogrio, which offers no domains itself."""
    near = Path(pyogrio.__file__).parent.parent
    library = ctypes.CDLL(str(next(near.glob("pyogrio.libs/libgdal*"))))
    function = getattr(library, name)
    function.restype = kind
    return function(*values)


def domains(w: Path, *, codes: tuple[int, ...] = (1, 2)) -> Path:
    """Make a FileGDB with a field QSXZ whose codes 1 and 2 have words."""
    path = gdb(w)
    pointer = ctypes.c_void_p
    _gdal("GDALAllRegister", None)
    source = pointer(_gdal("GDALOpenEx", pointer, str(path).encode(), 5, None, None, None))
    words = (_Coded * 3)(
        _Coded(b"1", "国有".encode()), _Coded(b"2", "集体".encode()), _Coded(None, None)
    )
    kinds = ("权属".encode(), b"", 0, 0, words)
    domain = pointer(_gdal("OGR_CodedFldDomain_Create", pointer, *kinds))
    assert _gdal("GDALDatasetAddFieldDomain", ctypes.c_bool, source, domain, None)
    layer = pointer(_gdal("GDALDatasetGetLayerByName", pointer, source, b"DK"))
    field = pointer(_gdal("OGR_Fld_Create", pointer, b"QSXZ", 0))
    _gdal("OGR_Fld_SetDomainName", None, field, "权属".encode())
    assert _gdal("OGR_L_CreateField", ctypes.c_int, layer, field, 0) == 0
    for number, code in enumerate(codes, start=1):
        row = pointer(_gdal("OGR_L_GetFeature", pointer, layer, ctypes.c_longlong(number)))
        _gdal("OGR_F_SetFieldInteger", None, row, 2, code)
        assert _gdal("OGR_L_SetFeature", ctypes.c_int, layer, row) == 0
        _gdal("OGR_F_Destroy", None, row)
    _gdal("OGR_Fld_Destroy", None, field)
    _gdal("GDALClose", ctypes.c_int, source)
    return path


ok("G16 codes with words", 2, "domains_told")(domains)
ok("G16b a code without a word", 2, "domains_told", "domain_code_unknown")(
    lambda w: domains(w, codes=(1, 9))
)


# ---- D drawings

_DXF = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n{page}0\nENDSEC\n{blocks}"
_DXF += "0\nSECTION\n2\nENTITIES\n{body}0\nENDSEC\n0\nEOF\n"


def dxf(*entities: str, page: str = "", blocks: str = "", encoding: str = "gbk") -> bytes:
    told = f"9\n$DWGCODEPAGE\n3\n{page}\n" if page else ""
    return _DXF.format(page=told, blocks=blocks, body="".join(entities)).encode(encoding)


def polyline(closed: bool, *, layer: str = "0", repeat: bool = False, bulge: float = 0.0) -> str:
    corners = [*_CORNERS, _CORNERS[0]] if repeat else list(_CORNERS)
    rows = "".join(f"10\n{EAST + e}\n20\n{NORTH + n}\n42\n{bulge}\n" for n, e in corners)
    head = f"0\nLWPOLYLINE\n8\n{layer}\n90\n{len(corners)}\n70\n{int(closed)}\n"
    return head + rows


_TEXT = "0\nTEXT\n8\n0\n10\n1\n20\n1\n40\n1\n1\nhello\n"
ok("D06 closed polyline", 1)(lambda w: raw(w, "a.dxf", dxf(polyline(True))))
ok("D06b open polyline", 1, "drawing_line_open", aside=1)(
    lambda w: raw(w, "a.dxf", dxf(polyline(False), polyline(True)))
)
ok("D06c closed by its last point", 1)(lambda w: raw(w, "a.dxf", dxf(polyline(False, repeat=True))))
ok("D07 arcs", 1, "curves_split")(lambda w: raw(w, "a.dxf", dxf(polyline(True, bulge=0.3))))
ok("D08 text beside", 1, "drawing_others")(lambda w: raw(w, "a.dxf", dxf(polyline(True), _TEXT)))


def text(words: str, east: float, north: float, *, kind: str = "TEXT") -> str:
    return f"0\n{kind}\n8\n0\n10\n{EAST + east}\n20\n{NORTH + north}\n40\n1\n1\n{words}\n"


def line(*corners: tuple[float, float]) -> str:
    """Draw a closed outline through points given as east, north."""
    rows = "".join(f"10\n{EAST + e}\n20\n{NORTH + n}\n" for e, n in corners)
    return f"0\nLWPOLYLINE\n8\n0\n90\n{len(corners)}\n70\n1\n" + rows


ok("D15 a number inside", 1, "drawing_labels", "drawing_others")(
    lambda w: raw(w, "a.dxf", dxf(polyline(True), text("宗地7", 50, 50)))
)
ok("D15b two texts inside", 1, "drawing_labels_open")(
    lambda w: raw(w, "a.dxf", dxf(polyline(True), text("7", 50, 50), text("工业", 50, 60)))
)
for _page in ("", "ANSI_936"):
    ok(f"D05 layer in GBK {_page}", 1)(
        lambda w, p=_page: raw(w, "a.dxf", dxf(polyline(True, layer="宗地界线"), page=p))
    )
refused("D11 binary", "read.convert_binary_dxf")(
    lambda w: raw(w, "a.dxf", b"AutoCAD Binary DXF\r\n\x1a\x00" + bytes(100))
)
refused("D12 DWG renamed", "read.convert_dwg")(lambda w: raw(w, "a.dxf", b"AC1027" + bytes(100)))
refused("D12b DWG", "read.convert_dwg")(lambda w: raw(w, "a.dwg", b"AC1027" + bytes(100)))


@refused("D01 block a billion times", "read.dxf_copies")
def _(w):
    block = "0\nSECTION\n2\nBLOCKS\n0\nBLOCK\n2\nB\n10\n0\n20\n0\n"
    block += "0\nLINE\n10\n0\n20\n0\n11\n1\n21\n1\n0\nENDBLK\n0\nENDSEC\n"
    insert = "0\nINSERT\n2\nB\n10\n0\n20\n0\n70\n30000\n71\n30000\n44\n1\n45\n1\n"
    return raw(w, "a.dxf", dxf(insert, blocks=block))


# ---- X tables


def _points_table(*, names: str = "地块编号,界址点号,圈号,X,Y", turned: bool = False) -> str:
    rows = [names]
    for plot in (1, 2):
        for i, (n, e) in enumerate([*_CORNERS, _CORNERS[0]]):
            xy = (NORTH + n, EAST + e + 500 * plot)
            x, y = reversed(xy) if turned else xy
            rows.append(f"DK{plot},J{i % 4 + 1},1,{x:.3f},{y:.3f}")
    return "\n".join(rows) + "\n"


ok("X00 points", 2, "table_northing_first")(lambda w: raw(w, "a.csv", _points_table()))
ok("X00b points, easting first", 2)(lambda w: raw(w, "a.csv", _points_table(turned=True)))
ok("X25 GBK", 2)(lambda w: raw(w, "a.csv", _points_table().encode("gbk")))
ok("X26 tabs", 2)(lambda w: raw(w, "a.tsv", _points_table().replace(",", "\t")))
ok("X26b semicolons", 2)(lambda w: raw(w, "a.csv", _points_table().replace(",", ";")))
ok("X10 full width", 2)(
    lambda w: raw(
        w, "a.csv", _points_table().translate({ord(str(d)): 0xFF10 + d for d in range(10)})
    )
)
ok("X03 title above", 2)(lambda w: raw(w, "a.csv", "界址点成果表,,,,\n" + _points_table()))
ok("X13 odd comma in a number", 1, "table_point_unreadable", aside=1)(
    lambda w: raw(w, "a.csv", _points_table().replace(f"{NORTH + 100:.3f}", '"31,21"', 1))
)
_WKT_ROW = f'"{plots().geometry[0].wkt}"'
ok("X01 WKT", 1)(lambda w: raw(w, "a.csv", f"编号,WKT\n1,{_WKT_ROW}\n"))
ok("X04 total", 1, "row_total")(
    lambda w: raw(w, "a.csv", f"编号,面积,WKT\n1,15,{_WKT_ROW}\n合计,15,\n")
)
ok("X05 WKT that is none", 1, "geometry_unreadable", aside=1)(
    lambda w: raw(w, "a.csv", f"编号,WKT\n1,{_WKT_ROW}\n2,POLYGON((x\n")
)
_LIST_CELL = ";".join(f"{LON + e / 1e5:.6f},{LAT + n / 1e5:.6f}" for n, e in _CORNERS)
ok("X06 list of coordinates", 1)(lambda w: raw(w, "a.csv", f'地块编号,坐标\nA,"{_LIST_CELL}"\n'))
refused("X07 firms", "read.no_polygon_layer")(
    lambda w: raw(w, "a.csv", "id,lon,lat\n1,121,28.1\n2,121.1,28.2\n3,121,28.3\n")
)
refused("X08 no outline", "read.table_no_outline")(
    lambda w: raw(w, "a.csv", "企业名称,税收\n一厂,5\n")
)
refused("X27 zero bytes", "read.not_this_kind")(lambda w: raw(w, "a.csv", b"a,b\n\x00\x00\n"))
refused("X28 endless cell", "read.cell_long")(
    lambda w: raw(w, "a.csv", "编号,WKT\n1," + "x" * 1_100_000)
)


def xlsx(w: Path, *sheets: tuple[str, str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, state, rows in sheets:
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    book.save(w / "a.xlsx")
    return w / "a.xlsx"


_HEAD = ["地块编号", "用地面积(亩)", "坐标"]
_ROW = ["007", 15, _LIST_CELL]
ok("X30 workbook", 1)(lambda w: xlsx(w, ("地块", "visible", [_HEAD, _ROW])))
ok("X31 hidden sheet", 1, "sheets_hidden")(
    lambda w: xlsx(w, ("地块", "visible", [_HEAD, _ROW]), ("密", "hidden", [_HEAD, _ROW]))
)
refused("X32 two sheets", "read.layer_open")(
    lambda w: xlsx(w, ("甲", "visible", [_HEAD, _ROW]), ("乙", "visible", [_HEAD, _ROW]))
)
ok("X32b two sheets, one named", 1, layer="乙")(
    lambda w: xlsx(w, ("甲", "visible", [_HEAD, _ROW]), ("乙", "visible", [_HEAD, _ROW]))
)
ok("X17 code as number", 1, "cell_digits_lost")(
    lambda w: xlsx(w, ("a", "visible", [[*_HEAD, "证号"], [*_ROW, 430102199001011235]]))
)
refused("X24 old workbook", "read.convert_xls")(
    lambda w: raw(w, "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
)
refused("X24b page as workbook", "read.not_this_kind")(lambda w: raw(w, "a.xlsx", "<html/>"))
refused("X30b macros", "read.convert_xls")(lambda w: raw(w, "a.xlsm", b"PK"))
refused("X21 workbook bomb", "read.zip_ratio")(
    lambda w: zipped(w / "a.xlsx", {"xl/worksheets/sheet1.xml": bytes(40 << 20)})
)
refused("X22 workbook of nothing", "read.not_opened")(
    lambda w: zipped(w / "a.xlsx", {"hello.txt": b"x"})
)


@ok("X33 far cell", 1)
def _(w):
    path = xlsx(w, ("a", "visible", [_HEAD, _ROW]))
    with zipfile.ZipFile(path) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    members[name] = members[name].replace(b'ref="A1:C2"', b'ref="A1:XFD1048576"')
    return zipped(path, members)


# ---- X tables as people make them: rows too short or long, headers of several rows, sums


_ROWS = _points_table().splitlines()


def _with_line(number: int, text: str) -> Callable[[Path], Path]:
    """Put a text in the place of a line of the table of points, counted from 1."""
    rows = [text if at == number else row for at, row in enumerate(_ROWS, start=1)]
    return lambda w: raw(w, "a.csv", "\n".join(rows) + "\n")


ok("X40 WKT without quotes", 2)(
    lambda w: raw(w, "a.csv", f"编号,WKT\n1,{_WKT_ROW}\n2,{plots().geometry[1].wkt}\n")
)
ok("X40b a cell too many", 1, "row_long", aside=1)(
    lambda w: raw(w, "a.csv", f"WKT,编号\n{_WKT_ROW},1\n{_WKT_ROW},2,x\n")
)
ok("X40c empty cells behind", 1)(lambda w: raw(w, "a.csv", f"编号,WKT\n1,{_WKT_ROW},,\n"))
ok("X41 a cell too few", 2, "row_short")(
    lambda w: raw(w, "a.csv", f"WKT,编号,备注\n{_WKT_ROW},1,x\n{_WKT_ROW},2\n")
)
ok("X41b no outline", 1, "row_short_open", aside=1)(
    lambda w: raw(w, "a.csv", f"编号,备注,WKT\n1,x,{_WKT_ROW}\n2,{_WKT_ROW}\n")
)
ok("X42 a long row of points", 1, "row_long", aside=1)(_with_line(3, _ROWS[2] + ",x"))
ok("X42b a long row that names nothing", 1, "row_long", aside=1)(_with_line(3, "x," + _ROWS[2]))
ok("X43 a short row of points", 1, "row_short_open", aside=1)(
    _with_line(3, _ROWS[2].replace(",1,", ",", 1))
)
ok("X43b a short row, coordinates whole", 2, "row_short")(
    lambda w: raw(
        w,
        "a.csv",
        "\n".join(r if at == 3 else f"{r},边长" for at, r in enumerate(_ROWS)) + "\n",
    )
)
ok("X43c a short row whose last number is no northing", 1, "row_short_open", aside=1)(
    lambda w: raw(
        w,
        "a.csv",
        "\n".join(
            (r.replace(",1,", ",", 1) if at == 3 else r) + (",边长" if not at else ",100.00")
            for at, r in enumerate(_ROWS)
        ),
    )
)

_TOP = [["勘测定界成果表"], ["填表单位：柳市镇", None, None, "单位：亩"]]
_DOUBLE = [
    ["地块编号", "用地面积", None, "坐标", "供地日期"],
    [None, "自有(亩)", "租赁(亩)", None, None],
]
_FOOT_ROWS = [["合 计", 15, 0], ["备注：面积含道路"], ["填表人：张三", None, "审核：李四"]]


def _full(*plots_rows: list[object]) -> list[list[object]]:
    return [*_TOP, *_DOUBLE, *plots_rows, *_FOOT_ROWS]


ok("X44 header of two rows, sum and remarks", 1, "row_total", "row_remark")(
    lambda w: xlsx(w, ("地块", "visible", _full(["007", 15, 0, _LIST_CELL, None])))
)
ok("X44b points under a common header", 1, "row_total")(
    lambda w: xlsx(
        w,
        (
            "点",
            "visible",
            [
                ["成果表"],
                ["地块编号", "界址点", None, None],
                [None, "点号", "X（米）", "Y（米）"],
                *[["DK1", f"J{i}", NORTH + n, EAST + e] for i, (n, e) in enumerate(_CORNERS)],
                ["合计", None, None, None],
            ],
        ),
    )
)


def merged(w: Path) -> Path:
    """Make a workbook whose header is merged, with dates of three kinds."""
    rows = _full(
        ["007", 15, "１，２３４.5", _LIST_CELL, dt.date(2024, 3, 1)],
        ["008", "15亩", "3", _LIST_CELL, 45353],
        ["009", 15, None, _LIST_CELL, "2024年3月3日"],
    )
    path = xlsx(w, ("地块", "visible", rows))
    book = openpyxl.load_workbook(path)
    sheet = book.active
    for place in ("A1:E1", "B3:C3", "A3:A4", "D3:D4", "E3:E4"):
        sheet.merge_cells(place)
    # 57 is a date in Chinese Excel that no other program writes out
    sheet["E6"].number_format = "mm-dd-yy"
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    styles = members["xl/styles.xml"]
    members["xl/styles.xml"] = styles.replace(b'numFmtId="14"', b'numFmtId="57"')
    return zipped(path, members)


ok("X45 merged cells and dates", 3, "row_total")(merged)


# ---- more coordinate systems: old datums with parameters, web maps, city grids

_LOCAL_121 = "+proj=tmerc +lat_0=0 +lon_0=121.5 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m"
_SHIFT = "10,-20,30,0.1,0.2,-0.3,1.5"


def _old(w: Path) -> Path:
    return gpkg(w, _square_at(EAST, NORTH, 100, "EPSG:2364"))


ok("C30 Xi'an 1980 with seven", 1, "datum_shifted", helmert=_SHIFT)(_old)
ok("C30b Xi'an 1980 with seven, coordinate frame", 1, "datum_shifted", helmert="cf:" + _SHIFT)(_old)
ok("C30c Xi'an 1980 with four", 1, "datum_shifted", helmert="12.5,-48.1,3.2,1.0000021")(_old)
refused("C31 nothing but zeros", "geo.helmert_zero", helmert="0,0,0,0,0,0,0")(_old)
refused("C31b three values", "geo.helmert_unreadable", helmert="1,2,3")(_old)
refused("C31c absurd scale", "geo.helmert_scale", helmert="1,2,3,40")(_old)
refused("C31d absurd shift", "geo.helmert_far", helmert="1e7,2,3,0,0,0,0")(_old)
refused("C31e no such points", "geo.helmert_points_unreadable", helmert="none.csv")(_old)
refused("C32 parameters not needed", "geo.helmert_not_needed", helmert=_SHIFT)(gpkg)
refused("C33 seven without a system", "geo.helmert_needs_crs", helmert=_SHIFT)(
    lambda w: _bare(w, EAST, NORTH)
)
refused(
    "C34 zero shift in the system",
    "geo.datum_refused",
    crs="+proj=tmerc +lon_0=120 +x_0=500000 +ellps=krass +towgs84=0,0,0,0,0,0,0 +units=m",
)(lambda w: _bare(w, EAST - 4e7, NORTH))
refused("C34b NAD27", "geo.datum_unknown")(
    lambda w: gpkg(w, _square_at(LON, LAT, 0.001, "EPSG:4267"))
)
ok("C35 city grid", 1, crs=_LOCAL_121)(lambda w: _bare(w, 450_600.0, 3120500.0))
ok("C36 GCJ-02 said so", 1, "web_offset_removed", crs="gcj02")(
    lambda w: geojson(w, features(square()))
)
ok("C36b BD-09 said so", 1, "web_offset_removed", crs="BD-09")(
    lambda w: geojson(w, features(square()))
)
refused("C36c metres as GCJ-02", "read.crs_contradicts", crs="gcj02")(
    lambda w: _bare(w, EAST, NORTH)
)
_c("C37 4549 called web mercator", "read.crs_contradicts", EAST - 4e7, NORTH, "EPSG:3857")
_c("C37b 4549 called 4550", "read.crs_contradicts", EAST - 4e7, NORTH, "EPSG:4550")
_c("C37c swapped 4549", "read.crs_contradicts", NORTH, EAST - 4e7, "EPSG:4549")
_c("C37d zone 40 called UTM", "read.crs_contradicts", EAST - 4e7, NORTH, "EPSG:32651")


# ---- more shapes

_BOX = box(EAST, NORTH, EAST + 100, NORTH + 100)
_HOLE = box(EAST + 20, NORTH + 20, EAST + 40, NORTH + 40).exterior
ok("M04 hole outside", 1, "geometry_invalid")(
    lambda w: _shapes(
        w, Polygon(_BOX.exterior, [box(EAST + 200, NORTH, EAST + 210, NORTH + 9).exterior])
    )
)
ok("M05 hole twice", 1, "geometry_invalid")(
    lambda w: _shapes(w, Polygon(_BOX.exterior, [_HOLE, _HOLE]))
)
ok("M08 overlapping parts", 1, "geometry_invalid")(
    lambda w: _shapes(w, shapely.MultiPolygon([_BOX, shapely.transform(_BOX, lambda p: p + 50)]))
)
ok("M11 heights in WKT", 1, "heights_dropped")(
    lambda w: raw(w, "a.csv", f'编号,WKT\n1,"{shapely.force_3d(_BOX, 4.0).wkt}"\n')
)
ok("M24 rings turned", 1)(lambda w: _shapes(w, shapely.reverse(Polygon(_BOX.exterior, [_HOLE]))))
ok("M25 repeated points", 1, "shape_repeated_points")(
    lambda w: _shapes(
        w, Polygon([(EAST, NORTH), (EAST, NORTH), (EAST + 9, NORTH), (EAST, NORTH + 9)])
    )
)
ok("M26 the same plot twice", 2, "shape_duplicate")(lambda w: _shapes(w, _BOX, _BOX))
_TIP = (EAST + 100, NORTH + 0.2)
ok("M27 overlap", 2, "shape_overlap")(
    lambda w: _shapes(w, _BOX, shapely.transform(_BOX, lambda p: p + 50))
)
ok("M28 sliver", 1, "shape_sliver")(lambda w: _shapes(w, box(EAST, NORTH, EAST + 500, NORTH + 0.3)))
ok("M29 spike", 1, "shape_spike")(
    lambda w: _shapes(
        w,
        shapely.union(_BOX, Polygon([(EAST + 100, NORTH), (EAST + 300, NORTH), _TIP])),
    )
)
ok("M30 over the county's edge", 1, "shape_partly_outside")(
    lambda w: _shapes(w, box(EAST + 27_000, NORTH, EAST + 31_000, NORTH + 100))
)
ok("M31 collections in collections", 1, "collection_parts")(
    lambda w: _shapes(
        w,
        shapely.GeometryCollection(
            [
                Point(EAST, NORTH),
                shapely.GeometryCollection(
                    [
                        Point(EAST, NORTH),
                        shapely.GeometryCollection([shapely.MultiPolygon([_BOX]), Point(0, 0)]),
                    ]
                ),
            ]
        ),
    )
)
ok("M32 one plot in another land", 4, "place_impossible", aside=1)(
    lambda w: geojson(w, features(*(square(LON + i / 500) for i in range(4)), square(10.0, 50.0)))
)
