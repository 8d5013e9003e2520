"""Tiles of a large layer: every plot is counted once, shown or summed, at every zoom."""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from map_samples import county, square
from platforms.errors import InputError
from platforms.outputs.maps.map_document import map_document
from platforms.outputs.maps.map_encoding import Packed, unpack_geometry
from platforms.outputs.maps.map_parts import Column, MapLayer, Sheet, Table
from platforms.outputs.maps.tiled.large_layer import most_plots
from platforms.outputs.maps.tiled.plot_index import (
    DEEPEST,
    _interleave,
    apart,
    box_of_tile,
    make_index,
)
from platforms.outputs.maps.tiled.plot_tiles import COUNT, NAME, PlotTiles

COLUMNS = [
    Column(name="plot_id", title="编号", role="hidden"),
    Column(name="verdict", title="结论", type="category"),
    Column(name="area_m2", title="面积", unit="m²", type="number", digits=2),
    Column(name="area_mu", title="面积", unit="亩", type="number", digits=2),
    Column(name="remark", title="备注"),
]
NAMED = {"sum": "{n} 宗 {mu} 亩", "part": "{n} 宗 {mu} 亩（{unknown}）", "count": "{n} 宗"}
VALUES = ["low_efficiency", "not"]


def plots(places, *, side=0.0004, areas=None, verdicts=None) -> gpd.GeoDataFrame:
    n = len(places)
    areas = np.full(n, 1000.01) if areas is None else np.asarray(areas, dtype=float)
    kinds = verdicts or [["low_efficiency", "not", "unknown"][i % 3] for i in range(n)]
    return gpd.GeoDataFrame(
        {
            "plot_id": [f"P{i}" for i in range(n)],
            "verdict": kinds,
            "area_m2": areas,
            "area_mu": areas * 0.0015,
            "remark": "记录",
        },
        geometry=[square(lon, lat, side) for lon, lat in places],
        crs=4490,
    )


def tiles_of(frame, most=3, columns=COLUMNS) -> PlotTiles:
    return PlotTiles.of(
        frame, columns, key="plot_id", by="verdict", values=VALUES, named=NAMED, most=most
    )


def address(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Written down again, from the definition of the tiles."""
    sine = np.sin(np.radians(lat))
    u, v = (lon + 180) / 360, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
    return int(u * 2**z), int(v * 2**z)


def tiles_with_plots(frame, z):
    centres = frame.geometry.bounds
    lon, lat = (centres.minx + centres.maxx) / 2, (centres.miny + centres.maxy) / 2
    return Counter(address(a, b, z) for a, b in zip(lon, lat, strict=True))


PLACES = st.lists(
    st.tuples(st.floats(120.5, 121.3), st.floats(27.8, 28.6)), min_size=1, max_size=12
)


@settings(max_examples=15, deadline=None)
@given(places=PLACES, most=st.integers(1, 6), data=st.data())
def test_every_plot_is_counted_once_at_every_zoom(places, most, data):
    areas = data.draw(
        st.lists(
            st.one_of(st.none(), st.integers(1, 10**9).map(lambda cents: cents / 100)),
            min_size=len(places),
            max_size=len(places),
        )
    )
    frame = plots(places, areas=[np.nan if one is None else one for one in areas])
    tiles = tiles_of(frame, most)
    classes = frame["verdict"].astype(object).where(frame["verdict"].isin(VALUES))
    for z in (5, 11, DEEPEST):
        shown = summed = cents = 0
        seen: set[str] = set()
        kinds: Counter[str | None] = Counter()
        for (x, y), count in tiles_with_plots(frame, z).items():
            told = tiles.tile(z, x, y)
            assert told.plots == count
            cells = told.frame[told.frame[COUNT].notna()]
            single = told.frame[told.frame[COUNT].isna()]
            assert (told.shown, len(cells) > 0) == ((count, False) if count <= most else (0, True))
            assert cells[COUNT].sum() == told.plots - told.shown
            shown += told.shown
            summed += int(cells[COUNT].sum())
            seen |= set(single["plot_id"])
            for verdict, n in zip(cells["verdict"], cells[COUNT], strict=True):
                kinds[None if pd.isna(verdict) else verdict] += n
            cents += round(float(cells["area_m2"].fillna(0).sum()) * 100)
        assert shown + summed == len(frame)
        # what is shown singly anywhere is exactly what no tile has summed
        assert len(seen) == shown
        rest = ~frame["plot_id"].isin(seen)
        assert kinds == Counter(None if pd.isna(v) else v for v in classes[rest])
        if frame["area_m2"].notna().all():
            assert cents == round(float(frame["area_m2"][rest].sum()) * 100)


@settings(max_examples=10, deadline=None)
@given(places=PLACES, most=st.integers(1, 6))
def test_what_is_shown_singly_stays_so_nearer(places, most):
    index = make_index(plots(places).geometry.to_numpy(), most=most)
    for z in range(DEEPEST):
        for (x, y), count in tiles_with_plots(plots(places), z).items():
            first, last = index.run(z, x, y)
            assert last - first == count
            assert ((index.levels[first:last] <= z) == (count <= most)).all()


def test_addresses_on_the_curve_and_back():
    x, y = np.array([0, 1, 5, 4_194_303, 123]), np.array([0, 7, 2, 4_194_303, 99_999])
    found = apart(_interleave(x, y))
    assert found[0].tolist() == x.tolist()
    assert found[1].tolist() == y.tolist()


def test_a_plot_that_reaches_into_a_tile_comes_with_it_and_is_not_counted_there():
    z = 14
    x, y = address(121.0, 28.2, z)
    west, south, east, north = box_of_tile(z, x, y)
    wide = shapely.box(east - 0.0001, (south + north) / 2, east + 0.01, north - 0.0001)
    frame = plots([(west + 0.001, south + 0.001)]).iloc[[0, 0]].reset_index(drop=True)
    frame["plot_id"] = ["own", "other"]
    frame.loc[1, "geometry"] = wide
    told = tiles_of(frame).tile(z, x, y)
    assert (told.plots, told.shown) == (1, 1)
    assert told.frame["plot_id"].tolist() == ["own", "other"]
    # the neighbour counts it
    assert tiles_of(frame).tile(z, x + 1, y).plots == 1


def test_painted_land_is_true_land_class_by_class():
    rng = np.random.default_rng(1)
    places = list(zip(rng.uniform(120.9, 121.0, 400), rng.uniform(28.1, 28.2, 400), strict=True))
    frame = plots(places, side=0.003)
    cells = tiles_of(frame, most=1).alone()
    metric = cells.set_geometry(cells.geometry).to_crs(32651)
    drawn = metric.geometry.area.groupby(cells["verdict"].fillna("unknown")).sum()
    true = frame.to_crs(32651).geometry.area.groupby(frame["verdict"]).sum()
    for verdict, area in true.items():
        assert drawn[verdict] == pytest.approx(area, rel=0.03)


def test_a_sum_says_number_area_and_what_is_not_known():
    frame = plots([(121.0, 28.2)] * 3, areas=[1000.0, 2000.01, np.nan], verdicts=["not"] * 3)
    cells = tiles_of(frame, most=1).alone()
    assert cells[NAME].tolist() == ["3 宗 4.50 亩（1）"]
    assert cells["area_m2"].isna().all()
    whole = tiles_of(frame.iloc[:2], most=1).alone()
    assert whole[NAME].tolist() == ["2 宗 4.50 亩"]
    assert whole["area_m2"].tolist() == [3000.01]
    bare = tiles_of(frame.drop(columns=["area_m2", "area_mu"]), columns=COLUMNS[:2], most=1)
    assert bare.alone()[NAME].tolist() == ["3 宗"]


def opened(sent: bytes) -> dict:
    body = json.loads(gzip.decompress(sent))
    body["shapes"] = unpack_geometry(Packed.from_json(body["geometry"]).raw, "polygon")
    body["values"] = json.loads(base64.b64decode(body["attributes"]["data"]))
    return body


def test_a_tile_travels_with_its_fingerprint_and_light_columns():
    frame = plots([(121.0, 28.2), (121.01, 28.2)])
    tiles = tiles_of(frame)
    body = opened(tiles.packed(10, *address(121.0, 28.2, 10)))
    assert (body["fingerprint"], body["plots"], body["shown"]) == (tiles.fingerprint, 2, 2)
    assert len(body["shapes"]) == body["features"] == 2
    assert "remark" not in body["values"]
    assert sorted(body["values"]["plot_id"]["values"]) == ["P0", "P1"]
    assert tiles.packed(10, 857, 427) == tiles_of(frame).packed(10, 857, 427)


def test_one_plot_with_all_that_is_known_of_it_and_no_other():
    tiles = tiles_of(plots([(121.0, 28.2), (121.01, 28.2)]))
    body = opened(tiles.one("P1") or b"")
    assert body["values"]["remark"] == {"values": ["记录"]} or "记录" in str(body["values"])
    assert len(body["shapes"]) == 1
    assert tiles.one("nobody") is None


def test_search_takes_a_whole_id_first_and_only_what_the_filter_leaves():
    frame = plots([(121.0 + i / 1000, 28.2) for i in range(20)])
    tiles = tiles_of(frame)
    assert [one["id"] for one in tiles.find("p1")][:2] == ["P1", "P10"]
    assert tiles.find("P1")[0] == {"id": "P1", "name": "P1"}
    assert tiles.find("(") == []
    some = tiles.only(frame["plot_id"].ne("P1").to_numpy(), "some")
    assert next(one["id"] for one in some.find("P1")) == "P10"


def test_a_filter_has_counts_levels_and_a_fingerprint_of_its_own():
    frame = plots([(121.0, 28.2)] * 8)
    tiles = tiles_of(frame, most=3)
    some = tiles.only(frame["verdict"].eq("low_efficiency").to_numpy(), "low")
    assert (tiles.counts, some.counts, len(some)) == ([3, 3, 2], [3, 0, 0], 3)
    assert some.fingerprint != tiles.fingerprint
    told = some.tile(0, 0, 0)
    assert (told.plots, told.shown) == (3, 3)
    none = tiles.only(np.zeros(8, dtype=bool), "none")
    assert (none.tile(0, 0, 0).plots, len(none.alone())) == (0, 0)


@pytest.mark.parametrize("change", ["area_m2", "geometry", "verdict"])
def test_other_data_have_another_fingerprint(change):
    frame = plots([(121.0, 28.2), (121.01, 28.2)])
    other = frame.copy()
    values = {"area_m2": 5.0, "geometry": square(121.05, 28.2), "verdict": "not"}
    other.loc[0, change] = values[change]
    assert tiles_of(frame).fingerprint == tiles_of(frame.copy()).fingerprint
    assert tiles_of(frame).fingerprint != tiles_of(other).fingerprint


def sheet_layer(frame) -> MapLayer:
    return MapLayer(
        name="plots", title="地块", frame=frame, key="plot_id", columns=COLUMNS, tiled=True
    )


def test_a_map_of_more_plots_than_it_carries_holds_sums_and_says_so(monkeypatch):
    frame = plots([(120.9 + i / 500, 28.2) for i in range(30)])
    sheet = Sheet(
        title="试", county=county(), tables=[Table(id="t", title="t", layer="plots", columns=[])]
    )
    plain = map_document([sheet_layer(frame)], sheet)
    assert plain.tiles == {}
    monkeypatch.setenv("PLATFORMS_MAP_PLOTS", "29")
    # areas that are no plots are drawn as they are, however many
    assert map_document([replace(sheet_layer(frame), tiled=False)], sheet).tiles == {}
    assert "summed" not in plain.content["layers"][0]
    made = map_document([sheet_layer(frame)], sheet)
    (layer,) = made.content["layers"]
    assert layer["summed"]["plots"] == sum(layer["summed"]["counts"]) == len(made.tiles["plots"])
    assert layer["summed"]["fingerprint"] == made.tiles["plots"].fingerprint
    # sums of cells are no rows of a table
    assert made.content["tables"] == []
    assert "30" in made.content["notes"][0]
    assert plain.content["notes"] == []
    assert made.id != plain.id
    moved = map_document([replace(sheet_layer(frame), frame=frame.iloc[::-1])], sheet)
    assert moved.content["layers"][0]["summed"]["counts"] == layer["summed"]["counts"]


@pytest.mark.parametrize("given", ["9", "many", "-500", "1e6"])
def test_a_setting_that_is_no_number_is_refused(monkeypatch, given):
    monkeypatch.setenv("PLATFORMS_MAP_PLOTS", given)
    with pytest.raises(InputError, match="PLATFORMS_MAP_PLOTS"):
        most_plots()


@pytest.mark.long
def test_six_hundred_thousand_plots_add_up_at_every_zoom():
    count = 600_000
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(120.7, 121.2, count), rng.uniform(27.9, 28.5, count)
    cents = rng.integers(1, 10**7, count)
    frame = gpd.GeoDataFrame(
        {
            "plot_id": np.arange(count).astype(str),
            "verdict": np.array(["low_efficiency", "not", "unknown"])[rng.integers(0, 3, count)],
            "area_m2": cents / 100,
        },
        geometry=shapely.box(lon, lat, lon + 0.0003, lat + 0.0003),
        crs=4490,
    )
    tiles = tiles_of(frame, most=4000, columns=COLUMNS[:3])
    for z in (8, 11, 13):
        plots_told = area = 0
        for x, y in tiles_with_plots(frame, z):
            told = tiles.tile(z, x, y)
            plots_told += told.plots
            cells = told.frame[told.frame[COUNT].notna()]
            assert cells[COUNT].sum() == told.plots - told.shown
            area += round(float(cells["area_m2"].astype(float).sum()) * 100)
            first, last = tiles.index.run(z, x, y)
            if told.shown:
                area += int(cents[tiles.index.rows[first:last]].sum())
        assert (plots_told, area) == (count, int(cents.sum()))
