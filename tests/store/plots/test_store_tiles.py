"""Tiles straight from a store: the same bytes from either, and from the plots at hand."""

from __future__ import annotations

import gzip
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

import platforms as ip
from platforms.errors import ConflictError, InputError
from platforms.outputs.maps.extent_map import map_of_extent
from platforms.outputs.maps.map_encoding import Packed, unpack_geometry
from platforms.outputs.maps.stored_map import stored_document
from platforms.outputs.maps.tiled.plot_tiles import COUNT, NAME, PlotTiles
from platforms.store.plots.store_map import store_map, store_tiles

COUNT_ALL = 90


def field(count=COUNT_ALL):
    """Plots beside one another, of three classes; every third says no area."""
    number = np.arange(count)
    return gpd.GeoDataFrame(
        {
            # an order of ids that is not the order in which they come
            "plot_id": [f"P{(7 * n) % count:03d}" for n in number],
            "firm_name": [f"企业 {n}" for n in number],
            "verdict": np.array(["low_efficiency", "not", "unknown"])[number % 3],
            "area_m2": np.where(number % 3 == 0, np.nan, 1000.25),
        },
        geometry=[shapely.box(x := 121 + n / 900, 28.1, x + 0.0006, 28.1006) for n in number],
        crs=4490,
    )


@pytest.fixture(scope="module")
def city():
    return ip.Workspace.open("yueqing")


@pytest.fixture
def store(opened, monkeypatch):
    monkeypatch.setenv("PLATFORMS_MAP_PLOTS", "20")
    made = opened("here")
    made.plots.take(field(), by="王")
    return made


def every_tile(tiles):
    box = tiles.index.box
    for z in (0, 5, 9, 12, 14, 17):
        for x in range(*reach(box[0], box[2], z)):
            for y in range(2**z) if z < 6 else rows(box, z):
                yield z, x, y


def reach(west, east, z):
    return int((west + 180) / 360 * 2**z), int((east + 180) / 360 * 2**z) + 1


def rows(box, z):
    lat = np.radians([box[3], box[1]])
    top, bottom = ((0.5 - np.arctanh(np.sin(lat)) / (2 * np.pi)) * 2**z).astype(int)
    return range(top, bottom + 1)


def at_hand(tiles):
    """The same plots as a layer that is held in memory."""
    frame = tiles.taken(np.arange(len(tiles)))
    columns = [one for one in tiles.columns if one.name not in {COUNT, NAME}]
    return PlotTiles.of(
        frame, columns, key="plot_id", by=tiles.by, values=tiles.values, named=tiles.named,
        most=tiles.index.most,
    )  # fmt: skip


def said(packed):
    told = json.loads(gzip.decompress(packed))
    del told["fingerprint"]
    return told


def test_a_store_answers_as_plots_at_hand_do(store, city):
    kept = store_tiles(store, city)
    held = at_hand(kept)
    assert (len(kept), kept.counts) == (COUNT_ALL, held.counts)
    assert kept.counts[:1] == [COUNT_ALL // 3]
    singly = 0
    for address in every_tile(kept):
        answer = said(kept.packed(*address))
        assert answer == said(held.packed(*address))
        singly += answer["shown"]
    assert singly > 0
    assert kept.alone().equals(held.alone())
    assert kept.find("企业 1") == held.find("企业 1")
    assert kept.find("p004") == held.find("p004")
    assert kept.find("P004")[0] == {"id": "P004", "name": "P004"}
    assert said(kept.one("P004")) == said(held.one("P004"))
    assert kept.one("nobody") is None


def test_tiles_of_each_zoom_add_up_and_a_filter_leaves_what_it_leaves(store, city):
    tiles = store_tiles(store, city)
    for z in (9, 14):
        found = [tiles.tile(*one).plots for one in every_tile(tiles) if one[0] == z]
        assert sum(found) == COUNT_ALL
    mask = tiles.facts.classes == tiles.values.index("low_efficiency")
    some = tiles.only(mask, "low")
    assert (len(some), some.fingerprint != tiles.fingerprint) == (COUNT_ALL // 3, True)
    z, x, y = next(one for one in every_tile(some) if one[0] == 17 and some.tile(*one).shown)
    assert set(some.tile(z, x, y).frame["verdict"]) == {"low_efficiency"}
    # what a filter leaves out is not found
    named = some.find("企业")
    assert {one["id"] for one in named} <= set(field().query("verdict == 'low_efficiency'").plot_id)


def test_both_stores_give_the_same_bytes(opened, city, tmp_path, monkeypatch):
    if opened.kind == "geopackage":
        pytest.skip("compared once")
    monkeypatch.setenv("PLATFORMS_MAP_PLOTS", "20")
    frame = field()
    server, file = opened("here"), ip.open_store("here", tmp_path / "file.gpkg")
    server.plots.take(frame, by="王")
    # in another order, and one of them a second time
    file.plots.take(frame.iloc[::-1].assign(firm_name="旧"), by="李")
    file.plots.take(frame, by="王")
    one, two = store_tiles(server, city), store_tiles(file, city)
    assert one.fingerprint == two.fingerprint
    for address in every_tile(one):
        assert one.packed(*address) == two.packed(*address)
    assert one.one("P010") == two.one("P010")


def test_a_row_says_its_area_and_where_it_says_none_the_shape_does(store, city):
    tiles = store_tiles(store, city)
    frame = tiles.taken(np.arange(len(tiles))).set_index("plot_id")
    given = field().set_index("plot_id")
    known = given["area_m2"].notna()
    assert (frame.loc[given.index[known], "area_m2"] == 1000.25).all()
    measured = ip.measure(given[~known].reset_index(), plane=city.plan.crs)
    mine = frame.loc[measured["plot_id"], "area_m2"].to_numpy()
    assert mine == pytest.approx(measured["area_m2"].to_numpy(), abs=0.005)


def test_a_store_that_was_written_since_is_not_read_as_before(store, opened, city):
    tiles = store_tiles(store, city)
    assert tiles.source.current()
    # another workspace of the same store is none of these
    opened("there").plots.take(field(3), by="李")
    assert tiles.source.current()
    assert tiles.one("P001") is not None
    store.plots.remove("P001", by="王")
    assert not tiles.source.current()
    with pytest.raises(ConflictError):
        tiles.one("P001")
    # a tile of sums reads no plot, and is of those before all the same
    with pytest.raises(ConflictError):
        tiles.packed(0, 0, 0)
    again = store_tiles(store, city)
    assert (len(again), again.one("P001")) == (COUNT_ALL - 1, None)
    assert again.fingerprint != tiles.fingerprint


def test_a_map_of_few_plots_carries_each_and_one_of_many_their_sums(store, city, monkeypatch):
    large = store_map(store, city).document
    assert set(large.tiles) == {"plots"}
    assert large.content["figures"][0]["value"] == "90"
    monkeypatch.setenv("PLATFORMS_MAP_PLOTS", "500")
    small = stored_document(city, store_tiles(store, city))
    layer = next(one for one in small.content["layers"] if one["id"] == "plots")
    assert (dict(small.tiles), layer["features"]) == ({}, COUNT_ALL)


def test_an_extent_has_its_plots_singly_and_counts_what_it_leaves(store, city):
    looked = store_map(store, city)
    document = looked.document
    # the first ten begin west of here
    box = (120.9, 28.0, 121 + 9.5 / 900, 28.2)
    found = map_of_extent(document, box)
    assert (found.inside, found.left_out) == (10, COUNT_ALL - 10)
    layer = next(one for one in found.document.content["layers"] if one["id"] == "plots")
    assert (layer["features"], "summed" in layer) == (10, False)
    shapes = unpack_geometry(Packed.from_json(layer["geometry"]).raw, "polygon")
    assert len(shapes) == 10
    assert "10" in found.document.content["notes"][0]
    assert "80" in found.document.content["notes"][0]
    # of all, and called so
    assert found.document.content["figures"][0]["label"] == "地块（全部）"
    # the same of a map that carries all of them, and of what a filter leaves
    assert looked.extent(box).document.id == found.document.id
    low = looked.passing({"verdict": ["low_efficiency"]})
    assert looked.figures(low)[0].value == "30"
    assert (looked.extent(box, low).inside, looked.extent(box, low).left_out) == (4, 26)
    with pytest.raises(InputError) as wide:
        map_of_extent(document, (120.9, 28.0, 121.2, 28.2))
    assert wide.value.key == "map.errors.wide_extent"
    with pytest.raises(InputError) as empty:
        map_of_extent(document, (1.0, 1.0, 2.0, 2.0))
    assert empty.value.key == "map.errors.empty_extent"
    with pytest.raises(InputError) as none:
        map_of_extent(document, (2.0, 1.0, 1.0, 2.0))
    assert none.value.key == "map.errors.no_extent"


def test_plots_without_a_verdict_are_of_one_class(opened, city, monkeypatch):
    monkeypatch.setenv("PLATFORMS_MAP_PLOTS", "20")
    made = opened("here")
    made.plots.take(field()[["plot_id", "geometry"]], by="王")
    tiles = store_tiles(made, city)
    assert (tiles.by, tiles.counts) == (None, [COUNT_ALL])
    assert sum(tiles.alone()[COUNT]) == COUNT_ALL


def test_an_empty_store_says_so(opened, city):
    with pytest.raises(InputError) as told:
        store_tiles(opened("here"), city)
    assert told.value.key == "plots.none"
