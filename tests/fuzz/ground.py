"""A copy of 乐清 with a filled store and a file of each kind: what commands and pages are tried on."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from rasterio.transform import Affine

import platforms as ip
from platforms.planning.scenarios.making import scenario_of
from raster_files import write_raster

ROOT = Path(__file__).resolve().parents[2]
CITY = "yueqing"
_NORTH_UP = Affine(10.0, 0.0, 40_597_900.0, 0.0, -10.0, 3_121_200.0)


@dataclasses.dataclass(frozen=True)
class Ground:
    """A folder with all that a call may name."""

    folder: Path
    city: Path
    things: dict[str, str]

    def store(self, folder: Path) -> Path:
        """Copy the filled store into a folder."""
        folder.mkdir(parents=True)
        shutil.copyfile(self.things["store"], folder / f"{CITY}.gpkg")
        return folder

    def restore(self, file: str) -> None:
        """Put back a file of the user that a call was told to write, or take a new one away."""
        path, given = Path(file), self.folder / "given"
        pristine = self.folder / "pristine" / path.relative_to(given)
        if pristine.exists():
            shutil.copy2(pristine, path)
            return
        path.unlink()
        for folder in path.parents:
            if folder.is_relative_to(given / "folder") or folder == given or any(folder.iterdir()):
                break
            folder.rmdir()

    def state(self) -> dict[str, tuple[int, int]]:
        """Return size and time of each file that nothing may change."""
        return {
            str(path): (path.stat().st_size, path.stat().st_mtime_ns)
            for place in (self.city, self.folder / "given")
            for path in sorted(place.rglob("*"))
            if path.is_file()
        }


def lay_city(folder: Path) -> Path:
    """Copy the data of 乐清; return its root."""
    root = folder / CITY
    for part in ("geo", "layers"):
        shutil.copytree(ROOT / part / CITY, root / part)
    return root


def lay_ground(folder: Path, run: ip.Run) -> Ground:
    """Make the workspace, the store and the files."""
    root = lay_city(folder)
    given = folder / "given"
    (given / "folder").mkdir(parents=True)
    things = {"folder": str(given / "folder"), "missing": str(given / "missing.gpkg")}

    def put(name: str, file: str, text: str | bytes = "") -> None:
        (given / file).write_bytes(text if isinstance(text, bytes) else text.encode())
        things[name] = str(given / file)

    _put_files(put)
    _put_shapes(given, things)
    os.mkfifo(given / "fifo.csv")
    things["fifo"] = str(given / "fifo.csv")
    shutil.copyfile(ROOT / "docs/project.yaml", given / "project.yaml")
    things["project"] = str(given / "project.yaml")
    plots = run.plots
    things["plot"] = str(plots.loc[plots["verdict"].eq("low_efficiency"), "plot_id"].iloc[0])
    put("locks", "locks.csv", f"plot_id,lock\n{things['plot']},in\n")
    ip.save_run(run, given / "run")
    things["run"] = str(given / "run")
    _fill_store(folder, given, things, run)
    shutil.copytree(given, folder / "pristine", ignore=shutil.ignore_patterns("fifo*"))
    return Ground(folder, root, things)


def _put_files(put) -> None:
    put("empty", "empty.gpkg")
    put("text", "text.gpkg", "no file of any kind\n")
    put("broken", "broken.xlsx", b"PK\x03\x04" + bytes(200))
    put("paper", "paper.pdf", b"%PDF-1.4 a paper\n%%EOF\n")
    put("fulltext", "full.txt", "一、总则\n附件二 平台\n7\t提升电子电器\n")
    put("table", "园区.csv", "工业平台名称,所属区域,乡镇,现有产业\n南园,中部,柳市镇,电器\n")
    put("seats", "seats.csv", "name,lon,lat\n藤桥镇,120.5,28.1\n")
    put("slides", "slides.yaml", "slides:\n- {id: a, title: 甲, text: 字}\n")
    put(
        "firms",
        "firms.csv",
        "企业名称,统一社会信用代码,2022年税收（万元）\n甲电器,91330382145530001X,100\n",
    )
    put("links", "links.csv", "地块编号,企业名称\nA,甲电器\n")
    put(
        "movers",
        "movers.csv",
        "firm_id,lon,lat,industry,demand_mu\nA,121.00,28.00,甲,4\nB,121.01,28.00,乙,4\n",
    )
    put(
        "places",
        "places.csv",
        "park_id,lon,lat,capacity_mu,admits\nP,121.00,28.01,6,甲;乙\nQ,121.02,28.01,6,*\n",
    )
    put("move_locks", "move_locks.csv", "firm_id,park_id\nA,P\n")
    put(
        "reported",
        "reported.csv",
        "target_id,value,unit,date,source,author\nyq2016-01,480,亿元,2020-12-31,统计公报,王\n",
    )
    one = {"slot": "x"}
    put("setting", "setting.json", json.dumps(one))


def _put_shapes(given: Path, things: dict[str, str]) -> None:
    squares = [shapely.box(x, 3121000, x + 100, 3121100) for x in (40598000, 40598400)]
    frame = gpd.GeoDataFrame({"plot_id": ["A", "L"]}, geometry=squares, crs=4528)
    frame.to_file(given / "plots.gpkg", layer="plots")
    things["plots"] = str(given / "plots.gpkg")
    points = ["plot_id,圈号,X,Y"]
    points += [
        f"{name},1,{y:.3f},{x:.3f}"
        for name, shape in zip("AL", squares, strict=True)
        for x, y in shape.exterior.coords
    ]
    (given / "bare.csv").write_text("\n".join(points))
    things["bare"] = str(given / "bare.csv")
    cells = np.full((40, 80), 3, dtype="uint8")
    things["raster"] = str(write_raster(given / "mask.tif", cells, transform=_NORTH_UP, nodata=0))
    river = shapely.box(40598000, 3121000, 40598010, 3121100)
    gpd.GeoDataFrame({"name": ["河"]}, geometry=[river], crs=4528).to_file(given / "limits.gpkg")
    things["limits"] = str(given / "limits.gpkg")
    county = gpd.GeoDataFrame(
        {"code": ["330302"], "name": ["鹿城区"]}, geometry=[shapely.box(120.4, 28.0, 120.6, 28.2)], crs=4490,
    )  # fmt: skip
    county.to_file(given / "all.geojson")
    things["outlines"] = str(given / "all.geojson")


def _fill_store(folder: Path, given: Path, things: dict[str, str], run: ip.Run) -> None:
    store = ip.open_store(CITY, folder / "made")
    store.ledger.take(run, by="王")
    store.ledger.set([ip.LedgerEdit(things["plot"], {"note": "备注"})], by="王", why="会议")
    attached = store.ledger.attach(things["plot"], things["paper"], by="王", why="证")
    things["sha"] = (
        attached.sha256
        if hasattr(attached, "sha256")
        else hashlib.sha256(Path(things["paper"]).read_bytes()).hexdigest()
    )
    frame = ip.read_plots(things["plots"], workspace=ip.Workspace.open(CITY)).frame
    # by their towns the plots of a store can be filtered
    store.plots.take(frame.assign(town=["柳市镇", "虹桥镇"]), by="王", why="二调")
    store.positions.place(
        ip.Position(
            layer="platforms", feature_id="YQ-P13", basis="drawn", accuracy_m=20.0, author="张三",
            source="地形图", stated="2026-01-02", shape=shapely.box(120.97, 28.04, 120.99, 28.06),
        ),
        by="李四",
    )  # fmt: skip
    store.keep(scenario_of(run, workspace=CITY), name="甲", author="王")
    things["scenario"] = str(store.export("甲", given / "scenario.zip"))
    things["ledger"] = str(store.ledger.export(given / "ledger.xlsx"))
    things["positions"] = str(
        ip.export_positions(store.positions.current(), given / "positions.geojson")
    )
    things["backup"] = str(ip.backup_store(store, given / "backup.gpkg", by="王").path)
    things["act"] = _last_act(store.ledger.history())
    things["plots_act"] = _last_act(store.plots.acts())
    # by the library's own copying: a file that is open has more beside it
    with (
        closing(sqlite3.connect(store.path)) as there,
        closing(sqlite3.connect(folder / "store.gpkg")) as here,
    ):
        there.backup(here)
    things["store"] = str(folder / "store.gpkg")
    shutil.copyfile(things["store"], given / "other.gpkg")
    things["other"] = str(given / "other.gpkg")


def _last_act(history: pd.DataFrame) -> str:
    return str(history["act"].iloc[-1])
