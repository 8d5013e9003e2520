from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import shapely

import map_samples as samples
from platforms.errors import InputError
from platforms.outputs.maps.map_encoding import Packed
from platforms.outputs.maps.map_parts import Column, Figure
from platforms.outputs.maps.map_reading import layer_frames, read_page
from platforms.outputs.maps.map_seal import MapDocument
from platforms.outputs.maps.map_sheet import run_document
from platforms.outputs.maps.page import save_html
from platforms.outputs.publication.profile import read_publication
from platforms.outputs.publication.publish import publish


def opened(value) -> str:
    """Return all text of a document, packed parts too."""
    if isinstance(value, dict):
        if set(value) == {"encoding", "data"}:
            return Packed.from_json(value).raw.decode("utf-8", "replace")
        return "\n".join(f"{key}\n{opened(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return "\n".join(map(opened, value))
    return str(value)


@pytest.fixture(scope="module")
def whole(example):
    return run_document(example)


@pytest.fixture(scope="module")
def public(whole):
    return publish(whole, "public")


def secrets_of(whole, public):
    """Return free text of the removed columns that no kept column has, and their names."""
    before, after = layer_frames(whole), layer_frames(public)
    values, names, kept = set(), set(), set()
    for layer in whole.content["layers"]:
        name = layer["id"]
        for column in layer["columns"]:
            gone = name not in after or column["name"] not in after[name]
            if gone:
                names.add(column["name"])
            else:
                kept.add(column["name"])
            if column["type"] == "string":
                found = before[name][column["name"]].dropna().astype(str)
                (values if gone else kept).update(v for v in found if len(v) >= 4)
    # a document has a source of its own
    return values - kept, names - kept - set(whole.content["layers"][0]), kept


def test_a_public_file_holds_nothing_of_what_was_removed(whole, public, tmp_path):
    values, names, kept = secrets_of(whole, public)
    assert {"credit_code", "firm_name", "plot_id"} <= names
    assert len(values) > 1000
    text = opened(read_page(save_html(public, tmp_path / "map.html")).content)
    # a word of a category, or of a text that stays, is no secret
    labels = {
        v for one in whole.content["layers"] for c in one["columns"] for v in c["labels"].values()
    }
    stays = "\n".join(kept | labels)
    assert [v for v in values if v in text and v not in stays] == []
    assert [n for n in names if f'"{n}"' in text or f"\n{n}\n" in text] == []
    whole_text = opened(whole.content)
    assert all(v in whole_text for v in list(values)[:50])


def test_what_is_public_is_certified_to_the_digit(whole, public):
    before, after = layer_frames(whole)["plots"], layer_frames(public)["plots"]
    for name in ("area_m2", "area_mu", "net_mu", "verdict"):
        assert after[name].equals(before[name])
    assert len(after) == len(before)


def test_public_shapes_are_valid_coarse_and_all_there(whole, public):
    before = layer_frames(whole)
    for name, frame in layer_frames(public).items():
        shapes = frame.geometry.to_numpy()
        assert shapely.is_valid(shapes).all(), name
        assert not shapely.is_empty(shapes).any(), name
        steps = shapely.get_coordinates(shapes) * 1e4
        assert np.abs(steps - np.rint(steps)).max() < 1e-6, name
        far = shapely.hausdorff_distance(shapes, before[name].geometry.to_numpy())
        assert far.max() < 4e-4, name


def test_marks_of_sample_and_schematic_stay_and_internal_goes(whole, public):
    assert whole.content["marks"] == ["sample", "schematic", "internal"]
    assert public.content["marks"] == ["sample", "schematic"]
    before = {one["id"]: (one["sample"], one["schematic"]) for one in whole.content["layers"]}
    for one in public.content["layers"]:
        assert (one["sample"], one["schematic"]) == before[one["id"]]
    assert "basis" in layer_frames(public)["platforms"]


def test_an_internal_map_keeps_everything_and_is_marked(whole):
    document = samples.document()
    assert document.content["marks"] == ["sample", "schematic"]
    made = publish(document)
    assert made.content["marks"] == ["sample", "schematic", "internal"]
    assert made.content["publication"] == {
        "profile": "internal",
        "title": "内部版",
        "review_number": "",
        "removed": [],
        "warnings": [],
    }
    assert made.id != document.id
    assert [*layer_frames(made)] == [*layer_frames(document)]
    assert publish(whole).content["layers"] == whole.content["layers"]


def test_the_file_says_what_was_removed_and_what_is_missing(public):
    told = public.content["publication"]
    assert told["profile"] == "public"
    removed = "\n".join(told["removed"])
    assert "统一社会信用代码" in removed
    assert "略去图层：建筑物" in removed
    assert "小数点后 4 位" in removed
    assert len(told["warnings"]) == 1
    assert "审图号" in told["warnings"][0]


@pytest.mark.long
def test_a_review_number_stands_in_its_slot_and_ends_the_warning(whole):
    told = publish(whole, "public", review_number="  浙S（2026）\n12号 ").content["publication"]
    assert told["review_number"] == "浙S（2026） 12号"
    assert told["warnings"] == []
    assert len(publish(whole, "public", review_number="1" * 999).content["publication"]["review_number"]) == 60  # fmt: skip


def test_the_original_is_not_changed_and_publishing_twice_tells_both(whole, public):
    text = whole.to_json()
    again = publish(public, "internal")
    assert whole.to_json() == text
    assert again.content["publication"]["removed"] == public.content["publication"]["removed"]
    assert [*layer_frames(again)["plots"]] == [*layer_frames(public)["plots"]]


def test_boxes_of_the_view_are_as_coarse_as_the_shapes():
    document = samples.document(focus=(120.1234567, 28.1234567, 120.7654321, 28.7654321))
    slides = [{"id": "a", "title": "t", "text": "x", "extent": [120.1234567] * 4, "layers": None}]
    made = publish(MapDocument("", {**document.content, "slides": slides}), "public")
    assert made.content["focus"] == [120.1235, 28.1235, 120.7654, 28.7654]
    assert made.content["slides"][0]["extent"] == [120.1235] * 4
    for layer in made.content["layers"]:
        assert layer["bounds"] == [round(v, 4) for v in layer["bounds"]]


def test_a_slide_loses_the_layers_that_are_gone_and_goes_with_its_last():
    document = samples.document(
        samples.platforms_layer(),
        samples.plots_layer(name="own_layer", title="自有图层", style="plain"),
    )
    shown = {"a": ["platforms", "own_layer"], "b": ["own_layer"], "c": None, "d": []}
    slides = [
        {"id": name, "title": name, "text": "", "extent": None, "layers": layers}
        for name, layers in shown.items()
    ]
    made = publish(MapDocument("", {**document.content, "slides": slides}), "public")
    left = {one["id"]: one["layers"] for one in made.content["slides"]}
    assert left == {"a": ["platforms"], "c": None, "d": []}


def test_a_text_that_repeats_what_was_removed_goes_and_others_stay():
    plots = samples.plots_layer(note="其中有振兴机械有限公司")
    frame = plots.frame.assign(firm_name=["振兴机械有限公司"] * 9)
    plots = replace(
        plots, frame=frame, columns=[*plots.columns, Column(name="firm_name", title="企业")]
    )
    document = samples.document(
        samples.platforms_layer(),
        plots,
        notes=["振兴机械有限公司已腾退。", "面积为椭球面积。"],
        figures=[
            Figure(key="a", label="最大的：振兴机械有限公司", value="1"),
            Figure(key="b", label="地块", value="9"),
        ],
    )
    slides = [
        {"id": "a", "title": "一", "text": "看振兴机械有限公司", "extent": [120, 28, 121, 29]},
        {"id": "b", "title": "二", "text": "看全市", "extent": [120, 28, 121, 29]},
    ]
    made = publish(MapDocument("", {**document.content, "slides": slides}), "public")
    assert "振兴机械" not in opened(made.content)
    assert made.content["notes"] == ["面积为椭球面积。"]
    assert [one["key"] for one in made.content["figures"]] == ["b"]
    assert [one["id"] for one in made.content["slides"]] == ["b"]
    assert any("4 处" in told for told in made.content["publication"]["removed"])
    # an internal one keeps them
    assert "振兴机械" in opened(publish(document).content)


def test_a_layer_and_its_table_that_are_not_listed_are_gone():
    document = samples.document(
        samples.platforms_layer(),
        samples.plots_layer(),
        samples.plots_layer(name="own_layer", title="自有图层", style="plain"),
    )
    made = publish(document, "public")
    assert [one["id"] for one in made.content["layers"]] == ["platforms", "plots"]
    table = made.content["tables"][0]
    assert table["columns"] == ["name", "direction"]


def test_a_profile_that_is_not_known_lists_those_that_are():
    with pytest.raises(InputError, match="internal、public"):
        publish(samples.document(), "secret")


def test_own_rules_replace_those_of_the_product(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(
        """
date: "2026-01-01"
profiles:
  board:
    title: {zh_CN: 展板}
    mark: {value: internal, source: 自定, confidence: L}
    fields: {source: 自定, confidence: L, layers: {plots: ["area_*"]}}
""",
        encoding="utf-8",
    )
    rules = read_publication(path)
    made = publish(samples.document(), "board", rules=rules)
    assert [*layer_frames(made)["plots"]] == ["number", "area_mu", "geometry"]
    assert made.content["publication"]["title"] == "展板"
    assert made.content["marks"][-1] == "internal"
    with pytest.raises(InputError):
        publish(samples.document(), "public", rules=rules)


def test_hostile_text_is_published_as_data():
    made = publish(samples.hostile_document(), "public")
    assert json.loads(made.to_json())["publication"]["profile"] == "public"
