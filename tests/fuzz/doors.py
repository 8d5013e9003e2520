"""Every reader of a file that somebody brings, with small valid files for it.

A door takes a path and answers what it read: its rows, its remarks and a print of the
content. Where a format states how much it holds, ``stated`` counts that without the reader.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import json
import shutil
import sqlite3
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pyproj
import shapely
import yaml
from mutants import UNREADABLE_ZIP, members, packed

import platforms as ip
from golden_plots import golden_file
from platforms.geo.datum import read_shift
from platforms.geo.read_tables import read_tables
from platforms.issues import IssueTable
from platforms.planning.choice.portfolio_locks import read_locks
from platforms.policy.pack import load_pack
from platforms.policy.targets_reported import read_reported
from platforms.store.exchange import read_zip
from platforms.store.ledger.files import read_ledger_file
from platforms.store.ledger.steps import LedgerSteps
from raster_files import write_raster
from table_files import paragraph, table, word

TESTS = Path(__file__).resolve().parents[1]
sys.path += [str(TESTS / "planning" / "scenarios"), str(TESTS / "store" / "copying")]
ROOT = TESTS.parent
# a box in the place of 乐清
AREA = SimpleNamespace(
    plane=pyproj.CRS.from_epsg(4528),
    county=shapely.box(120.7, 27.9, 121.3, 28.6),
    plan=SimpleNamespace(crs=pyproj.CRS.from_epsg(4528)),
)
DAY = dt.date(2026, 11, 22)


@dataclasses.dataclass(frozen=True)
class Seen:
    """What a door answered."""

    content: str
    issues: IssueTable = dataclasses.field(default_factory=IssueTable)
    rows: dict[str, int] | None = None


@dataclasses.dataclass(frozen=True)
class Door:
    """One reader and the files to begin with."""

    name: str
    file: str
    seeds: Callable[[Path], list[bytes]]
    read: Callable[[Path], Seen]
    # how many rows the bytes themselves say they hold, None where they do not
    stated: Callable[[bytes], int | None] = lambda _: None
    # share of the inputs, next to one for the quick ones
    weight: float = 1.0


DOORS: dict[str, Door] = {}


def _door(name: str, file: str, seeds, read, **more) -> None:
    DOORS[name] = Door(name, file, seeds, read, **more)


def _print(frame: pd.DataFrame) -> str:
    cells = pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).to_json(
        default_handler=str
    )
    shapes = (
        b"".join(shapely.to_wkb(frame.geometry)) if isinstance(frame, gpd.GeoDataFrame) else b""
    )
    return hashlib.sha256(str(cells).encode() + shapes).hexdigest()


# ---- plots


def _plots(path: Path) -> Seen:
    plots = ip.read_plots(path, workspace=AREA)
    return Seen(_print(plots.frame), plots.issues, dict(plots.rows))


def _unzipped(data: bytes, end: str) -> bytes | None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed_file:
        found = [n for n in packed_file.namelist() if n.lower().endswith(end)]
        return packed_file.read(found[0]) if len(found) == 1 else None


def _shp_rows(data: bytes) -> int | None:
    shx = _unzipped(data, ".shx")
    return None if shx is None else (len(shx) - 100) // 8


def _gpkg_rows(data: bytes) -> int | None:
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(data)
        names = base.execute("SELECT table_name FROM gpkg_contents").fetchall()
        if len(names) != 1:
            return None
        return int(base.execute(f'SELECT count(*) FROM "{names[0][0]}"').fetchone()[0])


def _json_rows(data: bytes) -> int | None:
    tree = json.loads(data)
    return len(tree["features"]) if tree.get("type") == "FeatureCollection" else None


def _kml_rows(data: bytes) -> int | None:
    # a placemark holds no other one; only folders do
    waiting, found = [ET.fromstring(data)], 0  # noqa: S314 our own file
    while waiting:
        for one in waiting.pop():
            kind = one.tag.rpartition("}")[2]
            found += kind == "Placemark"
            waiting += [one] if kind in {"Document", "Folder"} else []
    return found


def _frame() -> gpd.GeoDataFrame:
    shapes = [shapely.box(x, 3121000, x + 100, 3121100) for x in range(40598000, 40598800, 200)]
    data = {
        "plot_id": list("ABCD"),
        "name": ["柳市", "北白象", "", "虹桥"],
        "tax": [1.5, 2, 3, None],
    }
    return gpd.GeoDataFrame(data, geometry=shapes, crs=4528)


def _golden(name: str) -> Callable[[Path], list[bytes]]:
    return lambda folder: [golden_file(folder, name).read_bytes()]


def _written(name: str, **options) -> Callable[[Path], list[bytes]]:
    def make(folder: Path) -> list[bytes]:
        path = folder / name
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pyogrio.write_dataframe(_frame(), path, **options)
        return [path.read_bytes()]

    return make


def _shapefile(folder: Path) -> list[bytes]:
    _written("a.shp", encoding="GBK")(folder)
    return [packed({p.name: p.read_bytes() for p in sorted(folder.glob("a.*"))})]


def _gdb(folder: Path) -> list[bytes]:
    path = folder / "a.gdb"
    pyogrio.write_dataframe(_frame(), path, layer="DK", driver="OpenFileGDB")
    return [packed({f"a.gdb/{p.name}": p.read_bytes() for p in sorted(path.iterdir())})]


def _parquet(folder: Path) -> list[bytes]:
    _frame().to_parquet(folder / "a.parquet")
    return [(folder / "a.parquet").read_bytes()]


def _kmz(folder: Path) -> list[bytes]:
    return [packed({"doc.kml": golden_file(folder, "a.kml").read_bytes()})]


def _book(folder: Path) -> list[bytes]:
    return [_same_book(golden_file(folder, "a.xlsx"))]


def _same_book(path: Path) -> bytes:
    """Return a workbook without the moment at which it was written."""
    with zipfile.ZipFile(path) as made:
        return packed({n: made.read(n) for n in made.namelist() if not n.startswith("docProps")})


_door("shapefile", "a.zip", _shapefile, _plots, stated=_shp_rows, weight=2)
_door("geojson", "a.geojson", _golden("a.geojson"), _plots, stated=_json_rows, weight=2)
_door("geopackage", "a.gpkg", _written("a.gpkg", layer="a"), _plots, stated=_gpkg_rows, weight=2)
_door("kml", "a.kml", _golden("a.kml"), _plots, stated=_kml_rows)
_door("kmz", "a.kmz", _kmz, _plots)
_door("dxf", "a.dxf", _golden("a.dxf"), _plots)
_door("filegdb", "a.zip", _gdb, _plots)
_door("flatgeobuf", "a.fgb", _written("a.fgb"), _plots)
_door("geoparquet", "a.parquet", _parquet, _plots,
      stated=lambda data: pq.read_metadata(io.BytesIO(data)).num_rows)  # fmt: skip
_door("points_csv", "a.csv", _golden("a.csv"), _plots)
_door("points_xlsx", "a.xlsx", _book, _plots)
_door("boundary_txt", "a.txt", _golden("a.txt"), _plots, weight=2)


# ---- rasters


def _raster(path: Path) -> Seen:
    raster = ip.open_raster(path, crs=None if path.suffix == ".tif" else 4528)
    issues = IssueTable()
    square = shapely.box(40_595_010, 3_120_910, 40_595_060, 3_120_960)
    areas = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[square], crs=4528)
    shares = ip.coverage_shares(raster, areas, AREA.plane, issues=issues)
    return Seen(_print(shares), issues)


def _tif(folder: Path) -> list[bytes]:
    cells = (np.arange(100).reshape(10, 10) % 3).astype("uint8")
    made = [write_raster(folder / "a.tif", cells, nodata=255)]
    made.append(write_raster(folder / "b.tif", cells.astype("float32"), compress="deflate"))
    return [path.read_bytes() for path in made]


def _asc(folder: Path) -> list[bytes]:
    head = "ncols 4\nnrows 4\nxllcorner 40595000\nyllcorner 3120900\ncellsize 25\nNODATA_value -9\n"
    return [(head + "1 2 3 4\n" * 4).encode()]


_door("geotiff", "a.tif", _tif, _raster)
_door("ascii_grid", "a.asc", _asc, _raster)


# ---- tables, documents and settings


def _rows_of(made) -> Seen:
    return Seen(_print(made.frame), made.issues)


def _firms(folder: Path) -> list[bytes]:
    head = "企业名称,统一社会信用代码,所属镇街,行业代码,用地面积（亩）,2021年税收（万元）,2022年税收（万元）"
    rows = [
        f"甲{n}电器有限公司,9133038214553{n:04d}X,柳市镇,C38,{n}.5,{n * 100},{n * 90}"
        for n in range(1, 6)
    ]
    return ["\n".join([head, *rows, "合计,,,,17.5,1500,1350"]).encode("gb18030")]


def _firms_book(folder: Path) -> list[bytes]:
    rows = [line.split(",") for line in _firms(folder)[0].decode("gb18030").split("\n")]
    pd.DataFrame(rows[1:], columns=rows[0]).to_excel(folder / "a.xlsx", index=False)
    return [_same_book(folder / "a.xlsx")]


def _links(folder: Path) -> list[bytes]:
    return ["地块编号,企业名称,份额（%）\nA,甲,50\nA,乙,50\nB,丙,100\n".encode()]


def _lock_rows(folder: Path) -> list[bytes]:
    return ["地块编号,锁定\nA,入选\nB,排除\nC,\n".encode()]


def _word(folder: Path) -> list[bytes]:
    body = paragraph("附件一 项目表") + table(["序号", "项目", "投资"], ["1", "电器", "3亿元"])
    return [word(folder / "a.docx", body).read_bytes()]


def _page(folder: Path) -> list[bytes]:
    cells = "<tr><th>序号<th>项目</tr><tr><td rowspan=2>1<td>电器</tr><tr><td>灯具</tr>"
    return [f"<html><meta charset=utf-8><body><p>表一<table>{cells}</table></body></html>".encode()]


def _tables(path: Path) -> Seen:
    found = read_tables(path)
    return Seen(repr([(g.cells, g.merged) for g in found.grids]), found.issues)


def _shipped(*names: str) -> Callable[[Path], list[bytes]]:
    return lambda _: [(ROOT / name).read_bytes() for name in names]


def _tiles(folder: Path) -> list[bytes]:
    one = {
        "id": "own", "title": {"zh": "自建影像", "en": "Own"}, "datum": "wgs84", "attribution": "某局",
        "tiles": ["https://tiles.example.gov/{z}/{x}/{y}.png"],
    }  # fmt: skip
    return [yaml.safe_dump({"sources": [one]}, allow_unicode=True).encode()]


def _slides(folder: Path) -> list[bytes]:
    one = "- {id: %s, title: 甲, text: 字, extent: [120.9, 28.0, 121.0, 28.1]}\n"
    return [f"slides:\n{one % 'a'}{one % 'b'}".encode()]


def _known_plots(folder: Path) -> list[bytes]:
    points = "name,x,y,X,Y\n" + "".join(
        f"P{n},{3121000 + n * 777},{598000 + n * n * 311},{3121012 + n * 777},{597890 + n * n * 311}\n"
        for n in range(4)
    )
    return [points.encode()]


_door("firms_csv", "a.csv", _firms, lambda p: _rows_of(ip.read_firms(p)))
_door("firms_xlsx", "a.xlsx", _firms_book, lambda p: _rows_of(ip.read_firms(p)))
_door("links", "a.csv", _links, lambda p: _rows_of(ip.read_links(p)))
_door("locks", "a.csv", _lock_rows, lambda p: Seen(repr(read_locks(p))))
_door("document", "a.docx", _word, _tables)
_door("web_page", "a.html", _page, _tables)
_door(
    "siting_yaml", "a.yaml", _shipped("docs/project.yaml"), lambda p: Seen(repr(ip.read_project(p)))
)
_door("siting_csv", "a.csv", lambda _: [b"industry,land_mu,suppliers\nC38,60,120.9 28.05; 120.8 28\n"],
      lambda p: Seen(repr(ip.read_project(p))))  # fmt: skip
_door("rules", "a.yaml", _shipped(*sorted(str(p.relative_to(ROOT)) for p in (ROOT / "layers/yueqing/policy").glob("*.yaml"))),
      lambda p: Seen(repr(load_pack(p))), weight=0.5)  # fmt: skip
_door("tiles", "a.yaml", _tiles, lambda p: Seen(repr(ip.read_tiles(p))))
_door("slides", "a.yaml", _slides, lambda p: Seen(repr(ip.read_slides(p))))
_door("publication", "a.yaml", _shipped("src/platforms/outputs/publication/profiles.yaml"),
      lambda p: Seen(repr(ip.read_publication(p))))  # fmt: skip
_door("control_points", "a.csv", _known_plots, lambda p: Seen(repr(read_shift(str(p)))))


# ---- what belongs to a workspace or a store


def _reported(folder: Path) -> list[bytes]:
    return [
        "target_id,value,unit,date,source,author\nyq2016-01,480,亿元,2020-12-31,统计公报,王\n".encode()
    ]


_door("reported", "a.csv", _reported,
      lambda p: Seen(_print(read_reported(p, ip.Workspace.open("yueqing"), today=DAY))))  # fmt: skip


def _scenario(folder: Path) -> list[bytes]:
    from scenario_samples import a_portfolio

    store = ip.open_store("here", folder)
    made = a_portfolio([("x", True, 5.0), ("y", False, 3.0)], parameters={"target_mu": 4.0})
    store.keep(made, name="甲", author="王", note="备注")
    return [store.export("甲", folder / "a.zip").read_bytes()]


def _summed(path: Path) -> Seen:
    """Read a scenario whose hashes fit, whatever it holds."""
    other = path.with_name("summed.zip")
    other.write_bytes(path.read_bytes())
    with suppress(*UNREADABLE_ZIP):
        files = members(path.read_bytes())
        sums = [
            f"{hashlib.sha256(files[n]).hexdigest()}  {n}\n" for n in files if n != "SHA256SUMS"
        ]
        other.write_bytes(packed({**files, "SHA256SUMS": "".join(sums).encode()}))
    return Seen(repr(read_zip(other)))


_door("scenario_zip", "a.zip", _scenario, lambda p: Seen(repr(read_zip(p))))
_door("scenario_summed", "a.zip", _scenario, _summed)


def _position(folder: Path) -> list[bytes]:
    one = ip.Position(
        layer="platforms", feature_id="YQ-P13", basis="drawn", accuracy_m=20.0, author="张三",
        source="地形图", stated="2026-01-02", shape=shapely.box(120.97, 28.04, 120.99, 28.06),
    )  # fmt: skip
    made = ip.export_positions(ip.PositionSet("yueqing", (one,)), folder / "a.geojson").read_bytes()
    # without the hash of all, so that a changed tree is looked at
    bare = json.loads(made)
    del bare["platforms"]
    return [made, json.dumps(bare).encode(), json.dumps(bare).encode()]


def _positions(path: Path) -> Seen:
    found = ip.import_positions(path, "yueqing")
    return Seen(found.sha256, ip.check_positions(ip.Workspace.open("yueqing"), found))


_door("positions", "a.geojson", _position, _positions)


def _filled(folder: Path) -> ip.Store:
    from whole_store import fill

    store = ip.open_store("here", folder / "full")
    fill(store, folder)
    return store


def _backup(folder: Path) -> list[bytes]:
    made = ip.backup_store(_filled(folder), folder / "a.gpkg", by="王")
    return [made.path.read_bytes()]


def _restored(path: Path) -> Seen:
    sums = hashlib.sha256(path.read_bytes()).hexdigest()
    # the checksum fits, so that the content itself is judged
    path.with_name(path.name + ".sha256").write_text(f"{sums}  {path.name}\n")
    store = ip.open_store("here", path.parent / "into")
    return Seen(repr(ip.restore_store(store, path, by="王").source))


_door("restore", "a.gpkg", _backup, _restored, weight=0.1)


def _ledger_rows(end: str) -> Callable[[Path], list[bytes]]:
    def make(folder: Path) -> list[bytes]:
        path = _filled(folder).ledger.export(folder / f"ledger{end}")
        return [path.read_bytes() if end == ".csv" else _same_book(path)]

    return make


def _brought(path: Path) -> Seen:
    return Seen(repr(read_ledger_file(path, _steps())))


@cache
def _steps() -> LedgerSteps:
    with tempfile.TemporaryDirectory(prefix="steps-") as folder:
        return ip.open_store("here", folder).ledger.steps


_door("ledger_csv", "a.csv", _ledger_rows(".csv"), _brought)
_door("ledger_xlsx", "a.xlsx", _ledger_rows(".xlsx"), _brought)


# ---- a city's own folder


def _city(name: str) -> Callable[[Path], Seen]:
    """Open a small city one of whose files is the one that is given."""

    def read(path: Path) -> Seen:
        root = path.parent / "square"
        lay_city(root)
        shutil.copyfile(path, root / name)
        city = ip.Workspace.open(root)
        faults = [one.message(lang) for one in city.check() for lang in ("zh_CN", "en")]
        return Seen(repr(faults))

    return read


def _of_city(name: str) -> Callable[[Path], list[bytes]]:
    def make(folder: Path) -> list[bytes]:
        lay_city(folder / "square")
        return [(folder / "square" / name).read_bytes()]

    return make


def lay_city(root: Path) -> None:
    """Write the small city of the tests."""
    from city import city

    if not root.exists():
        city.__wrapped__(root.parent)


for _name in ("layers/plan.yaml", "layers/parks.yaml", "layers/parks.csv", "geo/county.geojson"):
    _door(
        f"city_{Path(_name).name.replace('.', '_')}",
        f"a{Path(_name).suffix}",
        _of_city(_name),
        _city(_name),
    )
