"""The rest of the list of bad files: names and letters as in `corpus`, which this one fills."""

from __future__ import annotations

import json
import re
import sqlite3
import stat
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import shapely
from corpus import (
    _A,
    _B,
    _BOX,
    _C,
    _CORNERS,
    _HEAD,
    _LIST_CELL,
    _ROW,
    _WKT_ROW,
    EAST,
    LAT,
    LON,
    NORTH,
    _bare,
    _edit,
    _ring,
    _shapes,
    _sql,
    _square_at,
    _vrt,
    dxf,
    features,
    geojson,
    gpkg,
    header,
    kml,
    line,
    ok,
    plots,
    polyline,
    raw,
    refused,
    shp,
    shp_bytes,
    square,
    txt_plot,
    xlsx,
    zipped,
)
from shapely.geometry import MultiPoint, Point, Polygon, box

# ---- Z containers


@refused("Z03 sizes that lie", "read.zip_broken")
def _(w):
    path = zipped(w / "a.zip", shp_bytes(w))
    body = bytearray(path.read_bytes())
    at = body.index(b"PK\x01\x02", body.rindex(b"a.cpg"))
    body[at + 24 : at + 28] = struct.pack("<I", 7)
    path.write_bytes(bytes(body))
    return path


@refused("Z05 kmz bomb", "read.zip_ratio")
def _(w):
    return zipped(w / "a.kmz", {"doc.kml": b"<kml>" + b" " * (40 << 20)})


@ok("Z09 link to a folder, which is never made", 2)
def _(w):
    path = zipped(w / "a.zip", shp_bytes(w))
    info = zipfile.ZipInfo("elsewhere/")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(info, "/etc")
    return path


@ok("Z26 zip64", 2)
def _(w):
    with zipfile.ZipFile(w / "a.zip", "w") as archive:
        for name, data in shp_bytes(w).items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(data)
    return w / "a.zip"


# ---- V virtual files, addresses, XML

_LAYER = '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource{how}>{source}</SrcDataSource>'
_LAYER += "</OGRVRTLayer></OGRVRTDataSource>"
for _number, _source, _how in (
    ("V02 absolute path", "/etc/passwd", ""),
    ("V03 path beside", "canary.csv", ' relativeToVRT="1"'),
    ("V16 address", "/vsicurl/http://127.0.0.1:9/x.json", ""),
    ("V17 address behind a driver", "GeoJSON:http://127.0.0.1:9/x.json", ""),
    ("V18 bare address", "http://127.0.0.1:9/x.json", ""),
    ("V22 itself", "a.geojson", ' relativeToVRT="1"'),
):
    refused(f"{_number} in a virtual file", "read.not_this_kind")(
        lambda w, s=_source, h=_how: raw(w, "a.geojson", _LAYER.format(source=s, how=h))
    )
for _number, _root in (
    ("V19 WFS", "<OGRWFSDataSource><URL>http://127.0.0.1:9/</URL></OGRWFSDataSource>"),
    ("V20 CSW", "<GDAL_CSW><URL>http://127.0.0.1:9/</URL></GDAL_CSW>"),
    ("V21 OGC API", "OAPIF:http://127.0.0.1:9/"),
):
    refused(f"{_number} as GeoJSON", "read.not_this_kind")(
        lambda w, t=_root: raw(w, "a.geojson", t)
    )
for _number, _step in (
    ("V12", "gdal vector pipeline ! read {} ! write /vsimem/x.json"),
    ("V13", "gdal vector pipeline ! read {} ! tee [ write x.json ]"),
    ("V14", "gdal vector sql --sql 'select * from canary' {}"),
    ("V15", "gdal vector pipeline ! read /vsicurl/http://127.0.0.1:9/x.json"),
):
    refused(f"{_number} pipeline {_step[12:20]}", "read.not_this_kind")(
        lambda w, s=_step: geojson(
            w,
            {"type": "gdal_streamed_alg", "command_line": s.format(w / "canary.csv")},
        )
    )
_LOL = '<!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
_FAR = '<!DOCTYPE kml [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>'
refused("V25 entity at an address", "read.xml_declaration")(
    lambda w: raw(w, "a.kml", kml("<name>&x;</name>", dtd=_FAR))
)
refused("V26 entities of entities", "read.xml_declaration")(
    lambda w: raw(w, "a.kml", kml("<name>&c;</name>", dtd=_LOL))
)
refused("V28 gml with an entity", "read.kind_unknown")(lambda w: raw(w, "a.gml", _FAR + "<gml/>"))
refused("V29 gpx with entities", "read.kind_unknown")(lambda w: raw(w, "a.gpx", _LOL + "<gpx/>"))
refused("V30 virtual file in kmz", "read.not_this_kind")(
    lambda w: zipped(w / "a.kmz", {"doc.kml": _vrt(w).encode()})
)
refused("V35 virtual raster as GeoTIFF", "read.kind_unknown")(
    lambda w: raw(w, "a.tif", '<VRTDataset rasterXSize="1" rasterYSize="1"/>')
)
refused("V36 virtual file behind blanks", "read.not_this_kind")(
    lambda w: raw(w, "a.geojson", " " * 9_000 + _vrt(w))
)


@refused("V37 address far behind", "read.geojson_link")
def _(w):
    crs = {"type": "link", "properties": {"href": "http://127.0.0.1:9/crs", "type": "proj4"}}
    return geojson(w, features(square(), note="x" * (5 << 20), crs=crs))


# ---- K KML

_PLACE = "<Placemark><name>a</name>{}</Placemark>"
_POLYGON = "<Polygon><outerBoundaryIs><LinearRing><coordinates>{}</coordinates></LinearRing>"
_POLYGON += "</outerBoundaryIs></Polygon>"
_CORNER = [(x, y) for x, y in square()["coordinates"][0]]
_SPACED = " ".join(f"{x}, {y}" for x, y in _CORNER)
_TURNED = " ".join(f"{y},{x}" for x, y in _CORNER)
_RIGHT = " ".join(f"{x},{y}" for x, y in _CORNER)
refused("K02 many folders", "read.layer_open")(
    lambda w: raw(
        w,
        "a.kml",
        kml(
            "".join(
                f"<Folder><name>{i}</name>{_PLACE.format(_POLYGON.format(_RIGHT))}</Folder>"
                for i in range(100)
            )
        ),
    )
)
refused("K07 latitude first", "read.crs_contradicts")(
    lambda w: raw(w, "a.kml", kml(_PLACE.format(_POLYGON.format(_TURNED))))
)
_TRACK = '<gx:Track xmlns:gx="http://www.google.com/kml/ext/2.2"><gx:coord>121 28 0</gx:coord>'
_TRACK += "<gx:coord>121.1 28 0</gx:coord></gx:Track>"
ok("K08 track beside", 1, "not_polygon", aside=1)(
    lambda w: raw(w, "a.kml", kml(_PLACE.format(_POLYGON.format(_RIGHT)) + _PLACE.format(_TRACK)))
)
ok("K10 blanks behind commas", 2, "shape_duplicate")(
    lambda w: raw(
        w,
        "a.kml",
        kml(_PLACE.format(_POLYGON.format(_RIGHT)) + _PLACE.format(_POLYGON.format(_SPACED))),
    )
)
_WHOLE = _PLACE.format(_POLYGON.format(_RIGHT))
_TWICE = _POLYGON.format(_RIGHT) + _POLYGON.format(_RIGHT.replace(str(LON), str(LON + 0.0001)))


def _rooted(body: str) -> bytes:
    return kml(body).replace(b"<Document>", b"").replace(b"</Document>", b"")


for _case, _data in {
    "K11 two places under the root": _rooted(_WHOLE + _WHOLE),
    "K11b two documents": _rooted(f"<Document>{_WHOLE}</Document><Document>{_WHOLE}</Document>"),
    "K11c a folder and a place under the root": _rooted(f"<Folder>{_WHOLE}</Folder>{_WHOLE}"),
    "K11d a place in a place": kml(_WHOLE.replace("</Placemark>", _WHOLE + "</Placemark>")),
    "K11e a place in small letters": kml(_WHOLE + _WHOLE.replace("Placemark", "placemark")),
    "K11f a place of another prefix": _rooted(_WHOLE + _WHOLE).replace(
        b"<kml ", b'<kml xmlns:k="http://www.opengis.net/kml/2.2" '
    ).replace(b"<Placemark>", b"<k:Placemark>", 1).replace(b"</Placemark>", b"</k:Placemark>", 1),
}.items():  # fmt: skip
    refused(_case, "read.kml_places")(lambda w, data=_data: raw(w, "a.kml", data))
for _case, _shape in {
    "K12 two polygons in a place": _TWICE,
    "K12b two outer boundaries": _POLYGON.format(_RIGHT).replace(
        "</Polygon>", _POLYGON.format(_RIGHT).removeprefix("<Polygon>")
    ),
    "K12c two rings in a boundary": _POLYGON.format(_RIGHT).replace(
        "</LinearRing>",
        f"</LinearRing><LinearRing><coordinates>{_RIGHT}</coordinates></LinearRing>",
    ),
    "K12d two lists of points in a ring": _POLYGON.format(_RIGHT).replace(
        "</coordinates>", f"</coordinates><coordinates>{_RIGHT}</coordinates>"
    ),
}.items():
    _data = kml(_PLACE.format(_shape))
    refused(_case, "read.kml_outlines")(lambda w, data=_data: raw(w, "a.kml", data))
ok(
    "K13 a folder as the root, a place without a shape beside",
    2,
    "geometry_missing",
    "shape_duplicate",
    aside=1,
)(lambda w: raw(w, "a.kml", _rooted(f"<Folder>{_WHOLE}{_WHOLE}{_PLACE.format('')}</Folder>")))

for _suffix in (".geojson", ".csv", ".xlsx", ".kml"):
    for _key, _head in {
        "pdf": b"%PDF-1.7\n%\xe2\xe3\n\x00",
        "rtf": b"{\\rtf1\\ansi a}",
        "picture": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    }.items():
        refused(f"V38 {_key} as {_suffix}", f"read.foreign_{_key}")(
            lambda w, name=f"a{_suffix}", data=_head: raw(w, name, data)
        )

# ---- S shapefile


@ok("S19 many parts stated", 1, "geometry_missing", aside=1)
def _(w):
    at = 100 + 8 + 4 + 32
    return _edit(w, ".shp", lambda b: b[:at] + struct.pack("<i", 5 * 10**7) + b[at + 4 :])


refused("S21 length in the index's header lies", "read.unreadable")(
    lambda w: _edit(w, ".shx", lambda b: b[:24] + struct.pack(">i", 9_999) + b[28:])
)


@refused("S28 multipatch", "read.no_polygon_layer")
def _(w):
    def patch(body: bytes) -> bytes:
        kind = struct.pack("<i", 31)
        return body[:32] + kind + body[36:108] + kind + body[112:]

    path = shp(w, plots(1))
    for suffix in (".shp", ".shx"):
        part = path.with_suffix(suffix)
        body = part.read_bytes()
        part.write_bytes(patch(body) if suffix == ".shp" else body[:32] + b"\x1f\0\0\0" + body[36:])
    return path


refused("S29b many points", "read.no_polygon_layer")(
    lambda w: shp(
        w, gpd.GeoDataFrame({"a": [1]}, geometry=[MultiPoint([(EAST, NORTH), (EAST, 1)])], crs=4528)
    )
)


@ok("S30 one name twice", 2, "field_renamed")
def _(w):
    path = shp(w)
    part = path.with_suffix(".dbf")
    body = part.read_bytes()
    part.write_bytes(body[:64] + body[32:43] + body[75:])
    return path


# ---- E encoding: Big5 is never taken for simplified text without a word


def _big5(cpg: str | None, mark: int = 0):
    def make(w: Path) -> Path:
        frame = plots().assign(QYMC=["樂清電器廠"] * 2, TBBH=["甲一", "甲二"])
        path = shp(w, frame, encoding="BIG5")
        path.with_suffix(".cpg").unlink(missing_ok=True)
        body = bytearray(path.with_suffix(".dbf").read_bytes())
        body[29] = mark
        path.with_suffix(".dbf").write_bytes(bytes(body))
        if cpg is not None:
            path.with_suffix(".cpg").write_text(cpg)
        return path

    return make


refused("EB Big5 undeclared", "read.encoding_open")(_big5(None))
ok("EB Big5 declared", 2)(_big5("BIG5"))
ok("EB Big5 by its mark", 2)(_big5(None, 0x4F))

# ---- J GeoJSON

_DEEP = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":%s,"geometry":%s}]}'


def _nested(depth: int) -> str:
    return "[" * depth + "]" * depth


refused("J02 a thousand levels", "read.no_usable_row")(
    lambda w: geojson(w, _DEEP % ("{}", '{"type":"Polygon","coordinates":' + _nested(1_000) + "}"))
)
refused("J04 a million levels", "read.not_opened")(
    lambda w: geojson(w, _DEEP % ('{"a":' + _nested(500_000) + "}", "null"))
)
refused("J13 infinite", "read.not_opened")(
    lambda w: geojson(w, json.dumps(features(square())).replace(str(LON), "1e999"))
)
_TWO = json.dumps(features(square(), square(LON + 0.01)))
ok("J17 one key twice", 2, "geojson_key_twice")(
    lambda w: geojson(w, _TWO.replace('"id": 1', '"id": 1, "QYMC": "甲", "QYMC": "乙"'))
)
ok("J17b one key twice, once as an escape", 2, "geojson_key_twice")(
    lambda w: geojson(w, _TWO.replace('"id": 1', '"id": 1, "n": "甲", "\\u006e": "乙"'))
)
ok("J17c two shapes in a feature", 1, "geojson_shape_twice", aside=1)(
    lambda w: geojson(
        w, _TWO.replace('"geometry": {', f'"geometry": {json.dumps(square())}, "geometry": {{', 1)
    )
)
ok("J17d two lists of points in a shape", 1, "geojson_shape_twice", aside=1)(
    lambda w: geojson(w, _TWO.replace('"coordinates": ', '"coordinates": [], "coordinates": ', 1))
)
refused("J17e two lists of features", "read.geojson_twice")(
    lambda w: geojson(w, _TWO.replace('"features": ', '"features": [], "features": ', 1))
)
ok("J19 codes of eighteen digits", 2)(
    lambda w: geojson(
        w,
        json.dumps(features(square(), square(LON + 0.01))).replace(
            '"id": 1', '"id": 1, "TYSHXYDM": 430102199001011235'
        ),
    )
)
refused("J21 one feature of forty megabytes", "read.not_opened")(
    lambda w: geojson(w, features(square(), properties={"note": "x" * (40 << 20)}))
)
ok("J24 over the antimeridian", 4, "place_impossible", aside=1)(
    lambda w: geojson(
        w,
        features(
            *(square(LON + i / 500) for i in range(4)),
            _ring([179.9, 28.0], [-179.9, 28.0], [-179.9, 28.1], [179.9, 28.1], [179.9, 28.0]),
        ),
    )
)

# ---- G GeoPackage

_REGISTER = (
    "INSERT INTO gpkg_contents(table_name, data_type, identifier) VALUES ('v', 'attributes', 'v')"
)
refused("G02 a view of zeros", "read.gpkg_view")(
    lambda w: _sql(w, "CREATE VIEW v AS SELECT hex(zeroblob(400000000)) AS n", _REGISTER)
)
refused("G03 a view that reads files", "read.gpkg_view")(
    lambda w: _sql(w, "CREATE VIEW v AS SELECT readfile('/etc/passwd') AS n", _REGISTER)
)
refused("G03b a virtual table", "read.gpkg_view")(
    lambda w: _sql(w, "CREATE VIRTUAL TABLE v USING rtree(id, a, b)", _REGISTER)
)
ok("G06 trigger", 2)(
    lambda w: _sql(w, "CREATE TRIGGER t AFTER UPDATE ON a BEGIN DELETE FROM a; END")
)


@ok("G09 curves", 1, "curves_split")
def _(w):
    path = w / "a.gpkg"
    pyogrio.write_dataframe(
        plots(1), path, layer="a", layer_options={"SPATIAL_INDEX": "NO"}, geometry_type="Unknown"
    )
    points = [(EAST, NORTH), (EAST + 50, NORTH + 50), (EAST + 100, NORTH)]
    points += [(EAST + 50, NORTH - 50), (EAST, NORTH)]
    ring = b"\x01" + struct.pack("<II", 8, 5) + b"".join(struct.pack("<dd", *p) for p in points)
    curve = b"\x01" + struct.pack("<II", 10, 1) + ring
    blob = b"GP\x00\x01" + struct.pack("<i", 4528) + curve
    database = sqlite3.connect(path)
    database.execute("UPDATE a SET geom = ?", (blob,))
    database.commit()
    database.close()
    return path


ok("G11 stale index", 2)(lambda w: _sql(w, "DELETE FROM rtree_a_geom WHERE id = 1"))


@ok("G13 two systems in one layer", 2, "gpkg_systems")
def _(w):
    path = w / "a.gpkg"
    pyogrio.write_dataframe(plots(), path, layer="a", layer_options={"SPATIAL_INDEX": "NO"})
    database = sqlite3.connect(path)
    (blob,) = database.execute("SELECT geom FROM a WHERE fid = 2").fetchone()
    other = blob[:4] + struct.pack("<i", 4549) + blob[8:]
    database.execute("UPDATE a SET geom = ? WHERE fid = 2", (other,))
    database.commit()
    database.close()
    return path


# ---- D drawings

_BLOCK = "0\nBLOCK\n2\n{name}\n10\n0\n20\n0\n{body}0\nENDBLK\n"
_LINE = "0\nLINE\n10\n0\n20\n0\n11\n1\n21\n1\n"
_MANY = "0\nINSERT\n2\n{name}\n10\n0\n20\n0\n70\n1000\n71\n1000\n44\n1\n45\n1\n"
_ONE = "0\nINSERT\n2\n{name}\n10\n0\n20\n0\n"


def _blocks(*bodies: tuple[str, str]) -> str:
    inner = "".join(_BLOCK.format(name=name, body=body) for name, body in bodies)
    return f"0\nSECTION\n2\nBLOCKS\n{inner}0\nENDSEC\n"


refused("D02 blocks of blocks", "read.dxf_copies")(
    lambda w: raw(
        w,
        "a.dxf",
        dxf(
            _MANY.format(name="B"),
            blocks=_blocks(("A", _LINE), ("B", _MANY.format(name="A"))),
        ),
    )
)
ok("D03 a block in itself", 1)(
    lambda w: raw(
        w,
        "a.dxf",
        dxf(polyline(True), _ONE.format(name="A"), blocks=_blocks(("A", _ONE.format(name="A")))),
    )
)
ok("D04 GBK without a code page", 1)(lambda w: raw(w, "a.dxf", dxf(polyline(True, layer="宗地"))))
_HATCH = "0\nHATCH\n8\n0\n10\n0\n20\n0\n30\n0\n2\nSOLID\n70\n1\n71\n0\n91\n2000000000\n92\n2\n"
_SPLINE = "0\nSPLINE\n8\n0\n70\n8\n71\n3\n72\n2000000000\n73\n2000000000\n10\n0\n20\n0\n"
ok("D09 hatch of two billion", 1, "geometry_empty", aside=1)(
    lambda w: raw(w, "a.dxf", dxf(polyline(True), _HATCH))
)
refused("D10 spline of two billion", "read.unreadable")(
    lambda w: raw(w, "a.dxf", dxf(polyline(True), _SPLINE))
)
ok("D14 an outline in an outline", 2, "shape_overlap")(
    lambda w: raw(w, "a.dxf", dxf(polyline(True), line((20, 20), (40, 20), (40, 40), (20, 40))))
)
refused("D13 millimetres", "read.crs_none")(
    lambda w: raw(
        w,
        "a.dxf",
        dxf(line(*[(n * 1000 + EAST * 999, e * 1000 + NORTH * 999) for n, e in _CORNERS])),
    )
)

# ---- X tables

refused("X01b points far from a table", "read.rows_many")(
    lambda w: raw(w, "a.csv", "编号\n" + "1\n" * 1_000_001)
)
ok("X04b sum under a workbook", 1, "row_total")(
    lambda w: xlsx(w, ("a", "visible", [_HEAD, _ROW, ["合计", 15, None]]))
)
ok("X06b a sheet hidden from its own workbook", 1, "sheets_hidden")(
    lambda w: xlsx(
        w, ("地块", "visible", [_HEAD, _ROW]), ("密", "veryHidden", [_HEAD, ["9", 1, _LIST_CELL]])
    )
)


@ok("X07b a hidden row", 2, "rows_hidden")
def _(w):
    path = xlsx(w, ("a", "visible", [_HEAD, _ROW, ["008", 15, _LIST_CELL]]))
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[3].hidden = True
    book.save(path)
    return path


ok("X08b formulas that were never reckoned", 1, "formula_unreckoned")(
    lambda w: xlsx(w, ("a", "visible", [_HEAD, ["007", "=1+1", _LIST_CELL]]))
)
ok("X09 faults of a sheet", 1, "cell_failed")(
    lambda w: xlsx(w, ("a", "visible", [_HEAD, ["007", "#DIV/0!", _LIST_CELL]]))
)
ok("X11 thousands", 1)(lambda w: raw(w, "a.csv", f'编号,面积,WKT\n1,"9,997.63",{_WKT_ROW}\n'))
ok("X12 a unit in the cell", 1)(lambda w: raw(w, "a.csv", f"编号,面积,WKT\n1,15亩,{_WKT_ROW}\n"))
refused("X14 degrees, minutes, seconds", "read.no_usable_row")(
    lambda w: raw(
        w,
        "a.csv",
        "编号,经度,纬度\n"
        + "".join(f'A,"121°0′{e}″","28°12′{n}″"\n' for e, n in ((0, 0), (9, 0), (9, 9), (0, 9))),
    )
)
ok("X15 headers turned", 1, "table_northing_first")(
    lambda w: raw(
        w,
        "a.csv",
        "编号,lon,lat\n" + "".join(f"A,{y},{x}\n" for x, y in _CORNER[:-1]),
    )
)
ok("X18 zeros in front", 1)(lambda w: raw(w, "a.csv", f"编号,企业名称,WKT\n007,x,{_WKT_ROW}\n"))
ok("X19 a firm called NA", 1)(lambda w: raw(w, "a.csv", f"编号,企业名称,WKT\nNA,NA,{_WKT_ROW}\n"))
ok("X20 a code as a power of ten", 1, "code_digits_lost")(
    lambda w: raw(w, "a.csv", f"编号,统一社会信用代码,WKT\n1,4.30102E+17,{_WKT_ROW}\n")
)
_BOMB = '<!DOCTYPE worksheet [<!ENTITY a0 "haha">'
_BOMB += "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)) + "]>"
_SMALL = '<!DOCTYPE worksheet [<!ENTITY x "77">]>'
_FAR_SHEET = _FAR.replace("kml", "worksheet")
for _number, _dtd in (
    ("X22b bomb of", _BOMB), ("X23 far", _FAR_SHEET), ("X23b a few", _SMALL),
    ("X23c behind a comment,", f"<?xml version='1.0'?><!-- a > b -->{_SMALL}"),
    ("X23d far behind,", f"<!--{'x' * 70_000}-->{_SMALL}"),
):  # fmt: skip
    refused(f"{_number} entities in a workbook", "read.xml_declaration")(
        lambda w, d=_dtd: _in_sheet(w, d)
    )
refused("X23e two bytes a sign in a workbook", "read.xml_declaration")(
    lambda w: _in_sheet(w, _SMALL, "utf-16")
)


@ok("X23f a drawn picture in a workbook", 1)
def _(w):
    path = xlsx(w, ("a", "visible", [_HEAD, _ROW]))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "xl/media/image1.svg", '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "a"><svg/>'
        )
        archive.writestr("xl/media/image2.png", b"\x89PNG\r\n\x1a\n\x00")
    return path


def _in_sheet(w: Path, dtd: str, encoding: str = "utf-8") -> Path:
    path = xlsx(w, ("a", "visible", [_HEAD, _ROW]))
    with zipfile.ZipFile(path) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    word = b"&a9;" if "a9" in dtd else b"&x;"
    cell = b'<c r="A2" t="inlineStr"><is><t>' + word + b"</t></is></c>"
    body = re.sub(rb'<c r="A2".*?</c>', cell, members[name])
    members[name] = (dtd + body.decode()).encode(encoding)
    return zipped(path, members)


ok("X29 corners out of order", 1, "geometry_invalid")(
    lambda w: raw(
        w,
        "a.csv",
        "编号,X,Y\n"
        + "".join(
            f"A,{NORTH + n},{EAST + e}\n" for n, e in ((0, 0), (100, 100), (100, 0), (0, 100))
        ),
    )
)

# ---- T boundary points

_GAPS = (header() + txt_plot()).replace("J3,1,", "J7,1,")
ok("T13 numbers with gaps", 1)(lambda w: raw(w, "a.txt", _GAPS.encode("gbk")))


@ok("T18 many points", 1)
def _(w):
    ring = Point(EAST, NORTH).buffer(500, quad_segs=5_000).exterior.coords
    rows = "\n".join(f"J{i},1,{y:.3f},{x:.3f}" for i, (x, y) in enumerate(ring))
    first = f"{len(ring)},78.5398,1,a,面,,,,@\n"
    return raw(w, "a.txt", (header() + first + rows + "\n").encode("gbk"))


# ---- C coordinate systems

ok("C09 a bare web map in metres", 1, "crs_by_magnitude")(lambda w: _bare(w, 13469000.0, 3270000.0))
_TM = "+proj=tmerc +lat_0=0 +lon_0={lon} +k=1 +x_0={east} +y_0=0 +ellps={ellps} +units=m"


def _said(w: Path, x: float, lon: float, east: float, ellps: str = "GRS80") -> Path:
    path = shp(w, _square_at(x, NORTH, 100, None))
    import pyproj

    wkt = pyproj.CRS(_TM.format(lon=lon, east=east, ellps=ellps)).to_wkt("WKT1_ESRI")
    path.with_suffix(".prj").write_text(wkt)
    return path


refused("C11 a meridian of one's own, far off", "read.crs_contradicts")(
    lambda w: _said(w, EAST - 4e7, 113.0, 500_000.0)
)
ok("C11b a meridian of one's own, right", 1)(lambda w: _said(w, 450_600.0, 121.5, 500_000.0))


@refused("C12 named zone 40, easting without it", "read.crs_contradicts")
def _(w):
    path = _said(w, EAST, 120.0, 500_000.0)
    part = path.with_suffix(".prj")
    named = part.read_text().replace("unknown", "CGCS2000_3_Degree_GK_Zone_40", 1)
    part.write_text(named)
    return path


@ok("C13 a grid without a place", 1, "crs_unreadable")
def _(w):
    path = shp(w, _square_at(EAST, NORTH, 100, None))
    path.with_suffix(".prj").write_text('LOCAL_CS["city",UNIT["metre",1]]')
    return path


refused("C14 an ellipsoid of nobody's", "geo.datum_unknown")(
    lambda w: _said(w, EAST - 4e7, 120.0, 500_000.0, "clrk66")
)
ok("C18 over the border of two zones", 1, "all_outside_county")(
    lambda w: gpkg(w, _square_at(LON + 0.49, LAT, 0.03, "EPSG:4490"))
)

# ---- M shapes: rows for each kind of invalid outline

_INNER = [(EAST + 20, NORTH + 20), (EAST + 40, NORTH + 20), (EAST + 40, NORTH + 40)]


def _random_ring(corners: int) -> Polygon:
    numbers = np.random.default_rng(7)
    return Polygon(np.c_[EAST + numbers.random(corners) * 99, NORTH + numbers.random(corners) * 99])


ok("M01 three hundred corners at random", 1, "geometry_invalid")(
    lambda w: _shapes(w, _random_ring(300))
)
ok("M03 wound twice", 1, "geometry_invalid")(
    lambda w: _shapes(w, Polygon([*_BOX.exterior.coords[:-1], *_BOX.exterior.coords]))
)
ok("M05b a hole as large as its outline", 1, "geometry_invalid")(
    lambda w: _shapes(w, Polygon(_BOX.exterior, [_BOX.exterior]))
)
ok("M06 a hole over the edge", 1, "geometry_invalid")(
    lambda w: _shapes(
        w,
        Polygon(_BOX.exterior, [box(EAST + 90, NORTH + 10, EAST + 120, NORTH + 20).exterior]),
    )
)
ok("M07 a hole in a hole", 1, "geometry_invalid")(
    lambda w: _shapes(
        w,
        Polygon(
            _BOX.exterior,
            [
                box(EAST + 10, NORTH + 10, EAST + 90, NORTH + 90).exterior,
                box(EAST + 30, NORTH + 30, EAST + 60, NORTH + 60).exterior,
            ],
        ),
    )
)
ok("M09 one part twice", 1, "geometry_invalid")(
    lambda w: _shapes(w, shapely.MultiPolygon([_BOX, _BOX]))
)


@refused("M13 a surface of faces", "read.no_usable_row")
def _(w):
    return raw(
        w, "a.csv", '编号,WKT\n1,"TIN (((0 0, 1 0, 0 1, 0 0)))"\n2,"POLYHEDRALSURFACE EMPTY"\n'
    )


ok("M14 empty beside", 1, "geometry_empty", aside=1)(lambda w: _shapes(w, Polygon(), _BOX))
ok("M21 a square of a centimetre", 2)(
    lambda w: _shapes(w, _BOX, box(EAST + 300, NORTH, EAST + 301, NORTH + 1))
)
ok("M33 lines beside", 1, "not_polygon", aside=1)(
    lambda w: geojson(w, features(square(), {"type": "LineString", "coordinates": [_A, _B, _C]}))
)

# ---- N names

for _name in (
    "PG：x.geojson",
    "http：x.geojson",
    "a\nb.geojson",
    "a\u202egeojson.geojson",
    "长" * 70 + ".geojson",
    '{"type"："Point"}.geojson',
    "CON.geojson",
    "<b>x.geojson",
):
    ok(f"N {_name[:20]!r}", 1)(lambda w, n=_name: geojson(w, features(square()), n))

# ---- text whose encoding is open

_NOTED = f'地块编号,备注,wkt\nA,@,"{_BOX}"\n'
_PLAIN = f'plot_id,note,wkt\nA,@,"{_BOX}"\n'
ok("X31 text of Excel in UTF-16", 1)(
    lambda w: raw(w, "a.csv", f"地块编号\t备注\twkt\nA,一\té\t{_BOX}\n".encode("utf-16"))
)
ok("X32 accents without a mark", 1, "encoding_letters")(
    lambda w: raw(w, "a.csv", _PLAIN.replace("@", "Café Müller"))
)
ok("X32 Western letters among Chinese", 1, "encoding_letters")(
    lambda w: raw(w, "a.csv", _NOTED.encode("gbk").replace(b"@", "Générale".encode("cp1252")))
)
refused("X33 a word that is another in GBK", "read.encoding_open")(
    lambda w: raw(w, "a.csv", _PLAIN.replace("@", "路").encode("gbk"))
)
ok("X33 the same with its encoding", 1, encoding="gbk")(
    lambda w: raw(w, "a.csv", _PLAIN.replace("@", "路").encode("gbk"))
)
ok("X34 the mark of UTF-8", 1)(
    lambda w: raw(w, "a.csv", _PLAIN.replace("@", "é").encode("utf-8-sig"))
)

# ---- quotation marks and long cells of CSV, pictures of KML

_SHEET = f'编号,wkt,备注\n1,"{_BOX}",@\n2,,好\n3,,好\n'
refused("X35 open quotation mark", "read.quote_open")(
    lambda w: raw(w, "a.csv", _SHEET.replace("@", '"开'))
)
refused("X35 quotation mark that closes in the next row", "read.quote_open")(
    lambda w: raw(w, "a.csv", f'编号,wkt,备注\n1,,"开\n2,"{_BOX}",好\n')
)
ok("X36 rows within a cell", 1, "rows_in_cell")(
    lambda w: raw(w, "a.csv", f'编号,wkt,备注\n1,"{_BOX}","开\n2,甲,乙\n3,丙,丁"\n')
)
refused("X37 a cell of over a million letters", "read.cell_long")(
    lambda w: raw(w, "a.csv", _SHEET.replace("@", "长" * 1_000_001))
)
_PICTURE = (
    "<GroundOverlay><name>图</name><LatLonBox><north>28.21</north><south>28.2</south>"
    "<east>121</east><west>120.99</west></LatLonBox></GroundOverlay>"
)
ok("K14 a picture beside a place", 1, "kml_pictures")(
    lambda w: raw(w, "a.kml", kml(_WHOLE + _PICTURE))
)
refused("K14 a picture alone", "read.kml_no_places")(lambda w: raw(w, "a.kml", kml(_PICTURE)))
ok("X38 an outline without quotation marks", 1)(
    lambda w: raw(w, "a.csv", f"编号,wkt,备注\n1,{_BOX.wkt},好\n")
)


def _beside(at: int) -> str:
    return box(EAST + 200 * at, NORTH, EAST + 200 * at + 100, NORTH + 100).wkt


def _merged_below(w: Path) -> Path:
    path = xlsx(w, ("a", "visible", [
        ["地块编号", "乡镇", "WKT"], ["A", "柳市镇", _BOX.wkt], ["B", None, _beside(1)],
        ["C", "磐石镇", _beside(2)],
    ]))  # fmt: skip
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B2:B3")
    book.save(path)
    return path


ok("X39 a cell merged over two plots", 3, "cells_merged")(_merged_below)
