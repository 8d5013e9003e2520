"""The ledger in a real browser: two people on one row, and a link that reopens a plot."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from app_pages import DESK, PHONE, served, settled
from playwright.sync_api import Page, expect

import platforms as ip

pytestmark = pytest.mark.browser

PLOT = "SP-0003"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder with the example's ledger."""
    folder = tmp_path_factory.mktemp("ledger")
    city = ip.Workspace.open("yueqing")
    ip.open_store(city, folder).ledger.take(ip.run(city), by="王")
    return folder


@pytest.fixture(scope="module")
def office(kept) -> Iterator[str]:
    """The app on that ledger."""
    with served("yueqing", kept, env={**os.environ, "PLATFORMS_STORE": str(kept)}) as url:
        yield f"{url}/ledger"


def _come(open_app, url: str, name: str, size=DESK) -> Page:
    page = open_app(f"{url}?plot={PLOT}", size, until=".ip-facts")
    settled(page)
    page.get_by_label("您的姓名").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="保存（1 宗）")).to_be_enabled()
    return page


def _write(page: Page, unit: str) -> None:
    page.get_by_role("textbox", name="责任单位").fill(unit)
    page.get_by_role("button", name="保存（1 宗）").click()


def _unit(kept) -> str:
    plots = ip.open_store("yueqing", kept).ledger.plots()
    return str(plots.set_index("plot_id").loc[PLOT, "unit"])


def test_two_browsers_edit_one_row_and_the_second_sees_it(office, kept, open_app):
    first, second = (_come(open_app, office, name) for name in ("李", "赵"))
    _write(first, "市经信局")
    expect(first.get_by_role("status")).to_contain_text("已保存")
    _write(second, "乐成街道")
    told = second.get_by_role("alert")
    expect(told).to_contain_text("已被 李 改动")
    row = second.locator(".ip-conflict tr").nth(1)
    expect(row).to_contain_text("市经信局")
    expect(row).to_contain_text("乐成街道")
    # shown, not overwritten
    assert _unit(kept) == "市经信局"
    settled(second)
    second.get_by_role("button", name="已看过，仍写入我的修改").click()
    expect(second.get_by_role("status")).to_contain_text("已保存")
    assert _unit(kept) == "乐成街道"
    # the first one learns of it before writing
    first.reload()
    first.wait_for_selector(".ip-facts")
    expect(first.get_by_role("textbox", name="责任单位")).to_have_value("乐成街道")


@pytest.mark.long
def test_a_link_opens_a_plot_on_a_phone(office, open_app):
    page = open_app(f"{office}?plot={PLOT}", PHONE, until=".ip-facts")
    settled(page)
    expect(page.get_by_role("heading", name=PLOT, exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.long
def test_the_workbook_is_given(office, open_app):
    page = open_app(office, DESK, until=".ip-steps")
    settled(page)
    with page.expect_download() as got:
        page.get_by_role("button", name="导出（.xlsx）").click()
    assert got.value.suggested_filename == "yueqing-ledger.xlsx"


def test_what_was_typed_is_kept_and_asked_about_before_it_is_lost(office, open_app):
    # the event that the browser asks by; a real one would open a dialog
    asks = "() => !dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    page = _come(open_app, office, "李")
    assert not page.evaluate(asks)
    page.get_by_role("textbox", name="备注").fill("已约谈")
    page.keyboard.press("Tab")
    expect(page.get_by_text("未保存的修改：SP-0003")).to_be_visible()
    settled(page)
    assert page.evaluate(asks)
    page.get_by_role("button", name="放弃修改").click()
    expect(page.get_by_text("未保存的修改")).to_have_count(0)
    settled(page)
    assert not page.evaluate(asks)
