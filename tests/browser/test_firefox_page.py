"""The exported page in Firefox: it opens by double click, and a presenter walks through it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from firefox import PROGRAM, Firefox, firefox

import map_samples as samples
from platforms.outputs.maps.page import save_html
from platforms.outputs.maps.slides import Slide, with_slides

pytestmark = [pytest.mark.browser, pytest.mark.long]

MAP = "document.querySelector('#platforms-map').platformsMap"
TITLE = "document.querySelector('.pm-slide h2').innerText"
RIGHT, LEFT, ESCAPE = "\ue014", "\ue012", "\ue00c"


@pytest.fixture(scope="module")
def fox(tmp_path_factory) -> Iterator[Firefox]:
    if PROGRAM is None:
        reason = "Firefox is not here: apt-get install firefox-esr"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with firefox(tmp_path_factory.mktemp("firefox")) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(fox, tmp_path_factory) -> Firefox:
    slides = [
        Slide(id="whole", title="总览", text="第一行"),
        Slide(id="west", title="西部", extent=(120.82, 28.1, 120.9, 28.18), layers=("platforms",)),
    ]
    document = with_slides(samples.document(), slides)
    fox.open(save_html(document, tmp_path_factory.mktemp("page") / "map.html"))
    return fox


def test_every_layer_is_drawn_and_nothing_is_asked_for(page):
    layers = page.value(f"{MAP}.probe().layers")
    assert {name: one["drawn"] for name, one in layers.items()} == {"platforms": 13, "plots": 9}
    assert page.said == []
    assert [url for url in page.asked if not url.startswith(("data:", "blob:"))] == []


def test_the_card_of_a_feature_opens(page):
    page.value(f"{MAP}.select({{layer: 'platforms', id: 'P06'}})")
    assert "平台06" in page.value("document.querySelector('.pm-card').innerText")
    page.press(ESCAPE)


def test_arrow_keys_walk_through_the_slides(page):
    page.value("document.querySelector('.pm-slide-start, [aria-label*=开始演示]').click()")
    assert page.value(TITLE) == "总览"
    page.press(RIGHT)
    assert page.value(TITLE) == "西部"
    visible = page.value(f"{MAP}.probe().layers")
    assert [name for name, one in visible.items() if one["visible"]] == ["platforms"]
    page.press(LEFT)
    assert page.value(TITLE) == "总览"
    page.press(ESCAPE)
    assert page.said == []
