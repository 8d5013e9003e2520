"""The page 园区 without a browser: a boundary is drawn or given, told about, stored, undone."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app import opened, state
from platforms.app.parks import boundary
from platforms.app.plots.intake import candidates_of
from platforms.errors import CRSError, InputError

_PAGE = "from platforms.app.views import parks\nparks.page()\n"
_IN_ENGLISH = f"from platforms import messages\nmessages.set_language('en')\n{_PAGE}"
# around sample plots, far from where 磐石特色工业园区 stands in
_RING = [[120.97, 28.04], [120.99, 28.04], [120.99, 28.06], [120.97, 28.06]]
_DAY = dt.date(2024, 5, 6)


def _html(app: AppTest) -> str:
    return "\n".join(part.proto.body for part in app.get("html"))


def _open(**query: str) -> AppTest:
    app = AppTest.from_string(_PAGE, default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return app


def _positions() -> ip.Positions:
    return ip.open_store("yueqing").positions


def _drawn(ring=None) -> AppTest:
    app = _open(show="position", of="platforms:YQ-P01", at="platforms:YQ-P01")
    app.session_state["drawing"] = {"id": "d1", "ring": ring or _RING}
    return app.run()


def _fill(app: AppTest, **more: object) -> AppTest:
    app.text_input(key="park-author").set_value("张三")
    app.text_input(key="park-source").set_value("2024 年地形图")
    app.number_input(key="park-accuracy").set_value(20.0)
    app.date_input(key="park-stated").set_value(_DAY)
    if more.get("read", True):
        app.checkbox(key="park-read").set_value(True)
    return next(one for one in app.button if "存入边界" in one.label).click().run()


@pytest.mark.parametrize("part", ["cards", "charts", "position"])
@pytest.mark.parametrize("name", ["platforms", "projects", "firms", "micro_parks"])
def test_each_list_is_shown_in_each_way(part, name):
    app = _open(list=name, show=part).run()
    assert not app.exception
    assert "ip-error" not in _html(app)


def test_cards_name_all_platforms_and_how_their_position_is_known():
    page = _html(_open(show="cards").run())
    assert page.count('"ip-card"') == 27
    assert page.count("ip-at-schematic") == 27
    assert "示例地块合计" in page
    # plots near a point that several stand in on belong to none of them for certain
    tied = page.split("柳市镇方斗岩小微工业园</h4>")[1].split("</article>")[0]
    assert "不能区分" in tied
    assert "没有归入的地块" not in tied


def test_charts_count_industries_one_by_one():
    page = _html(_open(show="charts").run())
    assert "按整合提升方向（归类）" in page
    assert "按现有产业" in page
    assert "低压电器" in page


def test_what_the_plans_say_stands_in_their_order_and_says_what_is_not_held():
    page = _html(_open(at="platforms:YQ-P13").run())
    words = page.split("各规划怎么说")[1]
    order = [
        words.index(part) for part in ("“十三五”", "“十四五”", "2022年工作要点", "2023年乐清市")
    ]
    assert order == sorted(order)
    assert "全力创建国家级开发区" in words
    assert "数据中没有收录" not in words
    silent = _html(_open(at="platforms:YQ-P01").run()).split("各规划怎么说")[1]
    assert silent.count("数据中没有收录") == 3


def test_a_drawn_boundary_is_stored_with_author_and_source_and_taken_everywhere():
    before = opened.workspace()
    app = _drawn()
    page = _html(app)
    assert "公里，超过其精度" in page
    app = _fill(app)
    assert not app.exception
    assert "已存入" in _html(app)
    told = _positions().current().get("platforms", "YQ-P01")
    assert (told.basis, told.accuracy_m, told.author) == ("drawn", 20.0, "张三")
    assert told.source == "2024 年地形图"
    city = opened.workspace()
    assert city.fingerprint != before.fingerprint
    plots = ip.run(city).plots
    inside = plots[plots.geometry.within(told.shape)]
    assert len(inside)
    assert set(inside["platform_id"]) == {"YQ-P01"}
    assert set(inside["platform_way"]) == {"within"}
    layers = {one["id"]: one for one in state.scene_job().result().content["layers"]}
    assert layers["platforms_areas"]["features"] == 1
    # what was drawn has become the boundary
    assert "drawing" not in app.session_state


def test_remarks_must_have_been_read():
    app = _fill(_drawn(), read=False)
    assert "没有存入" in _html(app)
    assert len(_positions().current()) == 0


def test_without_author_or_source_nothing_is_stored():
    app = _drawn()
    app.checkbox(key="park-read").set_value(True)
    app.checkbox(key="park-accuracy-unknown").set_value(True)
    app.date_input(key="park-stated").set_value(_DAY)
    app = next(one for one in app.button if "存入边界" in one.label).click().run()
    assert "没有写明提供人" in _html(app)
    assert len(_positions().current()) == 0


@pytest.mark.parametrize(
    ("ring", "told"),
    [
        ([[119.0, 27.0], [119.01, 27.0], [119.01, 27.01]], "整个在本县界线以外"),
        ([[120.83, 28.03], [120.85, 28.05], [120.85, 28.03], [120.83, 28.05]], "边界无效"),
    ],
)
def test_a_boundary_that_cannot_be_is_refused_before_it_is_stored(ring, told):
    app = _drawn(ring)
    assert told in _html(app)
    assert not [one for one in app.button if "存入边界" in one.label]


def test_an_accuracy_is_given_or_said_to_be_unknown():
    app = _drawn()
    app.checkbox(key="park-read").set_value(True)
    app.text_input(key="park-author").set_value("张三")
    app.text_input(key="park-source").set_value("草图")
    app.date_input(key="park-stated").set_value(_DAY)
    app = next(one for one in app.button if "存入边界" in one.label).click().run()
    assert "没有写明精度，没有存入" in _html(app)
    assert len(_positions().current()) == 0
    app.checkbox(key="park-accuracy-unknown").set_value(True)
    app = next(one for one in app.button if "存入边界" in one.label).click().run()
    assert "已存入" in _html(app)
    assert _positions().current().get("platforms", "YQ-P01").accuracy_m is None


def test_the_date_of_a_boundary_is_asked_for():
    app = _drawn()
    assert app.date_input(key="park-stated").value is None
    app.checkbox(key="park-read").set_value(True)
    app.checkbox(key="park-accuracy-unknown").set_value(True)
    app = next(one for one in app.button if "存入边界" in one.label).click().run()
    assert "没有写明边界日期，没有存入" in _html(app)
    assert len(_positions().current()) == 0


def test_what_the_button_says_is_said_in_the_visitors_language():
    # its callback runs before the page has set the language
    app = AppTest.from_string(_IN_ENGLISH, default_timeout=120)
    app.query_params.update({"show": "position", "at": "platforms:YQ-P01", "lang": "en"})
    app.session_state["drawing"] = {"id": "d1", "ring": _RING}
    app.run()
    box = next(one for one in app.selectbox if one.label == "Basis")
    assert box.key == "park-basis-en"
    store = next(one for one in app.button if one.key and "store" in one.label.lower())
    assert "nothing was stored" in _html(store.click().run())


def test_another_who_was_quicker_is_not_passed_over():
    app = _drawn()
    shape = ip.one_boundary(_frame(_RING))
    other = ip.Position(
        layer="platforms", feature_id="YQ-P01", shape=shape, basis="surveyed", accuracy_m=1.0,
        author="李四", source="测绘", stated="2026-01-02",
    )  # fmt: skip
    _positions().place(other, by="李四")
    app = _fill(app)
    assert "已由 李四" in _html(app)
    assert _positions().current().get("platforms", "YQ-P01").author == "李四"
    # having seen it, he may
    assert "已存入" in _html(_fill(app))


def test_the_button_pressed_twice_says_that_it_is_stored():
    app = _drawn()
    # what a first press wrote before its run was cut short by the second
    mine = ip.Position(
        layer="platforms", feature_id="YQ-P01", shape=ip.one_boundary(_frame(_RING)),
        basis="drawn", accuracy_m=20.0, author="张三", source="2024 年地形图",
        stated=str(_DAY),
    )  # fmt: skip
    _positions().place(mine, by="张三", after="")
    page = _html(_fill(app))
    assert "已存入" in page
    assert "已由" not in page
    assert len(_positions().history()) == 1


def test_an_undo_brings_back_the_position_of_the_files_and_is_an_entry():
    app = _fill(_drawn())
    app.text_input(key="park-undo-why").set_value("画错了")
    app = app.button(key="park-undo").click().run()
    assert "已撤销" in _html(app)
    assert len(_positions().current()) == 0
    assert _positions().history()["what"].tolist() == ["set", "undo"]
    assert opened.workspace().positions is None


def test_a_file_is_read_by_the_one_door():
    app = _open(show="position", by="file", at="platforms:YQ-P01").run()
    ring = [*_RING, _RING[0]]
    text = json.dumps(
        {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
    )
    app.get("file_uploader")[0].upload("b.geojson", text.encode(), "application/json").run()
    assert app.text_input(key="park-source").value == "b.geojson"
    # it is on the map before it is stored
    sheet = app.session_state["park-preview"][1]
    assert sheet.layer("given_boundary")["features"] == 1
    assert app.session_state["map-sent"] == sheet.id
    app = _fill(app)
    assert app.session_state["map-sent"] == state.scene_job().result().id
    assert not [one for one in app.button if "存入边界" in one.label]
    assert _positions().current().get("platforms", "YQ-P01").basis == "surveyed"


def test_of_several_files_the_page_says_which_one_it_judges():
    app = _open(show="position", by="file", at="platforms:YQ-P01").run()
    for name in ("north", "south"):
        given = _frame(_RING).to_json().encode()
        app.get("file_uploader")[0].upload(f"{name}.geojson", given, "application/geo+json")
    app.run()
    assert not app.exception
    told = _html(app)
    assert "只用了 south.geojson；没有用 north.geojson。" in told


def test_a_boundary_in_one_of_several_layers_is_asked_for_and_read(tmp_path):
    path = tmp_path / "b.gpkg"
    ring = [[120.97, 28.04], [120.98, 28.04], [120.98, 28.05], [120.97, 28.05]]
    for layer, corners in (("now", _RING), ("before", ring)):
        _frame(corners).to_file(path, layer=layer)
    app = _open(show="position", by="file", at="platforms:YQ-P01").run()
    app.get("file_uploader")[0].upload("b.gpkg", path.read_bytes()).run()
    assert "请在上面的“图层”里选择" in _html(app)
    box = next(one for one in app.selectbox if one.label == "图层")
    # nothing is taken before somebody says which
    assert box.value is None
    assert "park-file-read" not in app.session_state
    box.set_value("before").run()
    shape = app.session_state["park-file-read"][1]
    assert shape.equals(ip.one_boundary(_frame(ring)))
    app = _fill(app)
    assert _positions().current().get("platforms", "YQ-P01").basis == "surveyed"


def test_a_boundary_whose_text_is_open_is_asked_for_its_encoding():
    app = _open(show="position", by="file", at="platforms:YQ-P01").run()
    wkt = ip.one_boundary(_frame(_RING)).wkt
    text = f'id,name,wkt\n1,"樂清電器廠","{wkt}"\n'.encode("big5")
    app.get("file_uploader")[0].upload("b.csv", text, "text/csv").run()
    assert "请在上面的“文字编码”里选择" in _html(app)
    next(one for one in app.selectbox if one.label == "文字编码").set_value("big5").run()
    assert app.text_input(key="park-source").value == "b.csv"


def test_a_page_without_a_map_sends_nobody_to_it():
    assert "点击地图" not in _html(_open().run())


def test_a_store_that_cannot_be_read_leaves_the_pages_and_is_told():
    path = ip.open_store("yueqing").path
    path.write_bytes(b"no store")
    st.cache_data.clear()
    script = state.__file__.replace("state.py", "script.py")
    app = AppTest.from_file(script, default_timeout=120).run()
    assert "现按工作区文件显示" in _html(app)
    assert len(app.dataframe[1].value) == 27


def _frame(ring):
    import geopandas as gpd
    from shapely.geometry import Polygon

    return gpd.GeoDataFrame(geometry=[Polygon(ring)], crs=4490)


@pytest.mark.parametrize("query", [{}, {"of": "YQ-P02"}])
def test_the_place_is_told_to_the_browser_on_every_run(query):
    app = _open(show="position", **query).run().run()
    box = app.selectbox(key="park-of-platforms")
    assert box.value == query.get("of", "YQ-P01")
    # else a browser that draws this run and not the one before stays empty
    assert box.proto.set_value


def test_an_unknown_place_in_the_address_selects_no_other():
    app = _open(show="position", of="NOPE").run()
    assert not app.exception
    assert app.selectbox(key="park-of-platforms").value is None
    assert "of=NOPE" in _html(app)
    app = app.selectbox(key="park-of-platforms").set_value("YQ-P02").run()
    assert app.query_params["of"] in ("YQ-P02", ["YQ-P02"])
    assert app.query_params["at"] in ("platforms:YQ-P02", ["platforms:YQ-P02"])
    assert "of=NOPE" not in _html(app)


def test_a_boundary_that_fits_no_system_is_asked_for_by_the_box_that_is_there():
    app = _open(show="position", by="file", at="platforms:YQ-P01").run()
    text = 'id,wkt\n1,"POLYGON((1 1,2 1,2 2,1 1))"\n'
    app.get("file_uploader")[0].upload("b.csv", text.encode(), "text/csv").run()
    told = _html(app)
    assert "b.csv：坐标（1.00, 1.00, 2.00, 2.00）不符合本地的任何坐标系" in told
    assert "上面的“坐标系”" in told
    assert "重新读取" not in told


@pytest.mark.parametrize(
    "error",
    [
        CRSError(
            "read.crs_open", file="b.zip", reasons=["甲。", "乙。"],
            next="--crs EPSG:4528 / --crs EPSG:4549",
        ),
        CRSError("read.crs_swapped", file="b.zip", reason="甲。", next="--crs EPSG:4528:yx"),
        CRSError("geo.missing"),
        InputError("read.layer_open", file="b.gpkg", layers=["a", "b"]),
    ],
    ids=lambda error: error.key,
)  # fmt: skip
def test_what_a_boundary_leaves_open_is_asked_for_by_what_its_page_has(error):
    told = boundary._said(error)
    assert "重新读取" not in told
    assert "--" not in told
    assert all(code in told for code in candidates_of(error.fields))
