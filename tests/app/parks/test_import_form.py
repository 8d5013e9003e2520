"""The form that brings a table into a list: looked at, put right, written, told."""

from __future__ import annotations

import sys

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip

_PAGE = "from platforms.app.parks import importing\nimporting.show_import('special_towns')\n"
_TABLE = "特色小镇名称,占地面积（公顷）,引用\n示例小镇,120,一\n,86,一\n".encode()


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A copy of the example, which may be written."""
    ip.copy_workspace("yueqing", tmp_path / "own")
    monkeypatch.setattr(sys, "argv", ["app", f"--workspace={tmp_path / 'own'}"])
    return tmp_path / "own"


def _html(app):
    return "\n".join(part.proto.body for part in app.get("html"))


def _given(data=_TABLE):
    app = AppTest.from_string(_PAGE, default_timeout=60).run()
    app.get("file_uploader")[0].upload("小镇.csv", data, "text/csv").run()
    app.selectbox(key="import-doc-special_towns").set_value("yq2016")
    return app.text_input(key="import-section-special_towns").set_value("附件三").run()


def test_a_table_is_looked_at_and_written_when_it_is_right(own):
    path = own / "layers/special_towns.csv"
    before = path.read_bytes()
    app = _given()
    page = _html(app)
    assert not app.exception
    assert "出处" in page
    assert "--" not in page
    assert app.button(key="import-write-special_towns").disabled
    assert path.read_bytes() == before
    app = _given(_TABLE.replace("引用".encode(), "出处".encode()))
    assert "可写入 1" in _html(app)
    assert app.get("download_button")
    app = app.button(key="import-write-special_towns").click().run()
    assert "已写入 1 行" in _html(app)
    table = ip.Workspace.open(own).table("special_towns").set_index("name")
    assert table.loc["示例小镇", "land_mu"] == 1800.0
    assert table.loc["示例小镇", "section"] == "附件三"


def test_a_city_that_came_with_the_product_is_not_written(monkeypatch):
    app = _given(_TABLE.replace("引用".encode(), "出处".encode()))
    assert "示例城市" in _html(app)
    path = ip.Workspace.open("yueqing").path("special_towns")
    before = path.read_bytes()
    app = app.button(key="import-write-special_towns").click().run()
    assert "示例城市" in _html(app)
    assert path.read_bytes() == before


def test_hostile_text_and_files_are_told(own):
    app = _given("特色小镇名称,出处\n<script>alert(1)</script>,一\n".encode())
    assert not app.exception
    assert "<script>alert" not in _html(app)
    app = _given(b"\x00\x01\x02")
    assert not app.exception
    assert "ip-error" in _html(app)


def test_a_table_without_a_header_is_refused_without_an_option_of_the_command_line():
    app = AppTest.from_string(_PAGE, default_timeout=60).run()
    app.get("file_uploader")[0].upload("小镇.csv", "甲,乙\n1,2\n".encode(), "text/csv").run()
    told = _html(app)
    assert "小镇.csv 中没有图层" in told
    assert "--map" not in told
