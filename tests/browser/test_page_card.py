"""The card of a feature: what closes it, and how it gives way on a small screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import map_samples as samples
from conftest import call, probe, wait_still

pytestmark = pytest.mark.browser

CARD, BODY = ".pm-card", ".pm-card-body"
BESIDE = """() => {
  const box = document.createElement('div');
  box.innerHTML = '<input id="field"><div id="list" role="listbox" tabindex="0">a</div>';
  document.body.append(box); }"""


def _open(page) -> None:
    call(page, "map.select({layer: 'platforms', id: 'P06'})")


def test_escape_closes_the_card_but_not_where_it_belongs_to_something_else(open_map):
    page, seen = open_map(samples.document())
    page.evaluate(BESIDE)
    _open(page)
    for other in ("#field", "#list", ".pm-search input"):
        page.focus(other)
        page.keyboard.press("Escape")
        assert page.locator(CARD).count() == 1, other
    page.focus(BODY)
    page.keyboard.press("Escape")
    assert page.locator(CARD).count() == 0
    # with nothing in focus there is nothing else to close
    _open(page)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    assert page.locator(CARD).count() == 0
    # a switch of the legend takes no text
    _open(page)
    page.get_by_label("工业地块", exact=True).focus()
    page.keyboard.press("Escape")
    assert page.locator(CARD).count() == 0
    assert seen.errors == []


def test_on_a_phone_the_card_begins_as_a_line_that_opens(open_map):
    page, seen = open_map(samples.document(), 390, 844)
    _open(page)
    card, stage = page.locator(CARD), page.locator(".pm-stage").bounding_box()
    expect(page.locator(BODY)).to_be_hidden()
    line = card.bounding_box()
    assert line["height"] < 60
    assert line["y"] + line["height"] <= stage["y"] + stage["height"]
    assert "平台06" in card.inner_text()
    assert "示意" in card.inner_text()
    knob = page.get_by_role("button", name="展开或收起详情")
    assert knob.get_attribute("aria-expanded") == "false"
    page.locator(f"{CARD} h3").click()
    expect(page.locator(BODY)).to_be_visible()
    assert knob.get_attribute("aria-expanded") == "true"
    # the next one is as the last was left
    call(page, "map.select({layer: 'platforms', id: 'P07'})")
    expect(page.locator(BODY)).to_be_visible()
    knob.focus()
    page.keyboard.press("Enter")
    expect(page.locator(BODY)).to_be_hidden()
    page.get_by_role("button", name="关闭").click()
    assert card.count() == 0
    assert seen.errors == []


def test_beside_a_wide_map_the_card_is_open(open_map):
    page, _ = open_map(samples.document())
    _open(page)
    expect(page.locator(BODY)).to_be_visible()
    assert page.get_by_role("button", name="展开或收起详情").count() == 0


def test_a_selected_mark_is_named_where_no_other_is(open_map):
    page, seen = open_map(samples.document())
    call(page, "(leaflet.setView([28.05, 120.9], 11, {animate: false}), 0)")
    wait_still(page)
    named = {label["text"] for label in probe(page)["labels"]}
    alone = [mark["ids"][0] for mark in probe(page)["marks"] if mark["layer"] == "platforms"]
    lacking = [one for one in alone if f"平台{one[1:]}" not in named]
    assert lacking
    call(page, f"map.select({{layer: 'platforms', id: '{lacking[0]}'}})")
    call(page, "(leaflet.setView([28.05, 120.9], 11, {animate: false}), 0)")
    wait_still(page)
    labels = [label["text"] for label in probe(page)["labels"]]
    assert labels.count(f"平台{lacking[0][1:]}") == 1
    assert seen.errors == []


@pytest.mark.long
def test_a_name_as_long_as_a_page_leaves_the_card_on_the_map(open_map):
    layer = samples.plots_layer(names=tuple(["很长的名字" * 480] * 9))
    page, seen = open_map(samples.document(layer))
    call(page, "map.select({layer: 'plots', id: 'S000'})")
    card, stage = page.locator(CARD).bounding_box(), page.locator(".pm-stage").bounding_box()
    assert card["y"] >= stage["y"]
    assert card["y"] + card["height"] <= stage["y"] + stage["height"]
    assert page.locator(f"{CARD} h3").bounding_box()["height"] < 80
    assert page.locator(BODY).bounding_box()["height"] > 20
    assert seen.errors == []
