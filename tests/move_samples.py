"""A small relocation with a known answer: two firms go to the one park, a third finds no room."""

from __future__ import annotations

import base64
import gzip
import json

import pandas as pd

import platforms as ip

PARK = (120.95, 28.10)
FIRMS = {"F1": (120.93, 28.10), "F2": (120.95, 28.13), "F3": (120.97, 28.09)}


def tables(**names: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return firms of 10, 20 and 5 亩 in two towns, and a park of 30; names may be given."""
    firms = pd.DataFrame(
        {
            "firm_id": list(FIRMS),
            "name": [names.get(one, f"企业{one}") for one in FIRMS],
            "lon": [lon for lon, _ in FIRMS.values()],
            "lat": [lat for _, lat in FIRMS.values()],
            "industry": ["电气", "电气", "电气"],
            "demand_mu": [10.0, 20.0, 5.0],
            "town": [names.get("town", "甲镇"), names.get("town", "甲镇"), "乙镇"],
        }
    )
    parks = pd.DataFrame(
        {
            "park_id": ["P1"], "name": [names.get("P1", "园区一")], "lon": [PARK[0]],
            "lat": [PARK[1]], "capacity_mu": [30.0], "admits": ["电气"],
        }
    )  # fmt: skip
    return firms, parks


def answer(**names: str) -> ip.Relocation:
    return ip.relocate(*tables(**names))


def layer_of(document: ip.MapDocument, name: str) -> dict:
    return next(one for one in document.content["layers"] if one["id"] == name)


def rows_of(document: ip.MapDocument, name: str) -> list[dict]:
    """Return the attributes of a layer as the browser reads them."""
    packed = layer_of(document, name)["attributes"]
    raw = base64.b64decode(packed["data"])
    columns = json.loads(gzip.decompress(raw) if packed["encoding"].startswith("gzip") else raw)
    read = {}
    for column, told in columns.items():
        words = told.get("dict")
        read[column] = [
            value if words is None else None if value < 0 else words[value]
            for value in told["values"]
        ]
    return [dict(zip(read, row, strict=True)) for row in zip(*read.values(), strict=True)]
