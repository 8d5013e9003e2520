# ruff: noqa: INP001 - a script, not a package
"""Derive the town areas and the schematic layout of 乐清 from the files of the workspace.

Run ``python tools/derive_yueqing.py`` from anywhere; the result depends on the input files alone,
so that a second run writes the same bytes. It reads ``geo/yueqing/county.geojson``,
``geo/yueqing/gazetteer.csv`` and ``tools/yueqing_layout.yaml`` and writes

``geo/yueqing/towns.geojson``
    25 town areas: the part of the county that is nearest to each town seat, in the plane of
    EPSG:4528. Nobody published these limits. Checked against an outline that may not be shipped,
    nearest seat is right for 69 % of the county, so the limits are wrong by a distance that can
    be estimated: the wrong 31 % of the area, spread along the inner limits, is a strip whose
    mean width is ``0.31 * county area / length of the inner limits``. ``accuracy_m`` joins this
    width and the seat's own accuracy (root of the sum of squares), rounded up to 100 m.

``layers/yueqing/layout_units.geojson``
    The five units 一港两带两城. The plan names places and draws no limits, so each unit is a
    smooth corridor (belts, port) or a circle (cities) around the places that
    ``yueqing_layout.yaml`` lists, cut to the land of the county; the port reaches a little into
    the sea. A picture of the plan, not a boundary.
"""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pyproj
import shapely
import yaml
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parents[1]
GEO = ROOT / "geo" / "yueqing"
LAYERS = ROOT / "layers" / "yueqing"
LAYOUT = Path(__file__).with_name("yueqing_layout.yaml")
PLANE = "EPSG:4528"
STORED = "EPSG:4490"
GRID_DEGREES = 1e-7
RIGHT_SHARE = 0.69
CRUMB_M = 500
AGREEMENT = {
    "high": {"虹桥镇", "大荆镇", "柳市镇"},
    "low": {"磐石镇", "龙西乡", "翁垟街道", "智仁乡"},
}

_TO_PLANE = pyproj.Transformer.from_crs(STORED, PLANE, always_xy=True)
_TO_STORED = pyproj.Transformer.from_crs(PLANE, STORED, always_xy=True)


def plane(geometry: BaseGeometry) -> BaseGeometry:
    """Return `geometry` (lon, lat) in the plane of EPSG:4528 (metres)."""
    return shapely.transform(geometry, _TO_PLANE.transform, interleaved=False)


def stored(geometry: BaseGeometry) -> BaseGeometry:
    """Return `geometry` (EPSG:4528, metres) in lon, lat."""
    return shapely.transform(geometry, _TO_STORED.transform, interleaved=False)


def read_county() -> BaseGeometry:
    """Return the county (lon, lat)."""
    text = (GEO / "county.geojson").read_text(encoding="utf-8")
    return shapely.geometry.shape(json.loads(text)["features"][0]["geometry"])


def read_places() -> dict[str, dict[str, str]]:
    """Return the gazetteer's rows by place_id."""
    with (GEO / "gazetteer.csv").open(encoding="utf-8", newline="") as lines:
        return {row["place_id"]: row for row in csv.DictReader(lines)}


def tile(county: BaseGeometry, points: list[BaseGeometry]) -> list[BaseGeometry]:
    """Cut `county` (lon, lat) into the parts nearest to each of `points` (plane).

    Returns
    -------
    list of polygons or multipolygons (lon, lat), in the order of `points`; they share their
    limits vertex by vertex and cover the county.
    """
    cells = shapely.voronoi_polygons(
        shapely.MultiPoint(points), extend_to=plane(county).buffer(20_000), ordered=True
    ).geoms
    # long cell sides are bent by the projection: short steps keep both sides of a limit together
    edges = [stored(shapely.segmentize(cell.boundary, 500)) for cell in cells]
    lines = shapely.unary_union([*edges, county.boundary], grid_size=GRID_DEGREES)
    faces: list[list[BaseGeometry]] = [[] for _ in points]
    shapely.prepare(county)
    tree = shapely.STRtree(points)
    for face in shapely.polygonize([lines]).geoms:
        spot = face.representative_point()
        if county.contains(spot):
            faces[int(tree.nearest(plane(spot)))].append(face)
    return [shapely.coverage_union_all(parts).normalize() for parts in faces]


def strip_width(county: BaseGeometry, towns: list[BaseGeometry]) -> float:
    """Return the mean width (m) of the strips that hold the wrong share of the county."""
    county = plane(county)
    inner = (sum(plane(town).length for town in towns) - county.length) / 2
    return (1 - RIGHT_SHARE) * county.area / inner


def derive_towns() -> list[dict[str, Any]]:
    """Return the 25 town features, ordered by town_id."""
    county = read_county()
    seats = sorted(
        (row for row in read_places().values() if row["type"] == "town_seat"),
        key=lambda row: row["place_id"],
    )
    points = [plane(shapely.Point(float(row["lon"]), float(row["lat"]))) for row in seats]
    towns = tile(county, points)
    width = strip_width(county, towns)
    features = []
    for row, town in zip(seats, towns, strict=True):
        name = row["name"]
        properties = {
            "town_id": row["place_id"],
            "name": name,
            "kind": "街道" if name.endswith("街道") else name[-1],
            "seat_lon": float(row["lon"]),
            "seat_lat": float(row["lat"]),
            "seat_basis": row["basis"],
            "seat_accuracy_m": float(row["accuracy_m"]),
            "basis": "derived",
            "accuracy_m": math.ceil(math.hypot(width, float(row["accuracy_m"])) / 100) * 100,
            "agreement": next((k for k, names in AGREEMENT.items() if name in names), ""),
            "source": "nearest town seat inside the county (EPSG:4528); 示意",
        }
        features.append(feature(properties, town))
    return features


def draw(unit: dict[str, Any], places: dict[str, dict[str, str]]) -> BaseGeometry:
    """Return a unit's corridor or circle in the plane, not yet cut to the land."""
    lines = []
    for path in unit["paths"]:
        points = [(float(places[p]["lon"]), float(places[p]["lat"])) for p in path]
        line = shapely.LineString(points) if len(points) > 1 else shapely.Point(points[0])
        lines.append(plane(line).buffer(unit["reach_m"], quad_segs=16))
    # closing rounds the inner corners
    smooth = unit["smooth_m"]
    return shapely.union_all(lines).buffer(smooth, quad_segs=16).buffer(-smooth, quad_segs=16)


def derive_units() -> list[dict[str, Any]]:
    """Return the five layout unit features, in the order of the plan."""
    places = read_places()
    land = plane(read_county())
    features = []
    drawn: dict[str, BaseGeometry] = {}
    for unit in yaml.safe_load(LAYOUT.read_text(encoding="utf-8")):
        ground = land.buffer(unit["sea_m"], quad_segs=16) if unit["sea_m"] else land
        taken = shapely.union_all([drawn[other] for other in unit.get("without", [])])
        shape = draw(unit, places).simplify(10).intersection(ground).difference(taken)
        # the cuts leave spikes and crumbs; an opening rounds them off
        shape = shape.buffer(-CRUMB_M, quad_segs=8).buffer(CRUMB_M, quad_segs=8)
        shape = shape.intersection(ground).difference(taken)
        shape = max(shapely.get_parts(shape), key=lambda part: part.area)
        drawn[unit["unit_id"]] = shape
        kept = ("unit_id", "name", "kind", "role")
        properties = {key: unit[key] for key in kept}
        properties |= {
            "functions": ";".join(unit["functions"]),
            "quote": unit["quote"],
            "doc": "yq2016",
            "section": unit["section"],
            "page": unit["page"],
            "basis": "drawn",
            "accuracy_m": unit["accuracy_m"],
        }
        features.append(feature(properties, stored(shape).normalize()))
    return features


def feature(properties: dict[str, Any], geometry: BaseGeometry) -> dict[str, Any]:
    """Return a GeoJSON feature with coordinates on a grid of 1e-7 degrees."""
    shape = shapely.geometry.mapping(geometry)
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": shape["type"], "coordinates": rounded(shape["coordinates"])},
    }


def rounded(coordinates: Any) -> Any:  # noqa: ANN401 - nested to any depth
    """Return nested coordinates rounded to seven decimals."""
    if isinstance(coordinates, float):
        return round(coordinates, 7)
    return [rounded(part) for part in coordinates]


def write_geojson(path: Path, features: list[dict[str, Any]]) -> None:
    """Write features to `path`, one a line, with the CRS member of EPSG:4490."""
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    head = {"type": "FeatureCollection", "name": path.stem, "crs": crs}
    opening = json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n'
    lines = (json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    path.write_text(opening + ",\n".join(lines) + "\n]}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_geojson(GEO / "towns.geojson", derive_towns())
    write_geojson(LAYERS / "layout_units.geojson", derive_units())
