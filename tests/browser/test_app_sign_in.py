"""Sign-in through a provider on this machine, in a real browser: in, a stranger, a member, out."""

from __future__ import annotations

import os

import pytest
from app_pages import served, settled
from playwright.sync_api import expect
from sign_in_provider import CLIENT, providing

import platforms as ip

pytest.importorskip("authlib")
pytestmark = [pytest.mark.browser, pytest.mark.long]

_SECRETS = """[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "a secret of this test, long enough"
client_id = "{client}"
client_secret = "x"
server_metadata_url = "{url}/.well-known/openid-configuration"
"""


@pytest.fixture
def provider():
    with providing() as made:
        yield made


@pytest.fixture
def office(provider, tmp_path):
    (tmp_path / ".streamlit").mkdir()
    told = _SECRETS.format(client=CLIENT, url=provider.url)
    (tmp_path / ".streamlit" / "secrets.toml").write_text(told, encoding="utf-8")
    kept = tmp_path / "kept"
    members = ip.open_store("yueqing", kept).members
    members.add("审 <shen@x.cn>", "approver", by="审 <shen@x.cn>")
    with served("yueqing", tmp_path, env={**os.environ, "PLATFORMS_STORE": str(kept)}) as url:
        yield url, kept


def test_a_visitor_signs_in_is_a_stranger_then_a_member_and_signs_out(office, provider, open_app):
    url, kept = office
    provider.claims = {"email": "li@x.cn", "name": "李敏", "email_verified": True}
    page = open_app(f"{url}/ledger?plot=SP-0003", until=".st-key-sign-in")
    assert page.locator(".st-key-ledger-tools").count() == 0
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("您还不是本工作区的成员")).to_be_visible()
    expect(page.get_by_text("li@x.cn")).to_be_visible()
    # the link that was asked for, not the first page
    expect(page).to_have_url(f"{url}/ledger?plot=SP-0003")
    store = ip.open_store("yueqing", kept)
    store.members.add("li@x.cn", "editor", by="shen@x.cn")
    page.goto(f"{url}/ledger")
    page.wait_for_selector(".st-key-ledger-tools")
    settled(page)
    name = page.get_by_label("您的姓名")
    expect(name).to_be_disabled()
    expect(name).to_have_value("李敏 <li@x.cn>")
    page.get_by_role("button", name="李敏").click()
    expect(page.get_by_text("还可写入")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("请先登录")).to_be_visible()
    lines = store.journal.lines()
    assert lines["what"].tolist() == ["sign_in", "sign_out"]
    assert set(lines["who"]) == {"李敏 <li@x.cn>"}
