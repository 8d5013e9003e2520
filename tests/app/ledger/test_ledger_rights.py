"""Who may not write in the ledger sees so before typing, with the reason."""

from __future__ import annotations

import html

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.store.keeping import Store

PAGE = "from platforms.app.views import ledger\nledger.page()\n"


@pytest.fixture
def ledger(example_ledger, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    return example_ledger(tmp_path)


def body(app):
    assert not app.exception
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


def visited(ledger, name):
    app = AppTest.from_string(PAGE, default_timeout=180)
    app.query_params["plot"] = str(ledger.plots()["plot_id"].iloc[0])
    app.session_state["ledger-name"] = name
    return app.run()


def open_boxes(app):
    """Return what can be typed in or pressed to write on the plot."""
    parts = [*app.text_input, *app.text_area, *app.selectbox, *app.button]
    keys = ("ledger-step-", "ledger-due-", "ledger-unit-", "ledger-note-", "ledger-save-",
            "ledger-undo-do", "ledger-take-do", "goal-")  # fmt: skip
    shut = {str(one.key) for one in parts if one.disabled}
    found = {str(one.key) for one in parts if str(one.key).startswith(keys)}
    found = {key for key in found if not key.startswith("goal-") or key.endswith("-do")}
    return found, shut & found


def test_a_reader_is_told_before_typing_that_nothing_can_be_written(ledger, yueqing, tmp_path):
    members = ip.open_store(yueqing, tmp_path).members
    members.add("审", "approver", by="审")
    members.add("阅", "reader", by="审")
    for name, why in (("阅", "您的角色是查看"), ("生人", "您还不是成员")):
        app = visited(ledger, name)
        found, shut = open_boxes(app)
        assert len(found) >= 5
        assert found == shut
        assert why in body(app)
        assert "审批人 审" in body(app)
    found, shut = open_boxes(visited(ledger, "审"))
    assert not {key for key in shut if key.startswith(("ledger-note-", "ledger-save-"))}


def test_a_store_that_can_only_be_read_is_not_called_open_to_all(ledger, monkeypatch):
    made = Store.__init__

    def read_only(self, *given, **named):
        made(self, *given, **named | {"writable": False})

    monkeypatch.setattr(Store, "__init__", read_only)
    app = visited(ledger, "李")
    found, shut = open_boxes(app)
    assert found == shut
    assert "方案库当前只读" in body(app)
    assert "都可以做任何操作" not in body(app)
