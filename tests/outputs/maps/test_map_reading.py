from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import map_samples as samples
from platforms.errors import FormatError
from platforms.outputs.maps.map_document import Column, MapLayer
from platforms.outputs.maps.map_encoding import Packed, pack_geometry, unpack_geometry
from platforms.outputs.maps.map_reading import base_frames, layer_frames, read_page, with_layers
from platforms.outputs.maps.map_seal import sealed
from platforms.outputs.maps.map_sheet import run_document
from platforms.outputs.maps.page import save_html

HOLED = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
TWO = shapely.MultiPolygon([shapely.box(5, 5, 6, 6), HOLED])


def steps(values):
    return np.round(np.asarray(values) * 1e6)


@pytest.fixture(scope="module")
def saved(example, tmp_path_factory):
    document = run_document(example)
    return document, save_html(document, tmp_path_factory.mktemp("page") / "map.html")


def test_a_saved_page_is_the_document_that_was_saved(saved):
    document, path = saved
    again = read_page(path)
    assert again.id == document.id
    assert again.content == json.loads(document.to_json())


def test_the_plots_of_a_page_are_those_of_the_run(saved, example):
    frames = layer_frames(read_page(saved[1]))
    plots, own = frames["plots"], example.plots.reset_index(drop=True)
    assert plots.crs.to_epsg() == 4490
    assert plots["plot_id"].tolist() == own["plot_id"].astype("str").tolist()
    assert plots["verdict"].tolist() == own["verdict"].tolist()
    assert np.allclose(plots["area_m2"], own["area_m2"], atol=0.005, rtol=0)
    far = shapely.hausdorff_distance(plots.geometry.to_numpy(), own.geometry.to_numpy())
    assert far.max() <= 1e-6


def test_layers_come_lowest_first_and_the_base_with_names(saved, yueqing):
    document = read_page(saved[1])
    order = {one["id"]: one["order"] for one in document.content["layers"]}
    found = [order[name] for name in layer_frames(document)]
    assert found == sorted(found)
    base = base_frames(document)
    assert set(base) == {"county", "neighbours"}
    assert base["neighbours"]["name"].notna().all()
    assert base["county"].geometry.is_valid.all()


def test_the_same_frames_give_the_same_document_and_others_another(saved):
    document = saved[0]
    frames = layer_frames(document)
    assert with_layers(document, frames).id == document.id
    assert with_layers(document, frames, compress=False).id == document.id
    fewer = with_layers(document, {"plots": frames["plots"].iloc[1:]})
    assert fewer.id != document.id
    assert len(layer_frames(fewer)["plots"]) == len(frames["plots"]) - 1


def test_a_column_that_is_gone_leaves_tables_style_and_label():
    document = samples.document()
    frames = layer_frames(document)
    made = with_layers(document, {"platforms": frames["platforms"].drop(columns="direction")})
    layer = next(one for one in made.content["layers"] if one["id"] == "platforms")
    assert "direction" not in {one["name"] for one in layer["columns"]}
    assert layer["style"]["column"] is None
    assert [one["value"] for one in layer["style"]["classes"]] == [None]
    assert made.content["tables"][0]["columns"] == ["name", "land_mu"]
    nameless = with_layers(
        made, {"platforms": layer_frames(made)["platforms"][["platform_id", "geometry"]]}
    )
    layer = next(one for one in nameless.content["layers"] if one["id"] == "platforms")
    assert layer["style"]["label"] is None


def test_a_frame_of_no_layer_or_without_its_key_is_refused():
    document = samples.document()
    frames = layer_frames(document)
    with pytest.raises(KeyError, match="strange"):
        with_layers(document, {"strange": frames["plots"]})
    with pytest.raises(KeyError, match="plot_id"):
        with_layers(document, {"plots": frames["plots"].drop(columns="plot_id")})


def test_values_of_every_type_come_back_missing_ones_too():
    frame = gpd.GeoDataFrame(
        {
            "id": ["a", "b"],
            "text": ["=1+1", None],
            "whole": pd.array([7, None], dtype="Int64"),
            "half": [0.5, np.nan],
            "yes": [True, None],
        },
        geometry=[shapely.Point(120.9234567, 28.1), shapely.Point(121, 28.1)],
        crs=4490,
    )
    columns = [
        Column(name=name, title=name, type=kind)
        for name, kind in (
            ("text", "string"),
            ("whole", "integer"),
            ("half", "number"),
            ("yes", "boolean"),
        )
    ]
    made = samples.document(
        MapLayer(name="things", title="物", frame=frame, key="id", columns=columns, style="plain")
    )
    read = layer_frames(made)["things"]
    assert read["text"].tolist() == ["=1+1", None]
    assert read["whole"].isna().tolist() == [False, True]
    assert read["whole"].iloc[0] == 7
    assert read["half"].tolist()[0] == 0.5
    assert np.isnan(read["half"].tolist()[1])
    assert read["yes"].tolist() == [True, None]
    assert read.geometry.x.tolist() == [120.923457, 121.0]


@pytest.mark.parametrize(
    ("kind", "shapes"),
    [
        ("polygon", [HOLED, TWO, shapely.box(-9, -9, -8, -8)]),
        ("line", [shapely.LineString([(0, 0), (1, 2), (3, 1)]), shapely.MultiLineString([[(0, 0), (1, 1)], [(5, 5), (6, 7)]])]),
        ("point", [shapely.Point(-1, 1), shapely.MultiPoint([(3, 3), (4, 5)])]),
        # the last point falls on the first when both are rounded
        ("polygon", [shapely.Polygon([(0, 0), (1, 0), (1, 1), (1e-7, 0)])]),
        ("polygon", []),
    ],
)  # fmt: skip
def test_shapes_of_each_kind_come_back(kind, shapes):
    given_shapes = np.array(shapes, dtype=object)
    read = unpack_geometry(pack_geometry(given_shapes, kind).raw, kind)
    assert len(read) == len(shapes)
    assert (shapely.hausdorff_distance(read, given_shapes) < 1e-6).all()
    assert pack_geometry(read, kind) == pack_geometry(given_shapes, kind)


def test_a_feature_without_a_part_of_the_kind_is_none():
    shapes = np.array([shapely.Point(0, 0), HOLED], dtype=object)
    read = unpack_geometry(pack_geometry(shapes, "polygon").raw, "polygon")
    assert read[0] is None
    assert read[1].equals(HOLED)


@given(st.lists(st.tuples(st.floats(-179, 179), st.floats(-80, 80)), min_size=1, max_size=30))
def test_coordinates_come_back_to_the_packed_step(pairs):
    points = shapely.points(pairs)
    read = unpack_geometry(pack_geometry(np.asarray(points, dtype=object), "point").raw, "point")
    assert (steps(shapely.get_coordinates(read)) == np.rint(np.asarray(pairs) * 1e6)).all()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html></html>",
        '<script type="application/json" id="platforms-document">{"schema":1</script>',
        '<script type="application/json" id="platforms-document">[]</script>',
        '<script type="application/json" id="platforms-document">{"schema":2}</script>',
        '<script type="application/json" id="platforms-document">{"schema":1}</script>',
        '<script type="application/json" id="platforms-document">{"schema":1,"layers":[7]}</script>',
    ],
)  # fmt: skip
def test_another_file_is_refused_kindly(tmp_path, text):
    path = tmp_path / "map.html"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError) as refused:
        read_page(path)
    assert refused.value.message("zh_CN")
    assert refused.value.message("en")


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path):
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    for path in (picture, tmp_path / "none.html", tmp_path):
        with pytest.raises(FormatError, match=path.name):
            read_page(path)


@pytest.mark.parametrize("cut", [0, 3, 19, 20, -1, -8])
def test_bytes_that_do_not_hold_what_their_head_says_are_refused(cut):
    raw = pack_geometry(np.array([HOLED], dtype=object), "polygon").raw
    with pytest.raises(FormatError):
        unpack_geometry(raw[:cut], "polygon")


def test_counts_that_do_not_sum_up_are_refused():
    raw = bytearray(pack_geometry(np.array([HOLED], dtype=object), "polygon").raw)
    raw[20] = 2
    with pytest.raises(FormatError):
        unpack_geometry(bytes(raw), "polygon")


@pytest.mark.parametrize(
    "packed",
    [
        {"encoding": "gzip+base64", "data": "no base64!"},
        {"encoding": "gzip+base64", "data": "AAAA"},
        {"encoding": "other", **{k: v for k, v in Packed(b"x").to_json(compress=True).items() if k == "data"}},
    ],
)  # fmt: skip
def test_a_part_that_is_packed_otherwise_is_refused(packed):
    with pytest.raises(FormatError):
        sealed({"part": packed})


def test_a_part_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("platforms.outputs.maps.map_encoding._MAX_BYTES", 100)
    with pytest.raises(FormatError):
        sealed({"part": Packed(bytes(101)).to_json(compress=True)})
    assert sealed({"part": Packed(bytes(99)).to_json(compress=True)}).id
