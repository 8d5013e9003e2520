"""A place whose boundary is known keeps its mark and has the boundary below it."""

from __future__ import annotations

import pytest
import shapely

import platforms as ip
from platforms.layers.positions import Position, PositionSet
from platforms.outputs.maps.boundary_layers import with_boundaries
from platforms.outputs.maps.card_layers import layer_from_card

_SHAPE = shapely.box(120.97, 28.04, 120.99, 28.06)


def _city(yueqing):
    put = Position(
        layer="platforms", feature_id="YQ-P13", shape=_SHAPE, basis="surveyed", accuracy_m=2.0,
        author="<b>a</b>", source="s", stated="2026-01-01",
    )  # fmt: skip
    return yueqing.corrected(PositionSet("yueqing", (put,)))


def test_the_layer_is_split_into_marks_and_boundaries(yueqing):
    city = _city(yueqing)
    layer = layer_from_card(city.card("platforms"), city.layer("platforms"))
    areas, marks = with_boundaries([layer], "zh_CN")
    assert areas.name == "platforms_areas"
    assert not areas.schematic
    assert areas.frame["platform_id"].tolist() == ["YQ-P13"]
    assert marks.frame.geom_type.eq("Point").all()
    assert len(marks.frame) == 27
    assert marks.frame.geometry[marks.frame["platform_id"].eq("YQ-P13")].within(_SHAPE).all()
    # 26 stand-ins are left
    assert marks.schematic
    assert layer.frame.geom_type.eq("Polygon").sum() == 1


def test_a_layer_without_boundaries_stays_as_it_is(yueqing):
    layer = layer_from_card(yueqing.card("platforms"), yueqing.layer("platforms"))
    assert with_boundaries([layer], "zh_CN") == [layer]


@pytest.mark.long
def test_documents_of_a_corrected_city_have_them(yueqing):
    document = ip.run_document(ip.run(_city(yueqing)))
    layers = {one["id"]: one for one in document.content["layers"]}
    assert (layers["platforms_areas"]["kind"], layers["platforms"]["kind"]) == ("polygon", "point")
    assert layers["platforms"]["features"] == 27
    # one of the 27 is no longer schematic, and of other layers all are
    assert layers["platforms"]["stand_ins"] == 26
    assert layers["platforms_areas"]["stand_ins"] is None
    assert layers["plots"]["stand_ins"] is None
    plain = ip.run_document(ip.run(yueqing)).content["layers"]
    assert {one["stand_ins"] for one in plain} == {None}
    names = {column["name"] for column in layers["platforms_areas"]["columns"]}
    assert {"basis", "position_author", "position_date", "position_source"} <= names
