"""Membership as a map: colours of neighbours differ, doubt is marked, nothing is markup."""

from __future__ import annotations

import base64
import gzip
import json

import pytest

import platforms as ip
from platforms.outputs.maps.belonging_map import belonging_document


@pytest.fixture(scope="module")
def city() -> ip.Workspace:
    return ip.Workspace.open("yueqing")


@pytest.fixture(scope="module")
def firms(city):
    return ip.assign("firms", city)


def _layer(document, name):
    return next(layer for layer in document.content["layers"] if layer["id"] == name)


def _values(layer, name):
    packed = json.loads(gzip.decompress(base64.b64decode(layer["attributes"]["data"])))[name]
    return [packed["dict"][code] if code >= 0 else None for code in packed["values"]]


def test_doubtful_firms_are_hollow_and_in_the_colour_of_their_town(city, firms):
    layer = _layer(belonging_document(city, "firms", firms), "firms")
    shades, towns = _values(layer, "shade"), _values(layer, "town")
    told = ip.doubts(firms)
    drawn = told[told.geometry.notna()]
    assert [shade.endswith("d") for shade in shades] == drawn["town_doubt"].ne("").tolist()
    by_town = {}
    for town, shade in zip(towns, shades, strict=True):
        by_town.setdefault(town, set()).add(shade.rstrip("d"))
    assert all(len(tones) == 1 for tones in by_town.values())
    looks = {one["value"]: one for one in layer["style"]["classes"]}
    assert looks["t0"]["fill"] != looks["t0d"]["fill"] == "#ffffff"


def test_the_legend_names_the_towns(city, firms):
    layer = _layer(belonging_document(city, "firms", firms), "firms")
    named = " ".join(one["title"] for one in layer["style"]["classes"])
    assert "柳市镇" in named
    assert "存疑" in named


def test_platforms_are_shown_where_they_colour(city, firms):
    by_platform = belonging_document(city, "firms", firms, by="platform")
    assert _layer(by_platform, "platforms")
    names = [one["id"] for one in belonging_document(city, "firms", firms).content["layers"]]
    assert "platforms" not in names


def test_the_same_memberships_have_one_fingerprint_and_groups_another(city, firms):
    one, two = (belonging_document(city, "firms", firms).id for _ in range(2))
    assert one == two
    assert belonging_document(city, "firms", firms, by="platform").id != one


def test_plots_of_a_run_are_hatched_where_doubtful(example):
    document = belonging_document(example.workspace, "plots", example.plots, run=example)
    layer = _layer(document, "plots")
    assert layer["sample"]
    doubtful = ip.doubts(example.plots)["town_doubt"].ne("").sum()
    assert sum(shade.endswith("d") for shade in _values(layer, "shade")) == doubtful
    looks = {one["value"]: one for one in layer["style"]["classes"]}
    assert looks["t0d"]["hatch"] == "diagonal"
    assert looks["t0"]["hatch"] == "none"


def test_what_cannot_be_meant_is_refused(city, firms):
    with pytest.raises(ValueError, match="no group"):
        belonging_document(city, "firms", firms, by="colour")
    with pytest.raises(ValueError, match="with their run"):
        belonging_document(city, "plots", firms)
