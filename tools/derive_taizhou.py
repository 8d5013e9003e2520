# ruff: noqa: INP001 - a script, not a package
"""Derive the county units, the base map and the schematic layout of 台州.

Run ``python tools/derive_taizhou.py`` from anywhere; the result depends on the input files alone,
so that a second run writes the same bytes. It reads ``geo/taizhou/county.geojson``,
``geo/taizhou/gazetteer.csv``, the counties of ``geo/taizhou/neighbours.geojson`` and
``tools/taizhou_layout.yaml``, and writes

``geo/taizhou/towns.geojson``
    The nine county units with their seats: what plays the part of towns in a city of counties.

``geo/taizhou/neighbours.geojson``
    Its last feature is written again: the land beyond the neighbouring counties, so that the
    base map does not show a sea where there is none. A sketch: the inland boxes less all
    counties, with no name.

``layers/taizhou/layout_units.geojson``
    双核引领、一带联动、多点协同. The plan names platforms and draws no limits: the cores and the
    many points are circles, the belt is a strip along the mainland coast, all cut to the land.
    A picture of the plan, not a boundary.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import shapely
import yaml
from shapely.geometry.base import BaseGeometry

sys.path.insert(0, str(Path(__file__).parent))

from derive_yueqing import CRUMB_M, feature, plane, stored, write_geojson

ROOT = Path(__file__).resolve().parents[1]
GEO = ROOT / "geo" / "taizhou"
LAYERS = ROOT / "layers" / "taizhou"
LAYOUT = Path(__file__).with_name("taizhou_layout.yaml")
SOURCE = "天地图; seat: GeoNames (CC BY 4.0)"
# islands smaller than this have a coast, but are no part of a belt along the mainland
MAINLAND_M2 = 60e6
# limits of neighbouring counties do not always share their points
SEAM_M = 600.0
SMOOTH_M = 2500.0
SMALLEST_M2 = 15e6
CRUMB_DEG2 = 0.01
# inland of the counties at hand all is land (degrees): west, south, east, north
INLAND = ((117.6, 27.1, 120.25, 30.1), (120.25, 29.3, 121.3, 30.0))


def read_shapes(path: Path) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """Return properties and geometry (lon, lat) of a GeoJSON file's features."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [(one["properties"], shapely.geometry.shape(one["geometry"])) for one in features]


def read_places() -> dict[str, dict[str, str]]:
    """Return the gazetteer's rows by place_id."""
    with (GEO / "gazetteer.csv").open(encoding="utf-8", newline="") as lines:
        return {row["place_id"]: row for row in csv.DictReader(lines)}


def county_units() -> list[dict[str, Any]]:
    """Return the nine county units as the layer of towns, in the order of their codes."""
    seats = {row["name"]: row for row in read_places().values() if row["type"] == "town_seat"}
    features = []
    for properties, shape in read_shapes(GEO / "county.geojson"):
        seat = seats[properties["name"]]
        told = {
            "town_id": seat["place_id"],
            "adcode": properties["adcode"],
            "name": properties["name"],
            "kind": properties["name"][-1],
            "seat_lon": float(seat["lon"]),
            "seat_lat": float(seat["lat"]),
            "seat_basis": seat["basis"],
            "seat_accuracy_m": float(seat["accuracy_m"]),
            "basis": properties["basis"],
            "accuracy_m": properties["accuracy_m"],
            "source": SOURCE,
        }
        features.append(feature(told, shape))
    return features


def neighbours() -> list[dict[str, Any]]:
    """Return the counties around, and the land beyond them."""
    around = [one for one in read_shapes(GEO / "neighbours.geojson") if one[0]["name"]]
    own = [shape for _, shape in read_shapes(GEO / "county.geojson")]
    known = shapely.union_all([*own, *(shape for _, shape in around)])
    boxes = shapely.union_all([shapely.box(*box) for box in INLAND])
    # no crumbs in the seams between counties
    beyond = shapely.difference(boxes, known)
    kept = [part for part in shapely.get_parts(beyond) if part.area > CRUMB_DEG2]
    told = {"adcode": "000000", "name": "", "basis": "drawn", "accuracy_m": 20000.0}
    features = [feature(properties, shape) for properties, shape in around]
    return [*features, feature(told, shapely.union_all(kept))]


def coast(land: BaseGeometry, others: BaseGeometry) -> BaseGeometry:
    """Return the mainland's coast (plane): the limits that no neighbour is near."""
    parts = [part for part in shapely.get_parts(land) if part.area >= MAINLAND_M2]
    rings = shapely.union_all([shapely.boundary(part) for part in parts])
    return shapely.difference(rings, shapely.buffer(others, SEAM_M))


def layout() -> list[dict[str, Any]]:
    """Return the four units, in the order of the layout file."""
    land = shapely.union_all([plane(shape) for _, shape in read_shapes(GEO / "county.geojson")])
    around = read_shapes(GEO / "neighbours.geojson")
    shore = coast(land, shapely.union_all([plane(shape) for _, shape in around]))
    places = read_places()
    drawn: dict[str, BaseGeometry] = {}
    features = []
    for unit in yaml.safe_load(LAYOUT.read_text(encoding="utf-8")):
        centre = shore if unit.get("coast") else shapely.MultiPoint(
            [plane(shapely.Point(float(places[p]["lon"]), float(places[p]["lat"])))
             for p in unit["places"]]
        )  # fmt: skip
        shape = shapely.buffer(centre, unit["reach_m"], quad_segs=16)
        if unit.get("coast"):
            shape = shapely.intersection(shape, land)
            shape = shape.buffer(SMOOTH_M, quad_segs=8).buffer(-2 * SMOOTH_M, quad_segs=8)
            shape = shape.buffer(SMOOTH_M, quad_segs=8)
        taken = shapely.union_all([drawn[other] for other in unit.get("without", [])])
        shape = shape.simplify(40).intersection(land).difference(taken)
        # the cuts leave spikes and crumbs; an opening rounds them off
        shape = shape.buffer(-CRUMB_M, quad_segs=8).buffer(CRUMB_M, quad_segs=8)
        shape = shape.intersection(land).difference(taken).simplify(15)
        kept = [part for part in shapely.get_parts(shape) if part.area >= SMALLEST_M2]
        drawn[unit["unit_id"]] = shape = shapely.union_all(kept)
        told = {key: unit[key] for key in ("unit_id", "name", "kind", "role")}
        told |= {
            "functions": ";".join(unit["functions"]),
            "quote": unit["quote"],
            "doc": "tz-145",
            "section": unit["section"],
            "page": "",
            "basis": "drawn",
            "accuracy_m": unit["accuracy_m"],
        }
        features.append(feature(told, stored(shape).normalize()))
    return features


if __name__ == "__main__":
    write_geojson(GEO / "towns.geojson", county_units())
    write_geojson(GEO / "neighbours.geojson", neighbours())
    write_geojson(LAYERS / "layout_units.geojson", layout())
