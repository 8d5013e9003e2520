"""Layers that every map of a city has alike are packed once, and nothing of them is stale."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

import platforms as ip
from platforms.outputs.maps import map_document
from platforms.outputs.maps.card_layers import layer_from_card


@pytest.fixture
def counted(monkeypatch):
    """Count by layer how often one was packed."""
    packed, as_it_is = Counter(), map_document._layer

    def count(layer, *rest):
        packed[layer.name] += 1
        return as_it_is(layer, *rest)

    monkeypatch.setattr(map_document, "_layer", count)
    return packed


@pytest.fixture
def run(example):
    # a view of the city of which nothing was packed yet
    return replace(example, workspace=replace(example.workspace))


def test_only_the_plots_are_packed_anew(run, counted):
    first = ip.run_document(run)
    packed = Counter(counted)
    again = ip.run_document(run)
    assert counted - packed == Counter(["plots"])
    assert set(packed) == {layer["id"] for layer in first.content["layers"]}
    assert again == first
    assert again.to_json() == first.to_json()
    fresh = ip.run_document(replace(run, workspace=replace(run.workspace)))
    assert fresh.to_json() == first.to_json()


def test_a_layer_that_a_run_has_otherwise_is_shown_as_the_run_has_it(run):
    before = ip.run_document(run)
    towns = run.layers["towns"].assign(name="别处")
    other = ip.run_document(replace(run, layers={**run.layers, "towns": towns}))
    assert other.id != before.id
    assert ip.run_document(run).id == before.id


def test_another_language_is_packed_for_itself(run):
    chinese = ip.run_document(run)
    ip.set_language("en")
    english = ip.run_document(run)
    titles = [[layer["title"] for layer in one.content["layers"]] for one in (chinese, english)]
    assert not set(titles[0]) & set(titles[1])
    ip.set_language(None)
    assert ip.run_document(run).id == chinese.id


def test_what_was_made_of_a_kept_layer_is_packed_as_it_is():
    city = ip.Workspace.open("yueqing")
    card, frame = city.card("projects"), city.layer("projects")
    layer = replace(layer_from_card(card, frame), packed={})
    sheet = map_document.Sheet(title="图", county=city.layer("county"))
    whole = map_document.map_document([layer], sheet)
    part = map_document.map_document([replace(layer, frame=frame.head(3))], sheet)
    assert [one.content["layers"][0]["features"] for one in (whole, part)] == [
        int(frame.geometry.notna().sum()), int(frame.head(3).geometry.notna().sum()),
    ]  # fmt: skip
