"""A city of counties speaks of its areas in the word of its own plan, and opens on every page."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms import messages
from platforms.app import opened
from platforms.app.wording import of_areas

_PAGES = ("overview", "parks", "plans", "plots", "rules", "land", "moves", "targets")


def _html(app: AppTest) -> str:
    return "\n".join(part.proto.body for part in app.get("html"))


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh_CN", {"yueqing": "乡镇街道", "taizhou": "县（市、区）"}),
        ("en", {"yueqing": "Town", "taizhou": "County units"}),
    ],
)
def test_areas_are_called_as_the_plan_calls_them(lang, words):
    messages.set_language(lang)
    try:
        for name, word in words.items():
            assert of_areas(ip.Workspace.open(name), "app.table.town") == word
    finally:
        messages.set_language("zh_CN")


@pytest.fixture
def _taizhou(monkeypatch):
    monkeypatch.setenv("PLATFORMS_WORKSPACE", "taizhou")
    monkeypatch.setattr(opened, "_OPEN", {})


@pytest.mark.usefixtures("_taizhou")
def test_the_second_city_opens_on_every_page_without_a_word_of_towns():
    # one after the other: its run is made once
    for name in _PAGES:
        app = AppTest.from_string(
            f"from platforms.app.views import {name}\n{name}.page()\n", default_timeout=120
        ).run()
        assert not app.exception, name
        page = _html(app)
        assert "ip-error" not in page, name
        labels = [box.label for box in app.multiselect]
        assert "乡镇街道" not in labels, name
        for table in app.dataframe:
            assert "乡镇街道" not in table.value.columns, name
