from __future__ import annotations

import base64
import gzip
import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import map_samples as samples
from platforms import messages
from platforms.outputs.maps.map_document import Column, MapLayer, Sheet, map_document
from platforms.outputs.maps.map_encoding import pack_geometry
from platforms.outputs.maps.map_reading import layer_frames
from platforms.outputs.maps.map_styles import Look, known_styles, style_of


def layer_of(document, name):
    return next(one for one in document.content["layers"] if one["id"] == name)


def unpacked(packed):
    data = base64.b64decode(packed["data"])
    return gzip.decompress(data) if packed["encoding"] == "gzip+base64" else data


def attributes(layer):
    return json.loads(unpacked(layer["attributes"]))


def decoded(raw: bytes):
    """Read a packed geometry the way the runtime does: parts of rings of lon, lat."""
    _, features, parts, rings, vertices = np.frombuffer(raw[:20], "<i4")
    at = 20

    def words(n):
        nonlocal at
        planes = np.frombuffer(raw[at : at + 4 * n], np.uint8).reshape(4, n).astype(np.int64)
        at += 4 * n
        return planes[0] + (planes[1] << 8) + (planes[2] << 16) + (planes[3] << 24)

    counts = [words(n) for n in (features, parts, rings)]
    axes = []
    for _ in range(2):
        zigzag = words(vertices)
        axes.append(np.cumsum(np.where(zigzag % 2, -(zigzag + 1) // 2, zigzag // 2)) / 1e6)
    assert at == len(raw)
    coords = np.column_stack(axes)
    ring_coords = np.split(coords, np.cumsum(counts[2])[:-1])
    part_rings = np.split(np.arange(rings), np.cumsum(counts[1])[:-1])
    feature_parts = np.split(np.arange(parts), np.cumsum(counts[0])[:-1])
    return [[[ring_coords[r] for r in part_rings[p]] for p in f] for f in feature_parts]


@st.composite
def polygons(draw):
    x = draw(st.floats(-179, 178))
    y = draw(st.floats(-80, 80))
    w, h = (draw(st.floats(0.001, 1)) for _ in range(2))
    outer = shapely.box(x, y, x + w, y + h, ccw=draw(st.booleans()))
    if draw(st.booleans()):
        return outer
    hole = shapely.box(x + w / 4, y + h / 4, x + w / 2, y + h / 2, ccw=draw(st.booleans()))
    holed = shapely.Polygon(outer.exterior, [hole.exterior])
    other = shapely.box(x + 2 * w, y, x + 3 * w, y + h)
    return shapely.MultiPolygon([holed, other])


@given(st.lists(polygons(), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_polygons_come_back_within_half_a_micro_degree(shapes):
    features = decoded(pack_geometry(np.array(shapes, dtype=object), "polygon").raw)
    for shape, parts in zip(shapes, features, strict=True):
        back = shapely.MultiPolygon([(rings[0], rings[1:]) for rings in parts])
        assert shapely.hausdorff_distance(shape, back) <= 1e-6
        # the map fills by winding: outer rings one way, holes the other
        for rings in parts:
            turns = [shapely.LinearRing(ring).is_ccw for ring in rings]
            assert turns[0] is not True or not any(turns[1:])
            assert len({*turns[1:], turns[0]}) == (2 if len(turns) > 1 else 1)


def test_points_lines_and_collections_keep_their_parts():
    point = decoded(pack_geometry(np.array([shapely.Point(120.5, 28.25)]), "point").raw)
    np.testing.assert_allclose(point[0][0][0], [[120.5, 28.25]], atol=1e-9)
    line = shapely.LineString([(120, 28), (120.5, 28.5)])
    both = shapely.GeometryCollection([line, shapely.Point(1, 1)])
    assert len(decoded(pack_geometry(np.array([both]), "line").raw)[0]) == 1


def test_id_is_the_fingerprint_of_the_data_not_of_the_compression():
    first = samples.document()
    assert first.id == samples.document().id
    assert first.id == samples.document(compress=False).id
    assert len(first.id) == 16
    moved = samples.plots_layer()
    moved = replace(moved, frame=moved.frame.set_geometry(moved.frame.translate(1e-5)))
    renamed = samples.platforms_layer()
    renamed = replace(renamed, frame=renamed.frame.replace({"平台01": "平台０1"}))
    others = [
        samples.document(samples.platforms_layer(), moved),
        samples.document(renamed, samples.plots_layer()),
        samples.document(title="另一张图"),
        samples.document(samples.platforms_layer(visible=False), samples.plots_layer()),
        samples.document(lang="en"),
    ]
    assert len({first.id, *(o.id for o in others)}) == len(others) + 1


def test_missing_stays_missing_and_numbers_keep_their_digits():
    layer = layer_of(samples.document(), "platforms")
    land = attributes(layer)["land_mu"]["values"]
    assert land[0] == 0.0
    assert land[-1] is None
    names = attributes(layer)["name"]
    assert names["values"][:2] == ["平台00", "平台01"]


def test_text_has_a_dictionary_only_where_it_repeats_itself():
    base = samples.plots_layer()
    count = len(base.frame)
    kinds = ["旧", "新", None] + ["旧"] * (count - 3)
    own = [None] + [f"第{n}号" for n in range(1, count)]
    columns = [*base.columns, Column(name="kind", title="类"), Column(name="own", title="号")]
    frame = base.frame.assign(kind=kinds, own=own)
    document = samples.document(replace(base, frame=frame, columns=columns), tables=[])
    packed = attributes(layer_of(document, "plots"))
    assert packed["kind"] == {"dict": ["旧", "新"], "values": [0, 1, -1] + [0] * (count - 3)}
    assert packed["own"] == {"values": own}
    read = layer_frames(document)["plots"]
    assert (read["kind"].tolist(), read["own"].tolist()) == (kinds, own)


def test_row_numbers_that_met_a_missing_value_stay_whole():
    base = samples.platforms_layer()
    rows = [float(i) for i in range(12)] + [None]
    layer = layer_of(
        samples.document(replace(base, frame=base.frame.assign(row=rows))), "platforms"
    )
    row = attributes(layer)["row"]
    assert row["values"][:3] == ["0", "1", "2"]
    assert row["values"][-1] is None


def test_rows_without_a_place_are_left_out_and_the_layer_says_so():
    base = samples.platforms_layer()
    shapes = list(base.frame.geometry)
    shapes[0] = None
    shapes[1] = shapely.Point()
    layer = layer_of(
        samples.document(replace(base, frame=base.frame.set_geometry(shapes, crs=4490))),
        "platforms",
    )
    assert layer["features"] == 11
    assert messages.text("map.without_place", n=2) in layer["note"]


def test_layers_carry_marks_accuracy_and_class_titles():
    document = samples.document(internal=True)
    assert document.content["marks"] == ["sample", "schematic", "internal"]
    platforms, plots = (layer_of(document, n) for n in ("platforms", "plots"))
    assert platforms["accuracy"] == [4000.0, 4000.0]
    # an accuracy of synthetic plots would be a claim about nothing
    assert plots["accuracy"] is None
    titles = {c["value"]: c["title"] for c in plots["style"]["classes"]}
    assert titles["low_efficiency"] == "低效"
    named = {c["value"]: c["title"] for c in platforms["style"]["classes"]}
    assert named["keep_upgrade"] == "保留提升"


def test_two_rows_with_one_id_or_two_layers_with_one_name_are_refused():
    base = samples.platforms_layer()
    with pytest.raises(ValueError, match="not unique"):
        samples.document(replace(base, frame=base.frame.assign(platform_id="P1")))
    with pytest.raises(ValueError, match="share a name"):
        samples.document(base, base)


def test_projected_frames_are_brought_to_longitude_and_latitude():
    base = samples.plots_layer()
    plane = replace(base, frame=base.frame.to_crs(4528))
    here, there = (
        decoded(unpacked(layer_of(samples.document(one), "plots")["geometry"]))
        for one in (base, plane)
    )
    np.testing.assert_allclose(here[0][0][0], there[0][0][0], atol=2e-6)


def test_towns_bring_their_seats():
    frame = gpd.GeoDataFrame(
        {
            "town_id": ["t1"],
            "name": ["柳市镇"],
            "seat_lon": [120.9],
            "seat_lat": [28.05],
            "seat_basis": ["real"],
            "seat_accuracy_m": [700],
        },
        geometry=[samples.square(120.85, 28.0, 0.1)],
        crs=4490,
    )
    towns = MapLayer(
        name="towns",
        title="乡镇",
        frame=frame,
        key="town_id",
        columns=[Column(name="name", title="名称", role="title")],
        schematic=True,
    )
    seats = layer_of(map_document([towns], samples.sheet()), "seats")
    assert (seats["kind"], seats["features"], seats["schematic"]) == ("point", 1, False)
    assert attributes(seats)["name"]["values"] == ["柳市镇"]


def test_an_unknown_layer_gets_the_plain_style():
    assert style_of("nobody_wrote_this") is known_styles()["plain"]


@pytest.mark.parametrize("name", sorted(known_styles()))
def test_shipped_styles_are_drawable(name):
    style = known_styles()[name]
    for look in (*style.classes.values(), style.other):
        assert look.fill or look.stroke
        # a hatch is drawn in the ink of the outline
        assert look.hatch == "none" or look.stroke
    assert messages.text(f"map.groups.{style.group}", "zh_CN")
    assert messages.text(f"map.groups.{style.group}", "en")


@pytest.mark.parametrize("bad", ["red", "#12", "url(x)", "#1234567", "</style>", "#12345g"])
def test_a_colour_is_a_hexadecimal_and_nothing_else(bad):
    with pytest.raises(ValueError, match="fill"):
        Look(fill=bad)


def test_verdicts_differ_without_colour():
    looks = known_styles()["plots"].classes
    assert len({look.hatch for look in looks.values()}) == len(looks)


def test_places_without_a_place_are_counted_and_named():
    shapes = [shapely.Point(121, 28), None, shapely.Point()]
    frame = gpd.GeoDataFrame(
        {"id": ["a", "b", "c"], "name": ["甲", "乙", "丙"]}, geometry=shapes, crs=4490
    )
    columns = [Column(name="name", title="名称", role="title")]
    layer = MapLayer(
        name="platforms", title="产业平台", frame=frame, key="id", columns=columns, places=True
    )
    county = gpd.GeoDataFrame(geometry=[shapely.box(120.9, 27.9, 121.1, 28.1)], crs=4490)
    for held, left in ((frame, {"n": 2, "names": ["乙", "丙"]}), (frame.iloc[:1], None)):
        made = map_document([replace(layer, frame=held)], Sheet(title="图", county=county))
        (found,) = (one for one in made.content["layers"] if one["id"] == "platforms")
        assert (found["features"], found.get("unplaced")) == (1, left)
