from __future__ import annotations

import geopandas as gpd
import pytest

import map_samples as samples
from platforms.errors import CardError, InputError
from platforms.outputs.maps.slides import (
    Slide,
    default_slides,
    order_slides,
    read_slides,
    with_slides,
)

TWO = """\
slides:
  - id: whole
    title: 总览
    text: 第一页
    figures: [plots]
    chart: c
  - id: part
    title: 地块
    around: plots
    layers: [plots]
"""


def written(tmp_path, text):
    file = tmp_path / "slides.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def ids(document):
    return [slide["id"] for slide in document.content["slides"]]


def test_a_file_becomes_slides_with_the_figures_of_the_map(tmp_path):
    document = samples.document()
    found = with_slides(document, read_slides(written(tmp_path, TWO), document=document))
    whole, part = found.content["slides"]
    assert whole["extent"] == document.content["extent"]
    assert whole["layers"] is None
    assert [(f["label"], f["value"], f["unit"]) for f in whole["figures"]] == [("地块", "9", "宗")]
    assert whole["chart"] == "c"
    # nine squares in a row, each 0.01 wide and 0.012 from the one before
    assert part["extent"] == pytest.approx([120.85, 28.05, 120.956, 28.06])
    assert part["layers"] == ["plots"]


@pytest.mark.parametrize(
    ("field", "wrong", "line", "allowed"),
    [
        ("layers: [plots]", "layers: [plotz]", 10, "platforms、plots"),
        ("around: plots", "around: plotz", 9, "platforms、plots"),
        ("figures: [plots]", "figures: [plotz]", 5, "plots"),
        ("chart: c", "chart: plotz", 6, "c"),
    ],
)
def test_a_name_that_the_map_has_not_is_told_with_its_line(tmp_path, field, wrong, line, allowed):
    document = samples.document()
    file = written(tmp_path, TWO.replace(field, wrong))
    with pytest.raises(CardError) as caught:
        read_slides(file, document=document)
    assert f"slides.yaml 第 {line} 行" in str(caught.value)
    assert "plotz" in str(caught.value)
    assert allowed in str(caught.value)
    # without the map nothing is known of its names
    with pytest.raises(InputError, match="plotz"):
        with_slides(document, read_slides(file))


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("text: 第一页", "txet: 第一页", "txet"),
        ("id: part", "id: whole", "第 7 行：演示页的 id“whole”前面已经用过"),
        ("id: part", "id: 部 分", "只能用小写字母"),
        ("title: 地块", "title: '  '", "标题不能是空白"),
        ("figures: [plots]", f"figures: [{'plots, ' * 7}]", "列表的项太多"),
        ("id: whole", "id: ../x", "slides.0.id"),
        ("around: plots", "extent: [121, 28, 120, 29]", "西小于东"),
        ("around: plots", "extent: [120, 28, 121]", "slides.1.extent"),
        ("title: 总览", f"title: {'长' * 200}", "slides.0.title"),
    ],
)
def test_a_file_that_is_wrong_is_told(tmp_path, right, wrong, told):
    with pytest.raises(CardError) as caught:
        read_slides(written(tmp_path, TWO.replace(right, wrong)))
    assert told in str(caught.value)


def test_an_extent_off_the_map_is_told_where_the_map_is_known(tmp_path):
    document = samples.document()
    file = written(tmp_path, TWO.replace("around: plots", "extent: [10, 50, 11, 51]"))
    with pytest.raises(CardError, match=r"第 9 行.*不在这张图的范围内"):
        read_slides(file, document=document)
    assert read_slides(file)[1].extent == (10, 50, 11, 51)


def test_slides_are_ordered_and_left_out():
    document = with_slides(samples.document(), [Slide(id=name, title=name) for name in "abc"])
    assert ids(order_slides(document, ["c", "a"])) == ["c", "a"]
    assert ids(document) == ["a", "b", "c"]
    with pytest.raises(InputError, match="d"):
        order_slides(document, ["d"])
    with pytest.raises(InputError, match="a"):
        order_slides(document, ["a", "a"])


def test_other_slides_make_another_id_and_the_same_the_same():
    document = samples.document()
    slides = [Slide(id="a", title="一")]
    assert with_slides(document, slides).id != document.id
    assert with_slides(document, slides).id == with_slides(document, slides).id
    again = with_slides(with_slides(document, slides), default_slides(document))
    assert again.id == document.id


def test_an_uncompressed_map_stays_uncompressed():
    plain = with_slides(samples.document(compress=False), [])
    assert {layer["geometry"]["encoding"] for layer in plain.content["layers"]} == {"base64"}
    assert plain.content["slides"] == []


def test_every_map_has_slides_of_what_it_holds():
    document = samples.document()
    overview, places = document.content["slides"]
    assert overview["title"] == "测试图"
    assert [figure["value"] for figure in overview["figures"]] == ["9"]
    assert places["title"] == "产业平台"
    assert places["layers"] == ["platforms"]
    # 13 places, not surveyed, from a document that is named
    assert "产业平台：13 个" in places["text"]
    assert "示意" in places["text"]
    assert "《规划》附件二" in places["text"]
    # without a figure on low efficiency there is no slide on it
    assert ids(document) == ["overview", "platforms"]


def test_a_map_without_what_is_known_has_a_slide_for_each_layer():
    layer = samples.plots_layer(name="parts", title="片", style="plots", key="plot_id")
    document = samples.document(layer, tables=[])
    assert ids(document) == ["overview", "layer-1"]
    assert document.content["slides"][1]["title"] == "片"
    assert "示例数据" in document.content["slides"][1]["text"]


@pytest.mark.parametrize(("lon", "lat"), [(120.86, 28.04), (110.0, 30.0)])
def test_a_single_place_is_looked_at_with_its_surroundings(lon, lat):
    # the second lies far outside the county
    frame = samples.platforms_layer(count=0).frame.set_geometry(
        gpd.points_from_xy([lon], [lat], crs=4490)
    )
    document = samples.document(samples.platforms_layer(frame=frame), tables=[])
    west, south, east, north = document.content["slides"][1]["extent"]
    assert west < lon < east
    assert south < lat < north
    assert 0.002 < east - west < 0.01
    (there,) = with_slides(document, [Slide(id="a", title="一", around="platforms")]).content[
        "slides"
    ]
    assert there["extent"] == pytest.approx(
        [lon - 0.0015, lat - 0.0015, lon + 0.0015, lat + 0.0015]
    )


def test_areas_wholly_outside_the_county_are_looked_at_where_they_are():
    frame = samples.plots_layer().frame
    away = frame.set_geometry(frame.geometry.translate(8.0, -3.0))
    document = samples.document(samples.plots_layer(frame=away), tables=[])
    whole = document.content["extent"]
    slides = document.content["slides"]
    found = next(slide for slide in slides if slide["extent"] != slides[0]["extent"])
    west, south, east, north = found["extent"]
    bounds = away.total_bounds
    assert whole[2] < west < bounds[0]
    assert bounds[2] < east
    assert south < bounds[1]
    assert bounds[3] < north < whole[1]


def test_english_slides_speak_english():
    document = samples.document(lang="en")
    assert "13." in document.content["slides"][1]["text"]
    assert "schematic" in document.content["slides"][1]["text"]


def test_no_figure_is_the_slides_own():
    # a slide names figures of the map; it has no field for a number of its own
    with pytest.raises(ValueError, match="value"):
        Slide.model_validate({"id": "a", "title": "一", "figures": ["plots"], "value": "8"})


def test_titles_of_any_length_and_kind_make_slides():
    document = samples.hostile_document()
    assert ids(document)[0] == "overview"
    assert all(0 < len(slide["title"]) <= 120 for slide in document.content["slides"])
    assert all(len(slide["text"]) <= 1200 for slide in document.content["slides"])
