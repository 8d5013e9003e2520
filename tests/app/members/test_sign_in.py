"""Sign-in: nothing is shown before it, what is written is in its name, and no box says another."""

from __future__ import annotations

import html

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app import visitor
from platforms.app.members import door
from platforms.store import seen

LEDGER = "from platforms.app.views import ledger\nledger.page()\n"
DOOR = """
import streamlit as st
from platforms.app.members.door import closed
st.write("closed" if closed() else "open")
"""
GUARDED = """
import streamlit as st
from platforms.app.guard import guard
from platforms.app.members.door import closed
with guard():
    st.write("closed" if closed() else "open")
"""
WAY_OUT = """
from platforms.app.members.door import leave
from platforms.app.visitor import show_account
show_account("", leave)
"""
LI = {"is_logged_in": True, "email": "li@x.cn", "name": "李敏", "iat": 1}


@pytest.fixture
def store(yueqing, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    monkeypatch.setattr(door, "_NOTED", set())
    return ip.open_store(yueqing)


@pytest.fixture
def signing(monkeypatch):
    def sign(**claims):
        monkeypatch.setattr(visitor, "claims", lambda: claims)

    return sign


def opened(script):
    app = AppTest.from_string(script, default_timeout=90)
    app.secrets["auth"] = {"client_id": "x", "other": {"client_id": "y"}}
    return app.run()


def body(app):
    assert not app.exception
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


def is_open(app):
    return [one.value for one in app.markdown][-1] == "open"


def test_without_sign_in_the_door_is_open_and_a_name_is_typed(store, signing):
    signing()
    assert is_open(opened(DOOR))
    assert visitor.named_by(" 王 ") == "王"
    assert visitor.signed_in() is None


def test_nobody_sees_a_page_before_signing_in(store, signing):
    signing(is_logged_in=False)
    app = opened(DOOR)
    assert not is_open(app)
    assert "请先登录" in body(app)
    assert [one.label for one in app.button] == ["登录", "用 other 登录"]
    assert visitor.named_by("王") == ""


def test_who_signed_in_is_the_author_whatever_is_typed(store, signing, example_ledger, tmp_path):
    example_ledger(tmp_path)
    signing(**LI)
    app = opened(LEDGER)
    [box] = [one for one in app.text_input if "ledger-who" in str(one.key)]
    assert box.disabled
    assert box.value == "李敏 <li@x.cn>"
    assert visitor.named_by("别人") == "李敏 <li@x.cn>"


def test_a_store_without_members_lets_nobody_in_and_is_not_made(store, signing, monkeypatch):
    monkeypatch.setattr(door.st, "logout", lambda: None)
    # a server that began while its store was away: the place is empty, and nobody saw another
    store.path.unlink(missing_ok=True)
    monkeypatch.setattr(seen, "_SEEN", set())
    signing(**LI)
    app = opened(GUARDED)
    assert not is_open(app)
    for word in ("还没有成员", "li@x.cn", "platforms ledger members add", "--role approver"):
        assert word in body(app)
    assert [one.label for one in app.button] == ["再试一次", "退出登录"]
    app.button("sign-out").click().run()
    assert not list(store.path.parent.glob("**/*.gpkg"))
    # whoever runs the server names the first, who then comes in; others are strangers
    ip.open_store("yueqing").members.add("li@x.cn", "approver", by="li@x.cn")
    assert is_open(app.run())
    signing(**LI | {"email": "wang@x.cn"})
    assert "不是本工作区的成员" in body(opened(GUARDED))


def test_one_who_is_no_member_is_told_whom_to_ask(store, signing):
    store.members.add("审 <shen@x.cn>", "approver", by="审 <shen@x.cn>")
    signing(**LI)
    app = opened(DOOR)
    assert not is_open(app)
    for word in ("不是本工作区的成员", "li@x.cn", "shen@x.cn"):
        assert word in body(app)
    # who signed in with the wrong account is not shut in
    assert [one.label for one in app.button] == ["再试一次", "退出登录"]
    store.members.add("LI@X.CN", "reader", by="shen@x.cn")
    assert is_open(app.run())


def test_an_address_that_is_not_verified_is_told_as_that(store, signing):
    store.members.add("审 <shen@x.cn>", "approver", by="审 <shen@x.cn>")
    signing(**LI | {"sub": "17", "email_verified": False})
    app = opened(DOOR)
    assert not is_open(app)
    assert "没有验证过邮箱 li@x.cn" in body(app)
    assert "<17>" not in body(app)
    assert [one.label for one in app.button] == ["再试一次", "退出登录"]
    signing(**LI | {"email_verified": False})
    app = opened(DOOR)
    assert "没有验证过邮箱 li@x.cn" in body(app)
    assert [one.label for one in app.button] == ["退出登录"]


def test_a_store_that_went_away_keeps_the_door_closed(store, signing, tmp_path):
    store.members.add("审 <shen@x.cn>", "approver", by="审 <shen@x.cn>")
    signing(**LI)
    app = opened(GUARDED)
    store.path.rename(tmp_path / "aside")
    app.run()
    assert not app.markdown
    assert "现在不在原处" in body(app)
    assert not store.path.exists()
    (tmp_path / "aside").rename(store.path)
    assert "不是本工作区的成员" in body(app.run())


def test_a_sign_in_is_noted_once(store, signing):
    store.members.add("li@x.cn", "approver", by="li@x.cn")
    signing(**LI)
    opened(DOOR)
    opened(DOOR).run()
    lines = store.journal.lines()
    assert lines[["who", "what"]].to_numpy().tolist() == [["李敏 <li@x.cn>", "sign_in"]]
    signing(**LI | {"iat": 2})
    opened(DOOR)
    assert len(store.journal.lines()) == 2


def test_a_sign_out_is_noted_under_the_name_of_who_left(store, signing, monkeypatch):
    left = []
    monkeypatch.setattr(door.st, "logout", lambda: left.append(len(store.journal.lines())))
    signing(**LI)
    app = opened(WAY_OUT)
    app.button("sign-out").click().run()
    assert not app.exception
    lines = store.journal.lines()
    assert lines[["who", "what"]].to_numpy().tolist() == [["李敏 <li@x.cn>", "sign_out"]]
    # first noted, then out
    assert left == [1]


@pytest.mark.parametrize(
    ("claims", "who"),
    [
        (LI, "李敏 <li@x.cn>"),
        ({"is_logged_in": True, "email": "li@x.cn", "name": "li@x.cn"}, "li@x.cn"),
        ({"is_logged_in": True, "email": "li@x.cn", "name": "<shen@x.cn>"},
         "shen@x.cn <li@x.cn>"),
        ({"is_logged_in": True, "email": "li@x.cn", "name": "＜shen@x.cn＞\u202e"},
         "shen@x.cn <li@x.cn>"),
        ({"is_logged_in": True, "email": "li@x.cn", "email_verified": False, "sub": "42"}, "42"),
        ({"is_logged_in": True, "email": "li@x.cn", "email_verified": False}, None),
        ({"is_logged_in": True, "sub": "a" * 200}, None),
        ({"is_logged_in": True, "email": f"{'a' * 80}@x.cn", "name": "李" * 90},
         f"{'李' * 12} <{'a' * 80}@x.cn>"),
        ({"is_logged_in": True}, None),
        ({"is_logged_in": False, "email": "li@x.cn"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_who_is_told_by_the_claims(signing, claims, who):
    signing(**claims)
    assert visitor.signed_in() == who
    if who is not None:
        assert len(who) <= 100


def test_another_claim_can_be_set(signing, monkeypatch):
    monkeypatch.setenv("PLATFORMS_SIGN_IN_CLAIM", "oid")
    signing(**LI, oid="4711")
    assert visitor.signed_in() == "李敏 <4711>"


def test_a_sign_in_that_says_nobody_is_told(store, signing):
    signing(is_logged_in=True)
    app = opened(DOOR)
    assert not is_open(app)
    assert "没有说明您是谁" in body(app)
    assert [one.label for one in app.button] == ["退出登录"]


def test_a_part_that_is_missing_is_told_and_closes(store, signing, monkeypatch):
    signing(is_logged_in=False)

    def broken(*_):
        raise RuntimeError("no Authlib")

    monkeypatch.setattr(visitor.st, "login", broken)
    app = opened(DOOR)
    app.button[0].click().run()
    assert "登录没有成功" in body(app)
    assert not is_open(app)
