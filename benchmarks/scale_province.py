"""A made-up province: the example county laid down many times, side by side in one plane.

Nothing of it says where anything is. A county is the outline, the towns, the layout units and
the places of the 乐清 example, moved by whole steps; what the example lacks is drawn by lot from
a seed: boundaries of the platforms, farmland (many small polygons) and rivers (few long ones).
The rules are the example's. `make_workspace` writes all of it as a workspace that
`ip.Workspace.open` takes; `layout` says where each county lies, which is what plots need.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import yaml
from numpy.typing import NDArray

import platforms as ip

__all__ = ["CRS", "LIMITS", "County", "layout", "make_workspace"]

CRS = "EPSG:4528"
STORED = "EPSG:4490"
LIMITS = ("permanent_farmland", "river")

# counties stand in rows of so many, so many metres apart; five fit one zone of three degrees
ROW = 5
EAST_M, NORTH_M = 48_000.0, 66_000.0

# what a county is given, and the corners of each
FARMLAND, FARM_CORNERS, FARM_M = 20_000, 24, (15.0, 90.0)
RIVERS, RIVER_POINTS, RIVER_M = 150, 300, (4.0, 25.0)
PARK_CORNERS, PARK_M = 120, (700.0, 2_400.0)

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class County:
    """One county of the province.

    Attributes
    ----------
    number
        From 1.
    east, north
        How far the example is moved, metres in the plane.
    outline
        Its land, in the plane.
    """

    number: int
    east: float
    north: float
    outline: shapely.Geometry

    @property
    def tail(self) -> str:
        """What ids of the example get at their end."""
        return f"-{self.number:03d}"

    def moved(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return a layer of the example, in the plane, where this county has it."""
        return frame.set_geometry(frame.geometry.translate(self.east, self.north))


def layout(counties: int) -> list[County]:
    """Return where so many counties lie; the first is the example itself."""
    outline = _example("county").geometry.union_all()
    found = []
    for at in range(counties):
        row, column = divmod(at, ROW)
        # the example lies in the east of its zone, so rows run to the west
        east, north = -column * EAST_M, row * NORTH_M
        shape = shapely.transform(outline, lambda xy, by=(east, north): xy + by)
        found.append(County(at + 1, east, north, shape))
    return found


def _example(layer: str) -> gpd.GeoDataFrame:
    return ip.Workspace.open("yueqing").layer(layer).to_crs(CRS)


def make_workspace(folder: Path, counties: list[County], seed: int) -> None:
    """Write the province as a workspace.

    Parameters
    ----------
    folder
        New folder; gets ``geo`` and ``layers``.
    counties
        As `layout` gives them.
    seed
        Same seed, same counties: same files.
    """
    source = ip.Workspace.open("yueqing")
    geo, layers = folder / "geo", folder / "layers"
    geo.mkdir(parents=True)
    (layers / "policy").mkdir(parents=True)
    for pack in sorted((source.layers_dir / "policy").glob("*.yaml")):
        shutil.copy(pack, layers / "policy")
    _write_plan(source, layers / "plan.yaml")
    _write_outline(source, geo, counties)
    _write_towns(source, geo, counties)
    _write_layout(source, layers, counties)
    _write_limits(source, layers, counties, seed)
    _write_platforms(source, layers, counties, seed)


def _write_plan(source: ip.Workspace, path: Path) -> None:
    plan = yaml.safe_load((source.layers_dir / "plan.yaml").read_text(encoding="utf-8"))
    plan["name"] = {"zh": "合成省", "en": "Made-up province"}
    plan["constraints"] = list(LIMITS)
    plan["waters"] = []
    path.write_text(yaml.safe_dump(plan, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _card(source: ip.Workspace, layer: str, path: Path, **other: object) -> None:
    """Write a card of the example with some keys changed, and no reference to absent layers."""
    origin = source.geo_dir if (source.geo_dir / f"{layer}.yaml").exists() else source.layers_dir
    files = [path for path in sorted(origin.glob("*.yaml")) if path.name != "plan.yaml"]
    card = next(
        card
        for card in (yaml.safe_load(file.read_text(encoding="utf-8")) for file in files)
        if card["layer"] == layer
    )
    for column in card["columns"]:
        column.pop("refers_to", None)
    card |= {"description": {"zh": "程序生成。", "en": "Made by a program."}, **other}
    path.write_text(yaml.safe_dump(card, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _repeated(
    frame: gpd.GeoDataFrame, counties: list[County], *ids: str
) -> gpd.GeoDataFrame:  # fmt: skip
    """Return a layer of the example once a county, in EPSG:4490, with ids of its own."""
    every = []
    for county in counties:
        one = county.moved(frame)
        every.append(one.assign(**{key: one[key] + county.tail for key in ids}))
    return pd.concat(every, ignore_index=True).to_crs(STORED)


def _save(frame: gpd.GeoDataFrame, path: Path) -> None:
    path.unlink(missing_ok=True)
    frame.to_file(path, driver="GPKG", layer=path.stem)


def _write_outline(source: ip.Workspace, geo: Path, counties: list[County]) -> None:
    _save(_repeated(_example("county"), counties, "adcode"), geo / "county.gpkg")
    _card(source, "county", geo / "county.yaml", file="county.gpkg")


def _write_towns(source: ip.Workspace, geo: Path, counties: list[County]) -> None:
    _save(_repeated(_example("towns"), counties, "town_id", "name"), geo / "towns.gpkg")
    _card(source, "towns", geo / "towns.yaml", file="towns.gpkg")


def _write_layout(source: ip.Workspace, layers: Path, counties: list[County]) -> None:
    units = _example("layout_units")
    units["functions"] = units["functions"].map(_joined)
    frame = _repeated(units, counties, "unit_id", "name")
    _save(frame, layers / "layout_units.gpkg")
    _card(source, "layout_units", layers / "layout_units.yaml", file="layout_units.gpkg")


def _joined(cell: object) -> object:
    return ";".join(map(str, cell)) if isinstance(cell, list | tuple) else cell


def _ragged(
    rng: np.random.Generator, centres: Floats, corners: int, reach: tuple[float, float]
) -> Shapes:
    """Return star-shaped polygons; sizes are spread evenly over their logarithm."""
    count = len(centres)
    angle = (np.arange(corners) + rng.uniform(0, 0.9, (count, corners))) * 2 * np.pi / corners
    size = np.exp(rng.uniform(*np.log(reach), (count, 1)))
    radius = size * rng.uniform(0.75, 1, (count, corners))
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    shapes: Shapes = shapely.polygons(np.round(centres[:, None] + ring, 3))
    return shapes


def _inside(rng: np.random.Generator, county: County, count: int) -> Floats:
    """Return places inside a county."""
    west, south, east, north = county.outline.bounds
    every = rng.uniform((west, south), (east, north), (count * 6, 2))
    shapely.prepare(county.outline)
    return every[shapely.contains_xy(county.outline, every[:, 0], every[:, 1])][:count]


def _rivers(rng: np.random.Generator, county: County) -> Shapes:
    """Return long strips that wander through the county."""
    ends = _inside(rng, county, 2 * RIVERS).reshape(RIVERS, 2, 2)
    along = np.linspace(0, 1, RIVER_POINTS)[None, :, None]
    line = ends[:, :1] + (ends[:, 1:] - ends[:, :1]) * along
    bend = rng.normal(0, 14, (RIVERS, RIVER_POINTS, 2)).cumsum(axis=1)
    lines = shapely.linestrings(line + bend)
    width = rng.uniform(*RIVER_M, RIVERS)
    strips = shapely.buffer(lines, width, quad_segs=2)
    return shapely.set_precision(shapely.intersection(strips, county.outline), 0.001)


def _write_limits(
    source: ip.Workspace, layers: Path, counties: list[County], seed: int
) -> None:  # fmt: skip
    frames = []
    for county in counties:
        rng = np.random.default_rng([seed, county.number, 1])
        farms = _ragged(rng, _inside(rng, county, FARMLAND), FARM_CORNERS, FARM_M)
        farms = shapely.intersection(farms, county.outline)
        for name, shapes in zip(LIMITS, (farms, _rivers(rng, county)), strict=True):
            some = shapes[shapely.area(shapes) > 1]
            ids = [f"{name}{county.tail}-{n:05d}" for n in range(1, len(some) + 1)]
            columns = {"constraint_id": ids, "constraint": name, "name": ids}
            columns |= {"basis": "sample", "accuracy_m": 1.0}
            frames.append(gpd.GeoDataFrame(columns, geometry=some, crs=CRS))
    every = pd.concat(frames, ignore_index=True).to_crs(STORED)
    _save(every, layers / "constraints.gpkg")
    _card(source, "constraints", layers / "constraints.yaml", file="constraints.gpkg")


def _write_platforms(
    source: ip.Workspace, layers: Path, counties: list[County], seed: int
) -> None:  # fmt: skip
    """Write platforms with boundaries; some lie over each other, as they do on plans."""
    example = _example("platforms").drop(columns=["town_id", "place_id"])
    for column in ("industries", "direction_also"):
        example[column] = example[column].map(_joined)
    frames = []
    for county in counties:
        rng = np.random.default_rng([seed, county.number, 2])
        one = county.moved(example)
        near = shapely.get_coordinates(one.geometry.to_numpy())
        near = near + rng.uniform(-2500, 2500, near.shape)
        shapes = _ragged(rng, near, PARK_CORNERS, PARK_M)
        one = one.set_geometry(shapely.intersection(shapes, county.outline), crs=CRS)
        one["platform_id"] += county.tail
        one["name"] += county.tail
        # one whose place was drawn beyond the coast has no land
        one = one[one.geometry.area > 0]
        frames.append(one.assign(basis="drawn", accuracy_m=30.0))
    _save(pd.concat(frames, ignore_index=True).to_crs(STORED), layers / "platforms.gpkg")
    card = yaml.safe_load((source.layers_dir / "platforms.yaml").read_text(encoding="utf-8"))
    columns = [one for one in card["columns"] if one["name"] not in {"town_id", "place_id"}]
    number = {"title": {"zh": "精度", "en": "Accuracy"}, "type": "number", "unit": "m"}
    columns += [
        {"name": "basis", "title": {"zh": "依据", "en": "Basis"}, "type": "string"},
        {"name": "accuracy_m", **number},
    ]
    card |= {"file": "platforms.gpkg", "geometry": "polygon", "columns": columns, "sample": True}
    path = layers / "platforms.yaml"
    path.write_text(yaml.safe_dump(card, allow_unicode=True, sort_keys=False), encoding="utf-8")
