"""A small city on disk: one square county, two places, one table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

PLAN = """\
name: {zh: 方城县, en: Square}
county_code: "330399"
crs: EPSG:4528
central_meridian: 120
assessment_year: 2022
default_pack: none
constraints: [river, road]
documents:
  - {id: plan, title: 方城县规划, number: 方政〔2020〕1号, date: "2020-05"}
"""

COUNTY_CARD = """\
layer: county
file: county.geojson
title: {zh: 县界, en: County}
description: {zh: 县界, en: County outline}
geometry: polygon
key: adcode
source: test
date: "2020"
columns:
  - {name: adcode, title: {zh: 代码, en: Code}, type: string, required: true}
"""

GAZETTEER_CARD = """\
layer: gazetteer
file: gazetteer.csv
title: {zh: 地名, en: Gazetteer}
description: {zh: 地名, en: Places}
geometry: point
key: place_id
source: test
date: "2020"
columns:
  - {name: place_id, title: {zh: 编号, en: Id}, type: string, required: true, unique: true}
  - {name: lon, title: {zh: 经度, en: Longitude}, type: number, required: true}
  - {name: lat, title: {zh: 纬度, en: Latitude}, type: number, required: true}
  - {name: basis, title: {zh: 依据, en: Basis}, type: category, allowed: [real, town_fallback]}
  - {name: accuracy_m, title: {zh: 误差, en: Accuracy}, type: number, unit: m, minimum: 0}
"""

PARKS_CARD = """\
layer: parks
file: parks.csv
title: {zh: 园区, en: Parks}
description: {zh: 园区, en: Parks}
geometry: place
key: park_id
documents: [plan]
source: test
date: "2020"
columns:
  - {name: park_id, title: {zh: 编号, en: Id}, type: string, required: true, unique: true}
  - {name: name, title: {zh: 名称, en: Name}, type: string}
  - {name: land_mu, title: {zh: 用地, en: Land}, type: number, unit: 亩, minimum: 0}
  - {name: firms, title: {zh: 企业数, en: Firms}, type: integer}
  - {name: open, title: {zh: 开放, en: Open}, type: boolean}
  - {name: since, title: {zh: 建成, en: Since}, type: date}
  - {name: place_id, title: {zh: 地点, en: Place}, type: string, refers_to: gazetteer.place_id}
  - {name: doc, title: {zh: 文件, en: Document}, type: string}
  - {name: section, title: {zh: 章节, en: Section}, type: string}
  - {name: row, title: {zh: 行, en: Row}, type: integer}
"""

PARKS = """\
park_id,name,land_mu,firms,open,since,place_id,doc,section,row
P1,东园,120.5,12,true,2019-05,a,plan,附件二,3
P2,西园,,,,,,plan,三（四）,
"""

GAZETTEER = "place_id,lon,lat,basis,accuracy_m\na,121.05,28.05,town_fallback,2000\n"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    root = tmp_path / "square"
    (root / "geo").mkdir(parents=True)
    (root / "layers").mkdir()
    ring = [[121.0, 28.0], [121.1, 28.0], [121.1, 28.1], [121.0, 28.1], [121.0, 28.0]]
    county = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "features": [
            {
                "type": "Feature",
                "properties": {"adcode": "330399"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        ],
    }
    (root / "geo/county.geojson").write_text(json.dumps(county), encoding="utf-8")
    for name, content in {
        "geo/county.yaml": COUNTY_CARD,
        "geo/gazetteer.yaml": GAZETTEER_CARD,
        "geo/gazetteer.csv": GAZETTEER,
        "layers/plan.yaml": PLAN,
        "layers/parks.yaml": PARKS_CARD,
        "layers/parks.csv": PARKS,
    }.items():
        (root / name).write_text(content, encoding="utf-8")
    return root
