"""Charts as pictures: bars as long as their values, numbers as the document prints them."""

import pytest

from map_samples import document, hostile_document
from platforms.errors import InputError
from platforms.outputs.figures.chart_figure import chart_drawing, save_chart
from platforms.outputs.maps.map_document import Bar, Chart

BARS = [
    Bar(label="低效", value=3514.525, text="3,514.53", color="#cc6677"),
    Bar(label="非低效", value=7029.05, text="7,029.05", color="url(#x)"),
    Bar(label="情况不明", value=0, text="0.00"),
]


def made(*bars: Bar):
    return document(charts=[Chart(id="c", title="认定结果", unit="亩", bars=bars or BARS)])


def bars_of(drawing):
    return [
        float(r.get("width"))
        for r in drawing.root.iter("rect")
        if r.get("fill") in {"#cc6677", "#3b6ea5"}
    ]


def test_bars_are_as_long_as_their_values_and_numbers_are_the_document_s():
    drawing = chart_drawing(made(), "c")
    first, second, none = bars_of(drawing)
    assert second == pytest.approx(2 * first, abs=0.01)
    assert none == 0
    said = [node.text for node in drawing.root.iter("text")]
    assert {"3,514.53", "7,029.05", "0.00", "认定结果（亩）"} <= set(said)
    assert any("示例数据" in one for one in said)


def test_a_step_begins_where_the_one_before_ended():
    drawing = chart_drawing(
        made(Bar(label="甲", value=10, text="10"), Bar(label="乙", value=5, text="5", start=10.0)),
        "c",
    )
    first, second = [r for r in drawing.root.iter("rect") if r.get("fill") == "#3b6ea5"]
    end = float(first.get("x")) + float(first.get("width"))
    assert float(second.get("x")) == pytest.approx(end, abs=0.01)


def test_a_chart_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="没有图表"):
        save_chart(document(), "other", tmp_path / "c.svg")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_a_chart_without_bars_and_hostile_words_are_drawn(tmp_path, kind):
    empty = document(charts=[Chart(id="c", title="空")])
    assert save_chart(empty, "c", tmp_path / f"a.{kind}", dpi=60).stat().st_size > 500
    hostile = hostile_document()
    name = hostile.content["charts"][0]["id"]
    assert save_chart(hostile, name, tmp_path / f"b.{kind}", dpi=60).stat().st_size > 500
