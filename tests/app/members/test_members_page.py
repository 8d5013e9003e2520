"""The page 成员: the first approver, further members, and who may not name any."""

from __future__ import annotations

import html
import re

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip

PAGE = "from platforms.app.views import members\nmembers.page()\n"


@pytest.fixture
def store(yueqing, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    return ip.open_store(yueqing)


@pytest.fixture
def page():
    return AppTest.from_string(PAGE, default_timeout=60)


def body(app):
    assert not app.exception
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


def named(app, name):
    return app.text_input("ledger-who").set_value(name).run()


def button(app, part):
    (found,) = [one for one in app.button if part in str(one.key)]
    return found


def field(app, kind, part):
    (found,) = [one for one in getattr(app, kind) if part in str(one.key)]
    return found


def test_single_user_mode_is_said_and_ends_with_the_first_approver(page, store):
    page.run()
    assert "单用户模式" in body(page)
    assert button(page, "members-first").disabled
    named(page, "审")
    button(page, "members-first").click().run()
    assert "单用户模式" not in body(page)
    assert "审批人：审" in body(page)
    assert store.members.role_of("审") == "approver"


def test_an_approver_names_changes_and_takes_out(page, store):
    store.members.add("审", "approver", by="审")
    named(page.run(), "审")
    field(page, "text_input", "members-add-0-name").set_value("编").run()
    field(page, "selectbox", "members-add-0-role").set_value("editor").run()
    button(page, "members-add-0-do").click().run()
    assert store.members.role_of("编") == "editor"
    assert "编 的角色已登记" in body(page)
    # nobody is chosen beforehand, and the role that stands is not the one to be pressed
    assert field(page, "selectbox", "members-change-1-name").value is None
    assert not [one for one in page.button if "members-change" in str(one.key)]
    field(page, "selectbox", "members-change-1-name").set_value("编").run()
    assert field(page, "selectbox", "members-change-1-role").value == "editor"
    [ask] = [one for one in page.get("popover") if one.proto.popover.label == "调整角色"]
    assert ask.proto.popover.disabled
    field(page, "selectbox", "members-change-1-role").set_value("reader").run()
    assert "编 现为编辑，将改为查看" in body(page)
    button(page, "members-change-1-do").click().run()
    assert store.members.role_of("编") == "reader"
    field(page, "selectbox", "members-change-2-name").set_value("审").run()
    button(page, "members-change-2-remove").click().run()
    assert "最后一个审批人" in body(page)
    assert store.members.approvers() == ["审"]


def test_a_name_is_no_markdown_in_a_button(page, store):
    name = "**b** $x^2$ :red[x] [a](http://x)"
    named(page.run(), name)
    label = button(page, "members-first").label
    # each sign of Markdown stands behind a stroke, and the address is cut by a sign of no width
    assert name in re.sub(r"\\(?=\W)|\u2060", "", label)
    assert not re.search(r"(?<!\\)[*$\[\]():/]", label)


def test_others_are_told_whom_to_ask(page, store):
    store.members.add("审", "approver", by="审")
    store.members.add("编", "editor", by="审")
    named(page.run(), "编")
    assert "只有审批人能管理成员：审" in body(page)
    assert not [one for one in page.button if "members-add" in str(one.key)]


def test_many_approvers_are_told_in_a_line(page, store):
    for name in ("甲 <a@x.cn>", "乙 <b@x.cn>", "丙 <c@x.cn>"):
        store.members.add(name, "approver", by="a@x.cn")
    assert "成员 3 人；审批人：甲、乙、丙。" in body(page.run())
    store.members.add("丁 <d@x.cn>", "approver", by="a@x.cn")
    assert "审批人：甲、乙、丙 等 4 人。" in body(page.run())


def test_the_journal_and_the_history_are_shown(page, store):
    store.members.add("审", "approver", by="审")
    store.journal.note("upload", "地块.zip", by="", data=b"abc")
    page.run()
    tables = [one.value.to_numpy().tolist() for one in page.dataframe]
    told = str(tables)
    for word in ("加入", "地块.zip", "（未署名）", "上传"):
        assert word in told
