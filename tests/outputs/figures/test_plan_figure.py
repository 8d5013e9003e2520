"""The plan map on paper, opened again: sizes, words, fonts, colours, marks."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from map_samples import document, hostile_document, platforms_layer, plots_layer, square
from platforms.errors import InputError, MissingPartError, OutputError
from platforms.outputs.figures import figure_file
from platforms.outputs.figures.plan_figure import PAPERS, marks_of, plan_drawing, save_figure
from platforms.outputs.publication.publish import publish

SVG = "{http://www.w3.org/2000/svg}"
POPPLER = pytest.mark.skipif(shutil.which("pdffonts") is None, reason="needs poppler")


def texts(drawing) -> list[str]:
    return [node.text or "" for node in drawing.root.iter("text")]


def run(*command: object) -> str:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=True).stdout


def test_a_sheet_says_what_the_document_says():
    made = document(subtitle="副题", internal=True)
    said = texts(plan_drawing(made))
    for words in (
        "测试图",
        "副题",
        "示例数据",
        "示意",
        "内部资料",
        "图例",
        "平台00",
        "乐清湾",
        "永嘉县",
    ):
        assert words in said or words == "平台00"
    for figure in made.content["figures"]:
        assert figure["value"] in said
    for bar in made.content["charts"][0]["bars"]:
        assert bar["text"] in said
    assert f"数据指纹 {made.id}" in " ".join(said)
    assert any("CGCS2000" in one and "120°" in one for one in said)
    assert {"低效", "保留提升", "重点发展"} <= set(said)
    assert any("某市“十三五”规划" in one for one in said)


@pytest.mark.parametrize("side", [0.01, 0.00001])
def test_what_the_rules_hit_is_printed_over_what_they_do_not(side):
    frame = plots_layer().frame
    west, south = frame.total_bounds[:2]
    layer = plots_layer(
        frame=frame.set_geometry([square(west, south, side)] * len(frame), crs=4490)
    )
    fills = [
        node.get("fill")
        for node in plan_drawing(document(layer, tables=[])).root.iter("path")
        if node.get("fill") in {"#cc6677", "#88ccee", "#c9c9c9"}
    ]
    first = [fills.index(ink) for ink in ("#c9c9c9", "#88ccee", "#cc6677")]
    assert first == sorted(first)


def test_areas_too_small_for_a_shape_are_told_and_the_hit_ones_are_larger():
    frame = plots_layer().frame
    west, south = frame.total_bounds[:2]
    tiny = frame.set_geometry([square(west, south, 0.00001)] * len(frame), crs=4490)
    drawing = plan_drawing(document(plots_layer(frame=tiny), tables=[]))
    assert f"图面太小画不出形状的 {len(frame)} 个面以方块表示位置" in "".join(texts(drawing))
    side = {
        node.get("fill"): float(node.get("d").split("h")[1].split("v")[0])
        for node in drawing.root.iter("path")
        if node.get("fill") in {"#cc6677", "#88ccee"} and "h-" in (node.get("d") or "")
    }
    assert side["#cc6677"] > 1.5 * side["#88ccee"]
    large = plan_drawing(document(plots_layer(), tables=[]))
    assert "画不出形状" not in "".join(texts(large))


def test_a_public_sheet_lists_what_was_removed_without_the_columns():
    said = "".join(texts(plan_drawing(publish(document(), "public", review_number=""))))
    assert "公开版略去：" in said
    layer = next(one for one in publish(document(), "public").content["publication"]["removed"])
    head, _, columns = layer.partition("（")
    assert head in said
    assert columns
    assert columns not in said


def test_a_scale_bar_on_the_sheet_is_as_long_as_it_says():
    drawing = plan_drawing(document(), paper="A3")
    bar = next(node for node in drawing.root.iter("g") if node.get("class") == "scale-bar")
    wide = sum(float(r.get("width")) for r in list(bar)[:-1])
    scale = next(t for t in texts(drawing) if t.startswith("比例尺 1 : "))
    denominator = float(scale.removeprefix("比例尺 1 : ").replace(",", ""))
    assert wide * denominator / 1000 == pytest.approx(float(bar.get("data-metres")), rel=0.005)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_papers_have_their_size_and_all_words_lie_on_them(paper, orientation):
    drawing = plan_drawing(document(), paper=paper, orientation=orientation)
    size = PAPERS[paper] if orientation == "portrait" else PAPERS[paper][::-1]
    assert (drawing.width, drawing.height) == size
    for node in drawing.root.iter("text"):
        if node.text != "示例数据":
            assert 0 <= float(node.get("x")) <= size[0]
            assert 0 <= float(node.get("y")) <= size[1]


def test_names_do_not_lie_on_one_another():
    made = document(platforms_layer())
    drawing = plan_drawing(made, extent=(120.94, 28.14, 120.96, 28.16))
    boxes = []
    for node in drawing.root.iter("text"):
        if (node.text or "").startswith("平台") and not node.get("stroke"):
            size = float(node.get("font-size"))
            x, y, half = float(node.get("x")), float(node.get("y")), size * len(node.text) * 0.4
            boxes.append((x - half, y - size, x + half, y))
    assert len(boxes) > 3
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] + 0.2 or b[3] <= a[1] + 0.2


def test_hatches_tell_the_classes_without_colour():
    svg = plan_drawing(document(plots_layer())).to_svg()
    # diagonal for low efficiency, dots for unknown
    assert svg.count("<pattern") == 2
    assert len(re.findall(r'fill="url\(#hatch\d\)"', svg)) >= 4


def test_only_the_layers_asked_for_are_drawn():
    said = texts(plan_drawing(document(), layers=["plots"]))
    assert "低效" in said
    assert "重点发展" not in said
    with pytest.raises(InputError, match="nowhere"):
        plan_drawing(document(), layers=["nowhere"])


def test_a_public_sheet_has_room_for_its_review_number():
    made = document(internal=True)
    content = {
        **made.content,
        "publication": {"profile": "public", "review_number": "浙S(2026)1号"},
    }
    marks = marks_of(replace(made, content=content), "zh_CN")
    assert marks == ["示例数据", "示意", "审图号：浙S(2026)1号"]
    content["publication"] = {"profile": "public", "review_number": ""}
    assert marks_of(replace(made, content=content), "zh_CN")[-1].startswith("审图号：")


def test_nothing_that_people_wrote_becomes_more_than_words(tmp_path):
    path = save_figure(hostile_document(), tmp_path / "f.svg")
    root = ET.fromstring(path.read_bytes())  # noqa: S314 our own file
    allowed = {
        "svg", "defs", "pattern", "clipPath", "rect", "line", "path", "circle", "g", "text",
    }  # fmt: skip
    for node in root.iter():
        assert node.tag.removeprefix(SVG) in allowed
        for name, value in node.attrib.items():
            assert not name.startswith("on")
            assert "href" not in name
            if "url(" in value and name != "aria-label":
                assert re.fullmatch(r"url\(#(hatch|clip)\d+\)", value)
    said = "".join(node.text or "" for node in root.iter(f"{SVG}text"))
    assert "</script>" in said
    assert not set("\u202e\u200b\u2028") & set(said)


def test_a_style_from_elsewhere_cannot_fetch_anything():
    made = document(plots_layer())
    layers = [dict(one) for one in made.content["layers"]]
    style = {**layers[0]["style"]}
    style["classes"] = [
        {**one, "fill": "url(http://example.invalid/x)", "stroke": 'red" x="', "width": 1e9}
        for one in style["classes"]
    ]
    layers[0]["style"] = style
    svg = plan_drawing(replace(made, content={**made.content, "layers": layers})).to_svg()
    assert "example.invalid" not in svg
    assert "1000000000" not in svg


def test_a_png_has_its_dots_its_size_and_the_colours_of_the_app(tmp_path):
    path = save_figure(document(plots_layer()), tmp_path / "f.png", dpi=100)
    with Image.open(path) as picture:
        assert picture.size == (1169, 827)
        assert picture.info["dpi"] == pytest.approx((100, 100), abs=0.1)
        pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3).astype(int)
    # not efficient: #88ccee, laid over the county's paper at nine tenths
    close = np.abs(pixels - [0x94, 0xD1, 0xEF]).max(axis=1) <= 4
    assert close.sum() > 50


@POPPLER
def test_a_pdf_is_one_page_of_its_paper_with_its_font_inside(tmp_path):
    path = save_figure(document(), tmp_path / "f.pdf", paper="A3")
    info = run("pdfinfo", path)
    assert "Pages:           1" in info
    assert "1190.55 x 841.89" in info
    assert "Title:           测试图" in info
    rows = run("pdffonts", path).splitlines()[2:]
    assert rows
    assert all(row.split()[-5] == "yes" for row in rows)
    assert any("CJK" in row for row in rows)
    words = run("pdftotext", path, "-")
    assert "测试图" in words
    assert "比例尺 1 : " in words


@POPPLER
def test_hostile_words_come_through_the_typesetter_as_words(tmp_path):
    path = save_figure(hostile_document(), tmp_path / "f.pdf")
    words = run("pdftotext", path, "-").replace("\n", "")
    assert "<img src=x onerror" in words


def test_the_same_document_gives_the_same_bytes(tmp_path):
    for kind in ("svg", "pdf"):
        first = save_figure(document(), tmp_path / f"a.{kind}").read_bytes()
        assert save_figure(document(), tmp_path / f"b.{kind}").read_bytes() == first


@pytest.mark.parametrize(
    ("name", "options", "key"),
    [
        ("f.gif", {}, "figures.ending"),
        ("f.png", {"dpi": 7}, "figures.dpi"),
        ("f.png", {"dpi": 1200, "paper": "A0"}, "figures.too_many_dots"),
        ("f.svg", {"paper": "A9"}, "figures.paper"),
        ("f.svg", {"orientation": "up"}, "figures.orientation"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_leaves_nothing(tmp_path, name, options, key):
    with pytest.raises(InputError) as caught:
        save_figure(document(), tmp_path / name, **options)
    assert caught.value.key == key
    assert str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_is_kept_where_it_is_asked(tmp_path):
    path = tmp_path / "f.svg"
    path.write_text("old")
    with pytest.raises(OutputError):
        save_figure(document(), path, overwrite=False)
    assert path.read_text() == "old"


def test_without_a_chinese_font_it_says_what_to_install(tmp_path, monkeypatch):
    figure_file.family.cache_clear()
    monkeypatch.setattr(figure_file, "FONTS", ("No Such Font",))
    with pytest.raises(MissingPartError, match="fonts-noto-cjk"):
        save_figure(document(), tmp_path / "f.pdf")
    figure_file.family.cache_clear()


def test_an_english_map_has_an_english_sheet():
    said = texts(plan_drawing(document(lang="en")))
    assert "Legend" in said
    assert "Sample data" in said
    assert not {"图例", "说明"} & set(said)


@pytest.mark.long
def test_twenty_thousand_plots_lie_on_a_wall_map(tmp_path):
    layer = plots_layer(names=tuple(f"地块{i}" for i in range(20_000)))
    shapes = [
        square(120.82 + 0.0018 * (i % 200), 28.02 + 0.0035 * (i // 200), 0.0015)
        for i in range(20_000)
    ]
    made = document(replace(layer, frame=layer.frame.set_geometry(shapes, crs=4490)))
    path = save_figure(made, tmp_path / "f.png", paper="A1", dpi=100)
    with Image.open(path) as picture:
        assert picture.size == (3311, 2339)
        pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3).astype(int)
    # the plots cover a good part of the county
    assert (np.abs(pixels - [0x94, 0xD1, 0xEF]).max(axis=1) <= 6).mean() > 0.01
