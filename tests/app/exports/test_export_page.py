from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from platforms.app import map_component, state
from platforms.app.exports.kinds import KINDS

PAGE = "from platforms.app.views import exports\nexports.page()\n"


def _html(app: AppTest) -> str:
    return "\n".join(part.proto.body for part in app.get("html"))


def _open(**address: str) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert "ip-error" not in _html(app)
    return app


def _buttons(app: AppTest) -> set[str]:
    return {str(one.key).removeprefix("export-make-") for one in app.button if one.key}


def test_the_page_opens_internal_with_what_there_is_to_export():
    app = _open()
    page = _html(app)
    assert "内部版：内容完整" in page
    assert "会议室" in page
    assert "桌面 GIS" in page
    # nothing is kept yet: a card would write nothing
    assert {"workbook", "gpkg", "land_map", "issues", "targets"} <= _buttons(app)
    assert not {"ledger", "positions"} & _buttons(app)
    assert not app.text_input


def test_public_asks_for_the_review_number_and_says_what_is_missing():
    app = _open(profile="public")
    page = _html(app)
    assert "1 项需要处理" in page
    assert "还没有审图号" in page
    assert "图层“建筑物（示例）”不在公开清单内" in page
    assert any("这一版略去" in one.label for one in app.expander)
    app.text_input(key="review").input(" 浙S（2026）12号 ").run()
    assert "没有发现问题" in _html(app)
    assert app.query_params["review"] == "浙S（2026）12号"
    # the number goes with the public version only
    again = _open(profile="public", review="浙S（2026）12号")
    assert again.text_input(key="review").value == "浙S（2026）12号"
    assert "没有发现问题" in _html(again)


def test_slides_are_left_out_and_ordered_in_the_address():
    app = _open()
    key = f"slides-{state.scene_job().result().id}"
    every = app.multiselect(key=key).value
    app.multiselect(key=key).set_value([every[1], every[0]]).run()
    assert app.query_params["slides"] == f"{every[1]},{every[0]}"
    none = _open(slides="-")
    assert none.multiselect(key=key).value == []
    assert _open(slides=f"{every[2]},nowhere").multiselect(key=key).value == [every[2]]


@pytest.mark.parametrize("kind", ["issues", "land_map"])
def test_a_file_is_offered_once_it_is_made_and_anew_for_another_choice(kind):
    app = _open()
    offered = {one.key for one in app.get("download_button")}
    assert f"export-get-{kind}" not in offered
    assert "export-get-map" in offered
    app.button(key=f"export-make-{kind}").click().run()
    assert not app.exception
    assert f"export-get-{kind}" in {one.key for one in app.get("download_button")}
    app.segmented_control(key="profile").set_value("public").run()
    still = f"export-get-{kind}" in {one.key for one in app.get("download_button")}
    # a map for others is another map, a table is the same
    assert still is not KINDS[kind].published


def test_what_others_write_is_in_the_ledger_that_is_made_again(monkeypatch):
    said = []
    monkeypatch.setattr(state, "_COMMON", {})

    def write(_source, path, _progress):
        said.append(len(said))
        path.write_bytes(b"%d" % len(said))

    live = KINDS["ledger"]._replace(write=write, wanted=lambda _: True)
    still = KINDS["issues"]._replace(write=write)
    for kind, written in (("ledger", live), ("issues", still)):
        monkeypatch.setitem(KINDS, kind, written)
        said.clear()
        app = _open()
        for _ in range(2):
            app.button(key=f"export-make-{kind}").click().run()
        # a run that was not asked for makes none
        app.run()
        assert len(said) == (2 if kind == "ledger" else 1)


@pytest.mark.parametrize(
    ("page", "address", "internal"),
    [("exports", {}, True), ("exports", {"profile": "public"}, False),
     ("map", {"profile": "public"}, True)],
)  # fmt: skip
def test_the_head_calls_no_public_map_internal(page, address, internal):
    code = (
        "from types import SimpleNamespace\nfrom platforms.app import main\n"
        f"main._show_title(SimpleNamespace(title='页', url_path={page!r}))"
    )
    app = AppTest.from_string(code, default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert ("内部资料" in _html(app)) is internal
    assert "示意" in _html(app)


def test_the_preview_shows_no_background_that_the_export_lacks(monkeypatch):
    asked = []
    monkeypatch.setattr(map_component.tiles, "for_map", lambda: asked.append(1))
    _open()
    assert not asked
