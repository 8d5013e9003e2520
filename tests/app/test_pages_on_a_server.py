"""Pages with the store on a server: the ledger works there, and none breaks when it is away."""

from __future__ import annotations

import html

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app import corrections
from platforms.store.ledger.ledger import LedgerEdit

PAGES = ("overview", "parks", "plots", "exports", "ledger", "scenarios", "moves")


def _page(name):
    # as the app runs its pages
    code = (
        f"from platforms.app.guard import guard\nfrom platforms.app.views import {name}\n"
        f"with guard():\n    {name}.page()\n"
    )
    return AppTest.from_string(code, default_timeout=90)


def _body(app):
    assert not app.exception
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


@pytest.fixture(autouse=True)
def _nothing_held(monkeypatch):
    monkeypatch.setattr(corrections, "_HELD", {})


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_that_the_server_is_away_and_shows_no_password(name, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", "postgresql://user:s3cr3t@127.0.0.1:1/base")
    app = _page(name).run()
    text = _body(app) + " ".join(str(one.value) for one in (*app.error, *app.warning, *app.caption))
    assert "s3cr3t" not in text
    # a page of what is kept says it; the others are there without
    away = "方案库暂时不能使用" in text
    assert "127.0.0.1" not in text
    assert away == (name in {"ledger", "scenarios"})
    assert ("ip-error" in text) == away


def test_the_ledger_of_a_server_is_shown_and_follows_it(yueqing, example, postgis, monkeypatch):
    database = postgis.database()
    monkeypatch.setenv("PLATFORMS_STORE", postgis.address(database))
    ledger = ip.open_store(yueqing).ledger
    ledger.take(example, by="王")
    first = ledger.plots()["plot_id"].iloc[0]
    app = _page("ledger")
    app.query_params["plot"] = first
    app.run()
    app.text_input("ledger-who").set_value("李").run()
    assert first in _body(app)
    ledger.set(LedgerEdit(first, {"unit": "服务器上的单位"}), by="李")
    app.run()
    shown = [_body(app), *(table.value.to_csv() for table in app.dataframe)]
    shown += [str(box.value) for kind in ("text_input", "selectbox") for box in getattr(app, kind)]
    assert "服务器上的单位" in " ".join(shown)
    # the server ends the connections between two runs of the page
    postgis.say(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"  # noqa: S608 of the test
        f" WHERE datname = '{database}'"
    )
    app.run()
    assert first in _body(app)
    postgis.give_back(database)
