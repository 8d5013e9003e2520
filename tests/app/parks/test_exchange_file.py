"""The change set of positions in the app: it goes out, comes in, and is refused whole."""

from __future__ import annotations

import json

import pytest
import shapely
from streamlit.testing.v1 import AppTest

import platforms as ip

_PAGE = "from platforms.app.parks import exchange\nexchange.show_exchange()\n"


def _html(app: AppTest) -> str:
    return "\n".join(part.proto.body for part in app.get("html"))


def _kept() -> ip.Positions:
    return ip.open_store("yueqing").positions


def _put(feature: str = "YQ-P13", width: float = 0.01, **more: object) -> ip.Position:
    told = {
        "layer": "platforms", "feature_id": feature, "basis": "surveyed", "accuracy_m": 2.0,
        "author": "测绘院", "source": "成果 1 号", "stated": "2026-03-01",
        "shape": shapely.box(120.97, 28.04, 120.97 + width, 28.05),
    }  # fmt: skip
    return ip.Position(**{**told, **more})


def _file(path, *positions: ip.Position, **follows) -> bytes:
    found = ip.PositionSet("yueqing", positions, **follows)
    return ip.export_positions(found, path, overwrite=True).read_bytes()


def _give(data: bytes, app: AppTest | None = None) -> AppTest:
    app = (app or AppTest.from_string(_PAGE, default_timeout=60)).run()
    app.get("file_uploader")[0].upload("p.geojson", data, "application/geo+json").run()
    app.text_input(key="park-into-who").set_value("录入员")
    return app.button(key="park-into-store").click().run()


def test_a_change_set_that_came_in_says_who_and_by_what_and_when(tmp_path):
    app = _give(_file(tmp_path / "p.geojson", _put(), _put("YQ-P12", layer="platforms")))
    assert not app.exception
    assert "已存入 2 处位置" in _html(app)
    now = _kept().current().get("platforms", "YQ-P13")
    assert (now.author, now.source, now.stated) == ("测绘院", "成果 1 号", "2026-03-01")
    assert (now.basis, now.accuracy_m) == ("surveyed", 2.0)
    assert set(_kept().history()["who"]) == {"录入员"}
    # what goes out again is what came in
    out = ip.export_positions(_kept().current(), tmp_path / "out.geojson")
    assert ip.import_positions(out) == _kept().current()


def test_what_is_older_than_what_holds_is_refused_until_it_may_replace(tmp_path):
    _kept().place(_put(width=0.02), by="李四")
    data = _file(tmp_path / "p.geojson", _put(), _put("YQ-P12"))
    app = _give(data)
    page = _html(app)
    assert "李四" in page
    assert "--replace" not in page
    assert len(_kept().current()) == 1
    app.checkbox(key="park-into-replace").set_value(True)
    app = app.button(key="park-into-store").click().run()
    assert "已存入 2 处位置" in _html(app)
    assert _kept().current().get("platforms", "YQ-P13") == _put()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t["platforms"].update(workspace="taizhou"), "taizhou"),
        (lambda t: t["features"][0]["properties"].update(feature_id="<b>X"), "&lt;b&gt;X"),
        (lambda t: t["features"][0]["properties"].update(layer="towns"), "towns"),
        (lambda t: t["features"][0]["properties"].pop("source"), "source"),
        (lambda t: t.clear(), "不是更正位置的文件"),
    ],
)
def test_a_bad_change_set_stores_nothing_and_says_why(tmp_path, change, told):
    tree = json.loads(_file(tmp_path / "p.geojson", _put(), _put("YQ-P12")))
    del tree["platforms"]["sha256"]
    change(tree)
    app = _give(json.dumps(tree).encode())
    assert not app.exception
    page = _html(app)
    assert "ip-error" in page
    assert told in page
    assert _kept().history().empty


def test_another_file_is_refused_with_the_button_that_makes_the_right_one():
    told = _html(_give(b"{}"))
    assert "p.geojson 不是更正位置的文件" in told
    assert "导出更正文件" in told
    assert "platforms positions" not in told
