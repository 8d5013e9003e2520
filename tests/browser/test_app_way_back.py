"""The browser's way back in a real browser: one act a step, and the page follows its address."""

from __future__ import annotations

import re

import pytest
from app_pages import settled
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.long
def test_one_act_is_one_step_back_and_the_page_follows(open_app, yueqing):
    page = open_app(f"{yueqing}/parks", until="[data-testid=stDataFrame]")
    settled(page)
    page.get_by_text("卡片", exact=True).click()
    expect(page.locator(".ip-card")).to_have_count(27)
    settled(page)
    # this part adds the place that is corrected to its address
    page.get_by_text("更正位置", exact=True).click()
    page.wait_for_url("**/parks?show=position&of=*")
    settled(page)
    page.go_back()
    expect(page.locator(".ip-card")).to_have_count(27)
    settled(page)
    expect(page).to_have_url(re.compile(r"/parks\?show=cards$"))
    page.go_back()
    expect(page.locator("[data-testid=stDataFrame]")).to_have_count(1)
    settled(page)
    expect(page).to_have_url(re.compile(r"/parks$"))
    page.go_forward()
    expect(page.locator(".ip-card")).to_have_count(27)


@pytest.mark.parametrize(
    ("lang", "skip", "search"),
    [
        ("", "跳到正文", "查找"),
        pytest.param("?lang=en", "Skip to the page", "Search", marks=pytest.mark.long),
    ],
)
def test_streamlits_own_parts_speak_the_language(open_app, yueqing, lang, skip, search):
    page = open_app(f"{yueqing}/parks{lang}", until="[data-testid=stDataFrame]")
    settled(page)
    expect(page.locator("[data-testid=stSkipToContent]")).to_have_text(skip)
    page.locator("[data-testid=stDataFrame]").hover()
    expect(page.get_by_role("button", name=search, exact=True)).to_be_visible()
